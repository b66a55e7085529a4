//! Principal component analysis: directions along which the data vary most.

use ndarray::{Array1, Array2, ArrayViewMut1, Axis};

use super::PrincipalAxes;
use super::linear_algebra::{Centred, less_means};
use super::table;
use crate::error::LossError;
use crate::loss::{Matrix, Vector};
use crate::numeric::{argmax, check};

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
/// Squares beyond the largest `f64` are infinite, in [`value`](Self::value) and
/// [`gradient`](Self::gradient); [`fit`](Self::fit) takes features of any one size.
///
/// Source: H. Hotelling, "Analysis of a complex of statistical variables into principal components"
/// (1933); C.-S. Huang, "Neural networks and loss functions" (lecture), "Principle Component
/// Analysis".
#[doc(alias("PCA", "principal_component_analysis", "SVD", "explained_variance"))]
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
    pub fn value(&self, x: impl Matrix, direction: impl Vector) -> Result<f64, LossError> {
        Ok(self.value_and_gradient(x, direction)?.0)
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
    pub fn gradient(
        &self,
        x: impl Matrix,
        direction: impl Vector,
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
    pub fn value_and_gradient(
        &self,
        x: impl Matrix,
        direction: impl Vector,
    ) -> Result<(f64, Array1<f64>), LossError> {
        let (x, direction) = (table("x", x.as_matrix())?, direction.as_vector());
        check::same_length("a row of x", x.ncols(), "direction", direction.len())?;
        check::all_finite("direction", &direction)?;
        let size = direction.dot(&direction).sqrt();
        check::in_range(size > 0.0, "length of direction", size, "a length above 0")?;
        let (u, (_, centred)) = (&direction / size, less_means(&x));
        let (scores, n) = (centred.dot(&u), x.nrows() as f64);
        let square = scores.dot(&scores);
        Ok((square / n, (centred.t().dot(&scores) - square * &u) * (2.0 / n / size)))
    }

    /// All principal components of `x`, `[n, d]`: the smaller of `n` and `d`, by falling variance,
    /// from the singular value decomposition of the centred data.
    ///
    /// A component is known but for its sign: here the first of its largest entries is positive
    /// (entries within a billionth of each other count as equal). Where variances are equal, any
    /// perpendicular directions of that plane would do as well.
    ///
    /// Variances are right to 13 digits for `n >= d`, those of tiny features beside huge ones
    /// included, and 0 where there is nothing but rounding noise: those above 0 are as many as the rank
    /// of the centred data. A component is right to about `1e-16` times the largest over the nearest
    /// difference of standard deviations.
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
    pub fn fit(&self, x: impl Matrix) -> Result<PrincipalAxes, LossError> {
        let x = table("x", x.as_matrix())?;
        let (n, d) = x.dim();
        let Centred { mean, unit, lengths, directions, .. } = Centred::new(&x);
        let mut components = completed(directions, n.min(d));
        components.rows_mut().into_iter().for_each(choose_sign);
        let mut deviations = Array1::zeros(n.min(d));
        let known = lengths.into_iter().map(|length| length * unit / (n as f64).sqrt());
        deviations.iter_mut().zip(known).for_each(|(deviation, known)| *deviation = known);
        Ok(PrincipalAxes { mean, components, deviations })
    }
}

/// As many perpendicular directions as asked for: where nothing varies, any others.
fn completed(mut directions: Array2<f64>, count: usize) -> Array2<f64> {
    while directions.nrows() < count {
        // The feature's axis that has least in common with them.
        let common = directions.mapv(|entry| -entry * entry).sum_axis(Axis(0));
        let mut other = Array1::zeros(common.len());
        other[argmax(&common).unwrap_or(0)] = 1.0;
        for _ in 0..2 {
            other = &other - &directions.t().dot(&directions.dot(&other));
            other /= other.dot(&other).sqrt();
        }
        if directions.push_row(other.view()).is_err() {
            break;
        }
    }
    directions
}

fn choose_sign(mut component: ArrayViewMut1<f64>) {
    let largest = component.iter().fold(0.0_f64, |largest, entry| entry.abs().max(largest));
    let first = component.iter().find(|entry| entry.abs() >= (1.0 - 1e-9) * largest);
    if first.is_some_and(|&first| first < 0.0) {
        // Not -0: tables would print the sign.
        component.mapv_inplace(|entry| 0.0 - entry);
    }
}
