//! Focal loss of several classes: cross-entropy that hardly listens to samples it already gets right.

use super::binary_focal::exponent;
use super::class_loss::{ClassLoss, fits};
use super::cross_entropy::{class_weights, weight_of};
use super::softmax::Softmax;
use crate::error::LossError;
use crate::loss::{RowTarget, Vector};
use crate::numeric::weighted;

/// Focal loss of several classes, from logits, in nats.
///
/// ```text
/// - alpha_label (1 - p_label)^gamma ln p_label     p = softmax(logits)
/// ```
///
/// alpha, one per class, is 1 unless asked for; with gamma = 0 this is the (weighted) cross-entropy.
/// Gradient: `g (p_j - [j = label])` with `g = alpha (1 - p)^gamma (1 - gamma p ln p / (1 - p))`, where
/// `p` is the label's. For a soft target, the expected loss. A logit of `-inf` masks a class.
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
#[doc(alias("FocalLoss", "CategoricalFocalCrossentropy"))]
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
    pub fn with_alpha(self, alpha: impl Vector) -> Result<Self, LossError> {
        Ok(Self { alpha: Some(class_weights("alpha", alpha)?), ..self })
    }

    /// The loss if a class is the true one, and how strongly it then pulls at the logits, `g` above.
    fn of_class(&self, class: usize, softmax: &Softmax, logit: f64) -> (f64, f64) {
        let (exp, cost) = (softmax.exp(logit), softmax.cost(logit));
        let (p, not_p) = (softmax.p(exp), softmax.not_p(exp));
        let factor = weight_of(&self.alpha, class) * not_p.powf(self.gamma);
        // -ln p / (1 - p), which is 1 at p = 1.
        let ratio = if not_p == 0.0 { 1.0 } else { cost / not_p };
        (weighted(factor, cost), factor * (1.0 + self.gamma * weighted(p, ratio)))
    }
}

impl ClassLoss for SoftmaxFocal {
    fn value_and_gradient(
        &self,
        target: RowTarget,
        prediction: &[f64],
        mut gradient: Option<&mut [f64]>,
    ) -> f64 {
        if !fits(target, prediction, gradient.as_deref()) {
            return f64::NAN;
        }
        let softmax = Softmax::new(prediction, gradient.as_deref_mut());
        let of = |class: usize| self.of_class(class, &softmax, prediction[class]);
        if let Some(gradient) = gradient {
            let only = match target {
                RowTarget::Label(label) => Some(label),
                RowTarget::Probabilities(_) => None,
            };
            softmax
                .gradient(gradient, only, |class| weighted(target.probability(class), of(class).1));
        }
        target.expected(|class| of(class).0)
    }

    fn per_class(&self) -> Option<(&'static str, &[f64])> {
        self.alpha.as_deref().map(|alpha| ("alpha", alpha))
    }
}
