//! Ordinary least squares.

use super::{LinearModel, LinearObjective, Ridge};
use crate::error::LossError;
use crate::loss::{Matrix, Vector};
use crate::regression::{RegressionLoss, SquaredError};

/// Ordinary least squares: the MSE of a linear neuron.
///
/// ```text
/// 1/n sum_i (y_i - w x_i - b)^2
/// ```
///
/// (Statistics prefers the residual sum of squares, `n` times this: the same model is best.) Unit: the
/// target's, squared.
///
/// ```
/// # use lossbook::prelude::*;
/// let (y, x) = ([1.0, 3.0, 5.0], array![[0.0], [1.0], [2.0]]);
/// let model = Ols.fit(&y, &x)?;
/// assert_eq!((model.weights()[0], model.intercept()), (2.0, 1.0));
/// assert_eq!(Ols.value(&y, &x, &model)?, 0.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: C.-S. Huang, "Neural networks and loss functions" (lecture), "Regression".
#[doc(alias("LinearRegression", "LeastSquares", "lstsq", "OLS"))]
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Ols;

impl Ols {
    /// The weights and the intercept with the least MSE, in closed form: the pseudo-inverse of the
    /// centred data.
    ///
    /// The normal equations, which square the condition, are not formed: weights are right to about
    /// `1e-16` times the condition of the columns (each in its own unit), to 13 digits where columns
    /// are not nearly dependent.
    ///
    /// Where columns depend on each other, or there are not more rows than columns, many weights fit
    /// equally well. The **shortest** of them are the answer, as NumPy's `lstsq` and scikit-learn have
    /// it. Whether there are others, the rank tells: see it as the number of variances above 0
    /// of [`Pca::fit`](super::Pca::fit).
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// // A column twice: 2 and 0 fit as well, or 3 and -1, but 1 and 1 are the shortest.
    /// let (y, x) = ([2.0, 4.0, 6.0], array![[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]);
    /// let model = Ols.fit(&y, &x)?;
    /// assert!((&model.weights() - &array![1.0, 1.0]).iter().all(|off| off.abs() < 1e-14));
    /// let rank = Pca.fit(&x)?.variances().iter().filter(|&&variance| variance > 0.0).count();
    /// assert_eq!(rank, 1);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`LinearWords`](super::LinearWords); [`LossError::NotFinite`] for weights that exceed an
    /// `f64`.
    pub fn fit(&self, target: impl Vector, x: impl Matrix) -> Result<LinearModel, LossError> {
        Ridge::default().fit(target, x)
    }
}

impl LinearObjective for Ols {
    fn value_and_derivative(&self, target: f64, score: f64) -> (f64, f64) {
        SquaredError.value_and_derivative(target - score)
    }
}
