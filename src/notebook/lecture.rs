//! Computed numbers beside those that a lecture prints.

use ndarray::{ArrayBase, Data, Dimension};

use super::claims::{self, Claim, LECTURES, Printed};
use super::html::{HtmlColumn, escape, table};
use super::numbers;
use super::show::{Representation, Show, ShowError, show_as_slice};

/// Compares what was computed with what a lecture prints, to the digits printed.
///
/// `key` names a claim of `notebooks/claims.csv`. `value` is what was computed: a number, several
/// numbers (a slice, an array, a `Vec`), or, for a claim that is a statement, whether it holds. Of an
/// amount of information say the unit: `.bits()`.
///
/// Several checks are shown together as `[lecture(..), lecture(..)]`.
///
/// ```
/// use lossbook::prelude::*;
///
/// let huber = Huber::new(1.0)?;
/// let losses = [-10.0, -5.0, 0.0, 5.0, 100.0].map(|residual| huber.loss(residual));
/// let check = lecture("huber/outlier/delta-1/each", &losses);
/// assert!(check.verdict().is_ok());
///
/// // 3 is not what the lecture prints.
/// assert!(lecture("residuals/table/mae", 3.0).verdict().is_err());
/// # Ok::<(), LossError>(())
/// ```
pub fn lecture(key: &str, value: impl LectureValue) -> LectureCheck {
    check(key, value.computed())
}

/// What was computed.
#[derive(Debug, Clone, PartialEq)]
pub enum Computed {
    /// Numbers, in their order.
    Numbers(Vec<f64>),
    /// Whether a statement holds.
    Holds(bool),
}

/// What can be compared with a lecture: numbers, several of them, or a yes or no.
pub trait LectureValue {
    /// The numbers, or the answer.
    fn computed(&self) -> Computed;
}

/// A computed value beside its claim, made by [`lecture`].
#[derive(Debug, Clone, PartialEq)]
pub struct LectureCheck {
    key: String,
    computed: Computed,
    claim: Result<Claim, String>,
}

/// What a comparison came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LectureOutcome {
    /// Computed and printed agree to the digits printed.
    Agrees,
    /// The lecture is wrong, and what is right was computed.
    Erratum,
    /// What was computed is not what it should be, or the claim is not known.
    Differs,
}

impl LectureCheck {
    /// What the comparison came to.
    pub fn outcome(&self) -> LectureOutcome {
        let Ok(claim) = &self.claim else { return LectureOutcome::Differs };
        let right = claim.erratum.as_ref().map_or(&claim.printed, |erratum| &erratum.correct);
        match (agrees(right, &self.computed), &claim.erratum) {
            (false, _) => LectureOutcome::Differs,
            (true, None) => LectureOutcome::Agrees,
            (true, Some(_)) => LectureOutcome::Erratum,
        }
    }

    fn mark(&self) -> &'static str {
        match self.outcome() {
            LectureOutcome::Agrees => "✓",
            LectureOutcome::Erratum => "✓ erratum",
            LectureOutcome::Differs => "✗",
        }
    }

    fn title(&self) -> String {
        match &self.claim {
            Ok(claim) if claim.unit.is_empty() => claim.claim.clone(),
            Ok(claim) => format!("{} [{}]", claim.claim, claim.unit),
            Err(_) => self.key.clone(),
        }
    }

    fn printed(&self) -> String {
        self.claim.as_ref().map_or_else(|_| "?".to_owned(), |claim| claim.printed.text())
    }

    fn said_by(&self) -> String {
        self.claim.as_ref().map_or_else(|_| "?".to_owned(), |claim| claim.lectures.join(", "))
    }

    fn computed(&self) -> String {
        let printed = self.claim.as_ref().ok().map(|claim| &claim.printed);
        match &self.computed {
            Computed::Holds(true) => "holds".to_owned(),
            Computed::Holds(false) => "does not hold".to_owned(),
            Computed::Numbers(values) => {
                let text =
                    |(index, &value): (usize, &f64)| with_digits_to_compare(value, printed, index);
                values.iter().enumerate().map(text).collect::<Vec<_>>().join(" ")
            }
        }
    }

    /// The comparison in words.
    fn remark(&self) -> String {
        let claim = match &self.claim {
            Ok(claim) => claim,
            Err(fault) => return fault.clone(),
        };
        match (&claim.erratum, self.outcome()) {
            (_, LectureOutcome::Agrees) => "agrees".to_owned(),
            (Some(erratum), LectureOutcome::Erratum) => match erratum.correct {
                Printed::Numbers(_) => {
                    format!("the lecture should say {}: {}", erratum.correct.text(), erratum.why)
                }
                Printed::Holds(_) => format!("a slip of the lecture: {}", erratum.why),
            },
            (Some(erratum), _) => {
                format!(
                    "differs from {}, which should be right: {}",
                    erratum.correct.text(),
                    erratum.why
                )
            }
            (None, _) => "differs".to_owned(),
        }
    }

    fn line(&self) -> String {
        format!(
            "{} {}: computed {}, lecture {} ({}): {}",
            self.mark(),
            self.title(),
            self.computed(),
            self.printed(),
            self.said_by(),
            self.remark()
        )
    }
}

impl Show for LectureCheck {
    fn representations(&self) -> Result<Vec<Representation>, ShowError> {
        std::slice::from_ref(self).representations()
    }

    fn verdict(&self) -> Result<(), String> {
        std::slice::from_ref(self).verdict()
    }
}

show_as_slice!(LectureCheck);

impl Show for [LectureCheck] {
    fn representations(&self) -> Result<Vec<Representation>, ShowError> {
        let text = self.iter().map(LectureCheck::line).collect::<Vec<_>>().join("\n");
        Ok(vec![("text/html", html(self)), ("text/plain", text)])
    }

    fn verdict(&self) -> Result<(), String> {
        let wrong = self.iter().filter(|check| check.outcome() == LectureOutcome::Differs);
        let faults: Vec<String> =
            wrong.map(|check| format!("lecture check {:?}: {}", check.key, check.line())).collect();
        if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
    }
}

fn check(key: &str, computed: Computed) -> LectureCheck {
    let claim = claims::all().and_then(|claims| match claims.iter().find(|c| c.key == key) {
        Some(claim) => Ok(claim.clone()),
        None => {
            Err(format!("no claim has the key {key:?}; the nearest are {}", nearest(key, claims)))
        }
    });
    LectureCheck { key: key.to_owned(), computed, claim }
}

fn agrees(printed: &Printed, computed: &Computed) -> bool {
    match (printed, computed) {
        (Printed::Holds(printed), Computed::Holds(computed)) => printed == computed,
        (Printed::Numbers(printed), Computed::Numbers(computed)) => {
            let mut pairs = printed.iter().zip(computed);
            printed.len() == computed.len() && pairs.all(|(p, &c)| p.agrees(c))
        }
        _ => false,
    }
}

/// A computed number with two digits more than are printed, so that the rounding can be seen.
fn with_digits_to_compare(value: f64, printed: Option<&Printed>, index: usize) -> String {
    let printed = match printed {
        Some(Printed::Numbers(numbers)) => numbers.get(index),
        _ => None,
    };
    match printed {
        Some(printed) if value.is_finite() && printed.decimals > 0 => {
            let text = format!("{:.decimals$}", value + 0.0, decimals = printed.decimals + 2);
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => numbers::alone(value),
    }
}

fn html(checks: &[LectureCheck]) -> String {
    let column = |name: &str, right: bool, text: &dyn Fn(&LectureCheck) -> String| HtmlColumn {
        name: name.to_owned(),
        right,
        cells: checks.iter().map(|check| escape(&text(check))).collect(),
    };
    let columns = [
        column("", false, &|check| check.mark().to_owned()),
        column("claim", false, &LectureCheck::title),
        column("computed", true, &LectureCheck::computed),
        column("lecture", true, &LectureCheck::printed),
        column("stated by", false, &LectureCheck::said_by),
        column("verdict", false, &LectureCheck::remark),
    ];
    let legend = legend(checks);
    table(&columns, Some(legend.as_str()).filter(|legend| !legend.is_empty()))
}

/// The full names of the lectures that a table names shortly.
fn legend(checks: &[LectureCheck]) -> String {
    let named = |short: &str| {
        let claims = checks.iter().filter_map(|check| check.claim.as_ref().ok());
        claims.flat_map(|claim| &claim.lectures).any(|lecture| lecture == short)
    };
    let known = LECTURES.iter().filter(|(short, _)| named(short));
    known.map(|(short, full)| format!("{short} = {full}")).collect::<Vec<_>>().join("; ")
}

/// The keys that look most like one that is not known.
fn nearest(key: &str, claims: &[Claim]) -> String {
    let mut keys: Vec<&str> = claims.iter().map(|claim| claim.key.as_str()).collect();
    keys.sort_by_key(|known| changes(key, known));
    keys.iter().take(3).map(|key| format!("{key:?}")).collect::<Vec<_>>().join(", ")
}

/// How many letters must be put in, left out or changed to get from one text to the other
/// (Levenshtein's distance).
fn changes(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (above, letter) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = above + 1;
        for (index, other) in to.iter().enumerate() {
            let kept = diagonal + usize::from(letter != *other);
            diagonal = row[index + 1];
            row[index + 1] = kept.min(diagonal + 1).min(row[index] + 1);
        }
    }
    row[to.len()]
}

impl LectureValue for f64 {
    fn computed(&self) -> Computed {
        Computed::Numbers(vec![*self])
    }
}

impl LectureValue for usize {
    fn computed(&self) -> Computed {
        Computed::Numbers(vec![*self as f64])
    }
}

impl LectureValue for bool {
    fn computed(&self) -> Computed {
        Computed::Holds(*self)
    }
}

impl LectureValue for [f64] {
    fn computed(&self) -> Computed {
        Computed::Numbers(self.to_vec())
    }
}

impl LectureValue for [usize] {
    fn computed(&self) -> Computed {
        Computed::Numbers(self.iter().map(|&value| value as f64).collect())
    }
}

impl<T> LectureValue for Vec<T>
where
    [T]: LectureValue,
{
    fn computed(&self) -> Computed {
        self.as_slice().computed()
    }
}

impl<T, const N: usize> LectureValue for [T; N]
where
    [T]: LectureValue,
{
    fn computed(&self) -> Computed {
        self.as_slice().computed()
    }
}

/// An array of any shape, row by row.
impl<S: Data<Elem = f64>, D: Dimension> LectureValue for ArrayBase<S, D> {
    fn computed(&self) -> Computed {
        Computed::Numbers(self.iter().copied().collect())
    }
}

impl<T: LectureValue + ?Sized> LectureValue for &T {
    fn computed(&self) -> Computed {
        (**self).computed()
    }
}
