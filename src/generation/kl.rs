//! From Gaussians to the standard one, and the pieces that Gaussian divergences are made of.

use ndarray::Array1;

use super::gaussians::{GaussianGradient, Gaussians, NAMES};
use crate::error::LossError;
use crate::sum::Sum;

/// KL divergence of diagonal Gaussians to the standard Gaussian, `KL(N(m, exp(s)) || N(0, I))`: the
/// price that a variational autoencoder pays for what its encoder says of a sample. In nats.
///
/// ```text
/// 1/2 sum_j (exp(s_j) - s_j - 1 + m_j^2)
/// ```
///
/// 0 where every mean and every [log-variance](super#why-log-variance) is 0, positive elsewhere, also
/// so near to 0 that nothing is left of the formula as it stands. Slopes: `m_j`, and
/// `(exp(s_j) - 1) / 2`.
///
/// Every method takes [`Gaussians`], `[n, latent]`, and refuses matrices that are empty
/// ([`LossError::Empty`]), of different shape ([`LossError::ShapeMismatch`]) or not finite
/// ([`LossError::NotFinite`]).
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// assert_eq!(StandardKl.each(Gaussians::new(&[[3.0, 4.0]], &[[0.0, 0.0]]))?, array![12.5]);
/// assert_eq!(StandardKl.each(Gaussians::new(&[[0.0]], &[[1e-9]]))?, array![2.5e-19 * (1.0 + 1e-9 / 3.0)]);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: D. P. Kingma, M. Welling, "Auto-encoding variational Bayes" (2013), appendix B.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct StandardKl;

impl StandardKl {
    /// The divergence of every sample, summed over its dimensions: `[n, latent]` in, `[n]` out.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let posterior = Gaussians::new(&[[3.0], [0.0]], &[[0.0], [0.0]]);
    /// assert_eq!(StandardKl.each(posterior)?, array![4.5, 0.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Matrices that are empty, of different shape, or not finite.
    pub fn each(&self, posterior: Gaussians<'_>) -> Result<Array1<f64>, LossError> {
        posterior.check(NAMES)?;
        let losses = posterior.samples().map(|dimensions| {
            dimensions.map(|(mean, log_variance)| loss(mean, log_variance)).collect::<Sum>().total()
        });
        Ok(losses.collect())
    }

    /// The mean of the samples' divergences.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// assert_eq!(StandardKl.mean(Gaussians::new(&[[3.0], [0.0]], &[[0.0], [0.0]]))?, 2.25);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Matrices that are empty, of different shape, or not finite.
    pub fn mean(&self, posterior: Gaussians<'_>) -> Result<f64, LossError> {
        Ok(self.each(posterior)?.into_iter().collect::<Sum>().mean())
    }

    /// The sum of the samples' divergences.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// assert_eq!(StandardKl.sum(Gaussians::new(&[[3.0], [0.0]], &[[0.0], [0.0]]))?, 4.5);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Matrices that are empty, of different shape, or not finite.
    pub fn sum(&self, posterior: Gaussians<'_>) -> Result<f64, LossError> {
        Ok(self.each(posterior)?.into_iter().collect::<Sum>().total())
    }

    /// The gradient of the **mean** with respect to the means and log-variances.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let gradient = StandardKl.gradient(Gaussians::new(&[[3.0], [0.0]], &[[0.0], [0.0]]))?;
    /// assert_eq!(gradient.mean, array![[1.5], [0.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Matrices that are empty, of different shape, or not finite.
    pub fn gradient(&self, posterior: Gaussians<'_>) -> Result<GaussianGradient, LossError> {
        Ok(self.each_and_gradient(posterior)?.1)
    }

    /// [`mean`](Self::mean) and [`gradient`](Self::gradient) in one pass: what a step of gradient
    /// descent needs.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (mean, gradient) = StandardKl.mean_and_gradient(Gaussians::new(&[[3.0]], &[[0.0]]))?;
    /// assert_eq!((mean, gradient.mean), (4.5, array![[3.0]]));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Matrices that are empty, of different shape, or not finite.
    pub fn mean_and_gradient(
        &self,
        posterior: Gaussians<'_>,
    ) -> Result<(f64, GaussianGradient), LossError> {
        let (losses, gradient) = self.each_and_gradient(posterior)?;
        Ok((losses.into_iter().collect::<Sum>().mean(), gradient))
    }

    /// The divergence of every sample, and the gradient of their mean.
    pub(super) fn each_and_gradient(
        &self,
        posterior: Gaussians<'_>,
    ) -> Result<(Array1<f64>, GaussianGradient), LossError> {
        posterior.check(NAMES)?;
        let n = posterior.mean.nrows() as f64;
        let mut gradient = GaussianGradient {
            mean: posterior.mean.mapv(|mean| mean / n),
            log_variance: posterior.log_variance.to_owned(),
        };
        let rows = posterior.mean.rows().into_iter().zip(gradient.log_variance.rows_mut());
        let losses = rows.map(|(means, mut log_variances)| {
            let mut losses = Sum::ZERO;
            for (&mean, value) in means.iter().zip(&mut log_variances) {
                let Bend { excess, slope } = Bend::at(*value);
                losses.add(excess + 0.5 * mean * mean);
                *value = slope / n;
            }
            losses.total()
        });
        Ok((losses.collect(), gradient))
    }
}

/// The divergence of one dimension.
fn loss(mean: f64, log_variance: f64) -> f64 {
    Bend::at(log_variance).excess + 0.5 * mean * mean
}

/// By how much half the exponential bends away from its tangent at 0, and its slope against that.
pub(super) struct Bend {
    /// `(exp(x) - x - 1) / 2`: never negative.
    pub(super) excess: f64,
    /// Its derivative, `(exp(x) - 1) / 2`.
    pub(super) slope: f64,
}

impl Bend {
    pub(super) fn at(x: f64) -> Self {
        if x.abs() < 0.5 {
            // Here the terms would cancel, so it is summed from the first that stays, x^2 / 4.
            let series = SERIES.iter().rev().fold(0.0, |rest, coefficient| rest * x + coefficient);
            let excess = (0.5 * x) * (0.5 * x) * series;
            return Self { excess, slope: 0.5 * x + excess };
        }
        let slope = half_expm1(x);
        Self { excess: if x < TALL { slope - 0.5 * x } else { slope }, slope }
    }
}

/// `(exp(x) - 1) / 2`, finite wherever it fits into an `f64`.
fn half_expm1(x: f64) -> f64 {
    if x < TALL {
        return 0.5 * x.exp_m1();
    }
    let root = (0.5 * x).exp();
    0.5 * root * root
}

/// From here on `exp(x)` is about to overflow, and dwarfs `x + 1`.
const TALL: f64 = 700.0;

/// `2 / 2!, 2 / 3!, 2 / 4!, ...`: enough of them for 17 digits up to 0.5.
const SERIES: [f64; 15] = {
    let mut coefficients = [1.0; 15];
    let mut index = 1;
    while index < coefficients.len() {
        coefficients[index] = coefficients[index - 1] / (index + 2) as f64;
        index += 1;
    }
    coefficients
};
