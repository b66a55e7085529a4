//! Labels as rows with a single 1, and back.

use ndarray::{Array2, ArrayView1};

use crate::error::LossError;
use crate::loss::Matrix;
use crate::numeric::{check, matrix, zeros};

/// Labels as one-hot rows, 1 in the column of the label and 0 elsewhere: `[n]` in, `[n, classes]`
/// out. This is the true distribution that a cross-entropy compares a prediction with.
///
/// ```
/// # use lossbook::prelude::*;
/// assert_eq!(one_hot(&[2, 0], 3)?, array![[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`] without labels; [`LossError::LabelOutOfRange`] unless each is below
/// `classes`; [`LossError::TooLarge`] when the table does not fit into memory.
///
/// Source: C.-S. Huang, "Neural networks and loss functions" (lecture), "One hot encode".
#[doc(alias("OneHotEncoder", "to_categorical"))]
pub fn one_hot(labels: &[usize], classes: usize) -> Result<Array2<f64>, LossError> {
    check::not_empty("labels", labels.len())?;
    check::labels_below("labels", labels, classes)?;
    let mut rows = zeros("one_hot", labels.len(), classes)?;
    for (row, &label) in labels.iter().enumerate() {
        rows[row * classes + label] = 1.0;
    }
    matrix("one_hot", labels.len(), classes, rows)
}

/// The labels of one-hot rows, [`one_hot`] backwards: `[n, classes]` in, `[n]` out.
///
/// ```
/// # use lossbook::prelude::*;
/// assert_eq!(labels_of(&array![[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])?, [2, 0]);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`] for no rows or no classes; [`LossError::NotFinite`];
/// [`LossError::NotOneHot`] for a row that is anything but a single 1 among zeros. (For the largest
/// of several scores, see [`decide`](super::decide).)
///
/// Source: as [`one_hot`].
#[doc(alias = "inverse_transform")]
pub fn labels_of(one_hot: impl Matrix) -> Result<Vec<usize>, LossError> {
    let one_hot = one_hot.as_matrix();
    check::all_finite("one_hot", &one_hot)?;
    let rows = one_hot.rows().into_iter().enumerate();
    rows.map(|(row, values)| {
        single_one(values).ok_or(LossError::NotOneHot { name: "one_hot", row })
    })
    .collect()
}

fn single_one(values: ArrayView1<f64>) -> Option<usize> {
    let mut nonzero = values.iter().enumerate().filter(|&(_, &value)| value != 0.0);
    match (nonzero.next(), nonzero.next()) {
        (Some((class, &1.0)), None) => Some(class),
        _ => None,
    }
}
