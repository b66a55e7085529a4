//! What a policy is trained with once there are rewards: the clipped surrogate of PPO.

use ndarray::Array1;

use super::{Found, View, evaluate};
use crate::error::LossError;
use crate::loss::{Ask, Vector, words};
use crate::numeric::{check, weighted};

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
/// Derivative with respect to `log_prob`: `-rho A`, and 0 where it is clipped (`A > 0` and
/// `rho > 1 + epsilon`, or `A < 0` and `rho < 1 - epsilon`). At the two edges themselves, the kinks,
/// the subgradient `-rho A` is taken. A ratio beyond e^709 is infinite.
///
/// Arguments are the advantages, the log-probabilities (nats) under the policy that acted, and those
/// under the policy that learns, `[n]` each; the gradient is with respect to the last. Every method
/// refuses an argument that is empty ([`LossError::Empty`]), of another length
/// ([`LossError::LengthMismatch`]) or not finite ([`LossError::NotFinite`]).
///
/// ```
/// # use lossbook::prelude::*;
/// let ppo = ClippedSurrogate::new(0.25)?;
/// // At the start both policies are one: the mean advantage, negated.
/// assert_eq!(ppo.mean(&[1.0, -3.0], &[-2.0, -2.0], &[-2.0, -2.0])?, 1.0);
/// // Already e times as likely: for a good action that is enough, for a bad one it is a pity.
/// assert_eq!(ppo.loss(1.0, -2.0, -1.0), -1.25);
/// assert_eq!(ppo.loss(-1.0, -2.0, -1.0), 1.0_f64.exp());
///
/// let (mean, gradient) = ppo.mean_and_gradient(&[1.0, 2.0], &[-1.0, -1.0], &[-1.0, 0.0])?;
/// assert_eq!((mean, gradient), (-1.75, array![-0.5, 0.0]));
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: J. Schulman et al., "Proximal policy optimization algorithms" (2017), equation 7.
#[doc(alias("PPO", "PPO clip", "PPOTrainer", "clipped_surrogate_pg_loss", "RLHF"))]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClippedSurrogate {
    epsilon: f64,
}

impl ClippedSurrogate {
    words!(pub (advantages: impl Vector => advantages.as_vector(),
                old_log_probs: impl Vector => old_log_probs.as_vector(),
                log_probs: impl Vector => log_probs.as_vector()) -> Array1<f64>);

    /// With how far, relative to 1, the ratio may move before it is clipped; often 0.2.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert!(ClippedSurrogate::new(0.2).is_ok());
    /// assert!(ClippedSurrogate::new(1.0).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `0 < epsilon < 1`.
    pub fn new(epsilon: f64) -> Result<Self, LossError> {
        check::in_range(epsilon > 0.0 && epsilon < 1.0, "epsilon", epsilon, "0 < epsilon < 1")?;
        Ok(Self { epsilon })
    }

    /// The parameter.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(ClippedSurrogate::new(0.2)?.epsilon(), 0.2);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn epsilon(&self) -> f64 {
        self.epsilon
    }

    /// The loss of one action, and its derivative with respect to `log_prob`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let ppo = ClippedSurrogate::new(0.25)?;
    /// assert_eq!(ppo.value_and_derivative(2.0, -1.0, -1.0), (-2.0, -2.0));
    /// assert_eq!(ppo.value_and_derivative(2.0, -1.0, -0.5), (-2.5, 0.0));
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn value_and_derivative(
        &self,
        advantage: f64,
        old_log_prob: f64,
        log_prob: f64,
    ) -> (f64, f64) {
        let ratio = (log_prob - old_log_prob).exp();
        // Nothing at stake is nothing, also where the ratio is infinite.
        let plain = weighted(advantage, ratio);
        let clipped = ratio.clamp(1.0 - self.epsilon, 1.0 + self.epsilon) * advantage;
        if clipped < plain { (0.0 - clipped, 0.0) } else { (0.0 - plain, 0.0 - plain) }
    }

    /// The loss of one action.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(ClippedSurrogate::new(0.25)?.loss(2.0, -1.0, -1.0), -2.0);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn loss(&self, advantage: f64, old_log_prob: f64, log_prob: f64) -> f64 {
        self.value_and_derivative(advantage, old_log_prob, log_prob).0
    }

    /// The derivative of [`loss`](Self::loss) with respect to `log_prob`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(ClippedSurrogate::new(0.25)?.derivative(2.0, -1.0, -1.0), -2.0);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn derivative(&self, advantage: f64, old_log_prob: f64, log_prob: f64) -> f64 {
        self.value_and_derivative(advantage, old_log_prob, log_prob).1
    }

    fn evaluate(&self, advantages: View, old: View, new: View, ask: Ask) -> Found {
        let names = ["advantages", "old_log_probs", "log_probs"];
        let of_action = |[a, old, new]: [f64; 3]| self.value_and_derivative(a, old, new);
        evaluate(names, [advantages, old, new], ask, &of_action)
    }
}
