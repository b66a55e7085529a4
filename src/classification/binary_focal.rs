//! Focal loss of two classes: cross-entropy that hardly listens to samples it already gets right.

use super::binary_cross_entropy::Logistic;
use super::binary_loss::BinaryLoss;
use crate::error::LossError;
use crate::numeric::{check, weighted};

/// Focal loss of two classes, from logits, in nats.
///
/// ```text
/// - alpha       (1 - p)^gamma ln p         for a positive sample,   p = 1 / (1 + exp(-logit))
/// - (1 - alpha)  p^gamma      ln(1 - p)    for a negative one
/// ```
///
/// Without [`with_alpha`](Self::with_alpha) both factors are 1, and gamma = 0 then is the binary
/// cross-entropy. Derivative for a positive sample: `-alpha (1 - p)^gamma (1 - p - gamma p ln p)`; for a
/// negative one the mirror image.
///
/// ```
/// # use lossbook::classification::*;
/// # use lossbook::prelude::*;
/// // By hand: at p = 1/2, (1/2)^2 ln 2.
/// let focal = BinaryFocal::new(2.0)?;
/// assert_eq!(focal.each(&[1.0, 0.0], &[0.0, 0.0])?, array![0.25, 0.25] * 2.0_f64.ln());
/// let balanced = focal.with_alpha(0.25)?;
/// assert_eq!(balanced.each(&[1.0, 0.0], &[0.0, 0.0])?, array![0.0625, 0.1875] * 2.0_f64.ln());
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: T.-Y. Lin et al., "Focal loss for dense object detection" (2017), equations 4 and 5;
/// C.-S. Huang, "Neural networks and loss functions" (lecture), "Focal loss".
#[doc(alias("sigmoid_focal_loss", "FocalLoss", "BinaryFocalCrossentropy"))]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BinaryFocal {
    gamma: f64,
    alpha: Option<f64>,
}

impl BinaryFocal {
    /// With the exponent `gamma`: 0 for cross-entropy, 2 in the paper.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// assert!(BinaryFocal::new(2.0).is_ok());
    /// assert!(BinaryFocal::new(-1.0).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `gamma >= 0` and finite.
    pub fn new(gamma: f64) -> Result<Self, LossError> {
        Ok(Self { gamma: exponent(gamma)?, alpha: None })
    }

    /// Weighs positive samples with `alpha` and negative ones with `1 - alpha`; 0.25 in the paper.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// assert!(BinaryFocal::new(2.0)?.with_alpha(0.25).is_ok());
    /// assert!(BinaryFocal::new(2.0)?.with_alpha(4.0).is_err());
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `0 <= alpha <= 1`.
    pub fn with_alpha(self, alpha: f64) -> Result<Self, LossError> {
        check::in_range((0.0..=1.0).contains(&alpha), "alpha", alpha, "0 <= alpha <= 1")?;
        Ok(Self { alpha: Some(alpha), ..self })
    }
}

impl BinaryLoss for BinaryFocal {
    fn value_and_derivative(&self, positive: bool, prediction: f64) -> (f64, f64) {
        let right = Logistic::of(if positive { prediction } else { -prediction });
        let alpha = match self.alpha {
            None => 1.0,
            Some(alpha) if positive => alpha,
            Some(alpha) => 1.0 - alpha,
        };
        let factor = alpha * right.not_p.powf(self.gamma);
        let down = factor * (right.not_p + self.gamma * weighted(right.p, right.cost));
        (weighted(factor, right.cost), if positive { 0.0 - down } else { down })
    }
}

/// The exponent of a focal loss.
pub(super) fn exponent(gamma: f64) -> Result<f64, LossError> {
    check::at_least_zero("gamma", gamma, "gamma >= 0 and finite")
}
