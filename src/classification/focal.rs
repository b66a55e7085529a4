//! Focal loss: cross-entropy that hardly listens to samples it already gets right.

use super::binary::Logistic;
use super::binary_loss::BinaryLoss;
use super::class_loss::ClassLoss;
use super::cross_entropy::{class_weights, weight_of};
use super::softmax::Softmax;
use super::target::{RowTarget, scaled};
use crate::error::LossError;

/// Focal loss of two classes, from logits, in nats.
///
/// ```text
/// - alpha       (1 - p)^gamma ln p         for a positive sample,   p = 1 / (1 + exp(-logit))
/// - (1 - alpha)  p^gamma      ln(1 - p)    for a negative one
/// ```
///
/// Without [`with_alpha`](Self::with_alpha) both factors are 1, and gamma = 0 then is the binary
/// cross-entropy. Slope for a positive sample: `-alpha (1 - p)^gamma (1 - p - gamma p ln p)`; for a
/// negative one the mirror image.
///
/// ```
/// # use lossbook::classification::*;
/// # use lossbook::prelude::*;
/// // By hand: at p = 1/2, (1/2)^2 ln 2.
/// let focal = BinaryFocal::new(2.0)?;
/// assert_eq!(focal.each(&[1.0, 0.0], &[0.0, 0.0])?, array![0.25, 0.25] * 2.0_f64.ln());
/// let balanced = focal.with_alpha(0.25)?;
/// assert_eq!(balanced.each(&[1.0, 0.0], &[0.0, 0.0])?, array![0.0625, 0.1875] * 2.0_f64.ln());
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: T.-Y. Lin et al., "Focal loss for dense object detection" (2017), equations 4 and 5;
/// C.-S. Huang, "Neural networks and loss functions" (lecture), "Focal loss".
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BinaryFocal {
    gamma: f64,
    alpha: Option<f64>,
}

impl BinaryFocal {
    /// With the exponent `gamma`: 0 for cross-entropy, 2 in the paper.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// assert!(BinaryFocal::new(2.0).is_ok());
    /// assert!(BinaryFocal::new(-1.0).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `gamma >= 0` and finite.
    pub fn new(gamma: f64) -> Result<Self, LossError> {
        Ok(Self { gamma: exponent(gamma)?, alpha: None })
    }

    /// Weighs positive samples with `alpha` and negative ones with `1 - alpha`; 0.25 in the paper.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// assert!(BinaryFocal::new(2.0)?.with_alpha(0.25).is_ok());
    /// assert!(BinaryFocal::new(2.0)?.with_alpha(4.0).is_err());
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `0 <= alpha <= 1`.
    pub fn with_alpha(mut self, alpha: f64) -> Result<Self, LossError> {
        if !(0.0..=1.0).contains(&alpha) {
            let allowed = "0 <= alpha <= 1";
            return Err(LossError::BadParameter { name: "alpha", value: alpha, allowed });
        }
        self.alpha = Some(alpha);
        Ok(self)
    }
}

impl BinaryLoss for BinaryFocal {
    fn cost_and_slope(&self, positive: bool, prediction: f64) -> (f64, f64) {
        let right = Logistic::of(if positive { prediction } else { -prediction });
        let alpha = match self.alpha {
            None => 1.0,
            Some(alpha) if positive => alpha,
            Some(alpha) => 1.0 - alpha,
        };
        let factor = alpha * right.not_p.powf(self.gamma);
        let down = factor * (right.not_p + self.gamma * scaled(right.p, right.cost));
        (scaled(factor, right.cost), if positive { 0.0 - down } else { down })
    }
}

/// Focal loss of several classes, from logits, in nats.
///
/// ```text
/// - alpha_label (1 - p_label)^gamma ln p_label     p = softmax(logits)
/// ```
///
/// alpha, one per class, is 1 unless asked for; with gamma = 0 this is the (weighted) cross-entropy.
/// Slope: `g (p_j - [j = label])` with `g = alpha (1 - p)^gamma (1 - gamma p ln p / (1 - p))`, where
/// `p` is the label's. For a soft target, the expected loss.
///
/// ```
/// # use lossbook::classification::*;
/// # use lossbook::prelude::*;
/// // By hand: at p = 1/2, 3 (1/2)^2 ln 2.
/// let focal = SoftmaxFocal::new(2.0)?.with_alpha(&[1.0, 3.0])?;
/// assert_eq!(focal.mean(&[1], &array![[5.0, 5.0]])?, 0.75 * 2.0_f64.ln());
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: CV course 4, "Loss functions" (lecture), "Focal loss"; T.-Y. Lin et al., "Focal loss for
/// dense object detection" (2017).
#[derive(Debug, Clone, PartialEq)]
pub struct SoftmaxFocal {
    gamma: f64,
    alpha: Option<Vec<f64>>,
}

impl SoftmaxFocal {
    /// With the exponent `gamma`: 0 for cross-entropy, 2 in the paper.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// assert!(SoftmaxFocal::new(2.0).is_ok());
    /// assert!(SoftmaxFocal::new(f64::NAN).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `gamma >= 0` and finite.
    pub fn new(gamma: f64) -> Result<Self, LossError> {
        Ok(Self { gamma: exponent(gamma)?, alpha: None })
    }

    /// Multiplies what each class costs by its alpha: one per class.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// assert!(SoftmaxFocal::new(2.0)?.with_alpha(&[0.25, 1.0, 4.0]).is_ok());
    /// assert!(SoftmaxFocal::new(2.0)?.with_alpha(&[]).is_err());
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`]; [`LossError::NotFinite`]; [`LossError::BadParameter`] for a negative
    /// alpha. A number of alphas other than that of the classes is refused when the loss is asked
    /// for ([`LossError::LengthMismatch`]).
    pub fn with_alpha(mut self, alpha: &[f64]) -> Result<Self, LossError> {
        self.alpha = Some(class_weights("alpha", alpha)?);
        Ok(self)
    }

    /// `sum_k t_k alpha_k (1 - p_k)^gamma (-ln p_k)`.
    fn total(&self, softmax: &Softmax, target: RowTarget, logits: &[f64]) -> f64 {
        target.expect(|class| {
            let not_p = softmax.not_p(softmax.exp(logits[class]));
            let factor = weight_of(&self.alpha, class) * not_p.powf(self.gamma);
            scaled(factor, softmax.cost(logits[class]))
        })
    }

    /// How strongly a class that is the true one pulls at the logits, `g` above.
    fn pull(&self, softmax: &Softmax, class: usize, logit: f64, exp: f64) -> f64 {
        let (p, not_p) = (softmax.p(exp), softmax.not_p(exp));
        // -ln p / (1 - p), which is 1 at p = 1.
        let ratio = if not_p == 0.0 { 1.0 } else { softmax.cost(logit) / not_p };
        let factor = weight_of(&self.alpha, class) * not_p.powf(self.gamma);
        factor * (1.0 + self.gamma * scaled(p, ratio))
    }
}

impl ClassLoss for SoftmaxFocal {
    fn loss(&self, target: RowTarget, prediction: &[f64]) -> f64 {
        if !target.fits(prediction.len()) {
            return f64::NAN;
        }
        self.total(&Softmax::of(prediction), target, prediction)
    }

    fn loss_and_slope(&self, target: RowTarget, prediction: &[f64], slope: &mut [f64]) -> f64 {
        if !target.fits(prediction.len()) || slope.len() != prediction.len() {
            return f64::NAN;
        }
        let softmax = Softmax::filling(prediction, slope);
        match target {
            RowTarget::Label(label) => {
                let pull = self.pull(&softmax, label, prediction[label], slope[label]);
                softmax.slope_of_one(slope, label, pull);
            }
            RowTarget::Shares(shares) => softmax.slope(slope, |class, exp| {
                scaled(shares[class], self.pull(&softmax, class, prediction[class], exp))
            }),
        }
        self.total(&softmax, target, prediction)
    }

    fn per_class(&self) -> Option<(&'static str, &[f64])> {
        self.alpha.as_deref().map(|alpha| ("alpha", alpha))
    }
}

fn exponent(gamma: f64) -> Result<f64, LossError> {
    if gamma >= 0.0 && gamma.is_finite() {
        Ok(gamma)
    } else {
        let allowed = "gamma >= 0 and finite";
        Err(LossError::BadParameter { name: "gamma", value: gamma, allowed })
    }
}
