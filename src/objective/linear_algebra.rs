//! Singular values, and small linear systems.
//!
//! Why not a library: `nalgebra` 0.35.0, the lean one, is wrong where columns depend on each other. Of
//! the rows (-1, -2, 0), (0, 1, -2), (1, 1, 2) its `svd` finds the singular value 3.0000023 instead of 3,
//! and it misses 1 % of random tables whose rank is not full by up to their own size. It also reduces a
//! matrix to two diagonals first, which loses small columns beside large: of perpendicular columns of
//! lengths 2e-9, 2 and 2e9 it finds 2.00000002 for the second. `faer` would add some eighty crates.
//! Rotations of pairs of columns keep every column's digits. The tests show these tables.
//!
//! Sources: M. R. Hestenes, "Inversion of matrices by biorthogonalization and related results",
//! Journal of SIAM 6 (1958); J. Demmel, K. Veselic, "Jacobi's method is more accurate than QR", SIAM
//! Journal on Matrix Analysis 13 (1992).

use ndarray::{Array1, Array2, ArrayView1, Axis, Zip, s};

use super::linear::LinearModel;
use crate::error::LossError;
use crate::numeric::largest;

/// Data less their means, `x = mean + unit * scores * directions`: the singular value decomposition,
/// as far as it is more than rounding noise (a column that varies less than that counts as constant). With more rows than columns it keeps the digits of tiny
/// features beside huge ones.
#[derive(Debug)]
pub(super) struct Centred {
    /// `[d]`
    pub(super) mean: Array1<f64>,
    /// A power of two that makes the largest of `x` about 1, so that squares fit.
    pub(super) unit: f64,
    /// Perpendicular columns, from long to short: `[n, rank]`.
    pub(super) scores: Array2<f64>,
    /// Their lengths, the singular values: `[rank]`.
    pub(super) lengths: Array1<f64>,
    /// Perpendicular rows of length 1: `[rank, d]`.
    pub(super) directions: Array2<f64>,
}

impl Centred {
    pub(super) fn new(x: &Array2<f64>) -> Self {
        let size = x.as_slice().map_or(0.0, largest);
        let unit = if size > 0.0 { size.log2().floor().exp2() } else { 1.0 };
        let in_unit = x / unit;
        let (mean, centred) = less_means(&in_unit);
        // Fewer columns are turned when the wide are transposed.
        let wide = x.nrows() < x.ncols();
        let (columns, raw) =
            if wide { (centred, in_unit.view()) } else { (columns_of(&centred), in_unit.t()) };
        let noise = raw.rows().into_iter().map(|raw| f64::EPSILON * raw.dot(&raw).sqrt());
        let Turned { columns, turns, lengths } = Turned::new(columns, noise.collect());
        let (scores, directions) = if wide {
            (turns.reversed_axes() * &lengths, columns / lengths.view().insert_axis(Axis(1)))
        } else {
            (columns.reversed_axes(), turns)
        };
        Self { mean: mean * unit, unit, scores, lengths, directions }
    }

    /// The model whose weights, for the scores, and whose prediction at the mean are these.
    pub(super) fn model(
        &self,
        weights: ArrayView1<f64>,
        at_mean: f64,
    ) -> Result<LinearModel, LossError> {
        let weights = self.directions.t().dot(&weights) / self.unit;
        LinearModel::new(&weights, at_mean - weights.dot(&self.mean))
    }
}

/// The means of the columns, and what is left of the columns.
pub(super) fn less_means(x: &Array2<f64>) -> (Array1<f64>, Array2<f64>) {
    let means = |x: &Array2<f64>| x.sum_axis(Axis(0)) / x.nrows() as f64;
    let mean = means(x);
    let left = x - &mean;
    // The mean was rounded: what it still lacks.
    let rest = means(&left);
    (mean + &rest, left - rest)
}

/// The columns, one after the other.
fn columns_of(x: &Array2<f64>) -> Array2<f64> {
    x.t().as_standard_layout().into_owned()
}

/// Columns (here rows, side by side in memory) turned in pairs until all are perpendicular: one-sided
/// Jacobi.
struct Turned {
    columns: Array2<f64>,
    /// What was done to them: `before = turns' columns`.
    turns: Array2<f64>,
    lengths: Array1<f64>,
}

/// Six or so are usual.
const MOST_SWEEPS: usize = 60;

impl Turned {
    /// `noise` is how long a column may be by rounding alone; one no longer than that counts as 0.
    fn new(mut columns: Array2<f64>, mut noise: Vec<f64>) -> Self {
        let count = columns.nrows();
        let mut turns = Array2::eye(count);
        let perpendicular = f64::EPSILON * (columns.ncols() as f64).sqrt();
        let noisy = 4.0 * (count as f64).sqrt();
        for _ in 0..MOST_SWEEPS {
            let mut settled = true;
            for (p, q) in (0..count).flat_map(|p| (p + 1..count).map(move |q| (p, q))) {
                let (first, second) = (columns.row(p), columns.row(q));
                let (long, short) = (first.dot(&first).sqrt(), second.dot(&second).sqrt());
                if long <= noisy * noise[p] || short <= noisy * noise[q] {
                    continue;
                }
                let cos = first.dot(&second) / long / short;
                if cos.abs() > perpendicular {
                    settled = false;
                    // The smaller of the two angles.
                    let cotangent = (short / long - long / short) / (2.0 * cos);
                    let tangent = cotangent.signum() / (cotangent.abs() + cotangent.hypot(1.0));
                    let cos = 1.0 / tangent.hypot(1.0);
                    let sin = cos * tangent;
                    turn(&mut columns, [p, q], cos, sin);
                    turn(&mut turns, [p, q], cos, sin);
                    (noise[p], noise[q]) = (
                        (cos * noise[p]).hypot(sin * noise[q]),
                        (sin * noise[p]).hypot(cos * noise[q]),
                    );
                }
            }
            if settled {
                break;
            }
        }
        let lengths: Vec<f64> =
            columns.rows().into_iter().map(|row| row.dot(&row).sqrt()).collect();
        let mut order: Vec<usize> = (0..count).filter(|&k| lengths[k] > noisy * noise[k]).collect();
        order.sort_by(|&one, &other| lengths[other].total_cmp(&lengths[one]));
        Self {
            columns: columns.select(Axis(0), &order),
            turns: turns.select(Axis(0), &order),
            lengths: order.iter().map(|&k| lengths[k]).collect(),
        }
    }
}

fn turn(columns: &mut Array2<f64>, [p, q]: [usize; 2], cos: f64, sin: f64) {
    let (first, second) = columns.multi_slice_mut((s![p, ..], s![q, ..]));
    Zip::from(first).and(second).for_each(|first, second| {
        (*first, *second) = (cos * *first - sin * *second, sin * *first + cos * *second);
    });
}

/// Solves `(sum_i bend_i row_i row_i' + price) solution = right`, one step of Newton's method; `false`
/// if rounding leaves nothing of a direction, along which the solution is then 0.
pub(super) fn newton_step(
    rows: &Array2<f64>,
    bend: &Array1<f64>,
    price: &Array1<f64>,
    mut right: Array1<f64>,
) -> (Array1<f64>, bool) {
    let mut matrix = rows.t().dot(&(rows * &bend.view().insert_axis(Axis(1))));
    matrix.diag_mut().scaled_add(1.0, price);
    let least = matrix.diag().mapv(|entry| 4.0 * f64::EPSILON * entry);
    let (count, mut whole) = (right.len(), true);
    for k in 0..count {
        let is_left = matrix[[k, k]] > least[k];
        if !is_left {
            (whole, matrix[[k, k]]) = (false, f64::INFINITY);
        }
        for below in k + 1..count {
            let factor = matrix[[below, k]] / matrix[[k, k]];
            let (row, mut other) = matrix.multi_slice_mut((s![k, k..], s![below, k..]));
            other.scaled_add(-factor, &row);
            right[below] -= factor * right[k];
        }
    }
    for k in (0..count).rev() {
        let known = matrix.slice(s![k, k + 1..]).dot(&right.slice(s![k + 1..]));
        right[k] = (right[k] - known) / matrix[[k, k]];
    }
    (right, whole)
}

/// The rows with a 1 at their end, for an intercept.
pub(super) fn with_ones(rows: &Array2<f64>) -> Array2<f64> {
    let (count, width) = rows.dim();
    let mut with = Array2::ones((count, width + 1));
    with.slice_mut(s![.., ..width]).assign(rows);
    with
}
