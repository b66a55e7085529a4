//! What a loss of several classes is compared with, and what it reads.

use ndarray::{ArrayBase, ArrayView2, Data, Ix2};

use crate::error::check::Holds;

/// What a loss reads: scores of any size, or probabilities.
///
/// ```
/// # use lossbook::classification::*;
/// assert_eq!(CrossEntropy::from_logits().reads(), Reads::Scores);
/// assert_eq!(CrossEntropy::from_probabilities().reads(), Reads::Probabilities);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// Logits, or other scores: any finite number, more means more likely.
    Scores,
    /// Probabilities: `0 <= p <= 1`, those of several classes summing to 1 within [`SUM_TOLERANCE`](crate::error::SUM_TOLERANCE).
    Probabilities,
}

impl From<Reads> for Holds {
    fn from(reads: Reads) -> Self {
        match reads {
            Reads::Scores => Self::Numbers,
            Reads::Probabilities => Self::Probabilities,
        }
    }
}

/// The true classes of `n` samples: one label each, or a row of shares each.
///
/// You need not name it: wherever a target is asked for, hand over labels (`&[usize]`, an array or a
/// vector of them) or a table `[n, classes]` of `f64` whose rows sum to 1 within [`SUM_TOLERANCE`](crate::error::SUM_TOLERANCE)
/// (one-hot or soft). A soft row means the expected loss: the losses of the classes, averaged with
/// the row's shares.
///
/// ```
/// # use lossbook::classification::*;
/// # use lossbook::prelude::*;
/// let logits = array![[2.0, 0.0], [1.0, 1.0]];
/// let loss = CrossEntropy::from_logits();
/// assert_eq!(loss.mean(&[0, 1], &logits)?, loss.mean(&one_hot(&[0, 1], 2)?, &logits)?);
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub enum ClassTarget<'a> {
    /// The class of each sample, counted from 0.
    Labels(&'a [usize]),
    /// The share of each class in each sample, `[n, classes]`.
    Shares(ArrayView2<'a, f64>),
}

impl<'a> From<&'a [usize]> for ClassTarget<'a> {
    fn from(labels: &'a [usize]) -> Self {
        Self::Labels(labels)
    }
}

impl<'a, const N: usize> From<&'a [usize; N]> for ClassTarget<'a> {
    fn from(labels: &'a [usize; N]) -> Self {
        Self::Labels(labels)
    }
}

impl<'a> From<&'a Vec<usize>> for ClassTarget<'a> {
    fn from(labels: &'a Vec<usize>) -> Self {
        Self::Labels(labels)
    }
}

impl<'a> From<ArrayView2<'a, f64>> for ClassTarget<'a> {
    fn from(shares: ArrayView2<'a, f64>) -> Self {
        Self::Shares(shares)
    }
}

impl<'a, S: Data<Elem = f64>> From<&'a ArrayBase<S, Ix2>> for ClassTarget<'a> {
    fn from(shares: &'a ArrayBase<S, Ix2>) -> Self {
        Self::Shares(shares.view())
    }
}

/// The true class of one sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RowTarget<'a> {
    /// The class, counted from 0.
    Label(usize),
    /// The share of each class.
    Shares(&'a [f64]),
}

impl RowTarget<'_> {
    /// The share of a class: for a label 1 or 0.
    ///
    /// ```
    /// # use lossbook::classification::RowTarget;
    /// assert_eq!(RowTarget::Label(1).share(0), 0.0);
    /// assert_eq!(RowTarget::Shares(&[0.25, 0.75]).share(1), 0.75);
    /// ```
    pub fn share(&self, class: usize) -> f64 {
        match self {
            Self::Label(label) if *label == class => 1.0,
            Self::Label(_) => 0.0,
            Self::Shares(shares) => shares.get(class).copied().unwrap_or(0.0),
        }
    }

    /// Whether the label, or the row of shares, is one of so many classes.
    pub(super) fn fits(&self, classes: usize) -> bool {
        match self {
            Self::Label(label) => *label < classes,
            Self::Shares(shares) => shares.len() == classes && classes > 0,
        }
    }

    /// The sum of `share * cost(class)` over the classes that have a share.
    pub(super) fn expect(&self, cost: impl Fn(usize) -> f64) -> f64 {
        match self {
            Self::Label(label) => cost(*label),
            Self::Shares(shares) => {
                let present = shares.iter().enumerate().filter(|(_, share)| **share != 0.0);
                present.map(|(class, share)| scaled(*share, cost(class))).sum()
            }
        }
    }
}

/// `weight * cost`, where a weight of 0 takes away even an infinite cost.
#[inline]
pub(super) fn scaled(weight: f64, cost: f64) -> f64 {
    if weight == 0.0 { 0.0 } else { weight * cost }
}
