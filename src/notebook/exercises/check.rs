//! Compares a learner's function with the crate's, input by input.

use super::catch_panic::catch_panic;
use super::verdict::{Outcome, Verdict};
use crate::error::LossError;

/// How far a number may be from the crate's: relative, and absolute where that is 0.
const TOLERANCE: f64 = 1e-9;
/// How a panic of `todo!()` and of `unimplemented!()` begins.
const STUBS: [&str; 2] = ["not yet implemented", "not implemented"];

/// An answer that can be compared and told.
pub(super) trait Answer {
    fn agrees(&self, expected: &Self) -> bool;
    fn told(&self) -> String;
}

impl Answer for f64 {
    fn agrees(&self, expected: &Self) -> bool {
        // Nothing is near infinity: that has to be met.
        if !expected.is_finite() {
            return self == expected;
        }
        (self - expected).abs() <= TOLERANCE * expected.abs().max(1e-3)
    }

    /// Twelve digits, which show every difference that counts and no noise.
    fn told(&self) -> String {
        let rounded: Result<f64, _> = format!("{self:.11e}").parse();
        rounded.unwrap_or(*self).to_string()
    }
}

impl Answer for usize {
    fn agrees(&self, expected: &Self) -> bool {
        self == expected
    }

    fn told(&self) -> String {
        self.to_string()
    }
}

impl<A: Answer> Answer for Option<A> {
    fn agrees(&self, expected: &Self) -> bool {
        match (self, expected) {
            (Some(answer), Some(expected)) => answer.agrees(expected),
            (None, None) => true,
            _ => false,
        }
    }

    fn told(&self) -> String {
        match self {
            Some(answer) => format!("Some({})", answer.told()),
            None => "None".to_owned(),
        }
    }
}

impl Answer for bool {
    fn agrees(&self, expected: &Self) -> bool {
        self == expected
    }

    fn told(&self) -> String {
        self.to_string()
    }
}

impl<const N: usize> Answer for [f64; N] {
    fn agrees(&self, expected: &Self) -> bool {
        self.iter().zip(expected).all(|(answer, expected)| answer.agrees(expected))
    }

    fn told(&self) -> String {
        format!("[{}]", self.each_ref().map(Answer::told).join(", "))
    }
}

impl Answer for [usize; 2] {
    fn agrees(&self, expected: &Self) -> bool {
        self == expected
    }

    fn told(&self) -> String {
        format!("{self:?}")
    }
}

/// What comes of an experiment: it is judged by that, not by the number that the learner chose.
pub(super) enum Judged {
    /// What is asked.
    AtMost(f64),
    /// What is asked.
    MoreThan(f64),
    /// What it came to.
    Came(f64),
    /// Why it came to nothing.
    Nothing(String),
}

impl Judged {
    /// What `by` made of it, or why it refused.
    pub(super) fn by(by: &str, came: Result<f64, LossError>) -> Judged {
        came.map_or_else(|error| Self::Nothing(format!("{by} says: {error}")), Self::Came)
    }
}

impl Answer for Judged {
    fn agrees(&self, expected: &Self) -> bool {
        match (self, expected) {
            (Self::Came(came), Self::AtMost(most)) => came <= most,
            (Self::Came(came), Self::MoreThan(least)) => came > least,
            _ => false,
        }
    }

    fn told(&self) -> String {
        match self {
            Self::AtMost(most) => format!("{most} at most"),
            Self::MoreThan(least) => format!("more than {least}"),
            Self::Came(came) => format!("{came:.2}"),
            Self::Nothing(why) => format!("none, as {why}"),
        }
    }
}

/// Tries a learner's function on every case, in order, until it fails.
///
/// `tell` puts a case into words: "target = [0, 1], prediction = [100, -99]".
pub(super) fn check<Case, A: Answer>(
    name: &'static str,
    hint: &'static str,
    cases: &[Case],
    tell: impl Fn(&Case) -> String,
    learner: impl Fn(&Case) -> A,
    reference: impl Fn(&Case) -> Result<A, LossError>,
) -> Verdict {
    let outcome = cases.iter().find_map(|case| {
        let input = || tell(case);
        let expected = match reference(case) {
            Ok(expected) => expected,
            Err(error) => {
                return Some(Outcome::Broken { input: input(), message: error.to_string() });
            }
        };
        match catch_panic(|| learner(case)) {
            Ok(got) if got.agrees(&expected) => None,
            Ok(got) => {
                Some(Outcome::Failed { input: input(), expected: expected.told(), got: got.told() })
            }
            Err(message) if STUBS.iter().any(|stub| message.starts_with(stub)) => {
                Some(Outcome::NotYet)
            }
            Err(message) => Some(Outcome::Panicked { input: input(), message }),
        }
    });
    Verdict { name, hint, outcome: outcome.unwrap_or(Outcome::Passed) }
}
