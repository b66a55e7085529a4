//! `cargo lab`: sets up what is missing and opens the course.
//!
//! Three parts, each in its own folder of [`Home`] and skipped where it is already complete:
//! a Python environment with JupyterLab, the evcxr kernel, and the kernel's compiled crates.

pub mod cargo_view;
mod cell_build;
mod crate_sources;
mod evcxr;
mod jupyter;
mod kernel;
mod python;
pub mod session;
pub mod shared_object;
mod stand_in;
mod std_source;
mod step;

pub use kernel::LOADING;

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::home::Home;

/// A Jupyter that knows the kernel `lossbook`.
pub struct Jupyter {
    pub python: PathBuf,
    pub envs: Vec<(String, String)>,
}

/// All that was set up.
pub struct Lab {
    pub jupyter: Jupyter,
    /// evcxr_jupyter.
    pub evcxr: PathBuf,
    /// The kernel's folder.
    kernel: PathBuf,
    /// Where Jupyter keeps its small files for as long as it runs.
    runtime: session::Claim,
}

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

/// The checkout that this tool was built from.
pub fn checkout() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}
