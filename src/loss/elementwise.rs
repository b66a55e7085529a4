//! One pass over samples of single numbers: checked, computed and added up a chunk at a time.

use ndarray::{Array1, s};

use super::words::{Ask, Losses};
use crate::error::LossError;
use crate::numeric::{CHUNK, Columns, LaneSum, reserve, weighted};

/// Some hundred samples, and where their losses and derivatives go.
#[derive(Debug)]
pub struct Chunk<'c, const K: usize> {
    pub(crate) columns: [&'c [f64]; K],
    pub(crate) losses: &'c mut [f64],
    /// Empty where nobody asks for derivatives; they are to be divided by `count`.
    pub(crate) derivatives: &'c mut [f64],
    pub(crate) count: f64,
}

impl<const K: usize> Chunk<'_, K> {
    /// The value of each sample, and its derivative if it is asked for.
    #[inline(always)]
    pub(crate) fn fill(self, mut value_and_derivative: impl FnMut([f64; K]) -> (f64, f64)) {
        let Self { columns, losses, derivatives, count } = self;
        let columns = columns.map(|column| &column[..losses.len()]);
        let sample = |at: usize| columns.map(|column| column[at]);
        if derivatives.is_empty() {
            for (at, loss) in losses.iter_mut().enumerate() {
                *loss = value_and_derivative(sample(at)).0;
            }
        } else {
            for (at, (loss, derivative)) in losses.iter_mut().zip(derivatives).enumerate() {
                let found = value_and_derivative(sample(at));
                (*loss, *derivative) = (found.0, found.1 / count);
            }
        }
    }
}

/// Answers for a loss of single numbers that fills a chunk, and says whether all it read is right.
pub(crate) fn evaluate<const K: usize>(
    columns: Columns<K>,
    ask: Ask,
    mut fill: impl FnMut(Chunk<K>) -> bool,
) -> Result<(Losses, Array1<f64>), LossError> {
    let samples = columns.samples();
    let mut tally = ask.tally(samples)?;
    let weights = ask.weights();
    let count = if weights.is_some() { 1.0 } else { samples as f64 };
    let wanted = if ask.wants_gradient() { samples } else { 0 };
    let mut gradient: Vec<f64> = reserve("the result", wanted, 1)?;
    let (mut sum, mut losses) = (LaneSum::ZERO, [0.0; CHUNK]);
    columns.visit_weighted(weights, |start, columns| {
        let losses = &mut losses[..columns[0].len()];
        if wanted > 0 {
            gradient.resize(start + losses.len(), 0.0);
        }
        let derivatives = gradient.get_mut(start..).unwrap_or_default();
        let right = fill(Chunk { columns, losses, derivatives, count });
        if let Some(weights) = weights {
            let weights = weights.slice(s![start..start + losses.len()]);
            losses.iter_mut().zip(weights).for_each(|(loss, &w)| *loss = weighted(w, *loss));
            let slopes = gradient.iter_mut().skip(start).zip(weights);
            slopes.for_each(|(slope, &w)| *slope = weighted(w, *slope) / tally.total_weight());
        }
        sum.add_all(losses);
        tally.keep(losses);
        right
    })?;
    Ok((tally.finish_with(sum.finish()), gradient.into()))
}
