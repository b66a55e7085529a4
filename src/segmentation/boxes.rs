//! How far boxes cover each other.

use ndarray::Array2;

use crate::error::LossError;
use crate::loss::Matrix;
use crate::numeric::{Rows, matrix, reserve};

/// Intersection over union of every box on the left with every one on the right: `[n, 4]` and
/// `[m, 4]` in, `[n, m]` out, from 0 (apart) to 1 (equal).
///
/// ```text
/// area(A and B) / (area(A) + area(B) - area(A and B))
/// ```
///
/// A box is the row `(x1, y1, x2, y2)` of two opposite corners, the one with the smaller coordinates
/// first. It says how well a detector's box fits, and whether two of its boxes are of one object
/// (anchors are matched, and doubles suppressed, by it). Boxes that only touch have 0, and so has a box
/// without an area, even with itself. Areas beyond 1e300 may overflow.
///
/// ```
/// # use lossbook::prelude::*;
/// // Two squares of the area 4 that share one of the area 1: 1 / (4 + 4 - 1).
/// let found = box_iou(&[[0.0, 0.0, 2.0, 2.0]], &[[1.0, 1.0, 3.0, 3.0], [5.0, 5.0, 6.0, 6.0]])?;
/// assert_eq!(found, array![[1.0 / 7.0, 0.0]]);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`]; [`LossError::NotFinite`]; [`LossError::NotABox`] for a row that has not 4
/// numbers, or whose corners are swapped.
///
/// Source: P. Jaccard, as for [`iou`](super::iou); of boxes, M. Everingham et al., "The Pascal visual
/// object classes (VOC) challenge" (2010), equation 3.
#[doc(alias("torchvision.ops.box_iou", "jaccard", "bbox_iou", "intersection over union"))]
pub fn box_iou(left: impl Matrix, right: impl Matrix) -> Result<Array2<f64>, LossError> {
    let (left, right) = (boxes("left", &left)?, boxes("right", &right)?);
    let mut cells = reserve("the IoU of boxes", left.len(), right.len())?;
    cells.extend(left.iter().flat_map(|&one| right.iter().map(move |&other| iou_of(one, other))));
    matrix("the IoU of boxes", left.len(), right.len(), cells)
}

fn iou_of(one: [f64; 4], other: [f64; 4]) -> f64 {
    let area = |[x1, y1, x2, y2]: [f64; 4]| (x2 - x1).max(0.0) * (y2 - y1).max(0.0);
    let ([x1, y1, x2, y2], [u1, v1, u2, v2]) = (one, other);
    let both = area([x1.max(u1), y1.max(v1), x2.min(u2), y2.min(v2)]);
    if both == 0.0 { 0.0 } else { both / (area(one) + area(other) - both) }
}

fn boxes(name: &'static str, rows: &impl Matrix) -> Result<Vec<[f64; 4]>, LossError> {
    let rows = Rows::new(name, rows.as_matrix())?;
    let corners = |(row, corners): (usize, &[f64])| match <[f64; 4]>::try_from(corners) {
        Ok(corners @ [x1, y1, x2, y2]) if x1 <= x2 && y1 <= y2 => Ok(corners),
        _ => Err(LossError::NotABox { name, row, found: corners.to_vec() }),
    };
    rows.iter().enumerate().map(corners).collect()
}
