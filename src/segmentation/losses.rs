//! The losses themselves: one struct each, all of them the same kind of fraction.

use super::{Overlap, SegmentationLoss, Slopes};
use crate::error::{LossError, check};

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
/// # use lossbook::segmentation::*;
/// // The lecture article prints the fraction upside down, which would make this 1 - 3/2 = -0.5.
/// let (mask, marked) = ([1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0]);
/// assert_eq!(Dice::default().mean(&mask, &marked)?, 1.0 / 3.0);
/// assert_eq!(Dice::new(1.0)?.mean(&mask, &marked)?, 0.25);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: "Common loss functions in computer vision" (lecture article), where the fraction is upside
/// down; as a loss, with squares, first in F. Milletari, N. Navab, S.-A. Ahmadi, "V-Net" (2016).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Dice {
    smoothing: f64,
}

impl Dice {
    /// With a smoothing, often 1; `Dice::default()` has none.
    ///
    /// ```
    /// # use lossbook::segmentation::*;
    /// assert!(Dice::new(1.0).is_ok());
    /// assert!(Dice::new(-1.0).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `smoothing >= 0` and finite.
    pub fn new(smoothing: f64) -> Result<Self, LossError> {
        check::at_least_zero("smoothing", smoothing, "smoothing >= 0 and finite")?;
        Ok(Self { smoothing })
    }

    /// The parameter.
    ///
    /// ```
    /// # use lossbook::segmentation::*;
    /// assert_eq!(Dice::default().smoothing(), 0.0);
    /// ```
    pub fn smoothing(&self) -> f64 {
        self.smoothing
    }

    fn fraction(&self) -> Fraction {
        Fraction::new(2.0, 1.0, 1.0, self.smoothing)
    }
}

impl SegmentationLoss for Dice {
    fn loss(&self, overlap: Overlap) -> f64 {
        self.fraction().loss(overlap)
    }

    fn slopes(&self, overlap: Overlap) -> Slopes {
        self.fraction().slopes(overlap)
    }
}

/// Soft IoU loss (Jaccard loss): 1 minus the intersection over the union, of probabilities.
///
/// ```text
/// 1 - (sum p g + s) / (sum p + sum g - sum p g + s)
/// ```
///
/// With Dice's loss `d`, and no smoothing, it is `2 d / (1 + d)`: the same order of predictions, but
/// never the smaller of the two. Smoothing and empty masks are as for [`Dice`]. Gradient at pixel
/// `j`: `-1 / U` where `g_j = 1` and `(sum p g + s) / U^2` where it is 0, `U` being the denominator;
/// in between, a mixture of the two.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::segmentation::*;
/// let (mask, marked) = ([1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0]);
/// assert_eq!(SoftIou::default().mean(&mask, &marked)?, 0.5);
/// assert_eq!(SoftIou::new(2.0)?.mean(&mask, &marked)?, 0.25);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: M. A. Rahman, Y. Wang, "Optimizing intersection-over-union in deep neural networks for
/// image segmentation" (2016); "Common loss functions in computer vision" (lecture article).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SoftIou {
    smoothing: f64,
}

impl SoftIou {
    /// With a smoothing, often 1; `SoftIou::default()` has none.
    ///
    /// ```
    /// # use lossbook::segmentation::*;
    /// assert!(SoftIou::new(1.0).is_ok());
    /// assert!(SoftIou::new(f64::NAN).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `smoothing >= 0` and finite.
    pub fn new(smoothing: f64) -> Result<Self, LossError> {
        check::at_least_zero("smoothing", smoothing, "smoothing >= 0 and finite")?;
        Ok(Self { smoothing })
    }

    /// The parameter.
    ///
    /// ```
    /// # use lossbook::segmentation::*;
    /// assert_eq!(SoftIou::default().smoothing(), 0.0);
    /// ```
    pub fn smoothing(&self) -> f64 {
        self.smoothing
    }

    fn fraction(&self) -> Fraction {
        Fraction::new(1.0, 1.0, 1.0, self.smoothing)
    }
}

impl SegmentationLoss for SoftIou {
    fn loss(&self, overlap: Overlap) -> f64 {
        self.fraction().loss(overlap)
    }

    fn slopes(&self, overlap: Overlap) -> Slopes {
        self.fraction().slopes(overlap)
    }
}

/// Tversky loss: marking wrongly and missing have a price each.
///
/// ```text
/// 1 - (both + s) / (both + alpha only_prediction + beta only_target + s)
/// ```
///
/// (for the three sums see [`Overlap`]). `beta > alpha` makes missing a pixel dearer than marking one
/// too many, as one wants for small lesions. 0.5 and 0.5 make it [`Dice`] (of twice the smoothing),
/// 1 and 1 [`SoftIou`]. Where the denominator is 0, as for two empty masks without smoothing, the loss
/// is 0 and so is the gradient.
///
/// Gradient at pixel `j`, with `N` the numerator and `D` the denominator of the fraction:
/// `-(D - N + beta N) / D^2` where `g_j = 1` and `alpha N / D^2` where it is 0; in between, a mixture
/// of the two.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::segmentation::*;
/// // Of two pixels one is missed: at beta = 0.75 this is dearer than one too many.
/// let tversky = Tversky::new(0.25, 0.75, 0.0)?;
/// assert_eq!(tversky.mean(&[1.0, 1.0], &[1.0, 0.0])?, 0.75 / 1.75);
/// assert_eq!(tversky.mean(&[1.0, 0.0], &[1.0, 1.0])?, 0.25 / 1.25);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: S. S. M. Salehi, D. Erdogmus, A. Gholipour, "Tversky loss function for image segmentation
/// using 3D fully convolutional deep networks" (2017).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tversky {
    alpha: f64,
    beta: f64,
    smoothing: f64,
}

impl Tversky {
    /// With `alpha`, the price of a pixel marked wrongly, `beta`, that of one missed, and a smoothing
    /// (0 for none).
    ///
    /// ```
    /// # use lossbook::segmentation::*;
    /// assert!(Tversky::new(0.3, 0.7, 1.0).is_ok());
    /// assert!(Tversky::new(0.0, 0.0, 1.0).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless all three are `>= 0` and finite, and `alpha + beta > 0`.
    pub fn new(alpha: f64, beta: f64, smoothing: f64) -> Result<Self, LossError> {
        check::at_least_zero("alpha", alpha, "alpha >= 0 and finite")?;
        check::at_least_zero("beta", beta, "beta >= 0 and finite")?;
        check::at_least_zero("smoothing", smoothing, "smoothing >= 0 and finite")?;
        if alpha == 0.0 && beta == 0.0 {
            let (name, allowed) = ("alpha + beta", "alpha + beta > 0");
            return Err(LossError::BadParameter { name, value: 0.0, allowed });
        }
        Ok(Self { alpha, beta, smoothing })
    }

    /// The price of a pixel marked wrongly.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::segmentation::*;
    /// assert_eq!(Tversky::new(0.3, 0.7, 0.0)?.alpha(), 0.3);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// The price of a pixel missed.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::segmentation::*;
    /// assert_eq!(Tversky::new(0.3, 0.7, 0.0)?.beta(), 0.7);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn beta(&self) -> f64 {
        self.beta
    }

    /// The smoothing.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::segmentation::*;
    /// assert_eq!(Tversky::new(0.3, 0.7, 1.0)?.smoothing(), 1.0);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn smoothing(&self) -> f64 {
        self.smoothing
    }

    fn fraction(&self) -> Fraction {
        Fraction::new(1.0, self.alpha, self.beta, self.smoothing)
    }
}

impl SegmentationLoss for Tversky {
    fn loss(&self, overlap: Overlap) -> f64 {
        self.fraction().loss(overlap)
    }

    fn slopes(&self, overlap: Overlap) -> Slopes {
        self.fraction().slopes(overlap)
    }
}

/// What the losses have in common: `wrong / (right + wrong)`, which is `1 - right / (right + wrong)`
/// without the cancellation.
struct Fraction {
    /// The weights of the three parts of an overlap, and what is added to `right`.
    both: f64,
    only_prediction: f64,
    only_target: f64,
    smoothing: f64,
}

impl Fraction {
    fn new(both: f64, only_prediction: f64, only_target: f64, smoothing: f64) -> Self {
        // A common factor changes nothing; this one keeps the sums from overflowing.
        let largest = only_prediction.max(only_target).max(smoothing);
        let unit = if largest > 1e150 { 1e-160 } else { 1.0 };
        Self {
            both: both * unit,
            only_prediction: only_prediction * unit,
            only_target: only_target * unit,
            smoothing: smoothing * unit,
        }
    }

    fn parts(&self, overlap: Overlap) -> (f64, f64) {
        let right = self.both * overlap.both + self.smoothing;
        let wrong =
            self.only_prediction * overlap.only_prediction + self.only_target * overlap.only_target;
        (right, wrong)
    }

    fn loss(&self, overlap: Overlap) -> f64 {
        let (right, wrong) = self.parts(overlap);
        // Two empty masks agree.
        if right + wrong == 0.0 { 0.0 } else { wrong / (right + wrong) }
    }

    fn slopes(&self, overlap: Overlap) -> Slopes {
        let (right, wrong) = self.parts(overlap);
        let all = right + wrong;
        if all == 0.0 {
            return Slopes { on_target: 0.0, off_target: 0.0 };
        }
        // The quotient rule, its denominator all^2 divided out bit by bit, as it may vanish.
        let (right, wrong) = (right / all, wrong / all);
        let on_target = -((self.both * wrong + self.only_target * right) / all);
        let off_target = self.only_prediction * right / all;
        let finite = |slope: f64| slope.clamp(-f64::MAX, f64::MAX) + 0.0;
        Slopes { on_target: finite(on_target), off_target: finite(off_target) }
    }
}
