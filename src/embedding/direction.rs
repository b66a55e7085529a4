//! The angle between two vectors.

use crate::error::LossError;
use crate::numeric::{Rows, dot, largest, length};

/// A vector other than 0.
#[derive(Debug)]
pub(super) struct Direction {
    /// The vector, divided by `unit`.
    values: Vec<f64>,
    /// 1, unless squares would overflow or vanish.
    unit: f64,
    /// That of `values`.
    length: f64,
}

impl Direction {
    pub(super) fn new(name: &'static str, row: usize, values: &[f64]) -> Result<Self, LossError> {
        let largest = largest(values);
        if largest == 0.0 {
            return Err(LossError::NoDirection { name, row });
        }
        let unit = if (1e-100..1e100).contains(&largest) { 1.0 } else { largest };
        let values: Vec<f64> = values.iter().map(|value| value / unit).collect();
        Ok(Self { length: length(&values), values, unit })
    }

    /// Those of all rows.
    pub(super) fn of(rows: &Rows) -> Result<Vec<Self>, LossError> {
        rows.iter().enumerate().map(|(row, values)| Self::new(rows.name, row, values)).collect()
    }

    /// `a b / (|a| |b|)`
    pub(super) fn cos(&self, other: &Self) -> f64 {
        (dot(&self.values, &other.values) / (self.length * other.length)).clamp(-1.0, 1.0)
    }

    /// `1 - cos`, of a small angle as `sin^2 / (1 + cos)`: its cosine is rounded to 1.
    pub(super) fn one_minus_cos(&self, other: &Self) -> f64 {
        let cos = self.cos(other);
        if cos > 0.5 { self.across(other).1.powi(2) / (1.0 + cos) } else { 1.0 - cos }
    }

    /// From 0 to pi. The arc cosine would lose half the digits of a small angle.
    pub(super) fn angle(&self, other: &Self) -> f64 {
        self.across(other).1.atan2(self.cos(other))
    }

    /// Adds the gradient, with respect to this vector, of a function of the angle to `other`, whose
    /// derivative with respect to the angle is given for the angle's sine: the angle grows fastest at
    /// right angles to this vector, by `1 / |a|`.
    pub(super) fn add_gradient(
        &self,
        other: &Self,
        derivative: impl Fn(f64) -> f64,
        gradient: &mut [f64],
    ) {
        let (across, sin) = self.across(other);
        let slope = derivative(sin) / self.length / self.unit;
        gradient.iter_mut().zip(across).for_each(|(sum, across)| *sum -= slope * across);
    }

    /// The direction of what `other` has at right angles to this vector, `b - (a b / a a) a`, and the
    /// sine of the angle; zeros where the two are parallel.
    fn across(&self, other: &Self) -> (Vec<f64>, f64) {
        /// Below this sine there is nothing but what rounding leaves.
        const PARALLEL: f64 = 1e-30;
        let mut across = other.values.clone();
        // Twice, as what rounding leaves of it the first time is as large as a very small angle.
        for _ in 0..2 {
            let along = dot(&across, &self.values) / (self.length * self.length);
            let parts = across.iter_mut().zip(&self.values);
            parts.for_each(|(across, value)| *across = value.mul_add(-along, *across));
        }
        let size = length(&across);
        let sin = size / other.length;
        if sin < PARALLEL {
            return (vec![0.0; across.len()], 0.0);
        }
        across.iter_mut().for_each(|across| *across /= size);
        (across, sin)
    }
}
