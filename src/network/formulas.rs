//! The formulas that several activations share.

/// `x` where `x > 0`, else `a x`; never -0.
pub(super) fn leaky(a: f64, x: f64) -> f64 {
    if x > 0.0 { x } else { a * x + 0.0 }
}

pub(super) fn leaky_slope(a: f64, x: f64) -> f64 {
    if x > 0.0 { 1.0 } else { a }
}

/// The number that lies `share` of the way from `lower` to `upper`.
pub(super) fn between(lower: f64, upper: f64, share: f64) -> f64 {
    lower * (1.0 - share) + upper * share
}

pub(super) fn elu(alpha: f64, scale: f64, x: f64) -> f64 {
    if x > 0.0 { scale * x } else { scale * (alpha * x.exp_m1()) + 0.0 }
}

pub(super) fn elu_slope(alpha: f64, scale: f64, x: f64) -> f64 {
    if x > 0.0 { scale } else { scale * (alpha * x.exp()) }
}

/// `1 / (1 + exp(-x))`, `exp` being taken of a negative number on either side.
pub(super) fn logistic(x: f64) -> f64 {
    let exp = (-x.abs()).exp();
    if x >= 0.0 { 1.0 / (1.0 + exp) } else { exp / (1.0 + exp) }
}

/// `logistic (1 - logistic)`, without the difference.
pub(super) fn logistic_slope(x: f64) -> f64 {
    let exp = (-x.abs()).exp();
    exp / ((1.0 + exp) * (1.0 + exp))
}
