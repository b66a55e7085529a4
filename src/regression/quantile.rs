//! An absolute value that leans.

use super::RegressionLoss;
use crate::error::LossError;
use crate::numeric::check;

/// Quantile (pinball) loss: `tau r` where the prediction is too low (`r > 0`), `(tau - 1) r` where
/// it is too high.
///
/// The best constant prediction is the tau-quantile of the targets: with `tau = 0.9`, predicting too
/// little costs nine times as much as predicting too much. Half the absolute error at `tau = 0.5`.
/// Derivative: `-tau` below the target, `1 - tau` above it; at the kink `r = 0` the subgradient 0 is
/// taken.
///
/// ```
/// # use lossbook::prelude::*;
/// let quantile = Quantile::new(0.75)?;
/// assert_eq!(quantile.loss(4.0), 3.0);
/// assert_eq!(quantile.loss(-4.0), 1.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: R. Koenker, G. Bassett, "Regression quantiles", Econometrica 46 (1978).
#[doc(alias = "pinball")]
#[doc(alias = "PinballLoss")]
#[doc(alias = "mean_pinball_loss")]
#[doc(alias = "QuantileLoss")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantile {
    tau: f64,
}

impl Quantile {
    /// For the quantile `tau`, e.g. 0.9.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert!(Quantile::new(0.9).is_ok());
    /// assert!(Quantile::new(90.0).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `0 < tau < 1`.
    pub fn new(tau: f64) -> Result<Self, LossError> {
        check::in_range(tau > 0.0 && tau < 1.0, "tau", tau, "0 < tau < 1")?;
        Ok(Self { tau })
    }

    /// The parameter.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Quantile::new(0.5)?.tau(), 0.5);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn tau(&self) -> f64 {
        self.tau
    }
}

impl RegressionLoss for Quantile {
    #[inline]
    fn value_and_derivative(&self, residual: f64) -> (f64, f64) {
        let Self { tau } = *self;
        let loss = if residual > 0.0 { tau } else { 1.0 - tau } * residual.abs();
        let derivative = match residual {
            r if r > 0.0 => -tau,
            r if r < 0.0 => 1.0 - tau,
            // 0 at the kink, and NaN for NaN.
            r => r + 0.0,
        };
        (loss, derivative)
    }
}
