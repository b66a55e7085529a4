//! Exercises of the chapter `11_huber`.
//!
//! ```
//! use lossbook::prelude::*;
//!
//! fn my_pull(took: &[f64], promise: f64, delta: f64) -> f64 {
//!     took.iter().map(|minutes| (promise - minutes).clamp(-delta, delta)).sum()
//! }
//!
//! // The sign is wrong: a delivery that took longer than promised pulls the promise up.
//! let verdict = exercises::huber::pull(my_pull);
//! assert!(matches!(verdict.outcome(), Outcome::Failed { .. }));
//! ```

use statrs::statistics::{Data, OrderStatistics};

use super::check::{Answer, Judged, check};
use super::list;
use super::verdict::Verdict;
use crate::data;
use crate::error::LossError;
use crate::regression::{Huber, RegressionLoss, RegressionWords};

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
        "Two branches: if residual.abs() <= delta { 0.5 * residual * residual } else { .. }. Both must say the same at delta, where they meet.",
        &CASES,
        |(residual, delta)| format!("residual = {residual}, delta = {delta}"),
        |&(residual, delta)| learner(residual, delta),
        |&(residual, delta)| Ok(Huber::new(delta)?.loss(residual)),
    )
}

/// Checks `my_pull(took, promise, delta)`: how hard all deliveries together pull one promise up,
/// `sum r_i` with each `r_i = took_i - promise` held between `-delta` and `delta`.
pub fn pull(learner: fn(&[f64], f64, f64) -> f64) -> Verdict {
    // Above and below, at the best promise, nothing beyond delta, all beyond, a single one.
    let cases: [(&[f64], f64, f64); 7] = [
        (&[20.0, 25.0, 30.0, 35.0, 130.0], 48.0, 10.0),
        (&[20.0, 25.0, 30.0, 35.0, 130.0], 20.0, 10.0),
        (&[20.0, 25.0, 30.0, 35.0, 130.0], 32.5, 20.0),
        (&[20.0, 25.0, 30.0, 35.0, 130.0], 40.0, 1000.0),
        (&[3.0, 1.0, 2.0], 10.0, 0.5),
        (&[4.0], 4.0, 1.0),
        (&[5.25], 4.0, 3.0),
    ];
    check(
        list::PULL_ON_A_PROMISE,
        "Hold each residual before you add it, not the sum. Before the loop: let mut pull = 0.0; and within it: pull += (minutes - promise).clamp(-delta, delta); and as the last line of the function: pull",
        &cases,
        |(took, promise, delta)| format!("took = {took:?}, promise = {promise}, delta = {delta}"),
        |&(took, promise, delta)| learner(took, promise, delta),
        |&(took, promise, delta)| {
            // The gradient is that of the mean, and points the other way.
            let gradient = Huber::new(delta)?.gradient(took, &vec![promise; took.len()])?;
            Ok(-gradient.sum() * took.len() as f64)
        },
    )
}

/// Checks `my_promise(took, delta)`: the one prediction for all that has the least Huber loss, to a
/// millionth.
pub fn promise(learner: fn(&[f64], f64) -> f64) -> Verdict {
    // Both ends, between them, a delta so small that 200 steps of 1 don't arrive, other data, out
    // of order, an even number, a single one.
    let cases: [(&[f64], f64); 9] = [
        (&[20.0, 25.0, 30.0, 35.0, 130.0], 1.0),
        (&[20.0, 25.0, 30.0, 35.0, 130.0], 1000.0),
        (&[20.0, 25.0, 30.0, 35.0, 130.0], 20.0),
        (&[20.0, 25.0, 30.0, 35.0, 130.0], 0.1),
        (&[20.0, 25.0, 30.0, 35.0, 130.0], 1e-4),
        (&[900.0, 101.0, 3.0, 100.0, 102.0], 2.5),
        (&[700.0, 2.0, 9.0, 4.0], 30.0),
        (&[10.0, 20.0], 100.0),
        (&[64.5], 5.0),
    ];
    check(
        list::HUBERS_PROMISE,
        "Begin with let (mut low, mut high) = (0.0, 1000.0); and fifty times: let middle = 0.5 * (low + high); then the pull on middle, as in the last exercise, then if pull > 0.0 { low = middle; } else { high = middle; }",
        &cases,
        |(took, delta)| format!("took = {took:?}, delta = {delta}"),
        |&(took, delta)| Minutes(learner(took, delta)),
        |&(took, delta)| best_promise(took, delta).map(Minutes),
    )
}

/// Checks `my_delta(residuals)`: a delta that suits the noise of the residuals given, whatever its
/// scale, and whatever a few of them do. The promises made with it are judged.
pub fn delta(learner: fn(&[f64]) -> f64) -> Verdict {
    let cases = [
        Nights { unit: "minutes", scale: 1.0, punctures: 0 },
        Nights { unit: "minutes", scale: 1.0, punctures: 1 },
        Nights { unit: "minutes", scale: 1.0, punctures: 2 },
        Nights { unit: "seconds", scale: 60.0, punctures: 0 },
        Nights { unit: "seconds", scale: 60.0, punctures: 2 },
        Nights { unit: "hours", scale: 1.0 / 60.0, punctures: 2 },
    ];
    check(
        list::CHOOSE_DELTA,
        "delta goes with sigma, and sigma comes from the median of the sizes. Push each r.abs() into let mut sizes: Vec<f64> = Vec::new(); then let sigma = Data::new(sizes).median() / 0.6745; where median needs use statrs::statistics::{Data, OrderStatistics};",
        &cases,
        Nights::told,
        |nights| nights.judge(learner),
        |_| Ok(Judged::AtMost(MOST)),
    )
}

/// Minutes that agree to a millionth.
struct Minutes(f64);

impl Answer for Minutes {
    fn agrees(&self, expected: &Self) -> bool {
        (self.0 - expected.0).abs() <= 1e-6
    }

    fn told(&self) -> String {
        ((self.0 * 1e7).round() / 1e7).to_string()
    }
}

/// Where the pull changes its sign, between the least and the largest target.
fn best_promise(took: &[f64], delta: f64) -> Result<f64, LossError> {
    let huber = Huber::new(delta)?;
    let mut low = took.iter().copied().fold(f64::INFINITY, f64::min);
    let mut high = took.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        let slope: f64 = took.iter().map(|y| huber.derivative(y - middle)).sum();
        if slope < 0.0 { low = middle } else { high = middle }
    }
    Ok(0.5 * (low + high))
}

/// How many nights of each kind a delta lives through.
const NIGHTS: u64 = 400;
/// Deliveries a night.
const DELIVERIES: usize = 25;
/// The noise's standard deviation in minutes, as `data::line_with_outliers` makes it.
const SIGMA: f64 = 0.5;
/// What a learner's squared errors may be, over those with 1.345 sigma.
const MOST: f64 = 1.1;

/// A kind of night.
struct Nights {
    unit: &'static str,
    scale: f64,
    punctures: usize,
}

impl Nights {
    fn told(&self) -> String {
        let Self { unit, scale, punctures } = self;
        let sigma = ((SIGMA * scale) * 1e4).round() / 1e4;
        format!(
            "{NIGHTS} nights of {DELIVERIES} deliveries, with a noise of {sigma} {unit}, punctures a night: {punctures}; your squared errors, over those with 1.345 sigma"
        )
    }

    /// How far a night's deliveries were from the true promise, in this kind's unit.
    fn night(&self, seed: u64) -> Result<Vec<f64>, LossError> {
        let line = data::line_with_outliers(seed, DELIVERIES, self.punctures)?;
        let off = &line.y - &(&line.x * line.slope + line.intercept);
        Ok((off * self.scale).to_vec())
    }

    fn judge(&self, learner: fn(&[f64]) -> f64) -> Judged {
        let refused = |delta: f64| {
            Judged::Nothing(format!("your delta was {delta} (allowed: above 0, finite)"))
        };
        let (mut yours, mut usual) = (0.0, 0.0);
        for seed in 0..NIGHTS {
            let Ok(night) = self.night(seed) else { return refused(f64::NAN) };
            let median = Data::new(night.clone()).median();
            let residuals: Vec<f64> = night.iter().map(|off| off - median).collect();
            let delta = learner(&residuals);
            // The true promise is off by 0, so a promise is its own error.
            match (best_promise(&night, delta), best_promise(&night, 1.345 * SIGMA * self.scale)) {
                (Ok(error), Ok(usual_error)) => {
                    yours += error * error;
                    usual += usual_error * usual_error;
                }
                _ => return refused(delta),
            }
        }
        Judged::Came(yours / usual)
    }
}
