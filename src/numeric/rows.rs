//! Tables that were checked and lie in memory row after row, and room for large ones.

use std::borrow::Cow;

use ndarray::{Array2, ArrayView1, ArrayView2};

use super::check;
use crate::error::LossError;

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

    pub(crate) fn into_array(self) -> Result<Array2<f64>, LossError> {
        matrix(self.name, self.count, self.width, self.values)
    }
}

/// An empty vector with room for a matrix, or the news that no memory holds it.
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

/// The cells of a matrix of zeros, row after row.
pub(crate) fn zeros<T: Clone + Default>(
    name: &'static str,
    rows: usize,
    columns: usize,
) -> Result<Vec<T>, LossError> {
    let mut values = reserve(name, rows, columns)?;
    values.resize(rows * columns, T::default());
    Ok(values)
}

/// The matrix with these cells, row after row.
pub(crate) fn matrix<T>(
    name: &'static str,
    rows: usize,
    columns: usize,
    values: Vec<T>,
) -> Result<Array2<T>, LossError> {
    Array2::from_shape_vec((rows, columns), values).map_err(|_| LossError::TooLarge {
        name,
        rows,
        columns,
    })
}

/// A row's numbers side by side: borrowed where they lie so, else copied.
pub(crate) fn slice_of(row: ArrayView1<'_, f64>) -> Cow<'_, [f64]> {
    match row.to_slice() {
        Some(slice) => Cow::Borrowed(slice),
        None => Cow::Owned(row.to_vec()),
    }
}

/// How often each pair `(row, column)` occurs, as the table `name` of that shape, which must have
/// room for all of them.
pub(crate) fn count_pairs(
    name: &'static str,
    pairs: impl Iterator<Item = (usize, usize)>,
    [rows, columns]: [usize; 2],
) -> Result<Array2<u64>, LossError> {
    let mut counts = matrix(name, rows, columns, zeros(name, rows, columns)?)?;
    pairs.for_each(|pair| counts[pair] += 1);
    Ok(counts)
}
