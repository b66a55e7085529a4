//! Opens JupyterLab on the course.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::Options;
use crate::kernel::evcxr_facts::{CONFIG_FOLDER, INIT, SETTINGS};
use crate::kernel::{self, LOADING, Lab, crate_sources};
use crate::setup::home::write_whole;
use crate::setup::{checkout, fingerprint};

pub fn open(lab: &Lab, options: &Options) -> Result<()> {
    let course = checkout().join("notebooks").canonicalize()?;
    let (script, settings) = ready(lab, &course, options.ready_kernel)?;
    let mut command = Command::new(&lab.jupyter.python);
    command
        .arg(script)
        .arg(settings.to_string())
        .args([
            "--ServerApp.log_level=WARN",
            "--LabApp.log_level=WARN",
            "--LabApp.default_url=/lab/tree/00_start_here.ipynb",
            // A slow machine may need longer than Jupyter's minute for a kernel.
            "--MappingKernelManager.kernel_info_timeout=600",
        ])
        .arg(format!(
            "--ServerApp.cookie_secret_file={}",
            lab.kernel.join("lab/cookie_secret").display()
        ))
        .arg(format!("--ServerApp.root_dir={}", course.display()))
        .envs(lab.jupyter.envs.iter().map(|(name, value)| (name, value)));
    if !options.browser {
        command.arg("--no-browser");
    }
    if let Some(port) = options.port {
        // A port that was asked for is used or refused, never silently another one.
        command.args([format!("--port={port}"), "--ServerApp.port_retries=0".into()]);
    }
    #[cfg(unix)]
    if rustix::process::geteuid().is_root() {
        // As in a container; Jupyter refuses root unless it is told.
        command.arg("--allow-root");
    }
    println!("Opening JupyterLab. Ctrl-C here ends it.");
    lab.runtime
        .become_program(command)
        .with_context(|| format!("JupyterLab ({}) cannot be started", lab.jupyter.python.display()))
}

/// What opens JupyterLab with a kernel kept ready for the chapters in `course`: a script and its settings.
fn ready(lab: &Lab, course: &Path, keep_ready: bool) -> Result<(PathBuf, Value)> {
    let folder = lab.kernel.join("lab");
    let script = folder.join("lab.py");
    write_whole(&script, include_str!("lab.py"))?;
    write_whole(&folder.join("ready_kernel.py"), include_str!("ready_kernel.py"))?;
    let extension = lab.kernel.join("jupyter/labextensions/lossbook");
    let build = json!({"load": "static/getting_ready.js", "extension": "./extension"});
    let package = json!({"name": "lossbook", "version": "0.1.0", "jupyterlab": {"_build": build}});
    write_whole(&extension.join("package.json"), &package.to_string())?;
    write_whole(&extension.join("static/getting_ready.js"), include_str!("getting_ready.js"))?;
    let checkout = checkout().canonicalize()?;
    let config = lab.kernel.join("ready").join(fingerprint(&checkout));
    write_whole(&config.join(SETTINGS), kernel::SETTINGS)?;
    // evcxr runs this when it starts, before it answers anything. After it, the same `:dep` in a chapter
    // costs nothing, and the types of variables are found without reading all crates again.
    let init = fs::read_to_string(lab.kernel.join(kernel::CONFIG).join(INIT))?;
    write_whole(&config.join(INIT), &format!("{init}{}{LOADING}", kernel::dependency(&checkout)))?;
    let spec = lab.kernel.join("jupyter/kernels").join(kernel::NAME).join("kernel.json");
    let sources: Vec<PathBuf> =
        crate_sources::COMPILED.iter().map(|part| checkout.join(part)).collect();
    let settings = json!({
        "kernel": kernel::NAME,
        "course": course,
        "spec": serde_json::from_str::<Value>(&fs::read_to_string(spec)?)?,
        "ready": {CONFIG_FOLDER: config},
        "sources": sources,
        "style": extension.join("static/getting_ready.css"),
        "seconds": folder.join("seconds"),
        "keep_ready": keep_ready,
    });
    Ok((script, settings))
}
