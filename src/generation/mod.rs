//! Losses for models that make images: how far a distribution, or an image's style, is from another.
//!
//! Two families. A **variational autoencoder** turns each sample into a Gaussian in a latent space,
//! draws a point from it, and makes a picture of the point. What it pays is the negative ELBO: badly
//! rebuilt pixels, and Gaussians far from the standard one. A **perceptual** loss compares pictures
//! not pixel by pixel but by how a bank of filters responds to them: where it responds is the content,
//! which filters respond together is the style.
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
//! | [`PerceptualLoss`] | both, of a [`FilterBank`]'s responses to images | `[height, width]` |
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
//! assert_eq!(StyleLoss.value(&left, &right)?, 0.0);
//! assert_eq!(ContentLoss.value(&left, &right)?, 2.0 / 3.0);
//! # Ok::<(), LossError>(())
//! ```
//!
//! # The words
//!
//! Losses of samples answer in the [words of all losses](crate::loss): a sample's loss is the sum over
//! its latent dimensions or pixels. Losses of one pair of images or feature maps have no samples to
//! take a mean of: they answer with `value`, `gradient` (of that value) and `value_and_gradient`. All
//! are in nats, but for the perceptual ones, which are pure numbers (in powers of the features' unit).
//!
//! # Why log-variance
//!
//! A network's output may be any number, a variance only a positive one. So an encoder gives `s = ln
//! sigma^2`, of which every finite value means something: no clipping, and a step of the same size
//! changes a tiny and a large variance by the same factor.
//!
//! Numbers too large for an `f64` follow IEEE arithmetic, as elsewhere in the crate.

mod content_loss;
mod features;
mod filter_bank;
mod gaussian_kl;
mod gaussians;
mod negative_elbo;
mod perceptual_loss;
mod standard_kl;
mod style_loss;

pub use content_loss::ContentLoss;
pub use features::{FeatureLoss, gram_matrix};
pub use filter_bank::FilterBank;
pub use gaussian_kl::{GaussianKl, KlGradient, gaussian_kl};
pub use gaussians::{GaussianGradient, Gaussians, LatentSample};
pub use negative_elbo::{ElboGradient, ElboParts, NegativeElbo};
pub use perceptual_loss::{PerceptualLoss, PerceptualParts};
pub use standard_kl::StandardKl;
pub use style_loss::StyleLoss;
