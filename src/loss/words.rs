//! The words, and what a call adds up.

use ndarray::{Array1, ArrayView1};

use crate::error::LossError;
use crate::numeric::{Sum, check, reserve, weighted};

/// What one call asks of a loss, and how much each sample counts.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'w> {
    word: Word,
    weights: Option<ArrayView1<'w, f64>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Word {
    Each,
    Total,
    Gradient,
}

impl<'w> Ask<'w> {
    pub(crate) const EACH: Self = Self { word: Word::Each, weights: None };
    pub(crate) const TOTAL: Self = Self { word: Word::Total, weights: None };
    pub(crate) const GRADIENT: Self = Self { word: Word::Gradient, weights: None };

    pub(crate) fn weighted(self, weights: ArrayView1<'_, f64>) -> Ask<'_> {
        Ask { word: self.word, weights: Some(weights) }
    }

    pub(crate) fn weights(&self) -> Option<ArrayView1<'w, f64>> {
        self.weights
    }

    pub(crate) fn wants_gradient(&self) -> bool {
        self.word == Word::Gradient
    }

    /// For so many samples, each with its weight, if there are any.
    pub(crate) fn tally(&self, samples: usize) -> Result<Tally<'w>, LossError> {
        let mut total_weight = samples as f64;
        if let Some(weights) = self.weights {
            check::same_length("weights", weights.len(), "the samples", samples)?;
            check::weights("weights", weights)?;
            total_weight = weights.iter().copied().collect::<Sum>().total();
            if total_weight == 0.0 {
                return Err(LossError::NothingCounted { name: "weights" });
            }
        }
        let keeps = self.word == Word::Each;
        let each = reserve("the result", if keeps { samples } else { 0 }, 1)?;
        Ok(Tally { keeps, each, sum: Sum::ZERO, weights: self.weights, total_weight })
    }
}

/// The losses that one call has found so far.
#[derive(Debug)]
pub(crate) struct Tally<'w> {
    keeps: bool,
    each: Vec<f64>,
    sum: Sum,
    weights: Option<ArrayView1<'w, f64>>,
    total_weight: f64,
}

impl Tally<'_> {
    /// The weight of a sample: 1, if there are none.
    pub(crate) fn weight(&self, sample: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[sample])
    }

    /// What the sum is divided by in the mean: the number of samples, or the sum of their weights.
    pub(crate) fn total_weight(&self) -> f64 {
        self.total_weight
    }

    /// A derivative of a sample's loss, as part of the mean's.
    pub(crate) fn share(&self, sample: usize, derivative: f64) -> f64 {
        weighted(self.weight(sample), derivative) / self.total_weight
    }

    /// The next sample's loss.
    pub(crate) fn add(&mut self, sample: usize, loss: f64) {
        let loss = weighted(self.weight(sample), loss);
        self.sum.add(loss);
        if self.keeps {
            self.each.push(loss);
        }
    }

    /// Keeps the next samples' losses, if they are asked for; the caller weighs them and adds them up.
    pub(crate) fn keep(&mut self, losses: &[f64]) {
        if self.keeps {
            self.each.extend_from_slice(losses);
        }
    }

    pub(crate) fn finish(self) -> Losses {
        let sum = self.sum;
        self.finish_with(sum)
    }

    /// With the sum of the losses that were [kept](Self::keep).
    pub(crate) fn finish_with(self, sum: Sum) -> Losses {
        let weights = self.weights.map(|_| self.total_weight);
        Losses { each: self.each, sum, weights }
    }
}

/// The losses that one call has found.
#[derive(Debug)]
pub struct Losses {
    /// Empty unless asked for.
    each: Vec<f64>,
    sum: Sum,
    /// Their sum, if there are any.
    weights: Option<f64>,
}

impl Losses {
    pub(crate) fn each(self) -> Array1<f64> {
        self.each.into()
    }

    pub(crate) fn sum(&self) -> f64 {
        self.sum.total()
    }

    /// 0 where there was not one sample: a batch may hold no triplet that counts.
    pub(crate) fn mean(&self) -> f64 {
        match self.weights {
            None if self.sum.count() == 0 => 0.0,
            None => self.sum.mean(),
            Some(total) => self.sum.total() / total,
        }
    }
}

/// Writes the five words of a loss, as methods that hand their arguments to `self.evaluate(.., ask)`,
/// which answers with [`Losses`] and, if asked for it, the gradient.
///
/// `words!(pub (target: impl Vector => target.as_vector()) -> Array1<f64>)` in an `impl`; without the
/// `pub` in a trait. Without the gradient there are `each`, `mean` and `sum`. What the words are generic
/// over stands first: `words!([D: Dimension] (..))`.
macro_rules! words {
    ($vis:vis $([$($generic:tt)+])? ($($name:ident: $kind:ty => $view:expr),+ $(,)?)) => {
        /// The loss of every sample.
        ///
        /// Errors: an argument that is empty, of another length or shape, or holds what it must not.
        $vis fn each<$($($generic)+)?>(
            &self,
            $($name: $kind),+
        ) -> Result<ndarray::Array1<f64>, LossError> {
            Ok(self.evaluate($($view),+, $crate::loss::Ask::EACH)?.0.each())
        }

        /// The mean of the samples' losses.
        ///
        /// Errors: as of `each`.
        $vis fn mean<$($($generic)+)?>(&self, $($name: $kind),+) -> Result<f64, LossError> {
            Ok(self.evaluate($($view),+, $crate::loss::Ask::TOTAL)?.0.mean())
        }

        /// The sum of the samples' losses.
        ///
        /// Errors: as of `each`.
        $vis fn sum<$($($generic)+)?>(&self, $($name: $kind),+) -> Result<f64, LossError> {
            Ok(self.evaluate($($view),+, $crate::loss::Ask::TOTAL)?.0.sum())
        }
    };
    (
        $vis:vis $([$($generic:tt)+])?
        ($($name:ident: $kind:ty => $view:expr),+ $(,)?) -> $gradient:ty
    ) => {
        words!($vis $([$($generic)+])? ($($name: $kind => $view),+));

        /// The gradient of the **mean** loss with respect to the prediction, in its shape.
        ///
        /// Errors: as of `each`.
        $vis fn gradient<$($($generic)+)?>(
            &self,
            $($name: $kind),+
        ) -> Result<$gradient, LossError> {
            Ok(self.evaluate($($view),+, $crate::loss::Ask::GRADIENT)?.1)
        }

        /// `mean` and `gradient` in one pass: what a step of gradient descent needs.
        ///
        /// Errors: as of `each`.
        $vis fn mean_and_gradient<$($($generic)+)?>(
            &self,
            $($name: $kind),+
        ) -> Result<(f64, $gradient), LossError> {
            let (losses, gradient) = self.evaluate($($view),+, $crate::loss::Ask::GRADIENT)?;
            Ok((losses.mean(), gradient))
        }
    };
}
pub(crate) use words;
