//! Softmax and center loss together.

use ndarray::{Array2, ArrayView2};

use super::center_loss::from_centers;
use crate::classification::{ClassLoss, CrossEntropy};
use crate::error::LossError;
use crate::loss::{Ask, Losses, Matrix, RowTarget, words};
use crate::numeric::{Rows, check, weighted};

/// The gradient of a [`CenterJoint`] loss.
///
/// ```
/// # use lossbook::prelude::*;
/// let joint = CenterJoint::new(0.5)?;
/// let gradient = joint.gradient(&[0], &[[0.0, 0.0]], &[[3.0]], &[[1.0], [9.0]])?;
/// assert_eq!(gradient, JointGradient { logits: array![[-0.5, 0.5]], embeddings: array![[1.0]] });
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct JointGradient {
    /// With respect to the logits: `[n, classes]`.
    pub logits: Array2<f64>,
    /// With respect to the embeddings, of the center loss alone: `[n, d]`. What the logits pass back
    /// to the embeddings that they are made from comes on top.
    pub embeddings: Array2<f64>,
}

/// Cross-entropy of the logits plus lambda times the [center loss](super::CenterLoss) of the
/// embeddings: classes apart, and each of them compact.
///
/// ```text
/// ln sum_k exp(z_ik) - z_{i,y_i}  +  lambda/2 |x_i - c_{y_i}|^2
/// ```
///
/// The lecture's figure shows lambda = 0.001, 0.01, 0.1 and 1: the larger, the tighter the classes.
/// In nats where `lambda` is in nats per unit squared.
///
/// # Arguments, shapes, errors
///
/// `labels`, `[n]`; `logits`, `[n, classes]`, from the last layer; `embeddings`, `[n, d]`, what goes
/// into it; `centers`, `[classes, d]`. All words refuse an empty argument ([`LossError::Empty`]),
/// different shapes ([`LossError::LengthMismatch`]), a NaN or an infinity ([`LossError::NotFinite`])
/// and a label that is no class ([`LossError::LabelOutOfRange`]).
///
/// ```
/// # use lossbook::prelude::*;
/// let joint = CenterJoint::new(0.5)?;
/// let mean = joint.mean(&[0], &[[0.0, 0.0]], &[[3.0]], &[[1.0], [9.0]])?;
/// assert_eq!(mean, 2.0_f64.ln() + 0.5 * 2.0);
///
/// // With one class there is nothing but the center loss.
/// let (labels, logits, x, centers) = ([0], [[7.0]], [[3.0]], [[1.0]]);
/// let joint = CenterJoint::new(1.0)?;
/// assert_eq!(joint.each(&labels, &logits, &x, &centers)?, array![2.0]);
/// assert_eq!(joint.sum(&labels, &logits, &x, &centers)?, 2.0);
/// let (mean, gradient) = joint.mean_and_gradient(&labels, &logits, &x, &centers)?;
/// assert_eq!((mean, gradient.embeddings), (2.0, array![[2.0]]));
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: Y. Wen, K. Zhang, Z. Li, Y. Qiao, "A discriminative feature learning approach for deep
/// face recognition" (2016), equation 5 (the sum); "CV course 4, loss functions" (lecture, Cinnamon
/// AI), "Center Loss".
#[doc(alias("center_loss", "joint supervision"))]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CenterJoint {
    lambda: f64,
}

impl CenterJoint {
    /// With the weight `lambda` of the center loss.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert!(CenterJoint::new(0.003).is_ok());
    /// assert!(CenterJoint::new(-1.0).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `lambda >= 0` and finite.
    pub fn new(lambda: f64) -> Result<Self, LossError> {
        Ok(Self { lambda: check::at_least_zero("lambda", lambda, "lambda >= 0 and finite")? })
    }

    /// The parameter.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert_eq!(CenterJoint::new(0.1).map(|loss| loss.lambda()), Ok(0.1));
    /// ```
    pub fn lambda(&self) -> f64 {
        self.lambda
    }

    words!(pub (labels: &[usize] => labels, logits: impl Matrix => logits.as_matrix(),
                embeddings: impl Matrix => embeddings.as_matrix(),
                centers: impl Matrix => centers.as_matrix()) -> JointGradient);

    fn evaluate(
        &self,
        labels: &[usize],
        logits: ArrayView2<f64>,
        embeddings: ArrayView2<f64>,
        centers: ArrayView2<f64>,
        ask: Ask,
    ) -> Result<(Losses, JointGradient), LossError> {
        let logits = Rows::new("logits", logits)?;
        check::same_length("labels", labels.len(), "a column of logits", logits.count)?;
        check::labels_below("labels", labels, logits.width)?;
        let difference = from_centers(labels, embeddings, centers)?;
        let classes = logits.width;
        check::same_length("a row of logits", classes, "a column of centers", centers.nrows())?;
        let mut slopes = Rows::zeros_like(&logits);
        let (mut tally, n) = (ask.tally(labels.len())?, labels.len() as f64);
        let cross_entropy = CrossEntropy::from_logits();
        for (row, (&label, difference)) in labels.iter().zip(difference.rows()).enumerate() {
            let (target, slopes) = (RowTarget::Label(label), slopes.row_mut(row));
            let loss = cross_entropy.value_and_gradient(target, logits.row(row), Some(slopes));
            tally.add(row, loss + weighted(self.lambda, 0.5 * difference.dot(&difference)));
        }
        let embeddings = difference.mapv_into(|slope| weighted(self.lambda, slope / n));
        Ok((tally.finish(), JointGradient { logits: slopes.into_array()? / n, embeddings }))
    }
}
