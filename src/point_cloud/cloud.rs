//! Clouds that were checked and lie in memory point after point.

use ndarray::ArrayView2;

use crate::error::{LossError, check};

/// A finite matrix whose rows, the points, lie one after the other.
#[derive(Debug)]
pub(super) struct Cloud {
    values: Vec<f64>,
    pub(super) points: usize,
    pub(super) dims: usize,
}

impl Cloud {
    fn new(name: &'static str, matrix: ArrayView2<f64>) -> Result<Self, LossError> {
        let (points, dims) = matrix.dim();
        let mut values = reserve(name, points, dims)?;
        for ((row, column), &value) in matrix.indexed_iter() {
            check::finite(name, &[row, column], value)?;
            values.push(value);
        }
        Ok(Self { values, points, dims })
    }

    pub(super) fn point(&self, index: usize) -> &[f64] {
        &self.values[index * self.dims..(index + 1) * self.dims]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.dims)
    }
}

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

/// An empty vector with room for a matrix.
pub(super) fn reserve(
    name: &'static str,
    rows: usize,
    columns: usize,
) -> Result<Vec<f64>, LossError> {
    let too_large = || LossError::TooLarge { name, rows, columns };
    let cells = rows.checked_mul(columns).ok_or_else(too_large)?;
    let mut values = Vec::new();
    values.try_reserve_exact(cells).map_err(|_| too_large())?;
    Ok(values)
}
