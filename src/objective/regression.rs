//! Ordinary least squares and ridge: the same neuron, with and without a price on its weights.

use ndarray::{ArrayView1, ArrayView2};

use super::decomposition::{Svd, Triangle};
use super::linear::{LinearModel, LinearObjective};
use super::numbers::{
    Column, dot, largest, length, power_of_two_below, samples, sum_of_products, transposed,
};
use crate::error::LossError;

/// Ordinary least squares: the MSE of a linear neuron.
///
/// ```text
/// 1/n sum_i (y_i - w x_i - b)^2
/// ```
///
/// (Statistics prefers the residual sum of squares, `n` times this: the same model is best.) Unit: the
/// target's, squared.
///
/// ```
/// # use lossbook::prelude::*;
/// let (y, x) = ([1.0, 3.0, 5.0], array![[0.0], [1.0], [2.0]]);
/// let model = Ols.fit(&y, &x)?;
/// assert_eq!((model.weights()[0], model.intercept()), (2.0, 1.0));
/// assert_eq!(Ols.value(&y, &x, &model)?, 0.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: C.-S. Huang, "Neural networks and loss functions" (lecture), "Regression".
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Ols;

impl Ols {
    /// The weights and the intercept with the least MSE, in closed form.
    ///
    /// Columns are centred and brought to one length, reflected to a triangle and rotated until they
    /// are perpendicular; the normal equations, which square the condition, are not formed. The weights
    /// are right to about `1e-16` times the condition of the columns so prepared: to 13 digits for
    /// columns that are not nearly dependent, whatever their units.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// // With one weight for two equal columns there is no telling which; a ridge shares evenly.
    /// let (y, x) = ([1.0, 2.0, 3.0], array![[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]);
    /// let fault = Ols.fit(&y, &x).unwrap_err();
    /// assert_eq!(
    ///     fault.to_string(),
    ///     "x has rank 1 of 2 beside the intercept (many weights fit equally well; a larger lambda chooses)"
    /// );
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`LinearObjective`]; [`LossError::Dependent`] where the columns of `x`, less their means,
    /// depend on each other, as they do when there are not more rows than columns: then no model is
    /// the best one. (NumPy and scikit-learn return the one with the shortest weights. [`Ridge`] with
    /// a small lambda comes near it, and says so.) [`LossError::NotFinite`] for weights that exceed
    /// an `f64`.
    pub fn fit<'t, 'x>(
        &self,
        target: impl Into<ArrayView1<'t, f64>>,
        x: impl Into<ArrayView2<'x, f64>>,
    ) -> Result<LinearModel, LossError> {
        least_squares(target.into(), x.into(), 0.0)
    }
}

impl LinearObjective for Ols {
    fn loss_and_slope_of_each(
        &self,
        target: &[f64],
        x: &[Vec<f64>],
        model: &LinearModel,
    ) -> Result<Vec<(f64, f64)>, LossError> {
        let residuals = x.iter().zip(target).map(|(row, y)| model.short_of(*y, 1.0, row));
        Ok(residuals.map(|r| (r * r, 0.0 - 2.0 * r)).collect())
    }
}

/// Ridge regression: the MSE plus lambda times the sum of the squared weights.
///
/// ```text
/// 1/n sum_i (y_i - w x_i - b)^2  +  lambda sum_j w_j^2
/// ```
///
/// The intercept costs nothing. With lambda 0 this is [`Ols`]; the larger it is, the shorter the
/// weights. Lambda has the unit of a feature squared, so features should be of comparable size.
///
/// Others write `sum_i (..)^2 + alpha sum_j w_j^2` (scikit-learn's `Ridge(alpha)`), which is `n`
/// times as large: `lambda = alpha / n` is the same model.
///
/// ```
/// # use lossbook::prelude::*;
/// let (y, x) = ([-2.0, 2.0], array![[-1.0], [1.0]]);
/// for (lambda, weight) in [(0.0, 2.0), (1.0, 1.0), (3.0, 0.5)] {
///     let model = Ridge::new(lambda)?.fit(&y, &x)?;
///     assert!((model.weights()[0] - weight).abs() < 1e-15);
/// }
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: A. E. Hoerl, R. W. Kennard, "Ridge regression", Technometrics 12 (1970); C.-S. Huang,
/// "Neural networks and loss functions" (lecture), "Ridge regression".
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ridge {
    lambda: f64,
}

impl Ridge {
    /// With the price of a squared weight.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Ridge::new(0.1)?.lambda(), 0.1);
    /// assert!(Ridge::new(-0.1).is_err());
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `lambda >= 0` and finite.
    pub fn new(lambda: f64) -> Result<Self, LossError> {
        if !(lambda >= 0.0 && lambda.is_finite()) {
            let allowed = "lambda >= 0 and finite";
            return Err(LossError::BadParameter { name: "lambda", value: lambda, allowed });
        }
        Ok(Self { lambda })
    }

    /// The weights and the intercept that make the objective least, in closed form, as precisely as
    /// [`Ols::fit`] does: the penalty acts as `d` more rows, `sqrt(n lambda)` on the diagonal and 0
    /// as their target.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// // Two equal columns share the weight.
    /// let (y, x) = ([-2.0, 2.0], array![[-1.0, -1.0], [1.0, 1.0]]);
    /// let weights = Ridge::new(2.0)?.fit(&y, &x)?.weights().to_owned();
    /// assert!((weights - 0.5).iter().all(|off| off.abs() < 1e-15));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Ols::fit`]. [`LossError::Dependent`] only for a lambda of 0, or for one so small that
    /// it is lost in rounding.
    pub fn fit<'t, 'x>(
        &self,
        target: impl Into<ArrayView1<'t, f64>>,
        x: impl Into<ArrayView2<'x, f64>>,
    ) -> Result<LinearModel, LossError> {
        least_squares(target.into(), x.into(), self.lambda)
    }
}

impl LinearObjective for Ridge {
    fn loss_and_slope_of_each(
        &self,
        target: &[f64],
        x: &[Vec<f64>],
        model: &LinearModel,
    ) -> Result<Vec<(f64, f64)>, LossError> {
        Ols.loss_and_slope_of_each(target, x, model)
    }

    fn lambda(&self) -> f64 {
        self.lambda
    }
}

fn least_squares(
    target: ArrayView1<f64>,
    x: ArrayView2<f64>,
    lambda: f64,
) -> Result<LinearModel, LossError> {
    let (target, rows) = samples(target, x)?;
    let (n, d) = (rows.len(), rows.first().map_or(0, Vec::len));
    let features: Vec<Column> =
        transposed(&rows).iter().map(|column| Column::new(column)).collect();
    let target = Column::new(&target);
    let price = (n as f64).sqrt() * lambda.sqrt();

    // Each column below its rows of the penalty, in a unit that makes it about 1 long. (The penalty,
    // whose targets are 0, comes first: from zeros nothing cancels.)
    let mut units = Vec::with_capacity(d);
    let mut columns = Vec::with_capacity(d);
    for (k, feature) in features.iter().enumerate() {
        let unit = feature.unit.max(power_of_two_below(price));
        let mut column = vec![0.0; d];
        column[k] = price / unit;
        column.extend(feature.values.iter().map(|value| value * (feature.unit / unit)));
        let size = power_of_two_below(length(&column));
        column.iter_mut().for_each(|value| *value /= size);
        units.push((unit, size));
        columns.push(column);
    }
    let triangle = Triangle::new(columns);
    let goal = triangle.turn([vec![0.0; d], target.values].concat());
    let svd = Svd::new(triangle.columns)?;

    let lost = f64::EPSILON * (n + d) as f64 * largest(&svd.lengths);
    let rank = svd.lengths.iter().filter(|&&length| length > lost).count();
    if rank < d {
        return Err(LossError::Dependent { name: "x", rank, columns: d });
    }
    let along: Vec<f64> = svd
        .columns
        .iter()
        .zip(&svd.lengths)
        .map(|(column, length)| dot(column, &goal) / (length * length))
        .collect();
    let weights: Vec<f64> = units
        .iter()
        .enumerate()
        .map(|(k, (unit, size))| {
            let weight: f64 =
                svd.right.iter().zip(&along).map(|(turn, along)| turn[k] * along).sum();
            weight / size * (target.unit / unit)
        })
        .collect();
    let parts = features.iter().zip(&weights);
    let parts =
        parts.flat_map(|(column, weight)| [(-weight, column.mean), (-weight, column.mean_rest)]);
    let own = [(target.mean, 1.0), (target.mean_rest, 1.0)];
    LinearModel::new(&weights, sum_of_products(1.0, own.into_iter().chain(parts)))
}
