//! `cargo lab`: sets up what is missing and opens the course.
//!
//! Three parts, each in its own folder of [`Home`] and skipped where it is already complete:
//! a Python environment with JupyterLab, the evcxr kernel, and the kernel's compiled crates.

mod jupyter;

use anyhow::Result;

use crate::kernel::{self, Lab};
use crate::setup::home::Home;
use crate::setup::{evcxr, python};

pub struct Options {
    pub browser: bool,
    pub port: Option<u16>,
    /// Keep a kernel ready for the next chapter.
    pub ready_kernel: bool,
}

/// Sets up what is missing and tells how to reach it.
pub fn environment() -> Result<Lab> {
    let home = Home::open()?;
    let _alone = home.lock()?;
    let python = python::set_up(&home)?;
    let evcxr = evcxr::set_up(&home)?;
    kernel::set_up(&home, &python, &evcxr)
}

/// Sets up what is missing and opens JupyterLab on the first chapter.
pub fn open(options: &Options) -> Result<()> {
    jupyter::open(&environment()?, options)
}
