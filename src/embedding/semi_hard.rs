//! The triplets that are neither easy nor hopeless.

use super::mined::{farthest, nearest};
use super::{Anchor, MinedLoss, Triplet};
use crate::error::LossError;

/// Semi-hard mining: for each anchor and positive the nearest negative that is farther away than the
/// positive; where there is none, the farthest negative.
///
/// The hardest negatives are often mislabelled or a blur, and chasing them early on may collapse all
/// embeddings into a point; negatives just beyond the positive teach more calmly. One triplet for
/// each ordered pair of one label. Where the nearest is beyond the margin, the triplet is easy and
/// costs 0.
///
/// ```
/// # use lossbook::prelude::*;
/// let (labels, x) = ([7, 7, 8, 8], [[0.0], [2.0], [-1.0], [3.0]]);
/// let triplets = SemiHard::new(1.0)?.triplets(&labels, &x)?;
/// assert_eq!(triplets, [[0, 1, 3], [1, 0, 2], [2, 3, 1], [3, 2, 0]]);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: F. Schroff, D. Kalenichenko, J. Philbin, "FaceNet" (2015), section 3.2; what is done where
/// there is none is TensorFlow Addons' `triplet_semihard_loss`.
#[doc(alias("TripletSemiHardLoss", "triplet_semihard_loss", "FaceNet"))]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SemiHard {
    triplet: Triplet,
}

impl SemiHard {
    /// With the margin of squared distance.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert!(SemiHard::new(0.2).is_ok());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `margin >= 0` and finite.
    pub fn new(margin: f64) -> Result<Self, LossError> {
        Ok(Self { triplet: Triplet::new(margin)? })
    }
}

impl MinedLoss for SemiHard {
    fn triplet(&self) -> Triplet {
        self.triplet
    }

    fn choose(&self, anchor: &Anchor, take: &mut dyn FnMut(usize, usize)) {
        for (positive, to_positive) in anchor.positives() {
            let beyond = anchor.negatives().filter(|&(_, distance)| distance > to_positive);
            if let Some(negative) = nearest(beyond).or_else(|| farthest(anchor.negatives())) {
                take(positive, negative);
            }
        }
    }
}
