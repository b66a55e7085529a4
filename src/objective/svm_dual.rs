//! The dual of a support-vector machine, solved by an interior-point method.
//!
//! Every sample has a share `a` from 0 to 1 in the weights, both classes the same in all. The best
//! shares meet, with `s` the signs and the score `w x + b`:
//!
//! ```text
//! w = strength sum_i s_i a_i x_i,   sum_i s_i a_i = 0,   1 - s_i score_i = short_i - spare_i,
//! a_i spare_i = 0,   (1 - a_i) short_i = 0,   all of them >= 0
//! ```
//!
//! Newton's method solves this with a small number in place of the last two zeros, which falls from
//! step to step; each step is a weighted ridge regression, a system of `d + 1` equations, whatever the
//! unit of the features.
//!
//! Source: S. J. Wright, "Primal-dual interior-point methods" (1997).

use ndarray::{Array1, Array2, Zip, s};

use super::linear_algebra::{newton_step, with_ones};
use crate::numeric::Sum;

/// What the shares prove, in terms of the objective times n.
pub(super) struct Certificate {
    pub(super) weights: Array1<f64>,
    pub(super) intercept: f64,
    pub(super) value: f64,
    /// By how much the value can exceed the least there is.
    pub(super) gap: f64,
    pub(super) support: Vec<usize>,
}

/// Thirty or so are usual.
pub(super) const MOST_STEPS: usize = 200;

/// The best that `MOST_STEPS` steps come to, or fewer where no better can be told from it.
pub(super) fn solve_dual(x: &Array2<f64>, signs: &Array1<f64>, strength: f64) -> Certificate {
    let (n, d) = x.dim();
    let rows = with_ones(x);
    let mut price = Array1::from_elem(d + 1, 1.0 / strength);
    price[d] = 0.0;
    let mut parameters: Array1<f64> = Array1::zeros(d + 1);
    let [mut shares, mut rooms] = [0.5, 0.5].map(|share| Array1::from_elem(n, share));
    let [mut spare, mut short] = [1.0, 2.0].map(|size| Array1::from_elem(n, size));
    let mut best = certificate(x, signs, strength, &parameters, [&shares, &spare]);
    for _ in 0..MOST_STEPS {
        let product = (shares.dot(&spare) + rooms.dot(&short)) / (2.0 * n as f64);
        let aim = 0.1 * product;
        let lack = 1.0 - signs * rows.dot(&parameters) + aim / &shares - aim / &rooms;
        let bend = 1.0 / (&spare / &shares + &short / &rooms);
        let right = rows.t().dot(&(signs * (&shares + &lack * &bend))) - &price * &parameters;
        let step = newton_step(&rows, &bend, &price, right).0;
        let by_shares = (lack - signs * rows.dot(&step)) * bend;
        let by_rooms = -&by_shares;
        let by_spare = (aim - &spare * &by_shares) / &shares - &spare;
        let by_short = (aim - &short * &by_rooms) / &rooms - &short;
        // Nearly to where the first of them would be 0.
        let mut far = 1.0_f64;
        let mut all = [
            (&mut shares, by_shares),
            (&mut rooms, by_rooms),
            (&mut spare, by_spare),
            (&mut short, by_short),
        ];
        for (values, by) in &all {
            Zip::from(&**values).and(by).for_each(|value, by| {
                if *by < 0.0 {
                    far = far.min(-0.99 * value / by);
                }
            });
        }
        for (values, by) in &mut all {
            values.scaled_add(far, by);
        }
        parameters.scaled_add(far, &step);
        let next = certificate(x, signs, strength, &parameters, [&shares, &spare]);
        if next.gap <= best.gap.max(1e-15 * best.value) {
            best = next;
        }
        // Far below what rounding leaves of the gap: where a sample only just needs no share, the
        // weights are right to no more than the root of the product.
        let is_visible = product > 1e-30 * best.value;
        if !is_visible {
            break;
        }
    }
    best
}

fn certificate(
    x: &Array2<f64>,
    signs: &Array1<f64>,
    strength: f64,
    parameters: &Array1<f64>,
    [shares, spare]: [&Array1<f64>; 2],
) -> Certificate {
    let weights = parameters.slice(s![..x.ncols()]).to_owned();
    // The intercept at which each sample would be right on the margin's edge. From edge to edge the
    // hinges' slope rises by 1, from minus the positive samples on: the best intercept is between as
    // many edges as there are positive samples and the others.
    let edges = signs - x.dot(&weights);
    let mut sorted = edges.to_vec();
    sorted.sort_by(f64::total_cmp);
    let positive = signs.iter().filter(|&&sign| sign > 0.0).count();
    let intercept = sorted[positive - 1] / 2.0 + sorted[positive] / 2.0;
    let hinges = (signs * (edges - intercept)).mapv(|short| short.max(0.0));
    let square = weights.dot(&weights) / strength / 2.0;
    let value = hinges.iter().copied().chain([square]).collect::<Sum>().total();
    // Both classes the same in all, exactly.
    let of = |class: f64| {
        shares.iter().zip(signs).filter(move |pair| *pair.1 == class).map(|pair| *pair.0)
    };
    let totals = [-1.0, 1.0].map(|class| of(class).sum::<f64>());
    let least = totals[0].min(totals[1]);
    let even = shares * &signs.mapv(|sign| least / totals[usize::from(sign > 0.0)]);
    let sum = x.t().dot(&(&even * signs));
    let most = shares.iter().fold(0.0_f64, |most, share| most.max(*share));
    let in_use = |&at: &usize| shares[at] > spare[at] * most;
    Certificate {
        gap: (value - 2.0 * least + strength * sum.dot(&sum) / 2.0).max(0.0),
        support: (0..shares.len()).filter(in_use).collect(),
        weights,
        intercept,
        value,
    }
}
