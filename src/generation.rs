//! Losses for models that make images: how far a distribution, or an image's style, is from another.
//!
//! Two families. A **variational autoencoder** turns each sample into a Gaussian in a latent space,
//! draws a point from it, and makes a picture of the point. What it pays is the negative ELBO: badly
//! rebuilt pixels, and Gaussians far from the standard one. A **perceptual** loss compares pictures
//! not pixel by pixel but by what a bank of filters answers to them: where it answers is the content,
//! which filters answer together is the style.
//!
//! | name | formula | inputs |
//! | --- | --- | --- |
//! | [`gaussian_kl`] | `integral p ln(p / q)` | two means, two standard deviations |
//! | [`StandardKl`] | `sum_j (exp(s_j) - s_j - 1 + m_j^2) / 2` | `[n, latent]` twice |
//! | [`GaussianKl`] | the same to any other Gaussian | `[n, latent]` four times |
//! | [`NegativeElbo`] | `-ln p(x given z) + beta KL` | `[n, pixels]` twice, `[n, latent]` twice |
//! | [`gram_matrix`] | `F F^T / (channels height width)` | `[channels, height, width]` |
//! | [`ContentLoss`] | `mean (F - F_hat)^2` | `[channels, height, width]` twice |
//! | [`StyleLoss`] | `sum_ij (G_ij - G_hat_ij)^2` | `[channels, height, width]` twice |
//! | [`PerceptualLoss`] | both, of a [`FilterBank`]'s answers to images | `[height, width]` |
//!
//! ```
//! use lossbook::generation::*;
//! use lossbook::prelude::*;
//!
//! // An encoder's Gaussians for two samples, one of them the standard one: that one costs nothing.
//! let (mean, log_variance) = (array![[0.0, 0.0], [2.0, 0.0]], array![[0.0, 0.0], [0.0, 0.0]]);
//! let posterior = Gaussians::new(&mean, &log_variance);
//! assert_eq!(StandardKl.each(posterior)?, array![0.0, 2.0]);
//!
//! // Where a pattern lies is content; that it is there is style.
//! let left = Array3::from_shape_vec((1, 1, 3), vec![1.0, 0.0, 0.0]).unwrap();
//! let right = Array3::from_shape_vec((1, 1, 3), vec![0.0, 0.0, 1.0]).unwrap();
//! assert_eq!(StyleLoss.loss(&left, &right)?, 0.0);
//! assert_eq!(ContentLoss.loss(&left, &right)?, 2.0 / 3.0);
//! # Ok::<(), LossError>(())
//! ```
//!
//! # The words
//!
//! Losses of samples answer with `each` (a loss per sample, its latent dimensions or pixels summed),
//! `mean`, `sum`, `gradient` (of the mean) and `mean_and_gradient`. Losses of one pair of images or
//! feature maps have no samples to take a mean of: they answer with `loss`, `gradient` (of that loss)
//! and `loss_and_gradient`. All are in nats, but for the perceptual ones, which are pure numbers (in
//! powers of the features' unit).
//!
//! # Why log-variance
//!
//! A network's output may be any number, a variance only a positive one. So an encoder gives `s = ln
//! sigma^2`, of which every finite value means something: no clipping, and a step of the same size
//! changes a tiny and a large variance by the same factor.
//!
//! Numbers too large for an `f64` follow IEEE arithmetic, as elsewhere in the crate.

mod elbo;
mod features;
mod filters;
mod gaussians;
mod kl;
mod pair_kl;
mod perceptual;
mod picture;
mod style;

pub use elbo::{ElboGradient, ElboParts, NegativeElbo};
pub use features::{FeatureLoss, gram_matrix};
pub use filters::FilterBank;
pub use gaussians::{GaussianGradient, Gaussians, LatentSample};
pub use kl::StandardKl;
pub use pair_kl::{GaussianKl, KlGradient, gaussian_kl};
pub use perceptual::{PerceptualLoss, PerceptualParts};
pub use style::{ContentLoss, StyleLoss};

use ndarray::{ArrayView, Dimension, IntoDimension};

use crate::error::{LossError, check};

/// The argument holds something, and nothing but finite numbers.
fn all_finite<D: Dimension>(
    name: &'static str,
    view: &ArrayView<'_, f64, D>,
) -> Result<(), LossError> {
    check::not_empty(name, view.len())?;
    match view.indexed_iter().find(|(_, value)| !value.is_finite()) {
        None => Ok(()),
        Some((at, &value)) => {
            check::finite(name, &at.into_dimension().as_array_view().to_vec(), value)
        }
    }
}

/// The two arguments are of one shape.
fn same_shape<D: Dimension>(
    left: &'static str,
    left_view: &ArrayView<'_, f64, D>,
    right: &'static str,
    right_view: &ArrayView<'_, f64, D>,
) -> Result<(), LossError> {
    if left_view.shape() == right_view.shape() {
        return Ok(());
    }
    let (left_shape, right_shape) = (left_view.shape().to_vec(), right_view.shape().to_vec());
    Err(LossError::ShapeMismatch { left, left_shape, right, right_shape })
}

/// A parameter that may be 0.
/// `weight * loss`, where a weight of 0 leaves nothing even of an infinite loss.
fn weighted(weight: f64, loss: f64) -> f64 {
    if weight == 0.0 { 0.0 } else { weight * loss }
}

/// A matrix of zeros, row after row.
fn zeros(name: &'static str, rows: usize, columns: usize) -> Result<Vec<f64>, LossError> {
    let too_large = || LossError::TooLarge { name, rows, columns };
    let cells = rows.checked_mul(columns).ok_or_else(too_large)?;
    let mut values = Vec::new();
    values.try_reserve_exact(cells).map_err(|_| too_large())?;
    values.resize(cells, 0.0);
    Ok(values)
}
