//! What evcxr's rust-analyzer sees of the crate graph.
//!
//! evcxr infers the types of a cell's variables with rust-analyzer, which asks `cargo metadata` for all
//! crates below the cell's and reads every one's source: 190 for this course, and 1.4 GB of memory.
//! A variable's type comes from a few of them, those whose items lossbook hands to a reader. So a
//! kernel's rust-analyzer is given a cargo (this tool, under cargo's name) that leaves out what else
//! stands below lossbook. What is compiled is not touched, and a reader's own `:dep` is seen whole.
//!
//! rust-analyzer takes cargo from `CARGO_HOME`. So the kernel gets one that consists of links to the
//! user's own, except for this one file.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

/// The crates that lossbook re-exports, with the crates named after them, and the traits of numbers.
const HANDED_ON: [&str; 5] = ["ndarray", "num-complex", "num-traits", "plotly", "polars"];

/// Tells this tool where the real cargo is.
const REAL: &str = "LOSSBOOK_CARGO";

/// A cargo home in `folder` whose cargo is `tool`, and what to set so that it is used.
#[cfg(unix)]
pub fn set_up(folder: &Path, tool: &Path) -> Result<Vec<(&'static str, PathBuf)>> {
    let users = match std::env::var_os("CARGO_HOME") {
        Some(home) => home.into(),
        None => dirs::home_dir().context("this user has no home folder")?.join(".cargo"),
    };
    let home = folder.join("cargo-home");
    link_entries(&users, &home, "bin")?;
    link_entries(&users.join("bin"), &home.join("bin"), "cargo")?;
    link(tool, &home.join("bin/cargo"))?;
    Ok(vec![("CARGO_HOME", home), (REAL, super::evcxr::cargo().into())])
}

/// Windows allows links to few users; there, rust-analyzer sees everything.
#[cfg(not(unix))]
pub fn set_up(_folder: &Path, _tool: &Path) -> Result<Vec<(&'static str, PathBuf)>> {
    Ok(Vec::new())
}

/// Links all that is in `from`, except for one entry. What cargo has made here itself stays.
#[cfg(unix)]
fn link_entries(from: &Path, to: &Path, except: &str) -> Result<()> {
    std::fs::create_dir_all(to)?;
    let Ok(entries) = std::fs::read_dir(from) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let link_here = to.join(entry.file_name());
        let Ok(real) = entry.path().canonicalize() else { continue };
        if entry.file_name() != except && (link_here.is_symlink() || !link_here.exists()) {
            link(&real, &link_here)?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> Result<()> {
    if std::fs::read_link(to).is_ok_and(|present| present == from) {
        return Ok(());
    }
    if to.is_symlink() {
        std::fs::remove_file(to)?;
    }
    std::os::unix::fs::symlink(from, to)
        .with_context(|| format!("{} cannot be linked to {}", to.display(), from.display()))
}

/// Whether this tool was started under cargo's name.
pub fn is_asked() -> bool {
    let name = std::env::args_os().next().map(PathBuf::from);
    name.is_some_and(|name| name.file_stem().is_some_and(|stem| stem == "cargo"))
        && std::env::var_os(REAL).is_some()
}

/// Does what cargo does; of `metadata`, it shows less.
pub fn run() -> Result<ExitCode> {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let mut cargo = Command::new(std::env::var_os(REAL).unwrap_or_else(|| "cargo".into()));
    cargo.args(&arguments);
    if arguments.first().is_none_or(|command| command != "metadata") {
        return ended(cargo.status()?);
    }
    let output = cargo.stderr(Stdio::inherit()).output()?;
    let seen = match serde_json::from_slice(&output.stdout) {
        Ok(metadata) => trimmed(metadata).to_string().into_bytes(),
        Err(_) => output.stdout,
    };
    std::io::stdout().write_all(&seen)?;
    ended(output.status)
}

fn ended(status: std::process::ExitStatus) -> Result<ExitCode> {
    Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}

/// The metadata without the crates below lossbook that it does not hand on.
fn trimmed(mut metadata: Value) -> Value {
    let Some(kept) = kept(&metadata) else { return metadata };
    let is_kept = |id: &Value| id.as_str().is_some_and(|id| kept.contains(id));
    let retain = |list: &mut Value, id: fn(&Value) -> &Value| {
        if let Some(list) = list.as_array_mut() {
            list.retain(|item| is_kept(id(item)));
        }
    };
    retain(&mut metadata["packages"], |package| &package["id"]);
    let nodes = &mut metadata["resolve"]["nodes"];
    retain(nodes, |node| &node["id"]);
    for node in nodes.as_array_mut().into_iter().flatten() {
        retain(&mut node["deps"], |dependency| &dependency["pkg"]);
        retain(&mut node["dependencies"], |id| id);
    }
    metadata
}

/// The ids of the crates to keep; `None` where the root does not depend on lossbook.
fn kept(metadata: &Value) -> Option<HashSet<String>> {
    let names: HashMap<&str, &str> = metadata["packages"]
        .as_array()?
        .iter()
        .filter_map(|package| Some((package["id"].as_str()?, package["name"].as_str()?)))
        .collect();
    let below: HashMap<&str, Vec<&str>> = metadata["resolve"]["nodes"]
        .as_array()?
        .iter()
        .filter_map(|node| {
            let ids = node["deps"].as_array()?.iter().filter_map(|dep| dep["pkg"].as_str());
            Some((node["id"].as_str()?, ids.collect()))
        })
        .collect();
    let root = metadata["resolve"]["root"].as_str()?;
    let lossbook = *below.get(root)?.iter().find(|id| names.get(**id) == Some(&"lossbook"))?;

    let is_handed_on = |id: &str| {
        let name = names.get(id).copied().unwrap_or_default();
        HANDED_ON.iter().any(|handed_on| {
            name.strip_prefix(handed_on)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        })
    };
    let mut kept: HashSet<&str> = HashSet::from([lossbook]);
    let mut found = vec![root];
    while let Some(id) = found.pop() {
        if kept.insert(id) {
            found.extend(below.get(id).into_iter().flatten());
        }
    }
    let mut found = below.get(lossbook)?.clone();
    while let Some(id) = found.pop() {
        if is_handed_on(id) && kept.insert(id) {
            found.extend(below.get(id).into_iter().flatten());
        }
    }
    Some(kept.into_iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A graph of crates as cargo tells it; the id of a crate is its name.
    fn metadata(graph: &[(&str, &[&str])]) -> Value {
        let packages: Vec<Value> =
            graph.iter().map(|(name, _)| json!({"id": name, "name": name})).collect();
        let nodes = graph.iter().map(|(name, below)| {
            let deps: Vec<Value> = below.iter().map(|id| json!({"name": id, "pkg": id})).collect();
            json!({"id": name, "deps": deps, "dependencies": below})
        });
        json!({"packages": packages, "resolve": {"root": graph[0].0, "nodes": nodes.collect::<Vec<_>>()}})
    }

    #[test]
    fn below_lossbook_only_what_it_hands_on_is_seen() {
        let seen = trimmed(metadata(&[
            ("ctx", &["lossbook"]),
            ("lossbook", &["polars", "statrs"]),
            ("polars", &["polars-core", "polarsish"]),
            ("polars-core", &["tokio"]),
            ("polarsish", &[]),
            ("statrs", &["num-traits"]),
            ("num-traits", &[]),
            ("tokio", &[]),
        ]));
        let expected = metadata(&[
            ("ctx", &["lossbook"]),
            ("lossbook", &["polars"]),
            ("polars", &["polars-core"]),
            ("polars-core", &[]),
        ]);
        assert_eq!(seen, expected);
    }

    #[test]
    fn what_a_reader_adds_is_seen_whole() {
        let graph = metadata(&[
            ("ctx", &["lossbook", "client"]),
            ("client", &["tokio"]),
            ("lossbook", &["polars"]),
            ("polars", &["tokio"]),
            ("tokio", &["mio"]),
            ("mio", &[]),
        ]);
        assert_eq!(trimmed(graph.clone()), graph);
    }

    #[test]
    fn a_graph_without_lossbook_is_left_as_it_is() {
        for graph in [
            metadata(&[("ctx", &["tokio"]), ("tokio", &[])]),
            json!({"packages": [], "resolve": null}),
        ] {
            assert_eq!(trimmed(graph.clone()), graph);
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_kernels_cargo_home_is_the_users_but_for_cargo() {
        let folder = tempfile::tempdir().unwrap();
        let (users, ours) = (folder.path().join("users"), folder.path().join("ours"));
        for file in ["config.toml", "bin/cargo", "bin/rustc"] {
            crate::home::write_whole(&users.join(file), file).unwrap();
        }
        for _ in 0..2 {
            link_entries(&users, &ours, "bin").unwrap();
            link_entries(&users.join("bin"), &ours.join("bin"), "cargo").unwrap();
        }
        assert_eq!(std::fs::read_to_string(ours.join("config.toml")).unwrap(), "config.toml");
        assert_eq!(std::fs::read_to_string(ours.join("bin/rustc")).unwrap(), "bin/rustc");
        assert!(!ours.join("bin/cargo").exists());
        // What cargo makes in our home meanwhile is not replaced.
        crate::home::write_whole(&ours.join("registry"), "made here").unwrap();
        crate::home::write_whole(&users.join("registry"), "the user's").unwrap();
        link_entries(&users, &ours, "bin").unwrap();
        assert_eq!(std::fs::read_to_string(ours.join("registry")).unwrap(), "made here");
    }
}
