//! Layers one after the other, and the gradient of all their parameters.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, array};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::criterion::{Criterion, Target};
use super::layer::{Layer, Trace};
use super::{Activation, in_range};
use crate::error::{LossError, check};

/// A multilayer perceptron: what one layer puts out, the next takes in.
///
/// All the parameters are also one row of numbers: layer by layer its weights (row by row), its bias
/// and, for PReLU, its `a`. [`parameters`](Self::parameters), gradients and optimisers speak of them
/// in this order.
///
/// ```
/// # use lossbook::prelude::*;
/// let network = Network::random(&[2, 3, 1], Activation::TANH, 7)?;
/// assert_eq!(network.parameters().len(), 3 * 2 + 3 + 1 * 3 + 1);
/// let outputs = network.forward(&array![[0.5, -1.0], [0.0, 2.0]])?;
/// assert_eq!(outputs.dim(), (2, 1));
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: D. E. Rumelhart, G. E. Hinton, R. J. Williams, "Learning representations by
/// back-propagating errors", Nature 323 (1986); C.-S. Huang, "Neural networks and loss functions"
/// (lecture).
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    layers: Vec<Layer>,
}

impl Network {
    /// Of these layers, the first one first.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let first = Layer::new(&array![[1.0, 1.0]], &[-0.5], Activation::RELU)?;
    /// let second = Layer::new(&array![[2.0]], &[0.0], Activation::LINEAR)?;
    /// let network = Network::new(vec![first, second])?;
    /// assert_eq!(network.forward(&array![[1.0, 1.0]])?, array![[3.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`]; [`LossError::LengthMismatch`] where a layer takes in another number than
    /// the one before puts out.
    pub fn new(layers: Vec<Layer>) -> Result<Self, LossError> {
        check::not_empty("layers", layers.len())?;
        for (before, after) in layers.iter().zip(layers.iter().skip(1)) {
            let (outputs, inputs) = (before.outputs(), after.inputs());
            check::same_length("a layer's output", outputs, "the next one's input", inputs)?;
        }
        Ok(Self { layers })
    }

    /// Of layers of these sizes (inputs, hidden units, ..., outputs) with random weights, the hidden
    /// ones with this activation and its usual [`Initialisation`](super::Initialisation), the last one
    /// linear. The same seed draws the same network.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let network = Network::random(&[4, 16, 16, 3], Activation::RELU, 7)?;
    /// assert_eq!(network.layers().len(), 3);
    /// assert_eq!(network.layers()[2].activation(), Activation::LINEAR);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] for fewer than two sizes or a size of 0; [`LossError::TooLarge`] for
    /// a layer of more than [`MOST_WEIGHTS`](super::MOST_WEIGHTS).
    pub fn random(sizes: &[usize], hidden: Activation, seed: u64) -> Result<Self, LossError> {
        let depth = sizes.len();
        in_range(depth >= 2, "number of sizes", depth as f64, "inputs and outputs at least")?;
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let pairs = sizes.iter().zip(sizes.iter().skip(1)).enumerate();
        let layers = pairs.map(|(place, (&inputs, &outputs))| {
            let activation = if place + 2 == depth { Activation::LINEAR } else { hidden };
            Layer::draw(inputs, outputs, activation, activation.initialisation(), &mut random)
        });
        Self::new(layers.collect::<Result<_, _>>()?)
    }

    /// The layers, the first one first.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let network = Network::random(&[2, 5, 1], Activation::TANH, 7)?;
    /// assert_eq!(network.layers()[0].weights().dim(), (5, 2));
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The outputs of the last layer: `[n, inputs]` in, `[n, outputs]` out.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let corners = array![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
    /// let xor = xor_by_two_lines();
    /// assert_eq!(xor.forward(&corners)?, array![[0.0], [1.0], [1.0], [0.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`], [`LossError::NotFinite`]; [`LossError::LengthMismatch`] for another number
    /// of inputs; [`LossError::NotFinite`] for a unit (`[layer, sample, unit]`) whose sum or value
    /// overflows; [`LossError::TooLarge`] for more than [`MOST_UNITS`](super::MOST_UNITS) values in a
    /// layer.
    pub fn forward<'x>(&self, x: impl Into<ArrayView2<'x, f64>>) -> Result<Array2<f64>, LossError> {
        Ok(last_of(self.forward_each(x)?))
    }

    /// The outputs of every layer, the first one first: what the hidden units make of the samples.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let corners = array![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
    /// let each = xor_by_two_lines().forward_each(&corners)?;
    /// assert_eq!(each[0], array![[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 1.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`forward`](Self::forward).
    pub fn forward_each<'x>(
        &self,
        x: impl Into<ArrayView2<'x, f64>>,
    ) -> Result<Vec<Array2<f64>>, LossError> {
        let traces = self.pass(x.into(), None)?;
        Ok(traces.into_iter().map(|trace| trace.values).collect())
    }

    /// The mean loss on these samples.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let layer = Layer::new(&array![[2.0]], &[0.0], Activation::LINEAR)?;
    /// let network = Network::new(vec![layer])?;
    /// let loss = Criterion::regression(SquaredError);
    /// assert_eq!(network.loss(&loss, &array![[1.0], [2.0]], &[2.0, 5.0])?, 0.5);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`forward`](Self::forward), and those of [`Criterion::mean`].
    pub fn loss<'x, 't>(
        &self,
        loss: &Criterion,
        x: impl Into<ArrayView2<'x, f64>>,
        target: impl Into<Target<'t>>,
    ) -> Result<f64, LossError> {
        loss.mean(target, &self.forward(x)?)
    }

    /// The gradient of the mean loss with respect to all the parameters, in their order; by
    /// backpropagation.
    ///
    /// To look at it layer by layer, put it in their place:
    /// `network.with_parameters(&gradient)?.layers()[0].weights()` is the gradient of the first layer's
    /// weights.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let layer = Layer::new(&array![[2.0]], &[0.0], Activation::LINEAR)?;
    /// let network = Network::new(vec![layer])?;
    /// let loss = Criterion::regression(SquaredError);
    /// // By hand: residuals 0 and 1; means of -2 r x and of -2 r.
    /// assert_eq!(network.gradient(&loss, &array![[1.0], [2.0]], &[2.0, 5.0])?, array![-2.0, -1.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`loss`](Self::loss), and [`LossError::NotFinite`] where a part of the gradient overflows.
    pub fn gradient<'x, 't>(
        &self,
        loss: &Criterion,
        x: impl Into<ArrayView2<'x, f64>>,
        target: impl Into<Target<'t>>,
    ) -> Result<Array1<f64>, LossError> {
        Ok(self.loss_and_gradient(loss, x, target)?.1)
    }

    /// [`loss`](Self::loss) and [`gradient`](Self::gradient) in one pass.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let layer = Layer::new(&array![[2.0]], &[0.0], Activation::LINEAR)?;
    /// let network = Network::new(vec![layer])?;
    /// let loss = Criterion::regression(SquaredError);
    /// let both = network.loss_and_gradient(&loss, &array![[1.0], [2.0]], &[2.0, 5.0])?;
    /// assert_eq!(both, (0.5, array![-2.0, -1.0]));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`gradient`](Self::gradient).
    pub fn loss_and_gradient<'x, 't>(
        &self,
        loss: &Criterion,
        x: impl Into<ArrayView2<'x, f64>>,
        target: impl Into<Target<'t>>,
    ) -> Result<(f64, Array1<f64>), LossError> {
        let (mean, gradient) = self.propagate(loss, x.into(), target.into(), None)?;
        check_finite("gradient", gradient.view())?;
        Ok((mean, gradient))
    }

    /// All the parameters: layer by layer the weights (row by row), the bias, and PReLU's `a`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let layer = Layer::new(&array![[1.0, 2.0]], &[3.0], Activation::prelu(0.25)?)?;
    /// assert_eq!(Network::new(vec![layer])?.parameters(), array![1.0, 2.0, 3.0, 0.25]);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn parameters(&self) -> Array1<f64> {
        let mut parameters = Vec::new();
        for layer in &self.layers {
            layer.push_parameters(&mut parameters);
        }
        Array1::from_vec(parameters)
    }

    /// The same layers with other parameters, in the order of [`parameters`](Self::parameters).
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let network = Network::random(&[1, 1], Activation::LINEAR, 7)?;
    /// let line = network.with_parameters(&[2.0, 0.5])?;
    /// assert_eq!(line.forward(&array![[3.0]])?, array![[6.5]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::LengthMismatch`], [`LossError::NotFinite`].
    pub fn with_parameters<'p>(
        &self,
        parameters: impl Into<ArrayView1<'p, f64>>,
    ) -> Result<Self, LossError> {
        let parameters = parameters.into();
        let count = self.layers.iter().map(Layer::parameter_count).sum();
        check::same_length("parameters", parameters.len(), "this network", count)?;
        check_finite("parameters", parameters)?;
        let mut network = self.clone();
        network.take(parameters);
        Ok(network)
    }

    /// The one layer that does the same: `W = W_k ... W_2 W_1`. Only the last layer may have an
    /// activation; that is why the others have one.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let first = Layer::new(&array![[1.0], [2.0]], &[1.0, 0.0], Activation::LINEAR)?;
    /// let second = Layer::new(&array![[3.0, 4.0]], &[5.0], Activation::LINEAR)?;
    /// // By hand: 3 (x + 1) + 4 (2 x) + 5.
    /// let one = Network::new(vec![first, second])?.as_one_layer()?;
    /// assert_eq!((one.weights(), one.bias()), (&array![[11.0]], &array![8.0]));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::NotLinear`] for a layer before the last whose activation is not
    /// [`Activation::LINEAR`]; [`LossError::NotFinite`] where a product overflows;
    /// [`LossError::TooLarge`] for more than [`MOST_UNITS`](super::MOST_UNITS) weights.
    pub fn as_one_layer(&self) -> Result<Layer, LossError> {
        let mut layers = self.layers.iter().enumerate();
        let Some((_, first)) = layers.next() else {
            return Err(LossError::Empty { name: "layers" });
        };
        let mut one = first.clone();
        for (place, next) in layers {
            if one.activation() != Activation::LINEAR {
                return Err(LossError::NotLinear { layer: place - 1 });
            }
            let (rows, columns) = (next.outputs(), one.inputs());
            if rows.checked_mul(columns).is_none_or(|weights| weights > super::MOST_UNITS) {
                return Err(LossError::TooLarge { name: "weights", rows, columns });
            }
            let weights = next.weights().dot(one.weights());
            let bias = next.weights().dot(one.bias()) + next.bias();
            one = Layer::new(&weights, &bias, next.activation())?;
        }
        Ok(one)
    }

    /// Every layer's trace; slopes are drawn if there is something to draw them with.
    fn pass(
        &self,
        x: ArrayView2<f64>,
        mut random: Option<&mut ChaCha8Rng>,
    ) -> Result<Vec<Trace>, LossError> {
        if let Some(first) = self.layers.first() {
            first.check_input(x)?;
        }
        let mut traces: Vec<Trace> = Vec::with_capacity(self.layers.len());
        for (place, layer) in self.layers.iter().enumerate() {
            let input = traces.last().map_or(x, |before| before.values.view());
            traces.push(layer.pass(place, input, random.as_deref_mut())?);
        }
        Ok(traces)
    }

    /// The mean loss and the gradient of all the parameters, which may not be finite.
    pub(super) fn propagate(
        &self,
        loss: &Criterion,
        x: ArrayView2<f64>,
        target: Target,
        random: Option<&mut ChaCha8Rng>,
    ) -> Result<(f64, Array1<f64>), LossError> {
        let traces = self.pass(x, random)?;
        let output = traces.last().map_or(x, |last| last.values.view());
        let (mean, mut gradient) = loss.evaluate(target, output)?;
        let mut of_layers = Vec::with_capacity(self.layers.len());
        for (place, (layer, trace)) in self.layers.iter().zip(&traces).enumerate().rev() {
            let before = place.checked_sub(1).and_then(|place| traces.get(place));
            let input = before.map_or(x, |before| before.values.view());
            let mut of_layer = Vec::with_capacity(layer.parameter_count());
            let of_sums = layer.back(input, trace, &gradient, &mut of_layer);
            if place > 0 {
                gradient = of_sums.dot(layer.weights());
            }
            of_layers.push(of_layer);
        }
        Ok((mean, of_layers.into_iter().rev().flatten().collect()))
    }

    /// Takes other parameters, as many as there are.
    pub(super) fn take(&mut self, parameters: ArrayView1<f64>) {
        let mut values = parameters.iter().copied();
        for layer in &mut self.layers {
            layer.take_parameters(&mut values);
        }
    }
}

/// The lecture's network for XOR: two lines, OR and AND, and a third unit that asks for the one
/// without the other.
///
/// ```text
/// h1 = step(x1 + x2 - 0.5)      h2 = step(x1 + x2 - 1.5)      y = step(h1 - h2 - 0.5)
/// ```
///
/// ```
/// # use lossbook::prelude::*;
/// let xor = xor_by_two_lines();
/// assert_eq!(xor.layers()[0].bias(), &array![-0.5, -1.5]);
/// assert_eq!(xor.forward(&array![[1.0, 0.0], [1.0, 1.0]])?, array![[1.0], [0.0]]);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: C.-S. Huang, "Neural networks and loss functions" (lecture), "Two layer perception"; it
/// leaves the third unit's weights open.
pub fn xor_by_two_lines() -> Network {
    Network {
        layers: vec![
            Layer::of_steps(array![[1.0, 1.0], [1.0, 1.0]], array![-0.5, -1.5]),
            Layer::of_steps(array![[1.0, -1.0]], array![-0.5]),
        ],
    }
}

fn last_of(mut each: Vec<Array2<f64>>) -> Array2<f64> {
    each.pop().unwrap_or_default()
}

fn check_finite(name: &'static str, values: ArrayView1<f64>) -> Result<(), LossError> {
    for (index, &value) in values.iter().enumerate() {
        check::finite(name, &[index], value)?;
    }
    Ok(())
}
