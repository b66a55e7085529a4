//! Measures of two variables that occur together, given as the table of their joint probabilities:
//! a row for each value of the first, a column for each value of the second.

use ndarray::{ArrayView1, Axis};

use super::Information;
use super::deviance::{deviance, weighted_entropy};
use crate::error::LossError;
use crate::loss::Matrix;
use crate::numeric::{Sum, check, ln_ratio};

/// Joint entropy `-sum p_ij ln p_ij` of a table `[n, m]` of joint probabilities.
///
/// ```
/// # use lossbook::prelude::*;
/// // Two fair coins that know nothing of each other.
/// let coins = array![[0.25, 0.25], [0.25, 0.25]];
/// assert_eq!(joint_entropy(&coins)?.bits(), 2.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`]; [`LossError::NotProbability`]; [`LossError::NotFinite`];
/// [`LossError::NotDistribution`] unless all cells together sum to 1.
///
/// Source: C. E. Shannon, "A mathematical theory of communication" (1948), section 6.
pub fn joint_entropy(joint: impl Matrix) -> Result<Information, LossError> {
    let joint = joint.as_matrix();
    check::joint_distribution("joint", joint)?;
    let occurring = joint.iter().filter(|&&p| p > 0.0);
    let sum: Sum = occurring.map(|&p| -p * p.ln()).collect();
    Ok(Information::from_nats(sum.total().min((joint.len() as f64).ln())))
}

/// Conditional entropy `-sum p_ij ln(p_ij / p_i)` of the **column, given the row**, of a table
/// `[n, m]` of joint probabilities, `p_i` being the sum of row `i`: what the second variable still
/// has to tell once the first is known. (For the other way round, pass the table's transpose,
/// `joint.t()`.)
///
/// ```
/// # use lossbook::prelude::*;
/// // Weather in rows (wet, dry), umbrella in columns (yes, no): if it is dry, a fair coin decides.
/// let joint = array![[0.5, 0.0], [0.25, 0.25]];
/// assert_eq!(conditional_entropy(&joint)?.bits(), 0.5);
/// assert_eq!(conditional_entropy(joint.t())?.to_string(), "0.689 bits");
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// As [`joint_entropy`].
///
/// Source: C. E. Shannon, "A mathematical theory of communication" (1948), section 6.
pub fn conditional_entropy(joint: impl Matrix) -> Result<Information, LossError> {
    let joint = joint.as_matrix();
    check::joint_distribution("joint", joint)?;
    let sum: Sum =
        joint.rows().into_iter().map(|row| weighted_entropy(row.into_iter().copied())).collect();
    Ok(Information::from_nats(sum.total().min((joint.ncols() as f64).ln())))
}

/// Mutual information `sum p_ij ln(p_ij / (p_i p_j))` of a table `[n, m]` of joint probabilities,
/// `p_i` and `p_j` being the sums of its rows and columns: what either variable tells about the
/// other. 0 when they are independent.
///
/// ```
/// # use lossbook::prelude::*;
/// // Two coins glued together tell everything about each other.
/// assert_eq!(mutual_information(&array![[0.5, 0.0], [0.0, 0.5]])?.bits(), 1.0);
/// assert_eq!(mutual_information(&array![[0.25, 0.25], [0.25, 0.25]])?.bits(), 0.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// As [`joint_entropy`].
///
/// Source: T. M. Cover, J. A. Thomas, "Elements of information theory" (2006), section 2.3.
#[doc(alias = "mutual_info_score")]
pub fn mutual_information(joint: impl Matrix) -> Result<Information, LossError> {
    let joint = joint.as_matrix();
    check::joint_distribution("joint", joint)?;
    let of_rows = sums(joint.axis_iter(Axis(0)));
    let of_columns = sums(joint.axis_iter(Axis(1)));
    let cells = joint.indexed_iter();
    let sum: Sum =
        cells.map(|((row, column), &p)| cell(p, of_rows[row], of_columns[column])).collect();
    Ok(Information::from_nats(sum.total()))
}

/// The sum of each row, or of each column.
fn sums<'a>(lines: impl Iterator<Item = ArrayView1<'a, f64>>) -> Vec<f64> {
    lines.map(|line| line.into_iter().copied().collect::<Sum>().total()).collect()
}

/// One cell's share of the mutual information: the deviance of `p` from `row * column`.
fn cell(p: f64, row: f64, column: f64) -> f64 {
    let independent = row * column;
    if p > 0.0 && independent == 0.0 {
        // The product vanished although its factors did not.
        return (p * (ln_ratio(p, row) - column.ln()) - p).max(0.0);
    }
    deviance(p, independent)
}
