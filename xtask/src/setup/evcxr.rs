//! The Rust kernel, evcxr_jupyter, at a pinned version: the user's, or one of our own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::home::{self, Home};
use super::progress::{Part, Progress};
use super::step;

pub const VERSION: &str = "0.22.0";

/// Compiles sooner; rust-analyzer takes 0.015 s more for a cell with a `let`.
const OPTIMISED: &str = "1";
/// What no cell asks of rust-analyzer. Not optimised, they save a fifth of the whole build.
const UNUSED: [&str; 3] = ["ra_ap_ide_assists", "ra_ap_ide_diagnostics", "ra_ap_ide_ssr"];

pub const BUILD: Part = Part {
    name: "evcxr_jupyter (the Rust kernel)",
    crates: 273,
    seconds: 340.0,
    passed: &[0.0, 0.05, 0.09, 0.14, 0.19, 0.25, 0.56, 0.62, 0.66, 0.85, 1.0],
};

/// Where evcxr_jupyter is, or will be.
pub fn path(home: &Home) -> PathBuf {
    installed().unwrap_or_else(|| program(&folder(home)))
}

pub fn is_there(home: &Home) -> bool {
    installed().is_some() || home::is_complete(&folder(home))
}

fn folder(home: &Home) -> PathBuf {
    home.join(format!("evcxr_jupyter-{VERSION}"))
}

fn program(root: &Path) -> PathBuf {
    root.join("bin").join(format!("evcxr_jupyter{}", std::env::consts::EXE_SUFFIX))
}

/// One of this version that the user has installed, on the path or by `cargo install`.
fn installed() -> Option<PathBuf> {
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| Some(dirs::home_dir()?.join(".cargo")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let roots = std::env::split_paths(&path).filter_map(|bin| Some(bin.parent()?.to_owned()));
    roots.chain(cargo_home).find(|root| is_of_this_version(root)).map(|root| program(&root))
}

/// It does not tell its version itself, but who installed it wrote it down: cargo, or conda.
fn is_of_this_version(root: &Path) -> bool {
    let by_cargo = || {
        let record = fs::read_to_string(root.join(".crates.toml")).unwrap_or_default();
        record.contains(&format!("\"evcxr_jupyter {VERSION} "))
    };
    let by_conda = || {
        let records = fs::read_dir(root.join("conda-meta")).into_iter().flatten().flatten();
        let starts = [format!("evcxr-{VERSION}-"), format!("evcxr_jupyter-{VERSION}-")];
        let is_record = |name: &str| starts.iter().any(|start| name.starts_with(start));
        records.into_iter().any(|record| is_record(&record.file_name().to_string_lossy()))
    };
    program(root).is_file() && (by_cargo() || by_conda())
}

/// Builds it where it is missing.
pub fn set_up(home: &Home, progress: &mut Progress) -> Result<()> {
    standard_library()?;
    if is_there(home) {
        return Ok(());
    }
    home.need_space(3, "Building the Rust kernel")?;
    let folder = folder(home);
    // Kept over an interrupted build, so that the next run carries on.
    let build = folder.join("build");
    progress.run(
        &BUILD,
        Command::new(cargo())
            .args(UNUSED.iter().flat_map(|name| {
                ["--config".to_owned(), format!("profile.release.package.{name}.opt-level=0")]
            }))
            .args(["install", "--locked", "evcxr_jupyter", "--version", VERSION, "--root"])
            .arg(&folder)
            .env("CARGO_TARGET_DIR", &build)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", OPTIMISED),
    )?;
    fs::remove_dir_all(&build)?;
    home::mark_complete(&folder)
}

/// Where std's source is: evcxr infers the types of variables with rust-analyzer, which reads it.
pub fn standard_library() -> Result<PathBuf> {
    let library = sysroot()?.join("lib/rustlib/src/rust/library");
    if library.exists() {
        return Ok(library);
    }
    println!("Rust kernel: adding the source of std (`rustup component add rust-src`)");
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_installed_evcxr_of_the_right_version_is_used() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            home::write_whole(&folder.path().join(name), text).unwrap();
        };
        let record = |version: &str| {
            format!("[v1]\n\"evcxr_jupyter {version} (registry+https://x)\" = [\"evcxr_jupyter\"]")
        };
        write(".crates.toml", &record(VERSION));
        assert!(!is_of_this_version(folder.path()), "it was removed by hand");
        write(&format!("bin/evcxr_jupyter{}", std::env::consts::EXE_SUFFIX), "");
        assert!(is_of_this_version(folder.path()));
        write(".crates.toml", &record("0.21.1"));
        assert!(!is_of_this_version(folder.path()));
        write(&format!("conda-meta/evcxr-{VERSION}-h1.json"), "");
        assert!(is_of_this_version(folder.path()));
    }
}
