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
//! Every loss answers in the same words, those of [`RegressionWords`].
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

mod absolute_error;
mod huber;
mod log_cosh;
mod plain;
mod quantile;
mod smooth_l1;
mod squared_error;

pub use absolute_error::AbsoluteError;
pub use huber::Huber;
pub use log_cosh::LogCosh;
pub use plain::{mae, mse, residuals, rmse};
pub use quantile::Quantile;
pub use smooth_l1::SmoothL1;
pub use squared_error::SquaredError;

use multiversion::multiversion;
use ndarray::{Array1, ArrayView1};

use crate::error::LossError;
use crate::loss::{self, Ask, Chunk, Losses, Vector, Weighted, words};
use crate::numeric::check::FiniteScan;
use crate::numeric::{Columns, Domain};

/// A loss of one number at a time: how bad is it to be off by this much?
///
/// To add a loss, write [`value_and_derivative`](Self::value_and_derivative): it then has all the words
/// of [`RegressionWords`]. A list may hold different ones:
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
    /// The loss of one sample whose residual `r = target - prediction` is given, and its derivative
    /// with respect to the **prediction**.
    ///
    /// A prediction that rises lowers the residual, so this is minus the derivative with respect to
    /// `r`. Below its target (`r > 0`) a prediction should rise: the derivative there is negative.
    /// Where a loss has a kink, the loss's own page says which subgradient is taken.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(SquaredError.value_and_derivative(3.0), (9.0, -6.0));
    /// ```
    fn value_and_derivative(&self, residual: f64) -> (f64, f64);

    /// The loss of one sample whose residual is given.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(SquaredError.loss(-3.0), 9.0);
    /// ```
    fn loss(&self, residual: f64) -> f64 {
        self.value_and_derivative(residual).0
    }

    /// The derivative of [`loss`](Self::loss) with respect to the prediction.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(SquaredError.derivative(3.0), -6.0);
    /// ```
    fn derivative(&self, residual: f64) -> f64 {
        self.value_and_derivative(residual).1
    }

    /// Some hundred samples, and whether all residuals are finite.
    #[doc(hidden)]
    fn fill(&self, chunk: Chunk<2>) -> bool {
        fill(self, chunk)
    }
}

impl<L: RegressionLoss + ?Sized> RegressionLoss for &L {
    fn value_and_derivative(&self, residual: f64) -> (f64, f64) {
        (**self).value_and_derivative(residual)
    }

    fn fill(&self, chunk: Chunk<2>) -> bool {
        (**self).fill(chunk)
    }
}

/// A function from a residual to a loss and its derivative is a loss.
///
/// ```
/// # use lossbook::prelude::*;
/// let cubic: fn(f64) -> (f64, f64) = |r| (r.abs().powi(3), -3.0 * r * r.abs());
/// assert_eq!(cubic.mean(&[2.0, 0.0], &[0.0, 0.0])?, 4.0);
/// # Ok::<(), LossError>(())
/// ```
impl RegressionLoss for fn(f64) -> (f64, f64) {
    fn value_and_derivative(&self, residual: f64) -> (f64, f64) {
        self(residual)
    }
}

fn fill<L: RegressionLoss + ?Sized>(loss: &L, chunk: Chunk<2>) -> bool {
    let Chunk { columns: [target, prediction], losses, derivatives, count } = chunk;
    if derivatives.is_empty() {
        losses_of(loss, target, prediction, losses)
    } else {
        losses_and_derivatives_of(loss, target, prediction, losses, derivatives, count)
    }
}

// Apart, and with slices as arguments, which are known not to overlap: the compiler then computes twice
// as many samples at once.

#[multiversion(targets("x86_64+avx2"))]
fn losses_of<L: RegressionLoss + ?Sized>(
    loss: &L,
    target: &[f64],
    prediction: &[f64],
    losses: &mut [f64],
) -> bool {
    let mut seen = FiniteScan::default();
    for ((to_loss, target), prediction) in losses.iter_mut().zip(target).zip(prediction) {
        let residual = target - prediction;
        seen.see(residual);
        *to_loss = loss.value_and_derivative(residual).0;
    }
    seen.all_finite()
}

#[multiversion(targets("x86_64+avx2"))]
fn losses_and_derivatives_of<L: RegressionLoss + ?Sized>(
    loss: &L,
    target: &[f64],
    prediction: &[f64],
    losses: &mut [f64],
    derivatives: &mut [f64],
    count: f64,
) -> bool {
    let mut seen = FiniteScan::default();
    let found = losses.iter_mut().zip(derivatives);
    for (((to_loss, to_derivative), target), prediction) in found.zip(target).zip(prediction) {
        let residual = target - prediction;
        seen.see(residual);
        let (loss, derivative) = loss.value_and_derivative(residual);
        (*to_loss, *to_derivative) = (loss, derivative / count);
    }
    seen.all_finite()
}

/// The words of a [`RegressionLoss`].
///
/// They take `n` targets and `n` predictions, target first, in any unit as long as it is the same, and
/// refuse
/// - an empty argument ([`LossError::Empty`]),
/// - arguments of different length ([`LossError::LengthMismatch`]),
/// - a NaN or an infinity ([`LossError::NotFinite`], which names where).
///
/// ```
/// # use lossbook::prelude::*;
/// let (y, y_hat) = ([1.0, 2.0], [1.5, 0.0]);
/// assert_eq!(SquaredError.each(&y, &y_hat)?, array![0.25, 4.0]);
/// assert_eq!(SquaredError.mean(&y, &y_hat)?, 2.125);
/// assert_eq!(SquaredError.sum(&y, &y_hat)?, 4.25);
/// assert_eq!(SquaredError.gradient(&y, &y_hat)?, array![0.5, -2.0]);
/// assert_eq!(SquaredError.mean_and_gradient(&y, &y_hat)?, (2.125, array![0.5, -2.0]));
/// # Ok::<(), LossError>(())
/// ```
pub trait RegressionWords {
    words!((target: impl Vector => target.as_vector(),
            prediction: impl Vector => prediction.as_vector()) -> Array1<f64>);

    /// The same loss of samples that do not all count alike.
    fn weighted<'a>(&'a self, weights: &'a (impl Vector + ?Sized)) -> Weighted<'a, Self> {
        Weighted { loss: self, weights: weights.as_vector() }
    }

    #[doc(hidden)]
    fn evaluate(
        &self,
        target: ArrayView1<f64>,
        prediction: ArrayView1<f64>,
        ask: Ask,
    ) -> Result<(Losses, Array1<f64>), LossError>;
}

impl<L: RegressionLoss + ?Sized> RegressionWords for L {
    fn evaluate(
        &self,
        target: ArrayView1<f64>,
        prediction: ArrayView1<f64>,
        ask: Ask,
    ) -> Result<(Losses, Array1<f64>), LossError> {
        evaluate(&self, target, prediction, ask)
    }
}

impl<L: RegressionLoss + ?Sized> RegressionWords for Weighted<'_, L> {
    fn evaluate(
        &self,
        target: ArrayView1<f64>,
        prediction: ArrayView1<f64>,
        ask: Ask,
    ) -> Result<(Losses, Array1<f64>), LossError> {
        evaluate(&self.loss, target, prediction, ask.weighted(self.weights))
    }
}

/// Compiled once, here, and not again by everyone who calls a word.
fn evaluate(
    loss: &dyn RegressionLoss,
    target: ArrayView1<f64>,
    prediction: ArrayView1<f64>,
    ask: Ask,
) -> Result<(Losses, Array1<f64>), LossError> {
    // The residuals tell whether the samples are finite: a finite difference proves both its terms so.
    let columns =
        Columns::new(["target", "prediction"], [Domain::FiniteAsRead; 2], [target, prediction])?;
    loss::evaluate(columns, ask, |chunk| loss.fill(chunk))
}
