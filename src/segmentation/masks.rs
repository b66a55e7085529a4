//! Measures of two masks, each pixel in or out.

use ndarray::{ArrayView, Dimension};

use super::overlap::{place, same_shape};
use crate::error::{LossError, check};

/// A pixel of a mask: `bool`, or a number (`u8`, `i32`, `f64`) that is 0 or 1.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::segmentation::*;
/// assert_eq!(iou(&[true, true, false], &[1, 0, 0])?, 0.5);
/// # Ok::<(), LossError>(())
/// ```
pub trait MaskPixel: Copy + sealed::Sealed {
    /// 0 or 1, or the number that is neither.
    ///
    /// ```
    /// # use lossbook::segmentation::MaskPixel;
    /// assert_eq!(true.value(), 1.0);
    /// ```
    fn value(self) -> f64;
}

impl MaskPixel for bool {
    fn value(self) -> f64 {
        f64::from(u8::from(self))
    }
}

impl MaskPixel for u8 {
    fn value(self) -> f64 {
        f64::from(self)
    }
}

impl MaskPixel for i32 {
    fn value(self) -> f64 {
        f64::from(self)
    }
}

impl MaskPixel for f64 {
    fn value(self) -> f64 {
        self
    }
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for bool {}
    impl Sealed for u8 {}
    impl Sealed for i32 {}
    impl Sealed for f64 {}
}

/// Dice coefficient of two masks, `2 |A and B| / (|A| + |B|)`: the pixels in both, against the mean
/// of the two sizes. Two masks of one shape, any number of axes, in; from 0 (apart) to 1 (equal) out.
///
/// The F1 score of the pixels under another name; of two empty masks it is 1, as they are equal. For
/// several classes, take the columns one by one.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::segmentation::*;
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
pub fn dice_coefficient<'t, 'p, A: MaskPixel + 't, B: MaskPixel + 'p, D: Dimension>(
    target: impl Into<ArrayView<'t, A, D>>,
    prediction: impl Into<ArrayView<'p, B, D>>,
) -> Result<f64, LossError> {
    let counts = count(&target.into(), &prediction.into())?;
    let sizes = 2 * counts.both + counts.one;
    Ok(if sizes == 0 { 1.0 } else { (2 * counts.both) as f64 / sizes as f64 })
}

/// Intersection over union of two masks (Jaccard index), `|A and B| / |A or B|`: the pixels in both,
/// of those in either. Two masks of one shape, any number of axes, in; from 0 (apart) to 1 (equal)
/// out.
///
/// With the [`dice_coefficient`] `d` it is `d / (2 - d)`, never the larger of the two; of two empty
/// masks it is 1, as they are equal. For several classes, take the columns one by one.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::segmentation::*;
/// assert_eq!(iou(&[1, 0, 0, 0], &[1, 1, 0, 0])?, 0.5);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// As [`dice_coefficient`]; for probabilities, see [`SoftIou`](super::SoftIou).
///
/// Source: P. Jaccard, "The distribution of the flora in the alpine zone", New Phytologist 11 (1912).
pub fn iou<'t, 'p, A: MaskPixel + 't, B: MaskPixel + 'p, D: Dimension>(
    target: impl Into<ArrayView<'t, A, D>>,
    prediction: impl Into<ArrayView<'p, B, D>>,
) -> Result<f64, LossError> {
    let counts = count(&target.into(), &prediction.into())?;
    let either = counts.both + counts.one;
    Ok(if either == 0 { 1.0 } else { counts.both as f64 / either as f64 })
}

/// How many pixels are in both masks, and in exactly one.
struct Counts {
    both: u64,
    one: u64,
}

fn count<A: MaskPixel, B: MaskPixel, D: Dimension>(
    target: &ArrayView<A, D>,
    prediction: &ArrayView<B, D>,
) -> Result<Counts, LossError> {
    same_shape(target, prediction)?;
    let mut counts = Counts { both: 0, one: 0 };
    for (index, (&g, &p)) in target.iter().zip(prediction).enumerate() {
        let at = || place(index, target.shape());
        match (is_in("target", g.value(), at)?, is_in("prediction", p.value(), at)?) {
            (true, true) => counts.both += 1,
            (false, false) => (),
            _ => counts.one += 1,
        }
    }
    Ok(counts)
}

fn is_in(
    name: &'static str,
    value: f64,
    at: impl FnOnce() -> Vec<usize>,
) -> Result<bool, LossError> {
    if value == 0.0 || value == 1.0 {
        return Ok(value == 1.0);
    }
    let at = at();
    check::finite(name, &at, value)?;
    Err(LossError::NotBinary { name, at, value })
}
