//! How far a prediction covers a mask, class by class.

use ndarray::{ArrayView, ArrayView1, Dimension, Ix1, Ix2};

use crate::error::{LossError, check};
use crate::sum::Sum;

/// The shapes that a [`SegmentationLoss`](super::SegmentationLoss) takes: `[pixels]` (`Ix1`) and
/// `[pixels, classes]` (`Ix2`).
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::segmentation::*;
/// let (one, several) = (Array1::ones(6), Array2::ones((3, 2)));
/// assert_eq!(Dice::default().mean(&one, &one)?, 0.0);
/// assert_eq!(Dice::default().mean(&several, &several)?, 0.0);
/// # Ok::<(), LossError>(())
/// ```
pub trait PixelShape: Dimension + sealed::Sealed {}

impl PixelShape for Ix1 {}
impl PixelShape for Ix2 {}

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::Ix1 {}
    impl Sealed for super::Ix2 {}
}

/// How far a prediction `p` covers the target `g`, in pixels (in fractions of them, where `p` or `g`
/// are between 0 and 1). Pixels that are in neither do not show.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::segmentation::*;
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
    /// # use lossbook::segmentation::*;
    /// assert_eq!(Overlap::of(&[1.0, 0.0], &[0.25, 0.25])?.only_target, 0.75);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or no probability.
    pub fn of<'t, 'p>(
        target: impl Into<ArrayView1<'t, f64>>,
        prediction: impl Into<ArrayView1<'p, f64>>,
    ) -> Result<Self, LossError> {
        let (target, prediction) = (target.into(), prediction.into());
        check::same_length("target", target.len(), "prediction", prediction.len())?;
        let mut running = Running::NONE;
        for (at, (&g, &p)) in target.iter().zip(&prediction).enumerate() {
            check::probability("target", &[at], g)?;
            check::probability("prediction", &[at], p)?;
            running.add(g, p);
        }
        Ok(running.total())
    }
}

#[derive(Clone, Copy)]
struct Running {
    both: Sum,
    only_prediction: Sum,
    only_target: Sum,
}

impl Running {
    const NONE: Self = Self { both: Sum::ZERO, only_prediction: Sum::ZERO, only_target: Sum::ZERO };

    // Three sums of terms that are not negative: nothing cancels, here or in the losses. (The usual
    // sum p + sum g - 2 sum p g has no digit left where the prediction is nearly perfect.)
    fn add(&mut self, g: f64, p: f64) {
        self.both.add(p * g);
        self.only_prediction.add(p * (1.0 - g));
        self.only_target.add(g * (1.0 - p));
    }

    fn total(&self) -> Overlap {
        Overlap {
            both: self.both.total(),
            only_prediction: self.only_prediction.total(),
            only_target: self.only_target.total(),
        }
    }
}

/// The overlap of every class; at least one.
pub(super) fn overlaps<D: PixelShape>(
    target: &ArrayView<f64, D>,
    prediction: &ArrayView<f64, D>,
) -> Result<Vec<Overlap>, LossError> {
    same_shape(target, prediction)?;
    let classes = target.shape().get(1).copied().unwrap_or(1);
    let mut running = vec![Running::NONE; classes];
    let mut class = 0;
    for (index, (&g, &p)) in target.iter().zip(prediction).enumerate() {
        if !is_probability(g) || !is_probability(p) {
            let at = place(index, target.shape());
            check::probability("target", &at, g)?;
            check::probability("prediction", &at, p)?;
        }
        running[class].add(g, p);
        class = if class + 1 == classes { 0 } else { class + 1 };
    }
    Ok(running.iter().map(Running::total).collect())
}

fn is_probability(value: f64) -> bool {
    (0.0..=1.0).contains(&value)
}

/// Neither argument is empty and they are of one shape.
pub(super) fn same_shape<A, B, D: Dimension>(
    target: &ArrayView<A, D>,
    prediction: &ArrayView<B, D>,
) -> Result<(), LossError> {
    check::not_empty("target", target.len())?;
    check::not_empty("prediction", prediction.len())?;
    if target.shape() == prediction.shape() {
        return Ok(());
    }
    if target.ndim() == 1 {
        check::same_length("target", target.len(), "prediction", prediction.len())?;
    }
    Err(LossError::ShapeMismatch {
        left: "target",
        left_shape: target.shape().to_vec(),
        right: "prediction",
        right_shape: prediction.shape().to_vec(),
    })
}

/// The indices of the element that is reached after `index` others, the last axis running fastest.
pub(super) fn place(index: usize, shape: &[usize]) -> Vec<usize> {
    let mut rest = index;
    let mut at: Vec<usize> = shape
        .iter()
        .rev()
        .map(|&len| {
            let here = rest.checked_rem(len).unwrap_or(0);
            rest = rest.checked_div(len).unwrap_or(0);
            here
        })
        .collect();
    at.reverse();
    at
}
