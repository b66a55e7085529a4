//! The files of a checkout that the kernel's crate is compiled from.

use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};

use crate::setup::checkout;

/// What of a checkout goes into the compiled crate.
pub const COMPILED: [&str; 3] = ["Cargo.toml", "notebooks/claims.csv", "src"];

/// The state of this checkout that is compiled: its files, their sizes and times.
pub fn sources() -> Result<String> {
    fn list(path: &Path, found: &mut Vec<String>) -> Result<()> {
        let metadata = fs::metadata(path).with_context(|| path.display().to_string())?;
        if metadata.is_dir() {
            for entry in fs::read_dir(path)? {
                list(&entry?.path(), found)?;
            }
        } else {
            let time = metadata.modified()?.duration_since(UNIX_EPOCH)?;
            found.push(format!("{} {} {}\n", path.display(), metadata.len(), time.as_nanos()));
        }
        Ok(())
    }
    let mut found = Vec::new();
    for part in COMPILED {
        list(&checkout().join(part), &mut found)?;
    }
    found.sort();
    Ok(found.concat())
}
