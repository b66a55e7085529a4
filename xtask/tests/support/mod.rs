//! A small course to try the tools on: a stand-in crate, and chapters made from one by changing it.

#![allow(dead_code, reason = "each test file uses its part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A chapter that is right: sections, a lecture check, a chart, an exercise with its solution, a cell
/// that the compiler refuses.
const CHAPTER: &[(&str, &str)] = &[
    ("markdown", "# Halves\n\nWhat is half of it?"),
    ("code", ":dep lossbook = { path = \"..\" }\nuse lossbook::prelude::*;"),
    ("markdown", "## Half of ten"),
    ("code", "// The number to halve.\nlet ten = 10.0;\nprintln!(\"halving {ten}\");"),
    ("code", "half(ten)?"),
    // A section called like a function that it calls.
    ("markdown", "## Half\n\nThe lecture halves three."),
    (
        "code",
        "let three = half(3.0)?;\nassert!(three > 1.0);\nprintln!();\nlecture(\"half/of-three\", three)",
    ),
    ("markdown", "## A chart"),
    ("code", "chart(&[1.0, half(4.0)?])"),
    ("markdown", "## Exercises\n\n### Double it\n\nWrite it."),
    ("code", "fn my_double(x: f64) -> f64 {\n    todo!(\"twice x\")\n}"),
    ("code", "exercises::double(my_double)"),
    ("markdown", "## Solutions"),
    (
        "markdown",
        "<details><summary>Double it</summary>\n\n```rust\nfn my_double(x: f64) -> f64 {\n    2.0 * x\n}\n```\n\n</details>",
    ),
    (
        "markdown",
        "## What to remember\n\nHalf is half, and the compiler tells a float from a whole number.",
    ),
    ("refused", "// E0308\nlet four: f64 = 4;"),
];

pub struct Course {
    pub root: PathBuf,
}

impl Course {
    /// A course without chapters, in a folder of its own.
    pub fn new(name: &str) -> Course {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&root);
        let course = Course { root };
        course.write(
            "Cargo.toml",
            "[package]\nname = \"lossbook\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [features]\ndefault = [\"notebook\"]\nnotebook = []\n\n[workspace]\n",
        );
        course.write("src/lib.rs", include_str!("../course/lib.rs"));
        // The real helpers, without the real list of chapters.
        let main = include_str!("../../../tests/chapters/main.rs");
        let end = main.find("\nmod ch_").map_or(main.len(), |end| end + 1);
        course.write("tests/chapters/main.rs", &main[..end]);
        fs::create_dir_all(course.root.join("notebooks")).unwrap();
        course
    }

    /// Adds the chapter with every `from` replaced by its `to`; each must occur exactly once.
    pub fn chapter(&self, name: &str, changes: &[(&str, &str)]) -> &Course {
        let mut cells =
            CHAPTER.iter().map(|(kind, source)| (*kind, source.to_string())).collect::<Vec<_>>();
        for (from, to) in changes {
            let mut hits = cells.iter_mut().filter(|(_, source)| source.contains(from));
            let (_, source) = hits.next().unwrap_or_else(|| panic!("no cell has {from}"));
            *source = source.replacen(from, to, 1);
        }
        self.write(&format!("notebooks/{name}.ipynb"), &notebook(&cells));
        self
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }

    /// Changes a file of the course; `from` must be in it.
    pub fn change(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from}");
        self.write(path, &text.replacen(from, to, 1));
    }

    /// Runs this tool on the course.
    pub fn xtask(&self, arguments: &[&str]) -> Said {
        self.xtask_with(arguments, |_| ())
    }

    pub fn xtask_with(&self, arguments: &[&str], change: impl FnOnce(&mut Command)) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(arguments).arg("--course").arg(&self.root);
        change(&mut command);
        Said::of(&mut command)
    }

    /// Runs the course's own tests natively.
    pub fn cargo_test(&self) -> Said {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("target");
        let mut command = Command::new(cargo);
        command.args(["test", "--offline", "--quiet", "--no-fail-fast", "--test", "chapters"]);
        // Flags of the outer build, such as `-D warnings`, are not the course's.
        command.env_remove("RUSTFLAGS").env("CARGO_TARGET_DIR", target).current_dir(&self.root);
        Said::of(&mut command)
    }
}

/// How a command ended and all that it said.
pub struct Said {
    pub well: bool,
    pub text: String,
}

impl Said {
    fn of(command: &mut Command) -> Said {
        let Output { status, stdout, stderr } = command.output().expect("the command starts");
        let text =
            format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        Said { well: status.success(), text }
    }

    #[track_caller]
    pub fn is_well(&self) -> &Said {
        assert!(self.well, "{}", self.text);
        self
    }

    #[track_caller]
    pub fn fails_with(&self, sign: &str) -> &Said {
        assert!(!self.well, "it should fail with {sign}, and ended well:\n{}", self.text);
        assert!(self.text.contains(sign), "it does not say {sign}:\n{}", self.text);
        self
    }
}

fn notebook(cells: &[(&str, String)]) -> String {
    let cells: Vec<serde_json::Value> = cells
        .iter()
        .enumerate()
        .map(|(index, (kind, source))| {
            let (kind, metadata) = match *kind {
                "refused" => ("code", serde_json::json!({"tags": ["raises-exception"]})),
                kind => (kind, serde_json::json!({})),
            };
            let mut cell = serde_json::json!({"cell_type": kind, "id": format!("cell-{index}"), "metadata": metadata, "source": source});
            if kind == "code" {
                cell["outputs"] = serde_json::json!([]);
                cell["execution_count"] = serde_json::Value::Null;
            }
            cell
        })
        .collect();
    let kernel = serde_json::json!({"kernelspec": {"name": "lossbook", "display_name": "Rust (lossbook)", "language": "rust"}});
    serde_json::json!({"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": cells})
        .to_string()
}
