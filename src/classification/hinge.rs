//! Hinge losses: right is not enough, it has to be right by a margin of 1.

use super::binary_loss::BinaryLoss;
use super::class_loss::ClassLoss;
use super::target::RowTarget;

/// Hinge loss of two classes: `max(0, 1 - score)` for a positive sample, `max(0, 1 + score)` for a
/// negative one.
///
/// Slope: -1 for a positive sample below the margin, 1 for a negative one above it, 0 elsewhere; at
/// the kink, where the score is exactly 1 (or -1), the subgradient 0 is taken. Unit: the score's.
///
/// ```
/// # use lossbook::classification::*;
/// # use lossbook::prelude::*;
/// assert_eq!(Hinge.each(&[1.0, 1.0, 0.0], &[3.0, 0.25, 2.0])?, array![0.0, 0.75, 3.0]);
/// assert_eq!(Hinge.slope(1.0, 1.0), 0.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: C. Cortes, V. Vapnik, "Support-vector networks", Machine Learning 20 (1995).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Hinge;

impl BinaryLoss for Hinge {
    fn cost_and_slope(&self, positive: bool, prediction: f64) -> (f64, f64) {
        let short = if positive { 1.0 - prediction } else { 1.0 + prediction };
        let slope = if positive { -1.0 } else { 1.0 };
        if short > 0.0 {
            (short, slope)
        } else {
            // 0, and NaN for NaN.
            (if short.is_nan() { short } else { 0.0 }, 0.0)
        }
    }
}

/// Hinge loss of several classes, after Crammer and Singer: the true class has to score 1 more than
/// its strongest rival.
///
/// ```text
/// max(0, 1 + max_{j != label} score_j - score_label)
/// ```
///
/// Slope: where the margin is missed, -1 for the label and 1 for the strongest rival (of equal ones
/// the first); at the kink, the subgradient 0. (Weston and Watkins's loss adds up all the rivals; with
/// two classes they are the same.) With one class, which has no rival, the loss is 0. For a soft
/// target, the expected loss. Unit: the score's.
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
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MultiHinge;

impl ClassLoss for MultiHinge {
    fn loss(&self, target: RowTarget, prediction: &[f64]) -> f64 {
        if !target.fits(prediction.len()) {
            return f64::NAN;
        }
        let [first, second] = top_two(prediction);
        target
            .expect(|class| missing(prediction, class, rival(class, first, second)).unwrap_or(0.0))
    }

    fn loss_and_slope(&self, target: RowTarget, prediction: &[f64], slope: &mut [f64]) -> f64 {
        if !target.fits(prediction.len()) || slope.len() != prediction.len() {
            return f64::NAN;
        }
        slope.fill(0.0);
        let [first, second] = top_two(prediction);
        let mut add = |class: usize, share: f64| {
            let rival = rival(class, first, second);
            if let (Some(_), Some(rival)) = (missing(prediction, class, rival), rival) {
                slope[class] -= share;
                slope[rival] += share;
            }
        };
        match target {
            RowTarget::Label(label) => add(label, 1.0),
            RowTarget::Shares(shares) => {
                shares.iter().enumerate().for_each(|(class, &share)| add(class, share));
            }
        }
        self.loss(target, prediction)
    }
}

/// The class with the largest score and, if there are two, the one that comes after it; of equal ones
/// the first.
fn top_two(scores: &[f64]) -> [Option<usize>; 2] {
    let best = |without: Option<usize>| {
        let mut best: Option<usize> = None;
        for (class, &score) in scores.iter().enumerate() {
            if Some(class) != without && best.is_none_or(|best| score > scores[best]) {
                best = Some(class);
            }
        }
        best
    };
    let first = best(None);
    [first, best(first)]
}

/// The strongest class but this one.
fn rival(class: usize, first: Option<usize>, second: Option<usize>) -> Option<usize> {
    if first == Some(class) { second } else { first }
}

/// How much the class falls short of the margin, if it does.
fn missing(scores: &[f64], class: usize, rival: Option<usize>) -> Option<f64> {
    let (rival, own) = (scores[rival?], scores[class]);
    // The difference, and what its rounding lost: at the margin's edge that decides.
    let lead = rival - own;
    let part = lead - rival;
    let lost = (rival - (lead - part)) - (own + part);
    let short = if lost.is_finite() { (1.0 + lead) + lost } else { 1.0 + lead };
    (short > 0.0).then_some(short)
}
