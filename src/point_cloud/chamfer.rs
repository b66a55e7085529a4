//! The Chamfer distance: everyone's nearest.

use ndarray::{Array1, Array2, ArrayView2};

use super::nearest::Tree;
use super::{PointCost, pair};
use crate::error::LossError;
use crate::loss::Matrix;
use crate::numeric::{Rows, Sum};

/// Chamfer distance: from every point of either cloud to the nearest one of the other.
///
/// ```text
/// sum  = sum_i min_j c(y_i, x_j) + sum_j min_i c(y_i, x_j)
/// mean = 1/n sum_i min_j c(y_i, x_j) + 1/m sum_j min_i c(y_i, x_j)
/// ```
///
/// with `n` target points `y`, `m` predicted points `x`, and a [`PointCost`] `c`, the squared
/// distance unless another is asked for. The first half punishes what is missing, the second what
/// is too much; either alone would be 0 for a prediction that covers everything, or for a single
/// right point. Points may share a nearest one: a cloud crowded in one place can come off well,
/// which [`EarthMover`](super::EarthMover) does not let pass.
///
/// The result is exact, and takes about `(n + m) log(n + m)` steps in up to 8 dimensions (`n m` in
/// more, or where nearly everything is equally far).
///
/// ```
/// # use lossbook::prelude::*;
/// let target = array![[0.0, 0.0], [1.0, 0.0]];
/// let prediction = array![[0.0, 1.0], [3.0, 0.0], [1.0, 0.0]];
/// // Target points: 1 and 0. Predicted points: 1, 4 and 0.
/// assert_eq!(Chamfer::default().sum(&target, &prediction)?, 6.0);
/// assert_eq!(Chamfer::default().mean(&target, &prediction)?, 1.0 / 2.0 + 5.0 / 3.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: H. Fan, H. Su, L. Guibas, "A point set generation network for 3D object reconstruction
/// from a single image" (2017), equation 3, and "Losses, part 2" (lecture, CMU 11-785), "Loss for
/// point clouds", which both have the squared sum.
#[doc(alias("chamfer_distance", "ChamferDistance", "ChamferLoss"))]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chamfer {
    cost: PointCost,
}

/// Of every point of a cloud, the nearest one of the other.
#[doc(alias("knn_points", "nearest neighbour"))]
#[derive(Debug, Clone, PartialEq)]
pub struct Nearest {
    /// Its row in the other cloud; of those just as near the first.
    pub index: Vec<usize>,
    /// What it costs to be so far from it.
    pub cost: Array1<f64>,
}

/// What [`Chamfer::each`] finds.
#[derive(Debug, Clone, PartialEq)]
pub struct BothWays {
    /// For every target point the predicted one that is nearest.
    pub target: Nearest,
    /// For every predicted point the target one that is nearest.
    pub prediction: Nearest,
}

impl Default for Chamfer {
    /// Squared distances.
    fn default() -> Self {
        Self::new(PointCost::Squared)
    }
}

impl Chamfer {
    /// With what a distance costs; `Chamfer::default()` squares it.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (target, prediction) = (array![[0.0, 0.0]], array![[3.0, 4.0]]);
    /// assert_eq!(Chamfer::new(PointCost::Euclidean).sum(&target, &prediction)?, 10.0);
    /// assert_eq!(Chamfer::new(PointCost::Squared).sum(&target, &prediction)?, 50.0);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn new(cost: PointCost) -> Self {
        Self { cost }
    }

    /// The parameter.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Chamfer::default().cost(), PointCost::Squared);
    /// ```
    pub fn cost(&self) -> PointCost {
        self.cost
    }

    /// What each point costs, and which one is its nearest, both ways: `[n, d]` and `[m, d]` in,
    /// `n` and `m` nearest points out.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let both = Chamfer::default().each(&array![[0.0], [5.0]], &array![[2.0], [1.0], [1.0]])?;
    /// assert_eq!(both.target.index, [1, 0]);
    /// assert_eq!(both.target.cost, array![1.0, 9.0]);
    /// assert_eq!(both.prediction.index, [0, 0, 0]);
    /// assert_eq!(both.prediction.cost, array![4.0, 1.0, 1.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A cloud that is empty, of another dimension, not finite, or too large.
    pub fn each(
        &self,
        target: impl Matrix,
        prediction: impl Matrix,
    ) -> Result<BothWays, LossError> {
        Ok(self.search(target.as_matrix(), prediction.as_matrix())?.2)
    }

    /// The mean over the target's points plus the mean over the prediction's.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (target, prediction) = (array![[0.0], [5.0]], array![[2.0], [1.0], [1.0]]);
    /// assert_eq!(Chamfer::default().mean(&target, &prediction)?, 10.0 / 2.0 + 6.0 / 3.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A cloud that is empty, of another dimension, not finite, or too large.
    pub fn mean(&self, target: impl Matrix, prediction: impl Matrix) -> Result<f64, LossError> {
        Ok(self.search(target.as_matrix(), prediction.as_matrix())?.2.mean())
    }

    /// The sum over the points of both clouds: the lecture's Chamfer distance, if squared.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (target, prediction) = (array![[0.0], [5.0]], array![[2.0], [1.0], [1.0]]);
    /// assert_eq!(Chamfer::default().sum(&target, &prediction)?, 16.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A cloud that is empty, of another dimension, not finite, or too large.
    pub fn sum(&self, target: impl Matrix, prediction: impl Matrix) -> Result<f64, LossError> {
        let both = self.search(target.as_matrix(), prediction.as_matrix())?.2;
        Ok(both.target.cost.iter().chain(&both.prediction.cost).copied().collect::<Sum>().total())
    }

    /// The gradient of the **mean** with respect to the prediction, `[m, d]`. A predicted point is
    /// drawn to its own nearest one, and to all those whose nearest it is.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let gradient = Chamfer::default().gradient(&array![[0.0], [5.0]], &array![[2.0], [1.0]])?;
    /// // The 2: towards 0, half of 2 * 2; and towards 5, half of 2 * 3. The 1: twice to 0.
    /// assert_eq!(gradient, array![[2.0 - 3.0], [1.0 + 1.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A cloud that is empty, of another dimension, not finite, or too large.
    pub fn gradient(
        &self,
        target: impl Matrix,
        prediction: impl Matrix,
    ) -> Result<Array2<f64>, LossError> {
        Ok(self.mean_and_gradient(target, prediction)?.1)
    }

    /// [`mean`](Self::mean) and [`gradient`](Self::gradient), with the nearest points found once.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (target, prediction) = (array![[0.0], [5.0]], array![[2.0], [1.0]]);
    /// let (mean, gradient) = Chamfer::default().mean_and_gradient(&target, &prediction)?;
    /// assert_eq!(mean, 5.0 + 2.5);
    /// assert_eq!(gradient, array![[-1.0], [2.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A cloud that is empty, of another dimension, not finite, or too large.
    pub fn mean_and_gradient(
        &self,
        target: impl Matrix,
        prediction: impl Matrix,
    ) -> Result<(f64, Array2<f64>), LossError> {
        let (target, prediction, both) = self.search(target.as_matrix(), prediction.as_matrix())?;
        let mut gradient = Rows::zeros_like(&prediction);
        let mut add = |weight: f64, y: usize, x: usize| {
            let (y, slot) = (target.row(y), gradient.row_mut(x));
            self.cost.add_gradient(weight, y, prediction.row(x), slot);
        };
        let [n, m] = [target.count as f64, prediction.count as f64];
        both.target.index.iter().enumerate().for_each(|(y, &x)| add(1.0 / n, y, x));
        both.prediction.index.iter().enumerate().for_each(|(x, &y)| add(1.0 / m, y, x));
        Ok((both.mean(), gradient.into_array()?))
    }

    fn search(
        &self,
        target: ArrayView2<f64>,
        prediction: ArrayView2<f64>,
    ) -> Result<(Rows, Rows, BothWays), LossError> {
        let [target, prediction] = pair(target, prediction)?.map(Tree::new);
        let nearest = |from: &Tree, to: &Tree| {
            let index = to.nearest_to_each(from);
            let pairs = from.cloud.iter().zip(&index);
            let cost = pairs.map(|(point, &other)| self.cost.between(point, to.cloud.row(other)));
            Nearest { cost: cost.collect(), index }
        };
        let (left, right) = (nearest(&target, &prediction), nearest(&prediction, &target));
        let both = BothWays { target: left, prediction: right };
        Ok((target.cloud, prediction.cloud, both))
    }
}

impl BothWays {
    fn mean(&self) -> f64 {
        let mean = |side: &Nearest| side.cost.iter().copied().collect::<Sum>().mean();
        mean(&self.target) + mean(&self.prediction)
    }
}
