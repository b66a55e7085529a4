//! The earth mover's distance: one with one.

use ndarray::{Array2, ArrayView2};

use super::assignment::assign;
use super::{PointCost, pair};
use crate::error::LossError;
use crate::loss::{Ask, Losses, Matrix, words};
use crate::numeric::{Rows, check};

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
/// `each` is what each target point costs; the gradient, `[n, d]`, draws each predicted point to the one
/// that it is assigned to. The assignment itself does not change with a small step, unless there are
/// two that cost the same.
///
/// ```
/// # use lossbook::prelude::*;
/// let (target, prediction) = (array![[0.0], [5.0]], array![[7.0], [1.0]]);
/// let earth = EarthMover::default();
/// assert_eq!(earth.each(&target, &prediction)?, array![1.0, 2.0]);
/// assert_eq!(earth.sum(&target, &prediction)?, 3.0);
/// assert_eq!(earth.mean_and_gradient(&target, &prediction)?, (1.5, array![[0.5], [0.5]]));
/// # Ok::<(), LossError>(())
/// ```
///
/// Errors: a cloud that is empty, of another shape, not finite, or too large, and a cost that
/// overflows.
///
/// Source: Y. Rubner, C. Tomasi, L. Guibas, "The earth mover's distance as a metric for image
/// retrieval" (2000); H. Fan, H. Su, L. Guibas, "A point set generation network for 3D object
/// reconstruction from a single image" (2017), equation 4, which is the sum.
#[doc(alias("EMD", "emd2", "Wasserstein", "wasserstein_distance", "optimal transport"))]
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

    words!(pub (target: impl Matrix => target.as_matrix(),
                prediction: impl Matrix => prediction.as_matrix()) -> Array2<f64>);

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
    /// A cloud that is empty, of another shape, not finite, or too large; a cost that overflows.
    #[doc(alias("linear_sum_assignment", "Hungarian", "matching"))]
    pub fn assignment(
        &self,
        target: impl Matrix,
        prediction: impl Matrix,
    ) -> Result<Vec<usize>, LossError> {
        Ok(self.solve(target.as_matrix(), prediction.as_matrix())?.2)
    }

    fn evaluate(
        &self,
        target: ArrayView2<f64>,
        prediction: ArrayView2<f64>,
        ask: Ask,
    ) -> Result<(Losses, Array2<f64>), LossError> {
        let (target, prediction, assignment) = self.solve(target, prediction)?;
        let mut tally = ask.tally(target.count)?;
        let mut gradient = Rows::zeros_like(&prediction);
        for (i, (y, &at)) in target.iter().zip(&assignment).enumerate() {
            let x = prediction.row(at);
            tally.add(i, self.cost.between(y, x));
            self.cost.add_gradient(tally.share(i, 1.0), y, x, gradient.row_mut(at));
        }
        Ok((tally.finish(), gradient.into_array()?))
    }

    fn solve(
        &self,
        target: ArrayView2<f64>,
        prediction: ArrayView2<f64>,
    ) -> Result<(Rows, Rows, Vec<usize>), LossError> {
        let [y, x] = pair(target, prediction)?;
        check::same_shape("target", target.shape(), "prediction", prediction.shape())?;
        let assignment = assign(&self.cost.table(&y, &x)?);
        Ok((y, x, assignment))
    }
}
