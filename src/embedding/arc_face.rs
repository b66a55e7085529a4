//! A margin of the angle.

use std::f64::consts::{FRAC_PI_2, PI};

use super::AngularLoss;
use crate::error::LossError;
use crate::numeric::check;

/// ArcFace: the angle to the sample's own class counts as larger by a margin.
///
/// ```text
/// cos(angle + margin)          where angle + margin <= pi
/// cos(angle) - margin sin(margin)   elsewhere
/// ```
///
/// takes the place of `cos(angle)`. Beyond pi a cosine would rise again and reward an angle for being
/// worse; the second line goes on falling. Where the two lines meet there is a step, and where the
/// angle is 0 a kink: the subgradient 0 is taken. `margin` is in radians.
///
/// ```
/// # use lossbook::prelude::*;
/// let weights = [[1.0, 0.0], [0.0, 1.0]];
/// let plain = ArcFace::new(8.0, 0.0)?.mean(&[0], &[[2.0, 1.0]], &weights)?;
/// let strict = ArcFace::new(8.0, 0.5)?.mean(&[0], &[[2.0, 1.0]], &weights)?;
/// assert!(plain < 0.03 && strict > 0.3);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: J. Deng, J. Guo, N. Xue, S. Zafeiriou, "ArcFace: additive angular margin loss for deep
/// face recognition" (2019), equation 3, and the authors' code for the second line; "Losses, part 2"
/// (lecture, CMU 11-785).
#[doc(alias("ArcFaceLoss", "arcface_loss", "additive angular margin", "AAM-softmax"))]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArcFace {
    scale: f64,
    margin: f64,
}

impl ArcFace {
    /// With the scale of the logits and the margin in radians; the paper has 64 and 0.5.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert!(ArcFace::new(64.0, 0.5).is_ok());
    /// assert!(ArcFace::new(64.0, 28.6).is_err()); // degrees
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `0 < scale <= 1e100`, and `0 <= margin <= pi / 2`.
    pub fn new(scale: f64, margin: f64) -> Result<Self, LossError> {
        // Far above any in use, and small enough for logits and gradients not to overflow.
        check::in_range(scale > 0.0 && scale <= 1e100, "scale", scale, "0 < scale <= 1e100")?;
        let is_in_range = (0.0..=FRAC_PI_2).contains(&margin);
        check::in_range(is_in_range, "margin", margin, "0 <= margin <= pi / 2, in radians")?;
        Ok(Self { scale, margin })
    }

    /// The margin, in radians.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert_eq!(ArcFace::new(64.0, 0.5).map(|loss| loss.margin()), Ok(0.5));
    /// ```
    pub fn margin(&self) -> f64 {
        self.margin
    }
}

impl AngularLoss for ArcFace {
    fn value_and_derivative(&self, angle: f64) -> (f64, f64) {
        let Self { margin, .. } = *self;
        let worse = angle + margin;
        if worse <= PI {
            (worse.cos(), -worse.sin())
        } else {
            (angle.cos() - margin * margin.sin(), -angle.sin())
        }
    }

    fn scale(&self) -> f64 {
        self.scale
    }
}
