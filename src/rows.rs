//! Tables that were checked and lie in memory row after row, and room for large ones.

use ndarray::{Array2, ArrayView2};

use crate::error::{LossError, check};

/// A finite matrix whose rows lie one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    pub(crate) name: &'static str,
    pub(crate) values: Vec<f64>,
    pub(crate) count: usize,
    pub(crate) width: usize,
}

impl Rows {
    /// A copy of the argument `name`, which must hold something, and nothing but finite numbers.
    pub(crate) fn new(name: &'static str, matrix: ArrayView2<f64>) -> Result<Self, LossError> {
        check::not_empty(name, matrix.len())?;
        let (count, width) = matrix.dim();
        let mut values = reserve(name, count, width)?;
        for ((row, column), &value) in matrix.indexed_iter() {
            check::finite(name, &[row, column], value)?;
            values.push(value);
        }
        Ok(Self { name, values, count, width })
    }

    pub(crate) fn zeros_like(other: &Self) -> Self {
        Self { values: vec![0.0; other.values.len()], ..*other }
    }

    pub(crate) fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.width..(row + 1) * self.width]
    }

    pub(crate) fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.values[row * self.width..(row + 1) * self.width]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.width)
    }

    pub(crate) fn scale(&mut self, factor: f64) {
        self.values.iter_mut().for_each(|value| *value *= factor);
    }

    pub(crate) fn into_array(self) -> Result<Array2<f64>, LossError> {
        matrix(self.name, self.count, self.width, self.values)
    }
}

/// An empty vector with room for a matrix.
pub(crate) fn reserve<T>(
    name: &'static str,
    rows: usize,
    columns: usize,
) -> Result<Vec<T>, LossError> {
    let too_large = || LossError::TooLarge { name, rows, columns };
    let cells = rows.checked_mul(columns).ok_or_else(too_large)?;
    let mut values = Vec::new();
    values.try_reserve_exact(cells).map_err(|_| too_large())?;
    Ok(values)
}

pub(crate) fn matrix(
    name: &'static str,
    rows: usize,
    columns: usize,
    values: Vec<f64>,
) -> Result<Array2<f64>, LossError> {
    Array2::from_shape_vec((rows, columns), values).map_err(|_| LossError::TooLarge {
        name,
        rows,
        columns,
    })
}
