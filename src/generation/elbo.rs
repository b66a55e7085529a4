//! The loss of a variational autoencoder.

use std::f64::consts::TAU;

use ndarray::{Array1, Array2, ArrayView2, Zip};

use super::gaussians::{GaussianGradient, Gaussians};
use super::kl::StandardKl;
use super::{all_finite, same_shape, weighted};
use crate::classification::{BinaryCrossEntropy, loss_and_slope};
use crate::error::{LossError, check};
use crate::sum::Sum;

/// The negative evidence lower bound (ELBO), the loss of a variational autoencoder: what it costs to
/// rebuild a sample `x` from a point `z`, plus what the encoder says of the sample. In nats.
///
/// ```text
/// -ELBO = -ln p(x given z) + beta KL(N(m, exp(s)) || N(0, I))  >=  -ln p(x)   on average, at beta = 1
/// ```
///
/// The reconstruction is summed over pixels, the [divergence](StandardKl) over latent dimensions: were
/// they averaged, their balance would depend on the image's size. One point `z` per sample stands for
/// the mean over all of them. `p(x given z)` is, with the decoder's output `a`:
///
/// - [`bernoulli`](Self::bernoulli): `-x ln p - (1 - x) ln(1 - p)` for a pixel, `p = sigmoid(a)`: the
///   [binary cross-entropy](BinaryCrossEntropy) of logits. Pixels are 0 or 1, or grey between them (then
///   even a perfect decoder pays their entropy). Slope: `p - x`.
/// - [`gaussian`](Self::gaussian): `(x - a)^2 / (2 variance) + ln(2 pi variance) / 2` for a pixel. The
///   second term, the normalising constant, belongs to the bound; it teaches nothing, and makes losses
///   negative where the variance is below `1 / (2 pi)`. Slope: `(a - x) / variance`.
///
/// # Arguments, shapes, errors
///
/// Target `x` and prediction `a` are `[n, pixels]` (an image row after row), target first; then the
/// encoder's [`Gaussians`], `[n, latent]`. All methods refuse an empty argument ([`LossError::Empty`]),
/// different shapes ([`LossError::ShapeMismatch`], [`LossError::LengthMismatch`]), a NaN or an infinity
/// ([`LossError::NotFinite`]) and, for Bernoulli, a target outside of 0 to 1
/// ([`LossError::NotProbability`]).
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// let loss = NegativeElbo::bernoulli();
/// // Two pixels, of which the decoder knows nothing, and a Gaussian that is off by 3.
/// let posterior = Gaussians::new(&[[3.0]], &[[0.0]]);
/// let parts = loss.parts(&[[1.0, 0.0]], &[[0.0, 0.0]], posterior)?;
/// assert_eq!(parts, ElboParts { reconstruction: 2.0 * 2.0_f64.ln(), kl: 4.5 });
/// assert_eq!(loss.mean(&[[1.0, 0.0]], &[[0.0, 0.0]], posterior)?, 2.0 * 2.0_f64.ln() + 4.5);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: D. P. Kingma, M. Welling, "Auto-encoding variational Bayes" (2013), equation 10 and
/// appendix C; I. Higgins et al., "beta-VAE" (2017), for beta; "Losses, part 2" (lecture, CMU 11-785).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NegativeElbo {
    pixel: Pixel,
    beta: f64,
}

/// How a pixel is distributed, given the decoder's output.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Pixel {
    Bernoulli,
    Gaussian { deviation: f64, constant: f64 },
}

/// The two parts of a [`NegativeElbo`], each the mean over samples, in nats.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// let posterior = Gaussians::new(&[[3.0]], &[[0.0]]);
/// let loss = NegativeElbo::bernoulli().with_beta(0.5)?;
/// let parts = loss.parts(&[[1.0]], &[[0.0]], posterior)?;
/// assert_eq!(parts.kl, 4.5);
/// assert_eq!(loss.mean(&[[1.0]], &[[0.0]], posterior)?, parts.reconstruction + 0.5 * parts.kl);
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ElboParts {
    /// `-ln p(x given z)`, summed over pixels.
    pub reconstruction: f64,
    /// The divergence, summed over latent dimensions; not yet multiplied by beta.
    pub kl: f64,
}

/// The gradient of a [`NegativeElbo`].
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// let posterior = Gaussians::new(&[[3.0]], &[[0.0]]);
/// let gradient = NegativeElbo::bernoulli().gradient(&[[1.0]], &[[0.0]], posterior)?;
/// assert_eq!(gradient.prediction, array![[-0.5]]);
/// assert_eq!(gradient.posterior.mean, array![[3.0]]);
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ElboGradient {
    /// With respect to the decoder's output: `[n, pixels]`.
    pub prediction: Array2<f64>,
    /// With respect to the encoder's, of the divergence alone: `[n, latent]` twice. What the decoder
    /// passes back through `z` comes on top, see [`LatentSample::gradient`](super::LatentSample::gradient).
    pub posterior: GaussianGradient,
}

impl NegativeElbo {
    /// For pixels that are on or off, or grey: the prediction is their logits.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let standard = Gaussians::new(&[[0.0]], &[[0.0]]);
    /// let mean = NegativeElbo::bernoulli().mean(&[[0.0, 1.0]], &[[-1e4, -50.0]], standard)?;
    /// assert_eq!(mean, 50.0);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn bernoulli() -> Self {
        Self { pixel: Pixel::Bernoulli, beta: 1.0 }
    }

    /// For pixels of any size around the prediction, with this variance (in the pixels' unit,
    /// squared): 1 where nothing better is known. The smaller, the more the reconstruction counts.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let standard = Gaussians::new(&[[0.0]], &[[0.0]]);
    /// let loss = NegativeElbo::gaussian(1.0)?;
    /// assert_eq!(loss.mean(&[[3.0]], &[[1.0]], standard)?, 2.0 + 0.5 * std::f64::consts::TAU.ln());
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `variance > 0` and finite.
    pub fn gaussian(variance: f64) -> Result<Self, LossError> {
        if !(variance > 0.0 && variance.is_finite()) {
            let allowed = "variance > 0 and finite";
            return Err(LossError::BadParameter { name: "variance", value: variance, allowed });
        }
        let constant = 0.5 * (variance.ln() + TAU.ln());
        Ok(Self { pixel: Pixel::Gaussian { deviation: variance.sqrt(), constant }, beta: 1.0 })
    }

    /// Multiplies the divergence (beta-VAE): above 1 for latent dimensions that each mean something
    /// of their own, below 1 for sharper pictures. Only 1, the default, makes it a bound.
    ///
    /// ```
    /// # use lossbook::generation::*;
    /// assert!(NegativeElbo::bernoulli().with_beta(4.0).is_ok());
    /// assert!(NegativeElbo::bernoulli().with_beta(-1.0).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `beta >= 0` and finite.
    pub fn with_beta(self, beta: f64) -> Result<Self, LossError> {
        Ok(Self { beta: check::at_least_zero("beta", beta, "beta >= 0 and finite")?, ..self })
    }

    /// The loss of every sample: `[n]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let posterior = Gaussians::new(&[[0.0], [2.0]], &[[0.0], [0.0]]);
    /// let losses = NegativeElbo::bernoulli().each(&[[1.0], [0.0]], &[[0.0], [-800.0]], posterior)?;
    /// assert_eq!(losses, array![2.0_f64.ln(), 2.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](NegativeElbo#arguments-shapes-errors).
    pub fn each<'t, 'p>(
        &self,
        target: impl Into<ArrayView2<'t, f64>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
        posterior: Gaussians<'_>,
    ) -> Result<Array1<f64>, LossError> {
        let (reconstruction, kl) = self.terms(target.into(), prediction.into(), posterior)?;
        Ok(reconstruction + kl.mapv(|kl| weighted(self.beta, kl)))
    }

    /// The mean of the samples' losses.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let posterior = Gaussians::new(&[[0.0], [2.0]], &[[0.0], [0.0]]);
    /// let mean = NegativeElbo::bernoulli().mean(&[[1.0], [0.0]], &[[800.0], [-800.0]], posterior)?;
    /// assert_eq!(mean, 1.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](NegativeElbo#arguments-shapes-errors).
    pub fn mean<'t, 'p>(
        &self,
        target: impl Into<ArrayView2<'t, f64>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
        posterior: Gaussians<'_>,
    ) -> Result<f64, LossError> {
        Ok(self.each(target, prediction, posterior)?.into_iter().collect::<Sum>().mean())
    }

    /// The sum of the samples' losses.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let posterior = Gaussians::new(&[[0.0], [2.0]], &[[0.0], [0.0]]);
    /// let sum = NegativeElbo::bernoulli().sum(&[[1.0], [0.0]], &[[800.0], [-800.0]], posterior)?;
    /// assert_eq!(sum, 2.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](NegativeElbo#arguments-shapes-errors).
    pub fn sum<'t, 'p>(
        &self,
        target: impl Into<ArrayView2<'t, f64>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
        posterior: Gaussians<'_>,
    ) -> Result<f64, LossError> {
        Ok(self.each(target, prediction, posterior)?.into_iter().collect::<Sum>().total())
    }

    /// Reconstruction and divergence apart, each the mean over samples: which of the two a training
    /// is working on (and whether the divergence has gone to 0, the encoder saying nothing).
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let posterior = Gaussians::new(&[[0.0], [2.0]], &[[0.0], [0.0]]);
    /// let parts = NegativeElbo::bernoulli().parts(&[[1.0], [1.0]], &[[0.0], [0.0]], posterior)?;
    /// assert_eq!(parts, ElboParts { reconstruction: 2.0_f64.ln(), kl: 1.0 });
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](NegativeElbo#arguments-shapes-errors).
    pub fn parts<'t, 'p>(
        &self,
        target: impl Into<ArrayView2<'t, f64>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
        posterior: Gaussians<'_>,
    ) -> Result<ElboParts, LossError> {
        let (reconstruction, kl) = self.terms(target.into(), prediction.into(), posterior)?;
        Ok(ElboParts {
            reconstruction: reconstruction.into_iter().collect::<Sum>().mean(),
            kl: kl.into_iter().collect::<Sum>().mean(),
        })
    }

    /// The gradient of the **mean** loss with respect to the prediction, the means and the
    /// log-variances.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let posterior = Gaussians::new(&[[3.0]], &[[0.0]]);
    /// let gradient = NegativeElbo::gaussian(0.5)?.gradient(&[[1.0]], &[[4.0]], posterior)?;
    /// assert_eq!(format!("{:.10}", gradient.prediction), "[[6.0000000000]]");
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](NegativeElbo#arguments-shapes-errors).
    pub fn gradient<'t, 'p>(
        &self,
        target: impl Into<ArrayView2<'t, f64>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
        posterior: Gaussians<'_>,
    ) -> Result<ElboGradient, LossError> {
        Ok(self.mean_and_gradient(target, prediction, posterior)?.1)
    }

    /// [`mean`](Self::mean) and [`gradient`](Self::gradient) in one pass over the pixels.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let posterior = Gaussians::new(&[[3.0]], &[[0.0]]);
    /// let (mean, gradient) =
    ///     NegativeElbo::bernoulli().mean_and_gradient(&[[1.0]], &[[800.0]], posterior)?;
    /// assert_eq!((mean, gradient.prediction), (4.5, array![[0.0]]));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](NegativeElbo#arguments-shapes-errors).
    pub fn mean_and_gradient<'t, 'p>(
        &self,
        target: impl Into<ArrayView2<'t, f64>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
        posterior: Gaussians<'_>,
    ) -> Result<(f64, ElboGradient), LossError> {
        let (target, prediction) = (target.into(), prediction.into());
        self.check(&target, &prediction, &posterior)?;
        let n = target.nrows() as f64;
        let mut slopes = prediction.to_owned();
        let (kl, mut posterior) = StandardKl.each_and_gradient(posterior)?;
        let mut losses = Sum::ZERO;
        for ((target, mut slopes), kl) in target.rows().into_iter().zip(slopes.rows_mut()).zip(&kl)
        {
            let mut pixels = Sum::ZERO;
            Zip::from(&mut slopes).and(target).for_each(|value, &target| {
                let (loss, slope) = self.pixel.loss_and_slope(target, *value);
                pixels.add(loss);
                *value = slope / n;
            });
            losses.add(pixels.total() + weighted(self.beta, *kl));
        }
        posterior.mean.mapv_inplace(|slope| weighted(self.beta, slope));
        posterior.log_variance.mapv_inplace(|slope| weighted(self.beta, slope));
        Ok((losses.mean(), ElboGradient { prediction: slopes, posterior }))
    }

    /// Reconstruction and divergence of every sample.
    fn terms(
        &self,
        target: ArrayView2<'_, f64>,
        prediction: ArrayView2<'_, f64>,
        posterior: Gaussians<'_>,
    ) -> Result<(Array1<f64>, Array1<f64>), LossError> {
        self.check(&target, &prediction, &posterior)?;
        let rows = target.rows().into_iter().zip(prediction.rows());
        let reconstruction = rows.map(|(target, prediction)| {
            let pixels = target.into_iter().zip(prediction);
            pixels
                .map(|(&target, &a)| self.pixel.loss_and_slope(target, a).0)
                .collect::<Sum>()
                .total()
        });
        Ok((reconstruction.collect(), StandardKl.each(posterior)?))
    }

    fn check(
        &self,
        target: &ArrayView2<'_, f64>,
        prediction: &ArrayView2<'_, f64>,
        posterior: &Gaussians<'_>,
    ) -> Result<(), LossError> {
        all_finite("target", target)?;
        all_finite("prediction", prediction)?;
        same_shape("target", target, "prediction", prediction)?;
        if self.pixel == Pixel::Bernoulli {
            for ((row, column), &value) in target.indexed_iter() {
                check::probability("target", &[row, column], value)?;
            }
        }
        posterior.check(super::gaussians::NAMES)?;
        let (samples, gaussians) = (target.nrows(), posterior.mean.nrows());
        check::same_length("a column of target", samples, "a column of mean", gaussians)
    }
}

impl Pixel {
    /// Of one pixel, with respect to the decoder's output.
    fn loss_and_slope(self, target: f64, prediction: f64) -> (f64, f64) {
        match self {
            Self::Bernoulli => {
                loss_and_slope(&BinaryCrossEntropy::from_logits(), target, prediction)
            }
            Self::Gaussian { deviation, constant } => {
                let off = (prediction - target) / deviation;
                (0.5 * off * off + constant, off / deviation)
            }
        }
    }
}
