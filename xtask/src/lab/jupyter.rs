//! Opens JupyterLab on the course.

use std::process::Command;

use anyhow::{Context, Result};

use super::{Jupyter, Options, checkout};

pub fn open(jupyter: &Jupyter, options: &Options) -> Result<()> {
    let mut command = Command::new(&jupyter.python);
    command
        .args([
            "-m",
            "jupyterlab",
            "--ServerApp.log_level=WARN",
            "--LabApp.log_level=WARN",
            "--LabApp.default_url=/lab/tree/00_start_here.ipynb",
        ])
        .arg(format!(
            "--ServerApp.root_dir={}",
            checkout().join("notebooks").canonicalize()?.display()
        ))
        .envs(jupyter.envs.iter().map(|(name, value)| (name, value)));
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
    run(command)
        .with_context(|| format!("JupyterLab ({}) cannot be started", jupyter.python.display()))
}

/// Becomes JupyterLab, so that Ctrl-C and the exit code are its own.
#[cfg(unix)]
fn run(mut command: Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec().into())
}

#[cfg(not(unix))]
fn run(mut command: Command) -> Result<()> {
    std::process::exit(command.status()?.code().unwrap_or(1))
}
