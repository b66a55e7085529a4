//! The linear neuron: what least squares, ridge, logistic regression and a support-vector machine fit.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Zip};

use super::{samples, table};
use crate::error::LossError;
use crate::loss::{Matrix, Vector};
use crate::numeric::{Sum, check, weighted};

/// A linear neuron: `w x + b`, with weights `w`, `[d]`, and an intercept `b`.
///
/// ```
/// # use lossbook::prelude::*;
/// let model = LinearModel::new(&[2.0, -1.0], 0.5)?;
/// assert_eq!(model.predict(&array![[1.0, 1.0], [0.0, 3.0]])?, array![1.5, -2.5]);
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LinearModel {
    weights: Array1<f64>,
    intercept: f64,
}

/// The gradient of an objective with respect to a [`LinearModel`].
///
/// ```
/// # use lossbook::prelude::*;
/// let gradient = Ols.gradient(&[1.0], &array![[2.0]], &LinearModel::new(&[0.0], 0.0)?)?;
/// assert_eq!(gradient, LinearGradient { weights: array![-4.0], intercept: -2.0 });
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LinearGradient {
    /// With respect to the weights. `[d]`
    pub weights: Array1<f64>,
    /// With respect to the intercept.
    pub intercept: f64,
}

impl LinearModel {
    /// With these weights and this intercept.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(LinearModel::new(&[2.0], 0.0)?.weights(), array![2.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`]; [`LossError::NotFinite`].
    pub fn new(weights: impl Vector, intercept: f64) -> Result<Self, LossError> {
        let weights = weights.as_vector();
        check::all_finite("weights", &weights)?;
        check::finite("intercept", &[], intercept)?;
        // Side by side, whatever the view.
        Ok(Self { weights: weights.iter().copied().collect(), intercept })
    }

    /// The weights, `[d]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(LinearModel::new(&[2.0, 1.0], 0.0)?.weights(), array![2.0, 1.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn weights(&self) -> ArrayView1<'_, f64> {
        self.weights.view()
    }

    /// The intercept.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(LinearModel::new(&[2.0], 0.5)?.intercept(), 0.5);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn intercept(&self) -> f64 {
        self.intercept
    }

    /// The prediction for every row of `x`, `[n, d]` in, `[n]` out. Products that
    /// exceed an `f64` follow IEEE arithmetic.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(LinearModel::new(&[2.0], 1.0)?.predict(&array![[3.0]])?, array![7.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`]; [`LossError::LengthMismatch`] for rows of another length than the weights;
    /// [`LossError::NotFinite`].
    #[doc(alias = "decision_function")]
    pub fn predict(&self, x: impl Matrix) -> Result<Array1<f64>, LossError> {
        self.scores(&table("x", x.as_matrix())?)
    }

    /// The share of the target's variance that the model explains,
    /// `1 - sum (y - y_hat)^2 / sum (y - mean y)^2`: 1 at best, 0 for the mean, below 0 for worse.
    ///
    /// Where the target does not vary: 1 for a model that meets it exactly, minus infinity for others.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let model = LinearModel::new(&[1.0], 0.0)?;
    /// assert_eq!(model.r_squared(&[1.0, 3.0], &array![[1.0], [2.0]])?, 0.5);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`LinearObjective`].
    #[doc(alias = "r2_score")]
    pub fn r_squared(&self, target: impl Vector, x: impl Matrix) -> Result<f64, LossError> {
        let (target, x) = samples(target.as_vector(), x.as_matrix())?;
        let squares = |off: Array1<f64>| off.iter().map(|off| off * off).collect::<Sum>().total();
        let rest = squares(&target - self.scores(&x)?);
        let mean = target.iter().copied().collect::<Sum>().mean();
        Ok(if rest == 0.0 { 1.0 } else { 1.0 - rest / squares(target - mean) })
    }

    /// One step of gradient descent: every parameter less `rate` times its derivative.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (y, x) = ([2.0, 4.0], array![[-1.0], [1.0]]);
    /// let mut model = LinearModel::new(&[0.0], 0.0)?;
    /// for _ in 0..100 {
    ///     model = model.step(&Ols.gradient(&y, &x, &model)?, 0.25)?;
    /// }
    /// // Where the closed form is.
    /// assert_eq!(model, Ols.fit(&y, &x)?);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::LengthMismatch`] for the gradient of another model; [`LossError::NotFinite`] for a
    /// rate, a gradient or a result that is not finite: a descent that has diverged.
    pub fn step(&self, gradient: &LinearGradient, rate: f64) -> Result<Self, LossError> {
        let (ours, others) = (self.weights.len(), gradient.weights.len());
        check::same_length("weights", ours, "the gradient's weights", others)?;
        check::finite("rate", &[], rate)?;
        let weights = &self.weights - &(rate * &gradient.weights);
        Self::new(&weights, self.intercept - rate * gradient.intercept)
    }

    pub(super) fn scores(&self, x: &Array2<f64>) -> Result<Array1<f64>, LossError> {
        check::same_length("a row of x", x.ncols(), "weights", self.weights.len())?;
        Ok(x.dot(&self.weights) + self.intercept)
    }
}

/// What a [`LinearModel`] is fitted for: the mean loss of the samples, plus `lambda` times the sum of
/// the squared weights. The intercept is never penalised.
///
/// ```text
/// 1/n sum_i loss(y_i, w x_i + b)  +  lambda sum_j w_j^2
/// ```
///
/// The loss of one sample, and the lambda, are all that tells [`Ols`](super::Ols),
/// [`Ridge`](super::Ridge), [`LogisticRegression`](super::LogisticRegression) and
/// [`LinearSvm`](super::LinearSvm) apart. To add an objective, write
/// [`value_and_derivative`](Self::value_and_derivative): it then has all the words of
/// [`LinearWords`].
///
/// ```
/// use lossbook::prelude::*;
///
/// /// Least absolute deviations, with a price on the weights.
/// struct Lad;
///
/// impl LinearObjective for Lad {
///     fn value_and_derivative(&self, target: f64, score: f64) -> (f64, f64) {
///         AbsoluteError.value_and_derivative(target - score)
///     }
///
///     fn lambda(&self) -> f64 {
///         0.5
///     }
/// }
///
/// let model = LinearModel::new(&[2.0], 0.0)?;
/// assert_eq!(Lad.value(&[5.0], &[[1.0]], &model)?, 3.0 + 0.5 * 4.0);
/// assert_eq!(Lad.gradient(&[5.0], &[[1.0]], &model)?.weights, array![-1.0 + 2.0]);
/// # Ok::<(), LossError>(())
/// ```
pub trait LinearObjective {
    /// The loss of one sample, without the penalty, and its derivative with respect to the score
    /// `w x + b`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Ols.value_and_derivative(5.0, 2.0), (9.0, -6.0));
    /// ```
    fn value_and_derivative(&self, target: f64, score: f64) -> (f64, f64);

    /// What a squared weight costs.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Ols.lambda(), 0.0);
    /// ```
    fn lambda(&self) -> f64 {
        0.0
    }

    /// Whether a target has to be 0 or 1.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert!(LinearSvm::new(1.0)?.is_binary() && !Ols.is_binary());
    /// # Ok::<(), LossError>(())
    /// ```
    fn is_binary(&self) -> bool {
        false
    }
}

/// The words of a [`LinearObjective`].
///
/// They take `n` targets, the samples' features `x`, `[n, d]`, and a [`LinearModel`] with `d` weights,
/// and refuse
/// - an empty argument ([`LossError::Empty`]),
/// - another number of targets than rows, or of weights than columns ([`LossError::LengthMismatch`]),
/// - a NaN or an infinity ([`LossError::NotFinite`]),
/// - a target of two classes that is neither 0 nor 1 ([`LossError::NotBinary`]).
///
/// Numbers too large for an `f64` follow IEEE arithmetic.
pub trait LinearWords: LinearObjective {
    /// The loss of every sample, without the penalty: `[n]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let model = LinearModel::new(&[2.0], 0.0)?;
    /// let losses = Ols.each(&[5.0, 2.0], &array![[1.0], [2.0]], &model)?;
    /// assert_eq!(losses, array![9.0, 4.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`LinearWords`].
    fn each(
        &self,
        target: impl Vector,
        x: impl Matrix,
        model: &LinearModel,
    ) -> Result<Array1<f64>, LossError> {
        Ok(evaluate(self, target.as_vector(), x.as_matrix(), model)?.1)
    }

    /// The objective: what the fit makes as small as it can be, the mean loss and the penalty.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (y, x) = ([5.0, 2.0], array![[1.0], [2.0]]);
    /// let model = LinearModel::new(&[2.0], 0.0)?;
    /// assert_eq!(Ols.value(&y, &x, &model)?, 6.5);
    /// assert_eq!(Ridge::new(0.5)?.value(&y, &x, &model)?, 6.5 + 0.5 * 4.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`LinearWords`].
    fn value(
        &self,
        target: impl Vector,
        x: impl Matrix,
        model: &LinearModel,
    ) -> Result<f64, LossError> {
        Ok(self.value_and_gradient(target, x, model)?.0)
    }

    /// The gradient of the objective with respect to the weights and the intercept.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let model = LinearModel::new(&[2.0], 0.0)?;
    /// let gradient = Ridge::new(0.5)?.gradient(&[5.0, 2.0], &array![[1.0], [2.0]], &model)?;
    /// assert_eq!(gradient, LinearGradient { weights: array![1.0 + 2.0], intercept: -1.0 });
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`LinearWords`].
    fn gradient(
        &self,
        target: impl Vector,
        x: impl Matrix,
        model: &LinearModel,
    ) -> Result<LinearGradient, LossError> {
        Ok(self.value_and_gradient(target, x, model)?.1)
    }

    /// [`value`](Self::value) and [`gradient`](Self::gradient) in one pass over the samples.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let model = LinearModel::new(&[2.0], 0.0)?;
    /// let (value, gradient) = Ols.value_and_gradient(&[5.0], &array![[1.0]], &model)?;
    /// assert_eq!((value, gradient.weights), (9.0, array![-6.0]));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`LinearWords`].
    fn value_and_gradient(
        &self,
        target: impl Vector,
        x: impl Matrix,
        model: &LinearModel,
    ) -> Result<(f64, LinearGradient), LossError> {
        let (x, losses, derivatives) = evaluate(self, target.as_vector(), x.as_matrix(), model)?;
        let (n, weights) = (derivatives.len() as f64, &model.weights);
        let penalty = weighted(self.lambda(), weights.dot(weights));
        let gradient = LinearGradient {
            weights: x.t().dot(&derivatives) / n + 2.0 * weights * self.lambda(),
            intercept: derivatives.into_iter().collect::<Sum>().mean(),
        };
        Ok((losses.into_iter().collect::<Sum>().mean() + penalty, gradient))
    }
}

impl<L: LinearObjective + ?Sized> LinearWords for L {}

/// The samples' features, losses, and derivatives by their scores.
type Evaluated = (Array2<f64>, Array1<f64>, Array1<f64>);

fn evaluate<L: LinearObjective + ?Sized>(
    objective: &L,
    target: ArrayView1<f64>,
    x: ArrayView2<f64>,
    model: &LinearModel,
) -> Result<Evaluated, LossError> {
    let (target, x) = samples(target, x)?;
    if objective.is_binary() {
        check_binary(&target)?;
    }
    let mut derivatives = model.scores(&x)?;
    let losses = Zip::from(&target).and(&mut derivatives).map_collect(|&target, score| {
        let (loss, derivative) = objective.value_and_derivative(target, *score);
        *score = derivative;
        loss
    });
    Ok((x, losses, derivatives))
}

fn check_binary(target: &Array1<f64>) -> Result<(), LossError> {
    match target.iter().enumerate().find(|&(_, &value)| value != 0.0 && value != 1.0) {
        Some((at, &value)) => Err(LossError::NotBinary { name: "target", at: vec![at], value }),
        None => Ok(()),
    }
}

/// Samples of two classes, both of which there are.
pub(super) fn two_classes(
    target: ArrayView1<f64>,
    x: ArrayView2<f64>,
) -> Result<(Array1<f64>, Array2<f64>), LossError> {
    let (target, x) = samples(target, x)?;
    check_binary(&target)?;
    if target.iter().all(|&other| other == target[0]) {
        return Err(LossError::OneClass { name: "target" });
    }
    Ok((target, x))
}
