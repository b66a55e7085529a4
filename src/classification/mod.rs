//! Losses for predicting a class.
//!
//! Classes are counted from 0; a sample's class is its label, a `usize`. Scores are one row per
//! sample, one column per class: `[n, classes]`.
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

mod decisions;
mod one_hot;

pub use decisions::{accuracy, decide, error_rate};
pub use one_hot::{labels_of, one_hot};
