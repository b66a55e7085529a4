//! The checks of the exercises: an untouched stub, right answers, and mistakes that learners make.

use std::panic;

use lossbook::prelude::*;

use super::shown;

mod huber;
mod information;
mod objectives;
mod residuals;
mod rust;
mod start;

/// The stub as it stands in the notebook.
fn each_is_not_yet<const N: usize>(verdicts: [Verdict; N]) {
    for verdict in verdicts {
        assert_eq!(*verdict.outcome(), Outcome::NotYet, "{}", verdict.name());
        assert_eq!(verdict.verdict(), Ok(()));
        assert!(shown(&verdict, "text/plain").starts_with("○"), "{}", verdict.name());
        assert!(shown(&verdict, "text/html").contains("<details><summary>Hint</summary>"));
        assert!(verdict.hint().len() > 40, "{}", verdict.name());
    }
}

/// Solutions written as a learner would, without the crate.
fn each_passes<const N: usize>(verdicts: [Verdict; N]) {
    for verdict in verdicts {
        assert_eq!(*verdict.outcome(), Outcome::Passed, "{}", verdict.name());
        assert!(shown(&verdict, "text/plain").starts_with("✓"), "{}", verdict.name());
        assert!(!shown(&verdict, "text/html").contains("<details>"));
    }
}

/// Mistakes that learners make, each with its name.
fn each_is_refused<const N: usize>(verdicts: [(&str, Verdict); N]) {
    for (mistake, verdict) in verdicts {
        let told = matches!(verdict.outcome(), Outcome::Failed { .. });
        assert!(told, "{} with {mistake}: {:?}", verdict.name(), verdict.outcome());
        // A learner's mistake is no fault of the course.
        assert_eq!(verdict.verdict(), Ok(()));
    }
}

fn failed(verdict: &Verdict) -> (&str, &str, &str) {
    match verdict.outcome() {
        Outcome::Failed { input, expected, got } => (input, expected, got),
        other => panic!("{} is {other:?}, not failed", verdict.name()),
    }
}

#[test]
fn the_first_input_that_fails_is_told_in_words() {
    let verdict = exercises::residuals::rmse(|y, p| {
        y.iter().zip(p).map(|(y, p)| (y - p).powi(2)).sum::<f64>() / y.len() as f64
    });
    let input = "target = [1.0, 2.0], prediction = [0.0, 4.0]";
    assert_eq!(failed(&verdict), (input, "1.58113883008", "2.5"));
    let expected = "✗ Root mean squared error: not right yet\n  For target = [1.0, 2.0], prediction = [0.0, 4.0]\n  \
        the answer is 1.58113883008,\n  yours is 2.5.";
    assert_eq!(shown(&verdict, "text/plain"), expected);
    let html = shown(&verdict, "text/html");
    assert!(html.contains("yours is 2.5.") && html.contains("<summary>Hint</summary>"), "{html}");
}

#[test]
fn a_promise_is_told_its_cost_and_not_the_answer() {
    let verdict = exercises::residuals::sign(|| 31.0);
    let input = "the mean cost at your promise";
    assert_eq!(failed(&verdict), (input, "25.4545454545", "30.6363636364"));
    assert!(!shown(&verdict, "text/html").contains("44"));
}

#[test]
fn nan_and_infinity_are_explained() {
    let verdict = exercises::information::entropy(|p| p.iter().map(|p| -p * p.log2()).sum());
    assert_eq!(failed(&verdict), ("p = [0.9, 0.1, 0.0]", "0.468995593589", "NaN"));
    assert!(shown(&verdict, "text/plain").contains("NaN is \"not a number\""));
    let verdict = exercises::start::residual(|target, _| target / 0.0);
    assert_eq!(failed(&verdict).2, "inf");
    assert!(shown(&verdict, "text/plain").contains("inf is infinity"));
}

#[test]
fn another_panic_is_told_with_its_input() {
    let of_three = |y: &[f64], p: &[f64]| {
        let off = [0, 1, 2].map(|i| (y[i] - p[i]).abs());
        (0..3).max_by(|a, b| off[*a].total_cmp(&off[*b])).unwrap_or(0)
    };
    let verdict = exercises::residuals::largest_residual(of_three);
    let Outcome::Panicked { input, message } = verdict.outcome() else {
        panic!("{:?}", verdict.outcome())
    };
    assert_eq!(input, "target = [100.0, 0.0], prediction = [99.0, 2.0]");
    assert!(message.contains("index out of bounds"), "{message}");
    assert!(
        shown(&verdict, "text/plain")
            .contains("your function stopped with a panic: index out of bounds")
    );
    assert_eq!(verdict.verdict(), Ok(()));
}

#[test]
fn a_panic_with_a_payload_of_its_own_is_told() {
    let verdict = exercises::start::residual(|_, _| panic::panic_any(7));
    let Outcome::Panicked { message, .. } = verdict.outcome() else {
        panic!("{:?}", verdict.outcome())
    };
    assert_eq!(message, "a panic without a text");
}
