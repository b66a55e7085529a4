//! The lecture's sigmoid without an exponential, as its code computes it and as its formula reads.
//!
//! The two are not the same: for `x >= 5.8` the formula says 0.9997, where the code sets a value to
//! 0.9997 that it then halves and shifts like the others, to 0.99985; and the formula does not say
//! what holds for `x < 0`, where the code mirrors.

use crate::error::LossError;
use crate::numeric::check;

/// The lecture's `fast_sigmoid2`, and its derivative; at an edge that of the outer piece.
pub(super) fn value_and_derivative(x: f64) -> (f64, f64) {
    let (z, derivative) = piece(0.5 * x.abs()).unwrap_or((0.9997, 0.0));
    (0.5 * (if x < 0.0 { -z } else { z } + 1.0), derivative)
}

/// The curve or the straight line on which `half = abs(x) / 2` is, and its derivative in the value;
/// none further out.
fn piece(half: f64) -> Option<(f64, f64)> {
    if half < 1.7 {
        Some((1.5 * half / (1.0 + half), 0.375 / ((1.0 + half) * (1.0 + half))))
    } else if half < 2.9 {
        Some((0.9444 + 0.0459 * (half - 1.7), 0.25 * 0.0459))
    } else {
        None
    }
}

/// The lecture's approximation of the sigmoid as its formula is printed, for `x >= 0`.
///
/// ```text
/// (1.5 (x / 2) / (1 + x / 2) + 1) / 2            where 0 <= x < 3.4
/// (0.9444 + 0.0459 (x / 2 - 1.7) + 1) / 2        where 3.4 <= x < 5.8
/// 0.9997                                         where 5.8 <= x
/// ```
///
/// (At 5.8 the slide's conditions allow the second line, too.) The code printed below it is
/// [`Activation::APPROXIMATE_SIGMOID`](super::Activation::APPROXIMATE_SIGMOID): it returns 0.99985 in
/// the last case, and the mirror image for `x < 0`, of which the formula says nothing.
///
/// ```
/// # use lossbook::network::*;
/// assert_eq!(printed_sigmoid(6.0)?, 0.9997);
/// assert_eq!(Activation::APPROXIMATE_SIGMOID.value(6.0), 0.99985);
/// assert!(printed_sigmoid(-1.0).is_err());
/// # Ok::<(), lossbook::error::LossError>(())
/// ```
///
/// Source: C.-S. Huang, "Neural networks and loss functions" (lecture), on approximating the sigmoid.
///
/// # Errors
///
/// [`LossError::NotFinite`]; [`LossError::BadParameter`] for `x < 0`.
pub fn printed_sigmoid(x: f64) -> Result<f64, LossError> {
    check::finite("x", &[], x)?;
    check::in_range(x >= 0.0, "x", x, "x >= 0: the formula leaves out x < 0")?;
    Ok(piece(0.5 * x).map_or(0.9997, |(z, _)| 0.5 * (z + 1.0)))
}
