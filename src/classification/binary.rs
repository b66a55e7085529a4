//! Binary cross-entropy: two classes, one number per sample.

use multiversion::multiversion;

use super::binary_loss::BinaryLoss;
use super::target::{Reads, scaled};
use crate::error::LossError;
use crate::math::{exp, ln_1p, ln_of_probability};

/// Binary cross-entropy: `-ln p` for a positive sample, `-ln(1 - p)` for a negative one, in nats.
///
/// ```text
/// - w y ln p - (1 - y) ln(1 - p)
/// ```
///
/// The target `y` is 1, 0 or between; the positive weight `w` is 1 unless asked for. `p` is the
/// prediction, `[n]`:
///
/// - [`from_logits`](Self::from_logits): `p = 1 / (1 + exp(-logit))`. Slope: `p - y` (with a weight,
///   `(1 - y) p - w y (1 - p)`). Nothing overflows or rounds away, whatever the logit.
/// - [`from_probabilities`](Self::from_probabilities): `p` as given. Slope: `(1 - y) / (1 - p) -
///   w y / p`. A `p = 0` for what does happen costs infinitely much; nothing is clipped. (The slope at
///   a `p` below 1e-308 may exceed an `f64`.)
///
/// ```
/// # use lossbook::classification::*;
/// # use lossbook::prelude::*;
/// let loss = BinaryCrossEntropy::from_logits();
/// assert_eq!(loss.each(&[1.0, 0.0], &[0.0, 1e4])?, array![2.0_f64.ln(), 1e4]);
/// assert_eq!(loss.gradient(&[1.0, 0.0], &[0.0, 1e4])?, array![-0.25, 0.5]);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: "Common loss functions in computer vision" (lecture article), "Cross-entropy loss"; CV
/// course 4, "Loss functions" (lecture), "Binary cross-entropy".
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BinaryCrossEntropy {
    reads: Reads,
    positive_weight: f64,
}

impl BinaryCrossEntropy {
    /// Of the sigmoid of logits: any finite numbers.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// // A probability computed first would have rounded to 1, and this loss to 0.
    /// let loss = BinaryCrossEntropy::from_logits().mean(&[1.0], &[50.0])?;
    /// assert_eq!(loss, (-50.0_f64).exp());
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn from_logits() -> Self {
        Self { reads: Reads::Scores, positive_weight: 1.0 }
    }

    /// Of the probabilities that the samples are positive.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// let loss = BinaryCrossEntropy::from_probabilities();
    /// assert_eq!(loss.each(&[1.0, 0.0], &[0.5, 1.0])?, array![2.0_f64.ln(), f64::INFINITY]);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn from_probabilities() -> Self {
        Self { reads: Reads::Probabilities, positive_weight: 1.0 }
    }

    /// Multiplies what a positive sample costs: above 1 for rare positives.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// let loss = BinaryCrossEntropy::from_logits().with_positive_weight(3.0)?;
    /// assert_eq!(loss.each(&[1.0, 0.0], &[0.0, 0.0])?, array![3.0, 1.0] * 2.0_f64.ln());
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `positive_weight >= 0` and finite.
    pub fn with_positive_weight(mut self, positive_weight: f64) -> Result<Self, LossError> {
        if !(positive_weight >= 0.0 && positive_weight.is_finite()) {
            return Err(LossError::BadParameter {
                name: "positive_weight",
                value: positive_weight,
                allowed: "positive_weight >= 0 and finite",
            });
        }
        self.positive_weight = positive_weight;
        Ok(self)
    }
}

impl BinaryLoss for BinaryCrossEntropy {
    fn cost_and_slope(&self, positive: bool, prediction: f64) -> (f64, f64) {
        let target = if positive { 1.0 } else { 0.0 };
        match self.reads {
            Reads::Scores => FromLogit(self.positive_weight).of(target, prediction),
            Reads::Probabilities => FromHard(self.positive_weight).of(target, prediction),
        }
    }

    fn reads(&self) -> Reads {
        self.reads
    }

    fn loss_of_each(&self, target: &[f64], prediction: &[f64], losses: &mut [f64]) {
        let weight = self.positive_weight;
        match self.reads {
            Reads::Scores => fill_losses(FromLogit(weight), target, prediction, losses),
            Reads::Probabilities if are_hard(target) => {
                fill_losses(FromHard(weight), target, prediction, losses);
            }
            Reads::Probabilities => {
                fill_losses(FromProbability(weight), target, prediction, losses);
            }
        }
    }

    fn loss_and_slope_of_each(
        &self,
        target: &[f64],
        prediction: &[f64],
        count: f64,
        losses: &mut [f64],
        slopes: &mut [f64],
    ) {
        let weight = self.positive_weight;
        match self.reads {
            Reads::Scores => {
                fill_both(FromLogit(weight), target, prediction, count, losses, slopes);
            }
            Reads::Probabilities if are_hard(target) => {
                fill_both(FromHard(weight), target, prediction, count, losses, slopes);
            }
            Reads::Probabilities => {
                fill_both(FromProbability(weight), target, prediction, count, losses, slopes);
            }
        }
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn are_hard(target: &[f64]) -> bool {
    // Without a branch, which targets at random would turn the wrong way half of the time.
    target.iter().fold(0, |soft, &target| soft | (target * (1.0 - target)).to_bits()) == 0
}

/// Loss and slope by target and prediction, without a branch, so that a loop over samples computes
/// several at once.
trait Formula: Copy {
    fn of(self, target: f64, prediction: f64) -> (f64, f64);
}

/// Each with the positive weight.
#[derive(Clone, Copy)]
struct FromLogit(f64);

impl Formula for FromLogit {
    #[inline(always)]
    fn of(self, target: f64, logit: f64) -> (f64, f64) {
        let Logistic { p, not_p, cost, cost_of_not } = Logistic::of(logit);
        let positive = (scaled(self.0, cost), scaled(self.0, 0.0 - not_p));
        expected(target, positive, (cost_of_not, p))
    }
}

#[derive(Clone, Copy)]
struct FromProbability(f64);

impl Formula for FromProbability {
    #[inline(always)]
    fn of(self, target: f64, p: f64) -> (f64, f64) {
        expected(target, FromHard(self.0).of(1.0, p), FromHard(self.0).of(0.0, p))
    }
}

/// Of targets that are 0 or 1, which takes one logarithm instead of two.
#[derive(Clone, Copy)]
struct FromHard(f64);

impl Formula for FromHard {
    #[inline(always)]
    fn of(self, target: f64, p: f64) -> (f64, f64) {
        let positive = target == 1.0;
        // The probability of what did happen, and what its rounding lost.
        let right = if positive { p } else { 1.0 - p };
        let lost = if positive { 0.0 } else { (1.0 - right) - p };
        let weight = if positive { self.0 } else { 1.0 };
        let slope = (if positive { -1.0 } else { 1.0 }) / right;
        (scaled(weight, 0.0 - ln_of_probability(right, lost)), scaled(weight, slope))
    }
}

/// A side without a share adds nothing, even where it is infinite.
#[inline(always)]
fn expected(target: f64, positive: (f64, f64), negative: (f64, f64)) -> (f64, f64) {
    let mean = |positive, negative| scaled(target, positive) + scaled(1.0 - target, negative);
    (mean(positive.0, negative.0), mean(positive.1, negative.1))
}

#[multiversion(targets("x86_64+avx2"))]
fn fill_losses<F: Formula>(formula: F, target: &[f64], prediction: &[f64], losses: &mut [f64]) {
    for ((loss, &target), &prediction) in losses.iter_mut().zip(target).zip(prediction) {
        *loss = formula.of(target, prediction).0;
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn fill_both<F: Formula>(
    formula: F,
    target: &[f64],
    prediction: &[f64],
    count: f64,
    losses: &mut [f64],
    slopes: &mut [f64],
) {
    let results = losses.iter_mut().zip(slopes);
    for (((to_loss, to_slope), &target), &prediction) in results.zip(target).zip(prediction) {
        let (loss, slope) = formula.of(target, prediction);
        (*to_loss, *to_slope) = (loss, slope / count);
    }
}

/// The sigmoid of a logit, with its digits kept at both ends.
pub(super) struct Logistic {
    /// `1 / (1 + exp(-logit))`.
    pub(super) p: f64,
    /// `1 - p`.
    pub(super) not_p: f64,
    /// `-ln p`.
    pub(super) cost: f64,
    /// `-ln(1 - p)`.
    cost_of_not: f64,
}

impl Logistic {
    #[inline(always)]
    pub(super) fn of(logit: f64) -> Self {
        let exp = exp(-logit.abs());
        let (far, near) = (1.0 / (1.0 + exp), exp / (1.0 + exp));
        let (p, not_p) = if logit >= 0.0 { (far, near) } else { (near, far) };
        let (above, below) = if logit >= 0.0 { (logit, 0.0) } else { (0.0, -logit) };
        let ln = ln_1p(exp);
        Self { p, not_p, cost: below + ln, cost_of_not: above + ln }
    }
}
