//! Losses for learning from what people prefer.
//!
//! One is shown two answers to a question and says which is the better: the **chosen** and the
//! **rejected**. From many such pairs a reward model is learnt ([`BradleyTerry`]), with which a
//! language model, here called the **policy**, is then trained ([`ClippedSurrogate`]), held near the
//! **reference** that it started from ([`KlPenalty`]). Or the policy learns from the pairs at once
//! ([`Dpo`]).
//!
//! | loss | formula for one sample | inputs, each `[n]` |
//! | --- | --- | --- |
//! | [`BradleyTerry`] | `-ln sigmoid(chosen - rejected - margin)` | rewards |
//! | [`Dpo`] | `-(1 - e) ln sigmoid(beta h) - e ln sigmoid(-beta h)` | log-probabilities under the reference and the policy |
//! | [`ReferenceFreeDpo`] | the same with `h = chosen - rejected` | log-probabilities under the policy |
//! | [`ClippedSurrogate`] | `-min(rho A, clip(rho, 1 - epsilon, 1 + epsilon) A)` | advantages; log-probabilities before and now |
//! | [`KlPenalty`] | `reward - beta (ln pi - ln pi_ref)`, a reward | rewards; log-probabilities under the reference and the policy |
//!
//! Losses of a chosen and a rejected score answer in the words of the trait [`PreferenceLoss`], the
//! others in the same words with more arguments: what is given first, what learns last.
//!
//! ```
//! use lossbook::prelude::*;
//! use lossbook::preference::*;
//!
//! // Rewards of the chosen and of the rejected answer, of two pairs. The second pair is wrong.
//! let (chosen, rejected) = ([2.0, 0.0], [0.0, 1.0]);
//! let bradley_terry = BradleyTerry::default();
//! let losses = bradley_terry.each(&chosen, &rejected)?;
//! assert_eq!(format!("{losses:.4}"), "[0.1269, 1.3133]");
//!
//! // Its gradient raises the chosen one and lowers the rejected one, most where they are wrong.
//! let gradient = bradley_terry.gradient(&chosen, &rejected)?;
//! assert_eq!(format!("{:.4}", gradient.chosen), "[-0.0596, -0.3655]");
//! assert_eq!(gradient.rejected, -gradient.chosen);
//! # Ok::<(), LossError>(())
//! ```
//!
//! # Log-probabilities
//!
//! A log-probability is in nats; that of an answer is the sum over its tokens. Any finite number is
//! taken, also a positive one, as the logarithm of a density may be. An impossible answer (`-inf`) is
//! an error. Numbers too large for an `f64` follow IEEE arithmetic, as elsewhere in the crate.

mod dpo;
mod kl;
mod losses;
mod ppo;

pub use dpo::{Dpo, LogProbs, ReferenceFreeDpo};
pub use kl::KlPenalty;
pub use losses::BradleyTerry;
pub use ppo::ClippedSurrogate;

use ndarray::{Array1, ArrayView1};

use crate::columns::Columns;
use crate::error::LossError;

/// The gradient of a loss of pairs: with respect to the chosen and to the rejected scores.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::preference::*;
/// let gradient = BradleyTerry::default().gradient(&[1.0], &[1.0])?;
/// assert_eq!(gradient, PreferenceGradient { chosen: array![-0.5], rejected: array![0.5] });
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PreferenceGradient {
    /// With respect to the chosen scores, never positive unless labels are smoothed. `[n]`
    pub chosen: Array1<f64>,
    /// With respect to the rejected scores: minus the other. `[n]`
    pub rejected: Array1<f64>,
}

impl PreferenceGradient {
    fn new(chosen: Array1<f64>) -> Self {
        let rejected = chosen.mapv(|slope| 0.0 - slope);
        Self { chosen, rejected }
    }
}

/// A loss of a chosen and a rejected score: is the chosen one ahead, and by how much?
///
/// To add a loss, write [`loss`](Self::loss) and [`slope`](Self::slope); the rest is provided.
///
/// # Arguments, shapes, errors
///
/// The provided methods take `n` chosen and `n` rejected scores, the two of a pair at the same index:
/// slices, vectors, arrays or views of `f64`. Both are predictions; that one of them was chosen is
/// the target. Losses are in nats. The methods all refuse
/// - an empty argument ([`LossError::Empty`]),
/// - arguments of different length ([`LossError::LengthMismatch`]),
/// - a NaN or an infinity ([`LossError::NotFinite`], which names where).
///
/// # A list of losses
///
/// A boxed loss is a loss, so that a list can hold different ones.
///
/// ```
/// use lossbook::prelude::*;
/// use lossbook::preference::*;
///
/// let losses: [Box<dyn PreferenceLoss>; 2] = [
///     Box::new(BradleyTerry::default()),
///     Box::new(Dpo::new(0.1, 0.0)?.reference_free()),
/// ];
/// for loss in losses {
///     assert_eq!(loss.mean(&[-3.0], &[-3.0])?, 2.0_f64.ln());
/// }
/// # Ok::<(), LossError>(())
/// ```
pub trait PreferenceLoss {
    /// The loss of one pair of scores.
    ///
    /// ```
    /// # use lossbook::preference::*;
    /// assert_eq!(BradleyTerry::default().loss(-5000.0, 5000.0), 10_000.0);
    /// ```
    fn loss(&self, chosen: f64, rejected: f64) -> f64;

    /// The derivative of [`loss`](Self::loss) with respect to the **chosen** score; with respect to
    /// the rejected one it is the negative.
    ///
    /// ```
    /// # use lossbook::preference::*;
    /// assert_eq!(BradleyTerry::default().slope(-5000.0, 5000.0), -1.0);
    /// ```
    fn slope(&self, chosen: f64, rejected: f64) -> f64;

    /// The loss of every pair: `[n]` and `[n]` in, `[n]` out.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// let losses = BradleyTerry::default().each(&[0.0, 0.0], &[0.0, 1e4])?;
    /// assert_eq!(losses, array![2.0_f64.ln(), 1e4]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
    fn each<'c, 'r>(
        &self,
        chosen: impl Into<ArrayView1<'c, f64>>,
        rejected: impl Into<ArrayView1<'r, f64>>,
    ) -> Result<Array1<f64>, LossError>
    where
        Self: Sized,
    {
        let pairs = pairs(chosen.into(), rejected.into())?;
        pairs.map(|[chosen, rejected]| self.loss(chosen, rejected))
    }

    /// The mean of the pairs' losses.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// assert_eq!(BradleyTerry::default().mean(&[1e4, 0.0], &[0.0, 1e4])?, 5e3);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
    fn mean<'c, 'r>(
        &self,
        chosen: impl Into<ArrayView1<'c, f64>>,
        rejected: impl Into<ArrayView1<'r, f64>>,
    ) -> Result<f64, LossError>
    where
        Self: Sized,
    {
        let pairs = pairs(chosen.into(), rejected.into())?;
        Ok(pairs.add_up(|[chosen, rejected]| self.loss(chosen, rejected))?.mean())
    }

    /// The sum of the pairs' losses.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// assert_eq!(BradleyTerry::default().sum(&[1e4, 0.0], &[0.0, 1e4])?, 1e4);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
    fn sum<'c, 'r>(
        &self,
        chosen: impl Into<ArrayView1<'c, f64>>,
        rejected: impl Into<ArrayView1<'r, f64>>,
    ) -> Result<f64, LossError>
    where
        Self: Sized,
    {
        let pairs = pairs(chosen.into(), rejected.into())?;
        Ok(pairs.add_up(|[chosen, rejected]| self.loss(chosen, rejected))?.total())
    }

    /// The gradient of the **mean** loss with respect to both scores, each `[n]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// let gradient = BradleyTerry::default().gradient(&[0.0, 0.0], &[0.0, 1e4])?;
    /// assert_eq!(gradient.chosen, array![-0.25, -0.5]);
    /// assert_eq!(gradient.rejected, array![0.25, 0.5]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
    fn gradient<'c, 'r>(
        &self,
        chosen: impl Into<ArrayView1<'c, f64>>,
        rejected: impl Into<ArrayView1<'r, f64>>,
    ) -> Result<PreferenceGradient, LossError>
    where
        Self: Sized,
    {
        let pairs = pairs(chosen.into(), rejected.into())?;
        let n = pairs.len();
        Ok(PreferenceGradient::new(
            pairs.map(|[chosen, rejected]| self.slope(chosen, rejected) / n)?,
        ))
    }

    /// [`mean`](Self::mean) and [`gradient`](Self::gradient) in one pass over the pairs.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// let (mean, gradient) = BradleyTerry::default().mean_and_gradient(&[0.0], &[1e4])?;
    /// assert_eq!(mean, 1e4);
    /// assert_eq!(gradient.chosen, array![-1.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
    fn mean_and_gradient<'c, 'r>(
        &self,
        chosen: impl Into<ArrayView1<'c, f64>>,
        rejected: impl Into<ArrayView1<'r, f64>>,
    ) -> Result<(f64, PreferenceGradient), LossError>
    where
        Self: Sized,
    {
        let pairs = pairs(chosen.into(), rejected.into())?;
        let (mean, chosen) = pairs.mean_and_slopes(|[chosen, rejected]| {
            (self.loss(chosen, rejected), self.slope(chosen, rejected))
        })?;
        Ok((mean, PreferenceGradient::new(chosen)))
    }
}

impl<L: PreferenceLoss + ?Sized> PreferenceLoss for &L {
    fn loss(&self, chosen: f64, rejected: f64) -> f64 {
        (**self).loss(chosen, rejected)
    }

    fn slope(&self, chosen: f64, rejected: f64) -> f64 {
        (**self).slope(chosen, rejected)
    }
}

impl<L: PreferenceLoss + ?Sized> PreferenceLoss for Box<L> {
    fn loss(&self, chosen: f64, rejected: f64) -> f64 {
        (**self).loss(chosen, rejected)
    }

    fn slope(&self, chosen: f64, rejected: f64) -> f64 {
        (**self).slope(chosen, rejected)
    }
}

fn pairs<'s, 'c: 's, 'r: 's>(
    chosen: ArrayView1<'c, f64>,
    rejected: ArrayView1<'r, f64>,
) -> Result<Columns<'s, 2>, LossError> {
    Columns::new(["chosen", "rejected"], [chosen.reborrow(), rejected.reborrow()])
}
