//! The square.

use super::RegressionLoss;

/// Squared error: `r^2`. Its mean is the MSE.
///
/// Derivative: `-2 r`, so that a sample pulls in proportion to its distance, and an outlier most of all.
/// Unit: the target's, squared. The best constant prediction is the mean.
///
/// ```
/// # use lossbook::prelude::*;
/// // The lecture's pair of residuals, whose plain sum is 0: -100 and 100.
/// assert_eq!(SquaredError.mean(&[0.0, 1.0], &[100.0, -99.0])?, 10_000.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: C.-S. Huang, "Neural networks and loss functions" (lecture), "MSE & MAE".
#[doc(alias = "MSELoss")]
#[doc(alias = "L2Loss")]
#[doc(alias = "squared_error")]
#[doc(alias = "mean_squared_error")]
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SquaredError;

impl RegressionLoss for SquaredError {
    #[inline]
    fn value_and_derivative(&self, residual: f64) -> (f64, f64) {
        // 0 is 0, not -0: tables would print the sign.
        (residual * residual, 0.0 - 2.0 * residual)
    }
}
