//! This tool in another program's place: installed under its name, started by it, ended as it ended.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};

use anyhow::{Context, Result};

/// A file to which a stand-in adds a line of what it did. The tests set it.
const LOG: &str = "LOSSBOOK_LOG";

/// Puts this tool into the kernel's `folder`, once; all names in it are links to that one.
pub fn install(folder: &Path) -> Result<PathBuf> {
    let place = folder.join("bin").join(format!("lossbook-kernel{}", std::env::consts::EXE_SUFFIX));
    let tool = std::env::current_exe()?;
    if fs::read(&place).is_ok_and(|present| fs::read(&tool).is_ok_and(|tool| tool == present)) {
        return Ok(place);
    }
    let folder = place.parent().context("a program has a folder")?;
    fs::create_dir_all(folder)?;
    // A copy that takes the old one's place: a running kernel keeps the old file.
    let copy = tempfile::Builder::new().prefix("new-").tempfile_in(folder)?;
    fs::copy(tool, copy.path())?;
    copy.persist(&place)?;
    Ok(place)
}

/// Makes the `tool` known at `place`, under a name that tells it what to do.
pub fn link(tool: &Path, place: &Path) -> Result<()> {
    if fs::read_link(place).is_ok_and(|present| present == tool) {
        return Ok(());
    }
    fs::create_dir_all(place.parent().context("a program has a folder")?)?;
    // A file there is of an earlier version of this tool.
    let _ = fs::remove_file(place);
    #[cfg(unix)]
    std::os::unix::fs::symlink(tool, place)?;
    // Windows keeps the right to make other links to itself.
    #[cfg(not(unix))]
    fs::hard_link(tool, place)?;
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

pub fn log(line: &str) {
    let file =
        std::env::var_os(LOG).map(|log| fs::File::options().append(true).create(true).open(log));
    if let Some(Ok(mut file)) = file {
        // Whoever asked for the log misses it; a cell does not.
        let _ = writeln!(file, "{line}");
    }
}
