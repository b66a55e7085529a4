//! Builds the kernel: evcxr_jupyter, then in the seed the crates that all kernels share.
//!
//! Cargo compiles the crates as evcxr would have it do, so that it can be told how far it is and be ended.
//! evcxr has the last word: it runs a first cell.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::{
    Lab, NAME, crate_sources, dependency, evcxr_facts, jupyter_path, linker, session, std_source,
    write_spec,
};
use crate::setup::evcxr::{self, output};
use crate::setup::home::{self, Home, write_whole};
use crate::setup::progress::{Part, Progress};
use crate::setup::{checkout, fingerprint, step};

/// The crates below lossbook; how many there are is counted.
const CRATES: Part = Part {
    name: "the course's crates (polars, plotly, ndarray, statrs)",
    crates: 0,
    seconds: 190.0,
    passed: &[0.0, 0.06, 0.11, 0.14, 0.18, 0.23, 0.29, 0.43, 0.59, 0.72, 1.0],
};
const CHANGES: Part =
    Part { name: "what changed in lossbook", crates: 1, seconds: 60.0, passed: &[0.0, 1.0] };
/// A first cell, at the end.
const TRIAL: Part = Part { name: "a first cell", crates: 1, seconds: 30.0, passed: &[0.0, 1.0] };

impl Lab {
    /// Whether a kernel could start now, with this checkout's crate.
    pub fn is_built(&self, home: &Home) -> Result<bool> {
        Ok(evcxr::is_there(home) && self.is_compiled()?)
    }

    /// Builds what is missing. Only one at a time does; the others tell how far that one is.
    pub fn build(&self, home: &Home, notice: Option<PathBuf>) -> Result<()> {
        if self.is_built(home)? {
            return Ok(());
        }
        let mut progress = Progress::new(home, notice);
        let built = (|| {
            progress.expect(&self.missing(home)?);
            progress.step("Rust kernel: building what is missing");
            let _alone = home.lock_watching(home::BUILD, || progress.pass_on())?;
            // Another may have built it meanwhile.
            progress.expect(&self.missing(home)?);
            evcxr::set_up(home, &mut progress)?;
            if self.is_compiled()? { Ok(()) } else { self.compile(home, &mut progress) }
        })();
        if let Err(error) = &built {
            progress.failed(error);
        }
        built
    }

    fn missing(&self, home: &Home) -> Result<Vec<Part>> {
        let mut parts = Vec::new();
        if !evcxr::is_there(home) {
            parts.push(evcxr::BUILD);
        }
        if !self.is_compiled()? {
            parts.extend([self.crates_part(), TRIAL]);
        }
        Ok(parts)
    }

    /// The file that tells what of this checkout is compiled.
    fn stamp(&self) -> Result<PathBuf> {
        Ok(self.kernel.join("checkouts").join(fingerprint(checkout().canonicalize()?)))
    }

    fn is_compiled(&self) -> Result<bool> {
        let compiled = fs::read_to_string(self.stamp()?).unwrap_or_default();
        Ok(compiled == crate_sources::sources()?)
    }

    fn crates_part(&self) -> Part {
        if home::is_complete(&self.seed()) {
            CHANGES
        } else {
            Part { crates: self.crates, ..CRATES }
        }
    }

    fn seed(&self) -> PathBuf {
        self.kernel.join("seed")
    }

    /// Compiles the crates in the seed.
    fn compile(&self, home: &Home, progress: &mut Progress) -> Result<()> {
        let (seed, crates, stamp) = (self.seed(), self.crates_part(), crate_sources::sources()?);
        home.need_space(if crates.crates > 1 { 3 } else { 1 }, "Compiling the course's crates")?;
        std_source::set_up(&self.kernel, &evcxr::standard_library()?)?;
        // No session is cloned from a seed that is being compiled.
        let lock = File::create(self.kernel.join("seed.lock"))?;
        lock.lock()?;
        // evcxr asks for no lock file, but its cargo heeds one: the very versions that the tests ran with.
        fs::create_dir_all(seed.join("src"))?;
        fs::copy(checkout().join("Cargo.lock"), seed.join("Cargo.lock"))?;
        let lossbook = dependency(&checkout().canonicalize()?);
        fs::write(
            seed.join("Cargo.toml"),
            format!("{}{}", evcxr_facts::MANIFEST, &lossbook[":dep ".len()..]),
        )?;
        fs::write(seed.join(evcxr_facts::SOURCE), "")?;
        let host = output(Command::new("rustc").args(["--print", "host-tuple"]))?;
        let mut build = Command::new(evcxr::cargo());
        build.args(["build", "--target", host.trim()]).current_dir(&seed);
        build
            .env("RUSTFLAGS", evcxr_facts::rustflags(linker()))
            .env("CARGO_TARGET_DIR", evcxr_facts::TARGET);
        progress.run(&crates, build.env("CARGO_BUILD_BUILD_DIR", evcxr_facts::TARGET))?;
        progress.step("Rust kernel: a first cell");
        self.try_out(&lossbook)?;
        home::mark_complete(&seed)?;
        write_whole(&self.stamp()?, &stamp)
    }

    /// Has evcxr itself run a cell in the seed. What it finds compiled with flags that are not its own, it
    /// compiles again.
    fn try_out(&self, lossbook: &str) -> Result<()> {
        let spec = session::claim(&self.kernel)?;
        let mut envs = self.envs.clone();
        envs.push((evcxr_facts::CRATE_FOLDER, self.seed()));
        write_spec(&spec.folder, &self.kernel, &[&self.evcxr], &envs)?;
        let notebook = spec.folder.join("compile.ipynb");
        let cell = |id: &str, source: &str| {
            json!({
                "cell_type": "code", "id": id, "metadata": {}, "outputs": [], "execution_count": null,
                "source": source,
            })
        };
        let mut cells = vec![cell(
            "compile",
            &format!("{lossbook}use lossbook::prelude::*;\nlet ready = 1.0;"),
        )];
        if !self.envs.iter().any(|(name, _)| *name == "RUSTUP_TOOLCHAIN") {
            // Where a variable's type is not found, mostly by a slip of the pen, evcxr asks `cargo check` why,
            // which reads no compiled crate. Where cargo is not ours, it has its own here, or a reader's
            // first slip costs minutes.
            cells.push(cell("check", "let unknown = a_slip_of_the_pen();"));
        }
        let text = json!({
            "nbformat": 4, "nbformat_minor": 5,
            "metadata": {"kernelspec": {"name": NAME, "display_name": NAME, "language": "rust"}},
            "cells": cells,
        });
        fs::write(&notebook, text.to_string())?;
        let mut nbconvert = Command::new(&self.jupyter.python);
        nbconvert
            .args(["-m", "nbconvert", "--to", "notebook", "--execute", "--inplace"])
            .args(["--allow-errors", "--log-level=ERROR"])
            .args(["--ExecutePreprocessor.timeout=-1", "--ExecutePreprocessor.startup_timeout=300"])
            .arg(format!("--ExecutePreprocessor.kernel_name={NAME}"))
            .arg(&notebook)
            .envs([jupyter_path(&spec.folder)])
            .env("JUPYTER_RUNTIME_DIR", &spec.folder)
            .stdout(Stdio::null());
        step::run("A first cell", &mut nbconvert)?;
        let errors = errors(&notebook)?;
        if !errors.is_empty() {
            bail!("The crates do not compile for the kernel: {}\n{errors}", step::advice(&errors));
        }
        Ok(())
    }
}

/// Names the file that a kernel waits for before it starts: it comes when all is built.
pub const BUILT: &str = "LOSSBOOK_BUILT";

/// Waits, where this is a kernel of a JupyterLab that builds; ends with it. `arguments` are evcxr's.
pub fn wait_for(arguments: &[OsString]) -> Result<()> {
    let Some(built) = std::env::var_os(BUILT).map(PathBuf::from) else { return Ok(()) };
    #[cfg(unix)]
    let (server, _ports) = (std::os::unix::process::parent_id(), ports(arguments));
    while !built.exists() {
        #[cfg(unix)]
        if std::os::unix::process::parent_id() != server {
            bail!("JupyterLab has ended");
        }
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    Ok(())
}

/// The ports that Jupyter has chosen for the kernel, taken: until it is built, others would take them.
/// They are not listened on, so that Jupyter finds no one there yet.
#[cfg(unix)]
fn ports(arguments: &[OsString]) -> Vec<std::os::fd::OwnedFd> {
    use rustix::net::{self, AddressFamily, SocketType};
    use std::net::{Ipv4Addr, SocketAddrV4};
    let text = arguments.last().and_then(|file| fs::read_to_string(file).ok()).unwrap_or_default();
    let connection: Value = serde_json::from_str(&text).unwrap_or_default();
    let named = connection.as_object().into_iter().flatten();
    let ports = named.filter(|(name, _)| name.ends_with("_port"));
    ports
        .filter_map(|(_, port)| {
            let address = SocketAddrV4::new(Ipv4Addr::LOCALHOST, port.as_u64()?.try_into().ok()?);
            let socket = net::socket(AddressFamily::INET, SocketType::STREAM, None).ok()?;
            net::bind(&socket, &address).ok()?;
            Some(socket)
        })
        .collect()
}

/// What the compiler said against the cell, if anything.
fn errors(notebook: &Path) -> Result<String> {
    let notebook: Value = serde_json::from_str(&fs::read_to_string(notebook)?)?;
    let outputs =
        notebook["cells"][0]["outputs"].as_array().context("an executed cell has outputs")?;
    let errors = outputs.iter().filter(|output| output["output_type"] == "error");
    Ok(errors.filter_map(|error| error["evalue"].as_str()).collect::<Vec<_>>().join("\n"))
}
