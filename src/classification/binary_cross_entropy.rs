//! Binary cross-entropy: two classes, one number per sample.

use multiversion::multiversion;

use super::binary_loss::BinaryLoss;
use crate::error::LossError;
use crate::loss::{Chunk, Input};
use crate::numeric::{check, exp, ln_1p, ln_of_probability, weighted};

/// Binary cross-entropy: `-ln p` for a positive sample, `-ln(1 - p)` for a negative one, in nats.
///
/// ```text
/// - w y ln p - (1 - y) ln(1 - p)
/// ```
///
/// The target `y` is 1, 0 or between; the positive weight `w` is 1 unless asked for. `p` is the
/// prediction, `[n]`:
///
/// - [`from_logits`](Self::from_logits): `p = 1 / (1 + exp(-logit))`. Derivative: `p - y` (with a weight,
///   `(1 - y) p - w y (1 - p)`). Nothing overflows or rounds away, whatever the logit.
/// - [`from_probabilities`](Self::from_probabilities): `p` as given. Derivative: `(1 - y) / (1 - p) -
///   w y / p`. A `p = 0` for what does happen costs infinitely much; nothing is clipped. (The derivative at
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
/// Source: C. M. Bishop, "Pattern recognition and machine learning" (2006), equation 4.90.
#[doc(alias("BCE", "BCELoss", "BCEWithLogitsLoss", "BinaryCrossentropy"))]
#[doc(alias("sigmoid_binary_cross_entropy", "log_loss", "logistic loss", "pos_weight"))]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BinaryCrossEntropy {
    input: Input,
    positive_weight: f64,
}

impl BinaryCrossEntropy {
    /// Of the sigmoid of logits: any numbers, infinite ones (`p` is 0 or 1) too.
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
        Self { input: Input::Logits, positive_weight: 1.0 }
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
        Self { input: Input::Probabilities, positive_weight: 1.0 }
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
    pub fn with_positive_weight(self, positive_weight: f64) -> Result<Self, LossError> {
        let allowed = "positive_weight >= 0 and finite";
        check::at_least_zero("positive_weight", positive_weight, allowed)?;
        Ok(Self { positive_weight, ..self })
    }
}

impl BinaryLoss for BinaryCrossEntropy {
    fn value_and_derivative(&self, positive: bool, prediction: f64) -> (f64, f64) {
        self.expected_value_and_derivative(f64::from(u8::from(positive)), prediction)
    }

    fn input(&self) -> Input {
        self.input
    }

    fn expected_value_and_derivative(&self, target: f64, prediction: f64) -> (f64, f64) {
        match self.input {
            Input::Logits => formula::<true, false>(self.positive_weight, target, prediction),
            Input::Probabilities => {
                formula::<false, false>(self.positive_weight, target, prediction)
            }
        }
    }

    fn fill(&self, chunk: Chunk<2>) {
        let hard = |hard, &y: &f64| hard & ((y == 0.0) | (y == 1.0));
        match self.input {
            Input::Logits => fill::<true, false>(chunk, self.positive_weight),
            Input::Probabilities if chunk.columns[0].iter().fold(true, hard) => {
                fill::<false, true>(chunk, self.positive_weight);
            }
            Input::Probabilities => fill::<false, false>(chunk, self.positive_weight),
        }
    }
}

/// As `Chunk::fill`, but that a formula of this size is computed in the loop, not called from it.
#[multiversion(targets("x86_64+avx2"))]
fn fill<const LOGITS: bool, const HARD: bool>(chunk: Chunk<2>, weight: f64) {
    let Chunk { columns: [target, prediction], losses, derivatives, count } = chunk;
    if derivatives.is_empty() {
        for ((loss, &y), &x) in losses.iter_mut().zip(target).zip(prediction) {
            *loss = formula::<LOGITS, HARD>(weight, y, x).0;
        }
    } else {
        let results = losses.iter_mut().zip(derivatives);
        for (((to_loss, to_derivative), &y), &x) in results.zip(target).zip(prediction) {
            let (loss, derivative) = formula::<LOGITS, HARD>(weight, y, x);
            (*to_loss, *to_derivative) = (loss, derivative / count);
        }
    }
}

/// Loss and derivative, without a branch, so that a loop over samples computes several at once.
#[inline(always)]
fn formula<const LOGITS: bool, const HARD: bool>(weight: f64, target: f64, x: f64) -> (f64, f64) {
    if HARD {
        return of_hard(weight, target, x);
    }
    let (positive, negative) = if LOGITS {
        let Logistic { p, not_p, cost, cost_of_not } = Logistic::of(x);
        ((weighted(weight, cost), weighted(weight, 0.0 - not_p)), (cost_of_not, p))
    } else {
        (of_hard(weight, 1.0, x), of_hard(weight, 0.0, x))
    };
    // A side of probability 0 adds nothing, even where it is infinite.
    let mean = |positive, negative| weighted(target, positive) + weighted(1.0 - target, negative);
    (mean(positive.0, negative.0), mean(positive.1, negative.1))
}

/// Of a target that is 0 or 1, which takes one logarithm instead of two.
#[inline(always)]
fn of_hard(weight: f64, target: f64, p: f64) -> (f64, f64) {
    let positive = target == 1.0;
    // The probability of what did happen, and what its rounding lost.
    let right = if positive { p } else { 1.0 - p };
    let lost = if positive { 0.0 } else { (1.0 - right) - p };
    let weight = if positive { weight } else { 1.0 };
    let derivative = (if positive { -1.0 } else { 1.0 }) / right;
    (weighted(weight, 0.0 - ln_of_probability(right, lost)), weighted(weight, derivative))
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
