//! The lectures' plain names: residuals, MSE, MAE, RMSE.

use ndarray::{Array1, ArrayView1};

use super::{AbsoluteError, RegressionLoss, SquaredError, pairs};
use crate::error::LossError;
use crate::error::check::Holds;
use crate::sum::Sum;

/// Residuals, `y_i - y_hat_i`: `[n]` and `[n]` in, `[n]` out, in the target's unit.
///
/// ```
/// # use lossbook::prelude::*;
/// // They cancel in a sum, which is why a loss does not add them up as they are.
/// let r = residuals(&[0.0, 1.0], &[100.0, -99.0])?;
/// assert_eq!(r, array![-100.0, 100.0]);
/// assert_eq!(r.sum(), 0.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// An argument that is empty, of another length, or not finite.
///
/// Source: C.-S. Huang, "Neural networks and loss functions" (lecture), "Residual".
pub fn residuals<'t, 'p>(
    target: impl Into<ArrayView1<'t, f64>>,
    prediction: impl Into<ArrayView1<'p, f64>>,
) -> Result<Array1<f64>, LossError> {
    pairs(target.into(), prediction.into())?.map_chunks(|[target, prediction], residuals| {
        let samples = target.iter().zip(prediction);
        residuals.iter_mut().zip(samples).for_each(|(r, (y, y_hat))| *r = y - y_hat);
        Holds::Numbers.all(residuals)
    })
}

/// Mean squared error, `1/n sum (y_i - y_hat_i)^2`, in the target's unit squared.
///
/// [`SquaredError`] is the same loss with its gradient.
///
/// ```
/// # use lossbook::prelude::*;
/// assert_eq!(mse(&[0.0, 0.0], &[3.0, 1.0])?, 5.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// An argument that is empty, of another length, or not finite.
///
/// Source: C.-S. Huang, "Neural networks and loss functions" (lecture), "MSE & MAE".
pub fn mse<'t, 'p>(
    target: impl Into<ArrayView1<'t, f64>>,
    prediction: impl Into<ArrayView1<'p, f64>>,
) -> Result<f64, LossError> {
    SquaredError.mean(target, prediction)
}

/// Mean absolute error, `1/n sum abs(y_i - y_hat_i)`, in the target's unit.
///
/// [`AbsoluteError`] is the same loss with its gradient.
///
/// ```
/// # use lossbook::prelude::*;
/// assert_eq!(mae(&[0.0, 0.0], &[3.0, 1.0])?, 2.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// An argument that is empty, of another length, or not finite.
///
/// Source: C.-S. Huang, "Neural networks and loss functions" (lecture), "MSE & MAE".
pub fn mae<'t, 'p>(
    target: impl Into<ArrayView1<'t, f64>>,
    prediction: impl Into<ArrayView1<'p, f64>>,
) -> Result<f64, LossError> {
    AbsoluteError.mean(target, prediction)
}

/// Root mean squared error, `sqrt(1/n sum (y_i - y_hat_i)^2)`: the MSE back in the target's unit.
///
/// It is right also where the squares alone would overflow or vanish.
///
/// ```
/// # use lossbook::prelude::*;
/// assert_eq!(rmse(&[0.0, 0.0], &[7.0, 1.0])?, 5.0);
/// assert_eq!(rmse(&[3e200], &[0.0])?, 3e200);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// An argument that is empty, of another length, or not finite.
///
/// Source: C.-S. Huang, "Neural networks and loss functions" (lecture), "MSE & MAE".
pub fn rmse<'t, 'p>(
    target: impl Into<ArrayView1<'t, f64>>,
    prediction: impl Into<ArrayView1<'p, f64>>,
) -> Result<f64, LossError> {
    let residuals = residuals(target, prediction)?;
    let largest = residuals.fold(0.0_f64, |largest, residual| largest.max(residual.abs()));
    if largest.is_infinite() {
        return Ok(largest);
    }
    // Measured in units of a power of two near the largest, no square overflows or vanishes.
    let unit = power_of_two_below(largest);
    let squares: Sum = residuals.iter().map(|residual| (residual / unit).powi(2)).collect();
    Ok(squares.mean().sqrt() * unit)
}

/// The largest power of two that is not above `size`, but never a subnormal one.
fn power_of_two_below(size: f64) -> f64 {
    const EXPONENT: u64 = 0x7ff0_0000_0000_0000;
    f64::from_bits(size.to_bits() & EXPONENT).max(f64::MIN_POSITIVE)
}
