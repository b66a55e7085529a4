//! The checks that every function of the crate makes before it computes.

use multiversion::multiversion;
use ndarray::{ArrayView1, ArrayView2};

use super::{LossError, SUM_TOLERANCE};
use crate::columns::Columns;
use crate::sum::Sum;

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
    match labels.iter().enumerate().find(|&(_, &label)| label >= classes) {
        None => Ok(()),
        Some((at, &label)) => Err(LossError::LabelOutOfRange { name, at, label, classes }),
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

/// A parameter of a loss is above 0, and finite.
pub(crate) fn positive(
    name: &'static str,
    value: f64,
    allowed: &'static str,
) -> Result<f64, LossError> {
    parameter(value > 0.0, name, value, allowed)
}

/// A parameter of a loss is 0 or more, and finite.
pub(crate) fn at_least_zero(
    name: &'static str,
    value: f64,
    allowed: &'static str,
) -> Result<f64, LossError> {
    parameter(value >= 0.0, name, value, allowed)
}

fn parameter(
    is_in_range: bool,
    name: &'static str,
    value: f64,
    allowed: &'static str,
) -> Result<f64, LossError> {
    if is_in_range && value.is_finite() {
        Ok(value)
    } else {
        Err(LossError::BadParameter { name, value, allowed })
    }
}

/// What the values of an argument have to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Holds {
    /// Neither NaN nor infinite.
    Numbers,
    /// The same, but whoever reads them finds out first.
    NumbersAsRead,
    Probabilities,
}

impl Holds {
    /// Whether it is sure that all values are right: the usual case, in a loop that never asks. No is
    /// no verdict (-0 is a probability); [`check`](Self::check) each then.
    pub(crate) fn all(self, values: &[f64]) -> bool {
        match self {
            Self::Numbers => all_finite(values),
            Self::NumbersAsRead => true,
            Self::Probabilities => all_probabilities(values),
        }
    }

    pub(crate) fn check(
        self,
        name: &'static str,
        at: &[usize],
        value: f64,
    ) -> Result<(), LossError> {
        match self {
            Self::Numbers | Self::NumbersAsRead => finite(name, at, value),
            Self::Probabilities => probability(name, at, value),
        }
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn all_finite(values: &[f64]) -> bool {
    values.iter().fold(Suspicion::NONE, |found, &value| found.not_finite(value)).none()
}

#[multiversion(targets("x86_64+avx2"))]
fn all_probabilities(values: &[f64]) -> bool {
    const ONE: u64 = 1.0_f64.to_bits();
    // The sign bit is set once a value is negative, or beyond 1.
    let wrong = |bits: u64| ONE.wrapping_sub(bits) | bits;
    values.iter().fold(0, |found, value| found | wrong(value.to_bits())) >> 63 == 0
}

/// Whether one of many numbers is not finite, found without a branch.
#[derive(Clone, Copy)]
pub(crate) struct Suspicion(u64);

impl Suspicion {
    pub(crate) const NONE: Self = Self(0);

    /// The first bit, a sign, is set once the value's is beyond those of all finite numbers.
    #[inline(always)]
    pub(crate) fn not_finite(self, value: f64) -> Self {
        const LARGEST: u64 = f64::MAX.to_bits();
        Self(self.0 | LARGEST.wrapping_sub(value.abs().to_bits()))
    }

    pub(crate) fn none(self) -> bool {
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
    not_empty(name, p.len())?;
    let column = Columns::holding([Holds::Probabilities], [name], [p])?;
    sums_to_one(name, column.add_up(|[p]| p)?)
}

/// The cells of the table are probabilities that together sum to 1.
pub(crate) fn joint_distribution(name: &'static str, p: ArrayView2<f64>) -> Result<(), LossError> {
    not_empty(name, p.len())?;
    for ((row, column), &value) in p.indexed_iter() {
        probability(name, &[row, column], value)?;
    }
    sums_to_one(name, p.iter().copied().collect())
}

fn sums_to_one(name: &'static str, sum: Sum) -> Result<(), LossError> {
    let sum = sum.total();
    if (sum - 1.0).abs() <= SUM_TOLERANCE {
        Ok(())
    } else {
        Err(LossError::NotDistribution { name, at: Vec::new(), sum })
    }
}
