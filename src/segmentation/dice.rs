//! Twice what is in both, of the two sizes.

use super::{Overlap, PixelDerivatives, SegmentationLoss, fraction};
use crate::error::LossError;
use crate::numeric::check;

/// Soft Dice loss: 1 minus the Dice coefficient, of probabilities.
///
/// ```text
/// 1 - (2 sum p g + s) / (sum p + sum g + s)
/// ```
///
/// A fraction of the two sizes, so that a small object counts as much as a large one and the
/// background not at all. The smoothing `s` (in pixels) keeps an empty mask teachable and small ones
/// calm; without it, two empty masks have the loss 0 and an empty mask's gradient is 0.
///
/// Gradient at pixel `j`: `(2 sum p g + s - 2 g_j (sum p + sum g + s)) / (sum p + sum g + s)^2`. A
/// perfect prediction of a *hard* mask has the loss 0; of soft targets between 0 and 1 it has not.
/// (V-Net has squares `p^2`, `g^2` in the denominator; this is the form without, and the lecture's.)
///
/// ```
/// # use lossbook::prelude::*;
/// // The lecture article prints the fraction upside down, which would make this 1 - 3/2 = -0.5.
/// let (mask, marked) = ([1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0]);
/// assert_eq!(Dice::default().mean(&mask, &marked)?, 1.0 / 3.0);
/// assert_eq!(Dice::default().with_smoothing(1.0)?.mean(&mask, &marked)?, 0.25);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Pixels that are left out
///
/// A pixel that is 0 in both masks does not count. So one whose label nobody knows is left out by
/// setting it to 0 in the target **and** in the prediction, for this loss as for all of overlaps:
///
/// ```
/// # use lossbook::prelude::*;
/// // Nobody knows about the last pixel.
/// let (mask, found, known) = (array![1.0, 0.0, 1.0], array![0.5, 0.0, 0.75], array![1.0, 1.0, 0.0]);
/// let dice = Dice::default();
/// let (mean, gradient) = dice.mean_and_gradient(&mask * &known, &found * &known)?;
/// assert_eq!(mean, dice.mean(&[1.0, 0.0], &[0.5, 0.0])?);
/// // The gradient with respect to what was found: nothing is learnt of it there.
/// assert_eq!((gradient * &known)[2], 0.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// (A product does not remove a NaN; write 0 over it.) To leave out a whole class, see
/// [`weighted`](super::SegmentationWords::weighted).
///
/// Source: "Common loss functions in computer vision" (lecture article), where the fraction is upside
/// down; "Losses, part 2" (lecture, CMU 11-785), "Dice Loss / IoU"; as a loss, with squares, first in
/// F. Milletari, N. Navab, S.-A. Ahmadi, "V-Net" (2016).
#[doc(alias("DiceLoss", "dice_loss", "F1"))]
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Dice {
    smoothing: f64,
}

impl Dice {
    /// With a smoothing, often 1; `Dice::default()` has none.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert!(Dice::default().with_smoothing(1.0).is_ok());
    /// assert!(Dice::default().with_smoothing(-1.0).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `smoothing >= 0` and finite.
    pub fn with_smoothing(self, smoothing: f64) -> Result<Self, LossError> {
        check::at_least_zero("smoothing", smoothing, "smoothing >= 0 and finite")?;
        Ok(Self { smoothing })
    }

    /// The parameter.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Dice::default().smoothing(), 0.0);
    /// ```
    pub fn smoothing(&self) -> f64 {
        self.smoothing
    }
}

impl SegmentationLoss for Dice {
    fn value_and_derivatives(&self, overlap: Overlap) -> (f64, PixelDerivatives) {
        // sum p + sum g = 2 both + only_prediction + only_target.
        fraction(overlap, [2.0, 1.0, 1.0], self.smoothing)
    }
}
