//! Losses for learning where to put things: embeddings.
//!
//! An **embedding** is a point `[d]` that stands for a sample, a face for example. There is no right
//! place for it; but samples of one kind should lie near each other and others far away. A batch of
//! them is a matrix `[n, d]`, one row a sample. The losses differ in what they compare:
//!
//! | loss | compares | arguments |
//! | --- | --- | --- |
//! | [`Contrastive`] | two samples, by distance | same or not, `[n, d]`, `[n, d]` |
//! | [`CosineEmbedding`] | two samples, by angle | same or not, `[n, d]`, `[n, d]` |
//! | [`Triplet`] | an anchor with one of its kind and one of another | `[n, d]` three times |
//! | [`BatchAll`], [`BatchHard`], [`SemiHard`] | triplets found in a labelled batch | labels, `[n, d]` |
//! | [`CenterLoss`] | a sample with the centre of its class | labels, `[n, d]`, `[classes, d]` |
//! | [`ArcFace`], [`CosFace`] | a sample with a direction per class, by angle | labels, `[n, d]`, `[classes, d]` |
//!
//! They answer in the same words: `each`, `mean`, `sum`, `gradient` (of the mean, with respect to
//! every matrix of embeddings, centres or weights that learns from it), `mean_and_gradient`.
//!
//! ```
//! use lossbook::embedding::*;
//! use lossbook::prelude::*;
//!
//! // Two of one kind, and one of another that lies between them.
//! let (labels, x) = ([0, 0, 1], array![[0.0, 0.0], [2.0, 0.0], [1.0, 0.0]]);
//! assert_eq!(squared_distances(&x, &x)?.row(0), array![0.0, 4.0, 1.0]);
//!
//! let batch_hard = BatchHard::new(0.5)?;
//! assert_eq!(batch_hard.triplets(&labels, &x)?, [[0, 1, 2], [1, 0, 2]]);
//! assert_eq!(batch_hard.mean(&labels, &x)?, 3.5);
//!
//! // Cosines are blind to length, and a vector without one has no direction.
//! let fault = cosine_distances(&x, &x).unwrap_err();
//! assert_eq!(fault.to_string(), "left[0] has length 0 (a cosine needs a direction)");
//! # Ok::<(), LossError>(())
//! ```

mod angular;
mod batch;
mod center;
mod cosine;
mod distances;
mod joint;
mod margins;
mod mining;
mod pairs;
mod softmax;
mod triplet;
mod vectors;

pub use angular::{AngularGradient, AngularLoss};
pub use batch::BatchLoss;
pub use center::{CenterLoss, CenterUpdate};
pub use cosine::CosineEmbedding;
pub use distances::{cosine_distances, squared_distances};
pub use joint::{CenterJoint, JointGradient};
pub use margins::{ArcFace, CosFace};
pub use mining::{BatchAll, BatchHard, SemiHard};
pub use pairs::{Contrastive, PairGradient, PairLoss};
pub use triplet::{Triplet, TripletGradient, TripletKind};

use vectors::Rows;

use crate::error::{LossError, check};

fn same_width(
    left_name: &'static str,
    left: &Rows,
    right_name: &'static str,
    right: &Rows,
) -> Result<(), LossError> {
    check::same_length(left_name, left.width, right_name, right.width)
}

fn same_count(
    name: &'static str,
    count: usize,
    rows_name: &'static str,
    rows: &Rows,
) -> Result<(), LossError> {
    check::same_length(name, count, rows_name, rows.count)
}

/// There is a class for each label.
fn labels_below(labels: &[usize], classes: usize) -> Result<(), LossError> {
    check::labels_below("labels", labels, classes)
}

/// A margin that may be 0.
fn margin(margin: f64) -> Result<f64, LossError> {
    check::at_least_zero("margin", margin, "margin >= 0 and finite")
}
