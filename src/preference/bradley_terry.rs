//! A choice, of which the model gives a probability.

use super::{PreferenceLoss, minus_ln_sigmoid};
use crate::error::LossError;
use crate::numeric::{check, sigmoid};

/// Bradley-Terry loss of a reward model: `-ln sigmoid(chosen - rejected - margin)`.
///
/// The model holds that the answer with the reward `a` is preferred to that with `b` with probability
/// `sigmoid(a - b)`; the loss is how much it is surprised by the choice. Only differences matter: a
/// reward has no zero, and its unit is the nat. With a margin, the chosen one has to be ahead by that
/// much; how strong the preference was decides how large one makes it.
///
/// Derivative: `-sigmoid(-(chosen - rejected - margin))` for the chosen reward, its negative for the
/// rejected one; there is no kink. It is right for any difference, where the logarithm of a sigmoid
/// taken as it stands is `-inf` below -745, and 0 above 37.
///
/// ```
/// # use lossbook::prelude::*;
/// let bradley_terry = BradleyTerry::default();
/// assert_eq!(bradley_terry.loss(1.0, 1.0), 2.0_f64.ln());
/// assert_eq!(bradley_terry.loss(0.0, 1e4), 1e4);
/// assert_eq!(bradley_terry.loss(100.0, 0.0), (-100.0_f64).exp());
/// assert_eq!(bradley_terry.with_margin(2.0)?.loss(3.0, 1.0), 2.0_f64.ln());
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: R. A. Bradley, M. E. Terry, "Rank analysis of incomplete block designs", Biometrika 39
/// (1952); as a loss, L. Ouyang et al., "Training language models to follow instructions with human
/// feedback" (2022), equation 1; the margin, H. Touvron et al., "Llama 2" (2023), equation 2.
#[doc(alias("SoftMarginLoss", "logsigmoid", "RewardTrainer", "RLHF", "RankNet"))]
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BradleyTerry {
    margin: f64,
}

impl BradleyTerry {
    /// With the lead, in units of the reward, that the chosen one should have;
    /// `BradleyTerry::default()` asks for none.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert!(BradleyTerry::default().with_margin(1.0).is_ok());
    /// assert!(BradleyTerry::default().with_margin(-1.0).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `margin >= 0` and finite.
    pub fn with_margin(self, margin: f64) -> Result<Self, LossError> {
        check::at_least_zero("margin", margin, "margin >= 0 and finite")?;
        Ok(Self { margin })
    }

    /// The parameter.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(BradleyTerry::default().margin(), 0.0);
    /// ```
    pub fn margin(&self) -> f64 {
        self.margin
    }

    /// The probability that an answer with the reward `first` is preferred to one with `second`:
    /// `sigmoid(first - second)`, without the margin.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(BradleyTerry::default().probability(3.0, 3.0)?, 0.5);
    /// assert_eq!(format!("{:.4}", BradleyTerry::default().probability(2.0, 0.0)?), "0.8808");
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::NotFinite`].
    pub fn probability(&self, first: f64, second: f64) -> Result<f64, LossError> {
        check::finite("first", &[], first)?;
        check::finite("second", &[], second)?;
        Ok(sigmoid(first - second))
    }
}

impl PreferenceLoss for BradleyTerry {
    fn value_and_derivative(&self, chosen: f64, rejected: f64) -> (f64, f64) {
        let (value, other) = minus_ln_sigmoid(chosen - rejected - self.margin);
        // 0 is 0, not -0.
        (value, 0.0 - other)
    }
}
