//! Python with JupyterLab and plotly: the active environment's, or one of our own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use super::home::{self, Home};
use super::{fingerprint, step};

const REQUIREMENTS: &str = include_str!("requirements.txt");

/// Settings of our own JupyterLab: it does not ask about news over the first chapter.
const OVERRIDES: &str = r#"{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}"#;

/// The Python to use; makes an environment in the cache folder where none is active.
pub fn set_up(home: &Home) -> Result<PathBuf> {
    if let Some(python) = active() {
        return Ok(python);
    }
    let environment = home.join(format!("python-{}", fingerprint((REQUIREMENTS, OVERRIDES))));
    let python = program(&environment, "python");
    if home::is_complete(&environment) {
        return Ok(python);
    }
    let _alone = home.lock(home::PYTHON)?;
    if home::is_complete(&environment) {
        return Ok(python);
    }
    home.need_space(1, "The Python environment")?;
    println!("JupyterLab: installing it into {}. About a minute.", environment.display());
    if environment.exists() {
        std::fs::remove_dir_all(&environment)?;
    }
    let base = system_python()?;
    let venv = Command::new(&base).args(["-m", "venv"]).arg(&environment).status();
    if !venv.is_ok_and(|status| status.success()) {
        bail!(
            "{} cannot make a virtual environment. On Debian and Ubuntu its module is a package of its own: \
             `apt install python3-venv`. Then run the same command again.",
            base.display()
        );
    }
    let requirements = environment.join("requirements.txt");
    home::write_whole(&requirements, REQUIREMENTS)?;
    step::run(
        "Installing JupyterLab",
        Command::new(&python)
            .args([
                "-m",
                "pip",
                "install",
                "--disable-pip-version-check",
                "--no-input",
                "--quiet",
                // Python compiles what it uses, when it does: most of it never.
                "--no-compile",
                "--requirement",
            ])
            .arg(&requirements)
            // pip says why it fails on stdout or stderr, depending on the step.
            .stdout(Stdio::inherit()),
    )?;
    home::write_whole(&environment.join("share/jupyter/lab/settings/overrides.json"), OVERRIDES)?;
    home::mark_complete(&environment)?;
    Ok(python)
}

/// The Python of an active conda or virtual environment that has what a chapter needs.
fn active() -> Option<PathBuf> {
    let folder = ["VIRTUAL_ENV", "CONDA_PREFIX"].iter().find_map(std::env::var_os)?;
    let python = program(Path::new(&folder), "python");
    if !python.exists() || !imports(&python, "jupyterlab") {
        return None;
    }
    if !imports(&python, "plotly, nbconvert") {
        println!(
            "The active environment {} has JupyterLab but not plotly, without which charts stay blank: using our own instead.\n\
             (To use it: `pip install plotly nbconvert` there.)",
            Path::new(&folder).display()
        );
        return None;
    }
    println!("JupyterLab: using the active environment {}", Path::new(&folder).display());
    Some(python)
}

fn imports(python: &Path, modules: &str) -> bool {
    Command::new(python)
        .args(["-c", &format!("import {modules}")])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// A Python 3.10 or newer on the path.
fn system_python() -> Result<PathBuf> {
    let recent = "import sys; sys.exit(sys.version_info < (3, 10))";
    for name in
        ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"]
    {
        let status = Command::new(name).args(["-c", recent]).stderr(Stdio::null()).status();
        if status.is_ok_and(|status| status.success()) {
            return Ok(PathBuf::from(name));
        }
    }
    bail!(
        "No Python 3.10 or newer was found on the path: JupyterLab, the notebook's window, is written in it.\n\
         Install one (Debian, Ubuntu: `apt install python3 python3-venv`; macOS: `brew install python`; \
         Windows: python.org), and run the same command again."
    )
}

/// A program of a Python environment.
fn program(environment: &Path, name: &str) -> PathBuf {
    if cfg!(windows) {
        let root = environment.join(format!("{name}.exe"));
        // conda keeps python.exe at the root, a virtual environment in Scripts.
        if root.exists() { root } else { environment.join("Scripts").join(format!("{name}.exe")) }
    } else {
        environment.join("bin").join(name)
    }
}
