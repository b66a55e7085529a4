//! What a unit makes of its sum.

use std::fmt;

use ndarray::{Array1, ArrayView1};

use super::formulas::between;
use super::initialisation::Initialisation;
use super::kind::Kind;
use super::{finite_parameter, in_range};
use crate::error::{LossError, check};

/// SELU's alpha: with [`SELU_SCALE`], mean 0 and variance 1 stay what they are.
pub const SELU_ALPHA: f64 = 1.6732632423543772848170429916717;

/// SELU's scale: the slope for positive inputs.
pub const SELU_SCALE: f64 = 1.0507009873554804934193349852946;

/// An activation: what a unit makes of its sum `x`.
///
/// | activation | value | slope |
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
/// assert_eq!(Activation::leaky_relu(0.5)?.slopes(&x)?, array![0.5, 0.5, 1.0]);
/// for activation in [Activation::TANH, Activation::SELU, Activation::elu(1.0)?] {
///     println!("{activation}: {:.3}", activation.value(-1.0));
/// }
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: C.-S. Huang, "Neural networks and loss functions" (lecture), "Activation function".
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Activation(Kind);

impl Activation {
    /// No activation: `x` itself. Layers of such units are no more than one such layer.
    pub const LINEAR: Self = Self(Kind::Linear);

    /// The step of the perceptron: 1 where `x >= 0`, else 0, so 1 at 0 as the lecture has it.
    ///
    /// Its slope is 0 wherever there is one (and is taken as 0 at the jump): nothing is learnt
    /// through it.
    pub const STEP: Self = Self(Kind::Step);

    /// The sigmoid (logistic function): `1 / (1 + exp(-x))`, between 0 and 1.
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
    /// The lecture's formula differs from its code: see [`printed_sigmoid`](super::printed_sigmoid). The
    /// value jumps by less than 0.0001 at the edges, where the slope is that of the outer piece.
    pub const APPROXIMATE_SIGMOID: Self = Self(Kind::ApproximateSigmoid);

    /// The hyperbolic tangent, between -1 and 1: `2 sigmoid(2 x) - 1`.
    pub const TANH: Self = Self(Kind::Tanh);

    /// Rectified linear unit: `max(0, x)`; slope 0 at 0.
    pub const RELU: Self = Self(Kind::Relu);

    /// ReLU that ends at 6: `min(max(0, x), 6)`; slope 0 at 0 and at 6.
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
        finite_parameter("a", a, "a finite")?;
        Ok(Self(Kind::LeakyRelu { a }))
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
        finite_parameter("a", a, "a finite")?;
        Ok(Self(Kind::PRelu { a }))
    }

    /// Randomised ReLU: a leaky ReLU whose `a` is drawn from `U(lower, upper)` in training, anew for
    /// every unit, sample and step, and is `(lower + upper) / 2` otherwise (as in PyTorch). The usual
    /// range is 1/8 to 1/3.
    ///
    /// [`value`](Self::value) and [`slope`](Self::slope) are those outside of training.
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
        finite_parameter("lower", lower, "lower finite")?;
        finite_parameter("upper", upper, "upper finite")?;
        in_range(lower <= upper, "upper - lower", upper - lower, "lower <= upper")?;
        Ok(Self(Kind::RRelu { lower, upper }))
    }

    /// Exponential linear unit: `x` where `x > 0`, else `alpha (exp(x) - 1)`; alpha is usually 1. With
    /// any other there is a kink at 0, where the slope is alpha.
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
        let allowed = alpha >= 0.0 && alpha.is_finite();
        in_range(allowed, "alpha", alpha, "alpha >= 0 and finite")?;
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
        in_range(decimals <= 16, "decimals", decimals as f64, "decimals <= 16")?;
        // Printed and read again, so that 1.673 is the double that one gets by writing 1.673.
        let round = |value: f64| format!("{value:.decimals$}").parse().unwrap_or(value);
        Ok(Self(Kind::Selu { alpha: round(SELU_ALPHA), scale: round(SELU_SCALE) }))
    }

    /// The activation at `x`; NaN for NaN.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Activation::SIGMOID.value(0.0), 0.5);
    /// assert_eq!(Activation::SIGMOID.value(-1000.0), 0.0);
    /// ```
    pub fn value(&self, x: f64) -> f64 {
        if x.is_nan() {
            return x;
        }
        self.0.value(x)
    }

    /// The derivative of [`value`](Self::value) at `x`; NaN for NaN. The type's page says what is taken
    /// at a kink.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Activation::SIGMOID.slope(0.0), 0.25);
    /// assert_eq!(Activation::RELU.slope(0.0), 0.0);
    /// // 1 - tanh(x)^2 would be 0 here.
    /// assert!(Activation::TANH.slope(30.0) > 3e-26);
    /// ```
    pub fn slope(&self, x: f64) -> f64 {
        if x.is_nan() {
            return x;
        }
        self.0.slope(x)
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
    pub fn map<'x>(&self, x: impl Into<ArrayView1<'x, f64>>) -> Result<Array1<f64>, LossError> {
        Ok(checked(x.into())?.mapv(|x| self.value(x)))
    }

    /// [`slope`](Self::slope) at each number: `[n]` in, `[n]` out.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Activation::RELU6.slopes(&[-1.0, 2.0, 7.0])?, array![0.0, 1.0, 0.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`]; [`LossError::NotFinite`] for a NaN or an infinity, which names where.
    pub fn slopes<'x>(&self, x: impl Into<ArrayView1<'x, f64>>) -> Result<Array1<f64>, LossError> {
        Ok(checked(x.into())?.mapv(|x| self.slope(x)))
    }

    /// The parameter that is learnt with the weights: PReLU's `a`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Activation::leaky_relu(0.25)?.learnt(), None);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn learnt(&self) -> Option<f64> {
        match self.0 {
            Kind::PRelu { a } => Some(a),
            _ => None,
        }
    }

    /// The derivative of [`value`](Self::value) with respect to the [learnt](Self::learnt) parameter:
    /// for PReLU `min(0, x)`; 0 where nothing is learnt.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let prelu = Activation::prelu(0.25)?;
    /// assert_eq!((prelu.slope_in_learnt(-3.0), prelu.slope_in_learnt(3.0)), (-3.0, 0.0));
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn slope_in_learnt(&self, x: f64) -> f64 {
        match self.0 {
            _ if x.is_nan() => x,
            Kind::PRelu { .. } => x.min(0.0) + 0.0,
            _ => 0.0,
        }
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
            Kind::Relu | Kind::Relu6 | Kind::Elu { .. } => Initialisation::HeNormal,
            Kind::LeakyRelu { .. } | Kind::PRelu { .. } | Kind::RRelu { .. } => {
                Initialisation::HeNormal
            }
            Kind::Linear | Kind::Step | Kind::Tanh => Initialisation::GlorotUniform,
            Kind::Sigmoid | Kind::ApproximateSigmoid => Initialisation::GlorotUniform,
        }
    }

    /// The same with another learnt parameter.
    pub(super) fn with_learnt(self, a: f64) -> Self {
        match self.0 {
            Kind::PRelu { .. } => Self(Kind::PRelu { a }),
            _ => self,
        }
    }

    /// The range from which the slope for negative inputs is drawn in training.
    pub(super) fn drawn_from(&self) -> Option<(f64, f64)> {
        match self.0 {
            Kind::RRelu { lower, upper } => Some((lower, upper)),
            _ => None,
        }
    }

    /// The slope for negative inputs of a member of the ReLU family; 0 for others.
    pub(super) fn leak(&self) -> f64 {
        match self.0 {
            Kind::LeakyRelu { a } | Kind::PRelu { a } => a,
            Kind::RRelu { lower, upper } => between(lower, upper, 0.5),
            _ => 0.0,
        }
    }
}

/// As in papers, with the parameters: `LeakyReLU(0.1)`.
impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn checked(x: ArrayView1<f64>) -> Result<ArrayView1<f64>, LossError> {
    check::not_empty("x", x.len())?;
    for (index, &value) in x.iter().enumerate() {
        check::finite("x", &[index], value)?;
    }
    Ok(x)
}
