//! `cargo lab`: opens the course, and builds its kernel behind it.
//!
//! Three parts, each in its own folder of [`Home`] and skipped where it is already complete: a Python
//! environment with JupyterLab, then, while the course is read, the evcxr kernel and its compiled crates.

mod jupyter;
mod old;

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::kernel::Lab;
use crate::setup::home::Home;
use crate::setup::python;

pub struct Options {
    pub browser: bool,
    pub port: Option<u16>,
    /// Keep a kernel ready for the next chapter.
    pub ready_kernel: bool,
}

/// Sets up what is missing and tells how to reach it.
pub fn environment() -> Result<Lab> {
    let home = Home::open()?;
    let lab = Lab::prepare(&home, &python::set_up(&home)?)?;
    lab.build(&home, None)?;
    old::remove(&home, &lab)?;
    Ok(lab)
}

/// Opens JupyterLab on the first chapter, at once where Python is there; it builds the rest.
pub fn open(options: &Options) -> Result<()> {
    let home = Home::open()?;
    let lab = Lab::prepare(&home, &python::set_up(&home)?)?;
    old::remove(&home, &lab)?;
    jupyter::open(&lab, options, lab.is_built(&home)?)
}

/// Builds the kernel for a JupyterLab that is open, and ends with it.
pub fn build(python: &Path, notice: PathBuf) -> Result<()> {
    #[cfg(unix)]
    end_with_parent()?;
    let home = Home::open()?;
    Lab::prepare(&home, python)?.build(&home, Some(notice))
}

/// JupyterLab holds the other end of stdin, however it ends. All that this process has started ends with it.
#[cfg(unix)]
fn end_with_parent() -> Result<()> {
    use rustix::process;
    // JupyterLab's reader has the processor first.
    let _ = process::nice(10);
    process::setpgid(None, None)?;
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        // Not KILL: nbconvert then ends its kernel, which is in a group of its own.
        let _ = process::kill_current_process_group(process::Signal::TERM);
    });
    Ok(())
}
