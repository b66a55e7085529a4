//! Losses for predicting where a set of points lies.
//!
//! A **cloud** is a matrix `[points, dims]`, a row a point. The order of its rows means nothing, so
//! that before anything can be compared it has to be decided which point goes with which:
//!
//! | loss | who goes with whom | sizes |
//! | --- | --- | --- |
//! | [`Chamfer`] | everyone with the nearest point of the other cloud, both ways | any |
//! | [`EarthMover`] | one with one, so that the whole costs least | equal |
//! | [`Sinkhorn`] | everyone with everyone a little, nearly so that the whole costs least | any |
//!
//! What a pair costs is a [`PointCost`], the Euclidean distance or its square.
//!
//! ```
//! use lossbook::prelude::*;
//!
//! // Two of three points are predicted exactly, the third not at all: its place is taken by another
//! // point near the first.
//! let target = array![[0.0, 0.0], [4.0, 0.0], [0.0, 3.0]];
//! let prediction = array![[0.0, 0.0], [4.0, 0.0], [0.0, 1.0]];
//!
//! // The point that is missing lies 2 from its nearest, the one too many 1: 4 + 1.
//! assert_eq!(Chamfer::default().sum(&target, &prediction)?, 5.0);
//!
//! // One with one: the one too many has to become the missing one.
//! let earth = EarthMover::default();
//! assert_eq!(earth.assignment(&target, &prediction)?, [0, 1, 2]);
//! assert_eq!(earth.sum(&target, &prediction)?, 2.0);
//! # Ok::<(), LossError>(())
//! ```
//!
//! # The words
//!
//! Chamfer and earth mover's distance know those of every loss. `mean` is a mean over points and `sum`
//! their sum; a call takes one pair of clouds. `gradient` is that of the mean, with respect to the
//! prediction. A Chamfer loss costs both ways: its `each` are the nearest points both ways, its mean is
//! the mean over the target's points plus the mean over the prediction's. A Sinkhorn loss moves an
//! amount of 1 in all, so that its `cost` is a mean already; what it has a gradient of is another
//! value, its `objective`.
//!
//! # Arguments, errors
//!
//! Target first, anything that views as a matrix of `f64`. All of them refuse
//! - a cloud without points or dimensions ([`LossError::Empty`]),
//! - points of different dimension ([`LossError::LengthMismatch`]),
//! - a NaN or an infinity ([`LossError::NotFinite`]),
//! - what does not fit into memory ([`LossError::TooLarge`]).
//!
//! Distances are computed from squares, which overflow for points more than 1e154 apart and vanish for
//! points less than 1e-162 apart. Then a Chamfer cost is infinite, or 0; the others refuse infinite
//! costs.
//!
//! # Kinks
//!
//! Where two points are equally near, the loss has a kink. Chamfer takes the one that comes first,
//! the earth mover whichever its search comes upon (the same in every run). A Euclidean distance of
//! 0 has the subgradient 0.

mod assignment;
mod chamfer;
mod earth_mover;
mod nearest;
mod point_cost;
mod sinkhorn;
mod transport;

pub use chamfer::{BothWays, Chamfer, Nearest};
pub use earth_mover::EarthMover;
pub use point_cost::PointCost;
pub use sinkhorn::Sinkhorn;
pub use transport::Transport;

use ndarray::ArrayView2;

use crate::error::LossError;
use crate::numeric::{Rows, check};

/// Copies of both clouds, point after point; their points have the same dimension.
fn pair(target: ArrayView2<f64>, prediction: ArrayView2<f64>) -> Result<[Rows; 2], LossError> {
    check::not_empty("target", target.len())?;
    check::not_empty("prediction", prediction.len())?;
    let names = ("a point of target", "a point of prediction");
    check::same_length(names.0, target.ncols(), names.1, prediction.ncols())?;
    Ok([Rows::new("target", target)?, Rows::new("prediction", prediction)?])
}
