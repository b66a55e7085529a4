//! The absolute value.

use super::RegressionLoss;

/// Absolute error: `abs(r)`. Its mean is the MAE.
///
/// Derivative: -1 below the target (`r > 0`), 1 above it; at the kink `r = 0` the subgradient 0 is taken.
/// The size of the pull never changes: an outlier has no more to say than anyone else, but a step
/// does not shrink near the target either. Unit: the target's. The best constant prediction is the
/// median.
///
/// ```
/// # use lossbook::prelude::*;
/// assert_eq!(AbsoluteError.mean(&[0.0, 1.0], &[100.0, -99.0])?, 100.0);
/// assert_eq!(AbsoluteError.derivative(0.0), 0.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: C.-S. Huang, "Neural networks and loss functions" (lecture), "MSE & MAE".
#[doc(alias = "L1Loss")]
#[doc(alias = "mean_absolute_error")]
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct AbsoluteError;

impl RegressionLoss for AbsoluteError {
    #[inline]
    fn value_and_derivative(&self, residual: f64) -> (f64, f64) {
        (residual.abs(), if residual == 0.0 { 0.0 } else { -residual.signum() })
    }
}
