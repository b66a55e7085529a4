//! Pairs, by their distance.

use super::PairLoss;
use crate::error::LossError;
use crate::numeric::{check, squared_distance};

/// Contrastive loss: a pair that belongs together costs its distance `D = |left - right|`, one that
/// does not costs what it lacks to the margin.
///
/// ```text
/// D^2 / 2                    for the same
/// max(0, margin - D)^2 / 2   for different ones
/// ```
///
/// Gradient with respect to `left`: `left - right` for the same; `-(margin - D) (left - right) / D` for
/// different ones nearer than the margin, 0 from there on. Two different ones at the very same point
/// have no direction to part in: the subgradient 0 is taken. `margin` and `D` have the embeddings'
/// unit, the loss has it squared. (Differences beyond 1e150 or below 1e-150 have no square.)
///
/// ```
/// # use lossbook::prelude::*;
/// let contrastive = Contrastive::new(2.0)?;
/// assert_eq!(contrastive.loss(true, 3.0), 4.5);
/// assert_eq!(contrastive.loss(false, 1.0), 0.5);
/// assert_eq!(contrastive.loss(false, 3.0), 0.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: R. Hadsell, S. Chopra, Y. LeCun, "Dimensionality reduction by learning an invariant
/// mapping" (2006), equation 4 (whose Y is 0 for the same and 1 for different ones).
#[doc(alias("ContrastiveLoss", "contrastive_loss"))]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contrastive {
    margin: f64,
}

impl Contrastive {
    /// With the distance `margin` from which on different ones cost nothing.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert!(Contrastive::new(1.0).is_ok());
    /// assert!(Contrastive::new(0.0).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `margin > 0` and finite.
    pub fn new(margin: f64) -> Result<Self, LossError> {
        Ok(Self { margin: check::positive("margin", margin, "margin > 0 and finite")? })
    }

    /// The parameter.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert_eq!(Contrastive::new(1.5).map(|loss| loss.margin()), Ok(1.5));
    /// ```
    pub fn margin(&self) -> f64 {
        self.margin
    }

    /// The loss of one pair at this distance.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert_eq!(Contrastive::new(1.0).map(|loss| loss.loss(false, 0.5)), Ok(0.125));
    /// ```
    pub fn loss(&self, same: bool, distance: f64) -> f64 {
        let derivative = self.derivative(same, distance);
        0.5 * derivative * derivative
    }

    /// The derivative of [`loss`](Self::loss) with respect to the distance: `D` for the same,
    /// `-max(0, margin - D)` for different ones.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert_eq!(Contrastive::new(1.0).map(|loss| loss.derivative(false, 0.25)), Ok(-0.75));
    /// ```
    pub fn derivative(&self, same: bool, distance: f64) -> f64 {
        if same {
            distance
        } else if distance >= self.margin {
            0.0
        } else {
            distance - self.margin
        }
    }
}

impl PairLoss for Contrastive {
    fn value_and_gradient(
        &self,
        same: bool,
        left: &[f64],
        right: &[f64],
        gradient: Option<[&mut [f64]; 2]>,
    ) -> Result<f64, LossError> {
        let distance = squared_distance(left, right).sqrt();
        let derivative = self.derivative(same, distance);
        if let Some([to_left, to_right]) = gradient {
            let ends = left.iter().zip(right).map(|(left, right)| left - right);
            for ((to_left, to_right), difference) in to_left.iter_mut().zip(to_right).zip(ends) {
                *to_left = if same {
                    difference
                } else if derivative == 0.0 || distance == 0.0 {
                    0.0
                } else {
                    derivative * (difference / distance)
                };
                *to_right = -*to_left;
            }
        }
        Ok(self.loss(same, distance))
    }
}
