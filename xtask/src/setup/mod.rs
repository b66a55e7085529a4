//! The cache folder, and what comes from elsewhere into it: a Python with JupyterLab, and evcxr_jupyter.

pub mod evcxr;
pub mod home;
pub mod progress;
pub mod python;
pub mod step;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// A Jupyter that knows the kernel `lossbook`.
pub struct Jupyter {
    pub python: PathBuf,
    pub envs: Vec<(String, String)>,
}

/// The checkout that this tool was built from.
pub fn checkout() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// A short name for what goes into a part.
pub fn fingerprint(content: impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
