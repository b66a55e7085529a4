//! Masks as arguments, and what one asks of two of them.

use ndarray::{Array1, ArrayBase, ArrayView, Axis, Data, Dimension, IntoDimension};

use super::overlap::same_shape;
use crate::error::LossError;
use crate::loss::Matrix;
use crate::numeric::{Domain, check};

/// A mask, or a prediction of one: pixels of type `A` in any shape `D`, as a reference to a slice, an
/// array, a vector or an ndarray, or as a view.
///
/// ```
/// # use lossbook::prelude::*;
/// let (slice, table) = ([1.0, 0.0, 0.0, 1.0], array![[1.0, 0.0], [0.0, 1.0]]);
/// assert_eq!(dice_coefficient(&slice, &vec![true, false, false, true])?, 1.0);
/// assert_eq!(dice_coefficient(&table, table.view())?, 1.0);
/// # Ok::<(), LossError>(())
/// ```
pub trait Mask<A, D: Dimension> {
    /// The pixels, where they are.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!((&[1.0, 0.0]).as_mask(), array![1.0, 0.0]);
    /// ```
    fn as_mask(&self) -> ArrayView<'_, A, D>;
}

impl<'a, M: ?Sized, A: 'a, D: Dimension> Mask<A, D> for &'a M
where
    ArrayView<'a, A, D>: From<&'a M>,
{
    fn as_mask(&self) -> ArrayView<'_, A, D> {
        (*self).into()
    }
}

impl<S: Data, D: Dimension> Mask<S::Elem, D> for ArrayBase<S, D> {
    fn as_mask(&self) -> ArrayView<'_, S::Elem, D> {
        self.view()
    }
}

/// Dice coefficient of two masks, `2 |A and B| / (|A| + |B|)`: the pixels in both, against the mean
/// of the two sizes. Two masks of one shape, any number of axes, in; from 0 (apart) to 1 (equal) out.
///
/// A pixel is a `bool`, or a number (`u8`, `i32`, `f64`, ..) that is 0 or 1. The F1 score of the pixels
/// under another name; of two empty masks it is 1, as they are equal. For several classes, take the
/// columns one by one.
///
/// ```
/// # use lossbook::prelude::*;
/// let target = array![[true, false], [false, false]];
/// let prediction = array![[true, true], [false, false]];
/// assert_eq!(dice_coefficient(&target, &prediction)?, 2.0 / 3.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`]; [`LossError::LengthMismatch`] or, with several axes,
/// [`LossError::ShapeMismatch`]; [`LossError::NotBinary`] for a number other than 0 and 1 (for
/// probabilities, see [`Dice`](super::Dice)); [`LossError::NotFinite`].
///
/// Source: L. R. Dice, "Measures of the amount of ecologic association between species", Ecology 26
/// (1945); "Common loss functions in computer vision" (lecture article).
#[doc(alias("f1_score", "F1", "dice_score", "Sorensen"))]
pub fn dice_coefficient<A: Copy + Into<f64>, B: Copy + Into<f64>, D: Dimension>(
    target: impl Mask<A, D>,
    prediction: impl Mask<B, D>,
) -> Result<f64, LossError> {
    share(2.0, &target.as_mask(), &prediction.as_mask())
}

/// Intersection over union of two masks (Jaccard index), `|A and B| / |A or B|`: the pixels in both,
/// of those in either. Two masks of one shape, any number of axes, in; from 0 (apart) to 1 (equal)
/// out.
///
/// With the [`dice_coefficient`] `d` it is `d / (2 - d)`, never the larger of the two; of two empty
/// masks it is 1, as they are equal. For several classes, take the columns one by one; for boxes, see
/// [`box_iou`](super::box_iou).
///
/// ```
/// # use lossbook::prelude::*;
/// assert_eq!(iou(&[1, 0, 0, 0], &[1, 1, 0, 0])?, 0.5);
/// assert_eq!(iou(&[true, true, false], &[1, 0, 0])?, 0.5);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// As [`dice_coefficient`]; for probabilities, see [`SoftIou`](super::SoftIou).
///
/// Source: P. Jaccard, "The distribution of the flora in the alpine zone", New Phytologist 11 (1912).
#[doc(alias("jaccard", "jaccard_score", "JaccardIndex", "MeanIoU", "intersection over union"))]
pub fn iou<A: Copy + Into<f64>, B: Copy + Into<f64>, D: Dimension>(
    target: impl Mask<A, D>,
    prediction: impl Mask<B, D>,
) -> Result<f64, LossError> {
    share(1.0, &target.as_mask(), &prediction.as_mask())
}

/// The pixels in both masks, so many times, of these and of those in one alone.
fn share<A: Copy + Into<f64>, B: Copy + Into<f64>, D: Dimension>(
    times: f64,
    target: &ArrayView<A, D>,
    prediction: &ArrayView<B, D>,
) -> Result<f64, LossError> {
    same_shape(target.shape(), prediction.shape())?;
    let (mut both, mut one) = (0.0, 0.0);
    for ((at, &g), &p) in target.indexed_iter().zip(prediction) {
        let (g, p) = (g.into(), p.into());
        for (name, value) in [("target", g), ("prediction", p)] {
            if value != 0.0 && value != 1.0 {
                let at = at.into_dimension().slice().to_vec();
                check::finite(name, &at, value)?;
                return Err(LossError::NotBinary { name, at, value });
            }
        }
        both += times * g * p;
        one += (g - p).abs();
    }
    // Two empty masks agree.
    Ok(if both + one == 0.0 { 1.0 } else { both / (both + one) })
}

/// A weight for each class: 1 where the target has a pixel of it, 0 where it has none.
///
/// With it a loss is averaged over the classes that are present. An image without any cat says
/// nothing of how well cats are found, but its loss of cats is 1 as soon as one pixel is taken for
/// one, and 0 else. `[pixels, classes]` in, `[classes]` out.
///
/// ```
/// # use lossbook::prelude::*;
/// // Of three classes the last is absent.
/// let masks = array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 0.0]];
/// let prediction = array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
/// let present = classes_present(&masks)?;
/// assert_eq!(present, array![1.0, 1.0, 0.0]);
/// let mean = SoftIou::default().weighted(&present).mean(&masks, &prediction)?;
/// assert_eq!(mean, (0.0 + 0.5) / 2.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// A class that only the prediction has does not count, but the pixels that it took from others do,
/// as theirs. Where no class is present, there is no such mean: the loss says so
/// ([`LossError::NothingCounted`]).
///
/// # Errors
///
/// A target that is empty or holds what is no probability.
#[doc(alias = "ignore_empty")]
pub fn classes_present(target: impl Matrix) -> Result<Array1<f64>, LossError> {
    let target = target.as_matrix();
    check::all_in(Domain::Probability, "target", &target)?;
    Ok(target.map_axis(Axis(0), |class| f64::from(class.iter().any(|&g| g > 0.0))))
}
