//! The pieces that the divergences and entropies are made of, each without cancellation.

use std::f64::consts::LN_2;

use multiversion::multiversion;

use crate::numeric::{Sum, artanh_rest, ln_ratio, small_integer};

/// `p ln(p / q) - p + q`, which is never negative and 0 only where `p = q`.
///
/// Summed over two distributions, the second and third terms cancel and leave the KL divergence; but
/// where the terms of `p ln(p / q)` have both signs and may leave a sum below 0, these do not.
///
/// Source: C. Loader, "Fast and accurate computation of binomial probabilities" (2000), where it is
/// called the deviance.
pub(super) fn deviance(p: f64, q: f64) -> f64 {
    deviance_from(p, q, p - q)
}

/// [`deviance`] of each of some hundred pairs of probabilities, several at once.
pub(super) fn deviance_of_each(p: &[f64], q: &[f64], deviances: &mut [f64]) {
    if !all_ordinary(p, q, deviances) {
        for ((to_deviance, &p), &q) in deviances.iter_mut().zip(p).zip(q) {
            if p < ORDINARY || q < ORDINARY {
                *to_deviance = deviance(p, q);
            }
        }
    }
}

/// Fills in the deviances of ordinary probabilities, and whether all are ordinary.
#[multiversion(targets("x86_64+avx2"))]
fn all_ordinary(p: &[f64], q: &[f64], deviances: &mut [f64]) -> bool {
    let mut smaller = 0;
    for ((deviance, &p), &q) in deviances.iter_mut().zip(p).zip(q) {
        *deviance = deviance_of_ordinary(p, q);
        // The sign bit is set once one is below the limit.
        let least = ORDINARY.to_bits();
        smaller |= p.to_bits().wrapping_sub(least) | q.to_bits().wrapping_sub(least);
    }
    smaller >> 63 == 0
}

/// From here on the exponents of two probabilities can be told apart without care for 0, and for what
/// is near the smallest `f64`.
const ORDINARY: f64 = 1e-290;

/// [`deviance`] of ordinary probabilities, without a branch.
#[inline(always)]
fn deviance_of_ordinary(p: f64, q: f64) -> f64 {
    // p = 2^k q' (1 + v) / (1 - v), where q' = q 2^k differs from p by half of it at most.
    const HALF: u64 = 1 << 51;
    const BIAS: u64 = 1024;
    let apart = p.to_bits().wrapping_sub(q.to_bits());
    let biased = apart.wrapping_add(HALF).wrapping_add(BIAS << 52) >> 52;
    let k = small_integer(biased) - BIAS as f64;
    let scaled = f64::from_bits(q.to_bits().wrapping_add(biased.wrapping_sub(BIAS) << 52));
    let v = (p - scaled) / (p + scaled);
    // ln(p / q) = k ln 2 + 2 artanh(v); near each other, what is left of 2 p v - p + q is exact.
    let difference = p - q;
    let far = p * (k * LN_2 + 2.0 * v) - difference;
    let first = if biased == BIAS { difference * v } else { far };
    first + p * v * artanh_rest(v * v)
}

/// [`deviance`] where the caller knows `difference = p - q` more exactly than a subtraction would.
pub(super) fn deviance_from(p: f64, q: f64, difference: f64) -> f64 {
    if p == 0.0 {
        return q;
    }
    if q == 0.0 {
        return f64::INFINITY;
    }
    // Far apart, the formula as it stands loses a digit at most; close together, all of them.
    let v = difference / (p + q);
    if v.abs() >= 0.1 {
        return (p * ln_ratio(p, q) - difference).max(0.0);
    }
    // ln(p / q) = 2 artanh(v), so the whole is difference * v + 2 p (v^3 / 3 + v^5 / 5 + ...).
    difference * v + p * v * artanh_rest(v * v)
}

/// The sum of `w ln(W / w)` over weights whose total is `W`: `W` times their entropy in nats.
pub(super) fn weighted_entropy(weights: impl Iterator<Item = f64> + Clone) -> f64 {
    let total = weights.clone().collect::<Sum>().total();
    let term = |(index, weight): (usize, f64)| {
        if weight == 0.0 {
            0.0
        } else if weight > 0.5 * total {
            // Close to the total the quotient would round to 1; the rest keeps the digits.
            let others = weights.clone().enumerate().filter(|(other, _)| *other != index);
            let rest = others.map(|(_, other)| other).collect::<Sum>().total();
            -weight * (-rest / total).ln_1p()
        } else {
            weight * ln_ratio(total, weight)
        }
    };
    weights.clone().enumerate().map(term).collect::<Sum>().total()
}
