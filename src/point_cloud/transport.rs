//! Entropic optimal transport: the plan that Sinkhorn's iterations come to.

use ndarray::{Array2, ArrayView2, Axis};

use super::Sinkhorn;
use crate::error::LossError;
use crate::numeric::{Sum, dot, exp, zeros};

/// What [`Sinkhorn`] finds.
#[doc(alias("coupling", "transport plan"))]
#[derive(Debug, Clone, PartialEq)]
pub struct Transport {
    /// How much goes from where to where, `[target points, prediction points]`. Its columns sum to
    /// `1/m` each; its rows to `1/n`, up to [`error`](Self::error) in all.
    pub plan: Array2<f64>,
    /// What that costs, `sum_ij plan_ij c_ij`.
    pub cost: f64,
    /// The cost, plus epsilon times how far the plan is from sharing evenly (see
    /// [`Sinkhorn`]).
    pub objective: f64,
    /// How many iterations it took, those for larger epsilons on the way included.
    pub iterations: usize,
    /// What the rows of this very plan deviate from `1/n`, `sum_i abs(sum_j plan_ij - 1/n)` (or its
    /// columns from `1/m`, if that is more): at most the tolerance, up to rounding.
    pub error: f64,
}

/// On the way to an epsilon each larger one is so many times it.
const EPSILON_STEP: f64 = 4.0;

/// How far off a plan for a larger epsilon may be: it is only where the next one starts.
const ROUGHLY: f64 = 1e-3;

/// What is added to the diagonal of Newton's matrix, as a share of it: parts of the plan that exchange
/// less than that may shift as they like.
const REGULAR: f64 = 1e-12;

/// Finds the plan for what every pair costs.
///
/// A plan of the form `exp((u_i + v_j - c_ij) / epsilon) / (n m)` whose sums are right is the best one,
/// so potentials `u` and `v` are sought. All is done in logarithms.
pub(super) fn transport(costs: &Array2<f64>, loss: &Sinkhorn) -> Result<Transport, LossError> {
    let Sinkhorn { epsilon, tolerance, .. } = *loss;
    let turned = costs.t().as_standard_layout().into_owned();
    let (by_row, by_column) = (costs.view(), turned.view());
    // The potentials of the smaller cloud are enough: the others follow from them.
    let swapped = costs.nrows() > costs.ncols();
    let (few, many) = if swapped { (by_column, by_row) } else { (by_row, by_column) };
    let (found, iterations) = potentials(few, many, loss)?;
    let u = if swapped { soft_minima(by_row, &found, epsilon) } else { found };
    let v = soft_minima(by_column, &u, epsilon);
    let plan = plan(by_row, &u, &v, epsilon);
    let cost = plan.iter().zip(costs).map(|(amount, cost)| amount * cost);
    let cost = cost.collect::<Sum>().total();
    // The dual's value. As the columns sum to 1/m, the plan to 1, the rest of it is 0.
    let means = [u, v].map(|potentials| potentials.into_iter().collect::<Sum>().mean());
    // Of the plan that was written down: where epsilon is next to nothing beside the costs, potentials
    // that are right to the last digit do not make it right.
    let errors = [0, 1].map(|axis| {
        let sums = plan.sum_axis(Axis(axis));
        let due = 1.0 / sums.len() as f64;
        sums.iter().map(|sum| (sum - due).abs()).sum::<f64>()
    });
    // A NaN is as wrong as can be.
    let error = if errors[0] <= errors[1] { errors[1] } else { errors[0] };
    if error <= 2.0 * tolerance {
        Ok(Transport { plan, cost, objective: means[0] + means[1], iterations, error })
    } else {
        Err(LossError::NotConverged { name: "sinkhorn", iterations, error, tolerance })
    }
}

/// The potentials of the smaller cloud, and how many iterations they took; if that is the most, they may
/// not be there yet.
///
/// An iteration sets the potentials of the larger cloud such that its sums are right, and then those of
/// the smaller one, either to what makes its sums right (Sinkhorn) or by a step of Newton's method. A
/// small epsilon is come to from larger ones, for which that is easy, each starting where the last
/// ended.
fn potentials(
    few: ArrayView2<f64>,
    many: ArrayView2<f64>,
    loss: &Sinkhorn,
) -> Result<(Vec<f64>, usize), LossError> {
    let Sinkhorn { epsilon: last_epsilon, max_iterations, tolerance, .. } = *loss;
    let (n, m) = few.dim();
    let mut epsilon = few.iter().copied().fold(last_epsilon, f64::max);
    let (mut u, mut plain_steps) = (vec![0.0; n], 0);
    for iteration in 1..=max_iterations {
        let v = soft_minima(many, &u, epsilon);
        // What a plain step would do to the sums tells what they are now, as shares of what they should
        // be.
        let next = soft_minima(few, &v, epsilon);
        let pairs = u.iter().zip(&next);
        let surplus: Vec<f64> =
            pairs.map(|(now, next)| ((now - next) / epsilon).exp_m1()).collect();
        let error = surplus.iter().map(|surplus| surplus.abs()).collect::<Sum>().mean();
        if epsilon == last_epsilon && error <= tolerance {
            return Ok((u, iteration));
        }
        plain_steps += 1;
        if epsilon > last_epsilon && error <= tolerance.max(ROUGHLY) {
            epsilon = (epsilon / EPSILON_STEP).max(last_epsilon);
            (u, plain_steps) = (next, 0);
        } else if plain_steps * 32 * m >= n * (n + m) {
            // By now they have cost as much as Newton's step does.
            let step = newton_step(&plan(few, &u, &v, epsilon), &surplus)?;
            u.iter_mut().zip(step).for_each(|(u, step)| *u += epsilon * step);
            plain_steps = 0;
        } else {
            u = next;
        }
    }
    Ok((u, max_iterations))
}

/// The plan of these potentials.
fn plan(costs: ArrayView2<f64>, u: &[f64], v: &[f64], epsilon: f64) -> Array2<f64> {
    let pairs = costs.len() as f64;
    let amount = |(i, j)| ((u[i] + (v[j] - costs[(i, j)])) / epsilon).exp() / pairs;
    Array2::from_shape_fn(costs.dim(), amount)
}

/// For each row of costs the smooth minimum of `cost - potential` over its columns,
/// `-epsilon ln mean exp((potential - cost) / epsilon)`.
fn soft_minima(costs: ArrayView2<f64>, potentials: &[f64], epsilon: f64) -> Vec<f64> {
    let minima = costs.rows().into_iter().map(|costs| {
        let rests = || costs.iter().zip(potentials).map(|(cost, potential)| cost - potential);
        let least = rests().fold(f64::INFINITY, f64::min);
        let sum: f64 = rests().map(|rest| exp((least - rest) / epsilon)).sum();
        least - epsilon * (sum / potentials.len() as f64).ln()
    });
    minima.collect()
}

/// Newton's step of the rows' potentials `u`, in units of epsilon, for a plan `P` whose columns sum to
/// `1/m`; a surplus says by which share too much a row sums to.
///
/// The dual's slope is `-surplus / n`, its curvature `-(diag(rows' sums) - m P P^T)`, both in units of
/// epsilon. How much the curvature may change on the way is known (its logarithm by no more than the
/// step's `span`), and so the part of the step that is sure to raise the dual most.
///
/// Source: C. Brauer, C. Clason, D. Lorenz, B. Wirth, "A Sinkhorn-Newton method for entropic optimal
/// transport" (2017); F. Bach, "Self-concordant analysis for logistic regression" (2010), for the part.
fn newton_step(plan: &Array2<f64>, surplus: &[f64]) -> Result<Vec<f64>, LossError> {
    let (n, shared) = (plan.nrows(), plan.dot(&plan.t()) * plan.len() as f64);
    // Cholesky's factor of n times the curvature, row by row.
    let mut factor: Vec<f64> = zeros("plan", n, n)?;
    let mut step = Vec::with_capacity(n);
    for (i, surplus) in surplus.iter().enumerate() {
        let (above, row) = factor.split_at_mut(i * n);
        for (j, other) in above.chunks_exact(n).enumerate() {
            row[j] = (-shared[(i, j)] - dot(&row[..j], &other[..j])) / other[j];
        }
        let sum = 1.0 + surplus;
        let cell = sum - shared[(i, i)] - dot(&row[..i], &row[..i]);
        // Never less, but for rounding.
        row[i] = (cell + REGULAR * sum).max(REGULAR * sum).sqrt();
        step.push((-surplus - dot(&row[..i], &step)) / row[i]);
    }
    for i in (0..n).rev() {
        let (before, rest) = step.split_at_mut(i);
        let row = &factor[i * n..];
        rest[0] /= row[i];
        before.iter_mut().zip(row).for_each(|(before, cell)| *before -= cell * rest[0]);
    }
    let ends = [f64::INFINITY, f64::NEG_INFINITY];
    let [low, high] = step.iter().fold(ends, |[low, high], &u| [low.min(u), high.max(u)]);
    let span = high - low;
    let part = if span > 0.0 { span.ln_1p() / span } else { 1.0 };
    step.iter_mut().for_each(|step| *step *= part);
    Ok(step)
}
