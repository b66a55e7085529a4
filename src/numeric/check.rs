//! The checks that every function of the crate makes before it computes.

use multiversion::multiversion;
use ndarray::{ArrayView, ArrayView1, ArrayView2, Dimension, IntoDimension};

use super::{LaneSum, Sum};
use crate::error::{LossError, SUM_TOLERANCE};

/// Neither argument is empty and they are of one length.
pub(crate) fn same_length(
    left: &'static str,
    left_len: usize,
    right: &'static str,
    right_len: usize,
) -> Result<(), LossError> {
    not_empty(left, left_len)?;
    not_empty(right, right_len)?;
    if left_len == right_len {
        Ok(())
    } else {
        Err(LossError::LengthMismatch { left, left_len, right, right_len })
    }
}

/// Both arguments have the same shape.
pub(crate) fn same_shape(
    left: &'static str,
    left_shape: &[usize],
    right: &'static str,
    right_shape: &[usize],
) -> Result<(), LossError> {
    if left_shape == right_shape {
        return Ok(());
    }
    let (left_shape, right_shape) = (left_shape.to_vec(), right_shape.to_vec());
    Err(LossError::ShapeMismatch { left, left_shape, right, right_shape })
}

/// There is at least one value.
pub(crate) fn not_empty(name: &'static str, len: usize) -> Result<(), LossError> {
    if len == 0 { Err(LossError::Empty { name }) } else { Ok(()) }
}

/// There is a class for each label.
pub(crate) fn labels_below(
    name: &'static str,
    labels: &[usize],
    classes: usize,
) -> Result<(), LossError> {
    labels.iter().enumerate().try_for_each(|(at, &label)| label_below(name, at, label, classes))
}

/// There is a class for the label.
pub(crate) fn label_below(
    name: &'static str,
    at: usize,
    label: usize,
    classes: usize,
) -> Result<(), LossError> {
    if label < classes {
        Ok(())
    } else {
        Err(LossError::LabelOutOfRange { name, at, label, classes })
    }
}

/// The value is neither NaN nor infinite.
pub(crate) fn finite(name: &'static str, at: &[usize], value: f64) -> Result<(), LossError> {
    if value.is_finite() {
        Ok(())
    } else {
        Err(LossError::NotFinite { name, at: at.to_vec(), value })
    }
}

/// There are values, and none of them is NaN or infinite.
pub(crate) fn all_finite<D: Dimension>(
    name: &'static str,
    values: &ArrayView<f64, D>,
) -> Result<(), LossError> {
    all_in(Domain::Finite, name, values)
}

/// There are values, and all of them are of the domain.
pub(crate) fn all_in<D: Dimension>(
    domain: Domain,
    name: &'static str,
    values: &ArrayView<f64, D>,
) -> Result<(), LossError> {
    not_empty(name, values.len())?;
    if values.as_slice_memory_order().is_some_and(|values| domain.all(values)) {
        return Ok(());
    }
    values
        .indexed_iter()
        .try_for_each(|(at, &value)| domain.check(name, at.into_dimension().slice(), value))
}

/// A parameter is in its range.
pub(crate) fn in_range(
    is_in_range: bool,
    name: &'static str,
    value: f64,
    allowed: &'static str,
) -> Result<f64, LossError> {
    if is_in_range { Ok(value) } else { Err(LossError::BadParameter { name, value, allowed }) }
}

/// A parameter is above 0, and finite.
pub(crate) fn positive(
    name: &'static str,
    value: f64,
    allowed: &'static str,
) -> Result<f64, LossError> {
    in_range(value > 0.0 && value.is_finite(), name, value, allowed)
}

/// A parameter is 0 or more, and finite.
pub(crate) fn at_least_zero(
    name: &'static str,
    value: f64,
    allowed: &'static str,
) -> Result<f64, LossError> {
    in_range(value >= 0.0 && value.is_finite(), name, value, allowed)
}

/// There are weights, each 0 or more, and finite.
pub(crate) fn weights(name: &'static str, weights: ArrayView1<f64>) -> Result<(), LossError> {
    all_finite(name, &weights)?;
    weights
        .iter()
        .try_for_each(|&weight| at_least_zero(name, weight, "each >= 0 and finite").map(|_| ()))
}

/// What the values of an argument have to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Domain {
    /// Neither NaN nor infinite.
    Finite,
    /// The same, but whoever reads them finds out first.
    FiniteAsRead,
    /// Not NaN.
    Extended,
    /// Between 0 and 1.
    Probability,
}

impl Domain {
    /// Whether it is sure that all values are right: the usual case, in a loop that never asks. No is
    /// no verdict (-0 is a probability); [`check`](Self::check) each then.
    pub(crate) fn all(self, values: &[f64]) -> bool {
        match self {
            Self::FiniteAsRead => true,
            Self::Finite | Self::Extended => are_finite(values),
            Self::Probability => are_probabilities(values),
        }
    }

    pub(crate) fn check(
        self,
        name: &'static str,
        at: &[usize],
        value: f64,
    ) -> Result<(), LossError> {
        match self {
            Self::Finite | Self::FiniteAsRead => finite(name, at, value),
            Self::Extended if value.is_infinite() => Ok(()),
            Self::Extended => finite(name, at, value),
            Self::Probability => probability(name, at, value),
        }
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn are_finite(values: &[f64]) -> bool {
    let mut seen = FiniteScan::default();
    values.iter().for_each(|&value| seen.see(value));
    seen.all_finite()
}

#[multiversion(targets("x86_64+avx2"))]
fn are_probabilities(values: &[f64]) -> bool {
    const ONE: u64 = 1.0_f64.to_bits();
    // The sign bit is set once a value is negative, or beyond 1.
    let wrong = |bits: u64| ONE.wrapping_sub(bits) | bits;
    values.iter().fold(0, |found, value| found | wrong(value.to_bits())) >> 63 == 0
}

/// Finds out whether one of many numbers is not finite, without a branch.
#[derive(Clone, Copy, Default)]
pub(crate) struct FiniteScan(u64);

impl FiniteScan {
    #[inline(always)]
    pub(crate) fn see(&mut self, value: f64) {
        const LARGEST: u64 = f64::MAX.to_bits();
        // The first bit, a sign, is set once the value's is beyond those of all finite numbers.
        self.0 |= LARGEST.wrapping_sub(value.abs().to_bits());
    }

    pub(crate) fn all_finite(self) -> bool {
        self.0 >> 63 == 0
    }
}

/// The value is a probability.
pub(crate) fn probability(name: &'static str, at: &[usize], value: f64) -> Result<(), LossError> {
    finite(name, at, value)?;
    if (0.0..=1.0).contains(&value) {
        Ok(())
    } else {
        Err(LossError::NotProbability { name, at: at.to_vec(), value })
    }
}

/// The values are probabilities that sum to 1.
pub(crate) fn distribution(name: &'static str, p: ArrayView1<f64>) -> Result<(), LossError> {
    all_in(Domain::Probability, name, &p)?;
    let sum = match p.to_slice() {
        Some(p) => LaneSum::of(p).total(),
        None => p.iter().copied().collect::<Sum>().total(),
    };
    sums_to_one(name, &[], sum)
}

/// The cells of the table are probabilities that together sum to 1.
pub(crate) fn joint_distribution(name: &'static str, p: ArrayView2<f64>) -> Result<(), LossError> {
    all_in(Domain::Probability, name, &p)?;
    sums_to_one(name, &[], p.iter().copied().collect::<Sum>().total())
}

/// The probabilities `at` a place sum to 1.
pub(crate) fn sums_to_one(name: &'static str, at: &[usize], sum: f64) -> Result<(), LossError> {
    if (sum - 1.0).abs() <= SUM_TOLERANCE {
        Ok(())
    } else {
        Err(LossError::NotDistribution { name, at: at.to_vec(), sum })
    }
}
