//! One gradient against differences of one value.

use std::ops::AddAssign;

use lossbook::prelude::*;

/// How far a slope may be from what the differences say, in units of the largest slope or the value.
///
/// A difference over a distance `h` of a value `v` is off by some `1e-16 v / h` from rounding, and
/// from the bend of the function by as much as the extrapolation leaves. With the largest `h` at
/// 1/32 that is 1e-13 where all is smooth; 1e-8 leaves room for losses that are computed by an
/// iteration, and for places that are near an edge, where `h` is small.
const TOLERANCE: f64 = 1e-8;

/// The largest distance that a difference is taken over, each way.
const REACH: f64 = 1.0 / 32.0;

/// Closer to an edge than this no difference is taken.
const LEAST_REACH: f64 = 1e-4;

type Tables = [Array2<f64>];

type Value = dyn Fn(&Tables) -> Result<f64, LossError>;

type Piece = dyn Fn(&Tables) -> Vec<usize>;

/// A function of some tables, and its gradient in one place.
pub struct Probe {
    at: Vec<Array2<f64>>,
    found: (f64, Vec<Array2<f64>>),
    value: Box<Value>,
    piece: Box<Piece>,
}

/// What became of the numbers of some gradients.
#[derive(Debug, Default)]
pub struct Tally {
    /// Were compared with a difference.
    pub compared: usize,
    /// Of them, were not 0.
    pub steep: usize,
    /// Were too near to an edge.
    pub skipped: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.compared += other.compared;
        self.steep += other.steep;
        self.skipped += other.skipped;
    }
}

impl Probe {
    /// Of the function `value` at these tables, where the crate `found` its value and its gradient,
    /// a table for each.
    pub fn new<const N: usize>(
        at: [Array2<f64>; N],
        found: (f64, [Array2<f64>; N]),
        value: impl Fn(&Tables) -> Result<f64, LossError> + 'static,
    ) -> Self {
        let found = (found.0, found.1.into());
        let piece = Box::new(|_: &Tables| Vec::new());
        Self { at: at.into(), found, value: Box::new(value), piece }
    }

    /// For a function made of smooth pieces: any numbers that tell them apart.
    pub fn in_pieces(mut self, piece: impl Fn(&Tables) -> Vec<usize> + 'static) -> Self {
        self.piece = Box::new(piece);
        self
    }

    /// Compares the whole gradient, or says what is wrong with it.
    pub fn compare(&self) -> Result<Tally, String> {
        let (value, gradient) = &self.found;
        let alone = (self.value)(&self.at).map_err(|fault| fault.to_string())?;
        if (alone - value).abs() > 1e-12 * (1.0 + value.abs()) {
            return Err(format!("the value is {alone}, with the gradient {value}"));
        }
        let slopes = gradient.iter().flatten();
        let largest = slopes.fold(value.abs(), |most, slope| slope.abs().max(most));
        let mut tally = Tally::default();
        for (table, (at, gradient)) in self.at.iter().zip(gradient).enumerate() {
            if at.dim() != gradient.dim() {
                return Err(format!("{:?} has a gradient of {:?}", at.dim(), gradient.dim()));
            }
            for (cell, &slope) in gradient.indexed_iter() {
                let Some(found) = self.difference(table, cell, 1e-3 * TOLERANCE * largest) else {
                    tally.skipped += 1;
                    continue;
                };
                tally.compared += 1;
                tally.steep += usize::from(slope != 0.0);
                // Written so that a NaN is none of it.
                let near = (slope - found).abs() <= TOLERANCE * largest;
                if !near {
                    return Err(format!("{slope} at {cell:?} of {table}, but {found}"));
                }
            }
        }
        Ok(tally)
    }

    /// Romberg's scheme: central differences over a distance that is halved again and again, each
    /// extrapolated with all before it to the distance 0. Of all these the one that differs least
    /// from its neighbour, or the first that differs no more than by `enough`.
    fn difference(&self, table: usize, cell: (usize, usize), enough: f64) -> Option<f64> {
        let here = (self.piece)(&self.at);
        let moved = |by: f64| {
            let mut tables = self.at.clone();
            tables[table][cell] += by;
            tables
        };
        // The value there, if it is of the same piece; beyond the loss's domain nothing is.
        let value = |by: f64| {
            let there = moved(by);
            let same = (self.piece)(&there) == here;
            same.then(|| (self.value)(&there).ok()).flatten()
        };
        let central = |h: f64| Some((value(h)? - value(-h)?) / (2.0 * h));
        let mut reach = REACH;
        while central(reach).is_none() {
            reach /= 2.0;
            if reach < LEAST_REACH {
                return None;
            }
        }
        let (mut best, mut least) = (f64::NAN, f64::INFINITY);
        let mut before: Vec<f64> = Vec::new();
        for halvings in 0..7 {
            let mut row = vec![central(reach / f64::from(1 << halvings))?];
            for (order, coarse) in (1..).zip(&before) {
                let fine = row[row.len() - 1];
                let better = fine + (fine - coarse) / (4.0_f64.powi(order) - 1.0);
                let apart = (better - fine).abs().max((better - coarse).abs());
                if apart < least {
                    (best, least) = (better, apart);
                }
                row.push(better);
            }
            if least <= enough {
                break;
            }
            before = row;
        }
        Some(best)
    }
}
