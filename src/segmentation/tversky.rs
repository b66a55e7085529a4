//! A price for what is marked wrongly, and one for what is missed.

use super::{Overlap, PixelDerivatives, SegmentationLoss, fraction};
use crate::error::LossError;
use crate::numeric::check;

/// Tversky loss: marking wrongly and missing have a price each.
///
/// ```text
/// 1 - (both + s) / (both + alpha only_prediction + beta only_target + s)
/// ```
///
/// (for the three sums see [`Overlap`]). `beta > alpha` makes missing a pixel dearer than marking one
/// too many, as one wants for small lesions. 0.5 and 0.5 make it [`Dice`](super::Dice) (of twice the
/// smoothing), 1 and 1 [`SoftIou`](super::SoftIou). Where the denominator is 0, as for two empty masks
/// without smoothing, the loss is 0 and so is the gradient. Parameters beyond 1e300 may overflow.
///
/// Gradient at pixel `j`, with `N` the numerator and `D` the denominator of the fraction:
/// `-(D - N + beta N) / D^2` where `g_j = 1` and `alpha N / D^2` where it is 0; in between, a mixture
/// of the two.
///
/// ```
/// # use lossbook::prelude::*;
/// // Of two pixels one is missed: at beta = 0.75 this is dearer than one too many.
/// let tversky = Tversky::new(0.25, 0.75)?;
/// assert_eq!(tversky.mean(&[1.0, 1.0], &[1.0, 0.0])?, 0.75 / 1.75);
/// assert_eq!(tversky.mean(&[1.0, 0.0], &[1.0, 1.0])?, 0.25 / 1.25);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: S. S. M. Salehi, D. Erdogmus, A. Gholipour, "Tversky loss function for image segmentation
/// using 3D fully convolutional deep networks" (2017).
#[doc(alias("TverskyLoss", "tversky_loss"))]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tversky {
    alpha: f64,
    beta: f64,
    smoothing: f64,
}

impl Tversky {
    /// With `alpha`, the price of a pixel marked wrongly, and `beta`, that of one missed.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert!(Tversky::new(0.3, 0.7).is_ok());
    /// assert!(Tversky::new(0.0, 0.0).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless both are `>= 0` and finite, and one is above 0.
    pub fn new(alpha: f64, beta: f64) -> Result<Self, LossError> {
        check::at_least_zero("alpha", alpha, "alpha >= 0 and finite")?;
        check::at_least_zero("beta", beta, "beta >= 0 and finite")?;
        check::in_range(alpha.max(beta) > 0.0, "alpha + beta", 0.0, "alpha + beta > 0")?;
        Ok(Self { alpha, beta, smoothing: 0.0 })
    }

    /// With a smoothing, as for [`Dice`](super::Dice); [`new`](Self::new) makes one that has none.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Tversky::new(0.3, 0.7)?.with_smoothing(1.0)?.smoothing(), 1.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `smoothing >= 0` and finite.
    pub fn with_smoothing(self, smoothing: f64) -> Result<Self, LossError> {
        check::at_least_zero("smoothing", smoothing, "smoothing >= 0 and finite")?;
        Ok(Self { smoothing, ..self })
    }

    /// The price of a pixel marked wrongly.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Tversky::new(0.3, 0.7)?.alpha(), 0.3);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// The price of a pixel missed.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Tversky::new(0.3, 0.7)?.beta(), 0.7);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn beta(&self) -> f64 {
        self.beta
    }

    /// The smoothing.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Tversky::new(0.3, 0.7)?.smoothing(), 0.0);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn smoothing(&self) -> f64 {
        self.smoothing
    }
}

impl SegmentationLoss for Tversky {
    fn value_and_derivatives(&self, overlap: Overlap) -> (f64, PixelDerivatives) {
        fraction(overlap, [1.0, self.alpha, self.beta], self.smoothing)
    }
}
