//! The gradient with respect to a predicted cloud, collected pair by pair.

use ndarray::Array2;

use super::PointCost;
use super::cloud::{Cloud, reserve};
use super::gap::Gap;
use crate::error::LossError;
use crate::sum::Sum;

#[derive(Debug)]
pub(super) struct Gradient<'a> {
    cost: PointCost,
    target: &'a Cloud,
    prediction: &'a Cloud,
    sums: Vec<Sum>,
}

impl<'a> Gradient<'a> {
    pub(super) fn new(cost: PointCost, target: &'a Cloud, prediction: &'a Cloud) -> Self {
        let sums = vec![Sum::ZERO; prediction.count * prediction.width];
        Self { cost, target, prediction, sums }
    }

    /// A target point and a predicted one, by index, that go together; the pair's cost has a
    /// weight.
    pub(super) fn add(&mut self, y: usize, x: usize, weight: f64) {
        let sums = &mut self.sums[x * self.prediction.width..];
        let (y, x) = (self.target.row(y), self.prediction.row(x));
        let gap = Gap::between(y, x);
        gap.slopes(self.cost, weight, y, x, |axis, slope| sums[axis].add(slope));
    }

    /// In the prediction's shape; a slope too large is the largest that there is.
    pub(super) fn finish(self) -> Result<Array2<f64>, LossError> {
        let (rows, columns) = (self.prediction.count, self.prediction.width);
        let mut values = reserve("gradient", rows, columns)?;
        values.extend(self.sums.iter().map(|sum| sum.total().clamp(-f64::MAX, f64::MAX)));
        Array2::from_shape_vec((rows, columns), values).map_err(|_| LossError::TooLarge {
            name: "gradient",
            rows,
            columns,
        })
    }
}
