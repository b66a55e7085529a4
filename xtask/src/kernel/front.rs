//! Starts `front.py` between Jupyter and evcxr.

use std::ffi::OsString;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{self, Command, Stdio};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::PYTHON;
use super::cell_errors::{BACKTRACE, HEARD, MIME};
use super::evcxr_facts::CONNECTION;

/// Starts it for the kernel in `session`, and has `evcxr` speak with it instead of with Jupyter, by the arguments
/// that are given back. A kernel that is told of no Python does without.
pub fn start(
    session: &Path,
    mut arguments: Vec<OsString>,
    evcxr: &mut Command,
) -> Result<Vec<OsString>> {
    let place = arguments.iter().position(|argument| argument == CONNECTION).map(|place| place + 1);
    let file = place.and_then(|place| arguments.get_mut(place));
    let (Some(file), Some(python)) = (file, std::env::var_os(PYTHON)) else { return Ok(arguments) };
    let mut connection: Value = serde_json::from_str(&fs::read_to_string(&file)?)?;
    // Free ports, below those that a system gives: the next of these may be one that another Jupyter has
    // been given for a kernel that is not there yet. No two kernels begin to look at the same.
    let first = 10_000 + (process::id() % 4_000) as u16 * 5;
    let mut free = (first..32_768).filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    for port in ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] {
        connection[port] = json!(free.next().context("no port is free")?);
    }
    connection["transport"] = json!("tcp");
    connection["ip"] = json!("127.0.0.1");
    let jupyters = std::mem::replace(file, session.join("connection.json").into());
    // It has the key to the kernel: the session's folder is the user's alone.
    fs::write(&file, connection.to_string())?;

    let mut front = Command::new(python);
    front.args(["-c", include_str!("front.py")]).args([&jupyters, file]).arg(session).arg(MIME);
    front.stdin(Stdio::null()).spawn()?;

    evcxr.env(HEARD, MIME);
    if let Some(value) = std::env::var_os("RUST_BACKTRACE") {
        evcxr.env(BACKTRACE, value);
    }
    Ok(arguments)
}
