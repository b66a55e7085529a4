//! Every sample near the centre of its class.

use ndarray::{Array2, ArrayView2, Axis};

use crate::error::LossError;
use crate::loss::{Ask, Losses, Matrix, words};
use crate::numeric::check;

/// Center loss: half the squared distance to the centre of the sample's class.
///
/// ```text
/// 1/2 |x_i - c_{y_i}|^2
/// ```
///
/// Gradient: `x_i - c_{y_i}`, in the mean's divided by `n`. The centres do not learn from it but follow their classes, see
/// [`CenterUpdate`](super::CenterUpdate). Alone it would pull everything into one point, so it is added to a softmax loss
/// that keeps the classes apart, see [`CenterJoint`](super::CenterJoint). Unit: the embeddings', squared.
///
/// # Arguments, shapes, errors
///
/// `labels`, `[n]`, name the row of `centers`, `[classes, d]`, that belongs to each row of
/// `embeddings`, `[n, d]`. All words refuse an empty argument ([`LossError::Empty`]), different
/// shapes ([`LossError::LengthMismatch`]), a NaN or an infinity ([`LossError::NotFinite`]) and a label
/// without a centre ([`LossError::LabelOutOfRange`]).
///
/// ```
/// # use lossbook::prelude::*;
/// let (labels, x) = ([0, 1], [[3.0, 4.0], [1.0, 1.0]]);
/// let centers = [[0.0, 0.0], [1.0, 0.0]];
/// assert_eq!(CenterLoss.each(&labels, &x, &centers)?, array![12.5, 0.5]);
/// assert_eq!(CenterLoss.sum(&labels, &x, &centers)?, 13.0);
/// assert_eq!(CenterLoss.mean(&labels, &x, &centers)?, 6.5);
/// assert_eq!(CenterLoss.gradient(&labels, &x, &centers)?, array![[1.5, 2.0], [0.0, 0.5]]);
///
/// let both = CenterLoss.mean_and_gradient(&[0], &[[3.0]], &[[1.0]])?;
/// assert_eq!(both, (2.0, array![[2.0]]));
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: Y. Wen, K. Zhang, Z. Li, Y. Qiao, "A discriminative feature learning approach for deep
/// face recognition" (2016), equation 2, whose value is the [`sum`](Self::sum), as in "CV course 4,
/// loss functions" (lecture, Cinnamon AI), "Center Loss".
#[doc(alias = "center_loss")]
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CenterLoss;

impl CenterLoss {
    words!(pub (labels: &[usize] => labels, embeddings: impl Matrix => embeddings.as_matrix(),
                centers: impl Matrix => centers.as_matrix()) -> Array2<f64>);

    fn evaluate(
        &self,
        labels: &[usize],
        embeddings: ArrayView2<f64>,
        centers: ArrayView2<f64>,
        ask: Ask,
    ) -> Result<(Losses, Array2<f64>), LossError> {
        let difference = from_centers(labels, embeddings, centers)?;
        let mut tally = ask.tally(labels.len())?;
        for (row, difference) in difference.rows().into_iter().enumerate() {
            tally.add(row, 0.5 * difference.dot(&difference));
        }
        Ok((tally.finish(), difference / labels.len() as f64))
    }
}

/// `x_i - c_{y_i}` of each sample.
pub(super) fn from_centers(
    labels: &[usize],
    embeddings: ArrayView2<f64>,
    centers: ArrayView2<f64>,
) -> Result<Array2<f64>, LossError> {
    check::all_finite("embeddings", &embeddings)?;
    check::all_finite("centers", &centers)?;
    let ((n, d), (classes, width)) = (embeddings.dim(), centers.dim());
    check::same_length("labels", labels.len(), "a column of embeddings", n)?;
    check::same_length("a row of embeddings", d, "a row of centers", width)?;
    check::labels_below("labels", labels, classes)?;
    Ok(&embeddings - &centers.select(Axis(0), labels))
}
