//! From logits to probabilities: log-sum-exp, softmax, log-softmax.

use multiversion::multiversion;
use ndarray::{Array1, Array2, ArrayView2};

use super::class_loss::slice_of;
use crate::error::{LossError, check};
use crate::math::exp;

/// Log-sum-exp of every row, `ln sum_k exp(logit_ik)`: `[n, classes]` in, `[n]` out, in nats.
///
/// The largest logit is taken out first, so that nothing overflows; with one class it is the logit
/// itself. What exceeds an `f64` follows IEEE arithmetic.
///
/// ```
/// # use lossbook::classification::log_sum_exp;
/// # use lossbook::prelude::*;
/// let sums = log_sum_exp(&array![[0.0, 0.0], [1000.0, 1000.0]])?;
/// assert_eq!(sums, array![2.0_f64.ln(), 1000.0 + 2.0_f64.ln()]);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`] for no rows or no classes; [`LossError::NotFinite`].
///
/// Source: P. Blanchard, D. J. Higham, N. J. Higham, "Accurately computing the log-sum-exp and
/// softmax functions", IMA Journal of Numerical Analysis 41 (2021).
pub fn log_sum_exp<'a>(logits: impl Into<ArrayView2<'a, f64>>) -> Result<Array1<f64>, LossError> {
    let logits = checked(logits.into())?;
    Ok(logits.rows().into_iter().map(|row| Softmax::of(&slice_of(row)).log_sum_exp()).collect())
}

/// Softmax of every row, `p_ik = exp(logit_ik) / sum_j exp(logit_ij)`: `[n, classes]` in, the same
/// shape out.
///
/// Each row is a distribution. Adding a number to a whole row of logits changes nothing; a
/// probability below the smallest `f64` is 0 (then ask [`log_softmax`]).
///
/// ```
/// # use lossbook::classification::softmax;
/// # use lossbook::prelude::*;
/// let p = softmax(&array![[0.0, 0.0, 0.0, 0.0], [1e4, 0.0, 0.0, 0.0]])?;
/// assert_eq!(p, array![[0.25, 0.25, 0.25, 0.25], [1.0, 0.0, 0.0, 0.0]]);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`] for no rows or no classes; [`LossError::NotFinite`].
///
/// Source: J. S. Bridle, "Probabilistic interpretation of feedforward classification network outputs"
/// (1990); computed as in [`log_sum_exp`]'s.
pub fn softmax<'a>(logits: impl Into<ArrayView2<'a, f64>>) -> Result<Array2<f64>, LossError> {
    row_by_row(logits.into(), |logits, p| {
        let softmax = Softmax::filling(logits, p);
        for exp in p {
            *exp = softmax.p(*exp);
        }
    })
}

/// Logarithm of the softmax of every row, `ln p_ik = logit_ik - ln sum_j exp(logit_ij)`:
/// `[n, classes]` in, the same shape out, in nats.
///
/// It keeps its digits where the softmax itself rounds to 0 or to 1.
///
/// ```
/// # use lossbook::classification::log_softmax;
/// # use lossbook::prelude::*;
/// let log_p = log_softmax(&array![[1e4, 0.0], [50.0, 0.0]])?;
/// assert_eq!(log_p[[0, 1]], -1e4);
/// assert_eq!(log_p[[1, 0]], -(-50.0_f64).exp());
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`] for no rows or no classes; [`LossError::NotFinite`].
///
/// Source: as [`log_sum_exp`].
pub fn log_softmax<'a>(logits: impl Into<ArrayView2<'a, f64>>) -> Result<Array2<f64>, LossError> {
    row_by_row(logits.into(), |logits, log_p| {
        let softmax = Softmax::of(logits);
        for (log_p, &logit) in log_p.iter_mut().zip(logits) {
            // 0 is 0, not -0.
            *log_p = 0.0 - softmax.cost(logit);
        }
    })
}

fn checked(logits: ArrayView2<f64>) -> Result<ArrayView2<f64>, LossError> {
    check::not_empty("logits", logits.len())?;
    for ((row, class), &logit) in logits.indexed_iter() {
        check::finite("logits", &[row, class], logit)?;
    }
    Ok(logits)
}

fn row_by_row(
    logits: ArrayView2<f64>,
    fill: impl Fn(&[f64], &mut [f64]),
) -> Result<Array2<f64>, LossError> {
    let logits = checked(logits)?;
    let (rows, columns) = logits.dim();
    let mut values = vec![0.0; rows * columns];
    for (row, out) in logits.rows().into_iter().zip(values.chunks_exact_mut(columns)) {
        fill(&slice_of(row), out);
    }
    Array2::from_shape_vec((rows, columns), values).map_err(|_| LossError::TooLarge {
        name: "logits",
        rows,
        columns,
    })
}

/// What all the losses on logits share: one row's softmax, with its digits kept at both ends.
///
/// Everything is relative to the largest logit, whose class has `exp(0) = 1`. As the sum of the
/// *others* is kept, `-ln p` and `1 - p` of the largest have all their digits, however near to 0.
pub(super) struct Softmax {
    top: f64,
    /// The sum of `exp(logit - top)` over all classes but the largest (of equal ones, but one).
    rest: f64,
    /// `ln(1 + rest)`, the cost of the largest.
    ln: f64,
}

/// How many classes are computed at a time where their exps are not kept.
const CHUNK: usize = 128;

impl Softmax {
    /// The row is not empty.
    pub(super) fn of(logits: &[f64]) -> Self {
        let top = largest(logits);
        let mut exps = [0.0; CHUNK];
        let chunks = logits.chunks(CHUNK);
        Self::with(top, chunks.map(|chunk| exps_of_others(chunk, top, &mut exps[..chunk.len()])))
    }

    /// Also writes `exp(logit - top)` of every class. The row is not empty.
    pub(super) fn filling(logits: &[f64], exps: &mut [f64]) -> Self {
        let top = largest(logits);
        let chunks = logits.chunks(CHUNK).zip(exps.chunks_mut(CHUNK));
        let softmax =
            Self::with(top, chunks.map(|(logits, exps)| exps_of_others(logits, top, exps)));
        for (exp, &logit) in exps.iter_mut().zip(logits) {
            *exp = if logit == top { 1.0 } else { *exp };
        }
        softmax
    }

    fn with(top: f64, chunks: impl Iterator<Item = (f64, u32)>) -> Self {
        let (mut others, mut equal) = (0.0, 0.0);
        for chunk in chunks {
            others += chunk.0;
            equal += f64::from(chunk.1);
        }
        let rest = others + (equal - 1.0);
        Self { top, rest, ln: rest.ln_1p() }
    }

    fn log_sum_exp(&self) -> f64 {
        self.top + self.ln
    }

    /// `exp(logit - top)` of a class that has this logit.
    pub(super) fn exp(&self, logit: f64) -> f64 {
        exp(logit - self.top)
    }

    /// `-ln p` of a class that has this logit: a sum of two terms that are not negative.
    pub(super) fn cost(&self, logit: f64) -> f64 {
        (self.top - logit) + self.ln
    }

    /// The probability of a class that has this `exp`.
    pub(super) fn p(&self, exp: f64) -> f64 {
        exp / (1.0 + self.rest)
    }

    /// `1 - p` of a class that has this `exp`. All but the largest have `p <= 1/2`, where nothing
    /// cancels.
    pub(super) fn not_p(&self, exp: f64) -> f64 {
        if exp == 1.0 { self.p(self.rest) } else { 1.0 - self.p(exp) }
    }

    /// The slope of `sum_k pull_k (-ln p_k)` with respect to the logits, `p_j sum_k pull_k - pull_j`,
    /// written over the row's exps; `pull(class, exp)` is never negative.
    ///
    /// It is taken as `p_j (sum of the other pulls) - pull_j (1 - p_j)`, so that a sample that is
    /// nearly right keeps the digits of its small slope.
    pub(super) fn slope(&self, exps: &mut [f64], pull: impl Fn(usize, f64) -> f64) {
        let pulls: Vec<f64> =
            exps.iter().enumerate().map(|(class, &exp)| pull(class, exp)).collect();
        let mut strongest = 0;
        for (class, &pull) in pulls.iter().enumerate() {
            if pull > pulls[strongest] {
                strongest = class;
            }
        }
        let others: f64 = pulls[..strongest].iter().chain(&pulls[strongest + 1..]).sum();
        let total = pulls[strongest] + others;
        for (class, (exp, &pull)) in exps.iter_mut().zip(&pulls).enumerate() {
            let others = if class == strongest { others } else { total - pull };
            *exp = self.p(*exp) * others - pull * self.not_p(*exp);
        }
    }

    /// [`slope`](Self::slope) where only one class pulls.
    pub(super) fn slope_of_one(&self, exps: &mut [f64], label: usize, pull: f64) {
        let own = 0.0 - pull * self.not_p(exps[label]);
        let scale = pull / (1.0 + self.rest);
        for exp in exps.iter_mut() {
            *exp *= scale;
        }
        exps[label] = own;
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn largest(logits: &[f64]) -> f64 {
    let higher = |top: &mut f64, &logit: &f64| *top = if logit > *top { logit } else { *top };
    let mut tops = [f64::NEG_INFINITY; 8];
    let (eights, last) = logits.as_chunks::<8>();
    for eight in eights {
        tops.iter_mut().zip(eight).for_each(|(top, logit)| higher(top, logit));
    }
    tops.iter_mut().zip(last).for_each(|(top, logit)| higher(top, logit));
    halves(tops, |top, other| if other > top { other } else { top })
}

/// Writes `exp(logit - top)` of every class, but 0 for the largest logits; the sum, and how many
/// those are.
#[multiversion(targets("x86_64+avx2"))]
fn exps_of_others(logits: &[f64], top: f64, exps: &mut [f64]) -> (f64, u32) {
    let mut equal = 0;
    for (to_exp, &logit) in exps.iter_mut().zip(logits) {
        let exp = exp(logit - top);
        *to_exp = if logit == top { 0.0 } else { exp };
        equal += u64::from(logit == top);
    }
    let mut sums = [0.0; 8];
    let (eights, last) = exps.as_chunks::<8>();
    for eight in eights {
        sums.iter_mut().zip(eight).for_each(|(sum, exp)| *sum += exp);
    }
    sums.iter_mut().zip(last).for_each(|(sum, exp)| *sum += exp);
    // A chunk has few classes.
    (halves(sums, |left, right| left + right), equal as u32)
}

/// Joins eight lanes, half by half.
#[inline(always)]
fn halves(mut lanes: [f64; 8], join: impl Fn(f64, f64) -> f64) -> f64 {
    for half in [4, 2, 1] {
        for lane in 0..half {
            lanes[lane] = join(lanes[lane], lanes[lane + half]);
        }
    }
    lanes[0]
}
