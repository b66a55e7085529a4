//! Units side by side.

use ndarray::{Array1, Array2, Axis, Zip};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::{Activation, Initialisation, at_most};
use crate::error::LossError;
use crate::loss::{Matrix, Vector};
use crate::numeric::check;

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
#[doc(alias("Dense", "Linear"))]
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    pub(super) weights: Array2<f64>,
    pub(super) bias: Array1<f64>,
    pub(super) activation: Activation,
}

/// What backpropagation has to remember of a layer.
pub(super) struct Trace {
    /// `[n, inputs]`
    pub(super) input: Array2<f64>,
    /// Before the activation. `[n, outputs]`
    sums: Array2<f64>,
    /// The activation's, at the sums. `[n, outputs]`
    derivatives: Array2<f64>,
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
    pub fn new(
        weights: impl Matrix,
        bias: impl Vector,
        activation: Activation,
    ) -> Result<Self, LossError> {
        let (weights, bias) = (weights.as_matrix(), bias.as_vector());
        check::all_finite("weights", &weights)?;
        check::same_length("a column of weights", weights.nrows(), "bias", bias.len())?;
        check::all_finite("bias", &bias)?;
        let weights = weights.as_standard_layout().into_owned();
        Ok(Self { weights, bias: bias.to_owned(), activation })
    }

    /// With random weights, drawn as is [usual](Activation::initialisation) for the activation, and a
    /// bias of 0; the same seed draws the same weights.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let layer = Layer::random(3, 5, Activation::RELU, 7)?;
    /// assert_eq!(layer.weights().dim(), (5, 3));
    /// assert_eq!(layer, Layer::random(3, 5, Activation::RELU, 7)?);
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
        seed: u64,
    ) -> Result<Self, LossError> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        Self::draw(inputs, outputs, activation, activation.initialisation(), &mut random)
    }

    /// With random weights drawn another way, and a bias of 0.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let layer = Layer::random(3, 5, Activation::RELU, 7)?;
    /// assert_eq!(layer.clone().with_initialisation(Initialisation::HeNormal, 7)?, layer);
    /// assert_ne!(layer.clone().with_initialisation(Initialisation::LeCunNormal, 7)?, layer);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`random`](Self::random).
    pub fn with_initialisation(
        self,
        initialisation: Initialisation,
        seed: u64,
    ) -> Result<Self, LossError> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        Self::draw(self.inputs(), self.outputs(), self.activation, initialisation, &mut random)
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
    #[doc(alias = "predict")]
    pub fn forward(&self, x: impl Matrix) -> Result<Array2<f64>, LossError> {
        Ok(self.pass(0, x.as_matrix().as_standard_layout().into_owned(), only_value)?.1)
    }

    /// The forward pass, with what a unit makes of its sum and the derivative of that: what the backward
    /// pass needs, and what the units answer.
    pub(super) fn pass(
        &self,
        place: usize,
        input: Array2<f64>,
        mut unit: impl FnMut(Activation, f64) -> (f64, f64),
    ) -> Result<(Trace, Array2<f64>), LossError> {
        if place == 0 {
            check::all_finite("x", &input.view())?;
            check::same_length("a row of x", input.ncols(), "a row of weights", self.inputs())?;
        }
        let (rows, columns) = (input.nrows(), self.outputs());
        at_most(MOST_UNITS, "units", rows, columns)?;
        let sums = input.dot(&self.weights.t()) + &self.bias;
        let mut values = Array2::zeros((rows, columns));
        let mut derivatives = values.clone();
        let units = Zip::from(&mut values).and(&mut derivatives).and(&sums);
        units.for_each(|value, d, &sum| (*value, *d) = unit(self.activation, sum));
        // An activation may hide that a sum is infinite, so both are looked at.
        for table in [&sums, &values] {
            if check::all_finite("unit", &table.view()).is_err() {
                for ((row, unit), &value) in table.indexed_iter() {
                    check::finite("unit", &[place, row, unit], value)?;
                }
            }
        }
        Ok((Trace { input, sums, derivatives }, values))
    }

    /// The backward pass: from the gradient with respect to what the units answer to the one with
    /// respect to their sums, both `[n, outputs]`. (That times the weights is the one with respect to
    /// the input.) With it the gradient of the layer's [`parameters`](Self::parameters).
    pub(super) fn back(&self, trace: &Trace, gradient: &Array2<f64>) -> (Array2<f64>, Vec<f64>) {
        let of_sums = &trace.derivatives * gradient;
        let mut of_parameters: Vec<f64> = of_sums.t().dot(&trace.input).into_iter().collect();
        of_parameters.extend(of_sums.sum_axis(Axis(0)));
        if self.activation.learnt().is_some() {
            let of_learnt = trace.sums.mapv(|sum| self.activation.derivative_in_learnt(sum));
            of_parameters.push((of_learnt * gradient).sum());
        }
        (of_sums, of_parameters)
    }

    /// The weights row by row, the bias, and what the activation learns.
    pub(super) fn parameters(&self) -> impl Iterator<Item = f64> {
        self.weights.iter().chain(&self.bias).copied().chain(self.activation.learnt())
    }

    /// The same, to be changed.
    pub(super) fn parameters_mut(&mut self) -> impl Iterator<Item = &mut f64> {
        self.weights.iter_mut().chain(&mut self.bias).chain(self.activation.learnt_mut())
    }
}

/// Where nobody asks for derivatives.
pub(super) fn only_value(activation: Activation, sum: f64) -> (f64, f64) {
    (activation.value(sum), 0.0)
}
