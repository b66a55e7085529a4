//! Softmax losses of angles: what ArcFace and CosFace have in common.

use ndarray::{Array2, ArrayView2};

use super::direction::Direction;
use crate::classification::{ClassLoss, CrossEntropy};
use crate::error::LossError;
use crate::loss::{Ask, Losses, Matrix, RowTarget, words};
use crate::numeric::{Rows, check};

/// The gradient of an [`AngularLoss`]: one matrix for each argument that learns, in its shape.
///
/// ```
/// # use lossbook::prelude::*;
/// // A single class cannot be missed: there is nothing to learn.
/// let gradient = ArcFace::new(64.0, 0.5)?.gradient(&[0], &[[1.0, 2.0]], &[[3.0, 1.0]])?;
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
/// To add a loss, write [`value_and_derivative`](Self::value_and_derivative): it then has all the words
/// of [`AngularWords`].
#[doc(alias = "large_margin")]
pub trait AngularLoss {
    /// What takes the place of the cosine for the sample's own class, at an angle from 0 to pi
    /// (radians), and its derivative with respect to the angle.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let right_angle = std::f64::consts::FRAC_PI_2;
    /// let (value, derivative) = CosFace::new(64.0, 0.25)?.value_and_derivative(right_angle);
    /// assert!((value + 0.25).abs() < 1e-15 && derivative == -1.0);
    /// # Ok::<(), LossError>(())
    /// ```
    fn value_and_derivative(&self, angle: f64) -> (f64, f64);

    /// What cosines are multiplied with to become logits.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert_eq!(CosFace::new(64.0, 0.35).map(|loss| loss.scale()), Ok(64.0));
    /// ```
    fn scale(&self) -> f64 {
        1.0
    }
}

/// The words of an [`AngularLoss`].
///
/// `labels`, `[n]`, name the row of `weights`, `[classes, d]`, that belongs to each row of
/// `embeddings`, `[n, d]`. All words refuse an empty argument ([`LossError::Empty`]), different shapes
/// ([`LossError::LengthMismatch`]), a NaN or an infinity ([`LossError::NotFinite`]), a label without a
/// row of weights ([`LossError::LabelOutOfRange`]) and a row of zeros ([`LossError::NoDirection`]).
///
/// ```
/// # use lossbook::prelude::*;
/// // Halfway between two directions, without a margin: 1 bit each.
/// let (weights, x) = ([[1.0, 0.0], [0.0, 1.0]], [[5.0, 5.0], [3.0, 3.0]]);
/// let loss = CosFace::new(64.0, 0.0)?;
/// assert!((loss.mean(&[0, 1], &x, &weights)? - 2.0_f64.ln()).abs() < 1e-13);
/// assert!((loss.sum(&[0, 1], &x, &weights)? - 2.0 * 2.0_f64.ln()).abs() < 1e-13);
///
/// // A single class cannot be missed.
/// assert_eq!(loss.each(&[0], &[[1.0, 2.0]], &[[3.0, 1.0]])?, array![0.0]);
///
/// // Up, towards the first class, and the first class to the sample.
/// let weights = [[0.0, 1.0], [0.0, -1.0]];
/// let (mean, gradient) =
///     CosFace::new(2.0, 0.0)?.mean_and_gradient(&[0], &[[4.0, 0.0]], &weights)?;
/// assert!((mean - 2.0_f64.ln()).abs() < 1e-15);
/// assert!((gradient.embeddings[[0, 1]] + 0.5).abs() < 1e-15);
/// assert!((gradient.weights[[0, 0]] + 1.0).abs() < 1e-15);
/// # Ok::<(), LossError>(())
/// ```
pub trait AngularWords: AngularLoss {
    words!((labels: &[usize] => labels, embeddings: impl Matrix => embeddings.as_matrix(),
            weights: impl Matrix => weights.as_matrix()) -> AngularGradient);

    #[doc(hidden)]
    fn evaluate(
        &self,
        labels: &[usize],
        embeddings: ArrayView2<f64>,
        weights: ArrayView2<f64>,
        ask: Ask,
    ) -> Result<(Losses, AngularGradient), LossError> {
        let x = Rows::new("embeddings", embeddings)?;
        let w = Rows::new("weights", weights)?;
        check::same_length("labels", labels.len(), "a column of embeddings", x.count)?;
        check::same_length("a row of embeddings", x.width, "a row of weights", w.width)?;
        check::labels_below("labels", labels, w.count)?;
        let (samples, classes) = (Direction::of(&x)?, Direction::of(&w)?);
        let (mut to_samples, mut to_classes) = (Rows::zeros_like(&x), Rows::zeros_like(&w));
        let (mut logits, mut slopes) = (vec![0.0; classes.len()], vec![0.0; classes.len()]);
        let (scale, cross_entropy) = (self.scale(), CrossEntropy::from_logits());
        let mut tally = ask.tally(labels.len())?;
        for (row, (sample, &label)) in samples.iter().zip(labels).enumerate() {
            for (logit, class) in logits.iter_mut().zip(&classes) {
                *logit = scale * sample.cos(class);
            }
            let (own, derivative) = self.value_and_derivative(sample.angle(&classes[label]));
            logits[label] = scale * own;
            let target = RowTarget::Label(label);
            tally.add(row, cross_entropy.value_and_gradient(target, &logits, Some(&mut slopes)));
            if !ask.wants_gradient() {
                continue;
            }
            for (index, (class, &slope)) in classes.iter().zip(&slopes).enumerate() {
                let slope = scale * tally.share(row, slope);
                let by_angle = |sin: f64| slope * if index == label { derivative } else { -sin };
                sample.add_gradient(class, by_angle, to_samples.row_mut(row));
                class.add_gradient(sample, by_angle, to_classes.row_mut(index));
            }
        }
        let (embeddings, weights) = (to_samples.into_array()?, to_classes.into_array()?);
        Ok((tally.finish(), AngularGradient { embeddings, weights }))
    }
}

impl<L: AngularLoss + ?Sized> AngularWords for L {}
