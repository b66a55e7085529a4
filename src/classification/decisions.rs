//! From scores to decisions, and how many of them are wrong.

use ndarray::{Array2, ArrayView1};
use ndarray_stats::DeviationExt;

use super::softmax::check_logits;
use crate::error::LossError;
use crate::loss::Matrix;
use crate::numeric::{argmax, check, count_pairs, slice_of};

/// The class with the largest score in each row, `argmax_k scores_ik`: `[n, classes]` in, `[n]` out.
///
/// Scores may be probabilities, logits, or anything else where more means more likely. Of equal
/// scores the first wins; a class of score `-inf` cannot be.
///
/// ```
/// # use lossbook::prelude::*;
/// assert_eq!(decide(&array![[0.2, 0.8], [0.5, 0.5]])?, [1, 0]);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`] for no rows or no classes; [`LossError::NotFinite`] for a NaN or `inf`;
/// [`LossError::AllMasked`] for a row of nothing but `-inf`.
///
/// Source: the decision for the largest posterior probability, C. M. Bishop, "Pattern recognition
/// and machine learning" (2006), section 1.5.1.
#[doc(alias("argmax", "predict"))]
pub fn decide(scores: impl Matrix) -> Result<Vec<usize>, LossError> {
    let scores = scores.as_matrix();
    check::not_empty("scores", scores.len())?;
    let mut decisions = Vec::new();
    for (row, scores) in scores.rows().into_iter().enumerate() {
        let scores = slice_of(scores);
        check_logits("scores", row, &scores)?;
        decisions.extend(argmax(scores.iter()));
    }
    Ok(decisions)
}

/// Error rate: the share of decisions that are wrong, `1/n sum [label_i != decision_i]`. `[n]` and
/// `[n]` in.
///
/// (Two of the lectures first print the share of *right* answers under this name, and its
/// complement, as here, later on.)
///
/// ```
/// # use lossbook::prelude::*;
/// assert_eq!(error_rate(&[0, 1, 0, 2], &[0, 1, 0, 0])?, 0.25);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`]; [`LossError::LengthMismatch`].
///
/// Source: C.-S. Huang, "Neural networks and loss functions" (lecture), "Classification".
#[doc(alias = "zero_one_loss")]
pub fn error_rate(labels: &[usize], decisions: &[usize]) -> Result<f64, LossError> {
    Ok(wrong(labels, decisions)? as f64 / labels.len() as f64)
}

/// Accuracy: the share of decisions that are right, 1 minus the [`error_rate`]. `[n]` and `[n]` in.
///
/// ```
/// # use lossbook::prelude::*;
/// assert_eq!(accuracy(&[0, 1, 0, 2], &[0, 1, 0, 0])?, 0.75);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`]; [`LossError::LengthMismatch`].
///
/// Source: as [`error_rate`].
#[doc(alias = "accuracy_score")]
pub fn accuracy(labels: &[usize], decisions: &[usize]) -> Result<f64, LossError> {
    Ok((labels.len() - wrong(labels, decisions)?) as f64 / labels.len() as f64)
}

/// Confusion matrix: how many samples of each class were decided to be of which, `[n]` and `[n]` in,
/// `[classes, classes]` out.
///
/// Rows are the true labels, columns the decisions, so the right ones stand on the diagonal. Divided
/// by its sum, a row holds the shares in which its class was decided: on the diagonal the recall.
///
/// ```
/// # use lossbook::prelude::*;
/// // The lecture's first model: the only sample of class 2 was taken for class 0.
/// let counts = confusion_matrix(&[0, 1, 0, 2], &[0, 1, 0, 0], 3)?;
/// assert_eq!(counts, array![[2, 0, 0], [0, 1, 0], [1, 0, 0]]);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`]; [`LossError::LengthMismatch`]; [`LossError::LabelOutOfRange`] unless each
/// label and each decision is below `classes`; [`LossError::TooLarge`] when the table does not fit
/// into memory.
///
/// Source: G. A. Miller, P. E. Nicely, "An analysis of perceptual confusions among some English
/// consonants" (1955), who set what was said in rows and what was heard in columns.
pub fn confusion_matrix(
    labels: &[usize],
    decisions: &[usize],
    classes: usize,
) -> Result<Array2<u64>, LossError> {
    check::same_length("labels", labels.len(), "decisions", decisions.len())?;
    for (name, classed) in [("labels", labels), ("decisions", decisions)] {
        check::labels_below(name, classed, classes)?;
    }
    let pairs = labels.iter().copied().zip(decisions.iter().copied());
    count_pairs("confusion_matrix", pairs, [classes, classes])
}

fn wrong(labels: &[usize], decisions: &[usize]) -> Result<usize, LossError> {
    check::same_length("labels", labels.len(), "decisions", decisions.len())?;
    ArrayView1::from(labels)
        .count_neq(&ArrayView1::from(decisions))
        // Empty and unequal arguments, all that it refuses, have been refused already.
        .map_err(|_| LossError::Empty { name: "labels" })
}
