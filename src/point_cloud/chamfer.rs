//! The Chamfer distance: everyone's nearest.

use ndarray::{Array1, Array2, ArrayView2};

use super::PointCost;
use super::cloud::{Cloud, pair};
use super::gap::Gap;
use super::gradient::Gradient;
use super::nearest::Tree;
use crate::error::LossError;
use crate::sum::Sum;

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
/// from a single image" (2017), equation 3, which is the squared sum; "Common loss functions in
/// computer vision" (lecture article).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chamfer {
    cost: PointCost,
}

/// Of every point of a cloud, the nearest one of the other.
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
    pub fn each<'t, 'p>(
        &self,
        target: impl Into<ArrayView2<'t, f64>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<BothWays, LossError> {
        let found = Search::new(target.into(), prediction.into())?;
        let target = found.target_costs(self.cost).collect();
        let prediction = found.prediction_costs(self.cost).collect();
        Ok(BothWays {
            target: Nearest { index: found.of_target, cost: target },
            prediction: Nearest { index: found.of_prediction, cost: prediction },
        })
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
    pub fn mean<'t, 'p>(
        &self,
        target: impl Into<ArrayView2<'t, f64>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<f64, LossError> {
        Ok(Search::new(target.into(), prediction.into())?.mean(self.cost))
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
    pub fn sum<'t, 'p>(
        &self,
        target: impl Into<ArrayView2<'t, f64>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<f64, LossError> {
        Ok(Search::new(target.into(), prediction.into())?.sum(self.cost))
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
    pub fn gradient<'t, 'p>(
        &self,
        target: impl Into<ArrayView2<'t, f64>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<Array2<f64>, LossError> {
        Search::new(target.into(), prediction.into())?.gradient_of_mean(self.cost)
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
    pub fn mean_and_gradient<'t, 'p>(
        &self,
        target: impl Into<ArrayView2<'t, f64>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<(f64, Array2<f64>), LossError> {
        let found = Search::new(target.into(), prediction.into())?;
        Ok((found.mean(self.cost), found.gradient_of_mean(self.cost)?))
    }

    /// [`sum`](Self::sum) and its gradient with respect to the prediction, `[m, d]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (target, prediction) = (array![[0.0], [5.0]], array![[2.0], [1.0]]);
    /// let (sum, gradient) = Chamfer::default().sum_and_gradient(&target, &prediction)?;
    /// assert_eq!(sum, 15.0);
    /// assert_eq!(gradient, array![[-2.0], [4.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A cloud that is empty, of another dimension, not finite, or too large.
    pub fn sum_and_gradient<'t, 'p>(
        &self,
        target: impl Into<ArrayView2<'t, f64>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<(f64, Array2<f64>), LossError> {
        let found = Search::new(target.into(), prediction.into())?;
        Ok((found.sum(self.cost), found.gradient(self.cost, 1.0, 1.0)?))
    }
}

/// Two clouds and everyone's nearest.
struct Search {
    target: Cloud,
    prediction: Cloud,
    of_target: Vec<usize>,
    of_prediction: Vec<usize>,
}

impl Search {
    fn new(target: ArrayView2<f64>, prediction: ArrayView2<f64>) -> Result<Self, LossError> {
        let (target, prediction) = pair(target, prediction)?;
        let (targets, predictions) = (Tree::new(&target), Tree::new(&prediction));
        let of_target = predictions.nearest_to_each(&targets);
        let of_prediction = targets.nearest_to_each(&predictions);
        Ok(Self { target, prediction, of_target, of_prediction })
    }

    fn target_costs(&self, cost: PointCost) -> impl Iterator<Item = f64> {
        let pairs = self.target.iter().zip(&self.of_target);
        pairs.map(move |(y, &x)| Gap::between(y, self.prediction.row(x)).cost(cost))
    }

    fn prediction_costs(&self, cost: PointCost) -> impl Iterator<Item = f64> {
        let pairs = self.prediction.iter().zip(&self.of_prediction);
        pairs.map(move |(x, &y)| Gap::between(self.target.row(y), x).cost(cost))
    }

    fn mean(&self, cost: PointCost) -> f64 {
        let of_target: Sum = self.target_costs(cost).collect();
        let of_prediction: Sum = self.prediction_costs(cost).collect();
        of_target.mean() + of_prediction.mean()
    }

    fn sum(&self, cost: PointCost) -> f64 {
        let costs: Sum = self.target_costs(cost).chain(self.prediction_costs(cost)).collect();
        costs.total()
    }

    fn gradient_of_mean(&self, cost: PointCost) -> Result<Array2<f64>, LossError> {
        let (n, m) = (self.target.count as f64, self.prediction.count as f64);
        self.gradient(cost, 1.0 / n, 1.0 / m)
    }

    fn gradient(
        &self,
        cost: PointCost,
        target_weight: f64,
        prediction_weight: f64,
    ) -> Result<Array2<f64>, LossError> {
        let mut gradient = Gradient::new(cost, &self.target, &self.prediction);
        for (y, &x) in self.of_target.iter().enumerate() {
            gradient.add(y, x, target_weight);
        }
        for (x, &y) in self.of_prediction.iter().enumerate() {
            gradient.add(y, x, prediction_weight);
        }
        gradient.finish()
    }
}
