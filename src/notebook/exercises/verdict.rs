//! What a learner is told.

use super::list::chapter_of;
use super::progress::{self, PASSED};
use crate::notebook::html::escape;
use crate::notebook::show::{Representation, Show, ShowError};

/// What became of a learner's function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The stub's `todo!()` is still there.
    NotYet,
    /// Right on every input.
    Passed,
    /// Wrong on this input, the first one tried where it is.
    Failed {
        /// The input, in words.
        input: String,
        /// The crate's answer.
        expected: String,
        /// The learner's.
        got: String,
    },
    /// The function panicked on this input.
    Panicked {
        /// The input, in words.
        input: String,
        /// What the panic said.
        message: String,
    },
    /// The check itself is broken: the crate has no answer to its own input. Never the learner's
    /// fault.
    Broken {
        /// The input, in words.
        input: String,
        /// What the crate said.
        message: String,
    },
}

/// The answer to an exercise, shown with a hint that can be unfolded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub(super) name: &'static str,
    pub(super) hint: &'static str,
    pub(super) outcome: Outcome,
}

impl Verdict {
    /// What became of the learner's function.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// The exercise's name.
    pub fn name(&self) -> &str {
        self.name
    }

    /// The exercise's hint.
    pub fn hint(&self) -> &str {
        self.hint
    }

    /// Mark, headline and details, as plain text.
    fn told(&self) -> (&'static str, &'static str, Vec<String>) {
        match &self.outcome {
            Outcome::NotYet => {
                let next =
                    "Replace the todo!(..) in the cell above, run it, and run this cell again.";
                ("○", "not yet", vec![next.to_owned()])
            }
            Outcome::Passed => {
                ("✓", "passed", vec!["Right on every input, edge cases included.".to_owned()])
            }
            Outcome::Failed { input, expected, got } => {
                let mut lines = vec![
                    format!("For {input}"),
                    format!("the answer is {expected},"),
                    format!("yours is {got}."),
                ];
                lines.extend(remark(got).map(str::to_owned));
                ("✗", "not right yet", lines)
            }
            Outcome::Panicked { input, message } => {
                let lines = vec![
                    format!("For {input}"),
                    format!("your function stopped with a panic: {message}"),
                ];
                ("✗", "it panics", lines)
            }
            Outcome::Broken { input, message } => {
                let lines =
                    vec![format!("For {input}"), format!("the crate itself says: {message}")];
                ("!", "this check is broken, which is not your fault", lines)
            }
        }
    }
}

/// What a strange number tells about a function.
fn remark(got: &str) -> Option<&'static str> {
    match got {
        "NaN" => Some(
            "NaN is \"not a number\": 0 / 0, 0 · log 0, or the root or logarithm of a negative number.",
        ),
        "inf" | "-inf" => Some("inf is infinity: a division by 0, or the logarithm of 0."),
        _ => None,
    }
}

impl Verdict {
    /// The verdict, with a last line of its own.
    fn shown(&self, more: Option<&str>) -> Vec<Representation> {
        let (mark, headline, mut lines) = self.told();
        lines.extend(more.map(str::to_owned));
        let text = format!("{mark} {}: {headline}\n  {}", self.name, lines.join("\n  "));

        let name = escape(self.name);
        let lines: Vec<String> = lines.iter().map(|line| escape(line)).collect();
        let lines = lines.join("<br>\n");
        let mut html = format!("<p>{mark} <b>{name}: {headline}</b><br>\n{lines}</p>");
        if self.outcome != Outcome::Passed {
            let hint = escape(self.hint);
            html.push_str(&format!("\n<details><summary>Hint</summary>{hint}</details>"));
        }
        vec![("text/html", html), ("text/plain", text)]
    }

    /// Notes what became of a learner's function; a stub, and a check that is broken, are not noted.
    fn noted(&self) -> Option<String> {
        match &self.outcome {
            Outcome::NotYet | Outcome::Broken { .. } => None,
            Outcome::Passed => progress::note(self.name, PASSED),
            Outcome::Failed { .. } => progress::note(self.name, "failed"),
            Outcome::Panicked { .. } => progress::note(self.name, "panicked"),
        }
    }
}

impl Show for Verdict {
    fn representations(&self) -> Result<Vec<Representation>, ShowError> {
        Ok(self.shown(None))
    }

    fn verdict(&self) -> Result<(), String> {
        let name = self.name;
        match &self.outcome {
            Outcome::Broken { input, message } => {
                Err(format!("exercise {name:?} is broken for {input}: {message}"))
            }
            _ if chapter_of(name).is_none() => {
                Err(format!("exercise {name:?} is not listed in src/notebook/exercises/list.rs"))
            }
            // Whatever a learner writes is no fault of the course.
            _ => Ok(()),
        }
    }

    /// Only a kernel calls this, so here is where the learner's progress is noted.
    fn evcxr_display(&self) {
        Noted { verdict: self, more: self.noted() }.evcxr_display();
    }
}

/// A verdict with what noting it came to.
struct Noted<'a> {
    verdict: &'a Verdict,
    more: Option<String>,
}

impl Show for Noted<'_> {
    fn representations(&self) -> Result<Vec<Representation>, ShowError> {
        Ok(self.verdict.shown(self.more.as_deref()))
    }

    fn verdict(&self) -> Result<(), String> {
        self.verdict.verdict()
    }
}
