//! Runs a notebook in the real kernel and judges how its cells ended.
//!
//! evcxr answers "ok" to a panic, a failed `assert!` and an `Err` through `?`: the cell just ends
//! early. So a cell has to prove that it came to its end: one that ends in a value by showing it, any
//! other by printing a mark, added for the run only, on stdout and on stderr. A cell that is there to
//! be refused by the compiler must be, and with the error that it names.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::course::code::Code;
use crate::course::notebook::{Cell, Kind, Notebook};
use crate::course::refused;
use crate::setup::Jupyter;

use super::refusal;

/// The setup cell may have to compile every crate.
const SECONDS_FOR_SETUP: u32 = 1800;
pub const SECONDS_PER_CELL: u32 = 300;
const SECONDS_TO_START: u32 = 300;

/// Names the file in which the kernel notes what a learner has passed.
pub const PROGRESS: &str = "LOSSBOOK_PROGRESS";
const PROGRESS_FILE: &str = "progress.csv";

/// Goes into the setup cell of a run: a cell that drops a `Result` must not compile.
const DENY: &str = "#![deny(unused_must_use)]";

/// Goes into the setup cell of a run, as `prelude` in notebooks/evcxr.toml puts it into a new kernel:
/// until a session has met a `?`, evcxr takes one in a last expression for a value that it cannot
/// display, and shows its `Debug` instead.
const READY_FOR_ERRORS: &str = "Ok::<(), String>(())?;";

/// What a code cell gave: its number in the notebook and what stands below it.
pub type Outputs = Vec<(usize, Vec<Value>)>;

/// A cell that did not do its work, and why; later cells did not run.
pub struct Fault {
    pub cell: usize,
    pub why: String,
    /// Whether the kernel can run another notebook.
    pub kernel_lives: bool,
}

pub struct Kernel {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    log: tempfile::NamedTempFile,
    /// Holds what exercises note, in the place of the learner's own file.
    progress: tempfile::TempDir,
    /// How many marks were made; each is another.
    marks: usize,
}

impl Kernel {
    /// Starts the kernel in `folder`, which is where a relative `:dep` path is taken from.
    pub fn start(jupyter: &Jupyter, folder: &Path) -> Result<Kernel> {
        let log = tempfile::NamedTempFile::new()?;
        let progress = tempfile::tempdir()?;
        let mut child = Command::new(&jupyter.python)
            .args(["-c", include_str!("run.py")])
            .arg(folder)
            .arg(log.path())
            .arg(SECONDS_TO_START.to_string())
            .envs(jupyter.envs.iter().map(|(name, value)| (name, value)))
            .env(PROGRESS, progress.path().join(PROGRESS_FILE))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("Python ({}) cannot be started", jupyter.python.display()))?;
        let (Some(requests), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            bail!("Python has no stdin or stdout");
        };
        let mut kernel = Kernel {
            child,
            requests: Some(requests),
            answers: BufReader::new(answers),
            log,
            progress,
            marks: 0,
        };
        let ready = kernel.answer()?;
        if let Some(why) = ready["failed"].as_str() {
            bail!("the kernel `lossbook` did not start: {why}\n{}", kernel.words());
        }
        Ok(kernel)
    }

    /// Runs every code cell of a notebook, as in a kernel that was just started.
    ///
    /// `Ok(Err(fault))` is the first cell that failed; `Err` means that the kernel is of no more use.
    pub fn run(
        &mut self,
        notebook: &Notebook,
        seconds_per_cell: u32,
    ) -> Result<Result<Outputs, Fault>> {
        if let Some(why) = self.execute(":clear", &Ending::Idle, seconds_per_cell)? {
            bail!("the kernel cannot begin: {why}\n{}", self.words());
        }
        self.finish()?;
        let noted = self.progress.path().join(PROGRESS_FILE);
        if noted.exists() {
            std::fs::remove_file(noted)?;
        }
        let mut endings = Vec::new();
        for (index, cell) in
            notebook.cells().into_iter().filter(|cell| cell.kind == Kind::Code).enumerate()
        {
            // Commands stand at the start of the setup cell; evcxr takes none after the first Rust.
            let (commands, rust) = halves(&cell.source);
            let (source, seconds) = match index {
                0 => (format!("{commands}{DENY}\n{rust}\n{READY_FOR_ERRORS}"), SECONDS_FOR_SETUP),
                _ => (cell.source.clone(), seconds_per_cell),
            };
            let ending = match self.ending(&cell, rust) {
                Ok(ending) => ending,
                Err(fault) => {
                    return Ok(Err(Fault {
                        cell: cell.number,
                        why: format!("the cell {fault}"),
                        kernel_lives: true,
                    }));
                }
            };
            if let Some(stopped) = self.execute(&source, &ending, seconds)? {
                let kernel_lives = stopped == EARLY;
                let outputs = self.finish()?;
                let last = outputs.last().map(Vec::as_slice).unwrap_or_default();
                let mut why = judge(&ending, Some(&stopped), last).unwrap_or(stopped);
                if !kernel_lives {
                    why = format!("{why}. The kernel's last words:\n{}", self.words());
                }
                return Ok(Err(Fault { cell: cell.number, why, kernel_lives }));
            }
            endings.push((cell.number, ending));
        }
        // What the last cell still has on its way comes before this.
        let last = Ending::Mark(self.mark());
        if self.execute("", &last, seconds_per_cell)?.is_some() {
            bail!("the kernel does not come to its end\n{}", self.words());
        }
        let mut outputs = self.finish()?;
        let words_after = outputs.pop().unwrap_or_default();
        if let (Some(last), false) = (outputs.last_mut(), words_after.is_empty()) {
            last.extend(words_after);
        }
        let mut cells = Vec::new();
        for ((number, ending), outputs) in endings.into_iter().zip(outputs) {
            if let Some(why) = judge(&ending, None, &outputs) {
                return Ok(Err(Fault { cell: number, why, kernel_lives: true }));
            }
            cells.push((number, outputs));
        }
        Ok(Ok(cells))
    }

    /// How a cell has to end, or what is wrong with it.
    fn ending(&mut self, cell: &Cell, rust: &str) -> Result<Ending, String> {
        if cell.is_refused {
            return Ok(Ending::Refusal(refused::code_of(&cell.source)?.to_owned()));
        }
        Ok(match Code::read(rust)?.value {
            Some(_) => Ending::Value,
            None => Ending::Mark(self.mark()),
        })
    }

    fn mark(&mut self) -> String {
        self.marks += 1;
        format!("{MARK} {}", self.marks)
    }

    /// Runs some code; `Some` says why it did not come to its end.
    fn execute(&mut self, code: &str, ending: &Ending, seconds: u32) -> Result<Option<String>> {
        let (code, until, mark) = match ending {
            Ending::Idle | Ending::Refusal(_) => (code.to_owned(), "idle", ""),
            Ending::Value => (code.to_owned(), "value", ""),
            Ending::Mark(mark) => (
                format!("{code}\nprintln!(\"{mark}\");\neprintln!(\"{mark}\");"),
                "mark",
                mark.as_str(),
            ),
        };
        self.ask(json!({"code": code, "until": until, "mark": mark, "seconds": seconds}))?;
        let answer = self.answer()?;
        Ok(answer["stopped"].as_str().map(str::to_owned))
    }

    fn finish(&mut self) -> Result<Vec<Vec<Value>>> {
        self.ask(json!({"finish": true}))?;
        let mut answer = self.answer()?;
        Ok(serde_json::from_value(answer["cells"].take())?)
    }

    fn ask(&mut self, request: Value) -> Result<()> {
        let mut pipe = self.requests.as_ref().context("the kernel is closed")?;
        writeln!(pipe, "{request}").context("the kernel's driver has ended")?;
        Ok(())
    }

    fn answer(&mut self) -> Result<Value> {
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            bail!("the kernel's driver ended without a word; what Python said stands above");
        }
        serde_json::from_str(&line).with_context(|| format!("the kernel's driver said: {line}"))
    }

    /// What the kernel's own process said last.
    fn words(&self) -> String {
        let mut words = String::new();
        let read = File::open(self.log.path()).and_then(|mut log| log.read_to_string(&mut words));
        let lines: Vec<&str> = words.lines().collect();
        match read {
            Ok(_) => lines[lines.len().saturating_sub(30)..].join("\n"),
            Err(_) => String::new(),
        }
    }
}

impl Drop for Kernel {
    /// Ends the driver, which ends the kernel.
    fn drop(&mut self) {
        self.requests = None;
        let _ = self.child.wait();
    }
}

/// How a run proves that it came to its end.
enum Ending {
    /// It is a command of evcxr, which fails by itself.
    Idle,
    Value,
    Mark(String),
    /// The compiler refuses it with this error.
    Refusal(String),
}

/// What `run.py` says of a cell that did not prove its end; anything else is a kernel that broke.
const EARLY: &str = "it stopped before its end";
/// How the `Debug` text begins of what should have been shown as HTML or as a chart.
const DEBUG_OF_OURS: [&str; 7] = [
    "Chart {",
    "LectureCheck {",
    "Progress {",
    "Slider {",
    "Verdict {",
    "[LectureCheck {",
    "shape: (",
];
const MARK: &str = "lossbook: the end of cell";

/// A cell's `:` commands, and its Rust.
fn halves(source: &str) -> (&str, &str) {
    let commands = source.split_inclusive('\n').take_while(|line| line.starts_with(':'));
    source.split_at(commands.map(str::len).sum())
}

/// Why a cell's outputs are not those of a cell that did its work.
fn judge(ending: &Ending, stopped: Option<&str>, outputs: &[Value]) -> Option<String> {
    let of =
        |kind: &'static str| outputs.iter().filter(move |output| output["output_type"] == kind);
    let stream = |name: &'static str| -> String {
        of("stream")
            .filter(|output| output["name"] == name)
            .filter_map(|output| output["text"].as_str())
            .collect()
    };
    if let (Ending::Refusal(code), None) = (ending, stopped) {
        return refusal::fault(code, outputs);
    }
    if let Some(error) = of("error").next() {
        return Some(refusal::report(error));
    }
    let stderr = stream("stderr");
    let said = if stderr.is_empty() {
        String::new()
    } else {
        format!(". It said on stderr:\n{}", without_backtrace(&stderr))
    };
    let value = of("execute_result").next();
    if matches!(ending, Ending::Mark(_)) && stream("stdout").contains(MARK) {
        return Some("its output does not end a line, so the kernel holds it back: use `println!`, not `print!`".into());
    }
    match stopped {
        Some(EARLY) => {
            return Some(format!(
                "it ended early: a panic, a failed `assert!`, or an `Err` through `?`{said}"
            ));
        }
        Some(why) => return Some(format!("{why}{said}")),
        None => {}
    }
    if !stderr.is_empty() {
        return Some(format!("it wrote to stderr:\n{}", without_backtrace(&stderr)));
    }
    let data = value.map(|value| &value["data"])?.as_object()?;
    match data.get("text/plain").and_then(Value::as_str) {
        Some("()") if data.len() == 1 => {
            Some("it shows `()`, which says nothing: end it with `;`".into())
        }
        Some(text)
            if data.len() == 1 && DEBUG_OF_OURS.iter().any(|debug| text.starts_with(debug)) =>
        {
            Some(format!(
                "it shows `Debug` text in the place of a table or chart. evcxr falls back on that when the last \
                 expression takes a variable away: borrow it there (`&x`). It shows:\n{:.60}…",
                text
            ))
        }
        Some(text) if data.len() == 1 && text.starts_with("Err(") => {
            Some(format!("its value is an error: {text}"))
        }
        _ => None,
    }
}

/// The message of a panic without the stack below it.
fn without_backtrace(stderr: &str) -> String {
    let message: Vec<&str> =
        stderr.trim().lines().take_while(|line| *line != "stack backtrace:").collect();
    message.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(name: &str, text: &str) -> Value {
        json!({"output_type": "stream", "name": name, "text": text})
    }

    fn result(data: Value) -> Value {
        json!({"output_type": "execute_result", "metadata": {}, "data": data})
    }

    #[test]
    fn a_new_kernel_is_as_ready_for_errors_as_a_run() {
        let settings = include_str!("../../../notebooks/evcxr.toml");
        let prelude = settings.lines().find(|line| line.starts_with("prelude"));
        assert!(
            prelude.is_some_and(|line| line.contains(READY_FOR_ERRORS)),
            "notebooks/evcxr.toml needs: prelude = '{READY_FOR_ERRORS}'"
        );
    }

    #[test]
    fn a_cell_that_did_its_work_is_not_blamed() {
        let mark = Ending::Mark("m".into());
        assert_eq!(judge(&mark, None, &[]), None);
        assert_eq!(judge(&mark, None, &[stream("stdout", "a\n")]), None);
        assert_eq!(judge(&Ending::Value, None, &[result(json!({"text/plain": "5"}))]), None);
        // A text that happens to begin like an error, beside a richer view, is a view.
        let rich = result(json!({"text/plain": "Err(x)", "text/html": "x"}));
        assert_eq!(judge(&Ending::Value, None, &[rich]), None);
    }

    #[test]
    fn whatever_went_wrong_is_told() {
        let mark = || Ending::Mark("m".into());
        let stop = Some(EARLY);
        let panic = "\nthread '<unnamed>' panicked at src/lib.rs:98:1:\none is not two\nstack backtrace:\n   0: x\n";
        for (ending, stopped, outputs, why) in [
            (mark(), stop, vec![], "ended early"),
            (mark(), stop, vec![stream("stderr", panic)], "one is not two"),
            (mark(), stop, vec![stream("stdout", &format!("a{MARK} 1\n"))], "println!"),
            (mark(), Some("the kernel died"), vec![], "the kernel died"),
            (mark(), None, vec![stream("stderr", "beware\n")], "beware"),
            (Ending::Value, stop, vec![], "ended early"),
            (Ending::Value, stop, vec![stream("stderr", "boom\n")], "boom"),
            (
                Ending::Value,
                None,
                vec![stream("stderr", "late\n"), result(json!({"text/plain": "5"}))],
                "late",
            ),
            (Ending::Value, None, vec![result(json!({"text/plain": "()"}))], "end it with `;`"),
            (Ending::Value, None, vec![result(json!({"text/plain": "Err(\"boom\")"}))], "boom"),
            (
                Ending::Value,
                None,
                vec![result(json!({"text/plain": "Chart { panels: [Panel { title: \"A\" }] }"}))],
                "borrow it there",
            ),
            (
                mark(),
                None,
                vec![
                    json!({"output_type": "error", "evalue": "no `x`", "traceback": ["\u{1b}[31mhere\u{1b}[0m"]}),
                ],
                "no `x`\nhere",
            ),
        ] {
            let said = judge(&ending, stopped, &outputs).expect(why);
            assert!(said.contains(why), "{said}");
            assert!(!said.contains("backtrace"), "{said}");
        }
    }
}
