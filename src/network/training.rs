//! How a network learns.

use ndarray::{ArrayView2, Axis};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::criterion::{Criterion, Target};
use super::{Activation, Network, Optimiser};
use crate::error::LossError;
use crate::loss::Matrix;
use crate::numeric::{Sum, check};

/// How long, and in which batches, a network is trained.
///
/// ```
/// # use lossbook::prelude::*;
/// // 20 times through all the samples, in batches of 32 that are drawn anew each time.
/// let training = Training::epochs(20)?.with_batches(32)?.with_seed(7);
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Training {
    epochs: usize,
    batch: Option<usize>,
    seed: u64,
}

impl Training {
    /// So many times through the samples, all of them in one step.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert!(Training::epochs(100).is_ok());
    /// assert!(Training::epochs(0).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] for 0.
    pub fn epochs(epochs: usize) -> Result<Self, LossError> {
        check::in_range(epochs > 0, "epochs", epochs as f64, "epochs >= 1")?;
        Ok(Self { epochs, batch: None, seed: 0 })
    }

    /// In batches of so many samples, the last one of an epoch being what is left: a step each. Every
    /// epoch shuffles the samples anew.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert!(Training::epochs(100)?.with_batches(0).is_err());
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] for 0.
    pub fn with_batches(mut self, size: usize) -> Result<Self, LossError> {
        check::in_range(size > 0, "batch size", size as f64, "batch size >= 1")?;
        self.batch = Some(size);
        Ok(self)
    }

    /// With another seed than 0, for the batches and for RReLU.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_ne!(Training::epochs(1)?.with_seed(7), Training::epochs(1)?);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

impl Network {
    /// Trains: step by step against the gradient of the loss. The answer is the loss of every epoch:
    /// the mean over its samples, each before its batch's step (so the first, with all the samples in
    /// one step, is that of the untrained network).
    ///
    /// Training may go on with the same optimiser, which remembers what it needs.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (x, y) = (array![[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0]);
    /// let mut line = Network::random(&[1, 1], Activation::LINEAR, 7)?;
    /// let loss = Criterion::regression(SquaredError);
    ///
    /// let history = line.train(&loss, &x, &y, &mut Sgd::new(0.1)?, &Training::epochs(300)?)?;
    /// assert_eq!(history.len(), 300);
    /// let found = line.parameters();
    /// assert!((found[0] - 2.0).abs() < 1e-6 && (found[1] - 1.0).abs() < 1e-6);
    ///
    /// // Steps that are too long lead away from the target, further each time.
    /// let before = line.with_parameters(&[0.0, 0.0])?;
    /// let mut network = before.clone();
    /// let fault = network.train(&loss, &x, &y, &mut Sgd::new(1.0)?, &Training::epochs(999)?);
    /// assert!(fault.unwrap_err().to_string().starts_with("training diverged at step"));
    /// assert_eq!(network, before);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Before the first step, as [`mean`](Self::mean). Then [`LossError::Diverged`] as soon as a unit,
    /// the loss, its gradient or a parameter is not finite. After an error the network is as it was
    /// before; the optimiser, which has made steps, is not: take a new one.
    #[doc(alias = "fit")]
    pub fn train<'t>(
        &mut self,
        loss: &Criterion,
        x: impl Matrix,
        target: impl Into<Target<'t>>,
        optimiser: &mut dyn Optimiser,
        training: &Training,
    ) -> Result<Vec<f64>, LossError> {
        self.train_on(loss, x.as_matrix(), target.into(), optimiser, training)
    }

    fn train_on(
        &mut self,
        loss: &Criterion,
        x: ArrayView2<f64>,
        target: Target,
        optimiser: &mut dyn Optimiser,
        training: &Training,
    ) -> Result<Vec<f64>, LossError> {
        // What is wrong with the arguments shows here, where places in them are still their own.
        loss.mean(target, self.forward(x)?)?;

        let n = x.nrows();
        let mut random = ChaCha8Rng::seed_from_u64(training.seed);
        let mut order: Vec<usize> = (0..n).collect();
        let mut network = self.clone();
        let (mut parameters, mut step) = (network.parameters(), 0_usize);
        let mut history = Vec::new();
        for _ in 0..training.epochs {
            let size = training.batch.unwrap_or(n);
            if size < n {
                order.shuffle(&mut random);
            }
            let mut total = Sum::ZERO;
            for batch in order.chunks(size) {
                step = step.saturating_add(1);
                let unit = |activation: Activation, sum: f64| {
                    activation.drawn(&mut random).value_and_derivative(sum)
                };
                let propagated = if batch.len() == n {
                    network.propagate(loss, x, target, unit)
                } else {
                    let x = x.select(Axis(0), batch);
                    target.select(batch, |target| network.propagate(loss, x.view(), target, unit))
                };
                let stepped = propagated.and_then(|(mean, gradient)| {
                    check::finite("loss", &[], mean)?;
                    optimiser.step(&mut parameters, &gradient)?;
                    Ok(mean)
                });
                let mean = stepped.map_err(|fault| diverged(step, fault))?;
                network.take(parameters.view());
                total.add(mean * (batch.len() as f64 / n as f64));
            }
            history.push(total.total());
        }
        *self = network;
        Ok(history)
    }
}

/// The arguments being in order, a number that is not finite means that the training has diverged.
fn diverged(step: usize, fault: LossError) -> LossError {
    match fault {
        LossError::NotFinite { name, at, value } => LossError::Diverged { step, name, at, value },
        other => other,
    }
}
