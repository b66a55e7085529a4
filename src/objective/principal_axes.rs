//! What principal component analysis finds: axes to project on, and back from.

use ndarray::{Array1, Array2, ArrayView2};

use super::numbers::{largest, length, rows, same_width, sum_of_products, table};
use crate::error::LossError;
use crate::sum::Sum;

/// Principal components, as [`Pca::fit`](super::Pca::fit) finds them.
///
/// ```
/// # use lossbook::prelude::*;
/// let x = array![[-3.0, 1.0], [3.0, 1.0], [0.0, 3.0], [0.0, -1.0]];
/// let axes = Pca.fit(&x)?;
/// let scores = axes.project(&x, 1)?;
/// assert_eq!(scores, array![[-3.0], [3.0], [0.0], [0.0]]);
/// assert_eq!(axes.reconstruct(&scores)?.row(2), array![0.0, 1.0]);
/// // What the projection left out is what the reconstruction lacks.
/// let left_out = axes.variances()[1];
/// assert!((axes.reconstruction_error(&x, 1)? - left_out).abs() < 1e-14);
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PrincipalAxes {
    pub(super) means: Vec<f64>,
    pub(super) components: Vec<Vec<f64>>,
    /// Standard deviations along the components, in `unit`.
    pub(super) deviations: Vec<f64>,
    pub(super) unit: f64,
}

impl PrincipalAxes {
    /// The mean of the data: `[d]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Pca.fit(&array![[1.0, 5.0], [3.0, 5.0]])?.mean(), array![2.0, 5.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn mean(&self) -> Array1<f64> {
        self.means.iter().copied().collect()
    }

    /// The components, each a row of length 1, perpendicular to the others: `[components, d]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let axes = Pca.fit(&array![[1.0, 5.0], [3.0, 5.0]])?;
    /// assert_eq!(axes.components(), array![[1.0, 0.0], [0.0, 1.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn components(&self) -> Array2<f64> {
        let shape = (self.components.len(), self.means.len());
        Array2::from_shape_fn(shape, |(row, column)| self.components[row][column])
    }

    /// The variance of the data along each component, falling: `[components]`. Their sum is the total
    /// variance of the data.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let variances = Pca.fit(&array![[1.0, 5.0], [3.0, 5.0]])?.variances();
    /// assert!((variances[0] - 1.0).abs() < 1e-15 && variances[1] == 0.0);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn variances(&self) -> Array1<f64> {
        let variance = |deviation: &f64| {
            let deviation = deviation * self.unit;
            deviation * deviation
        };
        self.deviations.iter().map(variance).collect()
    }

    /// The share of the total variance along each component: `[components]`, summing to 1; zeros where
    /// nothing varies.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let axes = Pca.fit(&array![[-3.0, 1.0], [3.0, 1.0], [0.0, 3.0], [0.0, -1.0]])?;
    /// assert_eq!(axes.ratios().mapv(|ratio| (13.0 * ratio).round()), array![9.0, 4.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn ratios(&self) -> Array1<f64> {
        let squares = self.deviations.iter().map(|deviation| deviation * deviation);
        let total = squares.clone().collect::<Sum>().total();
        squares.map(|square| if total > 0.0 { square / total } else { 0.0 }).collect()
    }

    /// The scores of `x`, `[m, d]`, on the first `k` components: `[m, k]`. Any data of the same
    /// features, not only those that were fitted.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let axes = Pca.fit(&array![[1.0, 5.0], [3.0, 5.0]])?;
    /// assert_eq!(axes.project(&array![[4.0, 9.0]], 1)?, array![[2.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`]; [`LossError::NotFinite`]; [`LossError::LengthMismatch`] for rows of
    /// another length than the fitted ones; [`LossError::BadParameter`] unless `k` is at least 1 and
    /// at most the number of components.
    pub fn project<'x>(
        &self,
        x: impl Into<ArrayView2<'x, f64>>,
        k: usize,
    ) -> Result<Array2<f64>, LossError> {
        table("scores", &self.scores(&self.fitting(x.into(), k)?, k))
    }

    /// The points `[m, d]` that have these scores, `[m, k]`, on the first `k` components, and the mean
    /// on the others.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let axes = Pca.fit(&array![[1.0, 5.0], [3.0, 5.0]])?;
    /// assert_eq!(axes.reconstruct(&array![[2.0]])?, array![[4.0, 5.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`]; [`LossError::NotFinite`]; [`LossError::BadParameter`] for more scores in a
    /// row than there are components.
    pub fn reconstruct<'s>(
        &self,
        scores: impl Into<ArrayView2<'s, f64>>,
    ) -> Result<Array2<f64>, LossError> {
        let scores = rows("scores", scores.into())?;
        self.check_count("scores in a row", scores.first().map_or(0, Vec::len))?;
        let point = |scores: &Vec<f64>| -> Vec<f64> {
            let entry = |column: usize| {
                let parts = scores.iter().zip(&self.components);
                let parts = parts.map(|(score, component)| (*score, component[column]));
                sum_of_products(1.0, parts.chain([(self.means[column], 1.0)]))
            };
            (0..self.means.len()).map(entry).collect()
        };
        table("points", &scores.iter().map(point).collect::<Vec<_>>())
    }

    /// The mean squared distance of the rows of `x`, `[m, d]`, from their reconstruction with `k`
    /// components: for the fitted data, the sum of the variances that were left out.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let axes = Pca.fit(&array![[1.0, 5.0], [3.0, 5.0]])?;
    /// assert_eq!(axes.reconstruction_error(&array![[4.0, 9.0]], 1)?, 16.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`project`](Self::project).
    pub fn reconstruction_error<'x>(
        &self,
        x: impl Into<ArrayView2<'x, f64>>,
        k: usize,
    ) -> Result<f64, LossError> {
        let mut points = self.fitting(x.into(), k)?;
        // In this unit no score overflows: it is longer than its point's entries by a root of `d`.
        let sizes = points.iter().map(|point| largest(point));
        let unit = if sizes.fold(largest(&self.means), f64::max) > 1e300 { 1024.0 } else { 1.0 };
        points.iter_mut().flatten().for_each(|entry| *entry /= unit);
        let axes =
            Self { means: self.means.iter().map(|mean| mean / unit).collect(), ..self.clone() };
        let scores = axes.scores(&points, k);
        let distance = |(point, scores): (&Vec<f64>, &Vec<f64>)| {
            let entry = |column: usize| {
                let parts = scores.iter().zip(&self.components);
                let parts = parts.map(|(score, component)| (-score, component[column]));
                let own = [(point[column], 1.0), (axes.means[column], -1.0)];
                sum_of_products(1.0, own.into_iter().chain(parts))
            };
            let off = length(&(0..self.means.len()).map(entry).collect::<Vec<_>>()) * unit;
            off * off
        };
        Ok(points.iter().zip(&scores).map(distance).collect::<Sum>().mean())
    }

    fn scores(&self, points: &[Vec<f64>], k: usize) -> Vec<Vec<f64>> {
        let score = |point: &Vec<f64>, component: &Vec<f64>| {
            let own = point.iter().zip(component).map(|(x, component)| (*x, *component));
            let mean = self.means.iter().zip(component).map(|(mean, part)| (-mean, *part));
            sum_of_products(1.0, own.chain(mean))
        };
        let scores_of = |point| self.components[..k].iter().map(|c| score(point, c)).collect();
        points.iter().map(scores_of).collect()
    }

    fn fitting(&self, x: ArrayView2<f64>, k: usize) -> Result<Vec<Vec<f64>>, LossError> {
        let points = rows("x", x)?;
        let width = points.first().map_or(0, Vec::len);
        same_width("a row of x", width, "a fitted row", self.means.len())?;
        self.check_count("k", k)?;
        Ok(points)
    }

    fn check_count(&self, name: &'static str, k: usize) -> Result<(), LossError> {
        if (1..=self.components.len()).contains(&k) {
            return Ok(());
        }
        let allowed = "from 1 to the number of components";
        Err(LossError::BadParameter { name, value: k as f64, allowed })
    }
}
