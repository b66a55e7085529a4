//! The inputs of the benchmarks: seeded, and of the kinds that `torch_reference.py` makes.

// Every benchmark is a crate of its own and takes what it needs.
#![allow(dead_code)]

use lossbook::ndarray::{Array1, Array2};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How many samples a loss of single numbers gets: two such columns are 16 MB.
pub const SAMPLES: usize = 1_000_000;

fn random(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Scores spread about 0: the sum of twelve uniform numbers, less its mean, is nearly normal.
fn score(random: &mut ChaCha8Rng) -> f64 {
    (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0
}

pub fn scores(seed: u64, count: usize) -> Array1<f64> {
    let mut random = random(seed);
    (0..count).map(|_| score(&mut random)).collect()
}

pub fn rows_of_scores(seed: u64, rows: usize, columns: usize) -> Array2<f64> {
    let mut random = random(seed);
    Array2::from_shape_simple_fn((rows, columns), || score(&mut random))
}

pub fn probabilities(seed: u64, count: usize) -> Array1<f64> {
    let mut random = random(seed);
    (0..count).map(|_| random.random()).collect()
}

/// Probabilities that sum to 1.
pub fn distribution(seed: u64, count: usize) -> Array1<f64> {
    let p = probabilities(seed, count);
    let sum = p.sum();
    p / sum
}

pub fn labels(seed: u64, count: usize, classes: usize) -> Vec<usize> {
    let mut random = random(seed);
    (0..count).map(|_| random.random_range(0..classes)).collect()
}

/// Targets that are 0 or 1.
pub fn yes_or_no(seed: u64, count: usize) -> Array1<f64> {
    labels(seed, count, 2).into_iter().map(|label| label as f64).collect()
}
