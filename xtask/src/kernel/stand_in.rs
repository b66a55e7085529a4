//! This tool in another program's place: installed under its name, started by it, ended as it ended.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};

use anyhow::{Context, Result};

/// Puts this tool at `place`, under a name that tells it what to do.
pub fn install(place: &Path) -> Result<()> {
    let tool = fs::read(std::env::current_exe()?)?;
    if fs::read(place).is_ok_and(|present| present == tool) {
        return Ok(());
    }
    let folder = place.parent().context("a program has a folder")?;
    fs::create_dir_all(folder)?;
    // A copy that takes the old one's place: a running kernel keeps the old file.
    let copy = tempfile::Builder::new().prefix("new-").tempfile_in(folder)?;
    fs::copy(std::env::current_exe()?, copy.path())?;
    copy.persist(place)?;
    Ok(())
}

/// Whether this tool was started under another program's name.
pub fn is_started_as(name: &str) -> bool {
    let started = std::env::args_os().next().map(PathBuf::from);
    started.is_some_and(|started| started.file_stem().is_some_and(|stem| stem == name))
}

/// Ends this tool as the program ended in whose place it was started.
pub fn ended(status: ExitStatus) -> Result<ExitCode> {
    Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}
