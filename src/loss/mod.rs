//! The words of every loss, written once.
//!
//! Whatever a loss compares, it answers in the same words:
//!
//! | word | answers |
//! | --- | --- |
//! | `each` | the loss of every sample |
//! | `mean` | their mean, what one minimises |
//! | `sum` | their sum |
//! | `gradient` | the derivative of the **mean** by each number of the prediction, in its shape |
//! | `mean_and_gradient` | both in one pass: what a step of gradient descent needs |
//!
//! The target comes before the prediction. Arguments are a [`Vector`] or a [`Matrix`]: slices,
//! vectors, arrays and views of `f64`. Losses that stand alone have these words as methods of their
//! own, the losses of a family by the family's trait; the [prelude](crate::prelude) brings them all.
//!
//! # A loss of your own
//!
//! It says what it is for one sample, its value and derivative, and has all the words:
//!
//! ```
//! use lossbook::prelude::*;
//!
//! /// `ln(1 + r^2)`: an outlier pulls less the farther off it is.
//! struct Cauchy;
//!
//! impl RegressionLoss for Cauchy {
//!     fn value_and_derivative(&self, r: f64) -> (f64, f64) {
//!         let scale = 1.0 + r * r;
//!         (scale.ln(), -2.0 * r / scale)
//!     }
//! }
//!
//! let (y, y_hat) = ([0.0, 1.0], [0.0, 0.0]);
//! assert_eq!(Cauchy.each(&y, &y_hat)?, array![0.0, 2.0_f64.ln()]);
//! assert_eq!(Cauchy.sum(&y, &y_hat)?, 2.0_f64.ln());
//! assert_eq!(Cauchy.mean_and_gradient(&y, &y_hat)?, (0.5 * 2.0_f64.ln(), array![0.0, -0.5]));
//! # Ok::<(), LossError>(())
//! ```
//!
//! # Samples that count more, less, or not at all
//!
//! `loss.weighted(&weights)` answers in the same words, with a weight for each sample: see
//! [`Weighted`].

mod elementwise;
mod input;
mod target;
mod views;
mod weighted;
mod words;

pub use input::Input;
pub use target::{ClassTarget, RowTarget};
pub use views::{Matrix, Vector};
pub use weighted::{Weighted, kept};
pub use words::{Ask, Losses};

pub use elementwise::Chunk;

pub(crate) use elementwise::evaluate;
pub(crate) use words::words;
