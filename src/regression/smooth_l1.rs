//! Huber's loss, scaled so that far off it is the absolute value.

use super::RegressionLoss;
use crate::error::LossError;
use crate::numeric::check;

/// Smooth L1: Huber's loss divided by its delta, here called beta, so that far away it is the
/// absolute error less a constant.
///
/// ```text
/// r^2 / (2 beta)      where abs(r) < beta
/// abs(r) - beta / 2   elsewhere
/// ```
///
/// Derivative: `-r / beta`, held between -1 and 1; there is no kink. `beta` has the target's unit; the
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
#[doc(alias = "SmoothL1Loss")]
#[doc(alias = "smooth_l1_loss")]
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
    /// [`AbsoluteError`](super::AbsoluteError).)
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
}

impl RegressionLoss for SmoothL1 {
    #[inline]
    fn value_and_derivative(&self, residual: f64) -> (f64, f64) {
        let Self { beta } = *self;
        let size = residual.abs();
        // Divided if need be: a division is most of what the loss costs.
        let in_betas = |size: f64| if beta == 1.0 { size } else { size / beta };
        // Divided first: the square alone may overflow or underflow.
        let near = 0.5 * size * in_betas(size);
        let loss = if size < beta { near } else { size - 0.5 * beta };
        (loss, 0.0 - in_betas(residual.clamp(-beta, beta)))
    }
}
