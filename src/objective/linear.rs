//! The linear neuron: what ordinary least squares, ridge and a support-vector machine fit.

use ndarray::{Array1, ArrayView1, ArrayView2};

use super::numbers::{Column, rows, same_width, samples, sum_of_products};
use crate::error::{LossError, check};
use crate::sum::Sum;

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
    pub fn new<'w>(
        weights: impl Into<ArrayView1<'w, f64>>,
        intercept: f64,
    ) -> Result<Self, LossError> {
        let weights = weights.into();
        check::not_empty("weights", weights.len())?;
        for (index, &weight) in weights.iter().enumerate() {
            check::finite("weights", &[index], weight)?;
        }
        check::finite("intercept", &[], intercept)?;
        Ok(Self { weights: weights.to_owned(), intercept })
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

    /// The prediction for every row of `x`, `[n, d]` in, `[n]` out. One that exceeds an `f64` is
    /// infinite.
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
    pub fn predict<'x>(&self, x: impl Into<ArrayView2<'x, f64>>) -> Result<Array1<f64>, LossError> {
        let rows = rows("x", x.into())?;
        self.check_width(&rows)?;
        Ok(rows.iter().map(|row| -self.short_of(0.0, 1.0, row)).collect())
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
    pub fn r_squared<'t, 'x>(
        &self,
        target: impl Into<ArrayView1<'t, f64>>,
        x: impl Into<ArrayView2<'x, f64>>,
    ) -> Result<f64, LossError> {
        let (target, rows) = samples(target.into(), x.into())?;
        self.check_width(&rows)?;
        let missed = rows.iter().zip(&target).map(|(row, y)| self.short_of(*y, 1.0, row));
        let missed: Vec<f64> = missed.collect();
        let column = Column::new(&target);
        // In the unit of the target's spread nothing overflows that matters.
        let sizes = missed.iter().map(|missed| missed / column.unit);
        let rest = sum_of_products(1.0, sizes.clone().zip(sizes));
        let whole = sum_of_products(1.0, column.values.iter().map(|y| (*y, *y)));
        Ok(if rest == 0.0 { 1.0 } else { 1.0 - rest / whole })
    }

    /// One step of gradient descent: every parameter less `rate` times its slope.
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
    /// rate, a slope or a result that is not finite: a descent that has diverged.
    pub fn step(&self, gradient: &LinearGradient, rate: f64) -> Result<Self, LossError> {
        check::same_length(
            "weights",
            self.weights.len(),
            "the gradient's weights",
            gradient.weights.len(),
        )?;
        check::finite("rate", &[], rate)?;
        let moved = self.weights.iter().zip(&gradient.weights);
        let weights: Vec<f64> = moved.map(|(weight, slope)| weight - rate * slope).collect();
        Self::new(&weights, self.intercept - rate * gradient.intercept)
    }

    pub(super) fn check_width(&self, rows: &[Vec<f64>]) -> Result<(), LossError> {
        let width = rows.first().map_or(0, Vec::len);
        same_width("a row of x", width, "weights", self.weights.len())
    }

    /// `goal - sign * prediction`, right to the last digits where the two nearly agree.
    pub(super) fn short_of(&self, goal: f64, sign: f64, row: &[f64]) -> f64 {
        let fixed = [(goal, 1.0), (self.intercept, -sign)];
        let products = self.weights.iter().zip(row).map(|(weight, x)| (-sign * weight, *x));
        sum_of_products(1.0, fixed.into_iter().chain(products))
    }
}

/// What a [`LinearModel`] is fitted for: the mean loss of the samples, plus `lambda` times the sum of
/// the squared weights. The intercept is never penalised.
///
/// ```text
/// 1/n sum_i loss(y_i, w x_i + b)  +  lambda sum_j w_j^2
/// ```
///
/// The loss, and the lambda, are all that tells [`Ols`](super::Ols), [`Ridge`](super::Ridge) and
/// [`LinearSvm`](super::LinearSvm) apart. To add an objective, write
/// [`loss_and_slope_of_each`](Self::loss_and_slope_of_each).
///
/// # Arguments, shapes, errors
///
/// `n` targets (for a [`LinearSvm`](super::LinearSvm) 0 or 1) and the samples' features, `x`,
/// `[n, d]`. The methods refuse an empty argument ([`LossError::Empty`]), another number of targets
/// than rows or of weights than columns ([`LossError::LengthMismatch`]), a NaN or an infinity
/// ([`LossError::NotFinite`]). Numbers too large for an `f64` follow IEEE arithmetic.
pub trait LinearObjective {
    /// The loss of every sample, without the penalty, and its derivative with respect to the
    /// sample's prediction. `target` and the rows of `x` are finite and equally many, and the rows as
    /// long as the weights: the provided methods check.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let model = LinearModel::new(&[2.0], 0.0)?;
    /// assert_eq!(Ols.loss_and_slope_of_each(&[5.0], &[vec![1.0]], &model)?, [(9.0, -6.0)]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A target that the loss does not know.
    fn loss_and_slope_of_each(
        &self,
        target: &[f64],
        x: &[Vec<f64>],
        model: &LinearModel,
    ) -> Result<Vec<(f64, f64)>, LossError>;

    /// What a squared weight costs.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Ols.lambda(), 0.0);
    /// ```
    fn lambda(&self) -> f64 {
        0.0
    }

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
    /// See [above](LinearObjective#arguments-shapes-errors).
    fn each<'t, 'x>(
        &self,
        target: impl Into<ArrayView1<'t, f64>>,
        x: impl Into<ArrayView2<'x, f64>>,
        model: &LinearModel,
    ) -> Result<Array1<f64>, LossError> {
        let (target, rows) = samples(target.into(), x.into())?;
        model.check_width(&rows)?;
        let each = self.loss_and_slope_of_each(&target, &rows, model)?;
        Ok(each.into_iter().map(|(loss, _)| loss).collect())
    }

    /// The objective: what the fit makes as small as it can be.
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
    /// See [above](LinearObjective#arguments-shapes-errors).
    fn value<'t, 'x>(
        &self,
        target: impl Into<ArrayView1<'t, f64>>,
        x: impl Into<ArrayView2<'x, f64>>,
        model: &LinearModel,
    ) -> Result<f64, LossError> {
        let losses = self.each(target, x, model)?;
        Ok(losses.into_iter().collect::<Sum>().mean() + penalty(self.lambda(), model))
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
    /// See [above](LinearObjective#arguments-shapes-errors).
    fn gradient<'t, 'x>(
        &self,
        target: impl Into<ArrayView1<'t, f64>>,
        x: impl Into<ArrayView2<'x, f64>>,
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
    /// See [above](LinearObjective#arguments-shapes-errors).
    fn value_and_gradient<'t, 'x>(
        &self,
        target: impl Into<ArrayView1<'t, f64>>,
        x: impl Into<ArrayView2<'x, f64>>,
        model: &LinearModel,
    ) -> Result<(f64, LinearGradient), LossError> {
        let (target, rows) = samples(target.into(), x.into())?;
        model.check_width(&rows)?;
        let each = self.loss_and_slope_of_each(&target, &rows, model)?;
        let value = each.iter().map(|(loss, _)| *loss).collect::<Sum>().mean();
        let share = 1.0 / target.len() as f64;
        let slopes = each.iter().map(|(_, slope)| *slope);
        let weights = model.weights.iter().enumerate().map(|(column, weight)| {
            let pull = rows.iter().map(|row| row[column]).zip(slopes.clone());
            sum_of_products(share, pull.chain([self::pull(self.lambda(), *weight, share)]))
        });
        let gradient = LinearGradient {
            weights: weights.collect(),
            intercept: slopes.clone().collect::<Sum>().mean(),
        };
        Ok((value + penalty(self.lambda(), model), gradient))
    }
}

/// The penalty's slope, divided by `share`, as one more product of a sum. The smaller factor takes the
/// number in: the larger one might overflow although the product does not.
fn pull(lambda: f64, weight: f64, share: f64) -> (f64, f64) {
    let count = 2.0 / share;
    if lambda > weight.abs() {
        (lambda, (count * weight).clamp(-f64::MAX, f64::MAX))
    } else {
        ((count * lambda).min(f64::MAX), weight)
    }
}

fn penalty(lambda: f64, model: &LinearModel) -> f64 {
    // Without a penalty not even an infinite square counts.
    if lambda == 0.0 {
        return 0.0;
    }
    sum_of_products(lambda, model.weights.iter().map(|weight| (*weight, *weight)))
}
