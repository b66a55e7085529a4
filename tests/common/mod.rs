//! The one tolerance of the tests.

/// Thirteen digits. Every golden value is met to this, and most to the last bit.
pub const DIGITS: f64 = 1e-13;

/// Below the normal doubles digits fade out; there, a few of the smallest steps are allowed.
const FADING: f64 = 4.0 * 5e-324;

/// Equal to 13 digits; infinities and zeros exactly.
#[track_caller]
pub fn assert_close(computed: f64, expected: f64, what: &str) {
    let near = (computed - expected).abs() <= (DIGITS * expected.abs()).max(FADING);
    assert!(computed == expected || near, "{what}: computed {computed:e}, expected {expected:e}");
}
