//! Center loss: every sample near the centre of its class.

use ndarray::{Array1, Array2, ArrayView2};

use super::vectors::{Rows, squared_distance};
use super::{labels_below, same_count, same_width};
use crate::error::LossError;
use crate::sum::Sum;

/// Center loss: half the squared distance to the centre of the sample's class.
///
/// ```text
/// 1/2 |x_i - c_{y_i}|^2
/// ```
///
/// Gradient: `x_i - c_{y_i}`. The centres do not learn from it but follow their classes, see
/// [`CenterUpdate`]. Alone it would pull everything into one point, so it is added to a softmax loss
/// that keeps the classes apart, see [`CenterJoint`](super::CenterJoint). Unit: the embeddings', squared.
///
/// # Arguments, shapes, errors
///
/// `labels`, `[n]`, name the row of `centers`, `[classes, d]`, that belongs to each row of
/// `embeddings`, `[n, d]`. All methods refuse an empty argument ([`LossError::Empty`]), different
/// shapes ([`LossError::LengthMismatch`]), a NaN or an infinity ([`LossError::NotFinite`]) and a label
/// without a centre ([`LossError::LabelOutOfRange`]).
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::embedding::*;
/// let (labels, x) = ([0, 1], array![[3.0, 4.0], [1.0, 1.0]]);
/// let centers = array![[0.0, 0.0], [1.0, 0.0]];
/// assert_eq!(CenterLoss.each(&labels, &x, &centers)?, array![12.5, 0.5]);
/// assert_eq!(CenterLoss.sum(&labels, &x, &centers)?, 13.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: Y. Wen, K. Zhang, Z. Li, Y. Qiao, "A discriminative feature learning approach for deep
/// face recognition" (2016), equation 2, whose value is the [`sum`](Self::sum), as in "CV course 4,
/// loss functions" (lecture, Cinnamon AI), "Center Loss".
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CenterLoss;

impl CenterLoss {
    /// The loss of every sample: `[n]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// assert_eq!(CenterLoss.each(&[0], &array![[3.0]], &array![[1.0]])?, array![2.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](CenterLoss#arguments-shapes-errors).
    pub fn each<'e, 'c>(
        &self,
        labels: &[usize],
        embeddings: impl Into<ArrayView2<'e, f64>>,
        centers: impl Into<ArrayView2<'c, f64>>,
    ) -> Result<Array1<f64>, LossError> {
        let (embeddings, centers) = around(labels, embeddings.into(), centers.into())?;
        Ok(losses(labels, &embeddings, &centers).collect())
    }

    /// The mean of the samples' losses.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// assert_eq!(CenterLoss.mean(&[0, 0], &array![[3.0], [1.0]], &array![[1.0]])?, 1.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](CenterLoss#arguments-shapes-errors).
    pub fn mean<'e, 'c>(
        &self,
        labels: &[usize],
        embeddings: impl Into<ArrayView2<'e, f64>>,
        centers: impl Into<ArrayView2<'c, f64>>,
    ) -> Result<f64, LossError> {
        let (embeddings, centers) = around(labels, embeddings.into(), centers.into())?;
        Ok(losses(labels, &embeddings, &centers).collect::<Sum>().mean())
    }

    /// The sum of the samples' losses, as the lecture and the paper have it.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// assert_eq!(CenterLoss.sum(&[0, 0], &array![[3.0], [1.0]], &array![[1.0]])?, 2.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](CenterLoss#arguments-shapes-errors).
    pub fn sum<'e, 'c>(
        &self,
        labels: &[usize],
        embeddings: impl Into<ArrayView2<'e, f64>>,
        centers: impl Into<ArrayView2<'c, f64>>,
    ) -> Result<f64, LossError> {
        let (embeddings, centers) = around(labels, embeddings.into(), centers.into())?;
        Ok(losses(labels, &embeddings, &centers).collect::<Sum>().total())
    }

    /// The gradient of the **mean** loss with respect to the embeddings, `(x_i - c_{y_i}) / n`:
    /// `[n, d]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let gradient = CenterLoss.gradient(&[0, 0], &array![[3.0], [1.0]], &array![[1.0]])?;
    /// assert_eq!(gradient, array![[1.0], [0.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](CenterLoss#arguments-shapes-errors).
    pub fn gradient<'e, 'c>(
        &self,
        labels: &[usize],
        embeddings: impl Into<ArrayView2<'e, f64>>,
        centers: impl Into<ArrayView2<'c, f64>>,
    ) -> Result<Array2<f64>, LossError> {
        Ok(self.mean_and_gradient(labels, embeddings, centers)?.1)
    }

    /// [`mean`](Self::mean) and [`gradient`](Self::gradient) at once.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let (mean, gradient) = CenterLoss.mean_and_gradient(&[0], &array![[3.0]], &array![[1.0]])?;
    /// assert_eq!((mean, gradient), (2.0, array![[2.0]]));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](CenterLoss#arguments-shapes-errors).
    pub fn mean_and_gradient<'e, 'c>(
        &self,
        labels: &[usize],
        embeddings: impl Into<ArrayView2<'e, f64>>,
        centers: impl Into<ArrayView2<'c, f64>>,
    ) -> Result<(f64, Array2<f64>), LossError> {
        let (embeddings, centers) = around(labels, embeddings.into(), centers.into())?;
        let mean = losses(labels, &embeddings, &centers).collect::<Sum>().mean();
        Ok((mean, gradient(labels, embeddings, &centers, 1.0)?))
    }
}

/// The centres' own step: each moves towards the samples of its class.
///
/// ```text
/// c_j <- c_j - alpha sum_{y_i = j} (c_j - x_i) / (1 + n_j)
/// ```
///
/// `n_j` is how many samples of the batch have the label `j`; a class without any stays where it is.
/// The 1 keeps a class with few samples from jumping, so that even alpha = 1 stops short of their
/// mean.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::embedding::*;
/// let centers = array![[0.0], [5.0]];
/// let moved = CenterUpdate::new(1.0)?.step(&[0, 0, 0], &array![[4.0], [4.0], [4.0]], &centers)?;
/// assert_eq!(moved, array![[3.0], [5.0]]);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: Y. Wen, K. Zhang, Z. Li, Y. Qiao, "A discriminative feature learning approach for deep
/// face recognition" (2016), equation 4 and algorithm 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CenterUpdate {
    alpha: f64,
}

impl CenterUpdate {
    /// With the rate at which the centres move; the paper's is 0.5.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert!(CenterUpdate::new(0.5).is_ok());
    /// assert!(CenterUpdate::new(2.0).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `0 <= alpha <= 1`.
    pub fn new(alpha: f64) -> Result<Self, LossError> {
        if (0.0..=1.0).contains(&alpha) {
            Ok(Self { alpha })
        } else {
            let allowed = "0 <= alpha <= 1";
            Err(LossError::BadParameter { name: "alpha", value: alpha, allowed })
        }
    }

    /// The parameter.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert_eq!(CenterUpdate::new(0.5).map(|update| update.alpha()), Ok(0.5));
    /// ```
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// The centres after a step: `[classes, d]`. The arguments are those of [`CenterLoss`].
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let moved = CenterUpdate::new(0.5)?.step(&[0], &array![[4.0]], &array![[0.0]])?;
    /// assert_eq!(moved, array![[1.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`CenterLoss`](CenterLoss#arguments-shapes-errors).
    pub fn step<'e, 'c>(
        &self,
        labels: &[usize],
        embeddings: impl Into<ArrayView2<'e, f64>>,
        centers: impl Into<ArrayView2<'c, f64>>,
    ) -> Result<Array2<f64>, LossError> {
        let (embeddings, mut centers) = around(labels, embeddings.into(), centers.into())?;
        let mut pulls = Rows::zeros_like(&centers);
        let mut counts = vec![0_usize; centers.count];
        for (sample, &label) in embeddings.iter().zip(labels) {
            counts[label] += 1;
            let differences = centers.row(label).iter().zip(sample);
            for (pull, (center, x)) in pulls.row_mut(label).iter_mut().zip(differences) {
                *pull += center - x;
            }
        }
        for (class, &count) in counts.iter().enumerate() {
            for (column, pull) in pulls.row(class).iter().enumerate() {
                let center = &mut centers.row_mut(class)[column];
                let moved = *center - self.alpha * (pull / (1.0 + count as f64));
                *center = if moved.is_finite() {
                    moved
                } else {
                    // The pull overflows, what it leads to does not: it lies between those concerned.
                    let members =
                        embeddings.iter().zip(labels).filter(|&(_, &label)| label == class);
                    let mean = members.map(|(x, _)| x[column]).collect::<Sum>().mean();
                    let share = self.alpha * (count as f64 / (1.0 + count as f64));
                    (1.0 - share) * *center + share * mean
                };
            }
        }
        centers.into_array()
    }
}

/// Embeddings and centres that fit the labels and each other.
pub(super) fn around(
    labels: &[usize],
    embeddings: ArrayView2<f64>,
    centers: ArrayView2<f64>,
) -> Result<(Rows, Rows), LossError> {
    let (embeddings, centers) =
        (Rows::new("embeddings", embeddings)?, Rows::new("centers", centers)?);
    same_count("labels", labels.len(), "a column of embeddings", &embeddings)?;
    same_width("a row of embeddings", &embeddings, "a row of centers", &centers)?;
    labels_below(labels, centers.count)?;
    Ok((embeddings, centers))
}

pub(super) fn losses(
    labels: &[usize],
    embeddings: &Rows,
    centers: &Rows,
) -> impl Iterator<Item = f64> {
    let samples = embeddings.iter().zip(labels);
    samples.map(|(sample, &label)| 0.5 * squared_distance(sample, centers.row(label)))
}

/// `weight (x_i - c_{y_i}) / n`; 0 for a weight of 0, even where the difference overflows.
pub(super) fn gradient(
    labels: &[usize],
    mut embeddings: Rows,
    centers: &Rows,
    weight: f64,
) -> Result<Array2<f64>, LossError> {
    let n = labels.len() as f64;
    for (row, &label) in labels.iter().enumerate() {
        for (x, center) in embeddings.row_mut(row).iter_mut().zip(centers.row(label)) {
            *x = if weight == 0.0 { 0.0 } else { weight * ((*x - center) / n) };
        }
    }
    embeddings.into_array()
}
