//! Principal component analysis: directions along which the data vary most.

use ndarray::{Array1, ArrayView1, ArrayView2};

use super::decomposition::{Svd, Triangle};
use super::numbers::{Centred, largest, length, rows, same_width, sum_of_products, transposed};
use super::principal_axes::PrincipalAxes;
use crate::error::{LossError, check};

/// The objective of principal component analysis: the variance of the data's projection on a
/// direction, to be made as **large** as it can be.
///
/// ```text
/// 1/n sum_i ((x_i - mean) u)^2,   u = direction / abs(direction)
/// ```
///
/// Only the direction counts, not its length. All variances here are means, over `n`, so that what a
/// projection leaves out is exactly the mean squared error of its reconstruction; multiply by
/// `n / (n - 1)` for the unbiased ones (scikit-learn's `explained_variance_`). Ratios are the same.
/// Unit: the features', squared. Features of different units should be brought to comparable size
/// first, or the one with the largest numbers wins.
///
/// ```
/// # use lossbook::prelude::*;
/// let x = array![[-3.0, 1.0], [3.0, 1.0], [0.0, 3.0], [0.0, -1.0]];
/// assert_eq!(Pca.value(&x, &[1.0, 0.0])?, 4.5);
/// assert_eq!(Pca.value(&x, &[0.0, 2.0])?, 2.0);
///
/// // No direction has more than the first component.
/// let axes = Pca.fit(&x)?;
/// assert_eq!(axes.components(), array![[1.0, 0.0], [0.0, 1.0]]);
/// assert!((axes.variances() - array![4.5, 2.0]).iter().all(|off| off.abs() < 1e-14));
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: H. Hotelling, "Analysis of a complex of statistical variables into principal components"
/// (1933); C.-S. Huang, "Neural networks and loss functions" (lecture), "Principle Component
/// Analysis".
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pca;

impl Pca {
    /// The variance of the projection of `x`, `[n, d]`, on `direction`, `[d]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Pca.value(&array![[0.0, 7.0], [2.0, 7.0]], &[5.0, 0.0])?, 1.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`]; [`LossError::NotFinite`]; [`LossError::LengthMismatch`] for a direction
    /// that is not as long as a row; [`LossError::BadParameter`] for a direction of zeros.
    pub fn value<'x, 'u>(
        &self,
        x: impl Into<ArrayView2<'x, f64>>,
        direction: impl Into<ArrayView1<'u, f64>>,
    ) -> Result<f64, LossError> {
        let (data, unit, _) = along(x.into(), direction.into())?;
        Ok(mean_square(&projected(&data, &unit), data.unit))
    }

    /// The gradient of [`value`](Self::value) with respect to the direction: `[d]`, perpendicular to
    /// it, and 0 at every component.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let x = array![[-3.0, 1.0], [3.0, 1.0], [0.0, 3.0], [0.0, -1.0]];
    /// assert_eq!(Pca.gradient(&x, &[1.0, 0.0])?, array![0.0, 0.0]);
    /// // Uphill is towards the first axis.
    /// let gradient = Pca.gradient(&x, &[1.0, 1.0])?;
    /// assert!(gradient[0] > 0.0 && gradient[1] < 0.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`value`](Self::value).
    pub fn gradient<'x, 'u>(
        &self,
        x: impl Into<ArrayView2<'x, f64>>,
        direction: impl Into<ArrayView1<'u, f64>>,
    ) -> Result<Array1<f64>, LossError> {
        Ok(self.value_and_gradient(x, direction)?.1)
    }

    /// [`value`](Self::value) and [`gradient`](Self::gradient) in one pass over the samples.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (value, gradient) = Pca.value_and_gradient(&array![[0.0], [2.0]], &[3.0])?;
    /// assert_eq!((value, gradient), (1.0, array![0.0]));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`value`](Self::value).
    pub fn value_and_gradient<'x, 'u>(
        &self,
        x: impl Into<ArrayView2<'x, f64>>,
        direction: impl Into<ArrayView1<'u, f64>>,
    ) -> Result<(f64, Array1<f64>), LossError> {
        let (data, unit, size) = along(x.into(), direction.into())?;
        let scores = projected(&data, &unit);
        let factor = 2.0 / scores.len() as f64;
        let gradient = data.columns.iter().zip(&unit).map(|(column, unit)| {
            // What the projection leaves of the column: at a component nothing is left to cancel.
            let left = column.iter().zip(&scores).map(|(x, score)| (x - score * unit, *score));
            sum_of_products(factor, left) * data.unit / size * data.unit
        });
        Ok((mean_square(&scores, data.unit), gradient.collect()))
    }

    /// All principal components of `x`, `[n, d]`: the smaller of `n` and `d`, by falling variance,
    /// from the singular value decomposition of the centred data.
    ///
    /// A component is known but for its sign: here the first of its largest entries is positive
    /// (entries within a billionth of each other count as equal). Where variances are equal, any
    /// perpendicular directions of that plane would do as well.
    ///
    /// Variances are right to 13 digits for `n >= d`, those of tiny features beside huge ones
    /// included; a component, to about `1e-16` times the largest over the nearest difference of
    /// standard deviations.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let x = array![[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]];
    /// let axes = Pca.fit(&x)?;
    /// // All of it lies on the diagonal.
    /// let on_it = array![[-1.0], [0.0], [1.0]] * 2.0_f64.sqrt();
    /// assert!((axes.project(&x, 1)? - on_it).iter().all(|off| off.abs() < 1e-15));
    /// assert!(axes.variances()[1] < 1e-30);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`]; [`LossError::NotFinite`].
    pub fn fit<'x>(&self, x: impl Into<ArrayView2<'x, f64>>) -> Result<PrincipalAxes, LossError> {
        let rows = rows("x", x.into())?;
        let n = rows.len();
        let data = Centred::new(&rows);
        let (mut components, lengths) = if n >= data.columns.len() {
            let svd = Svd::new(Triangle::new(data.columns).columns)?;
            (svd.right, svd.lengths)
        } else {
            // X' = Q R, so X = R' Q': the components are Q times those of R'.
            let triangle = Triangle::new(transposed(&data.columns));
            let svd = Svd::new(transposed(&triangle.columns))?;
            let right = svd.right.into_iter().map(|right| triangle.turn_back(right));
            (right.collect(), svd.lengths)
        };
        components.iter_mut().for_each(|component| choose_sign(component));
        let root = (n as f64).sqrt();
        let deviations = lengths.iter().map(|length| length / root).collect();
        Ok(PrincipalAxes { means: data.means, components, deviations, unit: data.unit })
    }
}

/// The data centred, the direction with length 1, and the length it had.
fn along(
    x: ArrayView2<f64>,
    direction: ArrayView1<f64>,
) -> Result<(Centred, Vec<f64>, f64), LossError> {
    let rows = rows("x", x)?;
    let width = rows.first().map_or(0, Vec::len);
    same_width("a row of x", width, "direction", direction.len())?;
    for (index, &value) in direction.iter().enumerate() {
        check::finite("direction", &[index], value)?;
    }
    // In two steps: a length may exceed an f64, or have no reciprocal.
    let scale = largest(&direction.to_vec());
    if scale == 0.0 {
        let allowed = "a length above 0";
        return Err(LossError::BadParameter { name: "length of direction", value: 0.0, allowed });
    }
    let mut unit: Vec<f64> = direction.iter().map(|value| value / scale).collect();
    let size = length(&unit);
    unit.iter_mut().for_each(|value| *value /= size);
    Ok((Centred::new(&rows), unit, size * scale))
}

/// The scores of the centred data on a direction of length 1, in the data's unit.
fn projected(data: &Centred, unit: &[f64]) -> Vec<f64> {
    let count = data.columns.first().map_or(0, Vec::len);
    let score = |row: usize| {
        let products = data.columns.iter().zip(unit).map(|(column, unit)| (column[row], *unit));
        sum_of_products(1.0, products)
    };
    (0..count).map(score).collect()
}

fn mean_square(scores: &[f64], unit: f64) -> f64 {
    let factor = 1.0 / scores.len() as f64;
    sum_of_products(factor, scores.iter().map(|score| (*score, *score))) * unit * unit
}

fn choose_sign(component: &mut [f64]) {
    let enough = (1.0 - 1e-9) * largest(component);
    let first = component.iter().find(|value| value.abs() >= enough);
    if first.is_some_and(|&first| first < 0.0) {
        component.iter_mut().for_each(|value| *value = 0.0 - *value);
    }
}
