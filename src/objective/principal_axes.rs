//! What principal component analysis finds: axes to project on, and back from.

use ndarray::{Array1, Array2, ArrayView2, s};

use super::table;
use crate::error::LossError;
use crate::loss::Matrix;
use crate::numeric::check;

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
    /// `[d]`
    pub(super) mean: Array1<f64>,
    /// `[components, d]`
    pub(super) components: Array2<f64>,
    /// Standard deviations along the components.
    pub(super) deviations: Array1<f64>,
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
        self.mean.clone()
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
        self.components.clone()
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
    #[doc(alias("explained_variance", "eigenvalues"))]
    pub fn variances(&self) -> Array1<f64> {
        &self.deviations * &self.deviations
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
    #[doc(alias = "explained_variance_ratio")]
    pub fn ratios(&self) -> Array1<f64> {
        // Of deviations in the unit of the largest: squares that overflow have shares, too.
        let largest = self.deviations.iter().fold(f64::MIN_POSITIVE, |most, &size| most.max(size));
        let squares = (&self.deviations / largest).mapv(|size| size * size);
        // The largest is 1, or nothing varies.
        let total = squares.sum().max(1.0);
        squares / total
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
    #[doc(alias = "transform")]
    pub fn project(&self, x: impl Matrix, k: usize) -> Result<Array2<f64>, LossError> {
        let x = table("x", x.as_matrix())?;
        check::same_length("a row of x", x.ncols(), "a fitted row", self.mean.len())?;
        Ok((x - &self.mean).dot(&self.first("k", k)?.t()))
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
    #[doc(alias = "inverse_transform")]
    pub fn reconstruct(&self, scores: impl Matrix) -> Result<Array2<f64>, LossError> {
        let scores = table("scores", scores.as_matrix())?;
        Ok(scores.dot(&self.first("scores in a row", scores.ncols())?) + &self.mean)
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
    pub fn reconstruction_error(&self, x: impl Matrix, k: usize) -> Result<f64, LossError> {
        let x = x.as_matrix();
        let off = self.reconstruct(&self.project(x, k)?)? - x;
        Ok((&off * &off).sum() / x.nrows() as f64)
    }

    /// The first components.
    fn first(&self, name: &'static str, count: usize) -> Result<ArrayView2<'_, f64>, LossError> {
        let there_are = (1..=self.components.nrows()).contains(&count);
        check::in_range(there_are, name, count as f64, "from 1 to the number of components")?;
        Ok(self.components.slice(s![..count, ..]))
    }
}
