//! What a pair of points costs.

use crate::error::LossError;
use crate::numeric::{Rows, check, reserve};

/// What it costs that two points are not in the same place.
///
/// ```
/// # use lossbook::prelude::*;
/// let (target, prediction) = (array![[0.0, 0.0]], array![[3.0, 4.0]]);
/// assert_eq!(EarthMover::new(PointCost::Euclidean).mean(&target, &prediction)?, 5.0);
/// assert_eq!(EarthMover::new(PointCost::Squared).mean(&target, &prediction)?, 25.0);
/// # Ok::<(), LossError>(())
/// ```
#[doc(alias("cdist", "metric", "norm", "ground distance"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PointCost {
    /// The squared Euclidean distance, `sum_k (y_k - x_k)^2`, in the coordinates' unit squared. Its
    /// gradient, `2 (x - y)`, grows with the distance.
    #[doc(alias = "sqeuclidean")]
    Squared,
    /// The Euclidean distance, `sqrt(sum_k (y_k - x_k)^2)`, in the coordinates' unit. Its gradient is
    /// a direction of length 1, and 0 (a subgradient) where the points are the same.
    #[doc(alias = "L2")]
    Euclidean,
}

impl PointCost {
    pub(super) fn between(self, y: &[f64], x: &[f64]) -> f64 {
        match self {
            Self::Squared => square(y, x),
            Self::Euclidean => square(y, x).sqrt(),
        }
    }

    /// Adds the gradient of `weight * cost` with respect to `x`.
    pub(super) fn add_gradient(self, weight: f64, y: &[f64], x: &[f64], gradient: &mut [f64]) {
        let factor = match self {
            Self::Squared => 2.0 * weight,
            Self::Euclidean => match square(y, x).sqrt() {
                0.0 => 0.0,
                distance => weight / distance,
            },
        };
        for ((slot, x), y) in gradient.iter_mut().zip(x).zip(y) {
            *slot += factor * (x - y);
        }
    }

    /// What every pair of points costs, a row for each `y`.
    pub(super) fn table(self, ys: &Rows, xs: &Rows) -> Result<Rows, LossError> {
        let mut values = reserve("costs", ys.count, xs.count)?;
        for (row, y) in ys.iter().enumerate() {
            for (column, x) in xs.iter().enumerate() {
                let cost = self.between(y, x);
                check::finite("cost", &[row, column], cost)?;
                values.push(cost);
            }
        }
        Ok(Rows { name: "costs", values, count: ys.count, width: xs.count })
    }
}

/// The squared distance. Its terms are added from the first to the last, here and in the tree of
/// points, so that both say the same to the last bit.
pub(super) fn square(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| (left - right) * (left - right)).sum()
}
