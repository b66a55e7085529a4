//! Sums and means of many numbers that are as exact as their result allows.

/// A running sum that keeps what rounding would drop (Neumaier's variant of Kahan's summation) and
/// does not overflow on the way to a mean that fits.
///
/// Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen",
/// ZAMM 54 (1974).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sum {
    high: f64,
    /// What the additions to `high` have lost so far.
    low: f64,
    /// 1, or [`SMALLER`] once the numbers have become too large to be added as they are.
    scale: f64,
    count: usize,
}

/// From here on numbers are added in units of 2^128, which leaves room for 2^128 of them.
const LARGE: f64 = 1e290;
/// 2^-128, a power of two so that scaling rounds nothing.
const SMALLER: f64 = 1.0 / (1_u128 << 127) as f64 / 2.0;

impl Sum {
    pub(crate) const ZERO: Self = Self { high: 0.0, low: 0.0, scale: 1.0, count: 0 };

    pub(crate) fn add(&mut self, term: f64) {
        self.count += 1;
        if self.scale == 1.0 && term.abs().max(self.high.abs()) > LARGE {
            self.scale = SMALLER;
            self.high *= SMALLER;
            self.low *= SMALLER;
        }
        let term = term * self.scale;
        let high = self.high + term;
        if high.is_finite() {
            self.low += if self.high.abs() >= term.abs() {
                (self.high - high) + term
            } else {
                (term - high) + self.high
            };
        }
        self.high = high;
    }

    pub(crate) fn total(&self) -> f64 {
        (self.high + self.low) / self.scale
    }

    /// The mean of what was added; NaN when nothing was.
    pub(crate) fn mean(&self) -> f64 {
        (self.high + self.low) / self.count as f64 / self.scale
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(terms: I) -> Self {
        let mut sum = Self::ZERO;
        for term in terms {
            sum.add(term);
        }
        sum
    }
}
