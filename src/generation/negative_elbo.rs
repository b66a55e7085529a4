//! The loss of a variational autoencoder.

use std::f64::consts::TAU;

use ndarray::{Array1, Array2, ArrayView2, Zip};

use super::gaussians::{GaussianGradient, Gaussians, NAMES};
use super::standard_kl::StandardKl;
use crate::classification::{BinaryCrossEntropy, BinaryLoss};
use crate::error::LossError;
use crate::loss::{Ask, Losses, Matrix, words};
use crate::numeric::{Domain, Sum, check, weighted};

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
///   even a perfect decoder pays their entropy). Derivative: `p - x`.
/// - [`gaussian`](Self::gaussian): `(x - a)^2 / (2 variance) + ln(2 pi variance) / 2` for a pixel. The
///   second term, the normalising constant, belongs to the bound; it teaches nothing, and makes losses
///   negative where the variance is below `1 / (2 pi)`. Derivative:
///   `(a - x) / variance`.
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
///
/// // Two samples: the first pays for its pixel, the second for its Gaussian.
/// let (x, a) = ([[1.0], [0.0]], [[0.0], [-800.0]]);
/// let posterior = Gaussians::new(&[[0.0], [2.0]], &[[0.0], [0.0]]);
/// assert_eq!(loss.each(&x, &a, posterior)?, array![2.0_f64.ln(), 2.0]);
/// let (mean, gradient) = loss.mean_and_gradient(&x, &a, posterior)?;
/// assert_eq!((mean, gradient.prediction), (1.0 + 0.5 * 2.0_f64.ln(), array![[-0.25], [0.0]]));
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: D. P. Kingma, M. Welling, "Auto-encoding variational Bayes" (2013), equation 10 and
/// appendix C; I. Higgins et al., "beta-VAE" (2017), for beta; "Losses, part 2" (lecture, CMU 11-785).
#[doc(alias("ELBO", "VAE", "beta-VAE"))]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NegativeElbo {
    pixel: Pixel,
    beta: f64,
}

/// How a pixel is distributed, given the decoder's output.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Pixel {
    Bernoulli,
    Gaussian { std_dev: f64, constant: f64 },
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
#[derive(Debug, Clone, PartialEq, Default)]
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
    #[doc(alias = "BCEWithLogitsLoss")]
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
    #[doc(alias = "GaussianNLLLoss")]
    pub fn gaussian(variance: f64) -> Result<Self, LossError> {
        check::positive("variance", variance, "variance > 0 and finite")?;
        let constant = 0.5 * (variance.ln() + TAU.ln());
        Ok(Self { pixel: Pixel::Gaussian { std_dev: variance.sqrt(), constant }, beta: 1.0 })
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
    pub fn parts(
        &self,
        target: impl Matrix,
        prediction: impl Matrix,
        posterior: Gaussians<'_>,
    ) -> Result<ElboParts, LossError> {
        let (target, prediction) = (target.as_matrix(), prediction.as_matrix());
        let (losses, _) = self.reconstruct(target, prediction, posterior)?;
        let reconstruction = losses.into_iter().collect::<Sum>().mean();
        Ok(ElboParts { reconstruction, kl: StandardKl.mean(posterior)? })
    }

    words!(pub (target: impl Matrix => target.as_matrix(),
                prediction: impl Matrix => prediction.as_matrix(),
                posterior: Gaussians<'_> => posterior) -> ElboGradient);

    fn evaluate(
        &self,
        target: ArrayView2<f64>,
        prediction: ArrayView2<f64>,
        posterior: Gaussians,
        ask: Ask,
    ) -> Result<(Losses, ElboGradient), LossError> {
        let (reconstruction, derivatives) = self.reconstruct(target, prediction, posterior)?;
        let mut tally = ask.tally(target.nrows())?;
        for (sample, kl) in StandardKl.each(posterior)?.into_iter().enumerate() {
            tally.add(sample, reconstruction[sample] + weighted(self.beta, kl));
        }
        if !ask.wants_gradient() {
            return Ok((tally.finish(), ElboGradient::default()));
        }
        let mut posterior = StandardKl.gradient(posterior)?;
        posterior.mean.mapv_inplace(|derivative| weighted(self.beta, derivative));
        posterior.log_variance.mapv_inplace(|derivative| weighted(self.beta, derivative));
        let prediction = derivatives / target.nrows() as f64;
        Ok((tally.finish(), ElboGradient { prediction, posterior }))
    }

    /// The reconstruction of every sample, and its derivative by each number of the prediction, once
    /// all arguments are found to fit.
    fn reconstruct(
        &self,
        target: ArrayView2<f64>,
        prediction: ArrayView2<f64>,
        posterior: Gaussians,
    ) -> Result<(Array1<f64>, Array2<f64>), LossError> {
        let bits = self.pixel == Pixel::Bernoulli;
        let domain = if bits { Domain::Probability } else { Domain::Finite };
        check::all_in(domain, "target", &target)?;
        check::all_finite("prediction", &prediction)?;
        check::same_shape("target", target.shape(), "prediction", prediction.shape())?;
        posterior.check(NAMES)?;
        let (samples, gaussians) = (target.nrows(), posterior.mean.nrows());
        check::same_length("a column of target", samples, "a column of mean", gaussians)?;
        let mut derivatives = Array2::zeros(prediction.dim());
        let rows = Zip::from(derivatives.rows_mut()).and(target.rows()).and(prediction.rows());
        let losses = rows.map_collect(|derivatives, target, prediction| {
            let mut loss = Sum::ZERO;
            Zip::from(derivatives).and(target).and(prediction).for_each(|derivative, &x, &a| {
                let found = self.pixel.value_and_derivative(x, a);
                loss.add(found.0);
                *derivative = found.1;
            });
            loss.total()
        });
        Ok((losses, derivatives))
    }
}

impl Pixel {
    /// Of one pixel, with the derivative by the decoder's output.
    fn value_and_derivative(self, x: f64, a: f64) -> (f64, f64) {
        match self {
            Self::Bernoulli => {
                BinaryCrossEntropy::from_logits().expected_value_and_derivative(x, a)
            }
            Self::Gaussian { std_dev, constant } => {
                let z = (a - x) / std_dev;
                (0.5 * z * z + constant, z / std_dev)
            }
        }
    }
}
