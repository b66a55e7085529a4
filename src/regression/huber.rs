//! The square near the target, a straight line far from it.

use super::RegressionLoss;
use crate::error::LossError;
use crate::numeric::check;

/// Huber's loss: squared near the target, straight far from it.
///
/// ```text
/// r^2 / 2                      where abs(r) <= delta
/// delta (abs(r) - delta / 2)   elsewhere
/// ```
///
/// Derivative: `-r`, held between `-delta` and `delta`; there is no kink. `delta` has the target's unit.
///
/// ```
/// # use lossbook::prelude::*;
/// let huber = Huber::new(1.0)?;
/// assert_eq!(huber.loss(100.0), 99.5);
/// assert_eq!(huber.derivative(100.0), -1.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: P. J. Huber, "Robust estimation of a location parameter", Annals of Mathematical
/// Statistics 35 (1964); C.-S. Huang, "Neural networks and loss functions" (lecture).
#[doc(alias = "HuberLoss")]
#[doc(alias = "huber_loss")]
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
    fn value_and_derivative(&self, residual: f64) -> (f64, f64) {
        let Self { delta } = *self;
        let size = residual.abs();
        let loss = if size <= delta { 0.5 * size * size } else { delta * (size - 0.5 * delta) };
        (loss, 0.0 - residual.clamp(-delta, delta))
    }
}
