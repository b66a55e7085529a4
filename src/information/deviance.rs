//! The pieces that the divergences and entropies are made of, each without cancellation.

use crate::sum::Sum;

/// `ln(p / q)` for positive `p` and `q`, also where the quotient itself overflows or vanishes.
pub(super) fn ln_ratio(p: f64, q: f64) -> f64 {
    let ratio = p / q;
    if ratio.is_normal() { ratio.ln() } else { p.ln() - q.ln() }
}

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
    let mut total = difference * v;
    let mut power = 2.0 * p * v;
    for odd in (3..).step_by(2) {
        power *= v * v;
        let next = total + power / f64::from(odd);
        if next == total {
            break;
        }
        total = next;
    }
    total
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
