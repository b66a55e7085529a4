//! Counting how often two labels occur together.

use ndarray::Array2;

use crate::error::LossError;

/// How often each pair `(row, column)` occurs, as the table `name` of that shape, which must have
/// room for all of them.
pub(crate) fn of_pairs(
    name: &'static str,
    pairs: impl Iterator<Item = (usize, usize)>,
    [rows, columns]: [usize; 2],
) -> Result<Array2<u64>, LossError> {
    let too_large = || LossError::TooLarge { name, rows, columns };
    let cells = rows.checked_mul(columns).ok_or_else(too_large)?;
    let mut counts = Vec::new();
    counts.try_reserve_exact(cells).map_err(|_| too_large())?;
    counts.resize(cells, 0);
    for (row, column) in pairs {
        counts[row * columns + column] += 1;
    }
    Array2::from_shape_vec((rows, columns), counts).map_err(|_| too_large())
}
