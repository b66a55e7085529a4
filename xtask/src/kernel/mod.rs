//! The kernel "Rust (lossbook)": evcxr with the course's crates compiled once.
//!
//! A folder `kernel-KEY` of the cache holds all of it; KEY is a hash of the versions that go in, so
//! that checkouts with the same versions share one:
//!
//! ```text
//! .cargo/config.toml   optimises the crates, which are compiled once, and not the cells; wraps rustc
//! bin/                 this tool, as the kernel's launcher; rustc's and the cargos' places are links to it
//! cargo-home/          holds a cargo that shows rust-analyzer less
//! checkouts/           what of each checkout is compiled into the seed
//! config/              evcxr's settings (never the user's own)
//! jupyter/             the kernel's spec, found through JUPYTER_PATH
//! lab/                 what JupyterLab is started with, to keep a kernel ready
//! ready/               evcxr's settings for kernels that get ready for a checkout's chapters
//! seed/                evcxr's crate folder with everything compiled
//! sessions/            a clone of the seed for each running kernel, and Jupyter's files while it runs
//! std/                 what rust-analyzer reads of the standard library
//! toolchain/           the user's toolchain, with a cargo that knows how a cell is compiled
//! ```

pub mod build;
pub mod cargo_view;
mod cell_build;
mod cell_errors;
pub mod crate_sources;
pub mod evcxr_facts;
#[cfg(unix)]
mod front;
pub mod session;
pub mod shared_object;
mod stand_in;
mod std_source;
mod versions;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use serde_json::json;

use crate::setup::evcxr::{self, output};
use crate::setup::home::{Home, write_whole};
use crate::setup::{Jupyter, checkout, fingerprint};

/// The kernel's name; evcxr rewrites a spec that is called `rust`.
pub const NAME: &str = "lossbook";

pub const SETTINGS: &str = include_str!("../../../notebooks/evcxr.toml");

/// evcxr's settings within the kernel's folder.
pub const CONFIG: &str = "config";

/// Names the Python that has JupyterLab to a kernel's launcher.
const PYTHON: &str = "LOSSBOOK_PYTHON";

const PROFILE: &str = r#"# Cells are compiled all the time and run once: not optimised. Of their crates, what computes is. Polars'
# tables are small here, and its code is more than half of what is compiled.
[profile.dev.package."*"]
debug-assertions = false
overflow-checks = false

[profile.dev.package.lossbook]
opt-level = 3
debug-assertions = true
overflow-checks = true

# With them it says which index is out of bounds.
[profile.dev.package.ndarray]
opt-level = 3
debug-assertions = true

[profile.dev.package.matrixmultiply]
opt-level = 3

[profile.dev.package.rand_chacha]
opt-level = 3

[profile.dev.package.statrs]
opt-level = 1

[profile.dev.package.plotly]
opt-level = 1

[profile.dev.package.serde_json]
opt-level = 1
"#;

/// Jupyter and the kernel. The kernel's own programs, evcxr and the crates, may still have to be built.
pub struct Lab {
    pub jupyter: Jupyter,
    /// evcxr_jupyter.
    pub evcxr: PathBuf,
    /// The kernel's folder.
    pub kernel: PathBuf,
    /// Where Jupyter keeps its small files for as long as it runs.
    pub runtime: session::Claim,
    /// What is set for the kernel.
    envs: Vec<(&'static str, PathBuf)>,
    crates: usize,
}

impl Lab {
    /// All but what takes minutes.
    pub fn prepare(home: &Home, python: &Path) -> Result<Lab> {
        let crates = crates()?;
        let rustc = output(Command::new("rustc").arg("-vV"))?;
        let versions = (evcxr::VERSION, rustc, linker(), PROFILE, &crates);
        let folder = home.join(format!("kernel-{}", fingerprint(versions)));
        write_whole(&folder.join(CONFIG).join(evcxr_facts::SETTINGS), SETTINGS)?;
        let runtime = session::claim(&folder)?;
        let evcxr = evcxr::path(home);

        let launcher = stand_in::install(&folder)?;
        let wrapper = shared_object::set_up(&folder, &launcher)?;
        write_whole(&folder.join(".cargo/config.toml"), &format!("{PROFILE}{wrapper}"))?;
        let view = cargo_view::set_up(&folder, &launcher)?;
        write_whole(&folder.join(CONFIG).join(evcxr_facts::INIT), &view.init)?;
        let mut envs = view.envs;
        envs.push(("RUST_SRC_PATH", std_source::folder(&folder)));
        // evcxr's allocator, mimalloc, takes memory in large pages where it may, and gives little back.
        envs.push(("MIMALLOC_ALLOW_THP", "0".into()));
        if let Some(toolchain) = cell_build::set_up(&folder, &launcher)? {
            envs.push(("RUSTUP_TOOLCHAIN", toolchain));
        }
        envs.push((PYTHON, python.to_owned()));
        let launch = [&launcher, Path::new("kernel"), &folder, &evcxr];
        write_spec(&folder.join("jupyter"), &folder, &launch, &envs)?;
        let jupyter_envs = vec![
            jupyter_path(&folder.join("jupyter")),
            ("JUPYTER_RUNTIME_DIR".into(), runtime.folder.display().to_string()),
        ];
        Ok(Lab {
            jupyter: Jupyter { python: python.to_owned(), envs: jupyter_envs },
            evcxr,
            kernel: folder,
            runtime,
            envs,
            crates: crates.len(),
        })
    }
}

/// As a chapter's setup cell has it.
pub fn dependency(checkout: &Path) -> String {
    format!(":dep lossbook = {{ path = {:?} }}\n", checkout.display().to_string())
}

/// Takes a session's first look at the types that chapters keep in variables and show, leaves no variable
/// behind, and tells ready_kernel.py where that waits for it.
pub const LOADING: &str = "\
let ready = { use lossbook::prelude::*; df![\"\" => residuals(&[1.0], &[0.0])?.to_vec()]?; array![1.0] }; drop(ready);
if let Ok(mark) = std::env::var(\"LOSSBOOK_READY_MARK\") { std::fs::write(mark, \"\").unwrap_or_default(); }
";

/// Every crate with its version and features that the course's crate needs at run or build time.
fn crates() -> Result<BTreeSet<String>> {
    let tree = output(
        Command::new(evcxr::cargo())
            .args([
                "tree",
                "--package=lossbook",
                "--edges=normal,build",
                "--prefix=none",
                "--format={p} {f}",
            ])
            .current_dir(checkout()),
    )?;
    let crates = tree.lines().map(|line| line.trim_end_matches(" (*)"));
    Ok(crates.filter(|line| !line.starts_with("lossbook ")).map(str::to_owned).collect())
}

/// evcxr links with mold or lld where it finds them; only lld changes the flags that crates are compiled with.
fn linker() -> &'static str {
    let on_path = |name: &str| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
    };
    if on_path("lld") && !on_path("mold") { "lld" } else { "plain" }
}

fn write_spec(
    jupyter: &Path,
    folder: &Path,
    launch: &[&Path],
    more: &[(&str, PathBuf)],
) -> Result<()> {
    let mut argv: Vec<String> = launch.iter().map(|part| part.display().to_string()).collect();
    argv.extend([evcxr_facts::CONNECTION.into(), "{connection_file}".into()]);
    // evcxr_jupyter looks for a spec called `rust` in JUPYTER_PATH, or else among the user's own, and
    // overwrites it where it is of another version: it may look in our folder, which has none.
    let mut env = json!({"JUPYTER_PATH": jupyter});
    env[evcxr_facts::CONFIG_FOLDER] = json!(folder.join(CONFIG));
    // The kernel's working folder may have no rust-toolchain.toml above it.
    if let Some(toolchain) = std::env::var_os("RUSTUP_TOOLCHAIN") {
        env["RUSTUP_TOOLCHAIN"] = json!(toolchain.display().to_string());
    }
    for (name, path) in more {
        env[*name] = json!(path);
    }
    let spec = json!({
        "argv": argv,
        "display_name": "Rust (lossbook)",
        "language": "rust",
        "interrupt_mode": "message",
        "env": env,
    });
    write_whole(&jupyter.join("kernels").join(NAME).join("kernel.json"), &format!("{spec:#}\n"))
}

/// JUPYTER_PATH with our folder first; whatever the user has there stays.
fn jupyter_path(jupyter: &Path) -> (String, String) {
    let mut folders = vec![jupyter.to_owned()];
    if let Some(present) = std::env::var_os("JUPYTER_PATH") {
        folders.extend(
            std::env::split_paths(&present).filter(|folder| !folder.as_os_str().is_empty()),
        );
    }
    let separator = if cfg!(windows) { ";" } else { ":" };
    let folders: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
    ("JUPYTER_PATH".into(), folders.join(separator))
}
