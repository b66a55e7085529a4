//! Samples that count more, less, or not at all.

use ndarray::{Array1, ArrayView1};

/// A loss of samples that do not all count alike: `loss.weighted(&weights)`, with a weight for each.
///
/// - `each` is `weight_i loss_i`, `sum` their sum,
/// - `mean` is the sum divided by the sum of the **weights**: with weights of 0 and 1 the mean of the
///   samples that are kept,
/// - `gradient` is that mean's.
///
/// A sample whose weight is 0 is left out: its target and prediction are not looked at, whatever they
/// hold, and its loss and gradient are 0. That is a mask; [`kept`] makes one of labels to be ignored.
///
/// ```
/// # use lossbook::prelude::*;
/// let (y, y_hat) = ([1.0, 2.0, f64::NAN], [2.0, 4.0, 0.0]);
/// let loss = SquaredError;
/// assert_eq!(loss.weighted(&[1.0, 3.0, 0.0]).mean(&y, &y_hat)?, (1.0 + 3.0 * 4.0) / 4.0);
/// assert_eq!(loss.weighted(&[1.0, 1.0, 0.0]).gradient(&y, &y_hat)?, array![1.0, 2.0, 0.0]);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// Those of the loss, and: weights of another number than the samples, weights that are negative or
/// not finite, and weights of which all are 0.
#[derive(Debug, Clone, Copy)]
pub struct Weighted<'a, L: ?Sized> {
    pub(crate) loss: &'a L,
    pub(crate) weights: ArrayView1<'a, f64>,
}

/// A weight of 1 for each label that is kept, and of 0 for each that is to be ignored.
///
/// ```
/// # use lossbook::prelude::*;
/// // Pixels that nobody has labelled are marked 255.
/// let labels = [0, 255, 1];
/// let logits = array![[3.0, 0.0], [1.0, 1.0], [0.0, 3.0]];
/// let weights = kept(&labels, |label| label != 255);
/// assert_eq!(weights, array![1.0, 0.0, 1.0]);
/// let loss = CrossEntropy::from_logits();
/// let mean = loss.weighted(&weights).mean(&labels, &logits)?;
/// assert_eq!(mean, loss.mean(&[0, 1], &[[3.0, 0.0], [0.0, 3.0]])?);
/// # Ok::<(), LossError>(())
/// ```
pub fn kept(labels: &[usize], keeps: impl Fn(usize) -> bool) -> Array1<f64> {
    labels.iter().map(|&label| f64::from(u8::from(keeps(label)))).collect()
}
