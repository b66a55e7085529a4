//! Exercises of the chapter `09_residuals`.
//!
//! ```
//! use lossbook::prelude::*;
//!
//! fn my_mae(target: &[f64], prediction: &[f64]) -> f64 {
//!     target.iter().zip(prediction).map(|(y, p)| (y - p).abs()).sum::<f64>() / target.len() as f64
//! }
//!
//! assert_eq!(*exercises::residuals::mae(my_mae).outcome(), Outcome::Passed);
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

/// Checks `my_mae(target, prediction)`: the mean absolute error, `1/n sum abs(y_i - y_hat_i)`, in the
/// target's unit. Both slices hold one value a sample.
pub fn mae(learner: fn(&[f64], &[f64]) -> f64) -> Verdict {
    check(
        list::MAE,
        "Take the absolute value of each residual before you add them up, or they cancel; then divide by how many there are.",
        &CASES,
        told,
        |case| learner(case.target, case.prediction),
        |case| regression::mae(case.target, case.prediction),
    )
}

/// Checks `my_rmse(target, prediction)`: the root mean squared error,
/// `sqrt(1/n sum (y_i - y_hat_i)^2)`, in the target's unit.
pub fn rmse(learner: fn(&[f64], &[f64]) -> f64) -> Verdict {
    check(
        list::RMSE,
        "Read the name from right to left: the error of each sample, squared, the mean of these, and only then one root.",
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
        "Compare the absolute values of the residuals: -3 is further off than 2. Answer with the index, counted from 0.",
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
