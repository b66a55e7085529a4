//! Entropic optimal transport of clouds: everyone with everyone a little.

use ndarray::Array2;

use super::transport::{Transport, transport};
use super::{PointCost, pair};
use crate::error::LossError;
use crate::loss::Matrix;
use crate::numeric::{Rows, check};

/// Entropic optimal transport, found by Sinkhorn's iterations.
///
/// Every target point holds `1/n`, every predicted one `1/m`. A **plan** `P` says how much goes
/// from which to which; of all plans with these sums, the one is taken that has the least
///
/// ```text
/// objective = sum_ij P_ij c_ij + epsilon sum_ij P_ij ln(n m P_ij)
/// ```
///
/// The first part is the plan's `cost`, with a [`PointCost`] `c`; the second is the divergence from
/// sharing evenly, `KL(P, 1/(n m))`. The larger `epsilon` (in the cost's unit), the more is shared,
/// and the faster it goes; as it shrinks, both cost and objective come down to the optimal
/// transport cost, that of [`EarthMover`](super::EarthMover) if the clouds are of one size. On the
/// way `optimal <= cost <= objective <= optimal + epsilon ln min(n, m)`. Elsewhere the entropy may
/// be defined without `n m`; that makes the objective smaller by `epsilon ln(n m)`, and changes
/// neither plan nor gradient.
///
/// **A plan that has not converged is an error**, never a result: within at most
/// [`max_iterations`](Self::max_iterations), 10 000 unless set, the plan's sums must be right up to
/// a [`tolerance`](Self::tolerance), 1e-9 unless set, of the 1 that is moved. The cost's error is
/// of the order of the tolerance, the objective's far smaller (it is computed as the value of the dual
/// problem, that touches the objective from below).
///
/// Sinkhorn's iterations alone creep where `epsilon` is small beside the costs. So larger ones come
/// first, each starting where the last has ended, and every now and then a step of Newton's method takes
/// the place of an iteration; 64 x 64 points at a hundredth of the mean cost take about a hundred. All
/// is done in logarithms, so that no `epsilon` underflows. Rounding is as large as 1e-16 times the
/// largest cost divided by `epsilon`; a tolerance below that cannot be met.
///
/// A cloud's objective with itself is not 0: the blur costs, too.
///
/// ```
/// # use lossbook::prelude::*;
/// let target = array![[0.0], [1.0]];
/// let prediction = array![[0.0], [1.0], [1.0], [1.0]];
/// // Half of it is on the 0, where a quarter is expected: a quarter has to move by 1.
/// let sharp = Sinkhorn::new(PointCost::Euclidean, 0.01)?.transport(&target, &prediction)?;
/// assert!((sharp.cost - 0.25).abs() < 1e-6);
/// // With a large epsilon nearly everything is shared evenly.
/// let blurred = Sinkhorn::new(PointCost::Euclidean, 100.0)?.transport(&target, &prediction)?;
/// assert!((blurred.cost - 0.5).abs() < 1e-2);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: M. Cuturi, "Sinkhorn distances: lightspeed computation of optimal transport" (2013); G.
/// Peyre, M. Cuturi, "Computational optimal transport" (2019), sections 4.2 and 4.4; B. Schmitzer,
/// "Stabilized sparse scaling algorithms for entropy regularized transport problems" (2019), for the
/// larger epsilons; C. Brauer, C. Clason, D. Lorenz, B. Wirth, "A Sinkhorn-Newton method for entropic
/// optimal transport" (2017).
#[doc(alias("SinkhornLoss", "SamplesLoss", "entropic optimal transport", "Wasserstein"))]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sinkhorn {
    cost: PointCost,
    pub(super) epsilon: f64,
    pub(super) max_iterations: usize,
    pub(super) tolerance: f64,
}

impl Sinkhorn {
    /// With what a distance costs, and how much sharing is worth, in the cost's unit: a hundredth
    /// of a typical cost, for example.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert!(Sinkhorn::new(PointCost::Squared, 0.05).is_ok());
    /// assert!(Sinkhorn::new(PointCost::Squared, 0.0).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `epsilon > 0` and finite.
    pub fn new(cost: PointCost, epsilon: f64) -> Result<Self, LossError> {
        check::positive("epsilon", epsilon, "epsilon > 0 and finite")?;
        Ok(Self { cost, epsilon, max_iterations: 10_000, tolerance: 1e-9 })
    }

    /// The same with another number of iterations to stop at.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let hasty = Sinkhorn::new(PointCost::Euclidean, 0.01)?.with_max_iterations(2)?;
    /// let (target, prediction) = (array![[0.0], [1.0]], array![[0.2], [0.3], [0.6]]);
    /// let fault = hasty.cost(&target, &prediction).unwrap_err();
    /// assert!(fault.to_string().starts_with("sinkhorn did not converge in 2 iterations"));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] for 0.
    pub fn with_max_iterations(self, max_iterations: usize) -> Result<Self, LossError> {
        let allowed = "max_iterations >= 1";
        check::in_range(max_iterations > 0, "max_iterations", max_iterations as f64, allowed)?;
        Ok(Self { max_iterations, ..self })
    }

    /// The same with another error that is tolerated, as a share of what is moved.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let exact = Sinkhorn::new(PointCost::Squared, 1.0)?.with_tolerance(1e-14)?;
    /// assert!(exact.transport(&array![[0.0], [1.0]], &array![[0.2], [0.3]])?.error <= 1e-14);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `tolerance > 0` and finite.
    pub fn with_tolerance(self, tolerance: f64) -> Result<Self, LossError> {
        check::positive("tolerance", tolerance, "tolerance > 0 and finite")?;
        Ok(Self { tolerance, ..self })
    }

    /// The parameter.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Sinkhorn::new(PointCost::Squared, 0.5)?.epsilon(), 0.5);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn epsilon(&self) -> f64 {
        self.epsilon
    }

    /// How many iterations there may be.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Sinkhorn::new(PointCost::Squared, 0.5)?.max_iterations(), 10_000);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn max_iterations(&self) -> usize {
        self.max_iterations
    }

    /// How far the plan's sums may be off.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Sinkhorn::new(PointCost::Squared, 0.5)?.tolerance(), 1e-9);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn tolerance(&self) -> f64 {
        self.tolerance
    }

    /// The plan, its cost and objective: `[n, d]` and `[m, d]` in, a plan `[n, m]` out.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let found = Sinkhorn::new(PointCost::Squared, 0.1)?
    ///     .transport(&array![[0.0], [3.0]], &array![[3.0], [0.0]])?;
    /// assert!((found.plan[[0, 1]] - 0.5).abs() < 1e-9 && found.plan[[0, 0]] < 1e-9);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A cloud that is empty, of another dimension, not finite, or too large;
    /// [`LossError::NotFinite`] for a cost that overflows; [`LossError::NotConverged`], also where
    /// epsilon is so small beside the costs that rounding spoils the sums of the plan.
    pub fn transport(
        &self,
        target: impl Matrix,
        prediction: impl Matrix,
    ) -> Result<Transport, LossError> {
        let [target, prediction] = pair(target.as_matrix(), prediction.as_matrix())?;
        transport(&self.cost.table(&target, &prediction)?.into_array()?, self)
    }

    /// The cost of the plan, `sum_ij P_ij c_ij`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let cost = Sinkhorn::new(PointCost::Euclidean, 0.1)?.cost(&array![[0.0]], &array![[3.0]])?;
    /// assert_eq!(cost, 3.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`transport`](Self::transport).
    pub fn cost(&self, target: impl Matrix, prediction: impl Matrix) -> Result<f64, LossError> {
        Ok(self.transport(target, prediction)?.cost)
    }

    /// The value that the plan makes least, see [`Sinkhorn`].
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let loss = Sinkhorn::new(PointCost::Euclidean, 0.1)?;
    /// assert_eq!(loss.objective(&array![[0.0]], &array![[3.0]])?, 3.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`transport`](Self::transport).
    pub fn objective(
        &self,
        target: impl Matrix,
        prediction: impl Matrix,
    ) -> Result<f64, LossError> {
        Ok(self.transport(target, prediction)?.objective)
    }

    /// The gradient of the **objective** with respect to the prediction, `[m, d]`:
    /// `sum_i P_ij dc(y_i, x_j) / dx_j`.
    ///
    /// The plan changes with the prediction as well, but as it is the best one, that does not
    /// change the objective (to first order; the envelope theorem). It does change the cost, whose
    /// gradient is another one.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let loss = Sinkhorn::new(PointCost::Squared, 0.1)?;
    /// assert_eq!(loss.gradient(&array![[0.0]], &array![[3.0]])?, array![[6.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`transport`](Self::transport).
    pub fn gradient(
        &self,
        target: impl Matrix,
        prediction: impl Matrix,
    ) -> Result<Array2<f64>, LossError> {
        Ok(self.objective_and_gradient(target, prediction)?.1)
    }

    /// [`objective`](Self::objective) and [`gradient`](Self::gradient), with the plan found once.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let loss = Sinkhorn::new(PointCost::Squared, 0.1)?;
    /// let (objective, gradient) = loss.objective_and_gradient(&array![[0.0]], &array![[3.0]])?;
    /// assert_eq!(objective, 9.0);
    /// assert_eq!(gradient, array![[6.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`transport`](Self::transport).
    pub fn objective_and_gradient(
        &self,
        target: impl Matrix,
        prediction: impl Matrix,
    ) -> Result<(f64, Array2<f64>), LossError> {
        let found = self.transport(&target, &prediction)?;
        let [target, prediction] = pair(target.as_matrix(), prediction.as_matrix())?;
        let mut gradient = Rows::zeros_like(&prediction);
        for ((y, x), &amount) in found.plan.indexed_iter() {
            let (y, slot) = (target.row(y), gradient.row_mut(x));
            self.cost.add_gradient(amount, y, prediction.row(x), slot);
        }
        Ok((found.objective, gradient.into_array()?))
    }
}
