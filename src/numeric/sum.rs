//! Sums and means of many numbers that are as exact as their result allows.

use multiversion::multiversion;

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

    pub(crate) fn count(&self) -> usize {
        self.count
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

/// How many sums run side by side, each waiting only for itself.
const LANES: usize = 8;

/// A [`Sum`] of numbers that come many at a time.
///
/// It is as exact, and several times as fast: every eighth number goes to the same of eight sums, and
/// what rounding loses is found without a branch, so that the compiler adds to several of them at
/// once. Numbers too large to be added so go to a [`Sum`].
#[derive(Debug, Clone)]
pub(crate) struct LaneSum {
    lanes: Lanes,
    large: Sum,
    count: usize,
}

#[derive(Debug, Clone)]
struct Lanes {
    high: [f64; LANES],
    /// What the additions to `high` have lost so far.
    low: [f64; LANES],
}

impl LaneSum {
    pub(crate) const ZERO: Self =
        Self { lanes: Lanes { high: [0.0; LANES], low: [0.0; LANES] }, large: Sum::ZERO, count: 0 };

    /// The sum of all numbers of a slice.
    pub(crate) fn of(terms: &[f64]) -> Sum {
        let mut sum = Self::ZERO;
        terms.chunks(super::CHUNK).for_each(|terms| sum.add_all(terms));
        sum.finish()
    }

    /// Best some hundred terms at a time.
    pub(crate) fn add_all(&mut self, terms: &[f64]) {
        self.count += terms.len();
        let mut lanes = self.lanes.clone();
        if !add_smaller(&mut lanes, terms) {
            lanes = self.lanes.clone();
            add_any(&mut lanes, terms);
        }
        if lanes.are_finite() {
            self.lanes = lanes;
        } else {
            terms.iter().for_each(|&term| self.large.add(term));
        }
    }

    pub(crate) fn finish(self) -> Sum {
        let mut sum = self.large;
        self.lanes.high.into_iter().chain(self.lanes.low).for_each(|lane| sum.add(lane));
        Sum { count: self.count, ..sum }
    }
}

impl Lanes {
    #[inline(always)]
    fn each(&mut self, terms: &[f64], mut add: impl FnMut(usize, &mut f64, &mut f64, f64)) {
        let Self { high, low } = self;
        let mut eights = terms.chunks_exact(LANES);
        for eight in &mut eights {
            for lane in 0..LANES {
                add(lane, &mut high[lane], &mut low[lane], eight[lane]);
            }
        }
        for (lane, &term) in eights.remainder().iter().enumerate() {
            add(lane, &mut high[lane], &mut low[lane], term);
        }
    }

    /// Once a sum has overflowed, its low part is NaN and remains so.
    fn are_finite(&self) -> bool {
        self.high.iter().chain(&self.low).map(|part| 0.0 * part).sum::<f64>() == 0.0
    }
}

/// Adds terms none of which is negative or exceeds a sum, by Dekker's exact addition, which takes
/// half the work of Knuth's; or answers that there are others.
///
/// As losses are not negative, the sums soon exceed every term.
///
/// Source: T. J. Dekker, "A floating-point technique for extending the available precision",
/// Numerische Mathematik 18 (1971).
#[multiversion(targets("x86_64+avx2"))]
fn add_smaller(lanes: &mut Lanes, terms: &[f64]) -> bool {
    let limit = lanes.high.iter().fold(f64::INFINITY, |least, &high| high.min(least)).max(0.0);
    let limit = limit.to_bits();
    // The sign bit is set once a term is negative or above the limit.
    let mut others = [0; LANES];
    lanes.each(terms, |lane, high, low, term| {
        others[lane] |= limit.wrapping_sub(term.to_bits()) | term.to_bits();
        let sum = *high + term;
        *low += term - (sum - *high);
        *high = sum;
    });
    others.into_iter().fold(0, |any, other| any | other) >> 63 == 0
}

/// Adds any terms, by Knuth's exact addition.
///
/// Source: D. E. Knuth, "The art of computer programming 2", section 4.2.2, theorem B.
#[multiversion(targets("x86_64+avx2"))]
fn add_any(lanes: &mut Lanes, terms: &[f64]) {
    lanes.each(terms, |_, high, low, term| {
        let sum = *high + term;
        let back = sum - *high;
        *low += (*high - (sum - back)) + (term - back);
        *high = sum;
    });
}

#[cfg(test)]
mod tests {
    use super::{LaneSum, Sum};

    fn wide(terms: &[f64]) -> Sum {
        let mut sum = LaneSum::ZERO;
        terms.chunks(100).for_each(|terms| sum.add_all(terms));
        sum.finish()
    }

    #[test]
    fn what_a_large_sum_would_drop_is_kept() {
        // Each tiny term is half of the last place of the first, which they follow in every lane.
        let tiny = 2.0_f64.powi(-53);
        let mut terms = vec![1.0; 8];
        terms.resize(8 + 4096, tiny);
        assert_eq!(wide(&terms).total(), 8.0 + 4096.0 * tiny);
        // And where the large ones come last.
        terms.reverse();
        assert_eq!(wide(&terms).total(), 8.0 + 4096.0 * tiny);
    }

    #[test]
    fn what_cancels_leaves_the_rest() {
        let terms: Vec<f64> = (0..3000).map(|at| [1e100, 1.0, -1e100][at % 3]).collect();
        assert_eq!(wide(&terms).total(), 1000.0);
        // The same with the sign turned, so that the sums are never positive.
        let terms: Vec<f64> = terms.iter().map(|term| -term).collect();
        assert_eq!(wide(&terms).total(), -1000.0);
        // Whole chunks of one sign: all the terms that follow small sums are large and negative.
        let large = 2.0_f64.powi(60);
        let terms = [[1.0; 100], [-large; 100], [large; 100]].concat();
        assert_eq!(wide(&terms).total(), 100.0);
    }

    #[test]
    fn what_overflows_on_the_way_has_a_mean() {
        assert_eq!(wide(&[f64::MAX; 1000]).mean(), f64::MAX);
        // Only some of the chunks are too large to be added.
        let large = 2.0_f64.powi(1023);
        let mut terms = vec![3.0; 500];
        terms.extend([large; 300]);
        terms.extend([-large; 300]);
        assert_eq!(wide(&terms).total(), 1500.0);
    }

    #[test]
    fn infinities_follow_ieee() {
        assert_eq!(wide(&[1.0, f64::INFINITY, 2.0]).total(), f64::INFINITY);
        assert!(wide(&[f64::NEG_INFINITY, f64::INFINITY]).total().is_nan());
        assert!(wide(&[1.0, f64::NAN]).total().is_nan());
    }

    #[test]
    fn any_number_of_terms_counts() {
        for n in [1, 7, 8, 9, 99, 100, 101, 1234] {
            let terms: Vec<f64> = (0..n).map(f64::from).collect();
            let half = f64::from(n - 1) / 2.0;
            assert_eq!(wide(&terms).mean(), half);
            assert_eq!(wide(&terms).total(), half * f64::from(n));
        }
        assert!(LaneSum::ZERO.finish().mean().is_nan());
        assert_eq!(LaneSum::ZERO.finish().total(), 0.0);
    }
}
