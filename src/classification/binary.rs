//! Binary cross-entropy: two classes, one number per sample.

use super::binary_loss::BinaryLoss;
use super::cross_entropy::minus_ln;
use super::target::{Reads, scaled};
use crate::error::LossError;

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
        let (cost, slope) = match (self.reads, positive) {
            (Reads::Scores, true) => {
                let right = Logistic::of(prediction);
                (right.cost, 0.0 - right.not_p)
            }
            (Reads::Scores, false) => {
                let right = Logistic::of(-prediction);
                (right.cost, right.not_p)
            }
            (Reads::Probabilities, true) => (minus_ln(prediction), -1.0 / prediction),
            (Reads::Probabilities, false) => {
                (0.0 - (-prediction).ln_1p(), 1.0 / (1.0 - prediction))
            }
        };
        if positive {
            (scaled(self.positive_weight, cost), scaled(self.positive_weight, slope))
        } else {
            (cost, slope)
        }
    }

    fn reads(&self) -> Reads {
        self.reads
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
}

impl Logistic {
    pub(super) fn of(logit: f64) -> Self {
        let exp = (-logit.abs()).exp();
        let (far, near) = (1.0 / (1.0 + exp), exp / (1.0 + exp));
        let (p, not_p) = if logit >= 0.0 { (far, near) } else { (near, far) };
        let below = if logit < 0.0 { -logit } else { 0.0 };
        Self { p, not_p, cost: below + exp.ln_1p() }
    }
}
