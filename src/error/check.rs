//! The checks that every function of the crate makes before it computes.

use ndarray::{ArrayView1, ArrayView2};

use super::{LossError, SUM_TOLERANCE};
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
    for (index, &value) in p.iter().enumerate() {
        probability(name, &[index], value)?;
    }
    sums_to_one(name, p.iter().copied().collect())
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
