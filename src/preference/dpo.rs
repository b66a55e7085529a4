//! Direct preference optimisation: the policy is its own reward model.

use ndarray::{Array1, ArrayView1};

use super::losses::{exact_sum, sigmoid, surprise};
use super::{PreferenceGradient, PreferenceLoss};
use crate::columns::Columns;
use crate::error::LossError;
use crate::sum::Sum;

/// The log-probabilities that one model gives to the chosen and to the rejected answers, `[n]` each.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::preference::*;
/// let log_probs = LogProbs::new(&[-12.5, -30.0], &[-14.0, -28.0]);
/// assert_eq!(log_probs.chosen[1], -30.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogProbs<'a> {
    /// Of the chosen answers.
    pub chosen: ArrayView1<'a, f64>,
    /// Of the rejected answers, in the same order.
    pub rejected: ArrayView1<'a, f64>,
}

impl<'a> LogProbs<'a> {
    /// Chosen first. Lengths and values are checked by the loss that they are given to.
    ///
    /// ```
    /// # use lossbook::preference::*;
    /// assert_eq!(LogProbs::new(&[-1.0], &[-2.0]).rejected[0], -2.0);
    /// ```
    pub fn new<'c: 'a, 'r: 'a>(
        chosen: impl Into<ArrayView1<'c, f64>>,
        rejected: impl Into<ArrayView1<'r, f64>>,
    ) -> Self {
        Self { chosen: chosen.into().reborrow(), rejected: rejected.into().reborrow() }
    }
}

/// Direct preference optimisation (DPO): a Bradley-Terry loss whose rewards are how much likelier the
/// policy finds an answer than the reference does.
///
/// ```text
/// h = (ln pi(chosen) - ln pi_ref(chosen)) - (ln pi(rejected) - ln pi_ref(rejected))
/// loss = -(1 - label_smoothing) ln sigmoid(beta h) - label_smoothing ln sigmoid(-beta h)
/// ```
///
/// `beta` says how dear it is to leave the reference; often 0.1. `label_smoothing` is the probability
/// that a choice was noted the wrong way round (conservative DPO), 0 for none: the loss is then least
/// not at `h = infinity` but where `sigmoid(beta h) = 1 - label_smoothing`.
///
/// Slope: `beta (label_smoothing - sigmoid(-beta h))` for the policy's log-probability of the chosen
/// answer, its negative for that of the rejected one; the reference is fixed. There is no kink.
///
/// Arguments are the reference first, then the policy, `[n]` numbers in nats each, the four of a pair
/// at the same index. Every method refuses an argument that is empty ([`LossError::Empty`]), of
/// another length ([`LossError::LengthMismatch`]) or not finite ([`LossError::NotFinite`]).
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::preference::*;
/// let dpo = Dpo::new(0.1, 0.0)?;
/// let reference = LogProbs::new(&[-20.0], &[-20.0]);
/// // A policy that is the reference has learnt nothing yet: ln 2.
/// assert_eq!(dpo.mean(reference, reference)?, 2.0_f64.ln());
/// // It has when it finds the chosen answer likelier, and the rejected one less so.
/// let policy = LogProbs::new(&[-15.0], &[-25.0]);
/// assert_eq!(format!("{:.4}", dpo.mean(reference, policy)?), "0.3133");
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: R. Rafailov et al., "Direct preference optimization: your language model is secretly a
/// reward model" (2023), equation 7; E. Mitchell, "A note on DPO with noisy preferences and
/// relationship to IPO" (2023) for the smoothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dpo {
    beta: f64,
    label_smoothing: f64,
}

impl Dpo {
    /// With the strength `beta` that holds the policy to the reference, and the share of labels that
    /// are held to be wrong.
    ///
    /// ```
    /// # use lossbook::preference::*;
    /// assert!(Dpo::new(0.1, 0.0).is_ok());
    /// assert!(Dpo::new(0.1, 0.5).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `beta > 0` and finite, and `0 <= label_smoothing < 0.5` (at
    /// 0.5 a choice says nothing).
    pub fn new(beta: f64, label_smoothing: f64) -> Result<Self, LossError> {
        if !(beta > 0.0 && beta.is_finite()) {
            let allowed = "beta > 0 and finite";
            return Err(LossError::BadParameter { name: "beta", value: beta, allowed });
        }
        if !(0.0..0.5).contains(&label_smoothing) {
            let (name, allowed) = ("label_smoothing", "0 <= label_smoothing < 0.5");
            return Err(LossError::BadParameter { name, value: label_smoothing, allowed });
        }
        Ok(Self { beta, label_smoothing })
    }

    /// The strength.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// assert_eq!(Dpo::new(0.1, 0.0)?.beta(), 0.1);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn beta(&self) -> f64 {
        self.beta
    }

    /// The share of labels that are held to be wrong.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// assert_eq!(Dpo::new(0.1, 0.05)?.label_smoothing(), 0.05);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn label_smoothing(&self) -> f64 {
        self.label_smoothing
    }

    /// The loss that does without a reference, with the same parameters.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// let free = Dpo::new(0.1, 0.0)?.reference_free();
    /// assert_eq!(free.mean(&[-20.0], &[-20.0])?, 2.0_f64.ln());
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn reference_free(self) -> ReferenceFreeDpo {
        ReferenceFreeDpo { dpo: self }
    }

    /// The loss of every pair, `[n]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// let reference = LogProbs::new(&[-20.0, -9.0], &[-20.0, -9.0]);
    /// let policy = LogProbs::new(&[-20.0, -10_009.0], &[-20.0, -9.0]);
    /// let losses = Dpo::new(0.5, 0.0)?.each(reference, policy)?;
    /// assert_eq!(losses, array![2.0_f64.ln(), 5000.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
    pub fn each(
        &self,
        reference: LogProbs<'_>,
        policy: LogProbs<'_>,
    ) -> Result<Array1<f64>, LossError> {
        columns(reference, policy)?.map(|sample| self.loss_of(lead(sample)))
    }

    /// The mean of the pairs' losses.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// let reference = LogProbs::new(&[-1.0], &[-2.0]);
    /// assert_eq!(Dpo::new(0.1, 0.0)?.mean(reference, reference)?, 2.0_f64.ln());
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
    pub fn mean(&self, reference: LogProbs<'_>, policy: LogProbs<'_>) -> Result<f64, LossError> {
        Ok(self.add_up(reference, policy)?.mean())
    }

    /// The sum of the pairs' losses.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// let reference = LogProbs::new(&[-1.0, -1.0], &[-2.0, -2.0]);
    /// assert_eq!(Dpo::new(0.1, 0.0)?.sum(reference, reference)?, 2.0 * 2.0_f64.ln());
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
    pub fn sum(&self, reference: LogProbs<'_>, policy: LogProbs<'_>) -> Result<f64, LossError> {
        Ok(self.add_up(reference, policy)?.total())
    }

    /// The gradient of the **mean** loss with respect to the policy's log-probabilities, `[n]` each.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// let reference = LogProbs::new(&[-1.0], &[-2.0]);
    /// let gradient = Dpo::new(0.5, 0.0)?.gradient(reference, reference)?;
    /// assert_eq!(gradient, PreferenceGradient { chosen: array![-0.25], rejected: array![0.25] });
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
    pub fn gradient(
        &self,
        reference: LogProbs<'_>,
        policy: LogProbs<'_>,
    ) -> Result<PreferenceGradient, LossError> {
        let pairs = columns(reference, policy)?;
        let n = pairs.len();
        Ok(PreferenceGradient::new(pairs.map(|sample| self.slope_of(lead(sample)) / n)?))
    }

    /// [`mean`](Self::mean) and [`gradient`](Self::gradient) in one pass over the pairs.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::preference::*;
    /// let reference = LogProbs::new(&[-1.0], &[-2.0]);
    /// let (mean, gradient) = Dpo::new(0.5, 0.0)?.mean_and_gradient(reference, reference)?;
    /// assert_eq!(mean, 2.0_f64.ln());
    /// assert_eq!(gradient.chosen, array![-0.25]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An argument that is empty, of another length, or not finite.
    pub fn mean_and_gradient(
        &self,
        reference: LogProbs<'_>,
        policy: LogProbs<'_>,
    ) -> Result<(f64, PreferenceGradient), LossError> {
        let pairs = columns(reference, policy)?;
        let (mean, chosen) = pairs.mean_and_slopes(|sample| {
            let lead = lead(sample);
            (self.loss_of(lead), self.slope_of(lead))
        })?;
        Ok((mean, PreferenceGradient::new(chosen)))
    }

    fn add_up(&self, reference: LogProbs<'_>, policy: LogProbs<'_>) -> Result<Sum, LossError> {
        columns(reference, policy)?.add_up(|sample| self.loss_of(lead(sample)))
    }

    fn loss_of(&self, lead: f64) -> f64 {
        surprise(self.beta * lead, self.label_smoothing)
    }

    /// With respect to the lead, and so to the policy's log-probability of the chosen answer.
    fn slope_of(&self, lead: f64) -> f64 {
        self.beta * (self.label_smoothing - sigmoid(-self.beta * lead))
    }
}

/// DPO without a reference: [`Dpo`] with `h = ln pi(chosen) - ln pi(rejected)`, made by
/// [`Dpo::reference_free`].
///
/// It is DPO with a reference that finds the two answers equally likely. Its scores are the
/// log-probabilities under the policy, `[n]` chosen and `[n]` rejected, in nats. Formula, slope and
/// parameters are those of [`Dpo`], the methods those of [`PreferenceLoss`].
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::preference::*;
/// let dpo = Dpo::new(0.1, 0.0)?;
/// let (chosen, rejected, even) = ([-15.0], [-25.0], [-7.0]);
/// let policy = LogProbs::new(&chosen, &rejected);
/// assert_eq!(
///     dpo.reference_free().mean(&chosen, &rejected)?,
///     dpo.mean(LogProbs::new(&even, &even), policy)?,
/// );
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: as [`Dpo`], whose authors' code has it as an option.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReferenceFreeDpo {
    dpo: Dpo,
}

impl PreferenceLoss for ReferenceFreeDpo {
    fn loss(&self, chosen: f64, rejected: f64) -> f64 {
        self.dpo.loss_of(chosen - rejected)
    }

    fn slope(&self, chosen: f64, rejected: f64) -> f64 {
        self.dpo.slope_of(chosen - rejected)
    }
}

fn columns<'s, 'r: 's, 'p: 's>(
    reference: LogProbs<'r>,
    policy: LogProbs<'p>,
) -> Result<Columns<'s, 4>, LossError> {
    Columns::new(
        ["reference.chosen", "reference.rejected", "policy.chosen", "policy.rejected"],
        [
            reference.chosen.reborrow(),
            reference.rejected.reborrow(),
            policy.chosen.reborrow(),
            policy.rejected.reborrow(),
        ],
    )
}

/// `h`, with twice the digits: log-probabilities are large where their differences are small.
fn lead([ref_chosen, ref_rejected, chosen, rejected]: [f64; 4]) -> f64 {
    exact_sum([chosen, -ref_chosen, -rejected, ref_rejected])
}
