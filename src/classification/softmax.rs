//! From logits to probabilities: log-sum-exp, softmax, log-softmax.

use multiversion::multiversion;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2};

use crate::error::LossError;
use crate::loss::Matrix;
use crate::numeric::{Domain, check, exp, matrix, slice_of, zeros};

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
/// [`LossError::Empty`] for no rows or no classes; [`LossError::NotFinite`] for a NaN or `inf`;
/// [`LossError::AllMasked`] for a row of nothing but `-inf`.
///
/// Source: P. Blanchard, D. J. Higham, N. J. Higham, "Accurately computing the log-sum-exp and
/// softmax functions", IMA Journal of Numerical Analysis 41 (2021).
#[doc(alias = "logsumexp")]
pub fn log_sum_exp(logits: impl Matrix) -> Result<Array1<f64>, LossError> {
    let logits = checked(logits.as_matrix())?;
    let rows = logits.rows().into_iter();
    Ok(rows.map(|row| Softmax::new(&slice_of(row), None).log_sum_exp()).collect())
}

/// Softmax of every row, `p_ik = exp(logit_ik) / sum_j exp(logit_ij)`: `[n, classes]` in, the same
/// shape out.
///
/// Each row is a distribution. Adding a number to a whole row of logits changes nothing; a
/// probability below the smallest `f64` is 0 (then ask [`log_softmax`]). A logit of `-inf` masks a class:
/// it cannot be.
///
/// ```
/// # use lossbook::classification::softmax;
/// # use lossbook::prelude::*;
/// let p = softmax(&array![[0.0, 0.0, 0.0, 0.0], [1e4, 0.0, 0.0, 0.0]])?;
/// assert_eq!(p, array![[0.25, 0.25, 0.25, 0.25], [1.0, 0.0, 0.0, 0.0]]);
///
/// let masked = array![[0.0, f64::NEG_INFINITY, 0.0]];
/// assert_eq!(softmax(&masked)?, array![[0.5, 0.0, 0.5]]);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`] for no rows or no classes; [`LossError::NotFinite`] for a NaN or `inf`;
/// [`LossError::AllMasked`] for a row of nothing but `-inf`.
///
/// Source: J. S. Bridle, "Probabilistic interpretation of feedforward classification network outputs"
/// (1990); computed as in [`log_sum_exp`]'s.
#[doc(alias("Softmax", "Softargmax"))]
pub fn softmax(logits: impl Matrix) -> Result<Array2<f64>, LossError> {
    row_by_row(logits.as_matrix(), |logits, p| {
        let softmax = Softmax::new(logits, Some(&mut *p));
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
/// [`LossError::Empty`] for no rows or no classes; [`LossError::NotFinite`] for a NaN or `inf`;
/// [`LossError::AllMasked`] for a row of nothing but `-inf`.
///
/// Source: as [`log_sum_exp`].
#[doc(alias = "LogSoftmax")]
pub fn log_softmax(logits: impl Matrix) -> Result<Array2<f64>, LossError> {
    row_by_row(logits.as_matrix(), |logits, log_p| {
        let softmax = Softmax::new(logits, None);
        for (log_p, &logit) in log_p.iter_mut().zip(logits) {
            // 0 is 0, not -0.
            *log_p = 0.0 - softmax.cost(logit);
        }
    })
}

/// A table of logits.
fn checked(logits: ArrayView2<f64>) -> Result<ArrayView2<f64>, LossError> {
    check::not_empty("logits", logits.len())?;
    for (row, logits) in logits.rows().into_iter().enumerate() {
        check_logits("logits", row, &slice_of(logits))?;
    }
    Ok(logits)
}

/// The row holds numbers, or `-inf` where a class cannot be; one class can.
pub(super) fn check_logits(
    name: &'static str,
    row: usize,
    logits: &[f64],
) -> Result<(), LossError> {
    if Domain::Finite.all(logits) {
        return Ok(());
    }
    let possible = logits.iter().enumerate().filter(|&(_, &logit)| logit != f64::NEG_INFINITY);
    let mut possible = possible.peekable();
    if possible.peek().is_none() {
        return Err(LossError::AllMasked { name, row });
    }
    possible.try_for_each(|(class, &logit)| check::finite(name, &[row, class], logit))
}

fn row_by_row(
    logits: ArrayView2<f64>,
    fill: impl Fn(&[f64], &mut [f64]),
) -> Result<Array2<f64>, LossError> {
    let (rows, columns) = checked(logits)?.dim();
    let mut values = zeros("logits", rows, columns)?;
    for (row, out) in logits.rows().into_iter().zip(values.chunks_exact_mut(columns)) {
        fill(&slice_of(row), out);
    }
    matrix("logits", rows, columns, values)
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

/// How many classes are computed at a time.
const CHUNK: usize = 128;

impl Softmax {
    /// Also writes `exp(logit - top)` of every class, where there is room for it. The row is not empty.
    pub(super) fn new(logits: &[f64], exps: Option<&mut [f64]>) -> Self {
        let top = largest(logits);
        let add = |sum: (f64, u64), part: (f64, u64)| (sum.0 + part.0, sum.1 + part.1);
        let chunks = logits.chunks(CHUNK);
        let (others, equal) = match exps {
            Some(exps) => {
                let parts = chunks.zip(exps.chunks_mut(CHUNK));
                let parts = parts.map(|(part, exps)| exps_of_others(part, top, exps));
                let found = parts.fold((0.0, 0), add);
                for (exp, &logit) in exps.iter_mut().zip(logits) {
                    *exp = if logit == top { 1.0 } else { *exp };
                }
                found
            }
            None => {
                let mut exps = [0.0; CHUNK];
                let parts = chunks.map(|part| exps_of_others(part, top, &mut exps[..part.len()]));
                parts.fold((0.0, 0), add)
            }
        };
        let rest = others + (equal as f64 - 1.0);
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

    /// The gradient of `sum_k pull_k (-ln p_k)` with respect to the logits, `p_j sum_k pull_k - pull_j`,
    /// written over the row's exps; if only one class pulls, that is `only`.
    ///
    /// It is taken as `p_j (sum of the other pulls) - pull_j (1 - p_j)`, so that a sample that is
    /// nearly right keeps the digits of its small gradient.
    pub(super) fn gradient(
        &self,
        exps: &mut [f64],
        only: Option<usize>,
        pull: impl Fn(usize) -> f64,
    ) {
        if let Some(label) = only {
            let (pull, own) = (pull(label), exps[label]);
            let scale = pull / (1.0 + self.rest);
            exps.iter_mut().for_each(|exp| *exp *= scale);
            exps[label] = 0.0 - pull * self.not_p(own);
            return;
        }
        let total: f64 = (0..exps.len()).map(&pull).sum();
        for (class, exp) in exps.iter_mut().enumerate() {
            let pull = pull(class);
            *exp = self.p(*exp) * (total - pull) - pull * self.not_p(*exp);
        }
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
    tops.into_iter().fold(f64::NEG_INFINITY, f64::max)
}

/// Writes `exp(logit - top)` of every class, but 0 for the largest logits; their sum, and how many
/// largest there are.
#[multiversion(targets("x86_64+avx2"))]
fn exps_of_others(logits: &[f64], top: f64, exps: &mut [f64]) -> (f64, u64) {
    let mut equal = 0;
    for (to_exp, &logit) in exps.iter_mut().zip(logits) {
        let exp = exp(logit - top);
        *to_exp = if logit == top { 0.0 } else { exp };
        equal += u64::from(logit == top);
    }
    (ArrayView1::from(&*exps).sum(), equal)
}
