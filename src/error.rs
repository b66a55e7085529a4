//! What can be wrong with an input, in words that say what, where and what is allowed.
//!
//! Every fallible function of this crate answers with [`LossError`]. Its text names the argument as
//! the function's signature does, the place inside it (counted from 0), the value that was found
//! and the rule that it broke:
//!
//! ```
//! use lossbook::prelude::*;
//!
//! let fault = mse(&[1.0, f64::NAN], &[1.0, 2.0]).unwrap_err();
//! assert_eq!(fault.to_string(), "target[1] = NaN is not finite");
//!
//! let fault = Huber::new(-1.0).unwrap_err();
//! assert_eq!(fault.to_string(), "delta = -1 is not allowed (delta > 0 and finite)");
//! ```

use thiserror::Error;

/// How far a distribution's sum may lie from 1.
///
/// Rows of probabilities that were computed in single precision and widened to `f64` pass (their
/// sums are off by about 1e-7); a forgotten class or a mistyped digit does not.
pub const SUM_TOLERANCE: f64 = 1e-6;

/// A fault in an argument: what, where, and what is allowed instead.
///
/// Two errors are equal when they are of the same kind and say the same, so that an error about a
/// NaN equals itself.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum LossError {
    /// There is nothing to compute with.
    #[error("{name} is empty (at least 1 value is needed)")]
    Empty {
        /// The argument.
        name: &'static str,
    },

    /// Two arguments that go together differ in length.
    #[error("{left} has {left_len} values and {right} {right_len} (they must be equal)")]
    LengthMismatch {
        /// The first argument.
        left: &'static str,
        /// Its length.
        left_len: usize,
        /// The second argument.
        right: &'static str,
        /// Its length.
        right_len: usize,
    },

    /// A NaN or an infinity where a number is needed.
    #[error("{name}{} = {value} is not finite", place(.at))]
    NotFinite {
        /// The argument.
        name: &'static str,
        /// Where in it: `[index]`, `[row, column]`, or nothing for a single number.
        at: Vec<usize>,
        /// What was found there.
        value: f64,
    },

    /// A number outside of `0 <= p <= 1`.
    #[error("{name}{} = {} is not a probability (0 <= p <= 1)", place(.at), number(*.value))]
    NotProbability {
        /// The argument.
        name: &'static str,
        /// Where in it: `[index]`, `[row, column]`, or nothing for a single number.
        at: Vec<usize>,
        /// What was found there.
        value: f64,
    },

    /// Probabilities whose sum is further than [`SUM_TOLERANCE`] from 1.
    #[error("{name}{} sums to {} (a distribution sums to 1)", place(.at), rounded(*.sum))]
    NotDistribution {
        /// The argument.
        name: &'static str,
        /// Which row of it, or nothing when the whole argument is one distribution.
        at: Vec<usize>,
        /// The sum that was found.
        sum: f64,
    },

    /// A class that does not exist.
    #[error("{name}[{at}] = {label} is out of range (0 <= label < {classes} classes)")]
    LabelOutOfRange {
        /// The argument.
        name: &'static str,
        /// Its index.
        at: usize,
        /// The label that was found there.
        label: usize,
        /// How many classes there are.
        classes: usize,
    },

    /// A row that should hold a single 1 among zeros.
    #[error("{name}[{row}] is not one-hot (a single 1, and 0 everywhere else)")]
    NotOneHot {
        /// The argument.
        name: &'static str,
        /// The row.
        row: usize,
    },

    /// A row of logits that are all `-inf`, so that no class can be.
    #[error("{name}[{row}] is -inf everywhere (at least one class must be possible)")]
    AllMasked {
        /// The argument.
        name: &'static str,
        /// The row.
        row: usize,
    },

    /// Counts among which nothing was counted.
    #[error("{name} sum to 0 (at least one must be positive)")]
    NothingCounted {
        /// The argument.
        name: &'static str,
    },

    /// A parameter outside of its range.
    #[error("{name} = {} is not allowed ({allowed})", number(*.value))]
    BadParameter {
        /// The parameter.
        name: &'static str,
        /// What was asked for.
        value: f64,
        /// The rule, e.g. `delta > 0 and finite`.
        allowed: &'static str,
    },

    /// A result that does not fit into memory.
    #[error("{name} of shape [{rows}, {columns}] does not fit into memory")]
    TooLarge {
        /// The result.
        name: &'static str,
        /// Its rows.
        rows: usize,
        /// Its columns.
        columns: usize,
    },

    /// Two arguments that go together differ in shape.
    #[error("{left} has the shape {left_shape:?} and {right} {right_shape:?} (they must be equal)")]
    ShapeMismatch {
        /// The first argument.
        left: &'static str,
        /// Its shape.
        left_shape: Vec<usize>,
        /// The second argument.
        right: &'static str,
        /// Its shape.
        right_shape: Vec<usize>,
    },

    /// A number that is neither 0 nor 1 where a mask is needed.
    #[error("{name}{} = {} is neither 0 nor 1", place(.at), number(*.value))]
    NotBinary {
        /// The argument.
        name: &'static str,
        /// Where in it: one index for each axis.
        at: Vec<usize>,
        /// What was found there.
        value: f64,
    },

    /// A row that is not the corners of a box.
    #[error("{name}[{row}] = {found:?} is not a box (x1, y1, x2, y2 with x1 <= x2 and y1 <= y2)")]
    NotABox {
        /// The argument.
        name: &'static str,
        /// The row.
        row: usize,
        /// What was found there.
        found: Vec<f64>,
    },

    /// A vector of zeros where an angle is asked for.
    #[error("{name}[{row}] has length 0 (a cosine needs a direction)")]
    NoDirection {
        /// The argument.
        name: &'static str,
        /// The row.
        row: usize,
    },

    /// Labels that are all the same, or all different.
    #[error("{name} hold no triplet (two of one label and one of another are needed)")]
    NoTriplet {
        /// The argument.
        name: &'static str,
    },

    /// A number above 0 where the logarithm of a probability is needed.
    #[error("{name}{} = {} is not a log-probability (at most 0, which is p = 1)", place(.at), number(*.value))]
    NotLogProbability {
        /// The argument.
        name: &'static str,
        /// Where in it: `[row, column]`.
        at: Vec<usize>,
        /// What was found there.
        value: f64,
    },

    /// A target with a blank among its labels.
    #[error("target[{at}] = {blank} is the blank (it stands between labels, and is none)")]
    BlankInTarget {
        /// Its index in the target.
        at: usize,
        /// The blank.
        blank: usize,
    },

    /// A fault in one of several sequences, layers or scales.
    #[error("{part} {at}: {fault}")]
    InPart {
        /// What there are several of.
        part: &'static str,
        /// Which one.
        at: usize,
        /// What is wrong with it.
        fault: Box<LossError>,
    },

    /// A target of a kind that the loss cannot be compared with.
    #[error("target is {given} (this loss needs {needed})")]
    WrongTarget {
        /// What was handed over.
        given: &'static str,
        /// What the loss needs.
        needed: &'static str,
    },

    /// A layer whose activation keeps it from being joined with the next.
    #[error("layers[{layer}] is not linear (only linear layers make one layer)")]
    NotLinear {
        /// Its index.
        layer: usize,
    },

    /// A number that has grown beyond all bounds in training.
    #[error(
        "training diverged at step {step}: {name}{} = {value} is not finite (the network is as before; try a smaller rate)",
        place(.at)
    )]
    Diverged {
        /// The step, counted from 1.
        step: usize,
        /// What is not finite: a unit, the loss, the gradient, the parameters.
        name: &'static str,
        /// Where in it; for a unit `[layer, sample, unit]`.
        at: Vec<usize>,
        /// What was found there.
        value: f64,
    },

    /// Iterations that came to an end before their result was good enough.
    #[error(
        "{name} did not converge in {iterations} iterations (error {}, tolerance {})",
        number(*.error), number(*.tolerance)
    )]
    NotConverged {
        /// What was iterated.
        name: &'static str,
        /// How often.
        iterations: usize,
        /// How far off the result still was; for centers, by how much their value still fell.
        error: f64,
        /// How far off it might have been.
        tolerance: f64,
    },

    /// Classes on two sides of a line, which ever larger weights tell apart ever better.
    #[error(
        "{name} is separated by {by} (the weights grow without end; a larger lambda holds them)"
    )]
    Separable {
        /// The classes.
        name: &'static str,
        /// What separates them.
        by: &'static str,
    },

    /// Labels that are all of one class where two are to be told apart.
    #[error("{name} holds one class (both 0 and 1 are needed)")]
    OneClass {
        /// The argument.
        name: &'static str,
    },
}

impl PartialEq for LossError {
    fn eq(&self, other: &Self) -> bool {
        // Debug prints every field, and prints a NaN like a NaN.
        format!("{self:?}") == format!("{other:?}")
    }
}

/// `[3]`, `[3, 1]`, or nothing for an argument that is a single number.
fn place(at: &[usize]) -> String {
    if at.is_empty() { String::new() } else { format!("{at:?}") }
}

/// A number as one would write it: `-1`, `0.25`, `1e-310`.
fn number(value: f64) -> String {
    let size = value.abs();
    if !size.is_finite() || size == 0.0 || (1e-5..1e16).contains(&size) {
        value.to_string()
    } else {
        format!("{value:e}")
    }
}

/// A sum without the rounding noise of its last digits: `0.9`, not `0.9000000000000001`.
fn rounded(sum: f64) -> String {
    let digits = format!("{sum:.9}");
    digits.trim_end_matches('0').trim_end_matches('.').to_string()
}
