//! All alignments of a target at once.
//!
//! Between the labels of a target, before the first and after the last, a blank may stand: these are
//! the states, `blank, label 0, blank, label 1, ..., blank`. An alignment starts in one of the first
//! two, ends in one of the last two, and from frame to frame stays, goes on by one, or steps over a
//! blank that does not have to be there (it does between two equal labels, or they would merge).

use std::ops::Range;

use ndarray::Array2;

use super::extended_float::ExtendedFloat;
use super::frames::Frames;
use crate::error::LossError;
use crate::numeric::reserve;

/// The states of a target, and which of them an alignment may be in.
pub(super) struct Trellis {
    /// The symbol of every state.
    pub(super) symbols: Vec<usize>,
    /// Whether a state may be entered from the one before the last.
    pub(super) skips: Vec<bool>,
    frames: usize,
}

impl Trellis {
    pub(super) fn new(target: &[usize], blank: usize, frames: usize) -> Result<Self, LossError> {
        let (mut symbols, mut skips) = (vec![blank], vec![false]);
        for (at, &label) in target.iter().enumerate() {
            if label == blank {
                return Err(LossError::BlankInTarget { at, blank });
            }
            skips.extend([at > 0 && target[at - 1] != label, false]);
            symbols.extend([label, blank]);
        }
        Ok(Self { symbols, skips, frames })
    }

    /// The states that may follow a state, or come first.
    pub(super) fn after(&self, state: Option<usize>) -> impl Iterator<Item = usize> {
        let states = self.symbols.len();
        let nexts = state.map_or(0..states.min(2), |state| state..states.min(state + 3));
        nexts.filter(move |&next| state.is_none_or(|state| next < state + 2) || self.skips[next])
    }

    /// The states in which an alignment can be at this frame, as far as going on by two allows:
    /// reached from the start, with the end in reach.
    fn reach(&self, frame: usize) -> Range<usize> {
        let states = self.symbols.len();
        states.saturating_sub(2 * (self.frames - frame))..states.min(2 * (frame + 1))
    }

    /// The probability of all beginnings up to a frame that are in a state there: `[time, states]`.
    pub(super) fn forward(&self, p: &Frames) -> Result<Vec<ExtendedFloat>, LossError> {
        let states = self.symbols.len();
        let mut alpha = reserve("alignments by frame and state", self.frames, states)?;
        alpha.resize(self.frames * states, ExtendedFloat::ZERO);
        for state in self.reach(0) {
            alpha[state] = p.row(0)[self.symbols[state]];
        }
        for frame in 1..self.frames {
            let row = p.row(frame);
            let (before, here) = alpha[(frame - 1) * states..].split_at_mut(states);
            for state in self.reach(frame) {
                let mut sum = before[state];
                if state > 0 {
                    sum = sum + before[state - 1];
                }
                if self.skips[state] {
                    sum = sum + before[state - 2];
                }
                here[state] = sum * row[self.symbols[state]];
            }
        }
        Ok(alpha)
    }

    /// `-ln sum_path product_t p[t, path_t]`
    pub(super) fn loss(&self, p: &Frames, alpha: &[ExtendedFloat]) -> f64 {
        let ends = alpha.iter().rev().take(self.symbols.len().min(2));
        let all = ends.fold(ExtendedFloat::ZERO, |sum, &end| sum + end);
        if all.to_f64() <= 0.5 {
            return -all.ln();
        }
        // Near 1 it is what is missing that has the digits. Rows that sum to a little more than 1, as
        // rounded ones may, can make this negative: no probability is more than 1.
        0.0 - (-self.missing(p, alpha).max(0.0)).ln_1p()
    }

    /// 1 minus the probability of all alignments, summed from the steps that leave them.
    fn missing(&self, p: &Frames, alpha: &[ExtendedFloat]) -> f64 {
        // At the first frame, what shows neither a blank nor the first label.
        let mut missing = p.outside(0, &self.symbols[self.reach(0)]);
        for (frame, alpha) in (1..self.frames).zip(alpha.chunks_exact(self.symbols.len())) {
            let reach = self.reach(frame);
            for state in self.reach(frame - 1) {
                let here = alpha[state].to_f64();
                // Or else too unlikely a state to add to the digits.
                if here > 1e-24 * missing {
                    let nexts = self.after(Some(state)).filter(|next| reach.contains(next));
                    let inside: Vec<usize> = nexts.map(|next| self.symbols[next]).collect();
                    missing += here * p.outside(frame, &inside);
                }
            }
        }
        missing
    }

    /// Minus the posterior: of all alignments, the share that shows a symbol in a frame.
    pub(super) fn minus_posterior(&self, p: &Frames, alpha: &[ExtendedFloat]) -> Array2<f64> {
        let states = self.symbols.len();
        let mut minus_posterior = Array2::zeros((p.count, p.symbols));
        // The probability of all endings after a frame, by the state in which they start.
        let mut beta = vec![ExtendedFloat::ZERO; states];
        beta[states.saturating_sub(2)..].fill(ExtendedFloat::ONE);
        let mut paths = beta.clone();
        for (frame, mut shares) in minus_posterior.rows_mut().into_iter().enumerate().rev() {
            let (row, reach) = (p.row(frame), self.reach(frame));
            let mut sum = ExtendedFloat::ZERO;
            for state in reach.clone() {
                paths[state] = alpha[frame * states + state] * beta[state];
                sum = sum + paths[state];
            }
            for state in reach {
                shares[self.symbols[state]] -= paths[state].share_of(sum);
                beta[state] = beta[state] * row[self.symbols[state]];
            }
            // States beyond this frame's reach still hold 0, or are not read again.
            for state in self.reach(frame.saturating_sub(1)) {
                for next in state + 1..states.min(state + 3) {
                    if next == state + 1 || self.skips[next] {
                        beta[state] = beta[state] + beta[next];
                    }
                }
            }
        }
        minus_posterior
    }
}
