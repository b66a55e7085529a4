//! Units side by side.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, Zip};
use rand::SeedableRng;
use rand::distr::Distribution;
use rand_chacha::ChaCha8Rng;
use statrs::distribution::Uniform;

use super::formulas::{between, leaky, leaky_slope};
use super::{Activation, Initialisation, check_table};
use crate::error::{LossError, check};

/// The most values that a layer computes at once, one for each sample and unit (1 GiB of them).
pub const MOST_UNITS: usize = 1 << 27;

/// A dense layer: `activation(W x + b)` for every sample.
///
/// The weights are `[outputs, inputs]`, one row for each unit, as in the lecture's `W x`; the bias
/// holds one number for each output. A batch of samples is `[n, inputs]` and comes out as
/// `[n, outputs]`.
///
/// ```
/// # use lossbook::prelude::*;
/// // The lecture's two lines, one unit each: x1 + x2 - 0.5 >= 0 (OR), x1 + x2 - 1.5 >= 0 (AND).
/// let weights = array![[1.0, 1.0], [1.0, 1.0]];
/// let layer = Layer::new(&weights, &[-0.5, -1.5], Activation::STEP)?;
/// let corners = array![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
/// assert_eq!(layer.forward(&corners)?, array![[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 1.0]]);
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    weights: Array2<f64>,
    bias: Array1<f64>,
    activation: Activation,
}

/// What backpropagation has to remember of a layer.
pub(super) struct Trace {
    /// The sums, before the activation. `[n, outputs]`
    sums: Array2<f64>,
    /// The slopes for negative sums that were drawn for this step, if they are.
    drawn: Option<Array2<f64>>,
    /// The values, after the activation. `[n, outputs]`
    pub(super) values: Array2<f64>,
}

impl Layer {
    /// With these weights `[outputs, inputs]`, bias `[outputs]` and activation.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let layer = Layer::new(&array![[2.0, 0.0, 1.0]], &[0.5], Activation::LINEAR)?;
    /// assert_eq!((layer.inputs(), layer.outputs()), (3, 1));
    /// assert_eq!(layer.forward(&array![[1.0, 5.0, 3.0]])?, array![[5.5]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`], [`LossError::NotFinite`]; [`LossError::LengthMismatch`] unless there is
    /// one bias for every row of weights.
    pub fn new<'w, 'b>(
        weights: impl Into<ArrayView2<'w, f64>>,
        bias: impl Into<ArrayView1<'b, f64>>,
        activation: Activation,
    ) -> Result<Self, LossError> {
        let (weights, bias) = (weights.into(), bias.into());
        check_table("weights", weights)?;
        check::same_length("a column of weights", weights.nrows(), "bias", bias.len())?;
        for (index, &value) in bias.iter().enumerate() {
            check::finite("bias", &[index], value)?;
        }
        let weights = weights.as_standard_layout().into_owned();
        Ok(Self { weights, bias: bias.to_owned(), activation })
    }

    /// With random weights and a bias of 0; the same seed draws the same weights.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let start = Activation::RELU.initialisation();
    /// let layer = Layer::random(3, 5, Activation::RELU, start, 7)?;
    /// assert_eq!(layer.weights().dim(), (5, 3));
    /// assert_eq!(layer, Layer::random(3, 5, Activation::RELU, start, 7)?);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] for 0 inputs or outputs; [`LossError::TooLarge`] for more than
    /// [`MOST_WEIGHTS`](super::MOST_WEIGHTS).
    pub fn random(
        inputs: usize,
        outputs: usize,
        activation: Activation,
        initialisation: Initialisation,
        seed: u64,
    ) -> Result<Self, LossError> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        Self::draw(inputs, outputs, activation, initialisation, &mut random)
    }

    /// A layer of steps; the caller sees to it that the shapes fit.
    pub(super) fn of_steps(weights: Array2<f64>, bias: Array1<f64>) -> Self {
        Self { weights, bias, activation: Activation::STEP }
    }

    pub(super) fn draw(
        inputs: usize,
        outputs: usize,
        activation: Activation,
        initialisation: Initialisation,
        random: &mut ChaCha8Rng,
    ) -> Result<Self, LossError> {
        let weights = initialisation.draw(inputs, outputs, activation, random)?;
        Ok(Self { weights, bias: Array1::zeros(outputs), activation })
    }

    /// The weights, `[outputs, inputs]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let layer = Layer::new(&array![[1.0, 2.0]], &[0.5], Activation::prelu(0.25)?)?;
    /// assert_eq!(layer.weights(), array![[1.0, 2.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn weights(&self) -> &Array2<f64> {
        &self.weights
    }

    /// The bias, `[outputs]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let layer = Layer::new(&array![[1.0, 2.0]], &[0.5], Activation::prelu(0.25)?)?;
    /// assert_eq!(layer.bias(), array![0.5]);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn bias(&self) -> &Array1<f64> {
        &self.bias
    }

    /// The activation; for PReLU with what it has learnt.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let layer = Layer::new(&array![[1.0, 2.0]], &[0.5], Activation::prelu(0.25)?)?;
    /// assert_eq!(layer.activation().learnt(), Some(0.25));
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn activation(&self) -> Activation {
        self.activation
    }

    /// How many numbers a sample has.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let layer = Layer::new(&array![[1.0, 2.0]], &[0.5], Activation::prelu(0.25)?)?;
    /// assert_eq!(layer.inputs(), 2);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn inputs(&self) -> usize {
        self.weights.ncols()
    }

    /// How many units there are.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let layer = Layer::new(&array![[1.0, 2.0]], &[0.5], Activation::prelu(0.25)?)?;
    /// assert_eq!(layer.outputs(), 1);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn outputs(&self) -> usize {
        self.weights.nrows()
    }

    /// What the units answer: `[n, inputs]` in, `[n, outputs]` out.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let layer = Layer::new(&array![[1.0], [-1.0]], &[0.0, 0.0], Activation::RELU)?;
    /// assert_eq!(layer.forward(&array![[3.0], [-2.0]])?, array![[3.0, 0.0], [0.0, 2.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`], [`LossError::NotFinite`]; [`LossError::LengthMismatch`] for another number
    /// of inputs; [`LossError::NotFinite`] for a unit (`[layer, sample, unit]`, the layer being 0) whose
    /// sum or value overflows; [`LossError::TooLarge`] for more than [`MOST_UNITS`] values.
    pub fn forward<'x>(&self, x: impl Into<ArrayView2<'x, f64>>) -> Result<Array2<f64>, LossError> {
        let x = x.into();
        self.check_input(x)?;
        Ok(self.pass(0, x, None)?.values)
    }

    pub(super) fn check_input(&self, x: ArrayView2<f64>) -> Result<(), LossError> {
        check_table("x", x)?;
        check::same_length("a row of x", x.ncols(), "a row of weights", self.inputs())
    }

    /// The forward pass of an input that fits; slopes are drawn if there is something to draw them with.
    pub(super) fn pass(
        &self,
        place: usize,
        x: ArrayView2<f64>,
        random: Option<&mut ChaCha8Rng>,
    ) -> Result<Trace, LossError> {
        let shape = (x.nrows(), self.outputs());
        if shape.0.checked_mul(shape.1).is_none_or(|units| units > MOST_UNITS) {
            return Err(LossError::TooLarge { name: "units", rows: shape.0, columns: shape.1 });
        }
        let mut sums = x.dot(&self.weights.t());
        sums += &self.bias;
        let drawn = match (self.activation.drawn_from(), random) {
            (Some((lower, upper)), Some(random)) => {
                let draw = Uniform::standard();
                let mut a = || between(lower, upper, draw.sample(random));
                Some(Array2::from_shape_simple_fn(shape, &mut a))
            }
            _ => None,
        };
        let values = match &drawn {
            Some(drawn) => Zip::from(&sums).and(drawn).map_collect(|&sum, &a| leaky(a, sum)),
            None => sums.mapv(|sum| self.activation.value(sum)),
        };
        // An activation may hide that a sum is infinite, so both are looked at.
        for ((row, unit), &sum) in sums.indexed_iter() {
            check::finite("unit", &[place, row, unit], sum)?;
        }
        for ((row, unit), &value) in values.indexed_iter() {
            check::finite("unit", &[place, row, unit], value)?;
        }
        Ok(Trace { sums, drawn, values })
    }

    /// The backward pass: from the gradient with respect to the values to the one with respect to the
    /// sums, both `[n, outputs]`. (That times the weights is the one with respect to the input.) The
    /// gradient of the layer's parameters, in the order of [`push_parameters`](Self::push_parameters),
    /// is written to `into`.
    pub(super) fn back(
        &self,
        x: ArrayView2<f64>,
        trace: &Trace,
        gradient: &Array2<f64>,
        into: &mut Vec<f64>,
    ) -> Array2<f64> {
        let slopes = match &trace.drawn {
            Some(drawn) => {
                Zip::from(&trace.sums).and(drawn).map_collect(|&sum, &a| leaky_slope(a, sum))
            }
            None => trace.sums.mapv(|sum| self.activation.slope(sum)),
        };
        let of_sums = slopes * gradient;
        into.extend(of_sums.t().dot(&x).iter());
        into.extend(of_sums.sum_axis(Axis(0)).iter());
        if self.activation.learnt().is_some() {
            let each = trace.sums.iter().zip(gradient);
            into.push(each.map(|(&sum, slope)| self.activation.slope_in_learnt(sum) * slope).sum());
        }
        of_sums
    }

    pub(super) fn parameter_count(&self) -> usize {
        self.weights.len() + self.bias.len() + usize::from(self.activation.learnt().is_some())
    }

    /// The weights row by row, the bias, and what the activation learns.
    pub(super) fn push_parameters(&self, into: &mut Vec<f64>) {
        into.extend(self.weights.iter());
        into.extend(self.bias.iter());
        into.extend(self.activation.learnt());
    }

    /// Takes its parameters from the front of what is left.
    pub(super) fn take_parameters(&mut self, values: &mut impl Iterator<Item = f64>) {
        for (place, value) in self.weights.iter_mut().chain(&mut self.bias).zip(&mut *values) {
            *place = value;
        }
        if self.activation.learnt().is_some()
            && let Some(a) = values.next()
        {
            self.activation = self.activation.with_learnt(a);
        }
    }
}
