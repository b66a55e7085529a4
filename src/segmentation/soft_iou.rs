//! What is in both, of what is in either.

use super::{Overlap, PixelDerivatives, SegmentationLoss, fraction};
use crate::error::LossError;
use crate::numeric::check;

/// Soft IoU loss (Jaccard loss): 1 minus the intersection over the union, of probabilities.
///
/// ```text
/// 1 - (sum p g + s) / (sum p + sum g - sum p g + s)
/// ```
///
/// With Dice's loss `d`, and no smoothing, it is `2 d / (1 + d)`: the same order of predictions, but
/// never the smaller of the two. Smoothing, empty masks and pixels left out are as for
/// [`Dice`](super::Dice). Gradient at pixel `j`: `-1 / U` where `g_j = 1` and `(sum p g + s) / U^2`
/// where it is 0, `U` being the denominator; in between, a mixture of the two.
///
/// ```
/// # use lossbook::prelude::*;
/// let (mask, marked) = ([1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0]);
/// assert_eq!(SoftIou::default().mean(&mask, &marked)?, 0.5);
/// assert_eq!(SoftIou::default().with_smoothing(2.0)?.mean(&mask, &marked)?, 0.25);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: M. A. Rahman, Y. Wang, "Optimizing intersection-over-union in deep neural networks for
/// image segmentation" (2016); "Losses, part 2" (lecture, CMU 11-785), "Dice Loss / IoU".
#[doc(alias("JaccardLoss", "jaccard", "IoULoss"))]
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SoftIou {
    smoothing: f64,
}

impl SoftIou {
    /// With a smoothing, often 1; `SoftIou::default()` has none.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert!(SoftIou::default().with_smoothing(1.0).is_ok());
    /// assert!(SoftIou::default().with_smoothing(f64::NAN).is_err());
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
    /// assert_eq!(SoftIou::default().smoothing(), 0.0);
    /// ```
    pub fn smoothing(&self) -> f64 {
        self.smoothing
    }
}

impl SegmentationLoss for SoftIou {
    fn value_and_derivatives(&self, overlap: Overlap) -> (f64, PixelDerivatives) {
        // sum p + sum g - sum p g = both + only_prediction + only_target.
        fraction(overlap, [1.0, 1.0, 1.0], self.smoothing)
    }
}
