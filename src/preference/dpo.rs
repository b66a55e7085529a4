//! Direct preference optimisation: the policy is its own reward model.

use super::{Found, PreferenceGradient, PreferenceLoss, View, evaluate, minus_ln_sigmoid};
use crate::error::LossError;
use crate::loss::{Ask, Vector, words};
use crate::numeric::{check, weighted};

/// The log-probabilities that one model gives to the chosen and to the rejected answers, `[n]` each.
///
/// ```
/// # use lossbook::prelude::*;
/// let log_probs = LogProbs::new(&[-12.5, -30.0], &[-14.0, -28.0]);
/// assert_eq!(log_probs.chosen[1], -30.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogProbs<'a> {
    /// Of the chosen answers.
    pub chosen: View<'a>,
    /// Of the rejected answers, in the same order.
    pub rejected: View<'a>,
}

impl<'a> LogProbs<'a> {
    /// Chosen first. Lengths and values are checked by the loss that they are given to.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(LogProbs::new(&[-1.0], &[-2.0]).rejected[0], -2.0);
    /// ```
    pub fn new(chosen: &'a (impl Vector + ?Sized), rejected: &'a (impl Vector + ?Sized)) -> Self {
        Self { chosen: chosen.as_vector(), rejected: rejected.as_vector() }
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
/// Derivative: `beta (label_smoothing - sigmoid(-beta h))` for the policy's log-probability of the
/// chosen answer, its negative for that of the rejected one; the reference is fixed. There is no kink.
///
/// Arguments are the reference first, then the policy, `[n]` numbers in nats each, the four of a pair
/// at the same index. Every method refuses an argument that is empty ([`LossError::Empty`]), of
/// another length ([`LossError::LengthMismatch`]) or not finite ([`LossError::NotFinite`]).
///
/// ```
/// # use lossbook::prelude::*;
/// let dpo = Dpo::new(0.1)?;
/// let reference = LogProbs::new(&[-20.0], &[-20.0]);
/// // A policy that is the reference has learnt nothing yet: ln 2.
/// assert_eq!(dpo.mean(reference, reference)?, 2.0_f64.ln());
/// // It has when it finds the chosen answer likelier, and the rejected one less so.
/// let policy = LogProbs::new(&[-15.0], &[-25.0]);
/// assert_eq!(format!("{:.4}", dpo.mean(reference, policy)?), "0.3133");
///
/// // The gradient is with respect to the policy's log-probabilities.
/// let gradient = Dpo::new(0.5)?.gradient(reference, reference)?;
/// assert_eq!(gradient, PreferenceGradient { chosen: array![-0.25], rejected: array![0.25] });
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: R. Rafailov et al., "Direct preference optimization: your language model is secretly a
/// reward model" (2023), equation 7; E. Mitchell, "A note on DPO with noisy preferences and
/// relationship to IPO" (2023) for the smoothing.
#[doc(alias("DPOTrainer", "direct preference optimization", "cDPO", "RLHF"))]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dpo {
    beta: f64,
    label_smoothing: f64,
}

impl Dpo {
    words!(pub (reference: LogProbs<'_> => reference, policy: LogProbs<'_> => policy)
           -> PreferenceGradient);

    /// With the strength `beta` that holds the policy to the reference.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert!(Dpo::new(0.1).is_ok());
    /// assert!(Dpo::new(0.0).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `beta > 0` and finite.
    pub fn new(beta: f64) -> Result<Self, LossError> {
        check::positive("beta", beta, "beta > 0 and finite")?;
        Ok(Self { beta, label_smoothing: 0.0 })
    }

    /// With the share of labels that are held to be wrong (conservative DPO).
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert!(Dpo::new(0.1)?.with_label_smoothing(0.1).is_ok());
    /// assert!(Dpo::new(0.1)?.with_label_smoothing(0.5).is_err());
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `0 <= label_smoothing < 0.5` (at 0.5 a choice says nothing).
    pub fn with_label_smoothing(self, label_smoothing: f64) -> Result<Self, LossError> {
        let is_in_range = (0.0..0.5).contains(&label_smoothing);
        let allowed = "0 <= label_smoothing < 0.5";
        check::in_range(is_in_range, "label_smoothing", label_smoothing, allowed)?;
        Ok(Self { label_smoothing, ..self })
    }

    /// The strength.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Dpo::new(0.1)?.beta(), 0.1);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn beta(&self) -> f64 {
        self.beta
    }

    /// The share of labels that are held to be wrong.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Dpo::new(0.1)?.with_label_smoothing(0.05)?.label_smoothing(), 0.05);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn label_smoothing(&self) -> f64 {
        self.label_smoothing
    }

    /// The loss that does without a reference, with the same parameters.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let free = Dpo::new(0.1)?.reference_free();
    /// assert_eq!(free.mean(&[-20.0], &[-20.0])?, 2.0_f64.ln());
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn reference_free(self) -> ReferenceFreeDpo {
        ReferenceFreeDpo { dpo: self }
    }

    fn evaluate(
        &self,
        reference: LogProbs,
        policy: LogProbs,
        ask: Ask,
    ) -> Found<PreferenceGradient> {
        let names = ["reference.chosen", "reference.rejected", "policy.chosen", "policy.rejected"];
        let views = [reference.chosen, reference.rejected, policy.chosen, policy.rejected];
        // Log-probabilities of one answer are large where their difference is small: it comes first.
        let of_pair = |[ref_chosen, ref_rejected, chosen, rejected]: [f64; 4]| {
            self.of_lead((chosen - ref_chosen) - (rejected - ref_rejected))
        };
        let (losses, chosen) = evaluate(names, views, ask, &of_pair)?;
        Ok((losses, PreferenceGradient::new(chosen)))
    }

    /// The derivative is with respect to `h`, and so to the policy's log-probability of the chosen one.
    fn of_lead(&self, h: f64) -> (f64, f64) {
        let Self { beta, label_smoothing } = *self;
        let z = beta * h;
        let (right, other) = minus_ln_sigmoid(z);
        // -ln sigmoid(-z); where right is infinite and z minus that, it is 0.
        let wrong = (right + z).max(0.0);
        let value = (1.0 - label_smoothing) * right + weighted(label_smoothing, wrong);
        (value, beta * (label_smoothing - other))
    }
}

/// DPO without a reference: [`Dpo`] with `h = ln pi(chosen) - ln pi(rejected)`, made by
/// [`Dpo::reference_free`].
///
/// It is DPO with a reference that finds the two answers equally likely. Its scores are the
/// log-probabilities under the policy, `[n]` chosen and `[n]` rejected, in nats. Formula, derivative and
/// parameters are those of [`Dpo`], the words those of [`PreferenceWords`](super::PreferenceWords).
///
/// ```
/// # use lossbook::prelude::*;
/// let dpo = Dpo::new(0.1)?;
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
#[doc(alias = "reference_free")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReferenceFreeDpo {
    dpo: Dpo,
}

impl PreferenceLoss for ReferenceFreeDpo {
    fn value_and_derivative(&self, chosen: f64, rejected: f64) -> (f64, f64) {
        self.dpo.of_lead(chosen - rejected)
    }
}
