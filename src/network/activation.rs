//! What a unit makes of its sum.

use std::fmt;

use ndarray::Array1;
use rand::distr::Distribution;
use rand_chacha::ChaCha8Rng;
use statrs::distribution::Uniform;

use super::approximate_sigmoid;
use super::initialisation::Initialisation;
use crate::error::LossError;
use crate::loss::Vector;
use crate::numeric::{check, exp};

/// SELU's alpha: with [`SELU_SCALE`], mean 0 and variance 1 stay what they are.
pub const SELU_ALPHA: f64 = 1.6732632423543772848170429916717;

/// SELU's scale: the derivative for positive inputs.
pub const SELU_SCALE: f64 = 1.0507009873554804934193349852946;

/// An activation: what a unit makes of its sum `x`.
///
/// | activation | value | derivative |
/// | --- | --- | --- |
/// | [`LINEAR`](Self::LINEAR) | `x` | 1 |
/// | [`STEP`](Self::STEP) | 1 where `x >= 0`, else 0 | 0 |
/// | [`SIGMOID`](Self::SIGMOID) | `1 / (1 + exp(-x))` | `value (1 - value)` |
/// | [`APPROXIMATE_SIGMOID`](Self::APPROXIMATE_SIGMOID) | the sigmoid without `exp` | of its pieces |
/// | [`TANH`](Self::TANH) | `tanh x` | `1 - value^2` |
/// | [`RELU`](Self::RELU) | `max(0, x)` | 1 where `x > 0`, else 0 |
/// | [`RELU6`](Self::RELU6) | `min(max(0, x), 6)` | 1 where `0 < x < 6`, else 0 |
/// | [`leaky_relu`](Self::leaky_relu) | `x` where `x > 0`, else `a x` | 1, or `a` |
/// | [`prelu`](Self::prelu) | the same, `a` being learnt | the same |
/// | [`rrelu`](Self::rrelu) | the same, `a` being drawn in training | the same |
/// | [`elu`](Self::elu) | `x` where `x > 0`, else `alpha (exp(x) - 1)` | 1, or `alpha exp(x)` |
/// | [`SELU`](Self::SELU) | `scale` times ELU | `scale` times ELU's |
///
/// **At a kink** the table says which one-sided derivative is taken: at 0 that of the left side, as
/// in PyTorch (the lecture's PReLU would take the right one); for ReLU6 at 6, 0; for the jump of the
/// step, 0. Nothing overflows that need not: `exp` is only taken of negative numbers, and `expm1`
/// keeps the digits near 0.
///
/// ```
/// # use lossbook::prelude::*;
/// let x = [-2.0, 0.0, 3.0];
/// assert_eq!(Activation::RELU.map(&x)?, array![0.0, 0.0, 3.0]);
/// assert_eq!(Activation::leaky_relu(0.5)?.map(&x)?, array![-1.0, 0.0, 3.0]);
/// assert_eq!(Activation::leaky_relu(0.5)?.derivatives(&x)?, array![0.5, 0.5, 1.0]);
/// for activation in [Activation::TANH, Activation::SELU, Activation::elu(1.0)?] {
///     println!("{activation}: {:.3}", activation.value(-1.0));
/// }
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: C.-S. Huang, "Neural networks and loss functions" (lecture), "Activation function".
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Activation(Kind);

/// The activations, each with what was asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Linear,
    Step,
    Sigmoid,
    ApproximateSigmoid,
    Tanh,
    Relu,
    Relu6,
    LeakyRelu { a: f64 },
    PRelu { a: f64 },
    RRelu { lower: f64, upper: f64 },
    Elu { alpha: f64 },
    Selu { alpha: f64, scale: f64 },
}

impl Activation {
    /// No activation: `x` itself. Layers of such units are no more than one such layer.
    pub const LINEAR: Self = Self(Kind::Linear);

    /// The step of the perceptron: 1 where `x >= 0`, else 0, so 1 at 0 as the lecture has it.
    ///
    /// Its derivative is 0 wherever there is one (and is taken as 0 at the jump): nothing is learnt
    /// through it.
    #[doc(alias = "Heaviside")]
    pub const STEP: Self = Self(Kind::Step);

    /// The sigmoid (logistic function): `1 / (1 + exp(-x))`, between 0 and 1.
    #[doc(alias("logistic", "expit"))]
    pub const SIGMOID: Self = Self(Kind::Sigmoid);

    /// The lecture's sigmoid without an exponential, as its code (`fast_sigmoid2`) computes it: off by
    /// at most 0.0276, at `abs(x) = 0.539`.
    ///
    /// With `h = abs(x) / 2`:
    ///
    /// ```text
    /// z = 1.5 h / (1 + h)                  where h < 1.7
    /// z = 0.9444 + 0.0459 (h - 1.7)        where 1.7 <= h < 2.9
    /// z = 0.9997                           where 2.9 <= h
    /// value = (1 + z) / 2, for x < 0 (1 - z) / 2
    /// ```
    ///
    /// The lecture's formula differs from its code: see [`printed_sigmoid`](super::printed_sigmoid). At
    /// the edges the value jumps, outwards down by 0.000022 at `abs(x) = 3.4` and up by 0.00011 at 5.8, and
    /// the derivative is that of the outer piece.
    #[doc(alias("hard_sigmoid", "fast_sigmoid"))]
    pub const APPROXIMATE_SIGMOID: Self = Self(Kind::ApproximateSigmoid);

    /// The hyperbolic tangent, between -1 and 1: `2 sigmoid(2 x) - 1`.
    pub const TANH: Self = Self(Kind::Tanh);

    /// Rectified linear unit: `max(0, x)`; derivative 0 at 0.
    pub const RELU: Self = Self(Kind::Relu);

    /// ReLU that ends at 6: `min(max(0, x), 6)`; derivative 0 at 0 and at 6.
    pub const RELU6: Self = Self(Kind::Relu6);

    /// Scaled exponential linear unit: `scale x` where `x > 0`, else `scale alpha (exp(x) - 1)`, with
    /// [`SELU_ALPHA`] and [`SELU_SCALE`]: a normal input of mean 0 and variance 1 gives an output of
    /// mean 0 and variance 1.
    ///
    /// Source: G. Klambauer et al., "Self-normalizing neural networks" (2017), equation 14.
    pub const SELU: Self = Self(Kind::Selu { alpha: SELU_ALPHA, scale: SELU_SCALE });

    /// Leaky ReLU: `x` where `x > 0`, else `a x`. The lecture has a = 0.1, libraries 0.01.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Activation::leaky_relu(0.1)?.value(-3.0), -3.0 * 0.1);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// Source: A. L. Maas et al., "Rectifier nonlinearities improve neural network acoustic models"
    /// (2013).
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `a` is finite.
    pub fn leaky_relu(a: f64) -> Result<Self, LossError> {
        Ok(Self(Kind::LeakyRelu { a: check::in_range(a.is_finite(), "a", a, "a finite")? }))
    }

    /// Parametric ReLU: a leaky ReLU whose `a` is learnt with the weights, one for a layer. It usually
    /// starts at 0.25.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let prelu = Activation::prelu(0.25)?;
    /// assert_eq!(prelu.learnt(), Some(0.25));
    /// assert_eq!(prelu.value(-4.0), -1.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// Source: K. He et al., "Delving deep into rectifiers" (2015), equation 1.
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `a` is finite.
    pub fn prelu(a: f64) -> Result<Self, LossError> {
        Ok(Self(Kind::PRelu { a: check::in_range(a.is_finite(), "a", a, "a finite")? }))
    }

    /// Randomised ReLU: a leaky ReLU whose `a` is drawn from `U(lower, upper)` in training, anew for
    /// every unit, sample and step, and is `(lower + upper) / 2` otherwise (as in PyTorch). The usual
    /// range is 1/8 to 1/3.
    ///
    /// [`value`](Self::value) and [`derivative`](Self::derivative) are those outside of training.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Activation::rrelu(0.125, 0.375)?.value(-4.0), -1.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// Source: B. Xu et al., "Empirical evaluation of rectified activations in convolutional network"
    /// (2015). (It writes `x / a`, with a from 3 to 8.)
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless both are finite and `lower <= upper`.
    pub fn rrelu(lower: f64, upper: f64) -> Result<Self, LossError> {
        check::in_range(lower.is_finite(), "lower", lower, "lower finite")?;
        check::in_range(upper.is_finite(), "upper", upper, "upper finite")?;
        check::in_range(lower <= upper, "upper - lower", upper - lower, "lower <= upper")?;
        Ok(Self(Kind::RRelu { lower, upper }))
    }

    /// Exponential linear unit: `x` where `x > 0`, else `alpha (exp(x) - 1)`; alpha is usually 1. With
    /// any other there is a kink at 0, where the derivative is alpha.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Activation::elu(2.0)?.value(-1000.0), -2.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// Source: D.-A. Clevert et al., "Fast and accurate deep network learning by exponential linear
    /// units (ELUs)" (2016), equation 15.
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `alpha >= 0` and finite.
    pub fn elu(alpha: f64) -> Result<Self, LossError> {
        check::at_least_zero("alpha", alpha, "alpha >= 0 and finite")?;
        Ok(Self(Kind::Elu { alpha }))
    }

    /// [`SELU`](Self::SELU) with both constants rounded to so many decimals: the lecture's experiment.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let rough = Activation::selu_rounded(2)?;
    /// assert_eq!(rough.value(1.0), 1.05);
    /// assert_eq!(rough.value(-1000.0), -1.05 * 1.67);
    /// assert_eq!(Activation::selu_rounded(16)?, Activation::SELU);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `decimals <= 16`, which is all that an `f64` holds of them.
    pub fn selu_rounded(decimals: usize) -> Result<Self, LossError> {
        check::in_range(decimals <= 16, "decimals", decimals as f64, "decimals <= 16")?;
        // Printed and read again, so that 1.673 is the double that one gets by writing 1.673.
        let round = |value: f64| format!("{value:.decimals$}").parse().unwrap_or(value);
        Ok(Self(Kind::Selu { alpha: round(SELU_ALPHA), scale: round(SELU_SCALE) }))
    }

    /// The activation at `x`, and its derivative there; NaN for NaN. The type's page says what is taken
    /// at a kink.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Activation::SIGMOID.value_and_derivative(0.0), (0.5, 0.25));
    /// assert_eq!(Activation::RELU.value_and_derivative(0.0), (0.0, 0.0));
    /// ```
    #[inline(always)]
    pub fn value_and_derivative(&self, x: f64) -> (f64, f64) {
        if x.is_nan() {
            return (x, x);
        }
        match self.0 {
            Kind::Linear => (x, 1.0),
            Kind::Step => (f64::from(x >= 0.0), 0.0),
            Kind::Sigmoid => sigmoid(x),
            Kind::ApproximateSigmoid => approximate_sigmoid::value_and_derivative(x),
            Kind::Tanh => (x.tanh(), 4.0 * sigmoid(2.0 * x).1),
            Kind::Relu => (x.max(0.0) + 0.0, f64::from(x > 0.0)),
            Kind::Relu6 => (x.clamp(0.0, 6.0) + 0.0, f64::from(x > 0.0 && x < 6.0)),
            Kind::LeakyRelu { a } | Kind::PRelu { a } => leaky(a, x),
            Kind::RRelu { lower, upper } => leaky(between(lower, upper, 0.5), x),
            Kind::Elu { alpha } => elu(alpha, 1.0, x),
            Kind::Selu { alpha, scale } => elu(alpha, scale, x),
        }
    }

    /// The activation at `x`; NaN for NaN.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Activation::SIGMOID.value(0.0), 0.5);
    /// assert_eq!(Activation::SIGMOID.value(-1000.0), 0.0);
    /// ```
    #[inline]
    pub fn value(&self, x: f64) -> f64 {
        self.value_and_derivative(x).0
    }

    /// The derivative of [`value`](Self::value) at `x`; NaN for NaN. The type's page says what is taken
    /// at a kink.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Activation::SIGMOID.derivative(0.0), 0.25);
    /// assert_eq!(Activation::RELU.derivative(0.0), 0.0);
    /// // 1 - tanh(x)^2 would be 0 here.
    /// assert!(Activation::TANH.derivative(30.0) > 3e-26);
    /// ```
    #[doc(alias = "slope")]
    #[inline]
    pub fn derivative(&self, x: f64) -> f64 {
        self.value_and_derivative(x).1
    }

    /// [`value`](Self::value) of each number: `[n]` in, `[n]` out.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Activation::RELU6.map(&[-1.0, 2.0, 7.0])?, array![0.0, 2.0, 6.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`]; [`LossError::NotFinite`] for a NaN or an infinity, which names where.
    pub fn map(&self, x: impl Vector) -> Result<Array1<f64>, LossError> {
        check::all_finite("x", &x.as_vector())?;
        Ok(x.as_vector().mapv(|x| self.value(x)))
    }

    /// [`derivative`](Self::derivative) at each number: `[n]` in, `[n]` out.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Activation::RELU6.derivatives(&[-1.0, 2.0, 7.0])?, array![0.0, 1.0, 0.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`]; [`LossError::NotFinite`] for a NaN or an infinity, which names where.
    #[doc(alias = "slopes")]
    pub fn derivatives(&self, x: impl Vector) -> Result<Array1<f64>, LossError> {
        check::all_finite("x", &x.as_vector())?;
        Ok(x.as_vector().mapv(|x| self.derivative(x)))
    }

    /// The parameter that is learnt with the weights: PReLU's `a`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Activation::leaky_relu(0.25)?.learnt(), None);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn learnt(&self) -> Option<f64> {
        if let Kind::PRelu { a } = self.0 { Some(a) } else { None }
    }

    /// The derivative of [`value`](Self::value) with respect to the [learnt](Self::learnt) parameter:
    /// for PReLU `min(0, x)`; 0 where nothing is learnt.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let prelu = Activation::prelu(0.25)?;
    /// assert_eq!((prelu.derivative_in_learnt(-3.0), prelu.derivative_in_learnt(3.0)), (-3.0, 0.0));
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn derivative_in_learnt(&self, x: f64) -> f64 {
        let learns = self.learnt().is_some() && x < 0.0;
        if learns || x.is_nan() { x } else { 0.0 }
    }

    /// How the weights of a layer with this activation usually start: [`Initialisation::LeCunNormal`]
    /// for SELU, [`Initialisation::HeNormal`] for ELU and the ReLU family, otherwise
    /// [`Initialisation::GlorotUniform`].
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Activation::RELU.initialisation(), Initialisation::HeNormal);
    /// ```
    pub fn initialisation(&self) -> Initialisation {
        match self.0 {
            Kind::Selu { .. } => Initialisation::LeCunNormal,
            Kind::Linear | Kind::Step | Kind::Tanh | Kind::Sigmoid | Kind::ApproximateSigmoid => {
                Initialisation::GlorotUniform
            }
            _ => Initialisation::HeNormal,
        }
    }

    pub(super) fn learnt_mut(&mut self) -> Option<&mut f64> {
        if let Kind::PRelu { a } = &mut self.0 { Some(a) } else { None }
    }

    /// What it is for one unit, sample and step of training.
    pub(super) fn drawn(self, random: &mut ChaCha8Rng) -> Self {
        let Kind::RRelu { lower, upper } = self.0 else { return self };
        Self(Kind::LeakyRelu { a: between(lower, upper, Uniform::standard().sample(random)) })
    }
}

/// As in papers, with the parameters: `LeakyReLU(0.1)`.
impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Kind::Linear => f.pad("linear"),
            Kind::Step => f.pad("step"),
            Kind::Sigmoid => f.pad("sigmoid"),
            Kind::ApproximateSigmoid => f.pad("approximate sigmoid"),
            Kind::Tanh => f.pad("tanh"),
            Kind::Relu => f.pad("ReLU"),
            Kind::Relu6 => f.pad("ReLU6"),
            Kind::LeakyRelu { a } => f.pad(&format!("LeakyReLU({a})")),
            Kind::PRelu { a } => f.pad(&format!("PReLU({a})")),
            Kind::RRelu { lower, upper } => f.pad(&format!("RReLU({lower}, {upper})")),
            Kind::Elu { alpha } => f.pad(&format!("ELU({alpha})")),
            Kind::Selu { .. } if *self == Self::SELU => f.pad("SELU"),
            Kind::Selu { alpha, scale } => f.pad(&format!("SELU({alpha}, {scale})")),
        }
    }
}

/// `1 / (1 + exp(-x))`, `exp` being taken of a negative number on either side, and its derivative
/// `value (1 - value)`, without the difference.
fn sigmoid(x: f64) -> (f64, f64) {
    let small = exp(-x.abs());
    let total = 1.0 + small;
    (if x >= 0.0 { 1.0 } else { small } / total, small / (total * total))
}

/// `x` where `x > 0`, else `a x`; never -0.
fn leaky(a: f64, x: f64) -> (f64, f64) {
    if x > 0.0 { (x, 1.0) } else { (a * x + 0.0, a) }
}

/// `scale x` where `x > 0`, else `scale alpha (exp(x) - 1)`; never -0.
fn elu(alpha: f64, scale: f64, x: f64) -> (f64, f64) {
    if x > 0.0 {
        (scale * x, scale)
    } else {
        (scale * (alpha * x.exp_m1()) + 0.0, scale * (alpha * exp(x)))
    }
}

/// The number that lies `share` of the way from `lower` to `upper`.
fn between(lower: f64, upper: f64, share: f64) -> f64 {
    lower * (1.0 - share) + upper * share
}
