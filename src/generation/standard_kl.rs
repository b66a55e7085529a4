//! From Gaussians to the standard one.

use ndarray::Zip;

use super::gaussian_kl::exp_above_tangent;
use super::gaussians::{GaussianGradient, Gaussians, NAMES, add_up};
use crate::error::LossError;
use crate::loss::{Ask, Losses, words};

/// KL divergence of diagonal Gaussians to the standard Gaussian, `KL(N(m, exp(s)) || N(0, I))`: the
/// price that a variational autoencoder pays for what its encoder says of a sample. In nats.
///
/// ```text
/// 1/2 sum_j (exp(s_j) - s_j - 1 + m_j^2)
/// ```
///
/// 0 where every mean and every [log-variance](super#why-log-variance) is 0, positive elsewhere, also
/// so near to 0 that nothing is left of the formula as it stands. Derivatives: `m_j`, and
/// `(exp(s_j) - 1) / 2`.
///
/// Every method takes [`Gaussians`], `[n, latent]`, and refuses matrices that are empty
/// ([`LossError::Empty`]), of different shape ([`LossError::ShapeMismatch`]) or not finite
/// ([`LossError::NotFinite`]).
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// let posterior = Gaussians::new(&[[3.0, 4.0], [0.0, 0.0]], &[[0.0, 0.0], [0.0, 0.0]]);
/// assert_eq!(StandardKl.each(posterior)?, array![12.5, 0.0]);
/// assert_eq!(StandardKl.sum(posterior)?, 12.5);
/// let (mean, gradient) = StandardKl.mean_and_gradient(posterior)?;
/// assert_eq!((mean, gradient.mean), (6.25, array![[1.5, 2.0], [0.0, 0.0]]));
/// // Near 0 it has all its digits.
/// assert_eq!(StandardKl.mean(Gaussians::new(&[[0.0]], &[[1e-9]]))?, 2.5e-19 * (1.0 + 1e-9 / 3.0));
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: D. P. Kingma, M. Welling, "Auto-encoding variational Bayes" (2013), appendix B.
#[doc(alias("kl_loss", "KLD"))]
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct StandardKl;

impl StandardKl {
    words!(pub (posterior: Gaussians<'_> => posterior) -> GaussianGradient);

    fn evaluate(
        &self,
        posterior: Gaussians,
        ask: Ask,
    ) -> Result<(Losses, GaussianGradient), LossError> {
        posterior.check(NAMES)?;
        let dimensions = Zip::from(posterior.mean).and(posterior.log_variance);
        let dimensions = dimensions.map_collect(|&m, &s| value_and_derivatives(m, s));
        let (losses, [mean, log_variance]) = add_up(dimensions, ask)?;
        Ok((losses, GaussianGradient { mean, log_variance }))
    }
}

/// Of one dimension, with the derivatives by its mean and its log-variance.
fn value_and_derivatives(m: f64, s: f64) -> (f64, [f64; 2]) {
    (0.5 * exp_above_tangent(s) + 0.5 * m * m, [m, 0.5 * s.exp_m1()])
}
