//! The earth mover's distance: one with one.

use ndarray::{Array1, Array2, ArrayView2};

use super::PointCost;
use super::assignment::assign;
use super::cloud::{Cloud, pair, reserve};
use super::gap::{Gap, Unit, square};
use super::gradient::Gradient;
use crate::error::LossError;
use crate::sum::Sum;

/// Earth mover's distance of two clouds of one size: each predicted point goes to a target point of
/// its own, so that the whole costs least.
///
/// ```text
/// mean = 1/n min_s sum_i c(y_i, x_s(i))      over all permutations s
/// ```
///
/// with a [`PointCost`] `c`, the Euclidean distance unless another is asked for. With that, the
/// mean is the Wasserstein-1 distance of the clouds, every point weighing `1/n`; with squared
/// distances it is the square of Wasserstein-2. No point can be shared: unlike
/// [`Chamfer`](super::Chamfer) it notices a crowd.
///
/// The assignment is an optimal one, not an approximation, up to the rounding of the largest cost.
/// It takes up to `n^3` steps and a matrix of `n^2` costs; for clouds of thousands of points
/// [`Sinkhorn`](super::Sinkhorn) is the cheaper one.
///
/// ```
/// # use lossbook::prelude::*;
/// let target = array![[0.0], [1.0], [2.0]];
/// let prediction = array![[1.0], [2.0], [3.0]];
/// let earth = EarthMover::default();
/// assert_eq!(earth.mean(&target, &prediction)?, 1.0);
/// // By squares there is no doubt how: everyone moves by 1, instead of one by 3.
/// let squared = EarthMover::new(PointCost::Squared);
/// assert_eq!(squared.assignment(&target, &prediction)?, [0, 1, 2]);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: Y. Rubner, C. Tomasi, L. Guibas, "The earth mover's distance as a metric for image
/// retrieval" (2000); H. Fan, H. Su, L. Guibas, "A point set generation network for 3D object
/// reconstruction from a single image" (2017), equation 4, which is the sum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EarthMover {
    cost: PointCost,
}

impl Default for EarthMover {
    /// Euclidean distances.
    fn default() -> Self {
        Self::new(PointCost::Euclidean)
    }
}

impl EarthMover {
    /// With what a distance costs; `EarthMover::default()` takes it as it is.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (target, prediction) = (array![[0.0, 0.0]], array![[3.0, 4.0]]);
    /// assert_eq!(EarthMover::new(PointCost::Euclidean).mean(&target, &prediction)?, 5.0);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn new(cost: PointCost) -> Self {
        Self { cost }
    }

    /// The parameter.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(EarthMover::default().cost(), PointCost::Euclidean);
    /// ```
    pub fn cost(&self) -> PointCost {
        self.cost
    }

    /// For each target point the row of the predicted point that goes there: `[n, d]` and `[n, d]`
    /// in, `n` rows out, each of them once.
    ///
    /// Of several assignments that cost the same, it is the same one in every run.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (target, prediction) = (array![[0.0], [5.0]], array![[6.0], [1.0]]);
    /// assert_eq!(EarthMover::default().assignment(&target, &prediction)?, [1, 0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A cloud that is empty, of another shape, not finite, or too large.
    pub fn assignment<'t, 'p>(
        &self,
        target: impl Into<ArrayView2<'t, f64>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<Vec<usize>, LossError> {
        Ok(self.solve(target.into(), prediction.into())?.assignment)
    }

    /// What each target point costs: `[n]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (target, prediction) = (array![[0.0], [5.0]], array![[7.0], [1.0]]);
    /// assert_eq!(EarthMover::default().each(&target, &prediction)?, array![1.0, 2.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A cloud that is empty, of another shape, not finite, or too large.
    pub fn each<'t, 'p>(
        &self,
        target: impl Into<ArrayView2<'t, f64>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<Array1<f64>, LossError> {
        Ok(self.solve(target.into(), prediction.into())?.costs(self.cost).collect())
    }

    /// The mean cost of a point.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (target, prediction) = (array![[0.0], [5.0]], array![[7.0], [1.0]]);
    /// assert_eq!(EarthMover::default().mean(&target, &prediction)?, 1.5);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A cloud that is empty, of another shape, not finite, or too large.
    pub fn mean<'t, 'p>(
        &self,
        target: impl Into<ArrayView2<'t, f64>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<f64, LossError> {
        let solved = self.solve(target.into(), prediction.into())?;
        Ok(solved.costs(self.cost).collect::<Sum>().mean())
    }

    /// The sum of the points' costs.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (target, prediction) = (array![[0.0], [5.0]], array![[7.0], [1.0]]);
    /// assert_eq!(EarthMover::default().sum(&target, &prediction)?, 3.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A cloud that is empty, of another shape, not finite, or too large.
    pub fn sum<'t, 'p>(
        &self,
        target: impl Into<ArrayView2<'t, f64>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<f64, LossError> {
        let solved = self.solve(target.into(), prediction.into())?;
        Ok(solved.costs(self.cost).collect::<Sum>().total())
    }

    /// The gradient of the **mean** with respect to the prediction, `[n, d]`: each point is drawn
    /// to the one that it is assigned to. The assignment itself does not change with a small step,
    /// unless there are two that cost the same.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (target, prediction) = (array![[0.0], [5.0]], array![[7.0], [1.0]]);
    /// let gradient = EarthMover::default().gradient(&target, &prediction)?;
    /// assert_eq!(gradient, array![[0.5], [0.5]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A cloud that is empty, of another shape, not finite, or too large.
    pub fn gradient<'t, 'p>(
        &self,
        target: impl Into<ArrayView2<'t, f64>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<Array2<f64>, LossError> {
        self.solve(target.into(), prediction.into())?.gradient(self.cost)
    }

    /// [`mean`](Self::mean) and [`gradient`](Self::gradient), with the assignment found once.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (target, prediction) = (array![[0.0], [5.0]], array![[7.0], [1.0]]);
    /// let (mean, gradient) = EarthMover::default().mean_and_gradient(&target, &prediction)?;
    /// assert_eq!(mean, 1.5);
    /// assert_eq!(gradient, array![[0.5], [0.5]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A cloud that is empty, of another shape, not finite, or too large.
    pub fn mean_and_gradient<'t, 'p>(
        &self,
        target: impl Into<ArrayView2<'t, f64>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<(f64, Array2<f64>), LossError> {
        let solved = self.solve(target.into(), prediction.into())?;
        let mean = solved.costs(self.cost).collect::<Sum>().mean();
        Ok((mean, solved.gradient(self.cost)?))
    }

    fn solve(
        &self,
        target: ArrayView2<f64>,
        prediction: ArrayView2<f64>,
    ) -> Result<Solved, LossError> {
        let (left_shape, right_shape) = (target.shape().to_vec(), prediction.shape().to_vec());
        let (target, prediction) = pair(target, prediction)?;
        if target.count != prediction.count {
            let (left, right) = ("target", "prediction");
            return Err(LossError::ShapeMismatch { left, left_shape, right, right_shape });
        }
        // One unit for all, in which costs can be added and compared.
        let unit = Unit::for_costs(self.cost, extent(&target, &prediction));
        let mut costs = reserve("costs", target.count, target.count)?;
        for y in target.iter() {
            costs.extend(prediction.iter().map(|x| match self.cost {
                PointCost::Squared => square(unit, y, x),
                PointCost::Euclidean => Gap::between(y, x).length_in(unit),
            }));
        }
        let assignment = assign(&costs, target.count);
        Ok(Solved { target, prediction, assignment })
    }
}

/// Two clouds, and for each target point the predicted one that goes there.
struct Solved {
    target: Cloud,
    prediction: Cloud,
    assignment: Vec<usize>,
}

impl Solved {
    fn costs(&self, cost: PointCost) -> impl Iterator<Item = f64> {
        let pairs = self.target.iter().zip(&self.assignment);
        pairs.map(move |(y, &x)| Gap::between(y, self.prediction.row(x)).cost(cost))
    }

    fn gradient(&self, cost: PointCost) -> Result<Array2<f64>, LossError> {
        let mut gradient = Gradient::new(cost, &self.target, &self.prediction);
        for (y, &x) in self.assignment.iter().enumerate() {
            gradient.add(y, x, 1.0 / self.target.count as f64);
        }
        gradient.finish()
    }
}

/// Half of what the points differ by in the coordinate in which they differ most.
fn extent(target: &Cloud, prediction: &Cloud) -> f64 {
    let mut largest = 0.0_f64;
    for axis in 0..target.width {
        let points = target.iter().chain(prediction.iter());
        let [low, high] = points.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], point| {
            [low.min(point[axis]), high.max(point[axis])]
        });
        // Halves, since the difference may overflow.
        largest = largest.max(high / 2.0 - low / 2.0);
    }
    largest
}
