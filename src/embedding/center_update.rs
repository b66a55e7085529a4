//! How the centres follow their classes.

use ndarray::Array2;

use super::center_loss::from_centers;
use crate::error::LossError;
use crate::loss::Matrix;
use crate::numeric::check;

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
/// let centers = [[0.0], [5.0]];
/// let moved = CenterUpdate::new(1.0)?.step(&[0, 0, 0], &[[4.0]; 3], &centers)?;
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
        let is_in_range = (0.0..=1.0).contains(&alpha);
        Ok(Self { alpha: check::in_range(is_in_range, "alpha", alpha, "0 <= alpha <= 1")? })
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

    /// The centres after a step: `[classes, d]`. The arguments are those of [`CenterLoss`](super::CenterLoss).
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let moved = CenterUpdate::new(0.5)?.step(&[0], &[[4.0]], &[[0.0]])?;
    /// assert_eq!(moved, array![[1.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`CenterLoss`](super::CenterLoss#arguments-shapes-errors).
    pub fn step(
        &self,
        labels: &[usize],
        embeddings: impl Matrix,
        centers: impl Matrix,
    ) -> Result<Array2<f64>, LossError> {
        let centers = centers.as_matrix();
        let differences = from_centers(labels, embeddings.as_matrix(), centers)?;
        let mut pulls = Array2::<f64>::zeros(centers.dim());
        let mut counts = Array2::<f64>::ones((centers.nrows(), 1));
        for (difference, &label) in differences.rows().into_iter().zip(labels) {
            pulls.row_mut(label).scaled_add(1.0, &difference);
            counts[[label, 0]] += 1.0;
        }
        Ok(&centers + self.alpha * (pulls / counts))
    }
}
