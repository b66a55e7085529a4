//! Cross-entropy of one row of logits.

/// The cross-entropy of `logits` for the class `label`, `ln sum_k exp(z_k) - z_label`; its slopes,
/// `softmax(z) - one_hot(label)`, take the logits' place.
///
/// Nothing overflows, and neither a small loss nor a small slope is lost next to a 1: the sum is of
/// the others' shares alone.
pub(super) fn cross_entropy(label: usize, logits: &mut [f64]) -> f64 {
    let (mut top, mut highest) = (0, f64::NEG_INFINITY);
    for (class, &logit) in logits.iter().enumerate() {
        if logit > highest {
            (top, highest) = (class, logit);
        }
    }
    let below = highest - logits[label];
    let mut others = 0.0;
    for (class, logit) in logits.iter_mut().enumerate() {
        *logit = (*logit - highest).exp();
        if class != top {
            others += *logit;
        }
    }
    let total = 1.0 + others;
    let mut wrong = 0.0;
    for (class, logit) in logits.iter_mut().enumerate() {
        *logit /= total;
        if class != label {
            wrong += *logit;
        }
    }
    logits[label] = 0.0 - wrong;
    below + others.ln_1p()
}
