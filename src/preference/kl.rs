//! The price of leaving the reference.

use ndarray::{Array1, ArrayView1};

use super::losses::exact_sum;
use crate::columns::Columns;
use crate::error::LossError;
use crate::sum::Sum;

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
/// # use lossbook::preference::*;
/// let penalty = KlPenalty::new(0.5)?;
/// // The same reward three times; the policy finds the answer likelier, as likely, less likely.
/// let rewards = penalty.each(&[1.0, 1.0, 1.0], &[-8.0, -8.0, -8.0], &[-6.0, -8.0, -9.0])?;
/// assert_eq!(rewards, array![0.0, 1.0, 1.5]);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: D. M. Ziegler et al., "Fine-tuning language models from human preferences" (2019),
/// equation 2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KlPenalty {
    beta: f64,
}

impl KlPenalty {
    /// With the price `beta` of a nat; 0 for none.
    ///
    /// ```
    /// # use lossbook::preference::*;
    /// assert!(KlPenalty::new(0.02).is_ok());
    /// assert!(KlPenalty::new(-0.02).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `beta >= 0` and finite.
    pub fn new(beta: f64) -> Result<Self, LossError> {
        if beta >= 0.0 && beta.is_finite() {
            Ok(Self { beta })
        } else {
            let allowed = "beta >= 0 and finite";
            Err(LossError::BadParameter { name: "beta", value: beta, allowed })
        }
    }

    /// The parameter.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// assert_eq!(KlPenalty::new(0.5)?.beta(), 0.5);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn beta(&self) -> f64 {
        self.beta
    }

    /// What is left of every reward, `[n]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// assert_eq!(KlPenalty::new(0.5)?.each(&[3.0], &[-8.0], &[-6.0])?, array![2.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
    pub fn each<'a, 'r, 'p>(
        &self,
        rewards: impl Into<ArrayView1<'a, f64>>,
        reference: impl Into<ArrayView1<'r, f64>>,
        policy: impl Into<ArrayView1<'p, f64>>,
    ) -> Result<Array1<f64>, LossError> {
        answers(rewards.into(), reference.into(), policy.into())?.map(|answer| self.of(answer))
    }

    /// The mean of what is left.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// assert_eq!(KlPenalty::new(0.5)?.mean(&[3.0, 1.0], &[-8.0, -8.0], &[-6.0, -8.0])?, 1.5);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
    pub fn mean<'a, 'r, 'p>(
        &self,
        rewards: impl Into<ArrayView1<'a, f64>>,
        reference: impl Into<ArrayView1<'r, f64>>,
        policy: impl Into<ArrayView1<'p, f64>>,
    ) -> Result<f64, LossError> {
        Ok(self.add_up(rewards.into(), reference.into(), policy.into())?.mean())
    }

    /// The sum of what is left.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// assert_eq!(KlPenalty::new(0.5)?.sum(&[3.0, 1.0], &[-8.0, -8.0], &[-6.0, -8.0])?, 3.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
    pub fn sum<'a, 'r, 'p>(
        &self,
        rewards: impl Into<ArrayView1<'a, f64>>,
        reference: impl Into<ArrayView1<'r, f64>>,
        policy: impl Into<ArrayView1<'p, f64>>,
    ) -> Result<f64, LossError> {
        Ok(self.add_up(rewards.into(), reference.into(), policy.into())?.total())
    }

    fn add_up(
        &self,
        rewards: ArrayView1<'_, f64>,
        reference: ArrayView1<'_, f64>,
        policy: ArrayView1<'_, f64>,
    ) -> Result<Sum, LossError> {
        answers(rewards, reference, policy)?.add_up(|answer| self.of(answer))
    }

    fn of(&self, [reward, reference, policy]: [f64; 3]) -> f64 {
        // Each product in two parts, so that nothing is lost where reward and price nearly cancel.
        let [gained, lost] = [self.beta * reference, self.beta * policy];
        if !(gained.is_finite() && lost.is_finite()) {
            return reward - self.beta * (policy - reference);
        }
        let gained_rest = self.beta.mul_add(reference, -gained);
        let lost_rest = self.beta.mul_add(policy, -lost);
        exact_sum([reward, gained, -lost, gained_rest, -lost_rest])
    }
}

fn answers<'s, 'a: 's, 'r: 's, 'p: 's>(
    rewards: ArrayView1<'a, f64>,
    reference: ArrayView1<'r, f64>,
    policy: ArrayView1<'p, f64>,
) -> Result<Columns<'s, 3>, LossError> {
    let views = [rewards.reborrow(), reference.reborrow(), policy.reborrow()];
    Columns::new(["rewards", "reference", "policy"], views)
}
