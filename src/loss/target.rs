//! The true classes of samples.

use ndarray::{ArrayBase, ArrayView2, Data, Ix2};

use crate::numeric::weighted;

/// The true classes of `n` samples: one label each, or a row of probabilities each.
///
/// You need not name it: wherever a target is asked for, hand over labels (`&[usize]`, an array or a
/// vector of them) or a table `[n, classes]` of `f64` whose rows sum to 1 within
/// [`SUM_TOLERANCE`](crate::error::SUM_TOLERANCE) (one-hot or soft). A soft row means the expected
/// loss: the losses of the classes, averaged with the row's probabilities.
///
/// ```
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
    /// The probability of each class in each sample, `[n, classes]`.
    Probabilities(ArrayView2<'a, f64>),
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
    fn from(rows: ArrayView2<'a, f64>) -> Self {
        Self::Probabilities(rows)
    }
}

impl<'a, S: Data<Elem = f64>> From<&'a ArrayBase<S, Ix2>> for ClassTarget<'a> {
    fn from(rows: &'a ArrayBase<S, Ix2>) -> Self {
        Self::Probabilities(rows.view())
    }
}

/// The true class of one sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RowTarget<'a> {
    /// The class.
    Label(usize),
    /// The probability of each class.
    Probabilities(&'a [f64]),
}

impl RowTarget<'_> {
    /// The probability of a class: 1 or 0 where there is a label.
    ///
    /// ```
    /// # use lossbook::loss::RowTarget;
    /// assert_eq!(RowTarget::Label(2).probability(2), 1.0);
    /// assert_eq!(RowTarget::Probabilities(&[0.9, 0.1]).probability(1), 0.1);
    /// ```
    pub fn probability(&self, class: usize) -> f64 {
        match self {
            Self::Label(label) => f64::from(u8::from(*label == class)),
            Self::Probabilities(p) => p.get(class).copied().unwrap_or(0.0),
        }
    }

    /// The losses of the classes, averaged with their probabilities.
    pub(crate) fn expected(&self, loss: impl Fn(usize) -> f64) -> f64 {
        match self {
            Self::Label(label) => loss(*label),
            Self::Probabilities(p) => {
                let present = p.iter().enumerate().filter(|&(_, &p)| p != 0.0);
                present.map(|(class, &p)| weighted(p, loss(class))).sum()
            }
        }
    }
}
