//! From logits to probabilities: log-sum-exp, softmax, log-softmax.

use ndarray::{Array1, Array2, ArrayView2};

use super::class_loss::slice_of;
use crate::error::{LossError, check};

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
    largest: usize,
    top: f64,
    /// The sum of `exp(logit - top)` over all classes but the largest.
    rest: f64,
    /// `ln(1 + rest)`, the cost of the largest.
    ln: f64,
}

impl Softmax {
    pub(super) fn of(logits: &[f64]) -> Self {
        Self::with(logits, |_, _| ())
    }

    /// Also writes `exp(logit - top)` of every class.
    pub(super) fn filling(logits: &[f64], exps: &mut [f64]) -> Self {
        Self::with(logits, |class, exp| exps[class] = exp)
    }

    /// The row is not empty; the largest is finite.
    fn with(logits: &[f64], mut keep: impl FnMut(usize, f64)) -> Self {
        let mut largest = 0;
        for (class, &logit) in logits.iter().enumerate() {
            if logit > logits[largest] {
                largest = class;
            }
        }
        let top = logits[largest];
        let mut rest = 0.0;
        for (class, &logit) in logits.iter().enumerate() {
            let exp = (logit - top).exp();
            keep(class, exp);
            rest += if class == largest { 0.0 } else { exp };
        }
        Self { largest, top, rest, ln: rest.ln_1p() }
    }

    fn log_sum_exp(&self) -> f64 {
        self.top + self.ln
    }

    /// `exp(logit - top)` of a class that has this logit.
    pub(super) fn exp(&self, logit: f64) -> f64 {
        (logit - self.top).exp()
    }

    /// `-ln p` of a class that has this logit: a sum of two terms that are not negative.
    pub(super) fn cost(&self, logit: f64) -> f64 {
        (self.top - logit) + self.ln
    }

    /// The probability of a class that has this `exp`.
    pub(super) fn p(&self, exp: f64) -> f64 {
        exp / (1.0 + self.rest)
    }

    /// `1 - p` of this class. All but the largest have `p <= 1/2`, where nothing cancels.
    pub(super) fn not_p(&self, class: usize, exp: f64) -> f64 {
        if class == self.largest { self.p(self.rest) } else { 1.0 - self.p(exp) }
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
            *exp = self.p(*exp) * others - pull * self.not_p(class, *exp);
        }
    }

    /// [`slope`](Self::slope) where only one class pulls.
    pub(super) fn slope_of_one(&self, exps: &mut [f64], label: usize, pull: f64) {
        let own = 0.0 - pull * self.not_p(label, exps[label]);
        let scale = pull / (1.0 + self.rest);
        for exp in exps.iter_mut() {
            *exp *= scale;
        }
        exps[label] = own;
    }
}
