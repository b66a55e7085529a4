//! How a gradient becomes a step.

use ndarray::Array1;

use super::in_range;
use crate::error::{LossError, check};

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
#[derive(Debug, Clone, PartialEq)]
pub struct Sgd {
    rate: f64,
    momentum: f64,
    velocity: Vec<f64>,
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
        check_rate(rate)?;
        Ok(Self { rate, momentum: 0.0, velocity: Vec::new() })
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
        let fresh = self.velocity.is_empty();
        check_step(parameters, gradient, if fresh { gradient.len() } else { self.velocity.len() })?;
        let velocity: Vec<f64> = if fresh {
            gradient.to_vec()
        } else {
            let pairs = self.velocity.iter().zip(gradient);
            pairs.map(|(last, slope)| self.momentum * last + slope).collect()
        };
        let moves = velocity.iter().map(|velocity| self.rate * velocity);
        let moved = moved(parameters, moves)?;
        (*parameters, self.velocity) = (moved, velocity);
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
///
/// ```
/// # use lossbook::prelude::*;
/// // The first step is the rate, for large and for small slopes.
/// let mut x = array![1.0, 1.0];
/// Adam::new(0.25)?.with_epsilon(0.0)?.step(&mut x, &array![1e-3, -1e3])?;
/// assert_eq!(x.mapv(|x| (1e9 * x).round() / 1e9), array![0.75, 1.25]);
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
    /// `m` and `v` of each parameter.
    moments: Vec<[f64; 2]>,
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
        check_rate(rate)?;
        Ok(Self { rate, betas: [0.9, 0.999], epsilon: 1e-8, steps: 0, moments: Vec::new() })
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
        let beta1 = share("beta1", beta1, "0 <= beta1 < 1")?;
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
        let allowed = epsilon >= 0.0 && epsilon.is_finite();
        in_range(allowed, "epsilon", epsilon, "epsilon >= 0 and finite")?;
        self.epsilon = epsilon;
        Ok(self)
    }
}

impl Optimiser for Adam {
    fn step(
        &mut self,
        parameters: &mut Array1<f64>,
        gradient: &Array1<f64>,
    ) -> Result<(), LossError> {
        let fresh = self.moments.is_empty();
        check_step(parameters, gradient, if fresh { gradient.len() } else { self.moments.len() })?;
        let (steps, [beta1, beta2]) = (self.steps.saturating_add(1), self.betas);
        let mut moments = if fresh { vec![[0.0; 2]; gradient.len()] } else { self.moments.clone() };
        for (index, ([m, v], &slope)) in moments.iter_mut().zip(gradient).enumerate() {
            *m = beta1 * *m + (1.0 - beta1) * slope;
            *v = beta2 * *v + (1.0 - beta2) * (slope * slope);
            // An infinite v would hold its parameter for ever without a word.
            check::finite("mean of gradient squared", &[index], *v)?;
        }
        // 1 - beta^t, without what is lost in taking two numbers near 1 from each other.
        let corrections = self.betas.map(|beta| -(steps as f64 * beta.ln()).exp_m1());
        let moves = moments.iter().map(|[m, v]| {
            let root = (v / corrections[1]).sqrt() + self.epsilon;
            // With an epsilon of 0: a gradient that has always been 0.
            if *m == 0.0 { 0.0 } else { self.rate * (m / corrections[0]) / root }
        });
        let moved = moved(parameters, moves)?;
        (*parameters, self.moments, self.steps) = (moved, moments, steps);
        Ok(())
    }
}

fn check_rate(rate: f64) -> Result<(), LossError> {
    in_range(rate > 0.0 && rate.is_finite(), "rate", rate, "rate > 0 and finite")
}

fn share(name: &'static str, value: f64, allowed: &'static str) -> Result<f64, LossError> {
    in_range((0.0..1.0).contains(&value), name, value, allowed)?;
    Ok(value)
}

fn check_step(
    parameters: &Array1<f64>,
    gradient: &Array1<f64>,
    remembered: usize,
) -> Result<(), LossError> {
    check::same_length("parameters", parameters.len(), "gradient", gradient.len())?;
    check::same_length("gradient", gradient.len(), "the last step's gradient", remembered)?;
    for (index, &value) in parameters.iter().enumerate() {
        check::finite("parameters", &[index], value)?;
    }
    for (index, &value) in gradient.iter().enumerate() {
        check::finite("gradient", &[index], value)?;
    }
    Ok(())
}

/// The parameters less the moves, if they are finite.
fn moved(
    parameters: &Array1<f64>,
    moves: impl Iterator<Item = f64>,
) -> Result<Array1<f64>, LossError> {
    let pairs = parameters.iter().zip(moves).enumerate();
    pairs
        .map(|(index, (parameter, step))| {
            let value = parameter - step;
            check::finite("parameters", &[index], value)?;
            Ok(value)
        })
        .collect()
}
