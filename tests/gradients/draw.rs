//! Random numbers, always the same ones.

use std::ops::Range;

use lossbook::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What the random inputs of one probe are drawn from.
pub struct Draw(ChaCha8Rng);

impl Draw {
    /// For the walk of this name, at one of its places.
    pub fn new(name: &str, place: u64) -> Self {
        let of_name =
            name.bytes().fold(0_u64, |seed, byte| seed.wrapping_mul(31) + u64::from(byte));
        Self(ChaCha8Rng::seed_from_u64(of_name.wrapping_mul(1000) + place))
    }

    pub fn number(&mut self, range: Range<f64>) -> f64 {
        self.0.random_range(range)
    }

    pub fn size(&mut self, range: Range<usize>) -> usize {
        self.0.random_range(range)
    }

    pub fn flag(&mut self) -> bool {
        self.0.random()
    }

    pub fn seed(&mut self) -> u64 {
        self.0.random()
    }

    pub fn labels(&mut self, n: usize, classes: usize) -> Vec<usize> {
        (0..n).map(|_| self.size(0..classes)).collect()
    }

    pub fn numbers(&mut self, n: usize, range: Range<f64>) -> Vec<f64> {
        (0..n).map(|_| self.number(range.clone())).collect()
    }

    pub fn table(&mut self, rows: usize, columns: usize, range: Range<f64>) -> Array2<f64> {
        Array2::from_shape_fn((rows, columns), |_| self.number(range.clone()))
    }

    /// Rows that sum to 1.
    pub fn shares(&mut self, rows: usize, columns: usize) -> Array2<f64> {
        let mut table = self.table(rows, columns, 0.05..1.0);
        for mut row in table.rows_mut() {
            row /= row.sum();
        }
        table
    }
}
