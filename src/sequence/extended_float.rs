//! Probabilities far below what an `f64` holds.

use std::ops::{Add, Mul};

use crate::numeric;

/// An extended-range float that is not negative, `mantissa e^ln_scale`.
///
/// The probability of a long sequence leaves the range of an `f64`. Logarithms would not, but adding
/// two of them takes an `exp` and a `ln`, and a logarithm of -1000 has lost three digits of what it
/// stands for. Here sums and products are those of the mantissas, and next to never more.
///
/// Sums aside, the order of two numbers is that of their fields.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(super) struct ExtendedFloat {
    /// A multiple of [`STEP`], and `-inf` for 0; log-probabilities may be as low as -1e308.
    ln_scale: f64,
    /// From `e^-256` to `e^256`; a few sums or one division further.
    mantissa: f64,
}

const STEP: f64 = 512.0;
/// `e^512`, and its inverse.
const UP: f64 = 2.284_413_586_539_756_5e222;
const DOWN: f64 = 1.0 / UP;
/// `e^256`, the end of a mantissa, and its inverse.
const HIGH: f64 = 1.511_427_665_004_103_5e111;
const LOW: f64 = 1.0 / HIGH;

impl ExtendedFloat {
    pub(super) const ZERO: Self = Self { ln_scale: f64::NEG_INFINITY, mantissa: 0.0 };
    pub(super) const ONE: Self = Self { ln_scale: 0.0, mantissa: 1.0 };

    /// `exp(x)`, also of `-inf`; `x` is at most 0.
    pub(super) fn exp(x: f64) -> Self {
        if x > -0.5 * STEP {
            return Self { ln_scale: 0.0, mantissa: numeric::exp(x) };
        }
        if x == f64::NEG_INFINITY {
            return Self::ZERO;
        }
        let ln_scale = (x / STEP).round() * STEP;
        Self { ln_scale, mantissa: (x - ln_scale).exp() }
    }

    pub(super) fn is_zero(self) -> bool {
        self.ln_scale == f64::NEG_INFINITY
    }

    /// The logarithm, `-inf` for 0.
    pub(super) fn ln(self) -> f64 {
        self.mantissa.ln() + self.ln_scale
    }

    /// Divided by a number from 1 to `usize::MAX`.
    pub(super) fn over(self, divisor: f64) -> Self {
        Self { mantissa: self.mantissa / divisor, ..self }
    }

    /// `self / whole` of a part that is not larger than the whole, which is not 0.
    pub(super) fn share_of(self, whole: Self) -> f64 {
        if self.ln_scale == whole.ln_scale {
            return self.mantissa / whole.mantissa;
        }
        // In two halves, neither of which underflows unless the share does.
        let half = numeric::exp(0.5 * (self.ln_scale - whole.ln_scale));
        self.mantissa * half / whole.mantissa * half
    }

    pub(super) fn to_f64(self) -> f64 {
        self.share_of(Self::ONE)
    }

    pub(super) fn normal(self) -> Self {
        let Self { ln_scale, mantissa } = self;
        if mantissa < LOW {
            Self { ln_scale: ln_scale - STEP, mantissa: mantissa * UP }
        } else if mantissa >= HIGH {
            Self { ln_scale: ln_scale + STEP, mantissa: mantissa * DOWN }
        } else {
            self
        }
    }
}

impl Add for ExtendedFloat {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        if self.ln_scale == other.ln_scale {
            return Self { mantissa: self.mantissa + other.mantissa, ..self };
        }
        let (large, small) =
            if self.ln_scale > other.ln_scale { (self, other) } else { (other, self) };
        // Two steps apart, the smaller is below the last digit of the larger.
        let near = large.ln_scale - STEP == small.ln_scale;
        let added = if near { small.mantissa * DOWN } else { 0.0 };
        Self { mantissa: large.mantissa + added, ..large }
    }
}

impl Mul for ExtendedFloat {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let ln_scale = self.ln_scale + other.ln_scale;
        Self { ln_scale, mantissa: self.mantissa * other.mantissa }.normal()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(computed: f64, expected: f64) {
        assert!((computed - expected).abs() <= 1e-13 * expected.abs(), "{computed} {expected}");
    }

    #[test]
    fn it_goes_beyond_an_f64() {
        assert_eq!((UP, HIGH), (STEP.exp(), (0.5 * STEP).exp()));
        for x in [-0.0, -0.5, -1.0, -255.0, -256.0, -700.0, -1e4, -123_456.789, -1e15, -1e300] {
            close(ExtendedFloat::exp(x).ln(), x);
        }
        assert!(ExtendedFloat::exp(f64::NEG_INFINITY).is_zero());
        assert_eq!(ExtendedFloat::ZERO.ln(), f64::NEG_INFINITY);
        // exp(-10000 + ln 2) / exp(-10000) and the like, whatever the scales.
        for x in [-1.0, -250.0, -260.0, -350.0, -767.0, -800.0, -1e4] {
            let p = ExtendedFloat::exp(x);
            close(p.share_of(p + p), 0.5);
            close((p * p).ln(), 2.0 * x);
            for apart in [1.0, 30.0, 180.0, 360.0, 700.0] {
                let small = ExtendedFloat::exp(x - apart);
                close(small.share_of(p), (-apart).exp());
                close((small + p).share_of(p), 1.0 + (-apart).exp());
                assert!(small < p);
            }
            assert_eq!(p + ExtendedFloat::ZERO, p);
            assert!((p * ExtendedFloat::ZERO).is_zero() && ExtendedFloat::ZERO < p);
        }
        assert!((ExtendedFloat::ZERO + ExtendedFloat::ZERO).is_zero());
        assert_eq!(ExtendedFloat::exp(-1000.0).to_f64(), 0.0);
        close(ExtendedFloat::exp(-700.0).to_f64(), (-700.0_f64).exp());
    }
}
