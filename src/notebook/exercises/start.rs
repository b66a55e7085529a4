//! Exercises of the chapter `00_start_here`.

use super::check::check;
use super::list;
use super::verdict::Verdict;
use crate::regression::{mae, residuals};

/// Targets and predictions: too low, too high, right, below 0, far off.
const CASES: [(f64, f64); 5] = [(3.0, 1.0), (1.0, 3.0), (0.0, 0.0), (-2.5, -4.0), (1.0, -99.0)];

fn told((target, prediction): &(f64, f64)) -> String {
    format!("target = {target}, prediction = {prediction}")
}

/// Checks `my_residual(target, prediction)`: how far off one prediction is, and to which side,
/// `y - y_hat`, in the target's unit.
pub fn residual(learner: fn(f64, f64) -> f64) -> Verdict {
    check(
        list::RESIDUAL,
        "A residual is target minus prediction, in this order: positive where the prediction is too low.",
        &CASES,
        told,
        |&(target, prediction)| learner(target, prediction),
        |&(target, prediction)| Ok(residuals(&[target], &[prediction])?[0]),
    )
}

/// Checks `my_size(target, prediction)`: how far off one prediction is, `abs(y - y_hat)`, in the
/// target's unit.
pub fn size(learner: fn(f64, f64) -> f64) -> Verdict {
    check(
        list::SIZE,
        "Take the residual in round brackets, and ask it for its absolute value: (24.0 - 21.0).abs() is 3, and so is (21.0 - 24.0).abs().",
        &CASES,
        told,
        |&(target, prediction)| learner(target, prediction),
        |&(target, prediction)| mae(&[target], &[prediction]),
    )
}

/// Checks `my_correction()`: the number that, added to every forecast of the exercise's week, gives the
/// smallest mean absolute error. What is compared is that error, not the number.
pub fn correction(learner: fn() -> f64) -> Verdict {
    let measured = [18.0, 21.0, 20.0, 24.0, 19.0];
    let forecast = [20.0, 22.0, 21.0, 22.0, 26.0];
    let error = |correction: f64| mae(&measured, &forecast.map(|f| f + correction));
    check(
        list::CORRECTION,
        "Five residuals: -2, -1, -1, 2, -7. Lower all forecasts a little: how many days come closer, and how many go farther away? Go on while more come closer, and stop where the vote turns.",
        &[()],
        |()| "the mean absolute error with your correction".to_owned(),
        // An answer that is no number has no error to compare, and is not the smallest.
        |()| error(learner()).unwrap_or(f64::NAN),
        // The error bends only where a day's residual becomes 0, so its smallest value is at one of them.
        |()| {
            let mut smallest = error(0.0)?;
            for residual in residuals(&measured, &forecast)? {
                smallest = smallest.min(error(residual)?);
            }
            Ok(smallest)
        },
    )
}
