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
//! every matrix of embeddings, centres or weights that learns from it), `mean_and_gradient`. See
//! [`PairWords`], [`MinedWords`], [`AngularWords`].
//!
//! Distances are squared as they stand: those beyond 1e150 are infinite, and a difference of two such
//! is no number. Cosines are right for vectors of any length but 0.
//!
//! ```
//! use lossbook::prelude::*;
//!
//! // Two of one kind, and one of another that lies between them.
//! let (labels, x) = ([0, 0, 1], [[0.0, 0.0], [2.0, 0.0], [1.0, 0.0]]);
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
mod arc_face;
mod batch_all;
mod batch_hard;
mod center_joint;
mod center_loss;
mod center_update;
mod contrastive;
mod cos_face;
mod cosine_embedding;
mod direction;
mod distances;
mod mined;
mod pair;
mod semi_hard;
mod triplet;

pub use angular::{AngularGradient, AngularLoss, AngularWords};
pub use arc_face::ArcFace;
pub use batch_all::BatchAll;
pub use batch_hard::BatchHard;
pub use center_joint::{CenterJoint, JointGradient};
pub use center_loss::CenterLoss;
pub use center_update::CenterUpdate;
pub use contrastive::Contrastive;
pub use cos_face::CosFace;
pub use cosine_embedding::CosineEmbedding;
pub use distances::{cosine_distances, squared_distances};
pub use mined::{Anchor, MinedLoss, MinedWords};
pub use pair::{PairGradient, PairLoss, PairWords};
pub use semi_hard::SemiHard;
pub use triplet::{Triplet, TripletGradient, TripletKind};
