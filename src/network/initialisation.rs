//! How weights start.

use ndarray::Array2;
use rand::distr::Distribution;
use rand_chacha::ChaCha8Rng;
use statrs::distribution::{Normal, Uniform};

use super::{Activation, at_most};
use crate::error::LossError;
use crate::numeric::check;

/// The most weights that a layer is drawn with.
pub const MOST_WEIGHTS: usize = 10_000_000;

/// How the weights of a layer are drawn. The biases start at 0.
///
/// All keep the size of the numbers that pass through a layer about the same; they differ in what the
/// activation behind the layer does to it. `inputs` and `outputs` are those of the layer.
///
/// ```
/// # use lossbook::prelude::*;
/// let layer = Layer::random(100, 50, Activation::TANH, 7)?;
/// let edge = (6.0_f64 / 150.0).sqrt();
/// assert!(layer.weights().iter().all(|weight| weight.abs() <= edge));
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initialisation {
    /// `U(-e, e)`, `e = sqrt(6 / (inputs + outputs))`, for activations that are linear around 0.
    ///
    /// Source: X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward
    /// neural networks" (2010), equation 16.
    #[doc(alias = "xavier_uniform")]
    GlorotUniform,
    /// Normal with variance `2 / ((1 + a^2) inputs)`, for the ReLU family: `a` is the slope for negative
    /// inputs, far from 0 (1 without an activation, 0 for a curve that levels off).
    ///
    /// Source: K. He et al., "Delving deep into rectifiers" (2015), equation 15.
    #[doc(alias = "kaiming_normal")]
    HeNormal,
    /// Normal with variance `1 / inputs`, for SELU.
    ///
    /// Source: Y. LeCun et al., "Efficient backprop" (1998), equation 16.
    LeCunNormal,
}

impl Initialisation {
    /// Weights `[outputs, inputs]`.
    pub(super) fn draw(
        self,
        inputs: usize,
        outputs: usize,
        activation: Activation,
        random: &mut ChaCha8Rng,
    ) -> Result<Array2<f64>, LossError> {
        check::in_range(inputs > 0, "inputs", inputs as f64, "inputs >= 1")?;
        check::in_range(outputs > 0, "outputs", outputs as f64, "outputs >= 1")?;
        at_most(MOST_WEIGHTS, "weights", outputs, inputs)?;
        let shape = (outputs, inputs);
        let inputs = inputs as f64;
        Ok(match self {
            Self::GlorotUniform => {
                let (edge, draw) = ((6.0 / (inputs + outputs as f64)).sqrt(), Uniform::standard());
                Array2::from_shape_simple_fn(shape, || edge * (2.0 * draw.sample(random) - 1.0))
            }
            Self::HeNormal => {
                // The slope of far negative inputs.
                let a = activation.derivative(f64::NEG_INFINITY);
                normal(shape, (2.0 / inputs).sqrt() / 1.0_f64.hypot(a), random)
            }
            Self::LeCunNormal => normal(shape, (1.0 / inputs).sqrt(), random),
        })
    }
}

fn normal(shape: (usize, usize), deviation: f64, random: &mut ChaCha8Rng) -> Array2<f64> {
    let draw = Normal::standard();
    Array2::from_shape_simple_fn(shape, || deviation * draw.sample(random))
}
