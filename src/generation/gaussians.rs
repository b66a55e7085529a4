//! Diagonal Gaussians, and points drawn from them.

use ndarray::{Array2, ArrayView2, Zip};
use rand::SeedableRng;
use rand::distr::Distribution;
use rand_chacha::ChaCha8Rng;
use statrs::distribution::Normal;

use super::{all_finite, same_shape};
use crate::error::LossError;

/// `n` diagonal Gaussians in a latent space, as an encoder gives them: row `i` of the two matrices
/// says that sample `i` is spread as `N(mean_i, exp(log_variance_i))`, each dimension on its own.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// let (mean, log_variance) = (array![[1.0, -1.0]], array![[0.0, -2.0]]);
/// let posterior = Gaussians::new(&mean, &log_variance);
/// assert_eq!(posterior.mean[[0, 1]], -1.0);
/// ```
///
/// Source: D. P. Kingma, M. Welling, "Auto-encoding variational Bayes" (2013), section 3.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gaussians<'a> {
    /// The means: `[n, latent]`.
    pub mean: ArrayView2<'a, f64>,
    /// The logarithms of the variances, `ln sigma^2`: `[n, latent]`, any finite numbers.
    pub log_variance: ArrayView2<'a, f64>,
}

impl<'a> Gaussians<'a> {
    /// Mean first. Shapes and values are checked by what they are given to.
    ///
    /// ```
    /// # use lossbook::generation::*;
    /// assert_eq!(Gaussians::new(&[[1.0]], &[[0.0]]).log_variance[[0, 0]], 0.0);
    /// ```
    pub fn new<'m: 'a, 'v: 'a>(
        mean: impl Into<ArrayView2<'m, f64>>,
        log_variance: impl Into<ArrayView2<'v, f64>>,
    ) -> Self {
        Self { mean: mean.into().reborrow(), log_variance: log_variance.into().reborrow() }
    }

    /// Draws a point from each, `z = mean + exp(log_variance / 2) noise` with standard normal noise.
    /// The same seed draws the same noise, whatever the Gaussians; a new seed for every step of a
    /// training, its number for example, draws afresh.
    ///
    /// So written (the reparameterisation trick) the randomness is an input like any other, and `z`
    /// has a derivative with respect to the mean and the log-variance.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let near = Gaussians::new(&[[3.0, 5.0]], &[[-80.0, -80.0]]).sample(7)?;
    /// let wide = Gaussians::new(&[[3.0, 5.0]], &[[0.0, 0.0]]).sample(7)?;
    /// assert!((near.z - array![[3.0, 5.0]]).iter().all(|off| off.abs() < 1e-15));
    /// assert_eq!(wide.z, array![[3.0, 5.0]] + &wide.noise);
    /// assert_eq!(near.noise, wide.noise);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`]; [`LossError::ShapeMismatch`]; [`LossError::NotFinite`].
    ///
    /// Source: D. P. Kingma, M. Welling, "Auto-encoding variational Bayes" (2013), section 2.4.
    pub fn sample(self, seed: u64) -> Result<LatentSample, LossError> {
        self.check(NAMES)?;
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let normal = Normal::standard();
        let noise = Array2::from_shape_simple_fn(self.mean.dim(), || normal.sample(&mut random));
        let mut z = self.mean.to_owned();
        let mut log_variance_slope = noise.clone();
        Zip::from(&mut z).and(&mut log_variance_slope).and(self.log_variance).for_each(
            |z, slope, &log_variance| {
                let off = (0.5 * log_variance).exp() * *slope;
                *z += off;
                *slope = 0.5 * off;
            },
        );
        Ok(LatentSample { z, noise, log_variance_slope })
    }

    /// The two matrices hold something, are finite, and of one shape.
    pub(super) fn check(&self, names: [&'static str; 2]) -> Result<(), LossError> {
        all_finite(names[0], &self.mean)?;
        all_finite(names[1], &self.log_variance)?;
        same_shape(names[0], &self.mean, names[1], &self.log_variance)
    }

    /// The samples one by one, each as its dimensions' pairs of mean and log-variance.
    pub(super) fn samples(&self) -> impl Iterator<Item = impl Iterator<Item = (f64, f64)>> {
        let rows = self.mean.rows().into_iter().zip(self.log_variance.rows());
        rows.map(|(mean, log_variance)| {
            mean.into_iter().copied().zip(log_variance.into_iter().copied())
        })
    }
}

/// What the fields of the only Gaussians among the arguments are called in errors.
pub(super) const NAMES: [&str; 2] = ["mean", "log_variance"];

/// A gradient with respect to Gaussians: one matrix for each of theirs, in its shape.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// let gradient = StandardKl.gradient(Gaussians::new(&[[3.0]], &[[0.0]]))?;
/// assert_eq!(gradient, GaussianGradient { mean: array![[3.0]], log_variance: array![[0.0]] });
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct GaussianGradient {
    /// With respect to the means: `[n, latent]`.
    pub mean: Array2<f64>,
    /// With respect to the log-variances: `[n, latent]`.
    pub log_variance: Array2<f64>,
}

/// Points drawn from Gaussians by [`Gaussians::sample`], and how they move with these.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// let sample = Gaussians::new(&[[3.0]], &[[0.0]]).sample(7)?;
/// assert_eq!(sample.log_variance_slope, 0.5 * &sample.noise);
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LatentSample {
    /// The points, `mean + exp(log_variance / 2) noise`: `[n, latent]`.
    pub z: Array2<f64>,
    /// The standard normal noise: `[n, latent]`.
    pub noise: Array2<f64>,
    /// `dz / dlog_variance = exp(log_variance / 2) noise / 2`: `[n, latent]`. (`dz / dmean` is 1.)
    pub log_variance_slope: Array2<f64>,
}

impl LatentSample {
    /// What a gradient with respect to `z`, from a decoder, is with respect to the Gaussians: the
    /// chain rule. To it comes the [KL divergence's](super::StandardKl::gradient).
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let sample = Gaussians::new(&[[3.0]], &[[0.0]]).sample(7)?;
    /// let gradient = sample.gradient(&[[10.0]])?;
    /// assert_eq!(gradient.mean, array![[10.0]]);
    /// assert_eq!(gradient.log_variance, 5.0 * &sample.noise);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`]; [`LossError::NotFinite`]; [`LossError::ShapeMismatch`] unless it has the
    /// shape of `z`.
    ///
    pub fn gradient<'g>(
        &self,
        z_gradient: impl Into<ArrayView2<'g, f64>>,
    ) -> Result<GaussianGradient, LossError> {
        let z_gradient = z_gradient.into();
        all_finite("z_gradient", &z_gradient)?;
        same_shape("z", &self.z.view(), "z_gradient", &z_gradient)?;
        let mut log_variance = z_gradient.to_owned();
        Zip::from(&mut log_variance)
            .and(&self.log_variance_slope)
            .for_each(|gradient, &slope| *gradient = super::weighted(*gradient, slope));
        Ok(GaussianGradient { mean: z_gradient.to_owned(), log_variance })
    }
}
