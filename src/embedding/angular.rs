//! Softmax losses of angles: what ArcFace and CosFace have in common.

use ndarray::{Array1, Array2, ArrayView2};

use super::softmax::cross_entropy;
use super::vectors::Rows;
use super::{labels_below, same_count, same_width};
use crate::error::LossError;
use crate::sum::Sum;

/// The gradient of an [`AngularLoss`]: one matrix for each argument that learns, in its shape.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::embedding::*;
/// // A single class cannot be missed: there is nothing to learn.
/// let gradient = ArcFace::new(64.0, 0.5)?.gradient(&[0], &array![[1.0, 2.0]], &array![[3.0, 1.0]])?;
/// let (embeddings, weights) = (array![[0.0, 0.0]], array![[0.0, 0.0]]);
/// assert_eq!(gradient, AngularGradient { embeddings, weights });
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct AngularGradient {
    /// With respect to the embeddings: `[n, d]`. Each row is at right angles to its embedding, as
    /// length does not count.
    pub embeddings: Array2<f64>,
    /// With respect to the classes' directions: `[classes, d]`.
    pub weights: Array2<f64>,
}

/// A cross-entropy whose logits are cosines: [`ArcFace`](super::ArcFace), [`CosFace`](super::CosFace).
///
/// Each class has a direction, a row of the weights. A sample's logit for a class is `scale` times
/// the cosine of the angle between its embedding and that direction; lengths do not count. For the
/// sample's own class the loss pretends that the angle is worse than it is, so that the sample has to
/// come nearer than a right decision needs. Losses are in nats.
///
/// To add a loss, write [`scale`](Self::scale), [`target`](Self::target) and [`slope`](Self::slope);
/// the rest is provided.
///
/// # Arguments, shapes, errors
///
/// `labels`, `[n]`, name the row of `weights`, `[classes, d]`, that belongs to each row of
/// `embeddings`, `[n, d]`. The provided methods refuse an empty argument ([`LossError::Empty`]),
/// different shapes ([`LossError::LengthMismatch`]), a NaN or an infinity
/// ([`LossError::NotFinite`]), a label without a row of weights ([`LossError::LabelOutOfRange`]) and a
/// row of zeros ([`LossError::NoDirection`]).
pub trait AngularLoss {
    /// What cosines are multiplied with to become logits.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert_eq!(CosFace::new(64.0, 0.35).map(|loss| loss.scale()), Ok(64.0));
    /// ```
    fn scale(&self) -> f64;

    /// What takes the place of the cosine for the sample's own class, at an angle from 0 to pi
    /// (radians).
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert_eq!(CosFace::new(64.0, 0.25).map(|loss| loss.target(0.0)), Ok(0.75));
    /// ```
    fn target(&self, angle: f64) -> f64;

    /// The derivative of [`target`](Self::target) with respect to the angle.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// let slope = CosFace::new(64.0, 0.25).map(|loss| loss.slope(std::f64::consts::FRAC_PI_2));
    /// assert_eq!(slope, Ok(-1.0));
    /// ```
    fn slope(&self, angle: f64) -> f64;

    /// The loss of every sample: `[n]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// // A single class cannot be missed.
    /// let losses = ArcFace::new(64.0, 0.5)?.each(&[0], &array![[1.0, 2.0]], &array![[3.0, 1.0]])?;
    /// assert_eq!(losses, array![0.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](AngularLoss).
    fn each<'e, 'w>(
        &self,
        labels: &[usize],
        embeddings: impl Into<ArrayView2<'e, f64>>,
        weights: impl Into<ArrayView2<'w, f64>>,
    ) -> Result<Array1<f64>, LossError>
    where
        Self: Sized,
    {
        Ok(run(self, labels, embeddings.into(), weights.into(), false)?.0.into())
    }

    /// The mean of the samples' losses.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// // Halfway between two directions, without a margin: 1 bit.
    /// let weights = array![[1.0, 0.0], [0.0, 1.0]];
    /// let mean = CosFace::new(64.0, 0.0)?.mean(&[0], &array![[5.0, 5.0]], &weights)?;
    /// assert!((mean - 2.0_f64.ln()).abs() < 1e-13);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](AngularLoss).
    fn mean<'e, 'w>(
        &self,
        labels: &[usize],
        embeddings: impl Into<ArrayView2<'e, f64>>,
        weights: impl Into<ArrayView2<'w, f64>>,
    ) -> Result<f64, LossError>
    where
        Self: Sized,
    {
        let (losses, _) = run(self, labels, embeddings.into(), weights.into(), false)?;
        Ok(losses.into_iter().collect::<Sum>().mean())
    }

    /// The sum of the samples' losses.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let weights = array![[1.0, 0.0], [0.0, 1.0]];
    /// let x = array![[5.0, 5.0], [3.0, 3.0]];
    /// let sum = CosFace::new(64.0, 0.0)?.sum(&[0, 1], &x, &weights)?;
    /// assert!((sum - 2.0 * 2.0_f64.ln()).abs() < 1e-13);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](AngularLoss).
    fn sum<'e, 'w>(
        &self,
        labels: &[usize],
        embeddings: impl Into<ArrayView2<'e, f64>>,
        weights: impl Into<ArrayView2<'w, f64>>,
    ) -> Result<f64, LossError>
    where
        Self: Sized,
    {
        let (losses, _) = run(self, labels, embeddings.into(), weights.into(), false)?;
        Ok(losses.into_iter().collect::<Sum>().total())
    }

    /// The gradient of the **mean** loss with respect to embeddings and weights.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let weights = array![[0.0, 1.0], [0.0, -1.0]];
    /// let gradient = CosFace::new(2.0, 0.0)?.gradient(&[0], &array![[4.0, 0.0]], &weights)?;
    /// // Up, towards the first class, and the first class to the sample.
    /// assert!((gradient.embeddings[[0, 1]] + 0.5).abs() < 1e-15);
    /// assert!((gradient.weights[[0, 0]] + 1.0).abs() < 1e-15);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](AngularLoss).
    fn gradient<'e, 'w>(
        &self,
        labels: &[usize],
        embeddings: impl Into<ArrayView2<'e, f64>>,
        weights: impl Into<ArrayView2<'w, f64>>,
    ) -> Result<AngularGradient, LossError>
    where
        Self: Sized,
    {
        Ok(self.mean_and_gradient(labels, embeddings, weights)?.1)
    }

    /// [`mean`](Self::mean) and [`gradient`](Self::gradient) in one pass over the samples.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let weights = array![[0.0, 1.0], [0.0, -1.0]];
    /// let loss = CosFace::new(2.0, 0.0)?;
    /// let (mean, gradient) = loss.mean_and_gradient(&[0], &array![[4.0, 0.0]], &weights)?;
    /// assert!((mean - 2.0_f64.ln()).abs() < 1e-15);
    /// assert!((gradient.embeddings[[0, 1]] + 0.5).abs() < 1e-15);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](AngularLoss).
    fn mean_and_gradient<'e, 'w>(
        &self,
        labels: &[usize],
        embeddings: impl Into<ArrayView2<'e, f64>>,
        weights: impl Into<ArrayView2<'w, f64>>,
    ) -> Result<(f64, AngularGradient), LossError>
    where
        Self: Sized,
    {
        let (losses, [embeddings, weights]) =
            run(self, labels, embeddings.into(), weights.into(), true)?;
        let gradient = AngularGradient {
            embeddings: embeddings.into_array()?,
            weights: weights.into_array()?,
        };
        Ok((losses.into_iter().collect::<Sum>().mean(), gradient))
    }
}

/// The losses, and where asked for the gradients of their mean.
fn run(
    loss: &impl AngularLoss,
    labels: &[usize],
    embeddings: ArrayView2<f64>,
    weights: ArrayView2<f64>,
    with_gradient: bool,
) -> Result<(Vec<f64>, [Rows; 2]), LossError> {
    let (embeddings, weights) =
        (Rows::new("embeddings", embeddings)?, Rows::new("weights", weights)?);
    same_count("labels", labels.len(), "a column of embeddings", &embeddings)?;
    same_width("a row of embeddings", &embeddings, "a row of weights", &weights)?;
    labels_below(labels, weights.count)?;
    let (samples, classes) = (embeddings.directions()?, weights.directions()?);
    let mut to_samples = Rows::zeros_like(&embeddings);
    let mut to_classes = Rows::zeros_like(&weights);
    let per_cos = loss.scale() / labels.len() as f64;
    let mut losses = Vec::with_capacity(labels.len());
    let mut cosines = vec![0.0; classes.len()];
    let (mut logits, mut slopes) = (vec![0.0; classes.len()], vec![0.0; classes.len()]);
    for (row, (sample, &label)) in samples.iter().zip(labels).enumerate() {
        for (cos, class) in cosines.iter_mut().zip(&classes) {
            *cos = sample.cos(class);
        }
        let angle = sample.away_from(&classes[label]).sin.atan2(cosines[label]);
        for (logit, cos) in logits.iter_mut().zip(&cosines) {
            *logit = loss.scale() * cos;
        }
        logits[label] = loss.scale() * loss.target(angle);
        losses.push(cross_entropy(label, &logits, &mut slopes));
        if with_gradient {
            let to_sample = to_samples.row_mut(row);
            for (index, (class, slope)) in classes.iter().zip(&slopes).enumerate() {
                let (slope, to_class) = (slope * per_cos, to_classes.row_mut(index));
                if index == label {
                    let slope = slope * loss.slope(angle);
                    sample.add_angle_gradient(class, slope, to_sample);
                    class.add_angle_gradient(sample, slope, to_class);
                } else {
                    sample.add_cos_gradient(class, slope, to_sample);
                    class.add_cos_gradient(sample, slope, to_class);
                }
            }
        }
    }
    for (row, sample) in samples.iter().enumerate() {
        sample.finish(to_samples.row_mut(row));
    }
    for (row, class) in classes.iter().enumerate() {
        class.finish(to_classes.row_mut(row));
    }
    Ok((losses, [to_samples, to_classes]))
}
