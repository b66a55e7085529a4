//! The steps of Lloyd's iterations: which centre is nearest, where its samples' mean is, and where to
//! begin.

use rand::RngExt;
use rand::distr::Distribution;
use rand_chacha::ChaCha8Rng;
use statrs::distribution::Uniform;

use super::numbers::{largest, length, power_of_two_below};
use crate::sum::Sum;

/// The nearest centre, and its distance.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nearest {
    pub(super) center: usize,
    pub(super) distance: f64,
    /// The distance squared: not by way of the root, where it fits.
    pub(super) square: f64,
}

pub(super) fn nearest(row: &[f64], centers: &[Vec<f64>]) -> Nearest {
    let mut best = Nearest { center: 0, distance: f64::INFINITY, square: f64::INFINITY };
    for (center, point) in centers.iter().enumerate() {
        let (distance, square) = distance(row, point);
        // Squares tell more points apart than roots do, but may have overflowed or vanished.
        if (distance, square) < (best.distance, best.square) {
            best = Nearest { center, distance, square };
        }
    }
    best
}

/// The distance and its square.
fn distance(left: &[f64], right: &[f64]) -> (f64, f64) {
    let pairs = left.iter().zip(right);
    let square: f64 = pairs.clone().map(|(left, right)| (left - right) * (left - right)).sum();
    if (1e-250..1e250).contains(&square) {
        return (square.sqrt(), square);
    }
    // Halves, as a difference of huge numbers need not fit.
    let halves: Vec<f64> = pairs.map(|(left, right)| left / 2.0 - right / 2.0).collect();
    let half = length(&halves);
    (2.0 * half, 4.0 * half * half)
}

/// Every sample's centre.
pub(super) struct Assignment {
    pub(super) nearest: Vec<Nearest>,
    pub(super) value: f64,
}

impl Assignment {
    pub(super) fn new(x: &[Vec<f64>], centers: &[Vec<f64>]) -> Self {
        let nearest: Vec<Nearest> = x.iter().map(|row| nearest(row, centers)).collect();
        let squares = nearest.iter().map(|nearest| nearest.square);
        let value = squares.collect::<Sum>().mean();
        Self { nearest, value }
    }

    /// The means of the centres' samples.
    pub(super) fn means(&self, x: &[Vec<f64>], centers: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let mut nearest = self.nearest.clone();
        for center in 0..centers.len() {
            if nearest.iter().all(|sample| sample.center != center) {
                let mut furthest = Nearest { center, distance: 0.0, square: 0.0 };
                let mut taken = None;
                for (index, sample) in nearest.iter().enumerate() {
                    if sample.distance > furthest.distance {
                        (furthest, taken) = (*sample, Some(index));
                    }
                }
                if let Some(taken) = taken {
                    nearest[taken] = Nearest { center, distance: 0.0, square: 0.0 };
                }
            }
        }
        let mut sums: Vec<Vec<Sum>> =
            centers.iter().map(|row| vec![Sum::ZERO; row.len()]).collect();
        let mut counts = vec![0_usize; centers.len()];
        for (row, sample) in x.iter().zip(&nearest) {
            counts[sample.center] += 1;
            sums[sample.center].iter_mut().zip(row).for_each(|(sum, x)| sum.add(*x));
        }
        let center = |((sums, &count), old): ((&Vec<Sum>, &usize), &Vec<f64>)| {
            if count == 0 { old.clone() } else { sums.iter().map(Sum::mean).collect() }
        };
        sums.iter().zip(&counts).zip(centers).map(center).collect()
    }
}

/// An index, drawn with a probability in proportion to the squares of the distances; any index, when
/// all are 0.
pub(super) fn draw(distances: &[f64], random: &mut ChaCha8Rng) -> usize {
    let unit = power_of_two_below(largest(distances));
    let squares = distances.iter().map(|distance| (distance / unit) * (distance / unit));
    let total: f64 = squares.clone().sum();
    if total == 0.0 {
        return random.random_range(0..distances.len());
    }
    let mut left = total * Uniform::standard().sample(random);
    let mut last = 0;
    for (index, square) in squares.enumerate() {
        if square > 0.0 {
            last = index;
            if left < square {
                break;
            }
            left -= square;
        }
    }
    last
}
