//! The Bradley-Terry loss, and the logarithm of a sigmoid that the family shares.

use super::PreferenceLoss;
use crate::error::{LossError, check};
use crate::sum::Sum;

/// Bradley-Terry loss of a reward model: `-ln sigmoid(chosen - rejected - margin)`.
///
/// The model holds that the answer with the reward `a` is preferred to that with `b` with probability
/// `sigmoid(a - b)`; the loss is how much it is surprised by the choice. Only differences matter: a
/// reward has no zero, and its unit is the nat. With a margin, the chosen one has to be ahead by that
/// much; how strong the preference was decides how large one makes it.
///
/// Slope: `-sigmoid(-(chosen - rejected - margin))` for the chosen reward, its negative for the
/// rejected one; there is no kink. It is right for any difference, where the logarithm of a sigmoid
/// taken as it stands is `-inf` below -745, and 0 above 37.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::preference::*;
/// let bradley_terry = BradleyTerry::default();
/// assert_eq!(bradley_terry.loss(1.0, 1.0), 2.0_f64.ln());
/// assert_eq!(bradley_terry.loss(0.0, 1e4), 1e4);
/// assert_eq!(bradley_terry.loss(100.0, 0.0), (-100.0_f64).exp());
/// assert_eq!(BradleyTerry::new(2.0)?.loss(3.0, 1.0), 2.0_f64.ln());
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: R. A. Bradley, M. E. Terry, "Rank analysis of incomplete block designs", Biometrika 39
/// (1952); as a loss, L. Ouyang et al., "Training language models to follow instructions with human
/// feedback" (2022), equation 1; the margin, H. Touvron et al., "Llama 2" (2023), equation 2.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BradleyTerry {
    margin: f64,
}

impl BradleyTerry {
    /// With the lead, in units of the reward, that the chosen one should have;
    /// `BradleyTerry::default()` asks for none.
    ///
    /// ```
    /// # use lossbook::preference::*;
    /// assert!(BradleyTerry::new(1.0).is_ok());
    /// assert!(BradleyTerry::new(-1.0).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `margin >= 0` and finite.
    pub fn new(margin: f64) -> Result<Self, LossError> {
        if margin >= 0.0 && margin.is_finite() {
            Ok(Self { margin })
        } else {
            let allowed = "margin >= 0 and finite";
            Err(LossError::BadParameter { name: "margin", value: margin, allowed })
        }
    }

    /// The parameter.
    ///
    /// ```
    /// # use lossbook::preference::*;
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
    /// # use lossbook::preference::*;
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

    /// With twice the digits, so that none is lost where the lead is nearly the margin.
    fn lead(&self, chosen: f64, rejected: f64) -> f64 {
        exact_sum([chosen, -rejected, -self.margin])
    }
}

impl PreferenceLoss for BradleyTerry {
    fn loss(&self, chosen: f64, rejected: f64) -> f64 {
        surprise(self.lead(chosen, rejected), 0.0)
    }

    fn slope(&self, chosen: f64, rejected: f64) -> f64 {
        // 0 is 0, not -0.
        0.0 - sigmoid(-self.lead(chosen, rejected))
    }
}

/// The sum of the terms as if computed with twice the digits.
pub(super) fn exact_sum<const N: usize>(terms: [f64; N]) -> f64 {
    terms.into_iter().collect::<Sum>().total()
}

/// `-(1 - flipped) ln sigmoid(z) - flipped ln sigmoid(-z)`: of terms that are not negative.
pub(super) fn surprise(z: f64, flipped: f64) -> f64 {
    let size = z.abs();
    // What is left of the logarithm of the smaller side when the size itself is taken off.
    let rest = (-size).exp().ln_1p();
    let weight = if z > 0.0 { flipped } else { 1.0 - flipped };
    // An infinite size that has no weight costs nothing.
    if weight == 0.0 { rest } else { rest + weight * size }
}

/// `1 / (1 + e^-z)`, also where `e^-z` overflows.
pub(super) fn sigmoid(z: f64) -> f64 {
    let small = (-z.abs()).exp();
    if z >= 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) }
}
