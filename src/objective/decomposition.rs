//! A matrix taken apart: reflections that make it triangular, rotations that make its columns
//! perpendicular.
//!
//! Why not a library: nalgebra, the lean one, reduces a matrix to two diagonals first, which loses the
//! small columns beside the large. Features in units of their own, nanometres beside kilometres, are
//! just that. Rotations of pairs of columns (one-sided Jacobi) keep every column's digits; the tests
//! show such a matrix.
//!
//! Sources: A. S. Householder, "Unitary triangularization of a nonsymmetric matrix", Journal of the
//! ACM 5 (1958); M. R. Hestenes, "Inversion of matrices by biorthogonalization and related results",
//! Journal of SIAM 6 (1958); J. Demmel, K. Veselic, "Jacobi's method is more accurate than QR", SIAM
//! Journal on Matrix Analysis 13 (1992).

use std::f64::consts::SQRT_2;

use super::numbers::{dot, length};
use crate::error::LossError;

/// `Q R`: reflections, and what they make of the columns.
#[derive(Debug)]
pub(super) struct Triangle {
    /// Reflection `k` leaves the first `k` entries alone; its vector has length `sqrt(2)`, or 0.
    reflections: Vec<Vec<f64>>,
    /// The columns of R, square: zeros below the diagonal.
    pub(super) columns: Vec<Vec<f64>>,
}

impl Triangle {
    /// Of columns that are at least as long as they are many.
    pub(super) fn new(mut columns: Vec<Vec<f64>>) -> Self {
        let count = columns.len();
        let mut reflections = Vec::with_capacity(count);
        for k in 0..count {
            let mut vector = columns[k][k..].to_vec();
            let size = length(&vector);
            if size > 0.0 {
                // To length 1 first; then away from the axis, where nothing cancels.
                vector.iter_mut().for_each(|value| *value /= size);
                vector[0] += vector[0].signum();
                let size = length(&vector) / SQRT_2;
                vector.iter_mut().for_each(|value| *value /= size);
            }
            for column in &mut columns[k..] {
                reflect(&vector, &mut column[k..]);
            }
            reflections.push(vector);
        }
        for (k, column) in columns.iter_mut().enumerate() {
            column.truncate(count);
            column[k + 1..].fill(0.0);
        }
        Self { reflections, columns }
    }

    /// The first entries of `Q' values`, as many as there are columns.
    pub(super) fn turn(&self, mut values: Vec<f64>) -> Vec<f64> {
        for (k, vector) in self.reflections.iter().enumerate() {
            reflect(vector, &mut values[k..]);
        }
        values.truncate(self.columns.len());
        values
    }

    /// `Q values`, zeros being added to `values` up to the length of the columns.
    pub(super) fn turn_back(&self, mut values: Vec<f64>) -> Vec<f64> {
        values.resize(self.reflections.first().map_or(0, Vec::len), 0.0);
        for (k, vector) in self.reflections.iter().enumerate().rev() {
            reflect(vector, &mut values[k..]);
        }
        values
    }
}

fn reflect(vector: &[f64], values: &mut [f64]) {
    let along = dot(vector, values);
    for (value, vector) in values.iter_mut().zip(vector) {
        *value -= along * vector;
    }
}

/// `U diag(lengths) V'`, the lengths falling.
#[derive(Debug)]
pub(super) struct Svd {
    /// The columns of `U diag(lengths)`: the matrix's own, turned until they are perpendicular.
    pub(super) columns: Vec<Vec<f64>>,
    /// The columns of V: how they were turned. As many as the matrix has columns.
    pub(super) right: Vec<Vec<f64>>,
    /// The singular values.
    pub(super) lengths: Vec<f64>,
}

/// Six or so are usual.
const MOST_SWEEPS: usize = 60;

impl Svd {
    pub(super) fn new(mut columns: Vec<Vec<f64>>) -> Result<Self, LossError> {
        let count = columns.len();
        let unit = |k: usize| (0..count).map(|at| f64::from(u8::from(at == k))).collect();
        let mut right: Vec<Vec<f64>> = (0..count).map(unit).collect();
        let perpendicular = 4.0 * f64::EPSILON * (count as f64).sqrt();
        let mut widest = 0.0_f64;
        for _ in 0..MOST_SWEEPS {
            let mut settled = true;
            widest = 0.0;
            for p in 0..count {
                for q in p + 1..count {
                    let (mut long, mut short) = (length(&columns[p]), length(&columns[q]));
                    // The longer to the front: faster, and in order at the end.
                    if long < short {
                        columns.swap(p, q);
                        right.swap(p, q);
                        (long, short) = (short, long);
                        settled = false;
                    }
                    if short == 0.0 {
                        continue;
                    }
                    let cos = dot(&columns[p], &columns[q]) / long / short;
                    widest = widest.max(cos.abs());
                    if cos.abs() > perpendicular {
                        settled = false;
                        let turn = Turn::new(long, short, cos);
                        turn.apply(&mut columns, p, q);
                        turn.apply(&mut right, p, q);
                    }
                }
            }
            if settled {
                let lengths = columns.iter().map(|column| length(column)).collect();
                return Ok(Self { columns, right, lengths });
            }
        }
        Err(LossError::NotConverged {
            name: "the directions of x",
            iterations: MOST_SWEEPS,
            error: widest,
            tolerance: perpendicular,
        })
    }
}

/// The rotation that makes two columns perpendicular.
struct Turn {
    cos: f64,
    sin: f64,
}

impl Turn {
    /// Of columns of these lengths, and with this cosine of the angle between them.
    fn new(long: f64, short: f64, cos: f64) -> Self {
        let cotangent = (short / long - long / short) / (2.0 * cos);
        // The smaller of the two angles.
        let tangent = cotangent.signum() / (cotangent.abs() + cotangent.hypot(1.0));
        let cos = 1.0 / tangent.hypot(1.0);
        Self { cos, sin: cos * tangent }
    }

    fn apply(&self, columns: &mut [Vec<f64>], p: usize, q: usize) {
        let (front, back) = columns.split_at_mut(q);
        for (first, second) in front[p].iter_mut().zip(&mut back[0]) {
            let (old, other) = (*first, *second);
            *first = self.cos * old - self.sin * other;
            *second = self.sin * old + self.cos * other;
        }
    }
}
