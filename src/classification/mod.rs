//! Losses for predicting a class.
//!
//! Classes are counted from 0; a sample's class is its label, a `usize`. Scores are one row per
//! sample, one column per class: `[n, classes]`. For two classes one number per sample does: `[n]`.
//!
//! | loss | formula for one sample | of |
//! | --- | --- | --- |
//! | [`CrossEntropy`] | `-ln p_label` | logits or probabilities, `[n, classes]` |
//! | [`SoftmaxFocal`] | `-alpha_label (1 - p_label)^gamma ln p_label` | logits, `[n, classes]` |
//! | [`MultiHinge`] | `max(0, 1 + strongest rival - score_label)` | scores, `[n, classes]` |
//! | [`BinaryCrossEntropy`] | `-ln p`, or `-ln(1 - p)` | logits or probabilities, `[n]` |
//! | [`BinaryFocal`] | `-alpha (1 - p)^gamma ln p`, or the mirror image | logits, `[n]` |
//! | [`Hinge`] | `max(0, 1 - score)`, or `max(0, 1 + score)` | scores, `[n]` |
//!
//! The first three answer in [`ClassWords`], the others in the same words, [`BinaryWords`]. Losses are in
//! nats; nothing is clipped. A logit of `-inf` says that a class cannot be; `loss.weighted(..)` weighs
//! samples, or leaves them out.
//!
//! Around them: [`softmax`], [`log_softmax`] and [`log_sum_exp`] make probabilities of logits,
//! [`one_hot`] and [`labels_of`] rows of labels and back, [`decide`] a decision of scores,
//! [`error_rate`], [`accuracy`] and [`confusion_matrix`] count the wrong and the right ones, and
//! [`GaussianPosterior`] decides by Bayes' theorem.
//!
//! ```
//! use lossbook::prelude::*;
//!
//! // The lecture's first model: male, female, male, other, in the order male, female, other.
//! let labels = [0, 1, 0, 2];
//! let p = array![[0.4, 0.3, 0.3], [0.3, 0.4, 0.3], [0.5, 0.2, 0.3], [0.8, 0.1, 0.1]];
//!
//! let decisions = decide(&p)?;
//! assert_eq!(decisions, [0, 1, 0, 0]);
//! assert_eq!(error_rate(&labels, &decisions)?, 0.25);
//! # Ok::<(), LossError>(())
//! ```

mod binary_cross_entropy;
mod binary_focal;
mod binary_loss;
mod class_loss;
mod cross_entropy;
mod decisions;
mod gaussian_posterior;
mod hinge;
mod multi_hinge;
mod one_hot;
mod softmax;
mod softmax_focal;

pub use binary_cross_entropy::BinaryCrossEntropy;
pub use binary_focal::BinaryFocal;
pub use binary_loss::{BinaryLoss, BinaryWords};
pub use class_loss::{ClassLoss, ClassWords};
pub use cross_entropy::CrossEntropy;
pub use decisions::{accuracy, confusion_matrix, decide, error_rate};
pub use gaussian_posterior::GaussianPosterior;
pub use hinge::Hinge;
pub use multi_hinge::MultiHinge;
pub use one_hot::{labels_of, one_hot};
pub use softmax::{log_softmax, log_sum_exp, softmax};
pub use softmax_focal::SoftmaxFocal;
