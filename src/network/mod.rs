//! Networks: units, their activations, and how they learn.
//!
//! A unit adds up its inputs, each times a weight, and a bias, and puts the sum through an
//! [`Activation`]. One unit with a step is a [`Perceptron`], which learns by its own rule. Units side
//! by side are a [`Layer`], layers one after the other a [`Network`], which learns from the gradient
//! of a loss:
//!
//! | name | what it is |
//! | --- | --- |
//! | [`Activation`] | step, sigmoid, tanh, the ReLU family, ELU, SELU, each with its derivative |
//! | [`Perceptron`] | one unit with a step, and Rosenblatt's rule |
//! | [`Layer`], [`Initialisation`] | weights `[outputs, inputs]`, a bias per output, an activation; how they start |
//! | [`Network`] | layers, all their parameters, and their gradient by backpropagation |
//! | [`Criterion`] | any of the crate's losses of predictions, at the network's output |
//! | [`Sgd`], [`Adam`], [`Optimiser`] | how a gradient becomes a step |
//! | [`Training`] | how many epochs, in which batches |
//!
//! A batch has one row per sample: inputs `[n, inputs]`, outputs `[n, outputs]`. Softmax and sigmoid
//! at the output belong to the losses, which read logits: leave the last layer linear.
//!
//! ```
//! use lossbook::prelude::*;
//!
//! // XOR: no line separates 0 1 1 0, two units in between do.
//! let x = array![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
//! let y = [0.0, 1.0, 1.0, 0.0];
//!
//! let mut network = Network::random(&[2, 4, 1], Activation::TANH, 7)?;
//! let loss = Criterion::binary(BinaryCrossEntropy::from_logits());
//! let history = network.train(&loss, &x, &y, &mut Adam::new(0.1)?, &Training::epochs(200)?)?;
//! assert!(history[0] > 0.5 && history[199] < 0.05);
//!
//! let logits = network.forward(&x)?;
//! assert!(logits.iter().zip(y).all(|(&logit, y)| (logit > 0.0) == (y == 1.0)));
//! # Ok::<(), LossError>(())
//! ```
//!
//! # Sums that overflow
//!
//! Products of matrices are ndarray's (`dot`), which adds up as the processor does it fastest: the
//! last digit of a result may differ between machines, and so may, after many steps, more than that.
//! A sum that overflows, or overflows on the way, would go on as infinity or NaN: it is an error that
//! names the unit instead.

mod activation;
mod approximate_sigmoid;
mod criterion;
mod initialisation;
mod layer;
mod multilayer;
mod optimiser;
mod perceptron;
mod training;

pub use activation::{Activation, SELU_ALPHA, SELU_SCALE};
pub use approximate_sigmoid::printed_sigmoid;
pub use criterion::{Criterion, Target};
pub use initialisation::{Initialisation, MOST_WEIGHTS};
pub use layer::{Layer, MOST_UNITS};
pub use multilayer::{Network, xor_by_two_lines};
pub use optimiser::{Adam, Optimiser, Sgd};
pub use perceptron::{Perceptron, PerceptronFit};
pub use training::Training;

use crate::error::LossError;

/// A table of this shape has no more cells than that.
fn at_most(most: usize, name: &'static str, rows: usize, columns: usize) -> Result<(), LossError> {
    match rows.checked_mul(columns) {
        Some(cells) if cells <= most => Ok(()),
        _ => Err(LossError::TooLarge { name, rows, columns }),
    }
}
