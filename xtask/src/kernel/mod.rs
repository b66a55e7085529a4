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

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::setup::evcxr::{self, output};
use crate::setup::home::{Home, write_whole};
use crate::setup::{Jupyter, checkout, fingerprint, step};

/// The kernel's name; evcxr rewrites a spec that is called `rust`.
pub const NAME: &str = "lossbook";

pub const SETTINGS: &str = include_str!("../../../notebooks/evcxr.toml");

/// evcxr's settings within the kernel's folder.
pub const CONFIG: &str = "config";

/// Names the Python that has JupyterLab to a kernel's launcher.
const PYTHON: &str = "LOSSBOOK_PYTHON";

const PROFILE: &str = r#"# Crates are compiled once and run in every cell: optimised. Cells are compiled all the time: not.
[profile.dev.package."*"]
opt-level = 1

[profile.dev.package.lossbook]
opt-level = 3

[profile.dev.package.ndarray]
opt-level = 3
"#;

/// All that was set up.
pub struct Lab {
    pub jupyter: Jupyter,
    /// evcxr_jupyter.
    pub evcxr: PathBuf,
    /// The kernel's folder.
    pub kernel: PathBuf,
    /// Where Jupyter keeps its small files for as long as it runs.
    pub runtime: session::Claim,
}

/// The kernel's folder, compiled for this checkout.
pub fn set_up(home: &Home, python: &Path, evcxr: &Path) -> Result<Lab> {
    let crates = crates()?;
    let rustc = output(Command::new("rustc").arg("-vV"))?;
    let versions = (evcxr::VERSION, rustc, linker(), PROFILE, &crates);
    let folder = home.join(format!("kernel-{}", fingerprint(versions)));
    write_whole(&folder.join(CONFIG).join(evcxr_facts::SETTINGS), SETTINGS)?;
    let runtime = session::claim(&folder)?;

    let launcher = stand_in::install(&folder)?;
    let wrapper = shared_object::set_up(&folder, &launcher)?;
    write_whole(&folder.join(".cargo/config.toml"), &format!("{PROFILE}{wrapper}"))?;
    let view = cargo_view::set_up(&folder, &launcher)?;
    write_whole(&folder.join(CONFIG).join(evcxr_facts::INIT), &view.init)?;
    let mut envs = view.envs;
    envs.push(("RUST_SRC_PATH", std_source::set_up(&folder, &evcxr::standard_library()?)?));
    // evcxr's allocator, mimalloc, takes memory in large pages where it may, and gives little back.
    envs.push(("MIMALLOC_ALLOW_THP", "0".into()));
    if let Some(toolchain) = cell_build::set_up(&folder, &launcher)? {
        envs.push(("RUSTUP_TOOLCHAIN", toolchain));
    }
    envs.push((PYTHON, python.to_owned()));
    let launch = [&launcher, Path::new("kernel"), &folder, evcxr];
    write_spec(&folder.join("jupyter"), &folder, &launch, &envs)?;

    let stamp_file = folder.join("checkouts").join(fingerprint(checkout().canonicalize()?));
    let stamp = crate_sources::sources()?;
    if fs::read_to_string(&stamp_file).unwrap_or_default() != stamp {
        compile(home, &folder, python, evcxr, envs, crates.len())?;
        write_whole(&stamp_file, &stamp)?;
    }
    let envs = vec![
        jupyter_path(&folder.join("jupyter")),
        ("JUPYTER_RUNTIME_DIR".into(), runtime.folder.display().to_string()),
    ];
    Ok(Lab {
        jupyter: Jupyter { python: python.to_owned(), envs },
        evcxr: evcxr.to_owned(),
        kernel: folder,
        runtime,
    })
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

/// Has evcxr itself compile the crates in the seed, so that its flags are the ones of every later session.
fn compile(
    home: &Home,
    folder: &Path,
    python: &Path,
    evcxr: &Path,
    mut envs: Vec<(&'static str, PathBuf)>,
    crates: usize,
) -> Result<()> {
    let seed = folder.join("seed");
    if seed.join(evcxr_facts::TARGET).exists() {
        println!("[3/3] Crates: compiling what changed in lossbook");
    } else {
        home.need_space(3, "Compiling the course's crates")?;
        println!(
            "[3/3] Crates: compiling polars, plotly, ndarray, ndarray-stats and statrs for the kernel, once.\n\
             \x20     About 12 minutes on 2 cores, the last of them without a word."
        );
    }
    // No session is cloned from a seed that is being compiled.
    let lock = File::create(folder.join("seed.lock"))?;
    lock.lock()?;
    fs::create_dir_all(&seed)?;
    // evcxr asks for no lock file, but its cargo heeds one: the very versions that the tests ran with.
    fs::copy(checkout().join("Cargo.lock"), seed.join("Cargo.lock"))?;
    let spec = session::claim(folder)?;
    envs.push((evcxr_facts::CRATE_FOLDER, seed.clone()));
    write_spec(&spec.folder, folder, &[evcxr], &envs)?;
    let notebook = spec.folder.join("compile.ipynb");
    let setup = dependency(&checkout().canonicalize()?);
    let cell = |id: &str, source: &str| {
        json!({
            "cell_type": "code", "id": id, "metadata": {}, "outputs": [], "execution_count": null,
            "source": source,
        })
    };
    let cells = [
        cell("compile", &format!("{setup}use lossbook::prelude::*;\nlet ready = 1.0;")),
        // Where a variable's type is not found, mostly by a slip of the pen, evcxr asks `cargo check` why,
        // which reads no compiled crate. So it has its own here, or a reader's first slip costs minutes.
        cell("check", "let unknown = a_slip_of_the_pen();"),
    ];
    fs::write(
        &notebook,
        json!({
            "nbformat": 4, "nbformat_minor": 5,
            "metadata": {"kernelspec": {"name": NAME, "display_name": NAME, "language": "rust"}},
            "cells": cells,
        })
        .to_string(),
    )?;
    let run = || {
        let mut nbconvert = Command::new(python);
        nbconvert
            .args([
                "-m",
                "nbconvert",
                "--to",
                "notebook",
                "--execute",
                "--inplace",
                "--allow-errors",
                "--log-level=ERROR",
            ])
            .args(["--ExecutePreprocessor.timeout=-1", "--ExecutePreprocessor.startup_timeout=300"])
            .arg(format!("--ExecutePreprocessor.kernel_name={NAME}"))
            .arg(&notebook)
            .envs([jupyter_path(&spec.folder)])
            .env("JUPYTER_RUNTIME_DIR", &spec.folder)
            .stdout(Stdio::null());
        step::run_counting_crates("Compiling the crates for the kernel", &mut nbconvert, crates)?;
        let errors = errors(&notebook)?;
        if !errors.is_empty() {
            bail!("The crates do not compile for the kernel: {}\n{errors}", step::advice(&errors));
        }
        Ok(())
    };
    run()?;
    if cfg!(unix) && !shared_object::is_in(&seed) {
        // Lossbook came before the last of the crates below it. Now they are all there.
        let mut clean = Command::new(evcxr::cargo());
        // evcxr names the target, and cargo cleans only what is named.
        clean.args(["clean", "--quiet", "--package=lossbook", "--target", &host()?]);
        clean.args(["--target-dir", evcxr_facts::TARGET]);
        step::run("Compiling lossbook once more", clean.current_dir(&seed))?;
        run()?;
    }
    Ok(())
}

/// The target that evcxr compiles for.
fn host() -> Result<String> {
    let version = output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not tell its host")?.to_owned())
}

/// What the compiler said against the cell, if anything.
fn errors(notebook: &Path) -> Result<String> {
    let notebook: Value = serde_json::from_str(&fs::read_to_string(notebook)?)?;
    let outputs =
        notebook["cells"][0]["outputs"].as_array().context("an executed cell has outputs")?;
    let errors = outputs.iter().filter(|output| output["output_type"] == "error");
    Ok(errors.filter_map(|error| error["evalue"].as_str()).collect::<Vec<_>>().join("\n"))
}

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
