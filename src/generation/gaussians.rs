//! Diagonal Gaussians, and points drawn from them.

use ndarray::{Array2, ArrayView2, Zip};
use rand::SeedableRng;
use rand::distr::Distribution;
use rand_chacha::ChaCha8Rng;
use statrs::distribution::Normal;

use crate::error::LossError;
use crate::loss::{Ask, Losses, Matrix};
use crate::numeric::{Sum, check, weighted};

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
#[doc(alias = "MultivariateNormalDiag")]
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
    pub fn new(mean: &'a (impl Matrix + ?Sized), log_variance: &'a (impl Matrix + ?Sized)) -> Self {
        Self { mean: mean.as_matrix(), log_variance: log_variance.as_matrix() }
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
    #[doc(alias("reparameterize", "rsample"))]
    pub fn sample(self, seed: u64) -> Result<LatentSample, LossError> {
        self.check(NAMES)?;
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let normal = Normal::standard();
        let noise = Array2::from_shape_simple_fn(self.mean.dim(), || normal.sample(&mut random));
        let std_dev = self.log_variance.mapv(|s| (0.5 * s).exp());
        let off = std_dev * &noise;
        Ok(LatentSample { z: &off + &self.mean, log_variance_derivative: 0.5 * off, noise })
    }

    /// The two matrices hold something, are finite, and of one shape.
    pub(super) fn check(&self, [mean, log_variance]: [&'static str; 2]) -> Result<(), LossError> {
        check::all_finite(mean, &self.mean)?;
        check::all_finite(log_variance, &self.log_variance)?;
        check::same_shape(mean, self.mean.shape(), log_variance, self.log_variance.shape())
    }
}

/// What the fields of the only Gaussians among the arguments are called in errors.
pub(super) const NAMES: [&str; 2] = ["mean", "log_variance"];

/// Adds up what every dimension of every sample has as its value and its derivatives.
pub(super) fn add_up<const K: usize>(
    dimensions: Array2<(f64, [f64; K])>,
    ask: Ask,
) -> Result<(Losses, [Array2<f64>; K]), LossError> {
    let mut tally = ask.tally(dimensions.nrows())?;
    for (sample, dimensions) in dimensions.outer_iter().enumerate() {
        tally.add(sample, dimensions.iter().map(|(value, _)| *value).collect::<Sum>().total());
    }
    if !ask.wants_gradient() {
        return Ok((tally.finish(), [(); K].map(|()| Array2::default((0, 0)))));
    }
    let n = dimensions.nrows() as f64;
    let gradient = |k: usize| dimensions.map(|(_, derivatives)| derivatives[k] / n);
    Ok((tally.finish(), std::array::from_fn(gradient)))
}

/// A gradient with respect to Gaussians: one matrix for each of theirs, in its shape.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// let gradient = StandardKl.gradient(Gaussians::new(&[[3.0]], &[[0.0]]))?;
/// assert_eq!(gradient, GaussianGradient { mean: array![[3.0]], log_variance: array![[0.0]] });
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
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
/// assert_eq!(sample.log_variance_derivative, 0.5 * &sample.noise);
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LatentSample {
    /// The points, `mean + exp(log_variance / 2) noise`: `[n, latent]`.
    pub z: Array2<f64>,
    /// The standard normal noise: `[n, latent]`.
    pub noise: Array2<f64>,
    /// `dz / dlog_variance = exp(log_variance / 2) noise / 2`: `[n, latent]`. (`dz / dmean` is 1.)
    pub log_variance_derivative: Array2<f64>,
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
    pub fn gradient(&self, z_gradient: impl Matrix) -> Result<GaussianGradient, LossError> {
        let mean = z_gradient.as_matrix();
        check::all_finite("z_gradient", &mean)?;
        check::same_shape("z", self.z.shape(), "z_gradient", mean.shape())?;
        let chain = |&outer: &f64, &inner: &f64| weighted(outer, inner);
        let log_variance = Zip::from(mean).and(&self.log_variance_derivative).map_collect(chain);
        Ok(GaussianGradient { mean: mean.to_owned(), log_variance })
    }
}
