//! From any Gaussian to any other.

use ndarray::{Array1, Array2};

use super::gaussians::{GaussianGradient, Gaussians};
use super::kl::Bend;
use super::same_shape;
use crate::error::{LossError, check};
use crate::information::Information;
use crate::sum::Sum;

/// KL divergence of two normal distributions of one number, `integral p(x) ln(p(x) / q(x)) dx`, from
/// their means and standard deviations: the lecture's divergence of continuous distributions, where
/// the integral has a closed form.
///
/// ```text
/// ln(q_deviation / p_deviation) + (p_deviation^2 + (p_mean - q_mean)^2) / (2 q_deviation^2) - 1/2
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
/// [`LossError::NotFinite`] for a mean; [`LossError::BadParameter`] for a deviation that is not
/// positive and finite.
///
/// Source: S. Kullback, "Information theory and statistics" (1959), chapter 9; "Losses, part 2"
/// (lecture, CMU 11-785), image generation, for the integral.
pub fn gaussian_kl(
    p_mean: f64,
    p_deviation: f64,
    q_mean: f64,
    q_deviation: f64,
) -> Result<Information, LossError> {
    check::finite("p_mean", &[], p_mean)?;
    check::positive("p_deviation", p_deviation, "p_deviation > 0 and finite")?;
    check::finite("q_mean", &[], q_mean)?;
    check::positive("q_deviation", q_deviation, "q_deviation > 0 and finite")?;
    let ratio = p_deviation / q_deviation;
    let log_ratio = if (0.5..2.0).contains(&ratio) {
        // A difference of near numbers is exact, a quotient of them is not.
        ((p_deviation - q_deviation) / q_deviation).ln_1p()
    } else if ratio.is_normal() {
        ratio.ln()
    } else {
        p_deviation.ln() - q_deviation.ln()
    };
    let spread = if log_ratio.abs() < 0.25 {
        Bend::at(2.0 * log_ratio).excess
    } else {
        0.5 * (ratio - 1.0) * (ratio + 1.0) - log_ratio
    };
    let off = difference(p_mean, q_mean, |value| value / q_deviation);
    Ok(Information::from_nats(spread + 0.5 * off * off))
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
/// assert_eq!((gradient.p.mean, gradient.q.mean), (array![[-3.0]], array![[3.0]]));
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: S. Kullback, "Information theory and statistics" (1959), chapter 9; D. P. Kingma, M.
/// Welling, "Auto-encoding variational Bayes" (2013).
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
#[derive(Debug, Clone, PartialEq)]
pub struct KlGradient {
    /// With respect to the first distributions, over which the mean is taken.
    pub p: GaussianGradient,
    /// With respect to the second.
    pub q: GaussianGradient,
}

impl GaussianKl {
    /// The divergence of every sample, summed over its dimensions: `[n, latent]` in, `[n]` out.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let p = Gaussians::new(&[[1.0], [2.0]], &[[0.0], [3.0]]);
    /// let q = Gaussians::new(&[[3.0], [2.0]], &[[0.0], [3.0]]);
    /// assert_eq!(GaussianKl.each(p, q)?, array![2.0, 0.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Matrices that are empty, of different shape, or not finite.
    pub fn each(&self, p: Gaussians<'_>, q: Gaussians<'_>) -> Result<Array1<f64>, LossError> {
        both(p, q)?;
        let samples = p.samples().zip(q.samples());
        let losses = samples.map(|(p, q)| {
            let dimensions = p.zip(q);
            dimensions.map(|(p, q)| Dimension::new(p, q).loss()).collect::<Sum>().total()
        });
        Ok(losses.collect())
    }

    /// The mean of the samples' divergences.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let p = Gaussians::new(&[[1.0], [2.0]], &[[0.0], [3.0]]);
    /// let q = Gaussians::new(&[[3.0], [2.0]], &[[0.0], [3.0]]);
    /// assert_eq!(GaussianKl.mean(p, q)?, 1.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Matrices that are empty, of different shape, or not finite.
    pub fn mean(&self, p: Gaussians<'_>, q: Gaussians<'_>) -> Result<f64, LossError> {
        Ok(self.each(p, q)?.into_iter().collect::<Sum>().mean())
    }

    /// The sum of the samples' divergences.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (p, q) = (Gaussians::new(&[[1.0]], &[[0.0]]), Gaussians::new(&[[3.0]], &[[0.0]]));
    /// assert_eq!(GaussianKl.sum(p, q)?, 2.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Matrices that are empty, of different shape, or not finite.
    pub fn sum(&self, p: Gaussians<'_>, q: Gaussians<'_>) -> Result<f64, LossError> {
        Ok(self.each(p, q)?.into_iter().collect::<Sum>().total())
    }

    /// The gradient of the **mean** with respect to the means and log-variances of both.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (p, q) = (Gaussians::new(&[[1.0]], &[[0.0]]), Gaussians::new(&[[3.0]], &[[0.0]]));
    /// let gradient = GaussianKl.gradient(p, q)?;
    /// // Whoever believes q should move towards p, and be less sure until there.
    /// assert_eq!((gradient.q.mean, gradient.q.log_variance), (array![[2.0]], array![[-2.0]]));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Matrices that are empty, of different shape, or not finite.
    pub fn gradient(&self, p: Gaussians<'_>, q: Gaussians<'_>) -> Result<KlGradient, LossError> {
        Ok(self.mean_and_gradient(p, q)?.1)
    }

    /// [`mean`](Self::mean) and [`gradient`](Self::gradient) in one pass: what a step of gradient
    /// descent needs.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (p, q) = (Gaussians::new(&[[1.0]], &[[0.0]]), Gaussians::new(&[[3.0]], &[[0.0]]));
    /// let (mean, gradient) = GaussianKl.mean_and_gradient(p, q)?;
    /// assert_eq!((mean, gradient), (2.0, GaussianKl.gradient(p, q)?));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Matrices that are empty, of different shape, or not finite.
    pub fn mean_and_gradient(
        &self,
        p: Gaussians<'_>,
        q: Gaussians<'_>,
    ) -> Result<(f64, KlGradient), LossError> {
        both(p, q)?;
        let n = p.mean.nrows() as f64;
        let mut losses = Sum::ZERO;
        let [mut p_mean, mut p_log_variance, mut q_mean, mut q_log_variance] =
            [(); 4].map(|()| Vec::with_capacity(p.mean.len()));
        for (p, q) in p.samples().zip(q.samples()) {
            let mut sample = Sum::ZERO;
            for (p, q) in p.zip(q) {
                let dimension = Dimension::new(p, q);
                sample.add(dimension.loss());
                let slope = dimension.mean_slope() / n;
                p_mean.push(slope);
                p_log_variance.push(dimension.bend.slope / n);
                q_mean.push(0.0 - slope);
                q_log_variance.push(dimension.q_log_variance_slope() / n);
            }
            losses.add(sample.total());
        }
        let (rows, columns) = p.mean.dim();
        let matrix = |values: Vec<f64>| {
            Array2::from_shape_vec((rows, columns), values).map_err(|_| LossError::TooLarge {
                name: "gradient",
                rows,
                columns,
            })
        };
        let gradient = KlGradient {
            p: GaussianGradient { mean: matrix(p_mean)?, log_variance: matrix(p_log_variance)? },
            q: GaussianGradient { mean: matrix(q_mean)?, log_variance: matrix(q_log_variance)? },
        };
        Ok((losses.mean(), gradient))
    }
}

/// One dimension of both distributions.
struct Dimension {
    /// At `s - t`, by how much the first log-variance is the larger.
    bend: Bend,
    /// `(m - mu) / deviation of q`.
    off: f64,
    /// `exp(-t / 4)`. Two of them in a row are 1 / deviation of q, but overflow later.
    scale: f64,
}

impl Dimension {
    fn new((p_mean, p_log_variance): (f64, f64), (q_mean, q_log_variance): (f64, f64)) -> Self {
        let scale = (-0.25 * q_log_variance).exp();
        let off = difference(p_mean, q_mean, |value| value * scale * scale);
        Self { bend: Bend::at(p_log_variance - q_log_variance), off, scale }
    }

    fn loss(&self) -> f64 {
        self.bend.excess + 0.5 * self.off * self.off
    }

    /// With respect to the mean of `p`; with respect to that of `q`, its negative.
    fn mean_slope(&self) -> f64 {
        if self.off == 0.0 { 0.0 } else { self.off * self.scale * self.scale }
    }

    /// With respect to the log-variance of `q`; with respect to that of `p` it is the bend's.
    fn q_log_variance_slope(&self) -> f64 {
        0.0 - self.bend.slope - 0.5 * self.off * self.off
    }
}

/// `scaled(left - right)`, also where the difference overflows until it is scaled.
fn difference(left: f64, right: f64, scaled: impl Fn(f64) -> f64) -> f64 {
    let difference = left - right;
    if difference == 0.0 {
        0.0
    } else if difference.is_finite() {
        scaled(difference)
    } else {
        scaled(left) - scaled(right)
    }
}

/// Both are sound, and of one shape.
fn both(p: Gaussians<'_>, q: Gaussians<'_>) -> Result<(), LossError> {
    p.check(["p.mean", "p.log_variance"])?;
    q.check(["q.mean", "q.log_variance"])?;
    same_shape("p.mean", &p.mean, "q.mean", &q.mean)
}
