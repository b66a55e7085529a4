//! What a policy is trained with once there are rewards: the clipped surrogate of PPO.

use ndarray::{Array1, ArrayView1};

use crate::columns::Columns;
use crate::error::LossError;

/// Clipped surrogate of proximal policy optimisation (PPO), as a loss to be made small.
///
/// ```text
/// rho  = exp(log_prob - old_log_prob)
/// loss = -min(rho A, clip(rho, 1 - epsilon, 1 + epsilon) A)
/// ```
///
/// `A` is the advantage of what was done: how much better it was than expected, in the reward's unit,
/// which is the loss's too. A good action (`A > 0`) is to become likelier, but no more than by the
/// factor `1 + epsilon`, and a bad one less likely, down to `1 - epsilon`: beyond, nothing is gained.
/// What went the wrong way is never clipped. The loss is negative for what is good.
///
/// Slope with respect to `log_prob`: `-rho A`, and 0 where it is clipped (`A > 0` and
/// `rho > 1 + epsilon`, or `A < 0` and `rho < 1 - epsilon`). At the two edges themselves, the kinks,
/// the subgradient `-rho A` is taken.
///
/// Arguments are the advantages, the log-probabilities (nats) under the policy that acted, and those
/// under the policy that learns, `[n]` each. Every method refuses an argument that is empty
/// ([`LossError::Empty`]), of another length ([`LossError::LengthMismatch`]) or not finite
/// ([`LossError::NotFinite`]).
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::preference::*;
/// let ppo = ClippedSurrogate::new(0.25)?;
/// // At the start both policies are one: the mean advantage, negated.
/// assert_eq!(ppo.mean(&[1.0, -3.0], &[-2.0, -2.0], &[-2.0, -2.0])?, 1.0);
/// // Already e times as likely: for a good action that is enough, for a bad one it is a pity.
/// assert_eq!(ppo.loss(1.0, -2.0, -1.0), -1.25);
/// assert_eq!(ppo.loss(-1.0, -2.0, -1.0), 1.0_f64.exp());
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: J. Schulman et al., "Proximal policy optimization algorithms" (2017), equation 7.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClippedSurrogate {
    epsilon: f64,
}

impl ClippedSurrogate {
    /// With how far, relative to 1, the ratio may move before it is clipped; often 0.2.
    ///
    /// ```
    /// # use lossbook::preference::*;
    /// assert!(ClippedSurrogate::new(0.2).is_ok());
    /// assert!(ClippedSurrogate::new(1.0).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `0 < epsilon < 1`.
    pub fn new(epsilon: f64) -> Result<Self, LossError> {
        if epsilon > 0.0 && epsilon < 1.0 {
            Ok(Self { epsilon })
        } else {
            let (name, allowed) = ("epsilon", "0 < epsilon < 1");
            Err(LossError::BadParameter { name, value: epsilon, allowed })
        }
    }

    /// The parameter.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// assert_eq!(ClippedSurrogate::new(0.2)?.epsilon(), 0.2);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn epsilon(&self) -> f64 {
        self.epsilon
    }

    /// The loss of one action.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// assert_eq!(ClippedSurrogate::new(0.25)?.loss(2.0, -1.0, -1.0), -2.0);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn loss(&self, advantage: f64, old_log_prob: f64, log_prob: f64) -> f64 {
        self.loss_and_slope([advantage, old_log_prob, log_prob]).0
    }

    /// The derivative of [`loss`](Self::loss) with respect to `log_prob`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// assert_eq!(ClippedSurrogate::new(0.25)?.slope(2.0, -1.0, -1.0), -2.0);
    /// assert_eq!(ClippedSurrogate::new(0.25)?.slope(2.0, -1.0, -0.5), 0.0);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn slope(&self, advantage: f64, old_log_prob: f64, log_prob: f64) -> f64 {
        self.loss_and_slope([advantage, old_log_prob, log_prob]).1
    }

    /// The loss of every action, `[n]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// let losses = ClippedSurrogate::new(0.25)?.each(&[1.0, 2.0], &[-1.0, -1.0], &[-1.0, 0.0])?;
    /// assert_eq!(losses, array![-1.0, -2.5]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
    pub fn each<'a, 'o, 'p>(
        &self,
        advantages: impl Into<ArrayView1<'a, f64>>,
        old_log_probs: impl Into<ArrayView1<'o, f64>>,
        log_probs: impl Into<ArrayView1<'p, f64>>,
    ) -> Result<Array1<f64>, LossError> {
        let actions = actions(advantages.into(), old_log_probs.into(), log_probs.into())?;
        actions.map(|action| self.loss_and_slope(action).0)
    }

    /// The mean of the actions' losses.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// let mean = ClippedSurrogate::new(0.25)?.mean(&[1.0, 2.0], &[-1.0, -1.0], &[-1.0, 0.0])?;
    /// assert_eq!(mean, -1.75);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
    pub fn mean<'a, 'o, 'p>(
        &self,
        advantages: impl Into<ArrayView1<'a, f64>>,
        old_log_probs: impl Into<ArrayView1<'o, f64>>,
        log_probs: impl Into<ArrayView1<'p, f64>>,
    ) -> Result<f64, LossError> {
        let actions = actions(advantages.into(), old_log_probs.into(), log_probs.into())?;
        Ok(actions.add_up(|action| self.loss_and_slope(action).0)?.mean())
    }

    /// The sum of the actions' losses.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// let sum = ClippedSurrogate::new(0.25)?.sum(&[1.0, 2.0], &[-1.0, -1.0], &[-1.0, 0.0])?;
    /// assert_eq!(sum, -3.5);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
    pub fn sum<'a, 'o, 'p>(
        &self,
        advantages: impl Into<ArrayView1<'a, f64>>,
        old_log_probs: impl Into<ArrayView1<'o, f64>>,
        log_probs: impl Into<ArrayView1<'p, f64>>,
    ) -> Result<f64, LossError> {
        let actions = actions(advantages.into(), old_log_probs.into(), log_probs.into())?;
        Ok(actions.add_up(|action| self.loss_and_slope(action).0)?.total())
    }

    /// The gradient of the **mean** loss with respect to `log_probs`, `[n]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// let ppo = ClippedSurrogate::new(0.25)?;
    /// let gradient = ppo.gradient(&[1.0, 2.0], &[-1.0, -1.0], &[-1.0, 0.0])?;
    /// assert_eq!(gradient, array![-0.5, 0.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
    pub fn gradient<'a, 'o, 'p>(
        &self,
        advantages: impl Into<ArrayView1<'a, f64>>,
        old_log_probs: impl Into<ArrayView1<'o, f64>>,
        log_probs: impl Into<ArrayView1<'p, f64>>,
    ) -> Result<Array1<f64>, LossError> {
        let actions = actions(advantages.into(), old_log_probs.into(), log_probs.into())?;
        let n = actions.len();
        actions.map(|action| self.loss_and_slope(action).1 / n)
    }

    /// [`mean`](Self::mean) and [`gradient`](Self::gradient) in one pass over the actions.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// let ppo = ClippedSurrogate::new(0.25)?;
    /// let (mean, gradient) = ppo.mean_and_gradient(&[1.0, 2.0], &[-1.0, -1.0], &[-1.0, 0.0])?;
    /// assert_eq!((mean, gradient), (-1.75, array![-0.5, 0.0]));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
    pub fn mean_and_gradient<'a, 'o, 'p>(
        &self,
        advantages: impl Into<ArrayView1<'a, f64>>,
        old_log_probs: impl Into<ArrayView1<'o, f64>>,
        log_probs: impl Into<ArrayView1<'p, f64>>,
    ) -> Result<(f64, Array1<f64>), LossError> {
        let actions = actions(advantages.into(), old_log_probs.into(), log_probs.into())?;
        actions.mean_and_slopes(|action| self.loss_and_slope(action))
    }

    fn loss_and_slope(&self, [advantage, old_log_prob, log_prob]: [f64; 3]) -> (f64, f64) {
        if advantage == 0.0 {
            // Whatever the ratio, an infinite one too; but a NaN remains one.
            let nothing = if (log_prob - old_log_prob).is_nan() { f64::NAN } else { 0.0 };
            return (nothing, nothing);
        }
        let ratio = (log_prob - old_log_prob).exp();
        let at_ratio = if ratio.is_normal() {
            ratio * advantage
        } else {
            // In two halves, as the product may be a number although the ratio is none.
            let root = (0.5 * (log_prob - old_log_prob)).exp();
            root * advantage * root
        };
        let edge = if advantage > 0.0 { 1.0 + self.epsilon } else { 1.0 - self.epsilon };
        let clipped = if advantage > 0.0 { ratio > edge } else { ratio < edge };
        if clipped { (0.0 - edge * advantage, 0.0) } else { (0.0 - at_ratio, 0.0 - at_ratio) }
    }
}

fn actions<'s, 'a: 's, 'o: 's, 'p: 's>(
    advantages: ArrayView1<'a, f64>,
    old_log_probs: ArrayView1<'o, f64>,
    log_probs: ArrayView1<'p, f64>,
) -> Result<Columns<'s, 3>, LossError> {
    let names = ["advantages", "old_log_probs", "log_probs"];
    let views = [advantages.reborrow(), old_log_probs.reborrow(), log_probs.reborrow()];
    Columns::new(names, views)
}
