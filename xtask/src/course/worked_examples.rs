//! Writes the chapters' code as tests: `notebooks/09_residuals.ipynb` as
//! `tests/chapters/ch_09_residuals.rs`, one test a section and two an exercise.
//!
//! The notebook is the source. `cargo chapters` writes, and `cargo test` fails where the two differ.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;

use super::chapter::{self, Chapter};
use super::code::Code;
use super::links;
use super::notebook::{self, Notebook};

/// What follows this line of `tests/chapters/main.rs` is written here: the list of the chapters.
const LIST: &str = "// The chapters; `cargo chapters` writes this list.";

/// `cargo chapters [--check]`; `--course` is for this tool's own tests.
pub fn command(mut arguments: lexopt::Parser, checkout: &Path) -> Result<()> {
    let mut checking = false;
    let mut course = checkout.to_owned();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("check") => checking = true,
            Long("course") => course = arguments.value()?.into(),
            other => bail!("{}\ncargo chapters [--check]", other.unexpected()),
        }
    }
    if checking { check(&course) } else { write(&course) }
}

/// Writes the tests of every chapter and removes those whose notebook is gone.
fn write(root: &Path) -> Result<()> {
    let folder = root.join("tests/chapters");
    let wanted = files(root)?;
    for (name, text) in &wanted {
        notebook::write(&folder.join(name), text)?;
    }
    for name in present(&folder)? {
        if !wanted.contains_key(&name) {
            fs::remove_file(folder.join(&name))
                .with_context(|| format!("cannot remove tests/chapters/{name}"))?;
            println!("tests/chapters/{name}: removed, its notebook is gone");
        }
    }
    println!("The tests of {} chapters are as their notebooks.", wanted.len() - 1);
    Ok(())
}

/// Fails, naming the file and its first line that differs, where a test is not as its notebook.
fn check(root: &Path) -> Result<()> {
    let folder = root.join("tests/chapters");
    let wanted = files(root)?;
    let mut stale = Vec::new();
    for (name, text) in &wanted {
        let present = fs::read_to_string(folder.join(name)).unwrap_or_default();
        if present != *text {
            stale.push(format!("tests/chapters/{name}: {}", first_difference(&present, text)));
        }
    }
    for name in present(&folder)?.into_iter().filter(|name| !wanted.contains_key(name)) {
        stale.push(format!("tests/chapters/{name}: its notebook is gone"));
    }
    if stale.is_empty() {
        return Ok(());
    }
    bail!("The tests are not as the notebooks: run `cargo chapters`.\n  {}", stale.join("\n  "))
}

/// Every file of `tests/chapters` that is written, with its text.
fn files(root: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    let mut list = String::new();
    let notebooks: Vec<Notebook> =
        notebook::all(root)?.iter().map(|path| Notebook::read(path)).collect::<Result<_>>()?;
    let mut faults = links::faults(&notebooks);
    for notebook in &notebooks {
        match chapter::read(notebook) {
            // A page of text has nothing to test.
            Ok(chapter) if notebook.is_page() && chapter::tests_of(&chapter).is_empty() => {}
            Ok(chapter) => {
                let module = format!("ch_{}", notebook.name);
                writeln!(list, "mod {module};")?;
                files.insert(format!("{module}.rs"), formatted(root, &text(notebook, &chapter))?);
            }
            Err(fault) => faults.push(fault.to_string()),
        }
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    let main = root.join("tests/chapters/main.rs");
    let main =
        fs::read_to_string(&main).with_context(|| format!("cannot read {}", main.display()))?;
    let Some((helpers, _)) = main.split_once(LIST) else {
        bail!("tests/chapters/main.rs has lost the line above its list of chapters:\n{LIST}");
    };
    files.insert("main.rs".into(), format!("{helpers}{LIST}\n{list}"));
    Ok(files)
}

/// The written files that stand in the folder now.
fn present(folder: &Path) -> Result<Vec<String>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with("ch_") && name.ends_with(".rs") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// The tests of one chapter, before rustfmt.
fn text(notebook: &Notebook, chapter: &Chapter) -> String {
    let mut text =
        format!("//! Written from {} by `cargo chapters`; edit the notebook.\n", notebook.title());
    // The setup's `use` lines stand in each test: there they win over a test of the same name, such
    // as a section "Entropy" that calls `entropy`.
    let mut test = |name: &str, cells: &[String]| {
        text.push_str(&format!("\n#[test]\nfn {name}() -> crate::Worked {{\n{}", chapter.uses));
        for cell in cells {
            text.push_str(&format!("\n{}\n", cell.trim_end()));
        }
        text.push_str("}\n");
    };
    let shown = |code: &Code| code.with_value_in("crate::shown(", ")?;");
    for section in &chapter.sections {
        let mut cells: Vec<String> = section.cells.iter().map(shown).collect();
        cells.push("Ok(())".into());
        test(&section.name, &cells);
    }
    for exercise in &chapter.exercises {
        let not_yet = exercise.check.with_value_in("crate::not_yet(", ")");
        test(&exercise.stub_test(), &[exercise.stub.text.clone(), not_yet]);
        let passed = exercise.check.with_value_in("crate::passed(", ")");
        test(&exercise.solution_test(), &[exercise.solution.text.clone(), passed]);
    }
    text
}

fn formatted(root: &Path, text: &str) -> Result<String> {
    const HOW: &str = "rustfmt is needed to write the tests: `rustup component add rustfmt`";
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout"])
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context(HOW)?;
    // rustfmt reads to the end before it answers, so neither waits for the other.
    if let Some(mut input) = rustfmt.stdin.take() {
        input.write_all(text.as_bytes())?;
    }
    let output = rustfmt.wait_with_output()?;
    if !output.status.success() {
        bail!(
            "rustfmt does not take a chapter's tests ({HOW}):\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn first_difference(present: &str, wanted: &str) -> String {
    if present.is_empty() {
        return "it is missing".into();
    }
    let (mut present, mut wanted) = (present.lines(), wanted.lines());
    for line in 1.. {
        match (present.next(), wanted.next()) {
            (None, None) => break,
            (a, b) if a == b => {}
            (a, b) => {
                let [a, b] = [a, b]
                    .map(|text| text.map_or("nothing".into(), |text| format!("`{}`", text.trim())));
                return format!("line {line} is {a}, and by the notebook {b}");
            }
        }
    }
    "its last line has no end".into()
}
