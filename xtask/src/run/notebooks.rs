//! `cargo notebooks`: runs the chapters in the real kernel and compares with what is committed.

use std::num::NonZero;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;
use serde_json::Value as Json;

use super::chapter_run::{self, Kernel, Outputs};
use super::compare::{self, Difference};
use super::picture;
use crate::course::chapter;
use crate::course::notebook::{self, Kind, Notebook};
use crate::kernel::Lab;
use crate::setup::Jupyter;

struct Options {
    /// Names of chapters, or the beginnings of names; none means all.
    names: Vec<String>,
    /// Write what the kernel gave instead of comparing.
    update: bool,
    /// How many kernels run notebooks at the same time.
    jobs: NonZero<usize>,
    seconds_per_cell: u32,
}

/// How many cells of a notebook are told to differ; the first is mostly the cause of the others.
const TOLD: usize = 8;

/// `cargo notebooks [NAME…] [--update] [-j N]`; `--course` and `--seconds` are for this tool's own tests.
pub fn command(
    mut arguments: lexopt::Parser,
    checkout: &Path,
    lab: impl FnOnce() -> Result<Lab>,
) -> Result<()> {
    let mut options = Options {
        names: Vec::new(),
        update: false,
        jobs: NonZero::<usize>::MIN,
        seconds_per_cell: chapter_run::SECONDS_PER_CELL,
    };
    let mut course = checkout.to_owned();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("update") => options.update = true,
            Short('j') | Long("jobs") => {
                let jobs = arguments.value()?;
                options.jobs = jobs.parse().context("-j takes the number of kernels, 1 or more")?;
            }
            Long("seconds") => options.seconds_per_cell = arguments.value()?.parse()?,
            Long("course") => course = arguments.value()?.into(),
            Value(name) => options.names.push(name.string()?),
            other => bail!("{}\ncargo notebooks [NAME…] [--update] [-j N]", other.unexpected()),
        }
    }
    run_all(&course.canonicalize()?, &options, lab)
}

/// Runs the notebooks of the course at `root`; an `Err` lists every one that is not right.
fn run_all(root: &Path, options: &Options, lab: impl FnOnce() -> Result<Lab>) -> Result<()> {
    let notebooks = chosen(root, &options.names)?;
    if notebooks.is_empty() {
        println!("There are no notebooks yet.");
        return Ok(());
    }
    let lab = lab()?;
    let mut done = run_in_kernels(&lab.jupyter, notebooks, options);
    done.sort_by(|one, other| one.notebook.name.cmp(&other.notebook.name));
    let mut faults = Vec::new();
    let mut ran = Vec::new();
    for Done { notebook, outputs, fault } in done {
        faults.extend(fault);
        if let Some(outputs) = outputs {
            ran.push((notebook, outputs));
        }
    }
    if options.update {
        update(&lab.jupyter, ran)?;
    }
    if faults.is_empty() {
        return Ok(());
    }
    bail!("\n{}", faults.join("\n\n"))
}

struct Done {
    notebook: Notebook,
    /// None when a cell did not do its work.
    outputs: Option<Outputs>,
    fault: Option<String>,
}

/// Runs the notebooks one after the other, in as many kernels as there are jobs.
fn run_in_kernels(jupyter: &Jupyter, notebooks: Vec<Notebook>, options: &Options) -> Vec<Done> {
    let jobs = options.jobs.get().min(notebooks.len());
    let waiting = Mutex::new(notebooks.into_iter());
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
    let job = || {
        let mut kernel = None;
        let mut done = Vec::new();
        while let Some(notebook) = next() {
            let start = Instant::now();
            let outputs = match chapter::read(&notebook) {
                Ok(_) if is_text_alone(&notebook) => Ok(Vec::new()),
                Ok(_) => run_one(jupyter, &mut kernel, &notebook, options.seconds_per_cell),
                Err(fault) => Err(fault.to_string()),
            };
            let fault = match &outputs {
                Err(fault) => Some(fault.clone()),
                Ok(outputs) if !options.update => compared(&notebook, outputs).err(),
                Ok(_) => None,
            };
            let verdict = if fault.is_none() { "ok" } else { "FAILED" };
            println!("{:<28} {verdict} ({} s)", notebook.name, start.elapsed().as_secs());
            done.push(Done { notebook, outputs: outputs.ok(), fault });
        }
        done
    };
    std::thread::scope(|scope| {
        let jobs: Vec<_> = (0..jobs).map(|_| scope.spawn(job)).collect();
        let ended = jobs.into_iter().map(|job| job.join());
        ended
            .flat_map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

/// The notebooks that were named; by default all.
fn chosen(root: &Path, names: &[String]) -> Result<Vec<Notebook>> {
    let all: Vec<Notebook> =
        notebook::all(root)?.iter().map(|path| Notebook::read(path)).collect::<Result<_>>()?;
    let known: Vec<String> = all.iter().map(|notebook| notebook.name.clone()).collect();
    let asked = |name: &str| -> String {
        let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
        file.trim_end_matches(".ipynb").to_owned()
    };
    let names: Vec<String> = names.iter().map(|name| asked(name)).collect();
    if let Some(name) =
        names.iter().find(|name| !known.iter().any(|known| known.starts_with(name.as_str())))
    {
        bail!("no notebook begins with \"{name}\"; there are: {}", known.join(", "));
    }
    let is_chosen = |notebook: &Notebook| {
        names.is_empty() || names.iter().any(|name| notebook.name.starts_with(name.as_str()))
    };
    Ok(all.into_iter().filter(is_chosen).collect())
}

/// Runs one notebook; the error text is for the end of the run. A kernel that broke is replaced.
fn run_one(
    jupyter: &Jupyter,
    kernel: &mut Option<Kernel>,
    notebook: &Notebook,
    seconds_per_cell: u32,
) -> Result<Outputs, String> {
    let told = |error: anyhow::Error| format!("{}: {error:#}", notebook.title());
    let mut running = match kernel.take() {
        Some(running) => running,
        None => Kernel::start(jupyter, notebook.folder()).map_err(told)?,
    };
    let outputs = running.run(notebook, seconds_per_cell).map_err(told)?;
    match outputs {
        Ok(outputs) => {
            *kernel = Some(running);
            Ok(outputs)
        }
        Err(fault) => {
            if fault.kernel_lives {
                *kernel = Some(running);
            }
            Err(format!("{}: {}", place(notebook, fault.cell), fault.why))
        }
    }
}

/// A page without code, which no kernel is needed for.
fn is_text_alone(notebook: &Notebook) -> bool {
    notebook.cells().iter().all(|cell| cell.kind == Kind::Markdown)
}

/// Compares with the committed outputs; the error text tells the cells that differ.
fn compared(notebook: &Notebook, outputs: &Outputs) -> Result<(), String> {
    let accept = format!("cargo notebooks {} --update", notebook.name);
    let bare = |(number, _): &(usize, Vec<Json>)| notebook.outputs(*number).is_empty();
    if !outputs.is_empty() && outputs.iter().all(bare) {
        return Err(format!("{} has no outputs yet: {accept}", notebook.title()));
    }
    let mut faults = Vec::new();
    for (number, now) in outputs {
        let committed = notebook.outputs(*number);
        if let Some(Difference { place: inside, committed, now }) =
            compare::difference(committed, now)
        {
            let place = place(notebook, *number);
            faults.push(format!(
                "{place}: {inside} differs\n  committed: {committed}\n  now:       {now}"
            ));
        } else if let Some(fault) = picture::fault(committed) {
            faults.push(format!("{}: {fault}", place(notebook, *number)));
        }
    }
    let more = faults.len().saturating_sub(TOLD);
    faults.truncate(TOLD);
    if more > 0 {
        faults.push(format!("... and {more} cells more"));
    }
    match faults.is_empty() {
        true => Ok(()),
        false => Err(format!("{}\nTo accept this run: {accept}", faults.join("\n"))),
    }
}

/// Writes what the kernel gave, with pictures. Cells whose outputs are the same but for noise keep them.
fn update(jupyter: &Jupyter, ran: Vec<(Notebook, Outputs)>) -> Result<()> {
    let mut ran: Vec<(Notebook, Outputs)> = ran
        .into_iter()
        .map(|(notebook, mut outputs)| {
            for (number, now) in &mut outputs {
                let committed = notebook.outputs(*number);
                if compare::difference(committed, now).is_none()
                    && picture::fault(committed).is_none()
                {
                    *now = committed.to_vec();
                }
            }
            (notebook, outputs)
        })
        .collect();
    let mut old: Vec<Json> = Vec::new();
    let mut new: Vec<&mut Json> = Vec::new();
    for (notebook, outputs) in &mut ran {
        for (number, outputs) in outputs {
            old.extend_from_slice(notebook.outputs(*number));
            new.extend(outputs);
        }
    }
    let drawn = picture::add(jupyter, old.iter(), &mut new)?;
    if drawn > 0 {
        println!("{drawn} pictures drawn.");
    }
    for (mut notebook, outputs) in ran {
        notebook.set_outputs(outputs);
        notebook.save()?;
    }
    Ok(())
}

/// A cell's place for a reader: notebook, section, number of the cell.
fn place(notebook: &Notebook, cell: usize) -> String {
    format!("{}, \"{}\", cell {cell}", notebook.title(), chapter::heading_of(notebook, cell))
}
