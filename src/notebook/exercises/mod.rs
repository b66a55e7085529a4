//! Exercises: a learner's function beside the crate's, on ordinary and on edge inputs.
//!
//! One function an exercise, one module a chapter. A chapter holds a stub and, in the next cell, the
//! check:
//!
//! ```
//! use lossbook::prelude::*;
//!
//! fn my_residual(target: f64, prediction: f64) -> f64 {
//!     todo!("target minus prediction")
//! }
//!
//! let verdict = exercises::start::residual(my_residual);
//! assert_eq!(*verdict.outcome(), Outcome::NotYet);
//! ```
//!
//! An untouched stub is told "not yet" and fails nothing. A wrong answer is told the first input
//! where it fails, with a hint that can be unfolded; so is a function that panics.
//!
//! A new exercise is a line of `list.rs`, a function here, and two cells in its chapter. What a learner
//! has passed is noted when a verdict is shown in a kernel, and told by [`progress`](fn@progress).

mod catch_panic;
mod check;
mod list;
mod progress;
mod verdict;

pub mod huber;
pub mod information;
pub mod objectives;
pub mod residuals;
pub mod rust;
pub mod start;

pub use list::CHAPTERS;
pub use progress::{Progress, progress};
pub use verdict::{Outcome, Verdict};
