//! Opens JupyterLab on the course.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::Options;
use crate::kernel::{self, LOADING, Lab, crate_sources};
use crate::setup::home::write_whole;
use crate::setup::{checkout, fingerprint};

/// Opens it; where the kernel is not built yet, it builds it.
pub fn open(lab: &Lab, options: &Options, is_built: bool) -> Result<()> {
    let course = checkout().join("notebooks").canonicalize()?;
    let (script, settings) = settings(lab, &course, options.ready_kernel, is_built)?;
    let mut command = Command::new(&lab.jupyter.python);
    command
        .arg(script)
        .arg(settings.to_string())
        .args([
            "--ServerApp.log_level=WARN",
            "--LabApp.log_level=WARN",
            "--LabApp.default_url=/lab/tree/00_start_here.ipynb",
            // A kernel may have to be built first; Jupyter would give it a minute.
            "--MappingKernelManager.kernel_info_timeout=36000",
        ])
        .arg(format!(
            "--ServerApp.cookie_secret_file={}",
            lab.kernel.join("lab/cookie_secret").display()
        ))
        .arg(format!("--ServerApp.root_dir={}", course.display()))
        // The user's own may open other notebooks over the first chapter.
        .arg(format!("--LabApp.workspaces_dir={}", lab.runtime.folder.join("workspaces").display()))
        .arg(format!(
            "--LabApp.extra_labextensions_path={}",
            lab.runtime.folder.join("labextensions").display()
        ))
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
fn settings(
    lab: &Lab,
    course: &Path,
    keep_ready: bool,
    is_built: bool,
) -> Result<(PathBuf, Value)> {
    let folder = lab.kernel.join("lab");
    let script = folder.join("lab.py");
    write_whole(&script, include_str!("lab.py"))?;
    write_whole(&folder.join("kernel_build.py"), include_str!("kernel_build.py"))?;
    write_whole(&folder.join("ready_kernel.py"), include_str!("ready_kernel.py"))?;
    // This JupyterLab's own: it shows what this one builds.
    let extension = lab.runtime.folder.join("labextensions/lossbook");
    let build = json!({"load": "static/notice.js", "extension": "./extension"});
    let package = json!({"name": "lossbook", "version": "0.1.0", "jupyterlab": {"_build": build}});
    write_whole(&extension.join("package.json"), &package.to_string())?;
    write_whole(&extension.join("static/notice.js"), include_str!("notice.js"))?;
    write_whole(&extension.join("static/notice.css"), include_str!("notice.css"))?;
    let notice = extension.join("static/build.json");
    let checkout = checkout().canonicalize()?;
    let config = lab.kernel.join("ready").join(fingerprint(&checkout));
    write_whole(&config.join("evcxr.toml"), kernel::SETTINGS)?;
    // evcxr runs this when it starts, before it answers anything. After it, the same `:dep` in a chapter
    // costs nothing, and the types of variables are found without reading all crates again.
    let init = fs::read_to_string(lab.kernel.join(kernel::INIT))?;
    write_whole(
        &config.join("init.evcxr"),
        &format!("{init}{}{LOADING}", kernel::dependency(&checkout)),
    )?;
    let spec = lab.kernel.join("jupyter/kernels").join(kernel::NAME).join("kernel.json");
    let sources: Vec<PathBuf> =
        crate_sources::COMPILED.iter().map(|part| checkout.join(part)).collect();
    let command =
        json!([std::env::current_exe()?, Path::new("build"), &lab.jupyter.python, &notice]);
    let build = json!({
        "command": if is_built { Value::Null } else { command },
        "notice": notice,
        "variable": kernel::build::BUILT,
        "built": lab.runtime.folder.join("built"),
    });
    let settings = json!({
        "kernel": kernel::NAME,
        "course": course,
        "spec": serde_json::from_str::<Value>(&fs::read_to_string(spec)?)?,
        "ready": {"EVCXR_CONFIG_DIR": config},
        "sources": sources,
        "usual": extension.join("static/usual.json"),
        "seconds": folder.join("seconds"),
        "keep_ready": keep_ready,
        "build": build,
    });
    Ok((script, settings))
}
