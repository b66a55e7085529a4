//! The standard library's source, as far as evcxr's rust-analyzer needs it for the types of variables.
//!
//! It reads all that stands below its folder into memory, and keeps it. Most of what rustup installs
//! there is of no use to a cell: other processors' instructions, the crates that std is built from,
//! tests. A folder with `core`, `alloc` and `std` alone halves an empty kernel's memory.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::setup::home;

/// Where rust-analyzer is to look, by `RUST_SRC_PATH`.
pub fn folder(kernel: &Path) -> PathBuf {
    kernel.join("std")
}

/// Copies it out of `library`.
pub fn set_up(kernel: &Path, library: &Path) -> Result<()> {
    let copy = folder(kernel);
    if !home::is_complete(&copy) {
        for name in ["core", "alloc", "std"] {
            copy_rust(&library.join(name).join("src"), &copy.join(name).join("src"))
                .with_context(|| format!("the source of {name} cannot be copied"))?;
        }
        home::mark_complete(&copy)?;
    }
    Ok(())
}

fn copy_rust(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, copy) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy_rust(&source, &copy)?;
        } else if source.extension().is_some_and(|extension| extension == "rs") {
            fs::copy(&source, &copy)?;
        }
    }
    Ok(())
}
