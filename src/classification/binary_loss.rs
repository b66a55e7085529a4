//! Two classes, one number per sample: what a loss of them is, and its words.

use ndarray::{Array1, ArrayView1};

use crate::error::LossError;
use crate::loss::{self, Ask, Chunk, Input, Losses, Vector, Weighted, words};
use crate::numeric::{Columns, Domain};

/// A loss of two classes: how bad is this one number, if the sample is positive (or negative)?
///
/// To add a loss, write [`value_and_derivative`](Self::value_and_derivative): it then has all the words
/// of [`BinaryWords`]. A list may hold different ones:
///
/// ```
/// use lossbook::prelude::*;
///
/// let losses: [Box<dyn BinaryLoss>; 2] = [Box::new(Hinge), Box::new(BinaryFocal::new(2.0)?)];
/// for loss in &losses {
///     assert!(loss.mean(&[1.0], &[0.5])? < loss.mean(&[0.0], &[0.5])?);
/// }
/// # Ok::<(), LossError>(())
/// ```
pub trait BinaryLoss {
    /// The loss of a positive or a negative sample, and its derivative with respect to the
    /// prediction. Where a loss has a kink, its own page says which subgradient is taken.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Hinge.value_and_derivative(true, -2.0), (3.0, -1.0));
    /// ```
    fn value_and_derivative(&self, positive: bool, prediction: f64) -> (f64, f64);

    /// What the prediction is; a logit, or another score, unless a loss says otherwise.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(BinaryCrossEntropy::from_probabilities().input(), Input::Probabilities);
    /// ```
    fn input(&self) -> Input {
        Input::Logits
    }

    /// The same of a sample that is positive with the probability `target`: the expected loss. A
    /// side of probability 0 adds nothing, even where it is infinite.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// // 3 if positive, 0 if not.
    /// assert_eq!(Hinge.expected_value_and_derivative(0.5, -2.0), (1.5, -0.5));
    /// ```
    fn expected_value_and_derivative(&self, target: f64, prediction: f64) -> (f64, f64) {
        if target == 1.0 || target == 0.0 {
            return self.value_and_derivative(target == 1.0, prediction);
        }
        let (positive, down) = self.value_and_derivative(true, prediction);
        let (negative, up) = self.value_and_derivative(false, prediction);
        (target * positive + (1.0 - target) * negative, target * down + (1.0 - target) * up)
    }

    /// The loss of one sample.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Hinge.loss(1.0, -2.0), 3.0);
    /// assert_eq!(Hinge.loss(0.5, -2.0), 1.5);
    /// ```
    fn loss(&self, target: f64, prediction: f64) -> f64 {
        self.expected_value_and_derivative(target, prediction).0
    }

    /// The derivative of [`loss`](Self::loss) with respect to the prediction.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Hinge.derivative(1.0, -2.0), -1.0);
    /// ```
    fn derivative(&self, target: f64, prediction: f64) -> f64 {
        self.expected_value_and_derivative(target, prediction).1
    }

    /// Some hundred samples.
    #[doc(hidden)]
    fn fill(&self, chunk: Chunk<2>) {
        chunk.fill(|[target, prediction]| self.expected_value_and_derivative(target, prediction));
    }
}

impl<L: BinaryLoss + ?Sized> BinaryLoss for &L {
    fn value_and_derivative(&self, positive: bool, prediction: f64) -> (f64, f64) {
        (**self).value_and_derivative(positive, prediction)
    }

    fn input(&self) -> Input {
        (**self).input()
    }

    fn expected_value_and_derivative(&self, target: f64, prediction: f64) -> (f64, f64) {
        (**self).expected_value_and_derivative(target, prediction)
    }

    fn fill(&self, chunk: Chunk<2>) {
        (**self).fill(chunk);
    }
}

/// The losses, and the gradient if it is asked for.
type Found = Result<(Losses, Array1<f64>), LossError>;

/// The words of a [`BinaryLoss`].
///
/// They take `n` targets and `n` predictions, target first. A target is the probability that its sample
/// is positive: 1 for positive, 0 for negative (a lecture's `y = -1`); between them the expected loss
/// is taken. A prediction is a logit (or another score), which may be infinite, or a probability, as
/// [`input`](BinaryLoss::input) says. They refuse
/// - an empty argument ([`LossError::Empty`]),
/// - arguments of different length ([`LossError::LengthMismatch`]),
/// - a NaN, and an infinity that is no logit ([`LossError::NotFinite`]),
/// - a target, and where one is needed a prediction, that is not a probability
///   ([`LossError::NotProbability`]).
///
/// ```
/// # use lossbook::prelude::*;
/// let (y, score) = ([1.0, 0.0], [0.5, -3.0]);
/// assert_eq!(Hinge.each(&y, &score)?, array![0.5, 0.0]);
/// assert_eq!(Hinge.mean(&y, &score)?, 0.25);
/// assert_eq!(Hinge.sum(&y, &score)?, 0.5);
/// assert_eq!(Hinge.gradient(&y, &score)?, array![-0.5, 0.0]);
/// assert_eq!(Hinge.mean_and_gradient(&y, &score)?, (0.25, array![-0.5, 0.0]));
/// # Ok::<(), LossError>(())
/// ```
pub trait BinaryWords {
    words!((target: impl Vector => target.as_vector(),
            prediction: impl Vector => prediction.as_vector()) -> Array1<f64>);

    /// The same loss of samples that do not all count alike; one of weight 0 is not looked at.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// // (1 * 0.5 + 3 * 2) / 4, by hand.
    /// let loss = Hinge.weighted(&[1.0, 3.0, 0.0]).mean(&[1.0, 0.0, f64::NAN], &[0.5, 1.0, 0.0])?;
    /// assert_eq!(loss, 1.625);
    /// # Ok::<(), LossError>(())
    /// ```
    fn weighted<'a>(&'a self, weights: &'a (impl Vector + ?Sized)) -> Weighted<'a, Self> {
        Weighted { loss: self, weights: weights.as_vector() }
    }

    #[doc(hidden)]
    fn evaluate(&self, target: ArrayView1<f64>, prediction: ArrayView1<f64>, ask: Ask) -> Found;
}

impl<L: BinaryLoss + ?Sized> BinaryWords for L {
    fn evaluate(&self, target: ArrayView1<f64>, prediction: ArrayView1<f64>, ask: Ask) -> Found {
        evaluate(&self, target, prediction, ask)
    }
}

impl<L: BinaryLoss + ?Sized> BinaryWords for Weighted<'_, L> {
    fn evaluate(&self, target: ArrayView1<f64>, prediction: ArrayView1<f64>, ask: Ask) -> Found {
        evaluate(&self.loss, target, prediction, ask.weighted(self.weights))
    }
}

/// Compiled once, here, and not again by everyone who calls a word.
fn evaluate(
    loss: &dyn BinaryLoss,
    target: ArrayView1<f64>,
    prediction: ArrayView1<f64>,
    ask: Ask,
) -> Found {
    let domains = [Domain::Probability, loss.input().domain()];
    let columns = Columns::new(["target", "prediction"], domains, [target, prediction])?;
    loss::evaluate(columns, ask, |chunk| {
        loss.fill(chunk);
        true
    })
}
