//! Clouds that were checked and lie in memory point after point.

use ndarray::ArrayView2;

use crate::error::{LossError, check};
pub(super) use crate::rows::{Rows as Cloud, reserve};

/// Copies of both clouds, whose points have the same dimension.
pub(super) fn pair(
    target: ArrayView2<f64>,
    prediction: ArrayView2<f64>,
) -> Result<(Cloud, Cloud), LossError> {
    check::not_empty("target", target.len())?;
    check::not_empty("prediction", prediction.len())?;
    let names = ("a point of target", "a point of prediction");
    check::same_length(names.0, target.ncols(), names.1, prediction.ncols())?;
    Ok((Cloud::new("target", target)?, Cloud::new("prediction", prediction)?))
}
