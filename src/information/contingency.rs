//! From labels to the tables that the measures of two variables take.

use ndarray::Array2;

use crate::error::LossError;
use crate::numeric::{check, count_pairs};

/// Contingency table: how often each value of one variable occurs together with each value of
/// another. `[n]` and `[n]` in, `[k, m]` out, for `k` and `m` different values.
///
/// A row for each value that occurs in `first`, a column for each that occurs in `second`, both in
/// ascending order. The table is as large as there are different values, whatever their size. (For a
/// table of all the classes, whether they occur or not, see
/// [`confusion_matrix`](crate::classification::confusion_matrix).)
///
/// ```
/// # use lossbook::prelude::*;
/// // 7 with 1 twice, 7 with 4 once, 9 with 4 once.
/// let counts = contingency_table(&[7, 9, 7, 7], &[1, 4, 4, 1])?;
/// assert_eq!(counts, array![[2, 1], [0, 1]]);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`]; [`LossError::LengthMismatch`]; [`LossError::TooLarge`] when there are so many
/// different values that the table does not fit into memory.
///
/// Source: K. Pearson, "On the theory of contingency and its relation to association and normal
/// correlation" (1904).
#[doc(alias = "crosstab")]
pub fn contingency_table(first: &[usize], second: &[usize]) -> Result<Array2<u64>, LossError> {
    check::same_length("first", first.len(), "second", second.len())?;
    let (rows, columns) = (values(first), values(second));
    let pairs =
        first.iter().zip(second).map(|(one, other)| (rank(&rows, one), rank(&columns, other)));
    count_pairs("contingency_table", pairs, [rows.len(), columns.len()])
}

/// Joint distribution of two variables as it was observed: the [`contingency_table`] divided by the
/// number of samples. `[n]` and `[n]` in, `[k, m]` out, probabilities that sum to 1.
///
/// This is what [`joint_entropy`](super::joint_entropy),
/// [`conditional_entropy`](super::conditional_entropy) (of the second, given the first) and
/// [`mutual_information`](super::mutual_information) take.
///
/// ```
/// # use lossbook::prelude::*;
/// let days = data::play_tennis();
/// let joint = joint_distribution(&days.outlook.labels, &days.play.labels)?;
/// // What the outlook tells about playing is what a split by it gains.
/// assert_eq!(mutual_information(&joint)?.to_string(), "0.247 bits");
/// assert_eq!(conditional_entropy(&joint)?.to_string(), "0.694 bits");
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// As [`contingency_table`].
///
/// Source: T. M. Cover, J. A. Thomas, "Elements of information theory" (2006), section 2.2, for the
/// distribution; the shares of the samples are its estimate.
pub fn joint_distribution(first: &[usize], second: &[usize]) -> Result<Array2<f64>, LossError> {
    let n = first.len() as f64;
    Ok(contingency_table(first, second)?.mapv(|count| count as f64 / n))
}

/// The values that occur, in ascending order, each once.
fn values(labels: &[usize]) -> Vec<usize> {
    let mut values = labels.to_vec();
    values.sort_unstable();
    values.dedup();
    values
}

/// Where a value that occurs stands among `values`.
fn rank(values: &[usize], value: &usize) -> usize {
    values.partition_point(|other| other < value)
}
