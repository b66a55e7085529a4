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
//! Losses of a chosen and a rejected score answer in the words of [`PreferenceWords`], the others in
//! the same words with more arguments: what is given first, what learns last.
//!
//! ```
//! use lossbook::prelude::*;
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
//!
//! Differences are taken as the formulas have them, each right to its last digit. Where a difference
//! of differences nearly cancels, fewer digits are left.

mod bradley_terry;
mod clipped_surrogate;
mod dpo;
mod kl_penalty;

pub use bradley_terry::BradleyTerry;
pub use clipped_surrogate::ClippedSurrogate;
pub use dpo::{Dpo, LogProbs, ReferenceFreeDpo};
pub use kl_penalty::KlPenalty;

use ndarray::{Array1, ArrayView1};

use crate::error::LossError;
use crate::loss::{self, Ask, Losses, Vector, words};
use crate::numeric::{Columns, Domain};

type View<'a> = ArrayView1<'a, f64>;
type Found<G = Array1<f64>> = Result<(Losses, G), LossError>;

/// The gradient of a loss of pairs: with respect to the chosen and to the rejected scores.
///
/// ```
/// # use lossbook::prelude::*;
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
        let rejected = chosen.mapv(|derivative| 0.0 - derivative);
        Self { chosen, rejected }
    }
}

/// A loss of a chosen and a rejected score: is the chosen one ahead, and by how much?
///
/// To add a loss, write [`value_and_derivative`](Self::value_and_derivative): it then has all the words
/// of [`PreferenceWords`]. A list may hold different ones:
///
/// ```
/// use lossbook::prelude::*;
///
/// let losses: [Box<dyn PreferenceLoss>; 2] =
///     [Box::new(BradleyTerry::default()), Box::new(Dpo::new(0.1)?.reference_free())];
/// for loss in losses {
///     assert_eq!(loss.mean(&[-3.0], &[-3.0])?, 2.0_f64.ln());
/// }
/// # Ok::<(), LossError>(())
/// ```
pub trait PreferenceLoss {
    /// The loss of one pair of scores, and its derivative with respect to the **chosen** one; with
    /// respect to the rejected one it is the negative, as only their difference counts.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let bradley_terry = BradleyTerry::default();
    /// assert_eq!(bradley_terry.value_and_derivative(-5000.0, 5000.0), (10_000.0, -1.0));
    /// ```
    fn value_and_derivative(&self, chosen: f64, rejected: f64) -> (f64, f64);

    /// The loss of one pair of scores.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(BradleyTerry::default().loss(-5000.0, 5000.0), 10_000.0);
    /// ```
    fn loss(&self, chosen: f64, rejected: f64) -> f64 {
        self.value_and_derivative(chosen, rejected).0
    }

    /// The derivative of [`loss`](Self::loss) with respect to the chosen score.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(BradleyTerry::default().derivative(-5000.0, 5000.0), -1.0);
    /// ```
    fn derivative(&self, chosen: f64, rejected: f64) -> f64 {
        self.value_and_derivative(chosen, rejected).1
    }
}

impl<L: PreferenceLoss + ?Sized> PreferenceLoss for &L {
    fn value_and_derivative(&self, chosen: f64, rejected: f64) -> (f64, f64) {
        (**self).value_and_derivative(chosen, rejected)
    }
}

/// The words of a [`PreferenceLoss`].
///
/// They take `n` chosen and `n` rejected scores, the two of a pair at the same index. Both are
/// predictions; that one of them was chosen is the target. Losses are in nats. They refuse
/// - an empty argument ([`LossError::Empty`]),
/// - arguments of different length ([`LossError::LengthMismatch`]),
/// - a NaN or an infinity ([`LossError::NotFinite`], which names where).
///
/// ```
/// # use lossbook::prelude::*;
/// let loss = BradleyTerry::default();
/// let (chosen, rejected) = ([0.0, 0.0], [0.0, 1e4]);
/// assert_eq!(loss.each(&chosen, &rejected)?, array![2.0_f64.ln(), 1e4]);
/// assert_eq!(loss.sum(&[1e4, 0.0], &[0.0, 1e4])?, 1e4);
/// assert_eq!(loss.mean(&[1e4, 0.0], &[0.0, 1e4])?, 5e3);
/// let gradient = loss.gradient(&chosen, &rejected)?;
/// assert_eq!(gradient.chosen, array![-0.25, -0.5]);
/// assert_eq!(gradient.rejected, array![0.25, 0.5]);
/// assert_eq!(loss.mean_and_gradient(&[0.0], &[1e4])?.0, 1e4);
/// # Ok::<(), LossError>(())
/// ```
pub trait PreferenceWords {
    words!((chosen: impl Vector => chosen.as_vector(), rejected: impl Vector => rejected.as_vector())
           -> PreferenceGradient);

    #[doc(hidden)]
    fn evaluate(&self, chosen: View, rejected: View, ask: Ask) -> Found<PreferenceGradient>;
}

impl<L: PreferenceLoss + ?Sized> PreferenceWords for L {
    fn evaluate(&self, chosen: View, rejected: View, ask: Ask) -> Found<PreferenceGradient> {
        let of_pair = |[chosen, rejected]: [f64; 2]| self.value_and_derivative(chosen, rejected);
        let found = evaluate(["chosen", "rejected"], [chosen, rejected], ask, &of_pair)?;
        Ok((found.0, PreferenceGradient::new(found.1)))
    }
}

/// The losses of samples of finite numbers, each with its derivative.
fn evaluate<const K: usize>(
    names: [&'static str; K],
    views: [View; K],
    ask: Ask,
    value_and_derivative: &dyn Fn([f64; K]) -> (f64, f64),
) -> Found {
    let columns = Columns::new(names, [Domain::Finite; K], views)?;
    loss::evaluate(columns, ask, |chunk| {
        chunk.fill(value_and_derivative);
        true
    })
}

/// `-ln sigmoid(z)`, of terms that are not negative, and `sigmoid(-z)`, minus its derivative: for any `z`.
fn minus_ln_sigmoid(z: f64) -> (f64, f64) {
    let small = (-z.abs()).exp();
    ((-z).max(0.0) + small.ln_1p(), (if z > 0.0 { small } else { 1.0 }) / (1.0 + small))
}
