//! The Rust kernel, evcxr_jupyter, at a pinned version.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use super::home::{self, Home};
use super::step;

pub const VERSION: &str = "0.22.0";

/// The path of evcxr_jupyter; builds it where it is missing.
pub fn set_up(home: &Home) -> Result<PathBuf> {
    standard_library()?;
    let folder = home.join(format!("evcxr_jupyter-{VERSION}"));
    let binary = folder.join("bin").join(format!("evcxr_jupyter{}", std::env::consts::EXE_SUFFIX));
    if home::is_complete(&folder) {
        return Ok(binary);
    }
    home.need_space(3, "Building the Rust kernel")?;
    println!(
        "[2/3] Rust kernel: building evcxr_jupyter {VERSION}, once. About 8 minutes on 2 cores."
    );
    // Kept over an interrupted build, so that the next run carries on.
    let build = folder.join("build");
    step::run(
        "Building evcxr_jupyter",
        Command::new(cargo())
            .args(["install", "--locked", "evcxr_jupyter", "--version", VERSION, "--root"])
            .arg(&folder)
            .env("CARGO_TARGET_DIR", &build)
            .envs(progress_bar()),
    )?;
    std::fs::remove_dir_all(&build)?;
    home::mark_complete(&folder)?;
    Ok(binary)
}

/// Where std's source is: evcxr infers the types of variables with rust-analyzer, which reads it.
pub fn standard_library() -> Result<PathBuf> {
    let library = sysroot()?.join("lib/rustlib/src/rust/library");
    if library.exists() {
        return Ok(library);
    }
    println!("[2/3] Rust kernel: adding the source of std (`rustup component add rust-src`)");
    let added =
        step::run("Adding rust-src", Command::new("rustup").args(["component", "add", "rust-src"]));
    if let Err(error) = added {
        bail!(
            "{error}\nThe kernel needs the source of Rust's standard library: with rustup it is the component \
               `rust-src`, with conda the package `rust-src`."
        );
    }
    Ok(library)
}

/// The folder of the toolchain that this checkout uses.
pub fn sysroot() -> Result<PathBuf> {
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))?;
    Ok(PathBuf::from(sysroot.trim()))
}

pub fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

pub fn output(command: &mut Command) -> Result<String> {
    let output = command.output()?;
    if !output.status.success() {
        bail!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Cargo draws its progress bar only on a terminal; ours is a pipe to one.
fn progress_bar() -> Vec<(&'static str, &'static str)> {
    use std::io::IsTerminal;
    if std::io::stderr().is_terminal() {
        vec![
            ("CARGO_TERM_PROGRESS_WHEN", "always"),
            ("CARGO_TERM_PROGRESS_WIDTH", "78"),
            ("CARGO_TERM_COLOR", "always"),
        ]
    } else {
        Vec::new()
    }
}
