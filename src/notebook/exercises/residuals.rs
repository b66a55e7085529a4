//! Exercises of the chapter `09_residuals`.
//!
//! ```
//! use lossbook::prelude::*;
//!
//! fn my_rmse(target: &[f64], prediction: &[f64]) -> f64 {
//!     let squares = target.iter().zip(prediction).map(|(y, p)| (y - p).powi(2));
//!     (squares.sum::<f64>() / target.len() as f64).sqrt()
//! }
//!
//! assert_eq!(*exercises::residuals::rmse(my_rmse).outcome(), Outcome::Passed);
//! ```

use super::check::check;
use super::list;
use super::verdict::Verdict;
use crate::error::LossError;
use crate::regression;

struct Case {
    target: &'static [f64],
    prediction: &'static [f64],
}

/// Residuals that cancel, the lecture's table with its outlier, a single sample, no error at all,
/// small fractions.
const CASES: [Case; 6] = [
    Case { target: &[1.0, 2.0], prediction: &[0.0, 4.0] },
    Case { target: &[0.0, 1.0], prediction: &[100.0, -99.0] },
    Case { target: &[0.0, 0.0, 0.0, 0.0, 100.0], prediction: &[10.0, 5.0, 0.0, -5.0, 0.0] },
    Case { target: &[-3.0], prediction: &[4.0] },
    Case { target: &[2.0, -2.0, 7.0], prediction: &[2.0, -2.0, 7.0] },
    Case { target: &[0.25, 0.5, 0.125], prediction: &[0.5, 0.25, 0.0625] },
];

fn told(case: &Case) -> String {
    format!("target = {:?}, prediction = {:?}", case.target, case.prediction)
}

/// Checks `my_rmse(target, prediction)`: the root mean squared error,
/// `sqrt(1/n sum (y_i - y_hat_i)^2)`, in the target's unit. Both slices hold one value a sample.
pub fn rmse(learner: fn(&[f64], &[f64]) -> f64) -> Verdict {
    check(
        list::RMSE,
        "Square with r.powi(2) (or r * r) where the mean absolute error has r.abs(). The root comes last, and once: (sum / n).sqrt().",
        &CASES,
        told,
        |case| learner(case.target, case.prediction),
        |case| regression::rmse(case.target, case.prediction),
    )
}

/// Checks `my_largest_residual(target, prediction)`: the index of the sample that is furthest off,
/// `argmax abs(y_i - y_hat_i)`, counted from 0: the one that drives the RMSE.
pub fn largest_residual(learner: fn(&[f64], &[f64]) -> usize) -> Verdict {
    let cases = [
        Case { target: &[0.0, 0.0, 0.0], prediction: &[1.0, 3.0, 2.0] },
        Case { target: &[0.0, 0.0, 0.0], prediction: &[1.0, 2.0, -3.0] },
        Case { target: &[5.0, 5.0, 5.0], prediction: &[0.0, 8.0, 9.0] },
        Case { target: &[100.0, 0.0], prediction: &[99.0, 2.0] },
        Case { target: &[-4.0], prediction: &[-4.0] },
    ];
    check(
        list::LARGEST_RESIDUAL,
        "Keep the index of the longest so far: let mut longest = 0; and for i in 0..target.len() compare (target[i] - prediction[i]).abs() with that of longest.",
        &cases,
        told,
        |case| learner(case.target, case.prediction),
        |case| index_of_largest(case.target, case.prediction),
    )
}

/// The first of the largest.
fn index_of_largest(target: &[f64], prediction: &[f64]) -> Result<usize, LossError> {
    let residuals = regression::residuals(target, prediction)?;
    let mut largest = 0;
    for (index, residual) in residuals.iter().enumerate() {
        if residual.abs() > residuals[largest].abs() {
            largest = index;
        }
    }
    Ok(largest)
}

/// What is to be promised, and by which loss.
struct Promise {
    took: &'static [f64],
    loss: fn(f64) -> f64,
    in_words: &'static str,
    /// Known from what the loss asks for, not from a search.
    best: f64,
}

/// The median, the mean, quantiles, the middle of the densest six minutes, and a single sample.
const PROMISES: [Promise; 6] = [
    Promise {
        took: &[20.0, 25.0, 30.0, 35.0, 130.0],
        loss: f64::abs,
        in_words: "abs(r)",
        best: 30.0,
    },
    Promise {
        took: &[130.0, 20.0, 35.0, 25.0, 30.0],
        loss: |r| r * r,
        in_words: "r * r",
        best: 48.0,
    },
    Promise {
        took: &[20.0, 25.0, 30.0, 35.0, 130.0],
        loss: |r| if r > 0.0 { 3.0 * r } else { -r },
        in_words: "3 r if r > 0, or else -r",
        best: 35.0,
    },
    Promise {
        took: &[35.0, 130.0, 25.0, 20.0, 30.0],
        loss: |r| if r > 0.0 { r } else { -3.0 * r },
        in_words: "r if r > 0, or else -3 r",
        best: 25.0,
    },
    Promise {
        took: &[20.0, 47.0, 41.0, 43.0, 100.0],
        loss: |r| if r.abs() > 3.0 { 1.0 } else { 0.0 },
        in_words: "1 if abs(r) > 3, or else 0",
        best: 44.0,
    },
    Promise { took: &[7.0], loss: |r| r * r, in_words: "r * r", best: 7.0 },
];

/// The loss of one residual, as a learner writes it.
pub type LossOfOne = fn(f64) -> f64;

/// Checks `my_best_promise(took, loss)`: the whole number of minutes from 0 to 200 whose mean loss
/// `1/n sum loss(took_i - promise)` is the smallest.
pub fn best_promise(learner: fn(&[f64], LossOfOne) -> f64) -> Verdict {
    check(
        list::BEST_PROMISE,
        "let promises = Array1::linspace(0.0, 200.0, 201); then the mean loss of each, as mean_loss computes it, and the loop that finds the lowest. Give back promises[best], not the loss there.",
        &PROMISES,
        |case| format!("took = {:?}, loss(r) = {}", case.took, case.in_words),
        |case| learner(case.took, case.loss),
        |case| Ok(case.best),
    )
}

/// Judges `my_promise()`, in minutes, for an evening of eleven deliveries where a minute late costs 3 and
/// a minute early costs 1. What is compared is the mean cost, not the promise.
pub fn sign(learner: fn() -> f64) -> Verdict {
    let took = [31.0, 24.0, 52.0, 28.0, 38.0, 22.0, 35.0, 27.0, 29.0, 44.0, 90.0];
    let cost = |promise: f64| {
        let costs =
            took.map(|took| if took > promise { 3.0 } else { 1.0 } * (took - promise).abs());
        costs.iter().sum::<f64>() / 11.0
    };
    check(
        list::SIGN,
        "A late delivery pulls up three times as hard as an early one pulls down. In balance there are three early ones for each late one. Or search: |r| if r > 0.0 { 3.0 * r } else { -r } is a loss.",
        &[()],
        |()| "the mean cost at your promise".to_owned(),
        |()| cost(learner()),
        // The cost bends only where a promise meets a delivery, so its smallest value is at one of them.
        |()| Ok(took.map(cost).into_iter().fold(f64::INFINITY, f64::min)),
    )
}
