//! The price of leaving the reference.

use super::{Found, View, evaluate};
use crate::error::LossError;
use crate::loss::{Ask, Vector, words};
use crate::numeric::check;

/// A reward less the price of leaving the reference: `reward - beta (ln pi - ln pi_ref)`.
///
/// The mean of the second term over the policy's own answers is `beta KL(pi, pi_ref)`: without it a
/// policy learns to please the reward model in words that nobody would say. A reward, so to be made
/// **large**, and no loss: it is given to [`ClippedSurrogate`](super::ClippedSurrogate) as an
/// advantage, a number that stays fixed while the policy learns, so it has no gradient here. Its unit
/// is the reward's; `beta` is in that unit per nat.
///
/// Arguments are the rewards, the log-probabilities (nats) of the answers under the reference, and
/// those under the policy, `[n]` each. Every method refuses an argument that is empty
/// ([`LossError::Empty`]), of another length ([`LossError::LengthMismatch`]) or not finite
/// ([`LossError::NotFinite`]).
///
/// ```
/// # use lossbook::prelude::*;
/// let penalty = KlPenalty::new(0.5)?;
/// // The same reward three times; the policy finds the answer likelier, as likely, less likely.
/// let (reference, policy) = ([-8.0, -8.0, -8.0], [-6.0, -8.0, -9.0]);
/// assert_eq!(penalty.each(&[1.0, 1.0, 1.0], &reference, &policy)?, array![0.0, 1.0, 1.5]);
/// assert_eq!(penalty.sum(&[1.0, 1.0, 1.0], &reference, &policy)?, 2.5);
/// assert_eq!(penalty.mean(&[3.0, 1.0], &reference[..2], &policy[..2])?, 1.5);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: D. M. Ziegler et al., "Fine-tuning language models from human preferences" (2019),
/// equation 2.
#[doc(alias("kl_coef", "KL penalty", "RLHF"))]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KlPenalty {
    beta: f64,
}

impl KlPenalty {
    words!(pub (rewards: impl Vector => rewards.as_vector(),
                reference: impl Vector => reference.as_vector(),
                policy: impl Vector => policy.as_vector()));

    /// With the price `beta` of a nat; 0 for none.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert!(KlPenalty::new(0.02).is_ok());
    /// assert!(KlPenalty::new(-0.02).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `beta >= 0` and finite.
    pub fn new(beta: f64) -> Result<Self, LossError> {
        check::at_least_zero("beta", beta, "beta >= 0 and finite")?;
        Ok(Self { beta })
    }

    /// The parameter.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(KlPenalty::new(0.5)?.beta(), 0.5);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn beta(&self) -> f64 {
        self.beta
    }

    fn evaluate(&self, rewards: View, reference: View, policy: View, ask: Ask) -> Found {
        let names = ["rewards", "reference", "policy"];
        // Nobody asks for a derivative.
        let left =
            |[reward, reference, policy]: [f64; 3]| reward - self.beta * (policy - reference);
        evaluate(names, [rewards, reference, policy], ask, &|answer| (left(answer), 0.0))
    }
}
