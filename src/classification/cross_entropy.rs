//! Cross-entropy of several classes.

use super::class_loss::{ClassLoss, fits};
use super::softmax::Softmax;
use crate::error::LossError;
use crate::loss::{Input, RowTarget, Vector};
use crate::numeric::{check, weighted};

/// Cross-entropy: what the true class costs, `-ln p_label`, in nats.
///
/// ```text
/// - sum_k w_k t_k ln p_k     t = (1 - smoothing) target + smoothing / classes
/// ```
///
/// The target is a label, a one-hot row or a row of shares; the weights `w` are 1 and the smoothing
/// is 0 unless asked for. `p` is the prediction, `[n, classes]`:
///
/// - [`from_logits`](Self::from_logits): `p = softmax(logits)`. Gradient: `p_j sum_k w_k t_k - w_j t_j`,
///   so `p - target` without weights. Nothing overflows or rounds away, whatever the logits.
/// - [`from_probabilities`](Self::from_probabilities): `p` as given, its rows summing to 1. Gradient:
///   `-w_j t_j / p_j`, each probability moving alone. A `p = 0` for what does happen costs infinitely
///   much; nothing is clipped. (The derivative at a `p` below 1e-308 may exceed an `f64`.)
///
/// A logit of `-inf` masks a class: its `p` and its gradient are 0, unless the target gives it a share
/// (as smoothing does), which costs infinitely much.
///
/// The mean is over the samples, `1/n`, with weights of classes too. (PyTorch's mean divides by the
/// weights of the labels; [`weighted`](super::ClassWords::weighted), which weighs samples and leaves
/// out labels to be ignored, does the like.)
///
/// ```
/// # use lossbook::classification::*;
/// # use lossbook::prelude::*;
/// // The lecture's first model; male, female, male, other. Printed: 1.322, ... 3.3219, 6.966 bits.
/// let p = array![[0.4, 0.3, 0.3], [0.3, 0.4, 0.3], [0.5, 0.2, 0.3], [0.8, 0.1, 0.1]];
/// let nats = CrossEntropy::from_probabilities().sum(&[0, 1, 0, 2], &p)?;
/// assert_eq!(Information::from_nats(nats).to_string(), "6.966 bits");
///
/// let loss = CrossEntropy::from_logits().with_smoothing(0.1)?.with_weights(&[1.0, 2.0])?;
/// assert!(loss.mean(&[1], &array![[0.0, 3.0]])? > 0.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: C.-S. Huang, "Neural networks and loss functions" (lecture), "Cross-entropy"; smoothing:
/// C. Szegedy et al., "Rethinking the Inception architecture for computer vision" (2016), section 7.
#[doc(alias("CrossEntropyLoss", "NLLLoss", "softmax_cross_entropy", "log_loss"))]
#[doc(alias("CategoricalCrossentropy", "SparseCategoricalCrossentropy"))]
#[doc(alias("label_smoothing", "ignore_index"))]
#[derive(Debug, Clone, PartialEq)]
pub struct CrossEntropy {
    input: Input,
    smoothing: f64,
    weights: Option<Vec<f64>>,
}

impl CrossEntropy {
    /// Of the softmax of logits: any numbers, `-inf` for a class that cannot be.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// let loss = CrossEntropy::from_logits().mean(&[1], &array![[1e4, 0.0]])?;
    /// assert_eq!(loss, 1e4);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn from_logits() -> Self {
        Self { input: Input::Logits, smoothing: 0.0, weights: None }
    }

    /// Of probabilities, the rows of which sum to 1: the negative log-likelihood.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// let loss = CrossEntropy::from_probabilities();
    /// assert_eq!(loss.mean(&[1], &array![[0.5, 0.5]])?, 2.0_f64.ln());
    /// assert_eq!(loss.mean(&[1], &array![[1.0, 0.0]])?, f64::INFINITY);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn from_probabilities() -> Self {
        Self { input: Input::Probabilities, smoothing: 0.0, weights: None }
    }

    /// Moves a share of every target, e.g. 0.1, evenly to all the classes.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// // By hand: a target of 0.95 and 0.05, a logit difference of 4.
    /// let loss = CrossEntropy::from_logits().with_smoothing(0.1)?;
    /// let plain = CrossEntropy::from_logits();
    /// let logits = array![[4.0, 0.0]];
    /// assert_eq!(loss.mean(&[0], &logits)?, plain.mean(&array![[0.95, 0.05]], &logits)?);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `0 <= smoothing <= 1`.
    pub fn with_smoothing(self, smoothing: f64) -> Result<Self, LossError> {
        let in_range = (0.0..=1.0).contains(&smoothing);
        check::in_range(in_range, "smoothing", smoothing, "0 <= smoothing <= 1")?;
        Ok(Self { smoothing, ..self })
    }

    /// Multiplies what each class costs by its weight: one weight per class; a class of weight 0 is
    /// left out of the sum (its samples still count in the mean's `n`).
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// let loss = CrossEntropy::from_logits().with_weights(&[1.0, 3.0])?;
    /// assert_eq!(loss.each(&[0, 1], &array![[0.0, 0.0], [0.0, 0.0]])?, array![1.0, 3.0] * 2.0_f64.ln());
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`]; [`LossError::NotFinite`]; [`LossError::BadParameter`] for a negative
    /// weight. A number of weights other than that of the classes is refused when the loss is asked
    /// for ([`LossError::LengthMismatch`]).
    pub fn with_weights(self, weights: impl Vector) -> Result<Self, LossError> {
        Ok(Self { weights: Some(class_weights("weights", weights)?), ..self })
    }

    /// The weight of a class times its probability in the smoothed target.
    fn pull(&self, target: RowTarget, class: usize, classes: usize) -> f64 {
        let even = self.smoothing / classes as f64;
        let t = (1.0 - self.smoothing) * target.probability(class) + even;
        t * weight_of(&self.weights, class)
    }
}

impl ClassLoss for CrossEntropy {
    fn value_and_gradient(
        &self,
        target: RowTarget,
        prediction: &[f64],
        mut gradient: Option<&mut [f64]>,
    ) -> f64 {
        if !fits(target, prediction, gradient.as_deref()) {
            return f64::NAN;
        }
        let classes = prediction.len();
        let pull = |class| self.pull(target, class, classes);
        // The only class that costs anything, if there is but one.
        let label = match target {
            RowTarget::Label(label) if self.smoothing == 0.0 => Some(label),
            _ => None,
        };
        let softmax = match self.input {
            Input::Logits => Some(Softmax::new(prediction, gradient.as_deref_mut())),
            Input::Probabilities => None,
        };
        if let Some(gradient) = gradient {
            match &softmax {
                Some(softmax) => softmax.gradient(gradient, label, pull),
                None => {
                    for (class, (slope, p)) in gradient.iter_mut().zip(prediction).enumerate() {
                        let pull = pull(class);
                        *slope = if pull == 0.0 { 0.0 } else { -pull / p };
                    }
                }
            }
        }
        let cost = |class: usize| match &softmax {
            Some(softmax) => softmax.cost(prediction[class]),
            // 0 is 0, not -0.
            None => 0.0 - prediction[class].ln(),
        };
        match label {
            Some(label) => weighted(pull(label), cost(label)),
            None => (0..classes).map(|class| weighted(pull(class), cost(class))).sum(),
        }
    }

    fn input(&self) -> Input {
        self.input
    }

    fn per_class(&self) -> Option<(&'static str, &[f64])> {
        self.weights.as_deref().map(|weights| ("weights", weights))
    }
}

/// One finite weight per class, none of them negative.
pub(super) fn class_weights(
    name: &'static str,
    weights: impl Vector,
) -> Result<Vec<f64>, LossError> {
    check::weights(name, weights.as_vector())?;
    Ok(weights.as_vector().to_vec())
}

/// The weight of a class; 1 where there are none.
pub(super) fn weight_of(weights: &Option<Vec<f64>>, class: usize) -> f64 {
    weights.as_ref().and_then(|weights| weights.get(class)).copied().unwrap_or(1.0)
}
