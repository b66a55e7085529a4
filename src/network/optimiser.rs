//! How a gradient becomes a step.

use ndarray::{Array1, Zip};

use crate::error::LossError;
use crate::numeric::check;

/// A rule that moves parameters against their gradient, and remembers what it needs for the next step.
///
/// The parameters may be a network's ([`Network::train`](super::Network::train) does that) or the
/// arguments of any function.
///
/// ```
/// # use lossbook::prelude::*;
/// // The lecture's steps x - r f'(x) for f = x^2, from 2 with r = 0.3: 0.8, 0.32, 0.128.
/// let mut x = array![2.0];
/// let mut descent = Sgd::new(0.3)?;
/// for expected in ["0.800", "0.320", "0.128"] {
///     let gradient = 2.0 * &x;
///     descent.step(&mut x, &gradient)?;
///     assert_eq!(format!("{:.3}", x[0]), expected);
/// }
/// # Ok::<(), LossError>(())
/// ```
#[doc(alias = "Optimizer")]
pub trait Optimiser {
    /// Makes one step.
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`], [`LossError::LengthMismatch`] (also where the last step was with another
    /// number of parameters), [`LossError::NotFinite`] for an argument, or for what the step would
    /// lead to. After an error everything is as before.
    fn step(
        &mut self,
        parameters: &mut Array1<f64>,
        gradient: &Array1<f64>,
    ) -> Result<(), LossError>;
}

/// Gradient descent, with or without momentum: `p - rate v`, where
///
/// ```text
/// v = g                         without momentum
/// v = momentum * (last v) + g   with it; at the first step v = g
/// ```
///
/// and `g` is the gradient. (This is PyTorch's form. In the textbooks' other form the rate stands
/// inside, `v = momentum * v - rate g` and `p + v`; for a rate that does not change the steps are the
/// same.) "Stochastic" it is when the gradient is that of a random batch.
///
/// ```
/// # use lossbook::prelude::*;
/// let mut x = array![1.0];
/// let mut descent = Sgd::new(0.1)?.with_momentum(0.5)?;
/// descent.step(&mut x, &array![1.0])?; // v = 1
/// descent.step(&mut x, &array![1.0])?; // v = 1.5
/// assert_eq!(x, array![0.75]);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: C.-S. Huang, "Neural networks and loss functions" (lecture), "Gradient update"; momentum:
/// B. T. Polyak, "Some methods of speeding up the convergence of iteration methods" (1964).
#[doc(alias = "momentum")]
#[derive(Debug, Clone, PartialEq)]
pub struct Sgd {
    rate: f64,
    momentum: f64,
    velocity: Array1<f64>,
}

impl Sgd {
    /// Without momentum.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert!(Sgd::new(0.3).is_ok());
    /// assert!(Sgd::new(-0.3).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `rate > 0` and finite.
    pub fn new(rate: f64) -> Result<Self, LossError> {
        let rate = check::positive("rate", rate, "rate > 0 and finite")?;
        Ok(Self { rate, momentum: 0.0, velocity: Array1::default(0) })
    }

    /// With momentum, usually 0.9.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert!(Sgd::new(0.1)?.with_momentum(0.9).is_ok());
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `0 <= momentum < 1`.
    pub fn with_momentum(mut self, momentum: f64) -> Result<Self, LossError> {
        self.momentum = share("momentum", momentum, "0 <= momentum < 1")?;
        Ok(self)
    }
}

impl Optimiser for Sgd {
    fn step(
        &mut self,
        parameters: &mut Array1<f64>,
        gradient: &Array1<f64>,
    ) -> Result<(), LossError> {
        let last = remembered(&self.velocity, parameters, gradient)?;
        let velocity = self.momentum * last + gradient;
        *parameters = moved(parameters, self.rate * &velocity)?;
        self.velocity = velocity;
        Ok(())
    }
}

/// Adam: each parameter's step is about as large as the rate, whatever the size of its gradient `g`.
///
/// ```text
/// m = beta1 m + (1 - beta1) g       m' = m / (1 - beta1^t)
/// v = beta2 v + (1 - beta2) g^2     v' = v / (1 - beta2^t)
/// p = p - rate m' / (sqrt(v') + epsilon)
/// ```
///
/// `m` and `v` start at 0; dividing by `1 - beta^t`, at step t, takes out the bias that this causes.
/// Epsilon is added to the root of the corrected `v'`, as the paper's algorithm 1 and PyTorch have it.
/// No square is computed on the way, so that gradients of any size count alike: with an epsilon of 0 the
/// first step is the rate for every gradient but 0.
///
/// ```
/// # use lossbook::prelude::*;
/// // The first step is the rate, for large and for small gradients.
/// let mut x = array![1.0, 1.0, 1.0];
/// Adam::new(0.25)?.with_epsilon(0.0)?.step(&mut x, &array![1e-300, -1e3, 0.0])?;
/// assert_eq!(x.mapv(|x| (1e9 * x).round() / 1e9), array![0.75, 1.25, 1.0]);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Adam {
    rate: f64,
    betas: [f64; 2],
    epsilon: f64,
    steps: u64,
    /// `m'` of each parameter.
    mean: Array1<f64>,
    /// The root of `v'`.
    root: Array1<f64>,
}

impl Adam {
    /// With the paper's beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8. The rate is often 0.001.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert!(Adam::new(0.001).is_ok());
    /// assert!(Adam::new(f64::NAN).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `rate > 0` and finite.
    pub fn new(rate: f64) -> Result<Self, LossError> {
        let (mean, root) = Default::default();
        let rate = check::positive("rate", rate, "rate > 0 and finite")?;
        Ok(Self { rate, betas: [0.9, 0.999], epsilon: 1e-8, steps: 0, mean, root })
    }

    /// With other betas: how much of the last `m`, and of the last `v`, is kept.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert!(Adam::new(0.01)?.with_betas(0.5, 0.9).is_ok());
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `0 <= beta < 1` for both.
    pub fn with_betas(mut self, beta1: f64, beta2: f64) -> Result<Self, LossError> {
        share("beta1", beta1, "0 <= beta1 < 1")?;
        self.betas = [beta1, share("beta2", beta2, "0 <= beta2 < 1")?];
        Ok(self)
    }

    /// With another epsilon. With 0, a parameter whose gradient has always been 0 stays where it is.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert!(Adam::new(0.01)?.with_epsilon(1e-6).is_ok());
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `epsilon >= 0` and finite.
    pub fn with_epsilon(mut self, epsilon: f64) -> Result<Self, LossError> {
        self.epsilon = check::at_least_zero("epsilon", epsilon, "epsilon >= 0 and finite")?;
        Ok(self)
    }
}

impl Optimiser for Adam {
    fn step(
        &mut self,
        parameters: &mut Array1<f64>,
        gradient: &Array1<f64>,
    ) -> Result<(), LossError> {
        let last = remembered(&self.mean, parameters, gradient)?;
        let steps = self.steps.saturating_add(1);
        // m' is a mean of the last m' and the gradient, which has this share in it; v' is one of squares.
        // (1 - beta^t, without what is lost in taking two numbers near 1 from each other.)
        let share = |beta: f64| ((1.0 - beta) / -(steps as f64 * beta.ln()).exp_m1()).min(1.0);
        let [of_mean, of_squares] = self.betas.map(share);
        let mean = (1.0 - of_mean) * last + of_mean * gradient;
        let [kept, new] = [1.0 - of_squares, of_squares].map(f64::sqrt);
        let mut root = if self.steps == 0 { Array1::zeros(mean.len()) } else { self.root.clone() };
        root.zip_mut_with(gradient, |root, &slope| *root = length(kept * *root, new * slope));
        let moves = Zip::from(&mean).and(&root).map_collect(|&mean, &root| {
            // With an epsilon of 0: a gradient that has always been 0.
            if mean == 0.0 { 0.0 } else { self.rate * (mean / (root + self.epsilon)) }
        });
        *parameters = moved(parameters, moves)?;
        (self.mean, self.root, self.steps) = (mean, root, steps);
        Ok(())
    }
}

fn share(name: &'static str, value: f64, allowed: &'static str) -> Result<f64, LossError> {
    check::in_range((0.0..1.0).contains(&value), name, value, allowed)
}

/// `sqrt(a^2 + b^2)`, also where the squares are too small or too large.
fn length(a: f64, b: f64) -> f64 {
    let square = a * a + b * b;
    if (1e-280..1e300).contains(&square) { square.sqrt() } else { a.hypot(b) }
}

/// What the last step left, or zeros before the first, if it and the arguments fit together.
fn remembered(
    last: &Array1<f64>,
    parameters: &Array1<f64>,
    gradient: &Array1<f64>,
) -> Result<Array1<f64>, LossError> {
    let last = if last.is_empty() { Array1::zeros(gradient.len()) } else { last.clone() };
    check::same_length("parameters", parameters.len(), "gradient", gradient.len())?;
    check::same_length("gradient", gradient.len(), "the last step's gradient", last.len())?;
    check::all_finite("parameters", &parameters.view())?;
    check::all_finite("gradient", &gradient.view())?;
    Ok(last)
}

/// The parameters less the moves, if they are finite.
fn moved(parameters: &Array1<f64>, moves: Array1<f64>) -> Result<Array1<f64>, LossError> {
    let moved = parameters - moves;
    check::all_finite("parameters", &moved.view())?;
    Ok(moved)
}
