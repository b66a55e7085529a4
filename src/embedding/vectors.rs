//! Rows of numbers, their lengths, and the angles between them, to the last digits.

use crate::error::LossError;
pub(super) use crate::rows::{Rows, matrix, reserve};

impl Rows {
    /// [`unit_of`] all the values.
    pub(super) fn unit(&self) -> f64 {
        unit_of(&self.values)
    }

    /// Every row as a direction and a length; a row of zeros has no direction.
    pub(super) fn directions(&self) -> Result<Vec<Direction>, LossError> {
        let rows = self.iter().enumerate();
        rows.map(|(row, values)| Direction::new(self.name, row, values)).collect()
    }
}

/// 1, or for values whose squares could overflow a power of two to measure them in.
pub(super) fn unit_of(values: &[f64]) -> f64 {
    let largest = largest(values);
    if largest > 1e150 { power_of_two_below(largest) } else { 1.0 }
}

/// `sum (left_i - right_i)^2`: differences first, so that near points keep their digits and no
/// square is negative.
pub(super) fn squared_distance(left: &[f64], right: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    let (mut lefts, mut rights) = (left.chunks_exact(8), right.chunks_exact(8));
    for (left, right) in lefts.by_ref().zip(rights.by_ref()) {
        for lane in 0..8 {
            let difference = left[lane] - right[lane];
            lanes[lane] += difference * difference;
        }
    }
    let rest = lefts.remainder().iter().zip(rights.remainder());
    let rest: f64 = rest.map(|(left, right)| (left - right) * (left - right)).sum();
    lanes.iter().sum::<f64>() + rest
}

/// `|a - p|^2 - |a - n|^2 + margin` as if computed with twice the digits: where the terms cancel, the
/// rest is still right.
pub(super) fn difference_of_squares(a: &[f64], p: &[f64], n: &[f64], margin: f64) -> f64 {
    let (mut high, mut low) = (margin, 0.0);
    let mut add = |term: f64| {
        let (sum, lost) = two_sum(high, term);
        high = sum;
        low += lost;
    };
    for ((a, p), n) in a.iter().zip(p).zip(n) {
        for (other, sign) in [(p, 1.0), (n, -1.0)] {
            let (difference, lost) = two_sum(*a, -other);
            let square = difference * difference;
            add(sign * square);
            add(sign * (difference.mul_add(difference, -square) + 2.0 * difference * lost));
        }
    }
    high + low
}

/// A sum, and what rounding took off it.
pub(super) fn two_sum(left: f64, right: f64) -> (f64, f64) {
    let sum = left + right;
    let back = sum - left;
    (sum, (left - (sum - back)) + (right - back))
}

/// `left - right` as a direction of length 1 (or of length 0, where they are equal) and a length,
/// without overflow or underflow on the way.
pub(super) fn difference(left: &[f64], right: &[f64]) -> (Vec<f64>, f64) {
    // A difference can be twice as large as its parts: it is taken in units that leave room.
    let unit = if largest(left).max(largest(right)) > 1e300 { 2.0 } else { 1.0 };
    let pairs = left.iter().zip(right);
    let difference: Vec<f64> = pairs.map(|(left, right)| left / unit - right / unit).collect();
    let inner = power_of_two_below(largest(&difference));
    let mut direction: Vec<f64> = difference.iter().map(|value| value / inner).collect();
    let length = square(&direction).sqrt();
    if length > 0.0 {
        direction.iter_mut().for_each(|value| *value /= length);
    }
    (direction, length * inner * unit)
}

/// A vector other than 0: `values * unit`, where `unit` is a power of two near the largest of them, so that nothing done with them overflows or vanishes.
#[derive(Debug, Clone)]
pub(super) struct Direction {
    values: Vec<f64>,
    unit: f64,
    square: f64,
    /// The length of `values`.
    length: f64,
}

impl Direction {
    fn new(name: &'static str, row: usize, values: &[f64]) -> Result<Self, LossError> {
        let largest = largest(values);
        if largest == 0.0 {
            return Err(LossError::NoDirection { name, row });
        }
        let unit = power_of_two_below(largest);
        let values: Vec<f64> = values.iter().map(|value| value / unit).collect();
        let square = square(&values);
        Ok(Self { values, unit, square, length: square.sqrt() })
    }

    /// The cosine of the angle to `other`.
    pub(super) fn cos(&self, other: &Self) -> f64 {
        (dot(&self.values, &other.values) / (self.length * other.length)).clamp(-1.0, 1.0)
    }

    /// `1 - cos`, also for an angle so small that the cosine is rounded to 1.
    pub(super) fn one_minus_cos(&self, other: &Self) -> f64 {
        let cos = self.cos(other);
        if cos > 0.5 {
            let sin = self.away_from(other).sin;
            sin * sin / (1.0 + cos)
        } else {
            1.0 - cos
        }
    }

    /// How this vector deviates from the direction of `other`.
    pub(super) fn away_from(&self, other: &Self) -> Away {
        // Its projection is taken off twice: what rounding leaves of it the first time is as large
        // as a very small angle.
        let mut away = self.values.clone();
        for _ in 0..2 {
            let along = dot(&away, &other.values) / other.square;
            for (away, direction) in away.iter_mut().zip(&other.values) {
                *away = (-along).mul_add(*direction, *away);
            }
        }
        let inner = power_of_two_below(largest(&away));
        away.iter_mut().for_each(|value| *value /= inner);
        let length = square(&away).sqrt();
        let sin = length * inner / self.length;
        if sin < PARALLEL {
            return Away { direction: vec![0.0; away.len()], sin: 0.0 };
        }
        away.iter_mut().for_each(|value| *value /= length);
        Away { direction: away, sin }
    }

    /// Adds `slope` times the gradient of the angle to `other` with respect to this vector: its
    /// angle grows fastest away from the other, the faster the shorter it is. [`Self::finish`] is to
    /// follow.
    pub(super) fn add_angle_gradient(&self, other: &Self, slope: f64, gradient: &mut [f64]) {
        if slope != 0.0 {
            self.add(&other.away_from(self).direction, -slope, gradient);
        }
    }

    /// Adds `slope` times the gradient of the cosine of the angle to `other` with respect to this
    /// vector. [`Self::finish`] is to follow.
    pub(super) fn add_cos_gradient(&self, other: &Self, slope: f64, gradient: &mut [f64]) {
        if slope != 0.0 {
            let away = other.away_from(self);
            self.add(&away.direction, slope * away.sin, gradient);
        }
    }

    fn add(&self, direction: &[f64], factor: f64, gradient: &mut [f64]) {
        for (gradient, direction) in gradient.iter_mut().zip(direction) {
            *gradient += factor * direction / self.length;
        }
    }

    /// Brings what was added to the vector's own unit: only once, as it may overflow for a tiny one.
    pub(super) fn finish(&self, gradient: &mut [f64]) {
        gradient.iter_mut().for_each(|gradient| *gradient /= self.unit);
    }
}

/// Below this sine there is nothing but what rounding leaves.
const PARALLEL: f64 = 1e-30;

/// What a vector has at right angles to another one.
#[derive(Debug)]
pub(super) struct Away {
    /// Of length 1, or of length 0 where the two are parallel.
    direction: Vec<f64>,
    /// The sine of the angle between them, from 0 to 1.
    pub(super) sin: f64,
}

/// The dot product as if computed with twice the digits: where large terms cancel, the rest is
/// still right.
///
/// Source: T. Ogita, S. M. Rump, S. Oishi, "Accurate sum and dot product" (2005), algorithm Dot2.
fn dot(left: &[f64], right: &[f64]) -> f64 {
    let (mut high, mut low) = (0.0_f64, 0.0);
    for (left, right) in left.iter().zip(right) {
        let product = left * right;
        let (sum, lost) = two_sum(high, product);
        low += left.mul_add(*right, -product) + lost;
        high = sum;
    }
    high + low
}

fn square(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum()
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |largest, value| value.abs().max(largest))
}

/// The largest power of two that is not above `size`, but never a subnormal one.
fn power_of_two_below(size: f64) -> f64 {
    const EXPONENT: u64 = 0x7ff0_0000_0000_0000;
    f64::from_bits(size.to_bits() & EXPONENT).max(f64::MIN_POSITIVE)
}
