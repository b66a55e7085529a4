//! From any Gaussian to any other.

use ndarray::Zip;

use super::gaussians::{GaussianGradient, Gaussians, add_up};
use crate::error::LossError;
use crate::information::Information;
use crate::loss::{Ask, Losses, words};
use crate::numeric::{check, ln_ratio, weighted};

/// KL divergence of two normal distributions of one number, `integral p(x) ln(p(x) / q(x)) dx`, from
/// their means and standard deviations: the lecture's divergence of continuous distributions, where
/// the integral has a closed form.
///
/// ```text
/// ln(q_std_dev / p_std_dev) + (p_std_dev^2 + (p_mean - q_mean)^2) / (2 q_std_dev^2) - 1/2
/// ```
///
/// 0 exactly when the two are equal, positive otherwise, and not symmetric. No unit of `x` shows in
/// it. As in [`kl_divergence`](crate::information::kl_divergence), `p` is the true one.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// assert_eq!(gaussian_kl(1.0, 2.0, 5.0, 2.0)?.nats(), 2.0);
/// // Wide believed narrow costs more than narrow believed wide.
/// assert_eq!(gaussian_kl(0.0, 4.0, 0.0, 1.0)?.to_string(), "8.820 bits");
/// assert_eq!(gaussian_kl(0.0, 1.0, 0.0, 4.0)?.to_string(), "1.324 bits");
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::NotFinite`] for a mean; [`LossError::BadParameter`] for a standard deviation that is not
/// positive and finite.
///
/// Source: S. Kullback, "Information theory and statistics" (1959), chapter 9; "Losses, part 2"
/// (lecture, CMU 11-785), image generation, for the integral.
#[doc(alias("normal_kl", "kl_normal_normal"))]
pub fn gaussian_kl(
    p_mean: f64,
    p_std_dev: f64,
    q_mean: f64,
    q_std_dev: f64,
) -> Result<Information, LossError> {
    check::finite("p_mean", &[], p_mean)?;
    check::positive("p_std_dev", p_std_dev, "p_std_dev > 0 and finite")?;
    check::finite("q_mean", &[], q_mean)?;
    check::positive("q_std_dev", q_std_dev, "q_std_dev > 0 and finite")?;
    let off = (p_std_dev - q_std_dev) / q_std_dev;
    // Where the two are near, their difference is exact, and their ratio is not.
    let ln = if off.abs() < 0.5 { off.ln_1p() } else { ln_ratio(p_std_dev, q_std_dev) };
    let z = (p_mean - q_mean) / q_std_dev;
    Ok(Information::from_nats(0.5 * exp_above_tangent(2.0 * ln) + 0.5 * z * z))
}

/// KL divergence of diagonal Gaussians, `KL(p || q)`: `p = N(m, exp(s))` to `q = N(mu, exp(t))`, each
/// with as many samples and dimensions as the other. In nats.
///
/// ```text
/// 1/2 sum_j (exp(s_j - t_j) - (s_j - t_j) - 1 + (m_j - mu_j)^2 exp(-t_j))
/// ```
///
/// 0 where the two are equal, positive elsewhere. The order is that of the formula: in a variational
/// autoencoder whose prior is learnt, `p` is the encoder's posterior and `q` the prior; where a model
/// is to match a given distribution, `p` is given. So there is a gradient for either, a
/// [`KlGradient`]. With `q = N(0, I)` it is [`StandardKl`](super::StandardKl).
///
/// Every method refuses matrices that are empty ([`LossError::Empty`]), of different shape
/// ([`LossError::ShapeMismatch`]) or not finite ([`LossError::NotFinite`]).
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// let (p, q) = (Gaussians::new(&[[1.0]], &[[0.0]]), Gaussians::new(&[[4.0]], &[[0.0]]));
/// assert_eq!(GaussianKl.mean(p, q)?, 4.5);
/// let gradient = GaussianKl.gradient(p, q)?;
/// // Whoever believes q should move towards p, and be less sure until there.
/// assert_eq!((gradient.q.mean, gradient.q.log_variance), (array![[3.0]], array![[-4.5]]));
/// assert_eq!((gradient.p.mean, gradient.p.log_variance), (array![[-3.0]], array![[0.0]]));
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: S. Kullback, "Information theory and statistics" (1959), chapter 9; D. P. Kingma, M.
/// Welling, "Auto-encoding variational Bayes" (2013).
#[doc(alias = "kl_divergence")]
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct GaussianKl;

/// The gradient of a [`GaussianKl`]: with respect to both distributions.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// let same = Gaussians::new(&[[1.0]], &[[2.0]]);
/// let gradient = GaussianKl.gradient(same, same)?;
/// assert_eq!(gradient.p, gradient.q);
/// assert_eq!(gradient.p.mean, array![[0.0]]);
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KlGradient {
    /// With respect to the first distributions, over which the mean is taken.
    pub p: GaussianGradient,
    /// With respect to the second.
    pub q: GaussianGradient,
}

impl GaussianKl {
    words!(pub (p: Gaussians<'_> => p, q: Gaussians<'_> => q) -> KlGradient);

    fn evaluate(
        &self,
        p: Gaussians,
        q: Gaussians,
        ask: Ask,
    ) -> Result<(Losses, KlGradient), LossError> {
        p.check(["p.mean", "p.log_variance"])?;
        q.check(["q.mean", "q.log_variance"])?;
        check::same_shape("p.mean", p.mean.shape(), "q.mean", q.mean.shape())?;
        let dimensions = Zip::from(p.mean).and(p.log_variance).and(q.mean).and(q.log_variance);
        let dimensions =
            dimensions.map_collect(|&m, &s, &mu, &t| value_and_derivatives(m, s, mu, t));
        let (losses, [to_m, to_s, to_mu, to_t]) = add_up(dimensions, ask)?;
        let p = GaussianGradient { mean: to_m, log_variance: to_s };
        Ok((losses, KlGradient { p, q: GaussianGradient { mean: to_mu, log_variance: to_t } }))
    }
}

/// Of one dimension, with the derivatives by `m`, `s`, `mu` and `t`.
fn value_and_derivatives(m: f64, s: f64, mu: f64, t: f64) -> (f64, [f64; 4]) {
    let precision_root = (-0.5 * t).exp();
    let z = weighted(m - mu, precision_root);
    let (by_m, by_s) = (weighted(z, precision_root), 0.5 * (s - t).exp_m1());
    let value = 0.5 * exp_above_tangent(s - t) + 0.5 * z * z;
    (value, [by_m, by_s, 0.0 - by_m, 0.0 - by_s - 0.5 * z * z])
}

/// `exp(x) - 1 - x`: how far the exponential is above its tangent at 0. Never negative.
pub(super) fn exp_above_tangent(x: f64) -> f64 {
    if x.abs() >= 0.5 {
        return x.exp_m1() - x;
    }
    // Here the terms would cancel. x^2 / 2 (1 + x/3 (1 + x/4 (1 + ...))), enough for 17 digits.
    let series = (3..=15).rev().fold(1.0, |rest, k| 1.0 + x / f64::from(k) * rest);
    0.5 * x * x * series
}
