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
//! Chamfer and earth mover's distance know those of every loss. `each` is what each *point* costs,
//! `mean` a mean over points and `sum` their sum; a call takes one pair of clouds. `gradient` is
//! that of the mean, with respect to the prediction. A Chamfer loss costs both ways, its mean being
//! the mean over the target's points plus the mean over the prediction's; as its sum, which is the
//! lecture's, is no multiple of that where the clouds differ in size, it has a gradient too. A
//! Sinkhorn loss moves an amount of 1 in all, so that its `cost` is a mean already; what it has a
//! gradient of is another value, its `objective`.
//!
//! # Arguments, errors
//!
//! Target first, anything that views as a matrix of `f64`. All of them refuse
//! - a cloud without points or dimensions ([`LossError::Empty`](crate::error::LossError::Empty)),
//! - points of different dimension
//!   ([`LossError::LengthMismatch`](crate::error::LossError::LengthMismatch)),
//! - a NaN or an infinity ([`LossError::NotFinite`](crate::error::LossError::NotFinite)),
//! - what does not fit into memory ([`LossError::TooLarge`](crate::error::LossError::TooLarge)).
//!
//! # Very large and very small numbers
//!
//! Which point is nearest is right, up to rounding, for all doubles, also where the squares of
//! their distances are beyond them. A distance beyond the largest `f64` is infinite, and so is a
//! square; a slope beyond it is the largest that there is, so that a gradient is finite.
//!
//! # Kinks
//!
//! Where two points are equally near, the loss has a kink. Chamfer takes the one that comes first,
//! the earth mover whichever its search comes upon (the same in every run). A Euclidean distance of
//! 0 has the subgradient 0.

mod assignment;
mod chamfer;
mod cloud;
mod earth_mover;
mod gap;
mod gradient;
mod nearest;
mod sinkhorn;
mod transport;

pub use chamfer::{BothWays, Chamfer, Nearest};
pub use earth_mover::EarthMover;
pub use gap::PointCost;
pub use sinkhorn::Sinkhorn;
pub use transport::Transport;
