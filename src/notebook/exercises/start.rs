//! Exercises of the chapter `00_start_here`.

use super::check::check;
use super::list;
use super::verdict::Verdict;
use crate::regression::residuals;

/// Checks `my_residual(target, prediction)`: how far off one prediction is, and to which side,
/// `y - y_hat`, in the target's unit.
pub fn residual(learner: fn(f64, f64) -> f64) -> Verdict {
    check(
        list::RESIDUAL,
        "A residual is target minus prediction, in this order: positive where the prediction is too low.",
        &[(3.0, 1.0), (1.0, 3.0), (0.0, 0.0), (-2.5, -4.0), (1.0, -99.0)],
        |(target, prediction)| format!("target = {target}, prediction = {prediction}"),
        |&(target, prediction)| learner(target, prediction),
        |&(target, prediction)| Ok(residuals(&[target], &[prediction])?[0]),
    )
}
