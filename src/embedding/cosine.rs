//! The cosine embedding loss.

use super::pairs::{Both, Pair, PairLoss};
use super::vectors::Direction;
use crate::error::LossError;

/// Cosine embedding loss: a pair that belongs together costs its cosine distance, one that does not
/// costs the cosine by which it is too alike.
///
/// ```text
/// 1 - cos                 for the same
/// max(0, cos - margin)    for different ones
/// ```
///
/// Only directions count, so a step along an embedding changes nothing and the gradient is at right
/// angles to it. At the kink, `cos = margin`, the subgradient 0 is taken. The loss has no unit.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::embedding::*;
/// let cosine = CosineEmbedding::new(0.5)?;
/// let (left, right) = (array![[1.0, 0.0], [1.0, 0.0]], array![[0.0, 9.0], [5.0, 0.0]]);
/// assert_eq!(cosine.each(&[true, false], &left, &right)?, array![1.0, 0.5]);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: PyTorch's `CosineEmbeddingLoss` (its target 1 is our `true`, -1 our `false`); C.-S. Huang,
/// "Neural networks and loss functions" (lecture), "Cosine loss".
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
        if (-1.0..=1.0).contains(&margin) {
            Ok(Self { margin })
        } else {
            let allowed = "-1 <= margin <= 1";
            Err(LossError::BadParameter { name: "margin", value: margin, allowed })
        }
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

    /// The loss of one pair whose cosine is `cos`, and its slope with respect to it.
    fn pair(&self, same: bool, cos: f64, left: &Direction, right: &Direction) -> (f64, f64) {
        if same {
            return (left.one_minus_cos(right), -1.0);
        }
        let above = cos - self.margin;
        if above > 0.0 { (above, 1.0) } else { (0.0, 0.0) }
    }
}

impl Pair for CosineEmbedding {
    fn losses(
        &self,
        same: &[bool],
        Both([left, right]): Both,
        mut slopes: Option<&mut Both>,
    ) -> Result<Vec<f64>, LossError> {
        let n = same.len() as f64;
        let directions = left.directions()?.into_iter().zip(right.directions()?);
        let mut losses = Vec::with_capacity(same.len());
        for (row, ((left, right), &same)) in directions.zip(same).enumerate() {
            let cos = left.cos(&right);
            let (loss, slope) = self.pair(same, cos, &left, &right);
            losses.push(loss);
            if let Some(Both([to_left, to_right])) = slopes.as_deref_mut() {
                left.add_cos_gradient(&right, slope / n, to_left.row_mut(row));
                right.add_cos_gradient(&left, slope / n, to_right.row_mut(row));
                left.finish(to_left.row_mut(row));
                right.finish(to_right.row_mut(row));
            }
        }
        Ok(losses)
    }
}

impl PairLoss for CosineEmbedding {}
