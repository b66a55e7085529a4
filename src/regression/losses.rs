//! The losses themselves: one struct each, `r` being the residual `y - y_hat`.

use std::f64::consts::LN_2;

use super::RegressionLoss;
use crate::error::{LossError, check};

/// Squared error: `r^2`. Its mean is the MSE.
///
/// Slope: `-2 r`, so that a sample pulls in proportion to its distance, and an outlier most of all.
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
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SquaredError;

impl RegressionLoss for SquaredError {
    #[inline]
    fn loss(&self, residual: f64) -> f64 {
        residual * residual
    }

    #[inline]
    fn slope(&self, residual: f64) -> f64 {
        no_minus_zero(-2.0 * residual)
    }
}

/// Absolute error: `abs(r)`. Its mean is the MAE.
///
/// Slope: -1 below the target (`r > 0`), 1 above it; at the kink `r = 0` the subgradient 0 is taken.
/// The size of the pull never changes: an outlier has no more to say than anyone else, but a step
/// does not shrink near the target either. Unit: the target's. The best constant prediction is the
/// median.
///
/// ```
/// # use lossbook::prelude::*;
/// assert_eq!(AbsoluteError.mean(&[0.0, 1.0], &[100.0, -99.0])?, 100.0);
/// assert_eq!(AbsoluteError.slope(0.0), 0.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: C.-S. Huang, "Neural networks and loss functions" (lecture), "MSE & MAE".
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct AbsoluteError;

impl RegressionLoss for AbsoluteError {
    #[inline]
    fn loss(&self, residual: f64) -> f64 {
        residual.abs()
    }

    #[inline]
    fn slope(&self, residual: f64) -> f64 {
        if residual == 0.0 { 0.0 } else { -residual.signum() }
    }
}

/// Huber's loss: squared near the target, straight far from it.
///
/// ```text
/// r^2 / 2                      where abs(r) <= delta
/// delta (abs(r) - delta / 2)   elsewhere
/// ```
///
/// Slope: `-r`, held between `-delta` and `delta`; there is no kink. `delta` has the target's unit.
///
/// ```
/// # use lossbook::prelude::*;
/// let huber = Huber::new(1.0)?;
/// assert_eq!(huber.loss(100.0), 99.5);
/// assert_eq!(huber.slope(100.0), -1.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: P. J. Huber, "Robust estimation of a location parameter", Annals of Mathematical
/// Statistics 35 (1964); C.-S. Huang, "Neural networks and loss functions" (lecture).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Huber {
    delta: f64,
}

impl Huber {
    /// With the residual `delta` from which on the loss grows linearly.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert!(Huber::new(10.0).is_ok());
    /// assert!(Huber::new(0.0).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `delta > 0` and finite. (As delta grows the loss becomes
    /// half the squared error; as it shrinks, delta times the absolute error.)
    pub fn new(delta: f64) -> Result<Self, LossError> {
        check::positive("delta", delta, "delta > 0 and finite")?;
        Ok(Self { delta })
    }

    /// The parameter.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Huber::new(1.5)?.delta(), 1.5);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn delta(&self) -> f64 {
        self.delta
    }
}

impl RegressionLoss for Huber {
    #[inline]
    fn loss(&self, residual: f64) -> f64 {
        let size = residual.abs();
        if size <= self.delta { 0.5 * size * size } else { self.delta * (size - 0.5 * self.delta) }
    }

    #[inline]
    fn slope(&self, residual: f64) -> f64 {
        no_minus_zero(-residual.clamp(-self.delta, self.delta))
    }
}

/// Smooth L1: Huber's loss divided by its delta, here called beta, so that far away it is the
/// absolute error less a constant.
///
/// ```text
/// r^2 / (2 beta)      where abs(r) < beta
/// abs(r) - beta / 2   elsewhere
/// ```
///
/// Slope: `-r / beta`, held between -1 and 1; there is no kink. `beta` has the target's unit; the
/// lecture's formula has beta = 1.
///
/// ```
/// # use lossbook::prelude::*;
/// let smooth = SmoothL1::new(1.0)?;
/// assert_eq!(smooth.each(&[0.5, 2.0], &[0.0, 0.0])?, array![0.125, 1.5]);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: R. Girshick, "Fast R-CNN" (2015), equation 3; "Common loss functions in computer vision"
/// (lecture article).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SmoothL1 {
    beta: f64,
}

impl SmoothL1 {
    /// With the residual `beta` from which on the loss grows linearly.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert!(SmoothL1::new(0.5).is_ok());
    /// assert!(SmoothL1::new(f64::INFINITY).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `beta > 0` and finite. (For beta = 0 take
    /// [`AbsoluteError`].)
    pub fn new(beta: f64) -> Result<Self, LossError> {
        check::positive("beta", beta, "beta > 0 and finite")?;
        Ok(Self { beta })
    }

    /// The parameter.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(SmoothL1::new(1.5)?.beta(), 1.5);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn beta(&self) -> f64 {
        self.beta
    }

    /// Divided by beta, if need be: a division is most of what the loss costs.
    #[inline]
    fn in_betas(&self, size: f64) -> f64 {
        if self.beta == 1.0 { size } else { size / self.beta }
    }
}

impl RegressionLoss for SmoothL1 {
    #[inline]
    fn loss(&self, residual: f64) -> f64 {
        let size = residual.abs();
        if size < self.beta {
            // Divided first: the square alone may overflow or underflow.
            0.5 * size * self.in_betas(size)
        } else {
            size - 0.5 * self.beta
        }
    }

    #[inline]
    fn slope(&self, residual: f64) -> f64 {
        no_minus_zero(-self.in_betas(residual.clamp(-self.beta, self.beta)))
    }
}

/// Log-cosh: `ln cosh r`, nearly `r^2 / 2` at the target and nearly `abs(r) - ln 2` far from it.
///
/// Slope: `-tanh r`, smooth everywhere. The number 1 is where it turns, so scale the residuals
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
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LogCosh;

impl RegressionLoss for LogCosh {
    #[inline]
    fn loss(&self, residual: f64) -> f64 {
        let size = residual.abs();
        if size <= 1.0 {
            // cosh r = 1 + 2 sinh(r / 2)^2, and ln_1p keeps what 1 + tiny would drop.
            let half = (0.5 * size).sinh();
            (2.0 * half * half).ln_1p()
        } else {
            size + (-2.0 * size).exp().ln_1p() - LN_2
        }
    }

    #[inline]
    fn slope(&self, residual: f64) -> f64 {
        no_minus_zero(-residual.tanh())
    }
}

/// Quantile (pinball) loss: `tau r` where the prediction is too low (`r > 0`), `(tau - 1) r` where
/// it is too high.
///
/// The best constant prediction is the tau-quantile of the targets: with `tau = 0.9`, predicting too
/// little costs nine times as much as predicting too much. Half the absolute error at `tau = 0.5`.
/// Slope: `-tau` below the target, `1 - tau` above it; at the kink `r = 0` the subgradient 0 is
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
        if tau > 0.0 && tau < 1.0 {
            Ok(Self { tau })
        } else {
            Err(LossError::BadParameter { name: "tau", value: tau, allowed: "0 < tau < 1" })
        }
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
    fn loss(&self, residual: f64) -> f64 {
        let cost = if residual > 0.0 { self.tau } else { 1.0 - self.tau };
        cost * residual.abs()
    }

    #[inline]
    fn slope(&self, residual: f64) -> f64 {
        if residual > 0.0 {
            -self.tau
        } else if residual < 0.0 {
            1.0 - self.tau
        } else {
            // 0 at the kink, and NaN for NaN.
            no_minus_zero(residual)
        }
    }
}

/// A slope of 0 is 0, not -0: tables would print the sign.
fn no_minus_zero(value: f64) -> f64 {
    value + 0.0
}
