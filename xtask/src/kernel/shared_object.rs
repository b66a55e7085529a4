//! One shared object with the course's crates, for all cells.
//!
//! Cargo compiles lossbook as a static library: every cell is linked with 100 crates anew and carries
//! its own copy of them, 18 MB, and of their thread pools. `crate-type` in Cargo.toml could change
//! that, at the cost of everybody who only tests or uses the crate. So in the kernel's folder cargo
//! calls rustc through this tool: it adds a shared object to lossbook's outputs, and names that to
//! the cells. Where it is missing, a cell is linked statically.

use std::env::consts::{DLL_EXTENSION, DLL_PREFIX, DLL_SUFFIX};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::SystemTime;

use anyhow::{Context, Result};

use super::evcxr_facts::CELL;
use super::{cell_build, cell_errors, stand_in};

/// The name under which this tool wraps rustc.
const NAME: &str = "lossbook-rustc";

/// Puts this tool into the kernel's `folder`; the lines of cargo's settings that make it wrap rustc.
#[cfg(unix)]
pub fn set_up(folder: &Path, tool: &Path) -> Result<String> {
    let wrapper = folder.join("bin").join(NAME);
    stand_in::link(tool, &wrapper)?;
    Ok(format!("\n[build]\nrustc-wrapper = {:?}\n", wrapper.display().to_string()))
}

/// Windows finds a shared object only through PATH, and limits how much it may export.
#[cfg(not(unix))]
pub fn set_up(_folder: &Path, _tool: &Path) -> Result<String> {
    Ok(String::new())
}

/// Whether this tool was started to wrap rustc.
pub fn is_asked() -> bool {
    stand_in::is_started_as(NAME)
}

/// Does what rustc does, and adds what belongs to a shared object.
pub fn run() -> Result<ExitCode> {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let (rustc, arguments) = arguments.split_first().context("rustc is missing")?;
    let _at_work = at_work(arguments)?;
    if let Some(library) = library(arguments) {
        // A library without it must not meet one of another time.
        let _ = fs::remove_file(&library);
        let start = SystemTime::now();
        let output = Command::new(rustc).args(for_shared_object(arguments)).output()?;
        if output.status.success() {
            // Source that is written while it is read is newer.
            File::options().write(true).open(library)?.set_modified(start)?;
            io::stdout().write_all(&output.stdout)?;
            io::stderr().write_all(&output.stderr)?;
            return Ok(ExitCode::SUCCESS);
        }
    }
    let more = for_cell(arguments);
    if is_cell(arguments) {
        cell_errors::give_speech()?;
    }
    let arguments = [arguments, &more, &without_warnings(arguments)].concat();
    let status = Command::new(rustc).args(&arguments).status()?;
    if status.success() && !more.is_empty() {
        cell_build::keep(rustc, &arguments)?;
    }
    stand_in::ended(status)
}

/// Where the shared object belongs, if lossbook is about to be compiled, and not only checked.
fn library(arguments: &[OsString]) -> Option<PathBuf> {
    if !links(arguments)
        || !has(arguments, "--crate-name", "lossbook")
        || !has(arguments, "--crate-type", "lib")
    {
        return None;
    }
    let folder = arguments.windows(2).find(|pair| pair[0] == "--out-dir")?[1].clone();
    let name = start(arguments, "extra-filename=")?;
    Some(Path::new(&folder).join(format!("{DLL_PREFIX}lossbook{name}{DLL_SUFFIX}")))
}

/// Held while rustc is at work. A shared object holds the crates below lossbook, of which cargo awaits the
/// metadata alone. So lossbook waits here until they are whole: until no other rustc is at work.
fn at_work(arguments: &[OsString]) -> Result<Option<File>> {
    let Some(folder) = arguments.windows(2).find(|pair| pair[0] == "--out-dir") else {
        return Ok(None);
    };
    let lock = File::create(Path::new(&folder[1]).join("at-work.lock"))?;
    if library(arguments).is_some() {
        lock.lock()?
    } else {
        lock.lock_shared()?
    }
    Ok(Some(lock))
}

/// The arguments that make a shared object beside the library, from whole crates and not their metadata.
fn for_shared_object(arguments: &[OsString]) -> Vec<OsString> {
    let whole = |argument: &OsString| match argument.to_str() {
        Some(path) if path.ends_with(".rmeta") => path.replace(".rmeta", ".rlib").into(),
        _ => argument.clone(),
    };
    let more = ["--crate-type", "dylib"].map(OsString::from);
    arguments.iter().map(whole).chain(more).collect()
}

/// What names the shared object to a cell, and tells the cell where it is when it runs; nothing where
/// there is none, or where it is no cell.
fn for_cell(arguments: &[OsString]) -> Vec<OsString> {
    let path =
        start(arguments, "lossbook=").map(|path| Path::new(path).with_extension(DLL_EXTENSION));
    let Some(path) = path.filter(|path| is_cell(arguments) && path.exists()) else {
        return Vec::new();
    };
    let folder = path.parent().unwrap_or(Path::new("")).display();
    let found = format!("link-arg=-Wl,-rpath,{folder}");
    vec![
        "--extern".into(),
        format!("lossbook={}", path.display()).into(),
        "-C".into(),
        found.into(),
    ]
}

/// evcxr is silent about warnings, until rustc refuses a cell: then it tells those of all cells before,
/// as errors. What a run denies stays denied.
fn without_warnings(arguments: &[OsString]) -> Vec<OsString> {
    match has(arguments, "--crate-name", CELL) {
        true => vec!["-A".into(), "warnings".into()],
        false => Vec::new(),
    }
}

fn is_cell(arguments: &[OsString]) -> bool {
    has(arguments, "--crate-name", CELL) && links(arguments)
}

/// Whether code is made, and not only checked.
fn links(arguments: &[OsString]) -> bool {
    start(arguments, "--emit=").is_some_and(|what| what.contains("link"))
}

fn has(arguments: &[OsString], name: &str, value: &str) -> bool {
    arguments.windows(2).any(|pair| pair[0] == name && pair[1] == value)
}

/// The rest of the argument that starts so.
fn start<'a>(arguments: &'a [OsString], start: &str) -> Option<&'a str> {
    arguments.iter().find_map(|argument| argument.to_str()?.strip_prefix(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<OsString> {
        text.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn lossbook_is_compiled_as_a_shared_object_too_and_nothing_else_is() {
        let lossbook = "--crate-name lossbook src/lib.rs --crate-type lib --emit=dep-info,metadata,link \
                        -C metadata=1 -C extra-filename=-2 --out-dir target/deps";
        let expected = format!("target/deps/{DLL_PREFIX}lossbook-2{DLL_SUFFIX}");
        assert_eq!(library(&words(lossbook)), Some(PathBuf::from(expected)));
        for other in [
            "-vV".to_owned(),
            lossbook.replace("lossbook", "polars"),
            // As `cargo check` does: there is nothing to link with.
            lossbook.replace(",link", ""),
        ] {
            assert_eq!(library(&words(&other)), None, "{other}");
        }
    }

    #[test]
    fn a_cell_is_given_the_shared_object_that_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("liblossbook-1.rlib").display().to_string();
        let cell =
            format!("--crate-name ctx --crate-type cdylib --emit=link --extern lossbook={library}");
        assert!(for_cell(&words(&cell)).is_empty());
        let shared = Path::new(&library).with_extension(DLL_EXTENSION);
        fs::write(&shared, "").unwrap();
        let expected = format!(
            "--extern lossbook={} -C link-arg=-Wl,-rpath,{}",
            shared.display(),
            folder.path().display()
        );
        assert_eq!(for_cell(&words(&cell)), words(&expected));
        assert!(for_cell(&words(&cell.replace("ctx", "mine"))).is_empty());
        assert_eq!(without_warnings(&words(&cell)), words("-A warnings"));
        assert!(without_warnings(&words(&cell.replace("ctx", "mine"))).is_empty());
    }
}
