//! Margins of angles: ArcFace and CosFace.

use std::f64::consts::{FRAC_PI_2, PI};

use super::angular::AngularLoss;
use crate::error::LossError;

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
/// # use lossbook::embedding::*;
/// let weights = array![[1.0, 0.0], [0.0, 1.0]];
/// let plain = ArcFace::new(8.0, 0.0)?.mean(&[0], &array![[2.0, 1.0]], &weights)?;
/// let strict = ArcFace::new(8.0, 0.5)?.mean(&[0], &array![[2.0, 1.0]], &weights)?;
/// assert!(plain < 0.03 && strict > 0.3);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: J. Deng, J. Guo, N. Xue, S. Zafeiriou, "ArcFace: additive angular margin loss for deep
/// face recognition" (2019), equation 3, and the authors' code for the second line; "Losses, part 2"
/// (lecture, CMU 11-785).
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
        let scale = positive_scale(scale)?;
        if (0.0..=FRAC_PI_2).contains(&margin) {
            Ok(Self { scale, margin })
        } else {
            let allowed = "0 <= margin <= pi / 2, in radians";
            Err(LossError::BadParameter { name: "margin", value: margin, allowed })
        }
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
    fn scale(&self) -> f64 {
        self.scale
    }

    fn target(&self, angle: f64) -> f64 {
        let worse = angle + self.margin;
        if worse <= PI { worse.cos() } else { angle.cos() - self.margin * self.margin.sin() }
    }

    fn slope(&self, angle: f64) -> f64 {
        let worse = angle + self.margin;
        if worse <= PI { -worse.sin() } else { -angle.sin() }
    }
}

/// CosFace: the cosine to the sample's own class counts as smaller by a margin, `cos(angle) - margin`.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::embedding::*;
/// let weights = array![[1.0, 0.0], [0.0, 1.0]];
/// let mean = CosFace::new(4.0, 0.25)?.mean(&[0], &array![[3.0, 3.0]], &weights)?;
/// assert!((mean - (1.0 + 1.0_f64.exp()).ln()).abs() < 1e-15);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: H. Wang and others, "CosFace: large margin cosine loss for deep face recognition" (2018),
/// equation 4.
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
        let scale = positive_scale(scale)?;
        if (0.0..=2.0).contains(&margin) {
            Ok(Self { scale, margin })
        } else {
            Err(LossError::BadParameter {
                name: "margin",
                value: margin,
                allowed: "0 <= margin <= 2",
            })
        }
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
    fn scale(&self) -> f64 {
        self.scale
    }

    fn target(&self, angle: f64) -> f64 {
        angle.cos() - self.margin
    }

    fn slope(&self, angle: f64) -> f64 {
        -angle.sin()
    }
}

/// Far above any in use, and far enough below the largest `f64` for logits and slopes not to overflow
/// on the way.
fn positive_scale(scale: f64) -> Result<f64, LossError> {
    if scale > 0.0 && scale <= 1e100 {
        Ok(scale)
    } else {
        let allowed = "0 < scale <= 1e100";
        Err(LossError::BadParameter { name: "scale", value: scale, allowed })
    }
}
