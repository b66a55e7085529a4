//! Ridge regression.

use ndarray::Axis;

use super::linear_algebra::Centred;
use super::{LinearModel, LinearObjective, Ols, samples};
use crate::error::LossError;
use crate::loss::{Matrix, Vector};
use crate::numeric::{Sum, check};

/// Ridge regression: the MSE plus lambda times the sum of the squared weights.
///
/// ```text
/// 1/n sum_i (y_i - w x_i - b)^2  +  lambda sum_j w_j^2
/// ```
///
/// Lambda says what a weight costs beside a residual: along a direction in which the features vary by
/// `v` (a variance of [`Pca`](super::Pca)), the least-squares weight is shrunk by the factor
/// `v / (v + lambda)`. So lambda has the unit of a feature squared: far below the variances it changes
/// nothing, far above them the weights go to 0, and features should be of comparable size. With lambda 0
/// this is [`Ols`](super::Ols). The intercept costs nothing.
///
/// Others write `sum_i (..)^2 + alpha sum_j w_j^2` (scikit-learn's `Ridge(alpha)`), which is `n`
/// times as large: `lambda = alpha / n` is the same model.
///
/// ```
/// # use lossbook::prelude::*;
/// let (y, x) = ([-2.0, 2.0], array![[-1.0], [1.0]]);
/// for (lambda, weight) in [(0.0, 2.0), (1.0, 1.0), (3.0, 0.5)] {
///     let model = Ridge::new(lambda)?.fit(&y, &x)?;
///     assert!((model.weights()[0] - weight).abs() < 1e-15);
/// }
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: A. E. Hoerl, R. W. Kennard, "Ridge regression", Technometrics 12 (1970); C.-S. Huang,
/// "Neural networks and loss functions" (lecture), "Ridge regression".
#[doc(alias("ridge_regression", "L2", "Tikhonov", "weight_decay", "shrinkage"))]
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Ridge {
    lambda: f64,
}

impl Ridge {
    /// With the price of a squared weight.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Ridge::new(0.1)?.lambda(), 0.1);
    /// assert!(Ridge::new(-0.1).is_err());
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `lambda >= 0` and finite.
    pub fn new(lambda: f64) -> Result<Self, LossError> {
        Ok(Self { lambda: check::at_least_zero("lambda", lambda, "lambda >= 0 and finite")? })
    }

    /// The weights and the intercept that make the objective least, in closed form, as precisely as
    /// [`Ols::fit`] does: `w = V diag(s / (s^2 + n lambda)) U' y` of the singular values `x = U s V'`
    /// of the centred data.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// // Two equal columns share the weight.
    /// let (y, x) = ([-2.0, 2.0], array![[-1.0, -1.0], [1.0, 1.0]]);
    /// let weights = Ridge::new(2.0)?.fit(&y, &x)?.weights().to_owned();
    /// assert!((weights - 0.5).iter().all(|off| off.abs() < 1e-15));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Ols::fit`].
    pub fn fit(&self, target: impl Vector, x: impl Matrix) -> Result<LinearModel, LossError> {
        let (target, x) = samples(target.as_vector(), x.as_matrix())?;
        let mean = target.iter().copied().collect::<Sum>().mean();
        let data = Centred::new(&x);
        let n_lambda = target.len() as f64 * self.lambda / data.unit / data.unit;
        let along = data.scores.t().dot(&(target - mean));
        // Of lengths the root would have been rounded.
        let squares = (&data.scores * &data.scores).sum_axis(Axis(0));
        let weights = along / (squares + n_lambda);
        data.model(weights.view(), mean)
    }
}

impl LinearObjective for Ridge {
    fn value_and_derivative(&self, target: f64, score: f64) -> (f64, f64) {
        Ols.value_and_derivative(target, score)
    }

    fn lambda(&self) -> f64 {
        self.lambda
    }
}
