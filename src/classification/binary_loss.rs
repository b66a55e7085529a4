//! The words in which every loss of two classes answers.

use ndarray::{Array1, ArrayView1};

use super::target::Reads;
use crate::columns::Columns;
use crate::error::LossError;
use crate::error::check::Holds;
use crate::sum::Sum;

/// A loss of two classes: how bad is this one number, if the sample is positive (or negative)?
///
/// To add a loss, write [`cost_and_slope`](Self::cost_and_slope); the rest is provided.
///
/// # Arguments, shapes, errors
///
/// The provided methods take `n` targets and `n` predictions, target first: slices, vectors, arrays
/// or views of `f64`. A target is the probability that its sample is positive: 1 for positive, 0 for
/// negative (a lecture's `y = -1`); between them the expected loss is taken. A prediction is a score
/// or a probability, as [`reads`](Self::reads) says. They all refuse
/// - an empty argument ([`LossError::Empty`]),
/// - arguments of different length ([`LossError::LengthMismatch`]),
/// - a NaN or an infinity ([`LossError::NotFinite`]),
/// - a target, and where one is read a prediction, that is not a probability
///   ([`LossError::NotProbability`]).
///
/// A boxed loss is a loss, so that a list can hold different ones.
///
/// ```
/// # use lossbook::classification::*;
/// # use lossbook::prelude::*;
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
    /// # use lossbook::classification::*;
    /// assert_eq!(Hinge.cost_and_slope(true, -2.0), (3.0, -1.0));
    /// ```
    fn cost_and_slope(&self, positive: bool, prediction: f64) -> (f64, f64);

    /// What the prediction is; a score, unless a loss says otherwise.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// assert_eq!(BinaryCrossEntropy::from_probabilities().reads(), Reads::Probabilities);
    /// ```
    fn reads(&self) -> Reads {
        Reads::Scores
    }

    /// The loss of one sample.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// assert_eq!(Hinge.loss(1.0, -2.0), 3.0);
    /// assert_eq!(Hinge.loss(0.5, -2.0), 1.5); // 3 if positive, 0 if not
    /// ```
    fn loss(&self, target: f64, prediction: f64) -> f64 {
        loss_and_slope(self, target, prediction).0
    }

    /// The derivative of [`loss`](Self::loss) with respect to the prediction.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// assert_eq!(Hinge.slope(1.0, -2.0), -1.0);
    /// ```
    fn slope(&self, target: f64, prediction: f64) -> f64 {
        loss_and_slope(self, target, prediction).1
    }

    /// The loss of every sample: `[n]` in, `[n]` out.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// assert_eq!(Hinge.each(&[1.0, 0.0], &[0.5, -3.0])?, array![0.5, 0.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As the trait's page lists.
    fn each<'t, 'p>(
        &self,
        target: impl Into<ArrayView1<'t, f64>>,
        prediction: impl Into<ArrayView1<'p, f64>>,
    ) -> Result<Array1<f64>, LossError>
    where
        Self: Sized,
    {
        each(self, target.into(), prediction.into())
    }

    /// The mean of the samples' losses, `1/n sum loss_i`, whatever weights a loss has.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// assert_eq!(Hinge.mean(&[1.0, 0.0], &[0.5, -3.0])?, 0.25);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As the trait's page lists.
    fn mean<'t, 'p>(
        &self,
        target: impl Into<ArrayView1<'t, f64>>,
        prediction: impl Into<ArrayView1<'p, f64>>,
    ) -> Result<f64, LossError>
    where
        Self: Sized,
    {
        Ok(add_up(self, target.into(), prediction.into())?.mean())
    }

    /// The sum of the samples' losses, `sum loss_i`.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// assert_eq!(Hinge.sum(&[1.0, 0.0], &[0.5, -3.0])?, 0.5);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As the trait's page lists.
    fn sum<'t, 'p>(
        &self,
        target: impl Into<ArrayView1<'t, f64>>,
        prediction: impl Into<ArrayView1<'p, f64>>,
    ) -> Result<f64, LossError>
    where
        Self: Sized,
    {
        Ok(add_up(self, target.into(), prediction.into())?.total())
    }

    /// The gradient of the **mean** loss with respect to the prediction, in the prediction's shape.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// assert_eq!(Hinge.gradient(&[1.0, 0.0], &[0.5, -3.0])?, array![-0.5, 0.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As the trait's page lists.
    fn gradient<'t, 'p>(
        &self,
        target: impl Into<ArrayView1<'t, f64>>,
        prediction: impl Into<ArrayView1<'p, f64>>,
    ) -> Result<Array1<f64>, LossError>
    where
        Self: Sized,
    {
        gradient(self, target.into(), prediction.into())
    }

    /// [`mean`](Self::mean) and [`gradient`](Self::gradient) in one pass over the samples: what a
    /// step of gradient descent needs.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// let (mean, gradient) = Hinge.mean_and_gradient(&[1.0, 0.0], &[0.5, -3.0])?;
    /// assert_eq!(mean, 0.25);
    /// assert_eq!(gradient, array![-0.5, 0.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As the trait's page lists.
    fn mean_and_gradient<'t, 'p>(
        &self,
        target: impl Into<ArrayView1<'t, f64>>,
        prediction: impl Into<ArrayView1<'p, f64>>,
    ) -> Result<(f64, Array1<f64>), LossError>
    where
        Self: Sized,
    {
        mean_and_gradient(self, target.into(), prediction.into())
    }

    /// The loss of each of some hundred samples.
    #[doc(hidden)]
    fn loss_of_each(&self, target: &[f64], prediction: &[f64], losses: &mut [f64]) {
        for ((loss, &target), &prediction) in losses.iter_mut().zip(target).zip(prediction) {
            *loss = self.loss(target, prediction);
        }
    }

    /// The loss and `slope / count` of each of some hundred samples.
    #[doc(hidden)]
    fn loss_and_slope_of_each(
        &self,
        target: &[f64],
        prediction: &[f64],
        count: f64,
        losses: &mut [f64],
        slopes: &mut [f64],
    ) {
        let results = losses.iter_mut().zip(slopes);
        for ((result, &target), &prediction) in results.zip(target).zip(prediction) {
            let (loss, slope) = loss_and_slope(self, target, prediction);
            (*result.0, *result.1) = (loss, slope / count);
        }
    }
}

impl<L: BinaryLoss + ?Sized> BinaryLoss for &L {
    fn cost_and_slope(&self, positive: bool, prediction: f64) -> (f64, f64) {
        (**self).cost_and_slope(positive, prediction)
    }

    fn reads(&self) -> Reads {
        (**self).reads()
    }

    fn loss_of_each(&self, target: &[f64], prediction: &[f64], losses: &mut [f64]) {
        (**self).loss_of_each(target, prediction, losses);
    }

    fn loss_and_slope_of_each(
        &self,
        target: &[f64],
        prediction: &[f64],
        count: f64,
        losses: &mut [f64],
        slopes: &mut [f64],
    ) {
        (**self).loss_and_slope_of_each(target, prediction, count, losses, slopes);
    }
}

impl<L: BinaryLoss + ?Sized> BinaryLoss for Box<L> {
    fn cost_and_slope(&self, positive: bool, prediction: f64) -> (f64, f64) {
        (**self).cost_and_slope(positive, prediction)
    }

    fn reads(&self) -> Reads {
        (**self).reads()
    }

    fn loss_of_each(&self, target: &[f64], prediction: &[f64], losses: &mut [f64]) {
        (**self).loss_of_each(target, prediction, losses);
    }

    fn loss_and_slope_of_each(
        &self,
        target: &[f64],
        prediction: &[f64],
        count: f64,
        losses: &mut [f64],
        slopes: &mut [f64],
    ) {
        (**self).loss_and_slope_of_each(target, prediction, count, losses, slopes);
    }
}

/// Loss and slope of one sample; a side without a share adds nothing, even where it is infinite.
pub(crate) fn loss_and_slope(
    loss: &(impl BinaryLoss + ?Sized),
    target: f64,
    prediction: f64,
) -> (f64, f64) {
    if target == 1.0 || target == 0.0 {
        return loss.cost_and_slope(target == 1.0, prediction);
    }
    let (positive, down) = loss.cost_and_slope(true, prediction);
    let (negative, up) = loss.cost_and_slope(false, prediction);
    (target * positive + (1.0 - target) * negative, target * down + (1.0 - target) * up)
}

// What the provided methods do is compiled once, here, and not again by everyone who calls them: the
// loss is asked for some hundred samples at a time.

fn each(
    loss: &dyn BinaryLoss,
    target: ArrayView1<f64>,
    prediction: ArrayView1<f64>,
) -> Result<Array1<f64>, LossError> {
    samples(loss, target, prediction)?.map_chunks(|[target, prediction], losses| {
        loss.loss_of_each(target, prediction, losses);
        true
    })
}

fn add_up(
    loss: &dyn BinaryLoss,
    target: ArrayView1<f64>,
    prediction: ArrayView1<f64>,
) -> Result<Sum, LossError> {
    samples(loss, target, prediction)?.add_up_chunks(|[target, prediction], losses| {
        loss.loss_of_each(target, prediction, losses);
        true
    })
}

fn gradient(
    loss: &dyn BinaryLoss,
    target: ArrayView1<f64>,
    prediction: ArrayView1<f64>,
) -> Result<Array1<f64>, LossError> {
    let samples = samples(loss, target, prediction)?;
    let count = samples.len();
    samples.slopes_of_chunks(|[target, prediction], losses, slopes| {
        loss.loss_and_slope_of_each(target, prediction, count, losses, slopes);
        true
    })
}

fn mean_and_gradient(
    loss: &dyn BinaryLoss,
    target: ArrayView1<f64>,
    prediction: ArrayView1<f64>,
) -> Result<(f64, Array1<f64>), LossError> {
    let samples = samples(loss, target, prediction)?;
    let count = samples.len();
    samples.mean_and_slopes_of_chunks(|[target, prediction], losses, slopes| {
        loss.loss_and_slope_of_each(target, prediction, count, losses, slopes);
        true
    })
}

fn samples<'s, 't: 's, 'p: 's>(
    loss: &dyn BinaryLoss,
    target: ArrayView1<'t, f64>,
    prediction: ArrayView1<'p, f64>,
) -> Result<Columns<'s, 2>, LossError> {
    Columns::holding(
        [Holds::Probabilities, loss.reads().into()],
        ["target", "prediction"],
        [target.reborrow(), prediction.reborrow()],
    )
}
