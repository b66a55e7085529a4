//! Pairs, by their angle.

use super::PairLoss;
use super::direction::Direction;
use crate::error::LossError;
use crate::numeric::check;

/// Cosine embedding loss: a pair that belongs together costs its cosine distance, one that does not
/// costs the cosine by which it is too alike.
///
/// ```text
/// 1 - cos                 for the same
/// max(0, cos - margin)    for different ones
/// ```
///
/// `cos = a b / (|a| |b|)`, and its gradient with respect to `a` is `(b / |b| - cos a / |a|) / |a|`: only
/// directions count, so a step along an embedding changes nothing and the gradient is at right angles
/// to it. At the kink, `cos = margin`, the subgradient 0 is taken. The loss has no unit.
///
/// ```
/// # use lossbook::prelude::*;
/// let cosine = CosineEmbedding::new(0.5)?;
/// let (left, right) = ([[1.0, 0.0], [1.0, 0.0]], [[0.0, 9.0], [5.0, 0.0]]);
/// assert_eq!(cosine.each(&[true, false], &left, &right)?, array![1.0, 0.5]);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: PyTorch's `CosineEmbeddingLoss` (its target 1 is our `true`, -1 our `false`); C.-S. Huang,
/// "Neural networks and loss functions" (lecture), "Cosine loss".
#[doc(alias("CosineEmbeddingLoss", "cosine_embedding_loss", "CosineSimilarity"))]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CosineEmbedding {
    margin: f64,
}

impl CosineEmbedding {
    /// With the cosine `margin` up to which different ones cost nothing; 0 to 0.5 is usual.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert!(CosineEmbedding::new(0.0).is_ok());
    /// assert!(CosineEmbedding::new(1.5).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `-1 <= margin <= 1`.
    pub fn new(margin: f64) -> Result<Self, LossError> {
        let is_in_range = (-1.0..=1.0).contains(&margin);
        Ok(Self { margin: check::in_range(is_in_range, "margin", margin, "-1 <= margin <= 1")? })
    }

    /// The parameter.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert_eq!(CosineEmbedding::new(0.5).map(|loss| loss.margin()), Ok(0.5));
    /// ```
    pub fn margin(&self) -> f64 {
        self.margin
    }
}

impl PairLoss for CosineEmbedding {
    fn value_and_gradient(
        &self,
        same: bool,
        left: &[f64],
        right: &[f64],
        gradient: Option<[&mut [f64]; 2]>,
    ) -> Result<f64, LossError> {
        let (left, right) = (Direction::new("left", 0, left)?, Direction::new("right", 0, right)?);
        let above = left.cos(&right) - self.margin;
        let (loss, derivative) = match (same, above > 0.0) {
            (true, _) => (left.one_minus_cos(&right), -1.0),
            (false, true) => (above, 1.0),
            (false, false) => (0.0, 0.0),
        };
        if let Some([to_left, to_right]) = gradient {
            to_left.fill(0.0);
            to_right.fill(0.0);
            // The derivative of the cosine with respect to the angle is -sin.
            left.add_gradient(&right, |sin| -derivative * sin, to_left);
            right.add_gradient(&left, |sin| -derivative * sin, to_right);
        }
        Ok(loss)
    }
}
