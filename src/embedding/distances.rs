//! How far apart embeddings are: every row of one matrix from every row of another.

use ndarray::Array2;

use super::direction::Direction;
use crate::error::LossError;
use crate::loss::Matrix;
use crate::numeric::{Rows, check, matrix, reserve, squared_distance};

/// Squared Euclidean distances, `sum_k (left_ik - right_jk)^2`: `[n, d]` and `[m, d]` in, `[n, m]`
/// out, in the embeddings' unit squared.
///
/// For the distances within one set, pass it twice. The differences are squared themselves; the
/// usual short cut, `a^2 - 2 a b + b^2`, makes nearly equal points negative squares apart. A square
/// beyond the largest `f64` is infinite, one below the smallest is 0.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::embedding::*;
/// let x = array![[0.0, 0.0], [3.0, 4.0]];
/// assert_eq!(squared_distances(&x, &x)?, array![[0.0, 25.0], [25.0, 0.0]]);
///
/// let near = squared_distances(&array![[1e8, 1.0]], &array![[1e8, 1.0 + 2.0_f64.powi(-52)]])?;
/// assert_eq!(near, array![[2.0_f64.powi(-104)]]);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`]; [`LossError::NotFinite`]; [`LossError::LengthMismatch`] for rows of
/// different length; [`LossError::TooLarge`] when the table does not fit into memory.
///
/// Source: the definition; "CV course 4, loss functions" (lecture, Cinnamon AI), "Triplet
/// Loss".
#[doc(alias("sqeuclidean", "cdist", "euclidean_distances", "pairwise_distances"))]
pub fn squared_distances(left: impl Matrix, right: impl Matrix) -> Result<Array2<f64>, LossError> {
    let [left, right] = both(left, right)?;
    let mut cells = reserve("distances", left.count, right.count)?;
    for row in left.iter() {
        cells.extend(right.iter().map(|column| squared_distance(row, column)));
    }
    matrix("distances", left.count, right.count, cells)
}

/// Cosine distances, `1 - a b / (|a| |b|)`: `[n, d]` and `[m, d]` in, `[n, m]` out, from 0 (the same
/// direction) over 1 (a right angle) to 2 (opposite).
///
/// Only directions count: a vector's length, however tiny or huge, does not. A distance keeps its
/// digits where the cosine itself has none left to tell it from 1.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::embedding::*;
/// let x = array![[1.0, 0.0], [0.0, 1e200], [-1e-200, 0.0]];
/// assert_eq!(cosine_distances(&x, &x)?, array![[0.0, 1.0, 2.0], [1.0, 0.0, 1.0], [2.0, 1.0, 0.0]]);
///
/// // An angle of 2^-40, whose cosine is 1 - 2^-81.
/// let near = cosine_distances(&array![[1.0, 0.0]], &array![[1.0, 2.0_f64.powi(-40)]])?;
/// assert_eq!(near, array![[2.0_f64.powi(-81)]]);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// As [`squared_distances`], and [`LossError::NoDirection`] for a row of zeros.
///
/// Source: the definition; "Losses, part 2" (lecture, CMU 11-785), "Cosine Similarity?".
#[doc(alias("cosine_similarity", "CosineSimilarity", "cosine_distance"))]
pub fn cosine_distances(left: impl Matrix, right: impl Matrix) -> Result<Array2<f64>, LossError> {
    let [left, right] = both(left, right)?;
    let (lefts, rights) = (Direction::of(&left)?, Direction::of(&right)?);
    let mut cells = reserve("distances", left.count, right.count)?;
    for row in &lefts {
        cells.extend(rights.iter().map(|column| row.one_minus_cos(column)));
    }
    matrix("distances", left.count, right.count, cells)
}

fn both(left: impl Matrix, right: impl Matrix) -> Result<[Rows; 2], LossError> {
    let both = [Rows::new("left", left.as_matrix())?, Rows::new("right", right.as_matrix())?];
    check::same_length("a row of left", both[0].width, "a row of right", both[1].width)?;
    Ok(both)
}
