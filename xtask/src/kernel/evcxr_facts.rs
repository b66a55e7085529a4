//! What this tool relies on that evcxr 0.22 promises to nobody: each fact once, with where it was found
//! in evcxr's source and what breaks without it. `xtask/KERNEL.md` tells how to check them anew.
//!
//! `cell_speech.rs`, the Python files and the crate's `show.rs` cannot use these names: a test compares.

/// The crate that evcxr makes of a cell: `CRATE_NAME` in module.rs.
/// Without it cells are neither linked with the shared object nor compiled without cargo: slower.
pub const CELL: &str = "ctx";

/// What that crate is compiled to, and what evcxr looks for in cargo's answer: `compiled_so_path` in module.rs.
/// Without it evcxr says "Cargo did not report the path of the compiled shared object".
pub const CELL_LIBRARY: &str = "libctx.so";

/// How the files of cells begin below `target`; the last is what a compiled cell is renamed to before it is
/// loaded (`compile` in module.rs). A new kernel's clone leaves them out: without it, clones are larger.
pub const OF_CELLS: [&str; 3] = ["ctx-", "libctx", "libcode_"];

/// Where cargo compiles within the crate folder: `CARGO_TARGET_DIR` in `cargo_command`, eval_context.rs.
/// Without it the seed is not found, and every chapter compiles all crates.
pub const TARGET: &str = "target";

/// What evcxr writes for a cell, within the crate folder: `write_code` in module.rs.
/// Without it errors do not tell the line of the cell.
pub const SOURCE: &str = "src/lib.rs";

/// The crate folder, instead of a temporary one: `get_tmp_dir` in toml_parse.rs.
/// Without it kernels do not start from the seed, and compile all crates.
pub const CRATE_FOLDER: &str = "EVCXR_TMPDIR";

/// The folder of `evcxr.toml` and `init.evcxr`: `find_then_parse` in toml_parse.rs.
/// Without it the user's own settings count.
pub const CONFIG_FOLDER: &str = "EVCXR_CONFIG_DIR";

/// Its settings, in a notebook's folder or in that one: `find_parse_dir` in toml_parse.rs. Without them
/// cells are optimised, which takes longer, and the first `?` of a session is shown as `Debug`.
pub const SETTINGS: &str = "evcxr.toml";

/// Run as a cell before the kernel answers, from that folder: `find_then_parse` in toml_parse.rs. (So is
/// `prelude` of evcxr.toml.) Without it no kernel gets ready beforehand, and evcxr's cargo has our home.
pub const INIT: &str = "init.evcxr";

/// A command of evcxr, one a line before a cell's Rust, that sets a variable for the cargo it runs, and not for
/// rust-analyzer's: `set_build_env` in eval_context.rs. Without it a reader's own `:dep` is downloaded anew.
pub const BUILD_ENV: &str = ":build_env";

/// How evcxr asks cargo to compile a cell, all of it: `cargo_command` in eval_context.rs. evcxr's cargo is what
/// `rustup which cargo` answers (`default_tool_path`), rust-analyzer's is `$CARGO_HOME/bin/cargo`
/// (its `toolchain` crate). Without either, each cell asks the real cargo, and the kernel takes more memory.
pub fn asks_for_a_cell(arguments: &[std::ffi::OsString]) -> bool {
    let [command, target, _, format] = arguments else { return false };
    command == "build" && target == "--target" && format == "--message-format=json"
}

/// The manifest that evcxr writes ends with what `:dep` named, a line each: `get_cargo_toml_contents` in
/// module.rs. Without it the real cargo is asked for each cell.
pub const DEPENDENCIES: &str = "[dependencies]";

/// The manifest that it writes for a cell, up to the dependencies: `get_cargo_toml_contents` in module.rs.
/// Without it evcxr does not find compiled what was compiled beforehand, and compiles all crates again.
pub const MANIFEST: &str = r#"[package]
name = "ctx"
version = "1.0.0"
edition = "2024"

[lib]
crate-type = ["cdylib"]

[profile.dev]
opt-level = 0
debug = false
strip = "debuginfo"
rpath = true
lto = false
debug-assertions = true
codegen-units = 16
panic = 'unwind'
incremental = true
overflow-checks = true

[dependencies]
"#;

/// The flags that it gives rustc, by the linker it finds: `cargo_command` in eval_context.rs. Without them the
/// same.
pub fn rustflags(linker: &str) -> &'static str {
    if linker == "lld" { "-Cprefer-dynamic -Clink-arg=-fuse-ld=lld" } else { "-Cprefer-dynamic" }
}

/// evcxr's name for its connection file's argument: lib.rs of evcxr_jupyter. Without it nothing starts.
pub const CONNECTION: &str = "--control_file";

/// Set for the program that runs the cells, a child of evcxr: `EVCXR_IS_RUNTIME_VAR` in runtime.rs.
/// Without it an interrupt does nothing.
#[cfg(test)]
pub const IS_RUNTIME: &str = "EVCXR_IS_RUNTIME=1";

/// What a cell prints to show a value, before its MIME type, and after it: `run_and_capture_output` in
/// eval_context.rs. Without it tables, charts and errors come as plain text.
#[cfg(test)]
pub const CONTENT: [&str; 2] = ["EVCXR_BEGIN_CONTENT", "EVCXR_END_CONTENT"];

/// The program around a cell's code: `wrap_user_code` and `error_trait_code` in eval_context.rs, and
/// `PANIC_NOTIFICATION`. Without any of them a panic and an `Err` are evcxr's own text on stderr,
/// and the cell counts as done.
pub mod cell {
    /// Begins the function with the cell's code, whose name goes on with a number.
    pub const FUNCTION: &str = "pub extern \"C\" fn run_user_code_";
    /// The last line of that function's head, with and without variables.
    pub const BODY: [&str; 2] = [
        "let evcxr_variable_store = unsafe {&mut *evcxr_variable_store};\n",
        "evcxr_variable_store: *mut u8) -> *mut u8 {\n",
    ];
    /// Where the reader's code begins and ends.
    pub const READERS: [&str; 2] =
        ["let _ = (|| -> std::result::Result<(), EvcxrUserCodeError> {\n", "Ok(())})();\n"];
    /// After a panic was caught.
    pub const PANICKED: &str = "println!(\"EVCXR_PANIC_NOTIFICATION\");\n";
    /// What `?` makes of an error.
    pub const ERROR: &str = "fn from(error: T) -> Self {\n";
    /// What that tells of it, around the format.
    pub const TELLS: [&str; 2] = ["eprintln!(\"", "\", error);\n"];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_use_these_names_says_the_same() {
        let speech = include_str!("cell_speech.rs");
        let (begin, end) = (CONTENT[0], CONTENT[1]);
        for (text, facts) in [
            (speech, &[begin, end, SOURCE][..]),
            (include_str!("../../../src/notebook/show.rs"), &[begin, end]),
            (include_str!("front.py"), &[SOURCE]),
            (include_str!("../lab/ready_kernel.py"), &[IS_RUNTIME]),
        ] {
            for fact in facts {
                assert!(text.contains(fact), "{fact} is missing in {text:.80}");
            }
        }
    }
}
