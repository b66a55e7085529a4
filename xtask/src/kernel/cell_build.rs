//! Compiles a cell as cargo would, without asking cargo.
//!
//! For each cell evcxr runs `cargo build`, which reads the manifests and records of 190 crates to find
//! that the cell alone has changed: a third of the time that a cell takes. So the kernel's cargo, which
//! is this tool, keeps how cargo called rustc for a cell, and calls it like that for the next one. It asks
//! cargo where anything else may have changed, and where rustc finds fault with the cell.
//!
//! evcxr finds its cargo by `rustup which cargo`: a kernel gets a toolchain that consists of links to the
//! real one, except for cargo. Without rustup, cargo itself builds every cell.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::crate_sources::COMPILED;
use super::evcxr_facts::{CELL, CELL_LIBRARY, DEPENDENCIES, asks_for_a_cell};
use super::{cell_errors, stand_in, versions};
use crate::setup::evcxr;

/// In a cell's crate folder; a new kernel's clone of the seed leaves out what is called so.
const CALL: &str = "ctx-call.json";

/// Puts a toolchain into the kernel's `folder` whose cargo is this tool.
#[cfg(target_os = "linux")]
pub fn set_up(folder: &Path, tool: &Path) -> Result<Option<PathBuf>> {
    if std::env::var_os("RUSTUP_TOOLCHAIN").is_none() {
        return Ok(None);
    }
    let real = evcxr::sysroot()?;
    let toolchain = folder.join("toolchain");
    link_all(&real, &toolchain, "bin")?;
    link_all(&real.join("bin"), &toolchain.join("bin"), "cargo")?;
    stand_in::link(tool, &toolchain.join("bin/cargo"))?;
    Ok(Some(toolchain))
}

/// Elsewhere cargo itself builds every cell.
#[cfg(not(target_os = "linux"))]
pub fn set_up(_folder: &Path, _tool: &Path) -> Result<Option<PathBuf>> {
    Ok(None)
}

#[cfg(target_os = "linux")]
fn link_all(from: &Path, to: &Path, except: &str) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (target, link) = (entry.path(), to.join(entry.file_name()));
        if entry.file_name() != except && fs::read_link(&link).ok().as_ref() != Some(&target) {
            let _ = fs::remove_file(&link);
            std::os::unix::fs::symlink(&target, &link)
                .with_context(|| format!("{} cannot be linked", target.display()))?;
        }
    }
    Ok(())
}

/// Keeps how rustc was called for the cell in this folder.
pub fn keep(rustc: &OsStr, arguments: &[OsString]) -> Result<()> {
    let texts = |texts: &[OsString]| -> Option<Vec<String>> {
        texts.iter().map(|text| text.to_str().map(str::to_owned)).collect()
    };
    // What cargo tells rustc in this way; the rest of the environment is the next cell's own.
    let envs: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with("CARGO") || name == "LD_LIBRARY_PATH")
        .collect();
    // One that cannot be written as JSON is not kept.
    if let (Some(rustc), Some(arguments)) = (rustc.to_str(), texts(arguments)) {
        let call = json!({"for": state()?, "rustc": rustc, "arguments": arguments, "envs": envs});
        fs::write(CALL, call.to_string())?;
    }
    Ok(())
}

/// What a call is good for: this folder, these crates, these flags.
fn state() -> Result<Value> {
    let flags = std::env::var("RUSTFLAGS").unwrap_or_default();
    let folder = std::env::current_dir()?;
    Ok(json!([folder, fs::read_to_string("Cargo.toml")?, fs::read_to_string("Cargo.lock")?, flags]))
}

/// Compiles the cell in this folder. `None` where cargo has to.
pub fn build(arguments: &[OsString]) -> Option<()> {
    if !asks_for_a_cell(arguments) {
        return None;
    }
    let call: Value = serde_json::from_str(&fs::read_to_string(CALL).ok()?).ok()?;
    if call["for"] != state().ok()? || !is_up_to_date(&call)? {
        return None;
    }
    let compiled =
        Path::new(texts(&call).skip_while(|text| *text != "--out-dir").nth(1)?).join(CELL_LIBRARY);
    let shown = compiled.parent()?.parent()?.join(CELL_LIBRARY);
    // evcxr has the last cell's in use, under another name: none is written into.
    remove(&compiled).and_then(|()| remove(&shown)).ok()?;
    cell_errors::give_speech().ok()?;
    let envs = call["envs"].as_object()?;
    let mut rustc = Command::new(call["rustc"].as_str()?);
    rustc.args(texts(&call)).stdout(Stdio::null()).stderr(Stdio::null());
    rustc.envs(envs.iter().filter_map(|(name, value)| Some((name, value.as_str()?))));
    if !rustc.status().ok()?.success() {
        return None;
    }
    fs::hard_link(compiled, &shown).ok()?;
    let artifact =
        json!({"reason": "compiler-artifact", "target": {"name": CELL}, "filenames": [shown]});
    println!("{artifact}");
    Some(())
}

fn texts(call: &Value) -> impl DoubleEndedIterator<Item = &str> {
    call["arguments"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Whether lossbook is still what was compiled. It has to be the only crate whose source can change.
fn is_up_to_date(call: &Value) -> Option<bool> {
    let library = texts(call).filter_map(|text| text.strip_prefix("lossbook=")).next_back()?;
    let manifest = call["for"][1].as_str()?;
    let lossbook = versions::lossbook(manifest)?;
    let (_, dependencies) = manifest.split_once(DEPENDENCIES)?;
    if dependencies.lines().filter(|line| line.contains("path")).count() > 1 {
        return Some(false);
    }
    let newest: io::Result<Vec<_>> =
        COMPILED.iter().map(|part| newest(&Path::new(lossbook).join(part))).collect();
    Some(newest.ok()?.into_iter().max()? < fs::metadata(library).ok()?.modified().ok()?)
}

/// When the newest file in `path` was written.
fn newest(path: &Path) -> io::Result<SystemTime> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_dir() {
        return metadata.modified();
    }
    let mut time = SystemTime::UNIX_EPOCH;
    for entry in fs::read_dir(path)? {
        time = time.max(newest(&entry?.path())?);
    }
    Ok(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_crate_that_may_have_changed_is_left_to_cargo() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, seconds: u64| {
            let file = folder.path().join(name);
            crate::setup::home::write_whole(&file, "").unwrap();
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            let file = fs::File::options().write(true).open(file).unwrap();
            file.set_modified(time).unwrap();
        };
        for part in ["Cargo.toml", "notebooks/claims.csv", "src/lib.rs", "src/regression/mse.rs"] {
            write(part, 100);
        }
        write("liblossbook.so", 200);
        let root = folder.path().display();
        let asked = |dependencies: &str| {
            let manifest =
                format!("[lib]\npath = \"src/lib.rs\"\n\n[dependencies]\n{dependencies}");
            let arguments = [
                format!("lossbook={root}/liblossbook.rlib"),
                format!("lossbook={root}/liblossbook.so"),
            ];
            is_up_to_date(&json!({"for": ["", manifest], "arguments": arguments}))
        };
        let lossbook = format!("lossbook = {{ path = \"{root}\" }}\n");
        assert_eq!(asked(&lossbook), Some(true));
        assert_eq!(asked(&format!("{lossbook}rand = \"0.9\"\n")), Some(true));
        assert_eq!(asked(&format!("{lossbook}mine = {{path=\"../mine\"}}\n")), Some(false));
        assert_eq!(asked("rand = \"0.9\"\n"), None);
        write("src/regression/mse.rs", 201);
        assert_eq!(asked(&lossbook), Some(false));
    }

    #[test]
    fn only_the_build_of_a_cell_is_done_without_cargo() {
        for command in
            ["metadata --format-version 1", "check --target x --message-format=json", "build"]
        {
            let arguments: Vec<OsString> = command.split(' ').map(OsString::from).collect();
            assert_eq!(build(&arguments), None, "{command}");
        }
    }
}
