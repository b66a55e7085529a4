//! One model, different objectives: what it becomes depends on what it is fitted for.
//!
//! A linear neuron `w x + b` is a regression, a ridge, a logistic regression, a support-vector machine
//! or a principal component; only the **objective** tells them apart:
//!
//! | objective | to be made | formula | parameters |
//! | --- | --- | --- | --- |
//! | [`Ols`] | small | `mean (y - w x - b)^2` | [`LinearModel`] |
//! | [`Ridge`] | small | `mean (y - w x - b)^2 + lambda sum w^2` | [`LinearModel`] |
//! | [`LogisticRegression`] | small | `mean ln(1 + exp(-s (w x + b))) + lambda sum w^2` | [`LinearModel`] |
//! | [`LinearSvm`] | small | `mean max(0, 1 - s (w x + b)) + lambda sum w^2` | [`LinearModel`] |
//! | [`Pca`] | large | `mean ((x - mean) u)^2`, `u` of length 1 | direction `[d]` |
//! | [`KMeans`] | small | `mean min_k abs(x - c_k)^2` | centres `[k, d]` |
//!
//! All of them are means over the samples, and answer in the same words: `value`, `gradient` (with
//! respect to the parameters, in their shape), `value_and_gradient`, and `fit`. Data are `x`,
//! `[n, d]`, one row a sample; the target, where there is one, comes first.
//!
//! ```
//! use lossbook::prelude::*;
//!
//! // Two classes on a line, one sample of the second far out.
//! let (y, x) = ([0.0, 0.0, 1.0, 1.0], array![[0.0], [1.0], [2.0], [13.0]]);
//! let turns = |model: &LinearModel, at: f64| (0.5 - model.intercept()) / model.weights()[0] - at;
//!
//! // The regression is drawn to it: half way up is at 4, and the sample at 2 is on the wrong side.
//! assert!(turns(&Ols.fit(&y, &x)?, 4.0).abs() < 1e-14);
//!
//! // The margin does not mind a sample that is right by far.
//! let svm = LinearSvm::new(0.01)?.fit(&y, &x)?;
//! assert_eq!(svm.support(), [1, 2]);
//! assert!((svm.margin() - 1.0).abs() < 1e-9);
//!
//! // Without a target there are still a direction and centres to find.
//! assert_eq!(Pca.fit(&x)?.components(), array![[1.0]]);
//! assert_eq!(KMeans.fit(&x, 2, 7)?.centers(), array![[1.0], [13.0]]);
//! # Ok::<(), LossError>(())
//! ```

mod k_means;
mod linear;
mod linear_algebra;
mod linear_svm;
mod logistic_regression;
mod ols;
mod pca;
mod principal_axes;
mod ridge;
mod svm_dual;

pub use k_means::{KMeans, KMeansFit};
pub use linear::{LinearGradient, LinearModel, LinearObjective, LinearWords};
pub use linear_svm::{LinearSvm, SvmFit};
pub use logistic_regression::LogisticRegression;
pub use ols::Ols;
pub use pca::Pca;
pub use principal_axes::PrincipalAxes;
pub use ridge::Ridge;

use ndarray::{Array1, Array2, ArrayView1, ArrayView2};

use crate::error::LossError;
use crate::numeric::{Rows, check};

/// Samples, one row for each value of a target that is finite, too, side by side in memory.
fn samples(
    target: ArrayView1<f64>,
    x: ArrayView2<f64>,
) -> Result<(Array1<f64>, Array2<f64>), LossError> {
    check::not_empty("x", x.len())?;
    check::same_length("target", target.len(), "a column of x", x.nrows())?;
    let x = table("x", x)?;
    check::all_finite("target", &target)?;
    Ok((target.iter().copied().collect(), x))
}

/// A table that must hold something, and nothing but finite numbers, row after row.
fn table(name: &'static str, x: ArrayView2<f64>) -> Result<Array2<f64>, LossError> {
    Rows::new(name, x)?.into_array()
}
