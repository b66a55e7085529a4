//! Which triplets of a labelled batch are taken: all of them, the hardest, the semi-hard.

use ndarray::ArrayView2;

use super::batch::{Batch, BatchLoss, Mining};
use super::margin;
use crate::error::LossError;

/// Batch-all: every triplet of the batch.
///
/// Soon most triplets are easy and cost nothing, and a mean over all of them says little and moves
/// little: [`active_only`](Self::active_only) leaves the easy ones out.
/// [`fraction_active`](Self::fraction_active) tells how many are left. `n^3` triplets at worst; they
/// are not kept unless asked for.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::embedding::*;
/// let (labels, x) = ([7, 7, 8], array![[0.0], [2.0], [3.0]]);
/// assert_eq!(BatchAll::new(1.0)?.mean(&labels, &x)?, 2.0);
/// assert_eq!(BatchAll::active_only(1.0)?.mean(&labels, &x)?, 4.0);
/// assert_eq!(BatchAll::new(1.0)?.fraction_active(&labels, &x)?, 0.5);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: A. Hermans, L. Beyer, B. Leibe, "In defense of the triplet loss for person
/// re-identification" (2017), equation 6; O. Moindrot, "Triplet loss and online triplet mining in
/// TensorFlow" (2018), which takes the mean over the active ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BatchAll {
    margin: f64,
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
        Ok(Self { margin: self::margin(margin)?, active_only: false })
    }

    /// Over the triplets that cost something. Where none does, mean and gradient are 0.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert!(BatchAll::active_only(0.2).is_ok());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `margin >= 0` and finite.
    pub fn active_only(margin: f64) -> Result<Self, LossError> {
        Ok(Self { margin: self::margin(margin)?, active_only: true })
    }

    /// The share of the batch's triplets whose loss is above 0: from 1, nothing learnt, to 0,
    /// nothing left to learn.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let x = array![[0.0], [0.1], [3.0]];
    /// assert_eq!(BatchAll::new(1.0)?.fraction_active(&[7, 7, 8], &x)?, 0.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`BatchLoss`].
    pub fn fraction_active<'a>(
        &self,
        labels: &[usize],
        embeddings: impl Into<ArrayView2<'a, f64>>,
    ) -> Result<f64, LossError> {
        let batch = Batch::new(labels, embeddings.into())?;
        let mut active = 0;
        let all = Self { active_only: false, ..*self };
        let count = batch.each(&all, |_, loss| active += usize::from(loss > 0.0));
        Ok(active as f64 / count as f64)
    }
}

impl Mining for BatchAll {
    fn margin(&self) -> f64 {
        self.margin
    }

    fn choose(&self, batch: &Batch, margin: f64, take: &mut dyn FnMut([usize; 3])) {
        for anchor in 0..batch.len() {
            for (positive, _) in batch.of(anchor, true) {
                for (negative, _) in batch.of(anchor, false) {
                    let triplet = [anchor, positive, negative];
                    if !self.active_only || batch.loss(triplet, margin) > 0.0 {
                        take(triplet);
                    }
                }
            }
        }
    }
}

impl BatchLoss for BatchAll {}

/// Batch-hard: for each anchor the farthest positive and the nearest negative.
///
/// One triplet for each sample that has a positive; one that has none is no anchor.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::embedding::*;
/// let (labels, x) = ([7, 7, 7, 8], array![[0.0], [1.0], [2.0], [3.0]]);
/// assert_eq!(BatchHard::new(1.0)?.triplets(&labels, &x)?, [[0, 2, 3], [1, 0, 3], [2, 0, 3]]);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: A. Hermans, L. Beyer, B. Leibe, "In defense of the triplet loss for person
/// re-identification" (2017), equation 5, here with squared distances.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BatchHard {
    margin: f64,
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
        Ok(Self { margin: self::margin(margin)? })
    }
}

impl Mining for BatchHard {
    fn margin(&self) -> f64 {
        self.margin
    }

    fn choose(&self, batch: &Batch, _: f64, take: &mut dyn FnMut([usize; 3])) {
        for anchor in 0..batch.len() {
            let mut positive = (None, f64::NEG_INFINITY);
            let mut negative = (None, f64::INFINITY);
            for (sample, same, distance) in batch.others(anchor) {
                if same && distance > positive.1 {
                    positive = (Some(sample), distance);
                } else if !same && distance < negative.1 {
                    negative = (Some(sample), distance);
                }
            }
            if let (Some(positive), Some(negative)) = (positive.0, negative.0) {
                take([anchor, positive, negative]);
            }
        }
    }
}

impl BatchLoss for BatchHard {}

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
/// # use lossbook::embedding::*;
/// let (labels, x) = ([7, 7, 8, 8], array![[0.0], [2.0], [-1.0], [3.0]]);
/// let triplets = SemiHard::new(1.0)?.triplets(&labels, &x)?;
/// assert_eq!(triplets, [[0, 1, 3], [1, 0, 2], [2, 3, 1], [3, 2, 0]]);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: F. Schroff, D. Kalenichenko, J. Philbin, "FaceNet" (2015), section 3.2; what is done where
/// there is none is TensorFlow Addons' `triplet_semihard_loss`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SemiHard {
    margin: f64,
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
        Ok(Self { margin: self::margin(margin)? })
    }
}

impl Mining for SemiHard {
    fn margin(&self) -> f64 {
        self.margin
    }

    fn choose(&self, batch: &Batch, _: f64, take: &mut dyn FnMut([usize; 3])) {
        for anchor in 0..batch.len() {
            for (positive, to_positive) in batch.of(anchor, true) {
                let beyond =
                    batch.of(anchor, false).filter(|&(_, distance)| distance > to_positive);
                let negative = nearest(beyond).or_else(|| farthest(batch.of(anchor, false)));
                if let Some(negative) = negative {
                    take([anchor, positive, negative]);
                }
            }
        }
    }
}

impl BatchLoss for SemiHard {}

fn nearest(samples: impl Iterator<Item = (usize, f64)>) -> Option<usize> {
    farthest(samples.map(|(sample, distance)| (sample, -distance)))
}

fn farthest(samples: impl Iterator<Item = (usize, f64)>) -> Option<usize> {
    let first =
        |best: (usize, f64), other: (usize, f64)| if other.1 > best.1 { other } else { best };
    samples.reduce(first).map(|(sample, _)| sample)
}
