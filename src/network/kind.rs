//! What each activation computes, and what it is called.

use std::fmt;

use super::activation::{SELU_ALPHA, SELU_SCALE};
use super::approximate_sigmoid;
use super::formulas::{between, elu, elu_slope, leaky, leaky_slope, logistic, logistic_slope};

/// The activations, each with what was asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
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

impl Kind {
    /// At any number but NaN.
    pub(super) fn value(&self, x: f64) -> f64 {
        match *self {
            Kind::Linear => x,
            Kind::Step => f64::from(x >= 0.0),
            Kind::Sigmoid => logistic(x),
            Kind::ApproximateSigmoid => approximate_sigmoid::value(x),
            Kind::Tanh => x.tanh(),
            Kind::Relu => x.max(0.0) + 0.0,
            Kind::Relu6 => x.clamp(0.0, 6.0) + 0.0,
            Kind::LeakyRelu { a } | Kind::PRelu { a } => leaky(a, x),
            Kind::RRelu { lower, upper } => leaky(between(lower, upper, 0.5), x),
            Kind::Elu { alpha } => elu(alpha, 1.0, x),
            Kind::Selu { alpha, scale } => elu(alpha, scale, x),
        }
    }

    /// The derivative at any number but NaN.
    pub(super) fn slope(&self, x: f64) -> f64 {
        let right = x > 0.0;
        match *self {
            Kind::Linear => 1.0,
            Kind::Step => 0.0,
            Kind::Sigmoid => logistic_slope(x),
            Kind::ApproximateSigmoid => approximate_sigmoid::slope(x),
            Kind::Tanh => 4.0 * logistic_slope(2.0 * x),
            Kind::Relu => f64::from(right),
            Kind::Relu6 => f64::from(right && x < 6.0),
            Kind::LeakyRelu { a } | Kind::PRelu { a } => leaky_slope(a, x),
            Kind::RRelu { lower, upper } => leaky_slope(between(lower, upper, 0.5), x),
            Kind::Elu { alpha } => elu_slope(alpha, 1.0, x),
            Kind::Selu { alpha, scale } => elu_slope(alpha, scale, x),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
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
            Kind::Selu { alpha: SELU_ALPHA, scale: SELU_SCALE } => f.pad("SELU"),
            Kind::Selu { alpha, scale } => f.pad(&format!("SELU({alpha}, {scale})")),
        }
    }
}
