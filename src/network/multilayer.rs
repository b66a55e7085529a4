//! Layers one after the other, and the gradient of all their parameters.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, array};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::criterion::{Criterion, Target};
use super::layer::{Layer, MOST_UNITS, Trace, only_value};
use super::{Activation, at_most};
use crate::error::LossError;
use crate::loss::{Matrix, Vector};
use crate::numeric::check;

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
#[doc(alias("MLP", "MLPClassifier", "MLPRegressor", "MultilayerPerceptron", "Sequential"))]
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
        for [before, after] in layers.array_windows() {
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
        let (depth, allowed) = (sizes.len(), "inputs and outputs at least");
        check::in_range(depth >= 2, "number of sizes", depth as f64, allowed)?;
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let layers = sizes.array_windows().enumerate().map(|(place, &[inputs, outputs])| {
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
    #[doc(alias = "predict")]
    pub fn forward(&self, x: impl Matrix) -> Result<Array2<f64>, LossError> {
        Ok(self.pass(x.as_matrix(), only_value)?.1)
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
    pub fn forward_each(&self, x: impl Matrix) -> Result<Vec<Array2<f64>>, LossError> {
        let (traces, output) = self.pass(x.as_matrix(), only_value)?;
        Ok(traces.into_iter().skip(1).map(|trace| trace.input).chain([output]).collect())
    }

    /// The mean loss on these samples.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let layer = Layer::new(&array![[2.0]], &[0.0], Activation::LINEAR)?;
    /// let network = Network::new(vec![layer])?;
    /// let loss = Criterion::regression(SquaredError);
    /// assert_eq!(network.mean(&loss, &array![[1.0], [2.0]], &[2.0, 5.0])?, 0.5);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`forward`](Self::forward), and those of [`Criterion::mean`].
    pub fn mean<'t>(
        &self,
        loss: &Criterion,
        x: impl Matrix,
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
    /// As [`mean`](Self::mean), and [`LossError::NotFinite`] where a part of the gradient overflows.
    pub fn gradient<'t>(
        &self,
        loss: &Criterion,
        x: impl Matrix,
        target: impl Into<Target<'t>>,
    ) -> Result<Array1<f64>, LossError> {
        Ok(self.mean_and_gradient(loss, x, target)?.1)
    }

    /// [`mean`](Self::mean) and [`gradient`](Self::gradient) in one pass.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let layer = Layer::new(&array![[2.0]], &[0.0], Activation::LINEAR)?;
    /// let network = Network::new(vec![layer])?;
    /// let loss = Criterion::regression(SquaredError);
    /// let both = network.mean_and_gradient(&loss, &array![[1.0], [2.0]], &[2.0, 5.0])?;
    /// assert_eq!(both, (0.5, array![-2.0, -1.0]));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`gradient`](Self::gradient).
    pub fn mean_and_gradient<'t>(
        &self,
        loss: &Criterion,
        x: impl Matrix,
        target: impl Into<Target<'t>>,
    ) -> Result<(f64, Array1<f64>), LossError> {
        let unit = |activation: Activation, sum: f64| activation.value_and_derivative(sum);
        let (mean, gradient) = self.propagate(loss, x.as_matrix(), target.into(), unit)?;
        check::all_finite("gradient", &gradient.view())?;
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
        self.layers.iter().flat_map(Layer::parameters).collect()
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
    pub fn with_parameters(&self, parameters: impl Vector) -> Result<Self, LossError> {
        let (parameters, count) = (parameters.as_vector(), self.parameters().len());
        check::same_length("parameters", parameters.len(), "this network", count)?;
        check::all_finite("parameters", &parameters)?;
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
        let mut layers = self.layers.iter();
        let first = layers.next().cloned().ok_or(LossError::Empty { name: "layers" })?;
        layers.enumerate().try_fold(first, |one, (layer, next)| {
            if one.activation() != Activation::LINEAR {
                return Err(LossError::NotLinear { layer });
            }
            at_most(MOST_UNITS, "weights", next.outputs(), one.inputs())?;
            let bias = next.weights().dot(one.bias()) + next.bias();
            Layer::new(next.weights().dot(one.weights()), bias, next.activation())
        })
    }

    /// Every layer's trace, and the output.
    fn pass(
        &self,
        x: ArrayView2<f64>,
        mut unit: impl FnMut(Activation, f64) -> (f64, f64),
    ) -> Result<(Vec<Trace>, Array2<f64>), LossError> {
        let (mut traces, mut values) = (Vec::new(), x.as_standard_layout().into_owned());
        for (place, layer) in self.layers.iter().enumerate() {
            let (trace, next) = layer.pass(place, values, &mut unit)?;
            traces.push(trace);
            values = next;
        }
        Ok((traces, values))
    }

    /// The mean loss and the gradient of all the parameters, which may not be finite.
    pub(super) fn propagate(
        &self,
        loss: &Criterion,
        x: ArrayView2<f64>,
        target: Target,
        unit: impl FnMut(Activation, f64) -> (f64, f64),
    ) -> Result<(f64, Array1<f64>), LossError> {
        let (traces, output) = self.pass(x, unit)?;
        let (mean, mut gradient) = loss.mean_and_gradient(target, output)?;
        let mut of_layers = Vec::new();
        for (place, (layer, trace)) in self.layers.iter().zip(&traces).enumerate().rev() {
            let (of_sums, of_layer) = layer.back(trace, &gradient);
            if place > 0 {
                gradient = of_sums.dot(layer.weights());
            }
            of_layers.push(of_layer);
        }
        of_layers.reverse();
        Ok((mean, of_layers.concat().into()))
    }

    /// Takes other parameters, as many as there are.
    pub(super) fn take(&mut self, parameters: ArrayView1<f64>) {
        let places = self.layers.iter_mut().flat_map(Layer::parameters_mut);
        places.zip(parameters).for_each(|(place, &value)| *place = value);
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
    let layer = |weights, bias| Layer { weights, bias, activation: Activation::STEP };
    let lines = layer(array![[1.0, 1.0], [1.0, 1.0]], array![-0.5, -1.5]);
    Network { layers: vec![lines, layer(array![[1.0, -1.0]], array![-0.5])] }
}
