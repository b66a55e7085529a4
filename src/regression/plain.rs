//! The lectures' plain names: residuals, MSE, MAE, RMSE.

use ndarray::Array1;

use super::{AbsoluteError, RegressionWords, SquaredError};
use crate::error::LossError;
use crate::loss::Vector;
use crate::numeric::{Columns, Domain, Sum, reserve};

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
pub fn residuals(target: impl Vector, prediction: impl Vector) -> Result<Array1<f64>, LossError> {
    let (target, prediction) = (target.as_vector(), prediction.as_vector());
    let views = [target.reborrow(), prediction.reborrow()];
    let columns = Columns::new(["target", "prediction"], [Domain::Finite; 2], views)?;
    let mut residuals = reserve("residuals", columns.samples(), 1)?;
    columns.visit(|_, [target, prediction]| {
        residuals.extend(target.iter().zip(prediction).map(|(y, y_hat)| y - y_hat));
        true
    })?;
    Ok(residuals.into())
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
#[doc(alias = "MSELoss")]
#[doc(alias = "mean_squared_error")]
pub fn mse(target: impl Vector, prediction: impl Vector) -> Result<f64, LossError> {
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
#[doc(alias = "L1Loss")]
#[doc(alias = "mean_absolute_error")]
pub fn mae(target: impl Vector, prediction: impl Vector) -> Result<f64, LossError> {
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
#[doc(alias = "root_mean_squared_error")]
pub fn rmse(target: impl Vector, prediction: impl Vector) -> Result<f64, LossError> {
    let residuals = residuals(target, prediction)?;
    let largest = residuals.fold(0.0_f64, |largest, residual| largest.max(residual.abs()));
    if largest == 0.0 || largest.is_infinite() {
        return Ok(largest);
    }
    // Measured in units of the largest, no square overflows or vanishes.
    let squares: Sum = residuals.iter().map(|residual| (residual / largest).powi(2)).collect();
    Ok(squares.mean().sqrt() * largest)
}
