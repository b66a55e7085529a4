//! Hinge loss of two classes: right is not enough, it has to be right by a margin of 1.

use super::binary_loss::BinaryLoss;

/// Hinge loss of two classes: `max(0, 1 - score)` for a positive sample, `max(0, 1 + score)` for a
/// negative one.
///
/// Derivative: -1 for a positive sample below the margin, 1 for a negative one above it, 0 elsewhere; at
/// the kink, where the score is exactly 1 (or -1), the subgradient 0 is taken. Unit: the score's.
///
/// ```
/// # use lossbook::classification::*;
/// # use lossbook::prelude::*;
/// assert_eq!(Hinge.each(&[1.0, 1.0, 0.0], &[3.0, 0.25, 2.0])?, array![0.0, 0.75, 3.0]);
/// assert_eq!(Hinge.derivative(1.0, 1.0), 0.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: C. Cortes, V. Vapnik, "Support-vector networks", Machine Learning 20 (1995).
#[doc(alias("hinge_loss", "BinaryHinge", "SVM"))]
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Hinge;

impl BinaryLoss for Hinge {
    fn value_and_derivative(&self, positive: bool, prediction: f64) -> (f64, f64) {
        let short = if positive { 1.0 - prediction } else { 1.0 + prediction };
        let derivative = if positive { -1.0 } else { 1.0 };
        // NaN for NaN.
        if short <= 0.0 { (0.0, 0.0) } else { (short, derivative) }
    }
}
