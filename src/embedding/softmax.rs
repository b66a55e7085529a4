//! Cross-entropy of one row of logits.

use crate::classification::{ClassLoss, CrossEntropy, RowTarget};

/// The cross-entropy of `logits` for the class `label`; its slopes, `softmax(z) - one_hot(label)`,
/// take the logits' place.
pub(super) fn cross_entropy(label: usize, logits: &mut [f64]) -> f64 {
    let row = logits.to_vec();
    CrossEntropy::from_logits().loss_and_slope(RowTarget::Label(label), &row, logits)
}
