//! `cargo kernel-speed`: the chapters' cells in the course's kernel and in stock evcxr, in one run.
//!
//! Stock means: the same evcxr_jupyter as it comes, without settings of ours, with `:cache` on and
//! already filled. A ready kernel is one in which the setup cell and what `cargo lab` has a ready kernel
//! run have run before the chapter is opened.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;
use serde_json::{Value as Json, json};

use super::chapter_run::PROGRESS;
use crate::course::notebook::{self, Kind, Notebook};
use crate::kernel::{LOADING, Lab};
use crate::setup::Jupyter;
use crate::setup::home::Home;

const STOCK: &str = "stock-evcxr";
const OURS: &str = "lossbook";
/// In MiB; all of the course's crates fit.
const CACHE: &str = ":cache 4096";
const CHART: &str = "application/vnd.plotly.v1+json";

struct Timing {
    start: f64,
    before: Vec<Run>,
    cells: Vec<Run>,
    bytes: f64,
}

struct Run {
    seconds: f64,
    shows: Vec<String>,
    failed: Option<String>,
}

impl Timing {
    fn read(answer: &Json) -> Option<Timing> {
        Some(Timing {
            start: answer["start"].as_f64()?,
            before: Run::read(&answer["before"])?,
            cells: Run::read(&answer["cells"])?,
            bytes: answer["bytes"].as_f64()?,
        })
    }
}

impl Run {
    fn read(runs: &Json) -> Option<Vec<Run>> {
        let read = |run: &Json| {
            let shows = run["shows"].as_array()?.iter().filter_map(Json::as_str);
            Some(Run {
                seconds: run["seconds"].as_f64()?,
                shows: shows.map(str::to_owned).collect(),
                failed: run["failed"].as_str().map(str::to_owned),
            })
        };
        runs.as_array()?.iter().map(read).collect()
    }
}

/// One of the kernels that are compared: what it gave for each chapter.
#[derive(Default)]
struct Column {
    start: Vec<f64>,
    first_result: Vec<f64>,
    first_chart: Vec<f64>,
    cells: Vec<f64>,
    bytes: Vec<f64>,
}

/// `cargo kernel-speed [NAME…]`.
pub fn command(
    mut arguments: lexopt::Parser,
    checkout: &Path,
    lab: impl FnOnce() -> Result<Lab>,
) -> Result<()> {
    let mut names = Vec::new();
    while let Some(argument) = arguments.next()? {
        match argument {
            Value(name) => names.push(name.string()?),
            other => bail!("{}\ncargo kernel-speed [NAME…]", other.unexpected()),
        }
    }
    let mut chapters = Vec::new();
    for path in notebook::all(checkout)? {
        let notebook = Notebook::read(&path)?;
        let named = |name: &String| notebook.name.starts_with(name.as_str());
        if !notebook.is_page() && (names.is_empty() || names.iter().any(named)) {
            chapters.push(notebook);
        }
    }
    if chapters.is_empty() {
        bail!("no notebook has such a name");
    }
    compare(&lab()?, &checkout.canonicalize()?, &chapters)
}

fn compare(lab: &Lab, checkout: &Path, chapters: &[Notebook]) -> Result<()> {
    let home = Home::open()?;
    let stock = Stock::set_up(lab, &home)?;
    println!(
        "Filling stock evcxr's cache where it is not. The first time, that takes 10 to 20 minutes on 2 cores."
    );
    let setup = cells(&chapters[0]).swap_remove(0);
    stock.time(&lab.jupyter, checkout, &[setup])?;

    let (mut plain, mut cold, mut ready) =
        (Column::default(), Column::default(), Column::default());
    let mut slowest = Vec::new();
    for chapter in chapters {
        let cells = cells(chapter);
        let before = [cells[0].clone(), LOADING.to_owned()];
        print!("{:<28} ", chapter.name);
        std::io::stdout().flush()?;
        let timings = [
            stock.time(&lab.jupyter, checkout, &cells)?,
            time(&lab.jupyter, OURS, chapter.folder(), &[], &cells)?,
            time(&lab.jupyter, OURS, chapter.folder(), &before, &cells)?,
        ];
        for (timing, column) in timings.iter().zip([&mut plain, &mut cold, &mut ready]) {
            column.take(timing);
            print!("{:7.1} s", column.first_chart.last().unwrap_or(&f64::NAN));
        }
        println!(" to the first chart");
        for (index, run) in timings[2].cells.iter().enumerate().skip(1) {
            slowest.push((run.seconds, format!("{}, code cell {}", chapter.name, index + 1)));
        }
    }
    println!("\n{}", table(&mut plain, &mut cold, &mut ready));
    slowest.sort_by(|a, b| b.0.total_cmp(&a.0));
    println!("\nThe slowest cells of the ready kernel:");
    for (seconds, cell) in slowest.iter().take(5) {
        println!("{seconds:6.2} s  {cell}");
    }
    Ok(())
}

fn cells(notebook: &Notebook) -> Vec<String> {
    let code = notebook.cells().into_iter().filter(|cell| cell.kind == Kind::Code);
    code.map(|cell| cell.source).collect()
}

/// Stock evcxr in folders of its own.
struct Stock {
    folder: tempfile::TempDir,
}

impl Stock {
    fn set_up(lab: &Lab, home: &Home) -> Result<Stock> {
        let folder = tempfile::tempdir()?;
        // `:cache` lies in the user's cache folder; on Linux this moves it into ours.
        let env =
            json!({"EVCXR_CONFIG_DIR": folder.path(), "XDG_CACHE_HOME": home.join("stock-evcxr")});
        let spec = json!({
            "argv": [lab.evcxr, "--control_file", "{connection_file}"],
            "display_name": STOCK,
            "language": "rust",
            "interrupt_mode": "message",
            "env": env,
        });
        let file = folder.path().join("kernels").join(STOCK).join("kernel.json");
        crate::setup::home::write_whole(&file, &spec.to_string())?;
        Ok(Stock { folder })
    }

    fn time(&self, jupyter: &Jupyter, checkout: &Path, cells: &[String]) -> Result<Timing> {
        // In another folder a relative path would lead elsewhere.
        let path = format!("path = {:?}", checkout.display().to_string());
        let mut cells = cells.to_vec();
        cells[0] = format!("{CACHE}\n{}", cells[0].replace("path = \"..\"", &path));
        let mut envs = jupyter.envs.clone();
        envs.push(("JUPYTER_PATH".into(), self.folder.path().display().to_string()));
        let jupyter = Jupyter { python: jupyter.python.clone(), envs };
        time(&jupyter, STOCK, self.folder.path(), &[], &cells)
    }
}

fn time(
    jupyter: &Jupyter,
    kernel: &str,
    folder: &Path,
    before: &[String],
    cells: &[String],
) -> Result<Timing> {
    let words = tempfile::NamedTempFile::new()?;
    let progress = tempfile::tempdir()?;
    let mut child = Command::new(&jupyter.python)
        .args(["-c", include_str!("kernel_speed.py")])
        .envs(jupyter.envs.iter().map(|(name, value)| (name, value)))
        .env(PROGRESS, progress.path().join("progress.csv"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(words.reopen()?)
        .spawn()
        .with_context(|| format!("Python ({}) cannot be started", jupyter.python.display()))?;
    let request = json!({"kernel": kernel, "folder": folder, "before": before, "cells": cells});
    child.stdin.take().context("Python has no stdin")?.write_all(request.to_string().as_bytes())?;
    let output = child.wait_with_output()?;
    let answer: Json = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let timing = Timing::read(&answer).with_context(|| {
        let words = std::fs::read_to_string(words.path()).unwrap_or_default();
        format!("the kernel `{kernel}` broke:\n{words}")
    })?;
    let runs = timing.before.iter().zip(before).chain(timing.cells.iter().zip(cells));
    for (run, cell) in runs {
        if let Some(why) = &run.failed {
            bail!("in the kernel `{kernel}`, this cell failed: {why}\n{cell}");
        }
    }
    Ok(timing)
}

impl Column {
    fn take(&mut self, timing: &Timing) {
        // A kernel that has run something before was there before the chapter was opened.
        let start = if timing.before.is_empty() { timing.start } else { 0.0 };
        let until = |wanted: fn(&Run) -> bool| {
            let index = timing.cells.iter().position(wanted)?;
            Some(start + timing.cells[..=index].iter().map(|run| run.seconds).sum::<f64>())
        };
        self.start.push(start);
        self.first_result.extend(until(|run| !run.shows.is_empty()));
        self.first_chart.extend(until(|run| run.shows.iter().any(|kind| kind == CHART)));
        self.cells.extend(timing.cells.iter().skip(1).map(|run| run.seconds));
        self.bytes.push(timing.bytes);
    }
}

fn table(plain: &mut Column, cold: &mut Column, ready: &mut Column) -> String {
    type Figure = fn(&mut Column) -> f64;
    let rows: [(&str, &str, Figure); 6] = [
        ("the kernel starts", "s", |column| quantile(&mut column.start, 0.5)),
        ("first result, from opening", "s", |column| quantile(&mut column.first_result, 0.5)),
        ("first chart, all cells from the top", "s", |column| {
            quantile(&mut column.first_chart, 0.5)
        }),
        ("a cell after the setup: median", "s", |column| quantile(&mut column.cells, 0.5)),
        ("a cell after the setup: 95th percentile", "s", |column| {
            quantile(&mut column.cells, 0.95)
        }),
        ("memory at the end, both processes", "GB", |column| {
            quantile(&mut column.bytes, 0.5) / 1e9
        }),
    ];
    let mut text = String::from(
        "| | stock evcxr | this kernel | this kernel, ready | stock / ready |\n| --- | --- | --- | --- | --- |",
    );
    for (name, unit, figure) in rows {
        let (plain, cold, ready) = (figure(plain), figure(cold), figure(ready));
        let ratio = if ready > 0.0 { format!("{:.1}", plain / ready) } else { "–".to_owned() };
        text += &format!(
            "\n| {name} | {plain:.2} {unit} | {cold:.2} {unit} | {ready:.2} {unit} | {ratio} |"
        );
    }
    text
}

/// The value below which a share of the values lies: the nearest of them. NaN of none.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let rank = (share * values.len() as f64).ceil() as usize;
    values.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(seconds: f64, shows: &[&str]) -> Run {
        let shows = shows.iter().map(|kind| kind.to_string()).collect();
        Run { seconds, shows, failed: None }
    }

    #[test]
    fn a_quantile_is_one_of_the_values() {
        let mut values = [4.0, 1.0, 3.0, 2.0];
        assert_eq!(quantile(&mut values, 0.5), 2.0);
        assert_eq!(quantile(&mut values, 0.95), 4.0);
        assert_eq!(quantile(&mut [7.0], 0.5), 7.0);
        assert!(quantile(&mut [], 0.5).is_nan());
    }

    #[test]
    fn a_first_result_waits_for_all_that_comes_before_it() {
        let cells = || vec![run(8.0, &[]), run(1.0, &["text/plain"]), run(2.0, &[CHART])];
        let mut cold = Column::default();
        cold.take(&Timing { start: 4.0, before: Vec::new(), cells: cells(), bytes: 1e9 });
        assert_eq!((cold.first_result[0], cold.first_chart[0]), (13.0, 15.0));
        assert_eq!(cold.cells, [1.0, 2.0], "the setup is not one of the later cells");
        let mut ready = Column::default();
        ready.take(&Timing { start: 4.0, before: vec![run(9.0, &[])], cells: cells(), bytes: 1e9 });
        assert_eq!((ready.start[0], ready.first_result[0]), (0.0, 9.0));
    }
}
