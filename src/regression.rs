//! Losses for predicting a number.
//!
//! All of them look at the **residual** `r = y - y_hat`: target minus prediction, as the lectures
//! have it. They differ in how much a residual costs, and so in how hard a far-off sample pulls:
//!
//! | loss | formula for one sample | pull of an outlier |
//! | --- | --- | --- |
//! | [`SquaredError`] | `r^2` | grows without end |
//! | [`AbsoluteError`] | `abs(r)` | the same as everyone's |
//! | [`Huber`] | `r^2 / 2` up to delta, then a straight line | at most delta |
//! | [`SmoothL1`] | Huber divided by its delta (here: beta) | at most 1 |
//! | [`LogCosh`] | `ln cosh r` | at most 1 |
//! | [`Quantile`] | `tau r` above, `(tau - 1) r` below | tau, or 1 - tau |
//!
//! Every loss answers in the same words, those of the trait [`RegressionLoss`].
//!
//! ```
//! use lossbook::prelude::*;
//!
//! // The lecture's five residuals with an outlier: -10, -5, 0, 5, 100.
//! let y = [0.0, 0.0, 0.0, 0.0, 100.0];
//! let y_hat = [10.0, 5.0, 0.0, -5.0, 0.0];
//!
//! let huber = Huber::new(1.0)?;
//! assert_eq!(huber.each(&y, &y_hat)?, array![9.5, 4.5, 0.0, 4.5, 99.5]);
//! assert_eq!(huber.mean(&y, &y_hat)?, 23.6);
//! assert_eq!(mae(&y, &y_hat)?, 24.0);
//! # Ok::<(), LossError>(())
//! ```
//!
//! Numbers too large for an `f64` follow IEEE arithmetic: the square of `1e200` is infinite, and a
//! mean of it is, too. A sum that overflows only on the way to a mean that fits does no harm.

mod losses;
mod plain;

pub use losses::{AbsoluteError, Huber, LogCosh, Quantile, SmoothL1, SquaredError};
pub use plain::{mae, mse, residuals, rmse};

use multiversion::multiversion;
use ndarray::{Array1, ArrayView1};

use crate::columns::Columns;
use crate::error::LossError;
use crate::error::check::{Holds, Suspicion};
use crate::sum::Sum;

/// A loss of one number at a time: how bad is it to be off by this much?
///
/// To add a loss, write [`loss`](Self::loss) and [`slope`](Self::slope); the rest is provided.
///
/// # Arguments, shapes, errors
///
/// The provided methods take `n` targets and `n` predictions, target first: slices, vectors, arrays
/// or views of `f64`, in any unit as long as it is the same. They all refuse
/// - an empty argument ([`LossError::Empty`]),
/// - arguments of different length ([`LossError::LengthMismatch`]),
/// - a NaN or an infinity ([`LossError::NotFinite`], which names where).
///
/// # A list of losses
///
/// A boxed loss is a loss, so that a list can hold different ones. (A plain `&dyn RegressionLoss` has
/// `loss` and `slope` only; a reference to it, `&&dyn RegressionLoss`, has everything again.)
///
/// ```
/// use lossbook::prelude::*;
///
/// let losses: [Box<dyn RegressionLoss>; 2] =
///     [Box::new(SquaredError), Box::new(Huber::new(1.0)?)];
/// let means = losses.iter().map(|loss| loss.mean(&[3.0], &[0.0]));
/// assert_eq!(means.collect::<Result<Vec<f64>, _>>()?, [9.0, 2.5]);
/// # Ok::<(), LossError>(())
/// ```
pub trait RegressionLoss {
    /// The loss of one sample whose residual `r = target - prediction` is given.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(SquaredError.loss(-3.0), 9.0);
    /// ```
    fn loss(&self, residual: f64) -> f64;

    /// The derivative of [`loss`](Self::loss) with respect to the **prediction**, at residual `r`.
    ///
    /// A prediction that rises lowers the residual, so this is minus the derivative with respect to
    /// `r`. Below its target (`r > 0`) a prediction should rise: the slope there is negative. Where
    /// a loss has a kink, the loss's own page says which subgradient is taken.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(SquaredError.slope(3.0), -6.0);
    /// ```
    fn slope(&self, residual: f64) -> f64;

    /// The loss of every sample: `[n]` in, `[n]` out.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let losses = AbsoluteError.each(&[1.0, 2.0], &[1.5, 0.0])?;
    /// assert_eq!(losses, array![0.5, 2.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
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

    /// The mean of the samples' losses, `1/n sum loss(r_i)`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(AbsoluteError.mean(&[1.0, 2.0], &[1.5, 0.0])?, 1.25);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
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

    /// The sum of the samples' losses, `sum loss(r_i)`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(AbsoluteError.sum(&[1.0, 2.0], &[1.5, 0.0])?, 2.5);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
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

    /// The gradient of the **mean** loss with respect to the prediction: `slope(r_i) / n`, in the
    /// prediction's shape.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let gradient = SquaredError.gradient(&[1.0, 2.0], &[1.5, 0.0])?;
    /// assert_eq!(gradient, array![0.5, -2.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
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
    /// # use lossbook::prelude::*;
    /// let (mean, gradient) = SquaredError.mean_and_gradient(&[1.0, 2.0], &[1.5, 0.0])?;
    /// assert_eq!(mean, 2.125);
    /// assert_eq!(gradient, array![0.5, -2.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
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

    /// The loss of each of some hundred samples, and whether all residuals are finite.
    #[doc(hidden)]
    fn loss_of_each(&self, target: &[f64], prediction: &[f64], losses: &mut [f64]) -> bool {
        losses_of(self, target, prediction, losses)
    }

    /// The loss and `slope / count` of each of some hundred samples, and whether all residuals are
    /// finite.
    #[doc(hidden)]
    fn loss_and_slope_of_each(
        &self,
        target: &[f64],
        prediction: &[f64],
        count: f64,
        losses: &mut [f64],
        slopes: &mut [f64],
    ) -> bool {
        losses_and_slopes_of(self, target, prediction, count, losses, slopes)
    }
}

impl<L: RegressionLoss + ?Sized> RegressionLoss for &L {
    fn loss(&self, residual: f64) -> f64 {
        (**self).loss(residual)
    }

    fn slope(&self, residual: f64) -> f64 {
        (**self).slope(residual)
    }

    fn loss_of_each(&self, target: &[f64], prediction: &[f64], losses: &mut [f64]) -> bool {
        (**self).loss_of_each(target, prediction, losses)
    }

    fn loss_and_slope_of_each(
        &self,
        target: &[f64],
        prediction: &[f64],
        count: f64,
        losses: &mut [f64],
        slopes: &mut [f64],
    ) -> bool {
        (**self).loss_and_slope_of_each(target, prediction, count, losses, slopes)
    }
}

impl<L: RegressionLoss + ?Sized> RegressionLoss for Box<L> {
    fn loss(&self, residual: f64) -> f64 {
        (**self).loss(residual)
    }

    fn slope(&self, residual: f64) -> f64 {
        (**self).slope(residual)
    }

    fn loss_of_each(&self, target: &[f64], prediction: &[f64], losses: &mut [f64]) -> bool {
        (**self).loss_of_each(target, prediction, losses)
    }

    fn loss_and_slope_of_each(
        &self,
        target: &[f64],
        prediction: &[f64],
        count: f64,
        losses: &mut [f64],
        slopes: &mut [f64],
    ) -> bool {
        (**self).loss_and_slope_of_each(target, prediction, count, losses, slopes)
    }
}

// What the provided methods do is compiled once, here, and not again by everyone who calls them: the
// loss is asked for some hundred samples at a time.

fn each(
    loss: &dyn RegressionLoss,
    target: ArrayView1<f64>,
    prediction: ArrayView1<f64>,
) -> Result<Array1<f64>, LossError> {
    pairs(target, prediction)?
        .map_chunks(|[target, prediction], losses| loss.loss_of_each(target, prediction, losses))
}

fn add_up(
    loss: &dyn RegressionLoss,
    target: ArrayView1<f64>,
    prediction: ArrayView1<f64>,
) -> Result<Sum, LossError> {
    pairs(target, prediction)?
        .add_up_chunks(|[target, prediction], losses| loss.loss_of_each(target, prediction, losses))
}

fn gradient(
    loss: &dyn RegressionLoss,
    target: ArrayView1<f64>,
    prediction: ArrayView1<f64>,
) -> Result<Array1<f64>, LossError> {
    let pairs = pairs(target, prediction)?;
    let count = pairs.len();
    pairs.slopes_of_chunks(|[target, prediction], losses, slopes| {
        loss.loss_and_slope_of_each(target, prediction, count, losses, slopes)
    })
}

fn mean_and_gradient(
    loss: &dyn RegressionLoss,
    target: ArrayView1<f64>,
    prediction: ArrayView1<f64>,
) -> Result<(f64, Array1<f64>), LossError> {
    let pairs = pairs(target, prediction)?;
    let count = pairs.len();
    pairs.mean_and_slopes_of_chunks(|[target, prediction], losses, slopes| {
        loss.loss_and_slope_of_each(target, prediction, count, losses, slopes)
    })
}

#[multiversion(targets("x86_64+avx2"))]
fn losses_of<L: RegressionLoss + ?Sized>(
    loss: &L,
    target: &[f64],
    prediction: &[f64],
    losses: &mut [f64],
) -> bool {
    let mut found = Suspicion::NONE;
    for ((to_loss, target), prediction) in losses.iter_mut().zip(target).zip(prediction) {
        let residual = target - prediction;
        found = found.not_finite(residual);
        *to_loss = loss.loss(residual);
    }
    found.none()
}

#[multiversion(targets("x86_64+avx2"))]
fn losses_and_slopes_of<L: RegressionLoss + ?Sized>(
    loss: &L,
    target: &[f64],
    prediction: &[f64],
    count: f64,
    losses: &mut [f64],
    slopes: &mut [f64],
) -> bool {
    let mut found = Suspicion::NONE;
    let results = losses.iter_mut().zip(slopes);
    for (((to_loss, to_slope), target), prediction) in results.zip(target).zip(prediction) {
        let residual = target - prediction;
        found = found.not_finite(residual);
        (*to_loss, *to_slope) = (loss.loss(residual), loss.slope(residual) / count);
    }
    found.none()
}

/// The samples, of which the residuals tell whether they are finite: a finite difference proves both
/// its terms finite.
fn pairs<'s, 't: 's, 'p: 's>(
    target: ArrayView1<'t, f64>,
    prediction: ArrayView1<'p, f64>,
) -> Result<Columns<'s, 2>, LossError> {
    Columns::holding(
        [Holds::NumbersAsRead; 2],
        ["target", "prediction"],
        [target.reborrow(), prediction.reborrow()],
    )
}
