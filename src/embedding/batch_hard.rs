//! The hardest triplet of each anchor.

use super::mined::{farthest, nearest};
use super::{Anchor, MinedLoss, Triplet};
use crate::error::LossError;

/// Batch-hard: for each anchor the farthest positive and the nearest negative.
///
/// One triplet for each sample that has a positive; one that has none is no anchor.
///
/// ```
/// # use lossbook::prelude::*;
/// let (labels, x) = ([7, 7, 7, 8], [[0.0], [1.0], [2.0], [3.0]]);
/// assert_eq!(BatchHard::new(1.0)?.triplets(&labels, &x)?, [[0, 2, 3], [1, 0, 3], [2, 0, 3]]);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: A. Hermans, L. Beyer, B. Leibe, "In defense of the triplet loss for person
/// re-identification" (2017), equation 5, here with squared distances.
#[doc(alias("batch_hard_triplet_loss", "TripletHardLoss", "triplet_hard_loss", "BatchHardMiner"))]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BatchHard {
    triplet: Triplet,
}

impl BatchHard {
    /// With the margin of squared distance.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert!(BatchHard::new(0.2).is_ok());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `margin >= 0` and finite.
    pub fn new(margin: f64) -> Result<Self, LossError> {
        Ok(Self { triplet: Triplet::new(margin)? })
    }
}

impl MinedLoss for BatchHard {
    fn triplet(&self) -> Triplet {
        self.triplet
    }

    fn choose(&self, anchor: &Anchor, take: &mut dyn FnMut(usize, usize)) {
        let (positive, negative) = (farthest(anchor.positives()), nearest(anchor.negatives()));
        if let (Some(positive), Some(negative)) = (positive, negative) {
            take(positive, negative);
        }
    }
}
