//! Exercises of the chapter `11_huber`.
//!
//! ```
//! use lossbook::prelude::*;
//!
//! fn my_huber_slope(residual: f64, delta: f64) -> f64 {
//!     residual.clamp(-delta, delta)
//! }
//!
//! // The sign is wrong: with respect to the prediction it is the other way round.
//! let verdict = exercises::huber::slope(my_huber_slope);
//! assert!(matches!(verdict.outcome(), Outcome::Failed { .. }));
//! ```

use super::check::check;
use super::list;
use super::verdict::Verdict;
use crate::regression::{Huber, RegressionLoss, SmoothL1};

/// A residual, and the parameter that says where the parabola ends: inside, outside, on either
/// side, at the seam, at 0, with a parameter above and below 1.
const CASES: [(f64, f64); 9] = [
    (0.5, 1.0),
    (3.0, 1.0),
    (-3.0, 1.0),
    (-0.5, 1.0),
    (5.0, 10.0),
    (100.0, 10.0),
    (2.0, 2.0),
    (-0.4, 0.25),
    (0.0, 1.0),
];

/// Checks `my_huber(residual, delta)`: the Huber loss of one sample, `r^2 / 2` where
/// `abs(r) <= delta`, else `delta (abs(r) - delta / 2)`.
pub fn loss(learner: fn(f64, f64) -> f64) -> Verdict {
    check(
        list::HUBER_LOSS,
        "Two cases. While abs(residual) <= delta: half of the square. Beyond: delta * (abs(residual) - delta / 2), which meets the parabola at delta.",
        &CASES,
        |(residual, delta)| format!("residual = {residual}, delta = {delta}"),
        |&(residual, delta)| learner(residual, delta),
        |&(residual, delta)| Ok(Huber::new(delta)?.loss(residual)),
    )
}

/// Checks `my_huber_slope(residual, delta)`: its derivative with respect to the **prediction**, `-r`
/// where `abs(r) <= delta`, else `-delta` for `r > 0` and `delta` for `r < 0`.
pub fn slope(learner: fn(f64, f64) -> f64) -> Verdict {
    check(
        list::HUBER_SLOPE,
        "With respect to the prediction: a higher prediction lowers the residual, hence a minus. Inside delta the slope is -residual; beyond, it stays at -delta or +delta.",
        &CASES,
        |(residual, delta)| format!("residual = {residual}, delta = {delta}"),
        |&(residual, delta)| learner(residual, delta),
        |&(residual, delta)| Ok(Huber::new(delta)?.derivative(residual)),
    )
}

/// Checks `my_smooth_l1(residual, beta)`: the Huber loss divided by its parameter, `r^2 / (2 beta)`
/// where `abs(r) < beta`, else `abs(r) - beta / 2`.
pub fn smooth_l1(learner: fn(f64, f64) -> f64) -> Verdict {
    check(
        list::SMOOTH_L1,
        "It is the Huber loss with delta = beta, divided by beta: residual^2 / (2 beta) up to beta, abs(residual) - beta / 2 beyond.",
        &CASES,
        |(residual, beta)| format!("residual = {residual}, beta = {beta}"),
        |&(residual, beta)| learner(residual, beta),
        |&(residual, beta)| Ok(SmoothL1::new(beta)?.loss(residual)),
    )
}
