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
//! Every loss answers in the same words, those of [`SegmentationWords`].
//!
//! ```
//! use lossbook::prelude::*;
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
//! How well the boxes of a detector fit is the same measure: [`box_iou`].
//!
//! # Two empty masks
//!
//! Without smoothing and with nothing marked on either side the fraction is 0 / 0. Both say the same,
//! so they agree: the coefficient is 1, the loss 0. This is also what any smoothing `s > 0` gives
//! there, however small. Where the mask alone is empty the loss is 1, whatever is marked: its gradient
//! is 0, and a prediction learns from an empty mask only with smoothing. A mean over classes may leave
//! out those that are empty: [`classes_present`].

mod boxes;
mod dice;
mod mask;
mod overlap;
mod soft_iou;
mod tversky;

pub use boxes::box_iou;
pub use dice::Dice;
pub use mask::{Mask, classes_present, dice_coefficient, iou};
pub use overlap::Overlap;
pub use soft_iou::SoftIou;
pub use tversky::Tversky;

use ndarray::{Array, ArrayView, ArrayViewD, CowArray, Dimension};

use crate::error::LossError;
use crate::loss::{Ask, Losses, Vector, Weighted, words};
use crate::numeric::reserve;
use overlap::{overlaps, same_shape};

/// The target and the prediction.
type Masks<'m> = [ArrayViewD<'m, f64>; 2];
type Found<G> = Result<(Losses, G), LossError>;

/// The derivatives of a loss with respect to the prediction at a pixel. They depend on the pixel only
/// through its target.
///
/// ```
/// # use lossbook::prelude::*;
/// let derivatives = PixelDerivatives { on_target: -0.5, off_target: 0.25 };
/// assert_eq!(derivatives.at(1.0), -0.5);
/// assert_eq!(derivatives.at(0.0), 0.25);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PixelDerivatives {
    /// At a pixel that belongs, `g = 1`: never positive.
    pub on_target: f64,
    /// At a pixel that does not, `g = 0`: never negative.
    pub off_target: f64,
}

impl PixelDerivatives {
    /// At a pixel whose target is `g`, `g on_target + (1 - g) off_target`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(PixelDerivatives { on_target: -0.5, off_target: 0.25 }.at(0.5), -0.125);
    /// ```
    pub fn at(self, target: f64) -> f64 {
        target * self.on_target + (1.0 - target) * self.off_target
    }
}

/// A loss of one class at a time: how badly does the prediction cover the mask?
///
/// To add a loss, write [`value_and_derivatives`](Self::value_and_derivatives): it then has all the
/// words of [`SegmentationWords`]. A list may hold different ones:
///
/// ```
/// use lossbook::prelude::*;
///
/// let losses: [Box<dyn SegmentationLoss>; 2] =
///     [Box::new(Dice::default()), Box::new(SoftIou::default())];
/// let means = losses.iter().map(|loss| loss.mean(&[1.0, 0.0], &[0.5, 0.0]));
/// assert_eq!(means.collect::<Result<Vec<f64>, _>>()?, [1.0 / 3.0, 0.5]);
/// # Ok::<(), LossError>(())
/// ```
pub trait SegmentationLoss {
    /// The loss of one class whose overlap is given, and its derivatives with respect to the
    /// **prediction** at a pixel.
    ///
    /// A derivative too large for an `f64` (all probabilities below 1e-300 or so) is the largest that
    /// there is, so that a gradient is finite.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let overlap = Overlap { both: 1.0, only_prediction: 1.0, only_target: 0.0 };
    /// let (value, derivatives) = SoftIou::default().value_and_derivatives(overlap);
    /// assert_eq!(value, 0.5);
    /// assert_eq!(derivatives, PixelDerivatives { on_target: -0.5, off_target: 0.25 });
    /// # Ok::<(), LossError>(())
    /// ```
    fn value_and_derivatives(&self, overlap: Overlap) -> (f64, PixelDerivatives);

    /// The loss of one class whose overlap is given.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let overlap = Overlap { both: 1.0, only_prediction: 1.0, only_target: 0.0 };
    /// assert_eq!(SoftIou::default().loss(overlap), 0.5);
    /// ```
    fn loss(&self, overlap: Overlap) -> f64 {
        self.value_and_derivatives(overlap).0
    }

    /// The derivatives of [`loss`](Self::loss) with respect to the prediction at a pixel.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let overlap = Overlap { both: 1.0, only_prediction: 1.0, only_target: 0.0 };
    /// assert_eq!(SoftIou::default().derivatives(overlap).on_target, -0.5);
    /// ```
    fn derivatives(&self, overlap: Overlap) -> PixelDerivatives {
        self.value_and_derivatives(overlap).1
    }
}

impl<L: SegmentationLoss + ?Sized> SegmentationLoss for &L {
    fn value_and_derivatives(&self, overlap: Overlap) -> (f64, PixelDerivatives) {
        (**self).value_and_derivatives(overlap)
    }
}

/// What the losses have in common: `1 - right / (right + wrong)`, with a price for each part of the
/// overlap, and its derivatives.
fn fraction(overlap: Overlap, prices: [f64; 3], smoothing: f64) -> (f64, PixelDerivatives) {
    let [of_both, of_prediction, of_target] = prices;
    let right = of_both * overlap.both + smoothing;
    let wrong = of_prediction * overlap.only_prediction + of_target * overlap.only_target;
    let all = right + wrong;
    if all == 0.0 {
        // Two empty masks agree.
        return (0.0, PixelDerivatives { on_target: 0.0, off_target: 0.0 });
    }
    // So, nothing cancels; and all^2, by which the quotient rule divides, might vanish.
    let (right, wrong) = (right / all, wrong / all);
    let on_target = 0.0 - (of_both * wrong + of_target * right) / all;
    let off_target = of_prediction * right / all;
    let [on_target, off_target] = [on_target, off_target].map(|d| d.clamp(-f64::MAX, f64::MAX));
    (wrong, PixelDerivatives { on_target, off_target })
}

/// The words of a [`SegmentationLoss`]. A sample is a **class**: `each` answers with a loss for each,
/// and in the `mean` each counts the same however few its pixels.
///
/// They take a target and a prediction, target first, of one shape: `[pixels]` for one class (an image
/// row after row), `[pixels, classes]` for several, each class a column with a loss of its own. With
/// more axes the last is that of the classes. The target is a mask of 0 and 1 (or soft, in between), the
/// prediction holds probabilities; a row need not sum to 1, as classes may overlap. Losses are pure
/// numbers from 0 to 1. They refuse
/// - an empty argument ([`LossError::Empty`]),
/// - arguments of different length or shape ([`LossError::LengthMismatch`],
///   [`LossError::ShapeMismatch`]),
/// - anything but `0 <= p <= 1` ([`LossError::NotProbability`], [`LossError::NotFinite`], which name
///   where).
///
/// For several images at once: their pixels one after the other, for the overlap of all of them, or a
/// call for each, for the mean of their losses. These are not the same.
///
/// ```
/// # use lossbook::prelude::*;
/// // Two pixels, two classes; the first class is found, the second half missed.
/// let target = [[1.0, 1.0], [0.0, 1.0]];
/// let prediction = [[1.0, 1.0], [0.0, 0.0]];
/// let loss = SoftIou::default();
/// assert_eq!(loss.each(&target, &prediction)?, array![0.0, 0.5]);
/// assert_eq!(loss.mean(&target, &prediction)?, 0.25);
/// assert_eq!(loss.sum(&target, &prediction)?, 0.5);
///
/// // One class: the gradient has the prediction's shape, `[pixels]`.
/// assert_eq!(loss.gradient(&[1.0, 0.0], &[1.0, 1.0])?, array![-0.5, 0.25]);
/// let both = loss.mean_and_gradient(&[1.0, 0.0], &[1.0, 1.0])?;
/// assert_eq!(both, (0.5, array![-0.5, 0.25]));
/// # Ok::<(), LossError>(())
/// ```
pub trait SegmentationWords {
    words!([D: Dimension] (target: impl Mask<f64, D> => target.as_mask(),
                           prediction: impl Mask<f64, D> => prediction.as_mask()) -> Array<f64, D>);

    /// The same loss of classes that do not all count alike, with a weight for each **class**; with
    /// those of [`classes_present`], of the classes that there are.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (target, prediction) = ([[1.0, 1.0], [0.0, 1.0]], [[1.0, 1.0], [0.0, 0.0]]);
    /// // The losses are 0 and 0.5.
    /// let loss = SoftIou::default();
    /// assert_eq!(loss.weighted(&[1.0, 4.0]).mean(&target, &prediction)?, 4.0 * 0.5 / 5.0);
    /// # Ok::<(), LossError>(())
    /// ```
    fn weighted<'a>(&'a self, weights: &'a (impl Vector + ?Sized)) -> Weighted<'a, Self> {
        Weighted { loss: self, weights: weights.as_vector() }
    }

    #[doc(hidden)]
    fn evaluate<D: Dimension>(
        &self,
        target: ArrayView<f64, D>,
        prediction: ArrayView<f64, D>,
        ask: Ask,
    ) -> Found<Array<f64, D>> {
        let shape = prediction.raw_dim();
        let (losses, cells) = self.cells([target.into_dyn(), prediction.into_dyn()], ask)?;
        // Where no gradient is asked for there are no cells, and it is empty.
        Ok((losses, Array::from_shape_vec(shape, cells).unwrap_or_default()))
    }

    /// The gradient's cells come in the order of the prediction's.
    #[doc(hidden)]
    fn cells(&self, masks: Masks, ask: Ask) -> Found<Vec<f64>>;
}

impl<L: SegmentationLoss + ?Sized> SegmentationWords for L {
    fn cells(&self, masks: Masks, ask: Ask) -> Found<Vec<f64>> {
        evaluate(&self, masks, ask)
    }
}

impl<L: SegmentationLoss + ?Sized> SegmentationWords for Weighted<'_, L> {
    fn cells(&self, masks: Masks, ask: Ask) -> Found<Vec<f64>> {
        evaluate(&self.loss, masks, ask.weighted(self.weights))
    }
}

/// Compiled once, here, and not again by everyone who calls a word.
fn evaluate(loss: &dyn SegmentationLoss, masks: Masks, ask: Ask) -> Found<Vec<f64>> {
    same_shape(masks[0].shape(), masks[1].shape())?;
    let classes = masks[0].shape().iter().skip(1).last().copied().unwrap_or(1);
    let mut tally = ask.tally(classes)?;
    let mut masks = masks.map(CowArray::from);
    if let Some(weights) = ask.weights() {
        // Nobody looks at a class whose weight is 0.
        let cells = masks.iter_mut().flat_map(|mask| mask.iter_mut().zip(weights.iter().cycle()));
        cells.filter(|(_, weight)| **weight == 0.0).for_each(|(cell, _)| *cell = 0.0);
    }
    let [target, prediction] = &masks;
    let overlaps = overlaps(&target.view(), &prediction.view(), classes)?;
    let found: Vec<_> = overlaps.into_iter().map(|of| loss.value_and_derivatives(of)).collect();
    found.iter().enumerate().for_each(|(class, &(value, _))| tally.add(class, value));
    let mut gradient = Vec::new();
    if ask.wants_gradient() {
        gradient = reserve("the gradient", target.len(), 1)?;
        let pixels = target.iter().zip(found.iter().enumerate().cycle());
        gradient.extend(pixels.map(|(&g, (class, found))| tally.share(class, found.1.at(g))));
    }
    Ok((tally.finish(), gradient))
}
