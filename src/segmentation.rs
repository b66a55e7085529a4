//! Losses for predicting which pixels belong to what.
//!
//! A **mask** says of every pixel whether it belongs (1) or not (0); a prediction gives each pixel a
//! probability. What counts is how far the two cover each other, so pixels that are in neither, most
//! of an image as a rule, do not count at all. Three sums are enough, an [`Overlap`]:
//!
//! ```text
//! both            = sum p g          in the prediction p and in the mask g
//! only_prediction = sum p (1 - g)    marked, and wrongly so
//! only_target     = sum g (1 - p)    missed
//! ```
//!
//! | loss | formula | smoothing s = 0 and hard masks |
//! | --- | --- | --- |
//! | [`Dice`] | `1 - (2 sum p g + s) / (sum p + sum g + s)` | 1 - [`dice_coefficient`], 1 - F1 |
//! | [`SoftIou`] | `1 - (both + s) / (both + only_prediction + only_target + s)` | 1 - [`iou`] |
//! | [`Tversky`] | `1 - (both + s) / (both + alpha only_prediction + beta only_target + s)` | Dice at 0.5, 0.5; IoU at 1, 1 |
//!
//! Every loss answers in the same words, those of the trait [`SegmentationLoss`].
//!
//! ```
//! use lossbook::prelude::*;
//! use lossbook::segmentation::*;
//!
//! let mask = [1.0, 0.0, 0.0, 0.0];
//! let marked = [1.0, 1.0, 0.0, 0.0];
//!
//! // One pixel in both, one too many: Dice is 2/3, IoU 1/2.
//! assert_eq!(dice_coefficient(&mask, &marked)?, 2.0 / 3.0);
//! assert_eq!(iou(&mask, &marked)?, 0.5);
//! assert_eq!(Dice::default().mean(&mask, &marked)?, 1.0 / 3.0);
//! # Ok::<(), LossError>(())
//! ```
//!
//! # Two empty masks
//!
//! Without smoothing and with nothing marked on either side the fraction is 0 / 0. Both say the same,
//! so they agree: the coefficient is 1, the loss 0. This is also what any smoothing `s > 0` gives
//! there, however small. Where the mask alone is empty the loss is 1, whatever is marked: its gradient
//! is 0, and a prediction learns from an empty mask only with smoothing.

mod losses;
mod masks;
mod overlap;

pub use losses::{Dice, SoftIou, Tversky};
pub use masks::{MaskPixel, dice_coefficient, iou};
pub use overlap::{Overlap, PixelShape};

use ndarray::{Array, Array1, ArrayView};

use crate::error::LossError;
use crate::sum::Sum;
use overlap::overlaps;

/// The derivatives of a loss with respect to the prediction at a pixel, see
/// [`SegmentationLoss::slopes`].
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::segmentation::*;
/// let slopes = Slopes { on_target: -0.5, off_target: 0.25 };
/// assert_eq!(slopes.at(1.0), -0.5);
/// assert_eq!(slopes.at(0.0), 0.25);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slopes {
    /// At a pixel that belongs, `g = 1`: never positive.
    pub on_target: f64,
    /// At a pixel that does not, `g = 0`: never negative.
    pub off_target: f64,
}

impl Slopes {
    /// At a pixel whose target is `g`, `g on_target + (1 - g) off_target`.
    ///
    /// ```
    /// # use lossbook::segmentation::*;
    /// assert_eq!(Slopes { on_target: -0.5, off_target: 0.25 }.at(0.5), -0.125);
    /// ```
    pub fn at(self, target: f64) -> f64 {
        target * self.on_target + (1.0 - target) * self.off_target
    }
}

/// A loss of one class at a time: how badly does the prediction cover the mask?
///
/// To add a loss, write [`loss`](Self::loss) and [`slopes`](Self::slopes); the rest is provided.
///
/// # Arguments, shapes, errors
///
/// The provided methods take a target and a prediction, target first, of one shape: `[pixels]` for
/// one class (an image row after row), `[pixels, classes]` for several, each class a column with a
/// loss of its own. Slices, arrays, nested arrays or views of `f64`: the target a mask of 0 and 1 (or
/// soft, in between), the prediction probabilities. A row need not sum to 1: classes may overlap.
/// Losses are pure numbers from 0 to 1. All of the methods refuse
/// - an empty argument ([`LossError::Empty`]),
/// - arguments of different length or shape ([`LossError::LengthMismatch`],
///   [`LossError::ShapeMismatch`]),
/// - anything but `0 <= p <= 1` ([`LossError::NotProbability`], [`LossError::NotFinite`], which name
///   where).
///
/// For several images at once: their pixels one after the other, for the overlap of all of them, or a
/// call for each, for the mean of their losses. These are not the same.
///
/// # A list of losses
///
/// A boxed loss is a loss, so that a list can hold different ones.
///
/// ```
/// use lossbook::prelude::*;
/// use lossbook::segmentation::*;
///
/// let losses: [Box<dyn SegmentationLoss>; 2] =
///     [Box::new(Dice::default()), Box::new(SoftIou::default())];
/// let means = losses.iter().map(|loss| loss.mean(&[1.0, 0.0], &[0.5, 0.0]));
/// assert_eq!(means.collect::<Result<Vec<f64>, _>>()?, [1.0 / 3.0, 0.5]);
/// # Ok::<(), LossError>(())
/// ```
pub trait SegmentationLoss {
    /// The loss of one class whose overlap is given.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::segmentation::*;
    /// let overlap = Overlap { both: 1.0, only_prediction: 1.0, only_target: 0.0 };
    /// assert_eq!(SoftIou::default().loss(overlap), 0.5);
    /// ```
    fn loss(&self, overlap: Overlap) -> f64;

    /// The derivatives of [`loss`](Self::loss) with respect to the **prediction** at a pixel. They
    /// depend on the pixel only through its target.
    ///
    /// A slope too large for an `f64` (all probabilities below 1e-300 or so) is the largest that there
    /// is, so that a gradient is finite.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::segmentation::*;
    /// let overlap = Overlap { both: 1.0, only_prediction: 1.0, only_target: 0.0 };
    /// let slopes = SoftIou::default().slopes(overlap);
    /// assert_eq!(slopes, Slopes { on_target: -0.5, off_target: 0.25 });
    /// ```
    fn slopes(&self, overlap: Overlap) -> Slopes;

    /// The loss of every class: `[pixels]` in, `[1]` out; `[pixels, classes]` in, `[classes]` out.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::segmentation::*;
    /// // Two pixels, two classes; the first class is found, the second half missed.
    /// let target = [[1.0, 1.0], [0.0, 1.0]];
    /// let prediction = [[1.0, 1.0], [0.0, 0.0]];
    /// assert_eq!(SoftIou::default().each(&target, &prediction)?, array![0.0, 0.5]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another shape, or no probability.
    fn each<'t, 'p, D: PixelShape>(
        &self,
        target: impl Into<ArrayView<'t, f64, D>>,
        prediction: impl Into<ArrayView<'p, f64, D>>,
    ) -> Result<Array1<f64>, LossError>
    where
        Self: Sized,
    {
        let overlaps = overlaps(&target.into(), &prediction.into())?;
        Ok(overlaps.into_iter().map(|overlap| self.loss(overlap)).collect())
    }

    /// The mean of the classes' losses, each class counting the same however few its pixels.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::segmentation::*;
    /// assert_eq!(SoftIou::default().mean(&[1.0, 0.0], &[0.5, 0.5])?, 2.0 / 3.0);
    ///
    /// let (target, prediction) = ([[1.0, 1.0], [0.0, 1.0]], [[1.0, 1.0], [0.0, 0.0]]);
    /// assert_eq!(SoftIou::default().mean(&target, &prediction)?, 0.25);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another shape, or no probability.
    fn mean<'t, 'p, D: PixelShape>(
        &self,
        target: impl Into<ArrayView<'t, f64, D>>,
        prediction: impl Into<ArrayView<'p, f64, D>>,
    ) -> Result<f64, LossError>
    where
        Self: Sized,
    {
        Ok(add_up(self, &target.into(), &prediction.into())?.mean())
    }

    /// The sum of the classes' losses.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::segmentation::*;
    /// let (target, prediction) = ([[1.0, 1.0], [0.0, 1.0]], [[1.0, 1.0], [0.0, 0.0]]);
    /// assert_eq!(SoftIou::default().sum(&target, &prediction)?, 0.5);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another shape, or no probability.
    fn sum<'t, 'p, D: PixelShape>(
        &self,
        target: impl Into<ArrayView<'t, f64, D>>,
        prediction: impl Into<ArrayView<'p, f64, D>>,
    ) -> Result<f64, LossError>
    where
        Self: Sized,
    {
        Ok(add_up(self, &target.into(), &prediction.into())?.total())
    }

    /// The gradient of the **mean** loss with respect to the prediction, in the prediction's shape:
    /// a pixel's slope divided by the number of classes.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::segmentation::*;
    /// let gradient = SoftIou::default().gradient(&[1.0, 0.0], &[1.0, 1.0])?;
    /// assert_eq!(gradient, array![-0.5, 0.25]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another shape, or no probability.
    fn gradient<'t, 'p, D: PixelShape>(
        &self,
        target: impl Into<ArrayView<'t, f64, D>>,
        prediction: impl Into<ArrayView<'p, f64, D>>,
    ) -> Result<Array<f64, D>, LossError>
    where
        Self: Sized,
    {
        let target = target.into();
        let overlaps = overlaps(&target, &prediction.into())?;
        Ok(gradient_of_mean(self, &target, &overlaps))
    }

    /// [`mean`](Self::mean) and [`gradient`](Self::gradient), with the overlap taken once.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::segmentation::*;
    /// let (mean, gradient) = SoftIou::default().mean_and_gradient(&[1.0, 0.0], &[1.0, 1.0])?;
    /// assert_eq!(mean, 0.5);
    /// assert_eq!(gradient, array![-0.5, 0.25]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another shape, or no probability.
    fn mean_and_gradient<'t, 'p, D: PixelShape>(
        &self,
        target: impl Into<ArrayView<'t, f64, D>>,
        prediction: impl Into<ArrayView<'p, f64, D>>,
    ) -> Result<(f64, Array<f64, D>), LossError>
    where
        Self: Sized,
    {
        let target = target.into();
        let overlaps = overlaps(&target, &prediction.into())?;
        let losses: Sum = overlaps.iter().map(|&overlap| self.loss(overlap)).collect();
        Ok((losses.mean(), gradient_of_mean(self, &target, &overlaps)))
    }
}

impl<L: SegmentationLoss + ?Sized> SegmentationLoss for &L {
    fn loss(&self, overlap: Overlap) -> f64 {
        (**self).loss(overlap)
    }

    fn slopes(&self, overlap: Overlap) -> Slopes {
        (**self).slopes(overlap)
    }
}

impl<L: SegmentationLoss + ?Sized> SegmentationLoss for Box<L> {
    fn loss(&self, overlap: Overlap) -> f64 {
        (**self).loss(overlap)
    }

    fn slopes(&self, overlap: Overlap) -> Slopes {
        (**self).slopes(overlap)
    }
}

fn add_up<D: PixelShape>(
    loss: &impl SegmentationLoss,
    target: &ArrayView<f64, D>,
    prediction: &ArrayView<f64, D>,
) -> Result<Sum, LossError> {
    let overlaps = overlaps(target, prediction)?;
    Ok(overlaps.into_iter().map(|overlap| loss.loss(overlap)).collect())
}

/// One overlap per class: the gradient of the mean of their losses.
fn gradient_of_mean<D: PixelShape>(
    loss: &impl SegmentationLoss,
    target: &ArrayView<f64, D>,
    overlaps: &[Overlap],
) -> Array<f64, D> {
    let classes = overlaps.len() as f64;
    let slopes: Vec<Slopes> = overlaps.iter().map(|&overlap| loss.slopes(overlap)).collect();
    let mut gradient = target.to_owned();
    for (value, slopes) in gradient.iter_mut().zip(slopes.iter().cycle()) {
        *value = slopes.at(*value) / classes;
    }
    gradient
}
