//! Softmax and center loss together.

use ndarray::{Array1, Array2, ArrayView2};

use super::softmax::cross_entropy;
use super::vectors::Rows;
use super::{center, labels_below, same_count};
use crate::error::{LossError, check};
use crate::sum::Sum;

/// The gradient of a [`CenterJoint`] loss.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::embedding::*;
/// let joint = CenterJoint::new(0.5)?;
/// let gradient = joint.gradient(&[0], &array![[0.0, 0.0]], &array![[3.0]], &array![[1.0], [9.0]])?;
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
/// into it; `centers`, `[classes, d]`. All methods refuse an empty argument ([`LossError::Empty`]),
/// different shapes ([`LossError::LengthMismatch`]), a NaN or an infinity ([`LossError::NotFinite`])
/// and a label that is no class ([`LossError::LabelOutOfRange`]).
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::embedding::*;
/// let joint = CenterJoint::new(0.5)?;
/// let mean = joint.mean(&[0], &array![[0.0, 0.0]], &array![[3.0]], &array![[1.0], [9.0]])?;
/// assert_eq!(mean, 2.0_f64.ln() + 0.5 * 2.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: Y. Wen, K. Zhang, Z. Li, Y. Qiao, "A discriminative feature learning approach for deep
/// face recognition" (2016), equation 5 (the sum); "CV course 4, loss functions" (lecture, Cinnamon
/// AI), "Center Loss".
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

    /// The loss of every sample: `[n]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let joint = CenterJoint::new(1.0)?;
    /// let losses = joint.each(&[0], &array![[7.0]], &array![[3.0]], &array![[1.0]])?;
    /// assert_eq!(losses, array![2.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](CenterJoint#arguments-shapes-errors).
    pub fn each<'l, 'e, 'c>(
        &self,
        labels: &[usize],
        logits: impl Into<ArrayView2<'l, f64>>,
        embeddings: impl Into<ArrayView2<'e, f64>>,
        centers: impl Into<ArrayView2<'c, f64>>,
    ) -> Result<Array1<f64>, LossError> {
        let joint = self.run(labels, logits.into(), embeddings.into(), centers.into())?;
        Ok(joint.losses.into())
    }

    /// The mean of the samples' losses.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let joint = CenterJoint::new(1.0)?;
    /// assert_eq!(joint.mean(&[0], &array![[7.0]], &array![[3.0]], &array![[1.0]])?, 2.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](CenterJoint#arguments-shapes-errors).
    pub fn mean<'l, 'e, 'c>(
        &self,
        labels: &[usize],
        logits: impl Into<ArrayView2<'l, f64>>,
        embeddings: impl Into<ArrayView2<'e, f64>>,
        centers: impl Into<ArrayView2<'c, f64>>,
    ) -> Result<f64, LossError> {
        let joint = self.run(labels, logits.into(), embeddings.into(), centers.into())?;
        Ok(joint.losses.into_iter().collect::<Sum>().mean())
    }

    /// The sum of the samples' losses, as the paper has it.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let joint = CenterJoint::new(1.0)?;
    /// assert_eq!(joint.sum(&[0], &array![[7.0]], &array![[3.0]], &array![[1.0]])?, 2.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](CenterJoint#arguments-shapes-errors).
    pub fn sum<'l, 'e, 'c>(
        &self,
        labels: &[usize],
        logits: impl Into<ArrayView2<'l, f64>>,
        embeddings: impl Into<ArrayView2<'e, f64>>,
        centers: impl Into<ArrayView2<'c, f64>>,
    ) -> Result<f64, LossError> {
        let joint = self.run(labels, logits.into(), embeddings.into(), centers.into())?;
        Ok(joint.losses.into_iter().collect::<Sum>().total())
    }

    /// The gradient of the **mean** loss with respect to logits and embeddings.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let joint = CenterJoint::new(1.0)?;
    /// let gradient = joint.gradient(&[0], &array![[7.0]], &array![[3.0]], &array![[1.0]])?;
    /// assert_eq!(gradient.embeddings, array![[2.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](CenterJoint#arguments-shapes-errors).
    pub fn gradient<'l, 'e, 'c>(
        &self,
        labels: &[usize],
        logits: impl Into<ArrayView2<'l, f64>>,
        embeddings: impl Into<ArrayView2<'e, f64>>,
        centers: impl Into<ArrayView2<'c, f64>>,
    ) -> Result<JointGradient, LossError> {
        Ok(self.mean_and_gradient(labels, logits, embeddings, centers)?.1)
    }

    /// [`mean`](Self::mean) and [`gradient`](Self::gradient) in one pass over the logits.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let joint = CenterJoint::new(1.0)?;
    /// let (mean, _) = joint.mean_and_gradient(&[0], &array![[7.0]], &array![[3.0]], &array![[1.0]])?;
    /// assert_eq!(mean, 2.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](CenterJoint#arguments-shapes-errors).
    pub fn mean_and_gradient<'l, 'e, 'c>(
        &self,
        labels: &[usize],
        logits: impl Into<ArrayView2<'l, f64>>,
        embeddings: impl Into<ArrayView2<'e, f64>>,
        centers: impl Into<ArrayView2<'c, f64>>,
    ) -> Result<(f64, JointGradient), LossError> {
        let mut joint = self.run(labels, logits.into(), embeddings.into(), centers.into())?;
        joint.slopes.scale(1.0 / labels.len() as f64);
        let gradient = JointGradient {
            logits: joint.slopes.into_array()?,
            embeddings: center::gradient(labels, joint.embeddings, &joint.centers, self.lambda)?,
        };
        Ok((joint.losses.into_iter().collect::<Sum>().mean(), gradient))
    }

    fn run(
        &self,
        labels: &[usize],
        logits: ArrayView2<f64>,
        embeddings: ArrayView2<f64>,
        centers: ArrayView2<f64>,
    ) -> Result<Joint, LossError> {
        let logits = Rows::new("logits", logits)?;
        same_count("labels", labels.len(), "a column of logits", &logits)?;
        labels_below(labels, logits.width)?;
        let (embeddings, centers) = center::around(labels, embeddings, centers)?;
        same_count("a row of logits", logits.width, "a column of centers", &centers)?;
        let mut slopes = Rows::zeros_like(&logits);
        let mut losses = Vec::with_capacity(labels.len());
        for (row, distance) in center::losses(labels, &embeddings, &centers).enumerate() {
            // An infinite distance that does not count at all is no NaN.
            let distance = if self.lambda == 0.0 { 0.0 } else { self.lambda * distance };
            losses
                .push(cross_entropy(labels[row], logits.row(row), slopes.row_mut(row)) + distance);
        }
        Ok(Joint { losses, slopes, embeddings, centers })
    }
}

/// The losses, their slopes with respect to the logits, and what the center loss's are made from.
struct Joint {
    losses: Vec<f64>,
    slopes: Rows,
    embeddings: Rows,
    centers: Rows,
}
