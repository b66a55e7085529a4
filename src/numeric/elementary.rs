//! Elementary functions: the exponential and the logarithm, written so that the compiler computes
//! several at once, and what losses make of them.
//!
//! The ones of the standard library are exact, but a call each: 4 to 20 ns, most of what a loss of
//! logits costs. These are a handful of additions and multiplications without a branch or a table,
//! which a loop over a slice does on several lanes of the processor (two on any x86-64, four with
//! AVX2). They are right to 1 unit in the last place: `tests` below compares them with values computed
//! to 60 digits by `tests/golden/make_math.py`, which also finds the coefficients.

use std::f64::consts::LOG2_E;

/// ln 2 in two parts; the first has 42 bits, so that its product with an exponent is exact.
const LN_2_HIGH: f64 = 0.6931471805598903;
const LN_2_LOW: f64 = 5.497923018708371e-14;

const ONE: u64 = 1.0_f64.to_bits();

/// `e^x` for `x <= 0`, as small as it may be; NaN for NaN.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    // 1.5 * 2^52: what is added to it is rounded to an integer, which its last bits then hold.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    const SMALLER: f64 = 1.0 / (1_u128 << 127) as f64 / 2.0;
    // Below -745 the result is 0.
    let x = if x < -750.0 { -750.0 } else { x };
    // x = k ln 2 + r, where r is between -ln 2 / 2 and ln 2 / 2, in two parts.
    let shifted = x * LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r_high = x - k * LN_2_HIGH;
    let r_low = k * LN_2_LOW;
    let r = r_high - r_low;
    // (e^r - 1 - r) / r^2, its even and odd powers apart, which do not wait for each other.
    let square = r * r;
    let even = polynomial(
        square,
        [
            0.5000000000000012,
            0.041666666666515535,
            0.0013888888946982899,
            2.4801489979361804e-05,
            2.763126614269123e-07,
        ],
    );
    let odd = polynomial(
        square,
        [
            0.166666666666667,
            0.008333333333307238,
            0.00019841269917313583,
            2.7557216360099614e-06,
            2.5117843362238444e-08,
        ],
    );
    let rest = square * (even + r * odd) - r_low;
    // e^r = 1 + r_high + rest, the first sum with what its rounding loses.
    let sum = 1.0 + r_high;
    let lost = (1.0 - sum) + r_high;
    // Times 2^k, by way of the exponent's bits; where that may leave the normal numbers, 2^128 more,
    // which is then taken off.
    let far = x < -600.0;
    let k = shifted.to_bits().wrapping_add(if far { 128 } else { 0 });
    let scaled = (sum + (lost + rest)).to_bits().wrapping_add(k << 52);
    f64::from_bits(scaled) * if far { SMALLER } else { 1.0 }
}

/// `ln(1 + x)` for `0 <= x <= 1`; NaN for NaN.
#[inline(always)]
pub(crate) fn ln_1p(x: f64) -> f64 {
    // 1 + x, or half of it, is 1 + f exactly.
    let large = x > 0.5;
    let f = if large { 0.5 * (x - 1.0) } else { x };
    let ln = ln_near_one(f);
    if large { LN_2_HIGH + (ln + LN_2_LOW) } else { ln }
}

/// `ln(x + rest)` for `0 <= x <= 1`, where `rest` is at most half a unit in the last place of 1, and
/// 0 unless `x >= 0.5`; `-inf` for 0.
#[inline(always)]
pub(crate) fn ln_of_probability(x: f64, rest: f64) -> f64 {
    const TINY: f64 = f64::MIN_POSITIVE;
    const LIFT: f64 = (1_u64 << 54) as f64;
    let (lifted, lift) = if x < TINY { (x * LIFT, 54.0) } else { (x, 0.0) };
    // x = 2^k (1 + f), where f is between -1/4 and 1/2.
    let bits = lifted.to_bits();
    let biased = bits.wrapping_sub(0.75_f64.to_bits()).wrapping_add(ONE) >> 52;
    let f = f64::from_bits(bits.wrapping_add(ONE).wrapping_sub(biased << 52)) - 1.0;
    let k = small_integer(biased) - 1023.0 - lift;
    // ln(x + rest) = ln x + rest / x, and 2 - x is near enough to 1 / x.
    let low = k * LN_2_LOW + rest * (2.0 - x);
    let ln = k * LN_2_HIGH + (ln_near_one(f) + low);
    if x == 0.0 { f64::NEG_INFINITY } else { ln }
}

/// `ln(1 + f)` for `-1/4 <= f <= 1/2`.
#[inline(always)]
fn ln_near_one(f: f64) -> f64 {
    // 2 artanh s, where 2 s = f - s f.
    let s = f / (2.0 + f);
    f - s * (f - artanh_rest(s * s))
}

/// `2 artanh(s) / s - 2` by the square of `s`, for `abs(s) <= 1/5`: `2 s^2 / 3 + 2 s^4 / 5 + ...`
#[inline(always)]
pub(crate) fn artanh_rest(square: f64) -> f64 {
    let fourth = square * square;
    let even = polynomial(
        fourth,
        [0.666666666666666, 0.28571428555767653, 0.18181665511417058, 0.13173412792126965],
    );
    let odd = polynomial(
        fourth,
        [0.4000000000005695, 0.22222224302870316, 0.15391123386729055, 0.13844271682049702],
    );
    square * (even + square * odd)
}

/// Pairs of terms first, which do not wait for each other, instead of one term after the other.
#[inline(always)]
fn polynomial<const N: usize>(x: f64, coefficients: [f64; N]) -> f64 {
    let (pairs, last) = coefficients.as_chunks::<2>();
    let pair = |&[constant, linear]: &[f64; 2]| constant + linear * x;
    let square = x * x;
    let add = |sum: Option<f64>, next: f64| Some(sum.map_or(next, |sum| next + square * sum));
    let sum = pairs.iter().rev().map(pair).fold(last.first().copied(), add);
    sum.unwrap_or(0.0)
}

/// An integer below 2^52 as a number.
#[inline(always)]
pub(crate) fn small_integer(integer: u64) -> f64 {
    const LAST_BIT_IS_1: f64 = (1_u64 << 52) as f64;
    f64::from_bits(LAST_BIT_IS_1.to_bits() | integer) - LAST_BIT_IS_1
}

/// `1 / (1 + e^-x)`, without a number that is too large on the way.
pub(crate) fn sigmoid(x: f64) -> f64 {
    let small = (-x.abs()).exp();
    if x >= 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) }
}

/// `ln(left / right)`, also where the quotient is too large or too small.
pub(crate) fn ln_ratio(left: f64, right: f64) -> f64 {
    let ratio = left / right;
    if ratio.is_normal() { ratio.ln() } else { left.ln() - right.ln() }
}

/// `weight * value`, and 0 where the weight is 0 even if the value is infinite.
#[inline(always)]
pub(crate) fn weighted(weight: f64, value: f64) -> f64 {
    if weight == 0.0 { 0.0 } else { weight * value }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{exp, ln_1p, ln_of_probability};

    /// `x` and `expected` of a function in the golden file.
    fn golden(of: &str) -> Vec<(f64, f64)> {
        let file = include_str!("../../tests/golden/math.json");
        let file: Value = serde_json::from_str(file).expect("the golden file is JSON");
        let mut cases = file["cases"].as_array().expect("cases").iter();
        let case = cases.find(|case| case["of"] == of).expect("the function has cases");
        let numbers = |key| {
            let numbers = case[key].as_array().expect("a list").iter();
            numbers.map(|number| number.as_str().expect("text").parse::<f64>().expect("a number"))
        };
        numbers("x").zip(numbers("expected")).collect()
    }

    /// How many doubles apart two numbers of one sign are.
    fn steps(left: f64, right: f64) -> u64 {
        left.to_bits().abs_diff(right.to_bits())
    }

    #[track_caller]
    fn assert_near(function: impl Fn(f64) -> f64, cases: impl IntoIterator<Item = (f64, f64)>) {
        for (x, expected) in cases {
            let computed = function(x);
            let near = steps(computed, expected) <= 1;
            assert!(near, "at {x:e}: computed {computed:e}, expected {expected:e}");
        }
    }

    #[test]
    fn golden_values_are_met_to_one_unit_in_the_last_place() {
        assert_near(exp, golden("exp"));
        assert_near(ln_1p, golden("ln_1p"));
        assert_near(|x| -ln_of_probability(x, 0.0), golden("ln").into_iter().map(|(x, y)| (x, -y)));
        let of_rest = |x: f64| {
            let rounded = 1.0 - x;
            -ln_of_probability(rounded, (1.0 - rounded) - x)
        };
        assert_near(of_rest, golden("ln_of_rest").into_iter().map(|(x, y)| (x, -y)));
    }

    #[test]
    fn a_dense_grid_agrees_with_the_standard_library() {
        // Whose own error is below one unit, so that two are between them at most.
        let agree = |computed: f64, expected: f64, x: f64| {
            assert!(steps(computed, expected) <= 2, "{computed:e} and {expected:e} at {x:e}");
        };
        for at in 1..200_000 {
            let x = f64::from(at) / 200_000.0;
            agree(exp(-750.0 * x), (-750.0 * x).exp(), x);
            agree(exp(-x), (-x).exp(), x);
            agree(ln_1p(x), x.ln_1p(), x);
            agree(-ln_of_probability(x, 0.0), -x.ln(), x);
        }
    }

    #[test]
    fn edges_are_exact() {
        assert_eq!([0.0, -0.0].map(exp), [1.0, 1.0]);
        assert_eq!([-746.0, -1e308, f64::NEG_INFINITY].map(exp), [0.0, 0.0, 0.0]);
        assert!(exp(f64::NAN).is_nan());
        assert_eq!(ln_1p(0.0), 0.0);
        assert_eq!(ln_1p(1.0), std::f64::consts::LN_2);
        assert!(ln_1p(f64::NAN).is_nan());
        assert_eq!(ln_of_probability(0.0, 0.0), f64::NEG_INFINITY);
        assert_eq!(ln_of_probability(1.0, 0.0), 0.0);
        assert_eq!(ln_of_probability(1.0, -1e-30), -1e-30);
        assert!(ln_of_probability(f64::NAN, 0.0).is_nan());
    }
}
