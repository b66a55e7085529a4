//! Exercises of the chapter `13_information`. All answers are in bits.
//!
//! ```
//! use lossbook::prelude::*;
//!
//! // The natural logarithm gives nats.
//! let verdict = exercises::information::self_information(|p| -p.ln());
//! assert!(matches!(verdict.outcome(), Outcome::Failed { .. }));
//! ```

use super::check::check;
use super::list;
use super::verdict::Verdict;
use crate::information;

/// Checks `my_self_information(p)`: how surprising an outcome of probability p is,
/// `-log2 p`: 0 bits at p = 1, infinity at p = 0.
pub fn self_information(learner: fn(f64) -> f64) -> Verdict {
    check(
        list::SELF_INFORMATION,
        "-log2(p), with the logarithm to the base 2, because the answer is in bits: half as likely is one bit more. What never happens (p = 0) would be infinitely surprising.",
        &[0.5, 0.4, 0.99, 0.125, 1.0, 1e-12, 0.0],
        |p| format!("p = {p}"),
        |&p| learner(p),
        |&p| Ok(information::self_information(p)?.bits()),
    )
}

/// Checks `my_entropy(p)`: the mean self-information of a distribution, `- sum p_i log2 p_i` with
/// `0 log2 0 = 0`. The slice sums to 1.
pub fn entropy(learner: fn(&[f64]) -> f64) -> Verdict {
    let cases: [&[f64]; 7] = [
        &[0.5, 0.5],
        &[0.4, 0.6],
        &[0.1, 0.15, 0.5, 0.15, 0.1],
        &[0.9, 0.1, 0.0],
        &[0.0, 1.0, 0.0],
        &[1.0],
        &[0.125; 8],
    ];
    check(
        list::ENTROPY,
        "Add up -p * log2(p). An outcome that never happens adds nothing: skip p = 0, since 0 * log2(0) is NaN to a computer.",
        &cases,
        |p| format!("p = {p:?}"),
        |p| learner(p),
        |&p| Ok(information::entropy(p)?.bits()),
    )
}

/// Checks `my_information_gain(labels, branches)`: how many bits a question tells about the label,
/// where `branches[i]` is the answer that sample i gives: `H(labels) - sum_b n_b / n H(labels in b)`.
pub fn information_gain(learner: fn(&[usize], &[usize]) -> f64) -> Verdict {
    // A clean split, a useless one, branches of different size, a branch number left out, one
    // branch, a single sample, three labels, and more branches than labels.
    let cases: [(&[usize], &[usize]); 8] = [
        (&[0, 0, 1, 1], &[0, 0, 1, 1]),
        (&[0, 1, 0, 1], &[0, 0, 1, 1]),
        (&[0, 0, 0, 1, 1, 0], &[0, 0, 0, 0, 1, 1]),
        (&[0, 1, 1, 0, 1], &[0, 7, 7, 0, 0]),
        (&[0, 1, 1], &[2, 2, 2]),
        (&[3], &[0]),
        (&[0, 1, 2, 0, 1, 2], &[0, 1, 1, 0, 0, 1]),
        (&[0, 0, 1, 1, 1], &[0, 1, 2, 3, 3]),
    ];
    check(
        list::INFORMATION_GAIN,
        "The entropy of all labels, minus the entropies within the branches. Weigh each branch by its share of the samples, and take the logarithm to the base 2.",
        &cases,
        |(labels, branches)| format!("labels = {labels:?}, branches = {branches:?}"),
        |(labels, branches)| learner(labels, branches),
        |(labels, branches)| Ok(information::information_gain(labels, branches)?.bits()),
    )
}
