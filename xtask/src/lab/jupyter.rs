//! Opens JupyterLab on the course.

use std::process::Command;

use anyhow::{Context, Result};

use super::{Lab, Options, checkout, kernel};

pub fn open(lab: &Lab, options: &Options) -> Result<()> {
    let course = checkout().join("notebooks").canonicalize()?;
    let (script, settings) = kernel::ready(lab, &course, options.ready_kernel)?;
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
