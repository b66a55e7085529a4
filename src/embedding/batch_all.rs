//! All triplets of a batch.

use super::mined::mine;
use super::{Anchor, MinedLoss, Triplet};
use crate::error::LossError;
use crate::loss::Matrix;

/// Batch-all: every triplet of the batch.
///
/// Soon most triplets are easy and cost nothing, and a mean over all of them says little and moves
/// little: [`with_active_only`](Self::with_active_only) leaves the easy ones out.
/// [`fraction_active`](Self::fraction_active) tells how many are left. `n^3` triplets at worst; they
/// are not kept unless asked for.
///
/// ```
/// # use lossbook::prelude::*;
/// let (labels, x) = ([7, 7, 8], [[0.0], [2.0], [3.0]]);
/// let loss = BatchAll::new(1.0)?;
/// assert_eq!(loss.mean(&labels, &x)?, 2.0);
/// assert_eq!(loss.with_active_only().mean(&labels, &x)?, 4.0);
/// assert_eq!(loss.fraction_active(&labels, &x)?, 0.5);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: A. Hermans, L. Beyer, B. Leibe, "In defense of the triplet loss for person
/// re-identification" (2017), equation 6; O. Moindrot, "Triplet loss and online triplet mining in
/// TensorFlow" (2018), which takes the mean over the active ones.
#[doc(alias("batch_all_triplet_loss", "TripletMarginMiner"))]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BatchAll {
    triplet: Triplet,
    active_only: bool,
}

impl BatchAll {
    /// Over all triplets, with the margin of squared distance.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert!(BatchAll::new(0.2).is_ok());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `margin >= 0` and finite.
    pub fn new(margin: f64) -> Result<Self, LossError> {
        Ok(Self { triplet: Triplet::new(margin)?, active_only: false })
    }

    /// Over the triplets that cost something. Where none does, mean and gradient are 0.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let active = BatchAll::new(0.2)?.with_active_only();
    /// assert_eq!(active.mean(&[7, 7, 8], &[[0.0], [0.0], [9.0]])?, 0.0);
    /// # Ok::<(), LossError>(())
    /// ```
    #[doc(alias = "AvgNonZeroReducer")]
    pub fn with_active_only(self) -> Self {
        Self { active_only: true, ..self }
    }

    /// The share of the batch's triplets whose loss is above 0: from 1, nothing learnt, to 0,
    /// nothing left to learn.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let x = [[0.0], [0.1], [3.0]];
    /// assert_eq!(BatchAll::new(1.0)?.fraction_active(&[7, 7, 8], &x)?, 0.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`MinedWords`](super::MinedWords).
    pub fn fraction_active(
        &self,
        labels: &[usize],
        embeddings: impl Matrix,
    ) -> Result<f64, LossError> {
        let all = Self { active_only: false, ..*self };
        let (mut active, mut count) = (0, 0_usize);
        mine(&all, labels, embeddings.as_matrix(), |_, loss| {
            active += usize::from(loss > 0.0);
            count += 1;
        })?;
        Ok(active as f64 / count as f64)
    }
}

impl MinedLoss for BatchAll {
    fn triplet(&self) -> Triplet {
        self.triplet
    }

    fn choose(&self, anchor: &Anchor, take: &mut dyn FnMut(usize, usize)) {
        for (positive, to_positive) in anchor.positives() {
            for (negative, to_negative) in anchor.negatives() {
                if !self.active_only || self.triplet.loss(to_positive, to_negative) > 0.0 {
                    take(positive, negative);
                }
            }
        }
    }
}
