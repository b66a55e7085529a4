//! Probabilities far below what an `f64` holds.

use std::cmp::Ordering;
use std::f64::consts::LN_2;

/// A number that is not negative, `mantissa * 2^(512 exponent)`.
///
/// The probability of a long sequence leaves the range of an `f64`. Logarithms would not, but adding
/// two of them takes an `exp` and a `ln`, and a logarithm of -1000 has lost three digits of what it
/// stands for. Here sums and products are those of the mantissas, and next to never more.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wide {
    /// From 2^-256 to 2^256, or 0; a few sums further.
    mantissa: f64,
    /// A whole number, `-inf` for 0; an `f64`, as log-probabilities may be as low as -1e308.
    exponent: f64,
}

/// 2^512, its inverse, and the ends of a mantissa.
const STEP: f64 = HIGH * HIGH;
const BACK: f64 = 1.0 / STEP;
const HIGH: f64 = (1_u128 << 64) as f64 * (1_u128 << 64) as f64 * (1_u128 << 127) as f64 * 2.0;
const LOW: f64 = 1.0 / HIGH;

/// `ln 2^512`: the nearest `f64`, and what is missing.
const LN_STEP: f64 = 512.0 * LN_2;
const LN_STEP_REST: f64 = 512.0 * 2.319_046_813_846_299_6e-17;

impl Wide {
    pub(super) const ZERO: Self = Self { mantissa: 0.0, exponent: f64::NEG_INFINITY };
    pub(super) const ONE: Self = Self { mantissa: 1.0, exponent: 0.0 };

    /// `exp(x)`, also of `-inf`; `x` is at most 0.
    pub(super) fn exp(x: f64) -> Self {
        if x > -0.5 * LN_STEP {
            return Self { mantissa: x.exp(), exponent: 0.0 };
        }
        if x == f64::NEG_INFINITY {
            return Self::ZERO;
        }
        let exponent = (x / LN_STEP).round();
        // Below, neighbouring numbers lie further apart than a step: no mantissa is known.
        let known = x > -1e17;
        let rest = exponent.mul_add(-LN_STEP, x) - exponent * LN_STEP_REST;
        Self { mantissa: if known { rest.exp() } else { 1.0 }, exponent }
    }

    pub(super) fn is_zero(self) -> bool {
        self.mantissa == 0.0 || self.exponent == f64::NEG_INFINITY
    }

    /// The logarithm, `-inf` for 0.
    pub(super) fn ln(self) -> f64 {
        if self.is_zero() {
            return f64::NEG_INFINITY;
        }
        self.mantissa.ln() + self.exponent * LN_STEP
    }

    pub(super) fn plus(self, other: Self) -> Self {
        if self.exponent == other.exponent {
            return Self { mantissa: self.mantissa + other.mantissa, ..self };
        }
        let (large, small) =
            if self.exponent > other.exponent { (self, other) } else { (other, self) };
        // Two steps apart, the smaller is below the last digit of the larger.
        let near = large.exponent - 1.0 == small.exponent;
        let added = if near { small.mantissa * BACK } else { 0.0 };
        Self { mantissa: large.mantissa + added, ..large }
    }

    pub(super) fn times(self, other: Self) -> Self {
        Self { mantissa: self.mantissa * other.mantissa, exponent: self.exponent + other.exponent }
            .normal()
    }

    /// Divided by a number from 1 to `usize::MAX`.
    pub(super) fn over(self, divisor: f64) -> Self {
        Self { mantissa: self.mantissa / divisor, ..self }.normal()
    }

    fn normal(self) -> Self {
        let Self { mantissa, exponent } = self;
        if mantissa < LOW {
            Self { mantissa: mantissa * STEP, exponent: exponent - 1.0 }
        } else if mantissa >= HIGH {
            Self { mantissa: mantissa * BACK, exponent: exponent + 1.0 }
        } else {
            self
        }
    }

    /// `self / whole` of a part that is not larger than the whole, which is not 0.
    pub(super) fn share_of(self, whole: Self) -> f64 {
        let share = self.mantissa / whole.mantissa;
        let steps = whole.exponent - self.exponent;
        if steps <= 0.0 {
            share
        } else if steps == 1.0 {
            share * BACK
        } else if steps <= 3.0 {
            // A share of up to 2^512 may still be more than 0 after three.
            share * BACK * BACK * if steps == 3.0 { BACK } else { 1.0 }
        } else {
            0.0
        }
    }

    pub(super) fn to_f64(self) -> f64 {
        self.share_of(Self::ONE)
    }

    pub(super) fn cmp(self, other: Self) -> Ordering {
        let (left, right) = (self.normal(), other.normal());
        let exponents = left.exponent.total_cmp(&right.exponent);
        exponents.then(left.mantissa.total_cmp(&right.mantissa))
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
        for x in [-0.0, -0.5, -1.0, -177.0, -178.0, -700.0, -1e4, -123_456.789, -1e15, -1e300] {
            close(Wide::exp(x).ln(), x);
        }
        assert!(Wide::exp(f64::NEG_INFINITY).is_zero());
        // exp(-10000 + ln 2) / exp(-10000) and the like, whatever the exponents.
        for x in [-1.0, -170.0, -200.0, -350.0, -533.0, -600.0, -1e4] {
            let p = Wide::exp(x);
            close(p.share_of(p.plus(p)), 0.5);
            close(p.times(p).ln(), 2.0 * x);
            for apart in [1.0, 30.0, 180.0, 360.0, 700.0] {
                let small = Wide::exp(x - apart);
                close(small.share_of(p), (-apart).exp());
                close(small.plus(p).share_of(p), 1.0 + (-apart).exp());
                assert_eq!(small.cmp(p), Ordering::Less);
                assert_eq!(p.cmp(small), Ordering::Greater);
            }
            assert_eq!(p.plus(Wide::ZERO).cmp(p), Ordering::Equal);
            assert!(p.times(Wide::ZERO).is_zero() && Wide::ZERO.plus(Wide::ZERO).is_zero());
            assert_eq!(Wide::ZERO.cmp(p), Ordering::Less);
        }
        assert_eq!(Wide::exp(-1000.0).to_f64(), 0.0);
        close(Wide::exp(-700.0).to_f64(), (-700.0_f64).exp());
    }
}
