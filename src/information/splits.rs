//! What a split of labelled samples into branches tells about their labels: the measures by which a
//! decision tree chooses its questions.
//!
//! Labels and branches are numbers that name something; only whether they are equal matters.

use std::collections::BTreeMap;

use super::Information;
use super::deviance::{deviance_from, weighted_entropy};
use crate::error::LossError;
use crate::numeric::{Sum, check};

/// Information gain: the entropy of the labels minus the mean entropy within the branches,
/// `H(labels) - sum n_b / n H(labels in branch b)`. `[n]` and `[n]` in.
///
/// It is the mutual information of label and branch, and is computed as such: never below 0, and 0
/// exactly when every branch has the labels in the proportions of the whole.
///
/// ```
/// # use lossbook::prelude::*;
/// let days = data::play_tennis();
/// let gain = information_gain(&days.play.labels, &days.outlook.labels)?;
/// assert_eq!(gain.to_string(), "0.247 bits");
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`]; [`LossError::LengthMismatch`].
///
/// Source: J. R. Quinlan, "Induction of decision trees", Machine Learning 1 (1986), section 4.
#[doc(alias = "ID3")]
pub fn information_gain(labels: &[usize], branches: &[usize]) -> Result<Information, LossError> {
    let split = Split::new(labels, branches)?;
    let mut sum: Sum =
        split.pairs().map(|pair| deviance_from(pair.found, pair.expected, pair.excess)).collect();
    sum.add(split.absent_expected());
    Ok(Information::from_nats(sum.total() / split.n as f64))
}

/// Gain ratio: the information gain divided by the entropy of the branches themselves, so that a
/// split into many small branches is no bargain. A number between 0 and 1. `[n]` and `[n]` in.
///
/// Where all samples take one branch, gain and entropy are both 0; such a split is worth 0.
///
/// ```
/// # use lossbook::prelude::*;
/// let labels = [0, 0, 1, 1];
/// // Both splits tell the label (1 bit), but a branch for every sample costs 2 bits.
/// assert_eq!(gain_ratio(&labels, &[7, 7, 9, 9])?, 1.0);
/// assert_eq!(gain_ratio(&labels, &[1, 2, 3, 4])?, 0.5);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`]; [`LossError::LengthMismatch`].
///
/// Source: J. R. Quinlan, "Induction of decision trees", Machine Learning 1 (1986), section 7.
#[doc(alias = "C4.5")]
pub fn gain_ratio(labels: &[usize], branches: &[usize]) -> Result<f64, LossError> {
    let gain = information_gain(labels, branches)?;
    let of_branch = count(branches);
    let sizes = of_branch.values().map(|&size| size as f64);
    let of_the_split = weighted_entropy(sizes) / branches.len() as f64;
    // The gain is at most the split's own entropy; the limit takes off the last digit's rounding.
    Ok(if of_the_split == 0.0 { 0.0 } else { (gain.nats() / of_the_split).min(1.0) })
}

/// Gini impurity `1 - sum p_k^2`, `p_k` being the share of label `k`: how often two draws (with
/// replacement) differ. 0 for a single label, at most `1 - 1/k` for `k` labels. `[n]` in.
///
/// ```
/// # use lossbook::prelude::*;
/// assert_eq!(gini(&[0, 0, 1, 1])?, 0.5);
/// assert_eq!(gini(&[3, 3, 3])?, 0.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`].
///
/// Source: L. Breiman, J. H. Friedman, R. A. Olshen, C. J. Stone, "Classification and regression
/// trees" (1984), section 4.3.
#[doc(alias = "gini_impurity")]
pub fn gini(labels: &[usize]) -> Result<f64, LossError> {
    check::not_empty("labels", labels.len())?;
    let of_label = count(labels);
    let n = labels.len() as f64;
    // 1 - sum p^2 = sum p (1 - p), whose terms have one sign.
    let terms = of_label.values().map(|&k| (k as f64 / n) * ((labels.len() - k) as f64 / n));
    Ok(terms.collect::<Sum>().total())
}

/// Decrease of the Gini impurity: the [`gini`] of the labels minus its mean within the branches,
/// `gini(labels) - sum n_b / n gini(labels in branch b)`. `[n]` and `[n]` in; never below 0.
///
/// ```
/// # use lossbook::prelude::*;
/// assert_eq!(gini_decrease(&[0, 0, 1, 1], &[7, 7, 9, 9])?, 0.5);
/// assert_eq!(gini_decrease(&[0, 0, 1, 1], &[7, 9, 7, 9])?, 0.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`]; [`LossError::LengthMismatch`].
///
/// Source: L. Breiman, J. H. Friedman, R. A. Olshen, C. J. Stone, "Classification and regression
/// trees" (1984), section 4.3.
#[doc(alias = "impurity_decrease")]
pub fn gini_decrease(labels: &[usize], branches: &[usize]) -> Result<f64, LossError> {
    let split = Split::new(labels, branches)?;
    // Multiplied out, the difference is a sum of squares: sum n_b / n (p_bk - p_k)^2.
    let mut squares: Sum =
        split.pairs().map(|pair| pair.excess * pair.excess / pair.branch).collect();
    squares.add(split.absent_squares());
    Ok(squares.total() / split.n as f64)
}

/// How often each label, each branch, and each pair of them occurs.
struct Split {
    n: usize,
    of_label: BTreeMap<usize, usize>,
    of_branch: BTreeMap<usize, usize>,
    of_pair: BTreeMap<(usize, usize), usize>,
}

/// One label in one branch.
struct Pair {
    /// How many samples are there.
    found: f64,
    /// How many there would be if the branch had the proportions of the whole.
    expected: f64,
    /// `found - expected`, rounded once.
    excess: f64,
    /// How many samples the branch has.
    branch: f64,
}

impl Split {
    fn new(labels: &[usize], branches: &[usize]) -> Result<Self, LossError> {
        check::same_length("labels", labels.len(), "branches", branches.len())?;
        let mut of_pair = BTreeMap::new();
        for (&branch, &label) in branches.iter().zip(labels) {
            *of_pair.entry((branch, label)).or_insert(0) += 1;
        }
        let (of_label, of_branch) = (count(labels), count(branches));
        Ok(Self { n: labels.len(), of_label, of_branch, of_pair })
    }

    /// The pairs that occur: with many labels and branches, far fewer than all.
    fn pairs(&self) -> impl Iterator<Item = Pair> {
        self.sizes().map(|(in_branch, with_label, found)| {
            // In whole numbers: a difference of nearly equal quotients would be mostly rounding.
            let product = in_branch * with_label;
            let excess = found as i128 * self.n as i128 - product as i128;
            Pair {
                found: found as f64,
                expected: product as f64 / self.n as f64,
                excess: excess as f64 / self.n as f64,
                branch: in_branch as f64,
            }
        })
    }

    /// What would be expected of all the pairs that do not occur: `sum n_b n_k / n` over them.
    fn absent_expected(&self) -> f64 {
        let n = self.n as u128;
        let present: u128 =
            self.sizes().map(|(in_branch, with_label, _)| in_branch * with_label).sum();
        (n * n - present) as f64 / n as f64
    }

    /// The squares of the same, each divided by its branch: `sum n_b (n_k / n)^2`.
    fn absent_squares(&self) -> f64 {
        let n = self.n as u128;
        let of_all: u128 = self.of_label.values().map(|&size| (size as u128).pow(2)).sum();
        let present: u128 = self
            .sizes()
            .map(|(in_branch, with_label, _)| in_branch * with_label * with_label)
            .sum();
        (n * of_all - present) as f64 / (n * n) as f64
    }

    /// For each pair that occurs: the samples in its branch, those with its label, those with both.
    fn sizes(&self) -> impl Iterator<Item = (u128, u128, u128)> {
        self.of_pair.iter().map(|((branch, label), &found)| {
            let size = |of: &BTreeMap<usize, usize>, key| of.get(key).copied().unwrap_or(0) as u128;
            (size(&self.of_branch, branch), size(&self.of_label, label), found as u128)
        })
    }
}

fn count(labels: &[usize]) -> BTreeMap<usize, usize> {
    let mut counts = BTreeMap::new();
    for &label in labels {
        *counts.entry(label).or_insert(0) += 1;
    }
    counts
}
