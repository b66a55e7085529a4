//! What evcxr's rust-analyzer sees of the crate graph.
//!
//! evcxr infers the types of a cell's variables with rust-analyzer, which asks `cargo metadata` for all
//! crates below the cell's and reads every one's source: 190 for this course, and 1.4 GB of memory.
//! A variable's type comes from a few of them, those whose items lossbook hands to a reader. So a
//! kernel's rust-analyzer is given a cargo (this tool, under cargo's name) that leaves out what else
//! stands below lossbook. What is compiled is not touched, and a reader's own `:dep` is seen whole.
//!
//! rust-analyzer takes cargo from `CARGO_HOME`, so the kernel gets one that holds nothing else. evcxr's
//! own cargo, and the real one behind this tool, are given the user's back.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

use super::evcxr_facts::{BUILD_ENV, asks_for_a_cell};
use super::{cell_build, stand_in, versions};
use crate::setup::evcxr;

/// The crates that lossbook re-exports, with the crates named after them, and the traits of numbers.
const HANDED_ON: [&str; 7] =
    ["ndarray", "ndarray-stats", "num-complex", "num-traits", "plotly", "polars", "statrs"];

/// Tell this tool where the real cargo is, and its home.
const CARGO: &str = "LOSSBOOK_CARGO";
const CARGO_HOME: &str = "LOSSBOOK_CARGO_HOME";

/// What is set for a kernel.
pub struct View {
    pub envs: Vec<(&'static str, PathBuf)>,
    /// Goes into `init.evcxr`, by which evcxr begins.
    pub init: String,
}

/// Puts a cargo home into the kernel's `folder`, whose cargo is this tool.
pub fn set_up(folder: &Path, tool: &Path) -> Result<View> {
    let home = folder.join("cargo-home");
    let cargo = format!("cargo{}", std::env::consts::EXE_SUFFIX);
    stand_in::link(tool, &home.join("bin").join(cargo))?;
    // Where a cell starts this tool, `CARGO_HOME` is ours.
    let users = match std::env::var_os(CARGO_HOME).or_else(|| std::env::var_os("CARGO_HOME")) {
        Some(users) => users.into(),
        None => dirs::home_dir().context("this user has no home folder")?.join(".cargo"),
    };
    Ok(View {
        init: format!("{BUILD_ENV} CARGO_HOME={}\n", users.display()),
        envs: vec![("CARGO_HOME", home), (CARGO, evcxr::cargo().into()), (CARGO_HOME, users)],
    })
}

/// Whether this tool was started under cargo's name.
pub fn is_asked() -> bool {
    stand_in::is_started_as("cargo") && std::env::var_os(CARGO).is_some()
}

/// Does what cargo does; of `metadata`, it shows less.
pub fn run() -> Result<ExitCode> {
    let mut arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    if arguments.first().is_some_and(|command| command == "check") {
        // evcxr asks it why a cell does not compile. It would first check all crates, which takes minutes
        // and knows nothing that their build does not know.
        arguments[0] = "build".into();
    }
    if cell_build::build(&arguments).is_some() {
        stand_in::log("a cell, without asking cargo");
        return Ok(ExitCode::SUCCESS);
    }
    if asks_for_a_cell(&arguments) {
        stand_in::log("a cell, by cargo");
    }
    versions::keep(&std::env::current_dir()?);
    let mut cargo = Command::new(std::env::var_os(CARGO).context("it is not told where cargo is")?);
    cargo.args(&arguments);
    if let Some(home) = std::env::var_os(CARGO_HOME) {
        cargo.env("CARGO_HOME", home);
    }
    if arguments.first().is_none_or(|command| command != "metadata") {
        return stand_in::ended(cargo.status()?);
    }
    let output = cargo.stderr(Stdio::inherit()).output()?;
    let seen = match serde_json::from_slice(&output.stdout) {
        Ok(metadata) => trimmed(metadata).to_string().into_bytes(),
        Err(_) => output.stdout,
    };
    std::io::stdout().write_all(&seen)?;
    stand_in::ended(output.status)
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
            ("lossbook", &["polars", "rand"]),
            ("polars", &["polars-core", "polarsish"]),
            ("polars-core", &["tokio"]),
            ("polarsish", &[]),
            ("rand", &["num-traits"]),
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
}
