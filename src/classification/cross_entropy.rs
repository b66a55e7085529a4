//! Cross-entropy of several classes.

use super::class_loss::ClassLoss;
use super::softmax::Softmax;
use super::target::{Reads, RowTarget, scaled};
use crate::error::{LossError, check};

/// Cross-entropy: what the true class costs, `-ln p_label`, in nats.
///
/// ```text
/// - sum_k w_k t_k ln p_k     t = (1 - smoothing) target + smoothing / classes
/// ```
///
/// The target is a label, a one-hot row or a row of shares; the weights `w` are 1 and the smoothing
/// is 0 unless asked for. `p` is the prediction, `[n, classes]`:
///
/// - [`from_logits`](Self::from_logits): `p = softmax(logits)`. Slope: `p_j sum_k w_k t_k - w_j t_j`,
///   so `p - target` without weights. Nothing overflows or rounds away, whatever the logits.
/// - [`from_probabilities`](Self::from_probabilities): `p` as given, its rows summing to 1. Slope:
///   `-w_j t_j / p_j`, each probability moving alone. A `p = 0` for what does happen costs infinitely
///   much; nothing is clipped. (The slope at a `p` below 1e-308 may exceed an `f64`.)
///
/// The mean is over the samples, `1/n`, with weights too. (PyTorch's mean divides by the weights of
/// the labels instead.)
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
#[derive(Debug, Clone, PartialEq)]
pub struct CrossEntropy {
    reads: Reads,
    smoothing: f64,
    weights: Option<Vec<f64>>,
}

impl CrossEntropy {
    /// Of the softmax of logits: any finite numbers.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// let loss = CrossEntropy::from_logits().mean(&[1], &array![[1e4, 0.0]])?;
    /// assert_eq!(loss, 1e4);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn from_logits() -> Self {
        Self { reads: Reads::Scores, smoothing: 0.0, weights: None }
    }

    /// Of probabilities, the rows of which sum to 1.
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
        Self { reads: Reads::Probabilities, smoothing: 0.0, weights: None }
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
    pub fn with_smoothing(mut self, smoothing: f64) -> Result<Self, LossError> {
        if !(0.0..=1.0).contains(&smoothing) {
            let allowed = "0 <= smoothing <= 1";
            return Err(LossError::BadParameter { name: "smoothing", value: smoothing, allowed });
        }
        self.smoothing = smoothing;
        Ok(self)
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
    pub fn with_weights(mut self, weights: &[f64]) -> Result<Self, LossError> {
        self.weights = Some(class_weights("weights", weights)?);
        Ok(self)
    }

    /// The weight of a class times its share in the smoothed target.
    fn pull(&self, target: RowTarget, class: usize, classes: usize) -> f64 {
        let share = target.share(class);
        let share = if self.smoothing == 0.0 {
            share
        } else {
            (1.0 - self.smoothing) * share + self.smoothing / classes as f64
        };
        share * self.weight(class)
    }

    fn weight(&self, class: usize) -> f64 {
        weight_of(&self.weights, class)
    }

    /// `sum_k pull_k cost_k`.
    fn total(&self, target: RowTarget, classes: usize, cost: impl Fn(usize) -> f64) -> f64 {
        match target {
            RowTarget::Label(label) if self.smoothing == 0.0 => {
                scaled(self.weight(label), cost(label))
            }
            _ => {
                let each = |class| scaled(self.pull(target, class, classes), cost(class));
                (0..classes).map(each).sum()
            }
        }
    }

    fn total_from(&self, softmax: &Softmax, target: RowTarget, logits: &[f64]) -> f64 {
        self.total(target, logits.len(), |class| softmax.cost(logits[class]))
    }
}

impl ClassLoss for CrossEntropy {
    fn loss(&self, target: RowTarget, prediction: &[f64]) -> f64 {
        if !target.fits(prediction.len()) {
            return f64::NAN;
        }
        match self.reads {
            Reads::Scores => self.total_from(&Softmax::of(prediction), target, prediction),
            Reads::Probabilities => {
                self.total(target, prediction.len(), |class| minus_ln(prediction[class]))
            }
        }
    }

    fn loss_and_slope(&self, target: RowTarget, prediction: &[f64], slope: &mut [f64]) -> f64 {
        let classes = prediction.len();
        if !target.fits(classes) || slope.len() != classes {
            return f64::NAN;
        }
        if self.reads == Reads::Probabilities {
            for (class, (slope, p)) in slope.iter_mut().zip(prediction).enumerate() {
                let pull = self.pull(target, class, classes);
                *slope = if pull == 0.0 { 0.0 } else { -pull / p };
            }
            return self.loss(target, prediction);
        }
        let softmax = Softmax::filling(prediction, slope);
        match target {
            RowTarget::Label(label) if self.smoothing == 0.0 => {
                softmax.slope_of_one(slope, label, self.weight(label));
            }
            _ => softmax.slope(slope, |class, _| self.pull(target, class, classes)),
        }
        self.total_from(&softmax, target, prediction)
    }

    fn reads(&self) -> Reads {
        self.reads
    }

    fn per_class(&self) -> Option<(&'static str, &[f64])> {
        self.weights.as_deref().map(|weights| ("weights", weights))
    }
}

/// `-ln p`, where the cost of what is certain is 0 and not -0.
pub(super) fn minus_ln(p: f64) -> f64 {
    0.0 - p.ln()
}

/// One finite weight per class, none of them negative.
pub(super) fn class_weights(name: &'static str, weights: &[f64]) -> Result<Vec<f64>, LossError> {
    check::not_empty(name, weights.len())?;
    for (class, &value) in weights.iter().enumerate() {
        check::finite(name, &[class], value)?;
        if value < 0.0 {
            return Err(LossError::BadParameter { name, value, allowed: "each >= 0 and finite" });
        }
    }
    Ok(weights.to_vec())
}

/// The weight of a class; 1 where there are none.
pub(super) fn weight_of(weights: &Option<Vec<f64>>, class: usize) -> f64 {
    weights.as_ref().and_then(|weights| weights.get(class)).copied().unwrap_or(1.0)
}
