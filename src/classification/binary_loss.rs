//! The words in which every loss of two classes answers.

use ndarray::{Array1, ArrayView1};

use super::target::Reads;
use crate::error::{LossError, check};
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
        let mut losses = Vec::new();
        walk(self, target.into(), prediction.into(), |target, prediction| {
            losses.push(self.loss(target, prediction));
        })?;
        Ok(Array1::from_vec(losses))
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
        Ok(self.mean_and_gradient(target, prediction)?.1)
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
        let prediction = prediction.into();
        let n = prediction.len() as f64;
        let (mut losses, mut slopes) = (Sum::ZERO, Vec::new());
        walk(self, target.into(), prediction, |target, prediction| {
            let (loss, slope) = loss_and_slope(self, target, prediction);
            losses.add(loss);
            slopes.push(slope / n);
        })?;
        Ok((losses.mean(), Array1::from_vec(slopes)))
    }
}

impl<L: BinaryLoss + ?Sized> BinaryLoss for &L {
    fn cost_and_slope(&self, positive: bool, prediction: f64) -> (f64, f64) {
        (**self).cost_and_slope(positive, prediction)
    }

    fn reads(&self) -> Reads {
        (**self).reads()
    }
}

impl<L: BinaryLoss + ?Sized> BinaryLoss for Box<L> {
    fn cost_and_slope(&self, positive: bool, prediction: f64) -> (f64, f64) {
        (**self).cost_and_slope(positive, prediction)
    }

    fn reads(&self) -> Reads {
        (**self).reads()
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

fn add_up(
    loss: &impl BinaryLoss,
    target: ArrayView1<f64>,
    prediction: ArrayView1<f64>,
) -> Result<Sum, LossError> {
    let mut losses = Sum::ZERO;
    walk(loss, target, prediction, |target, prediction| losses.add(loss.loss(target, prediction)))?;
    Ok(losses)
}

fn walk(
    loss: &impl BinaryLoss,
    target: ArrayView1<f64>,
    prediction: ArrayView1<f64>,
    mut visit: impl FnMut(f64, f64),
) -> Result<(), LossError> {
    check::same_length("target", target.len(), "prediction", prediction.len())?;
    let reads = loss.reads();
    for (index, (&target, &prediction)) in target.iter().zip(prediction).enumerate() {
        check::probability("target", &[index], target)?;
        match reads {
            Reads::Scores => check::finite("prediction", &[index], prediction)?,
            Reads::Probabilities => check::probability("prediction", &[index], prediction)?,
        }
        visit(target, prediction);
    }
    Ok(())
}
