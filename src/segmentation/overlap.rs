//! How far a prediction covers a mask, class by class.

use ndarray::ArrayViewD;

use crate::error::LossError;
use crate::loss::Vector;
use crate::numeric::{Domain, Sum, check, reserve};

/// How far a prediction `p` covers the target `g`, in pixels (in fractions of them, where `p` or `g`
/// are between 0 and 1). Pixels that are in neither do not show.
///
/// ```
/// # use lossbook::prelude::*;
/// let overlap = Overlap::of(&[1.0, 1.0, 0.0, 0.0], &[0.75, 0.5, 0.5, 0.0])?;
/// assert_eq!(overlap, Overlap { both: 1.25, only_prediction: 0.5, only_target: 0.75 });
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: A. Tversky, "Features of similarity", Psychological Review 84 (1977), whose measures of
/// two sets these are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Overlap {
    /// `sum p g`: the true positives.
    pub both: f64,
    /// `sum p (1 - g)`: the false positives.
    pub only_prediction: f64,
    /// `sum g (1 - p)`: the false negatives.
    pub only_target: f64,
}

impl Overlap {
    /// Of one class: `[pixels]` and `[pixels]` in.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Overlap::of(&[1.0, 0.0], &[0.25, 0.25])?.only_target, 0.75);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or no probability.
    pub fn of(target: impl Vector, prediction: impl Vector) -> Result<Self, LossError> {
        let masks = [target.as_vector().into_dyn(), prediction.as_vector().into_dyn()];
        same_shape(masks[0].shape(), masks[1].shape())?;
        Ok(overlaps(&masks[0], &masks[1], 1)?[0])
    }
}

/// The overlap of each of so many classes, which are the last axis.
pub(super) fn overlaps(
    target: &ArrayViewD<f64>,
    prediction: &ArrayViewD<f64>,
    classes: usize,
) -> Result<Vec<Overlap>, LossError> {
    check::all_in(Domain::Probability, "target", target)?;
    check::all_in(Domain::Probability, "prediction", prediction)?;
    let mut sums = reserve("the overlaps", classes, 1)?;
    sums.resize(classes, [Sum::ZERO; 3]);
    let mut class = 0;
    for (&g, &p) in target.iter().zip(prediction) {
        // Terms that are not negative: nothing cancels, here or in the losses. (The usual
        // sum p + sum g - 2 sum p g has no digit left where the prediction is nearly perfect.)
        let [both, only_prediction, only_target] = &mut sums[class];
        both.add(p * g);
        only_prediction.add(p * (1.0 - g));
        only_target.add(g * (1.0 - p));
        class = if class + 1 == classes { 0 } else { class + 1 };
    }
    let totals = sums.iter().map(|sums| sums.map(|sum| sum.total()));
    Ok(totals
        .map(|[both, only_prediction, only_target]| Overlap { both, only_prediction, only_target })
        .collect())
}

/// Neither shape is empty and they are equal.
pub(super) fn same_shape(target: &[usize], prediction: &[usize]) -> Result<(), LossError> {
    check::not_empty("target", target.iter().product())?;
    check::not_empty("prediction", prediction.iter().product())?;
    if let (&[pixels], &[others]) = (target, prediction) {
        check::same_length("target", pixels, "prediction", others)?;
    }
    check::same_shape("target", target, "prediction", prediction)
}
