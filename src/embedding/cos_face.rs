//! A margin of the cosine.

use super::AngularLoss;
use crate::error::LossError;
use crate::numeric::check;

/// CosFace: the cosine to the sample's own class counts as smaller by a margin, `cos(angle) - margin`.
///
/// ```
/// # use lossbook::prelude::*;
/// let weights = [[1.0, 0.0], [0.0, 1.0]];
/// let mean = CosFace::new(4.0, 0.25)?.mean(&[0], &[[3.0, 3.0]], &weights)?;
/// assert!((mean - (1.0 + 1.0_f64.exp()).ln()).abs() < 1e-15);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: H. Wang and others, "CosFace: large margin cosine loss for deep face recognition" (2018),
/// equation 4.
#[doc(alias("CosFaceLoss", "cosface_loss", "LMCL", "AM-softmax"))]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CosFace {
    scale: f64,
    margin: f64,
}

impl CosFace {
    /// With the scale of the logits and the margin of the cosine; the paper has 64 and 0.35.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert!(CosFace::new(64.0, 0.35).is_ok());
    /// assert!(CosFace::new(0.0, 0.35).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `0 < scale <= 1e100`, and `0 <= margin <= 2` (from -1 to 1, a
    /// cosine has no more to lose).
    pub fn new(scale: f64, margin: f64) -> Result<Self, LossError> {
        // Far above any in use, and small enough for logits and gradients not to overflow.
        check::in_range(scale > 0.0 && scale <= 1e100, "scale", scale, "0 < scale <= 1e100")?;
        check::in_range((0.0..=2.0).contains(&margin), "margin", margin, "0 <= margin <= 2")?;
        Ok(Self { scale, margin })
    }

    /// The margin, of the cosine.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert_eq!(CosFace::new(64.0, 0.35).map(|loss| loss.margin()), Ok(0.35));
    /// ```
    pub fn margin(&self) -> f64 {
        self.margin
    }
}

impl AngularLoss for CosFace {
    fn value_and_derivative(&self, angle: f64) -> (f64, f64) {
        (angle.cos() - self.margin, -angle.sin())
    }

    fn scale(&self) -> f64 {
        self.scale
    }
}
