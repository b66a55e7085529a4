//! Hinge loss of several classes: the true one has to beat its strongest rival by a margin of 1.

use super::class_loss::{ClassLoss, fits};
use crate::loss::RowTarget;

/// Hinge loss of several classes, after Crammer and Singer: the true class has to score 1 more than
/// its strongest rival.
///
/// ```text
/// max(0, 1 + max_{j != label} score_j - score_label)
/// ```
///
/// Gradient: where the margin is missed, -1 for the label and 1 for the strongest rival (of equal ones
/// the first); at the kink, the subgradient 0. (Weston and Watkins's loss adds up all the rivals; with
/// two classes they are the same.) With one class, which has no rival, the loss is 0. For a soft
/// target, the expected loss. A score of `-inf` masks a class, which then is nobody's rival. Unit: the
/// score's.
///
/// ```
/// # use lossbook::classification::*;
/// # use lossbook::prelude::*;
/// let scores = array![[3.0, 1.0, 2.5]];
/// assert_eq!(MultiHinge.mean(&[0], &scores)?, 0.5);
/// assert_eq!(MultiHinge.gradient(&[0], &scores)?, array![[-1.0, 0.0, 1.0]]);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: K. Crammer, Y. Singer, "On the algorithmic implementation of multiclass kernel-based
/// vector machines", JMLR 2 (2001), equation 3.
#[doc(alias("Crammer-Singer", "MultiMarginLoss", "CategoricalHinge", "multiclass_hinge_loss"))]
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MultiHinge;

impl ClassLoss for MultiHinge {
    fn value_and_gradient(
        &self,
        target: RowTarget,
        prediction: &[f64],
        mut gradient: Option<&mut [f64]>,
    ) -> f64 {
        if !fits(target, prediction, gradient.as_deref()) {
            return f64::NAN;
        }
        if let Some(gradient) = gradient.as_deref_mut() {
            gradient.fill(0.0);
        }
        let first = strongest(prediction, None);
        let second = strongest(prediction, first);
        let mut loss = 0.0;
        for class in 0..prediction.len() {
            let t = target.probability(class);
            // One class alone has no rival.
            let Some(rival) = (if first == Some(class) { second } else { first }) else { continue };
            let short = 1.0 + (prediction[rival] - prediction[class]);
            if t != 0.0 && short > 0.0 {
                loss += t * short;
                if let Some(gradient) = gradient.as_deref_mut() {
                    gradient[class] -= t;
                    gradient[rival] += t;
                }
            }
        }
        loss
    }
}

/// The class with the largest score, without one of them; of equal ones the first.
fn strongest(scores: &[f64], without: Option<usize>) -> Option<usize> {
    let others = (0..scores.len()).filter(|&class| Some(class) != without);
    others.reduce(|best, class| if scores[class] > scores[best] { class } else { best })
}
