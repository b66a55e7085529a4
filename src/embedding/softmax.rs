//! Cross-entropy of one row of logits.

use crate::classification::{ClassLoss, CrossEntropy, RowTarget};

/// The cross-entropy of `logits` for the class `label`; its slopes, `softmax(z) - one_hot(label)`,
/// go to `slopes`.
pub(super) fn cross_entropy(label: usize, logits: &[f64], slopes: &mut [f64]) -> f64 {
    CrossEntropy::from_logits().loss_and_slope(RowTarget::Label(label), logits, slopes)
}
