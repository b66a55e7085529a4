//! A smooth passage from the square to the absolute value.

use std::f64::consts::LN_2;

use super::RegressionLoss;

/// Log-cosh: `ln cosh r`, nearly `r^2 / 2` at the target and nearly `abs(r) - ln 2` far from it.
///
/// Derivative: `-tanh r`, smooth everywhere. The number 1 is where it turns, so scale the residuals
/// first when their unit says nothing. `cosh` itself overflows from about 710 on, and its logarithm
/// is 0 where the loss is not, below 1e-8; neither happens here.
///
/// ```
/// # use lossbook::prelude::*;
/// assert_eq!(LogCosh.loss(1000.0), 1000.0 - 2.0_f64.ln());
/// assert_eq!(LogCosh.loss(2.0_f64.powi(-30)), 2.0_f64.powi(-61));
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: R. A. Saleh, A. K. M. E. Saleh, "Statistical properties of the log-cosh loss function used
/// in machine learning" (2022).
#[doc(alias = "log_cosh")]
#[doc(alias = "LogCoshLoss")]
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LogCosh;

impl RegressionLoss for LogCosh {
    #[inline]
    fn value_and_derivative(&self, residual: f64) -> (f64, f64) {
        let size = residual.abs();
        let loss = if size <= 1.0 {
            // cosh r = 1 + 2 sinh(r / 2)^2, and ln_1p keeps what 1 + tiny would drop.
            let half = (0.5 * size).sinh();
            (2.0 * half * half).ln_1p()
        } else {
            size + (-2.0 * size).exp().ln_1p() - LN_2
        };
        (loss, 0.0 - residual.tanh())
    }
}
