//! Measures of one distribution, or of two.

use std::f64::consts::LN_2;

use ndarray::ArrayView1;

use super::Information;
use super::deviance::{deviance_from, deviance_of_each, weighted_entropy};
use crate::error::LossError;
use crate::loss::Vector;
use crate::numeric::{CHUNK, Columns, Domain, LaneSum, Sum, check, weighted};

/// Self-information (surprise) of an outcome whose probability is `p`: `-ln p`.
///
/// Nothing at `p = 1`, infinite at `p = 0`. The lectures head it "information gain".
///
/// ```
/// # use lossbook::prelude::*;
/// // A pupil who passes 4 times of 10 surprises more than one who nearly always does.
/// assert_eq!(self_information(0.4)?.to_string(), "1.322 bits");
/// assert_eq!(self_information(0.99)?.to_string(), "0.014 bits");
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::NotProbability`] unless `0 <= p <= 1`; [`LossError::NotFinite`].
///
/// Source: C. E. Shannon, "A mathematical theory of communication" (1948); C.-S. Huang, "Neural
/// networks and loss functions" (lecture).
#[doc(alias = "surprisal")]
pub fn self_information(p: f64) -> Result<Information, LossError> {
    check::probability("p", &[], p)?;
    Ok(Information::from_nats(surprise(p)))
}

/// Entropy of a distribution, `-sum p_i ln p_i`: the mean surprise. `[n]` in.
///
/// 0 when the outcome is certain, at most `ln n`, when all are alike.
///
/// ```
/// # use lossbook::prelude::*;
/// let pointed = entropy(&[0.01, 0.09, 0.8, 0.09, 0.01])?;
/// let flat = entropy(&[0.2, 0.2, 0.2, 0.2, 0.2])?;
/// assert_eq!(pointed.to_string(), "1.016 bits");
/// assert_eq!(flat.to_string(), "2.322 bits");
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`]; [`LossError::NotProbability`]; [`LossError::NotFinite`];
/// [`LossError::NotDistribution`] unless the sum is 1.
///
/// Source: C. E. Shannon, "A mathematical theory of communication" (1948), section 6; C.-S. Huang,
/// "Neural networks and loss functions" (lecture).
#[doc(alias = "shannon_entropy")]
pub fn entropy(p: impl Vector) -> Result<Information, LossError> {
    let p = p.as_vector();
    check::distribution("p", p)?;
    let sum: Sum = p.iter().map(|&p| weighted(p, surprise(p))).collect();
    Ok(Information::from_nats(sum.total().min((p.len() as f64).ln())))
}

/// Entropy of the distribution that counts make, `p_i = count_i / sum of counts`. `[n]` in.
///
/// ```
/// # use lossbook::prelude::*;
/// // Quinlan's fourteen days: 9 with tennis, 5 without.
/// assert_eq!(entropy_of_counts(&[9, 5])?.to_string(), "0.940 bits");
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`]; [`LossError::NothingCounted`] when every count is 0.
///
/// Source: as [`entropy`].
pub fn entropy_of_counts(counts: &[u64]) -> Result<Information, LossError> {
    check::not_empty("counts", counts.len())?;
    let total: u128 = counts.iter().map(|&count| u128::from(count)).sum();
    if total == 0 {
        return Err(LossError::NothingCounted { name: "counts" });
    }
    let nats = weighted_entropy(counts.iter().map(|&count| count as f64)) / total as f64;
    Ok(Information::from_nats(nats.min((counts.len() as f64).ln())))
}

/// Entropy of a yes/no question whose yes has probability `p`: `-p ln p - (1 - p) ln(1 - p)`.
///
/// Largest, one bit, at `p = 0.5`. It keeps all its digits for tiny `p`, where `1 - p` rounds to 1.
///
/// ```
/// # use lossbook::prelude::*;
/// assert_eq!(binary_entropy(0.5)?.bits(), 1.0);
/// assert_eq!(binary_entropy(0.4)?.to_string(), "0.971 bits");
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::NotProbability`] unless `0 <= p <= 1`; [`LossError::NotFinite`].
///
/// Source: C. E. Shannon, "A mathematical theory of communication" (1948), section 6; C.-S. Huang,
/// "Neural networks and loss functions" (lecture).
pub fn binary_entropy(p: f64) -> Result<Information, LossError> {
    check::probability("p", &[], p)?;
    let of_the_other = if p == 1.0 { 0.0 } else { (1.0 - p) * -(-p).ln_1p() };
    Ok(Information::from_nats((weighted(p, surprise(p)) + of_the_other).min(LN_2)))
}

/// Cross-entropy `-sum p_i ln q_i` of the true `p` and the believed `q`: the mean surprise of one who
/// believes `q`. `[n]` and `[n]` in.
///
/// It is the entropy of `p` plus [`kl_divergence(p, q)`](kl_divergence). Infinite where `q_i = 0`
/// although `p_i > 0`. `p` being one-hot, it is the self-information of the true class under `q`.
///
/// ```
/// # use lossbook::prelude::*;
/// // One sample: the true class is the first, the model gives it 0.4.
/// let loss = cross_entropy(&[1.0, 0.0, 0.0], &[0.4, 0.3, 0.3])?;
/// assert_eq!(loss.to_string(), "1.322 bits");
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`]; [`LossError::LengthMismatch`]; [`LossError::NotProbability`];
/// [`LossError::NotFinite`]; [`LossError::NotDistribution`] unless each sums to 1.
///
/// Source: T. M. Cover, J. A. Thomas, "Elements of information theory" (2006), theorem 5.4.3; C.-S.
/// Huang, "Neural networks and loss functions" (lecture).
#[doc(alias = "log_loss")]
pub fn cross_entropy(p: impl Vector, q: impl Vector) -> Result<Information, LossError> {
    let (p, q) = (p.as_vector(), q.as_vector());
    two_distributions(p, q)?;
    let sum: Sum = p.iter().zip(q).map(|(&p, &q)| weighted(p, surprise(q))).collect();
    Ok(Information::from_nats(sum.total()))
}

/// Kullback-Leibler divergence `sum p_i ln(p_i / q_i)`: what believing `q` costs on top of the
/// entropy of the true `p`. `[n]` and `[n]` in.
///
/// 0 exactly when `p = q`, positive otherwise, and not symmetric. Infinite where `q_i = 0` although
/// `p_i > 0`. Each term is computed as `p ln(p / q) - p + q`, which no rounding turns negative.
/// Should `p` and `q` not sum to 1 alike, the result includes the difference of their sums.
///
/// ```
/// # use lossbook::prelude::*;
/// let (fair, bent) = ([0.5, 0.5], [0.75, 0.25]);
/// assert_eq!(kl_divergence(&fair, &bent)?.to_string(), "0.208 bits");
/// assert_eq!(kl_divergence(&bent, &fair)?.to_string(), "0.189 bits");
/// assert_eq!(kl_divergence(&bent, &[1.0, 0.0])?.bits(), f64::INFINITY);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// As [`cross_entropy`].
///
/// Source: S. Kullback, R. A. Leibler, "On information and sufficiency", Annals of Mathematical
/// Statistics 22 (1951); "Losses, part 2" (lecture, CMU 11-785).
#[doc(alias = "KLDivLoss")]
#[doc(alias = "relative_entropy")]
#[doc(alias = "kl_div")]
pub fn kl_divergence(p: impl Vector, q: impl Vector) -> Result<Information, LossError> {
    let (p, q) = (p.as_vector(), q.as_vector());
    two_distributions(p, q)?;
    let (mut sum, mut deviances) = (LaneSum::ZERO, [0.0; CHUNK]);
    // Their numbers have just been checked.
    Columns::new(["p", "q"], [Domain::FiniteAsRead; 2], [p.reborrow(), q.reborrow()])?.visit(
        |_, [p, q]| {
            let deviances = &mut deviances[..p.len()];
            deviance_of_each(p, q, deviances);
            sum.add_all(deviances);
            true
        },
    )?;
    Ok(Information::from_nats(sum.finish().total()))
}

/// Jensen-Shannon divergence `KL(p, m) / 2 + KL(q, m) / 2` with the middle `m = (p + q) / 2`.
/// `[n]` and `[n]` in.
///
/// Symmetric and always finite: 0 exactly when `p = q`, one bit (`ln 2` nats) when nothing that can
/// happen under one can happen under the other.
///
/// ```
/// # use lossbook::prelude::*;
/// assert_eq!(js_divergence(&[1.0, 0.0], &[0.0, 1.0])?.bits(), 1.0);
/// assert_eq!(js_divergence(&[0.5, 0.5], &[0.5, 0.5])?.bits(), 0.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// As [`cross_entropy`].
///
/// Source: J. Lin, "Divergence measures based on the Shannon entropy", IEEE Transactions on
/// Information Theory 37 (1991).
#[doc(alias = "jensenshannon")]
#[doc(alias = "jensen_shannon")]
pub fn js_divergence(p: impl Vector, q: impl Vector) -> Result<Information, LossError> {
    let (p, q) = (p.as_vector(), q.as_vector());
    two_distributions(p, q)?;
    let sum: Sum = p.iter().zip(q).map(|(&p, &q)| js_term(p, q)).collect();
    Ok(Information::from_nats(sum.total().min(LN_2)))
}

/// One outcome's share of the Jensen-Shannon divergence.
fn js_term(p: f64, q: f64) -> f64 {
    if p == 0.0 || q == 0.0 {
        // Also where the middle of 0 and the smallest number would round to 0.
        return 0.5 * p.max(q) * LN_2;
    }
    let middle = 0.5 * (p + q);
    let half = 0.5 * (p - q);
    0.5 * (deviance_from(p, middle, half) + deviance_from(q, middle, -half))
}

/// `-ln p`, where a certain outcome gives 0 and not -0.
fn surprise(p: f64) -> f64 {
    0.0 - p.ln()
}

fn two_distributions(p: ArrayView1<f64>, q: ArrayView1<f64>) -> Result<(), LossError> {
    check::same_length("p", p.len(), "q", q.len())?;
    check::distribution("p", p)?;
    check::distribution("q", q)
}
