//! All alignments of a target at once.
//!
//! Between the labels of a target, before the first and after the last, a blank may stand: these are
//! the states, `blank, label 0, blank, label 1, ..., blank`. An alignment starts in one of the first
//! two, ends in one of the last two, and from frame to frame stays, goes on by one, or steps over a
//! blank that does not have to be there (it does between two equal labels, or they would merge).

use std::ops::Range;

use ndarray::Array2;

use super::frames::Frames;
use super::wide::Wide;
use crate::error::LossError;
use crate::rows::reserve;

/// The states of a target, and which of them an alignment may be in.
pub(super) struct Trellis {
    /// The symbol of every state.
    pub(super) symbols: Vec<usize>,
    /// Whether a state may be entered from the one before the last.
    pub(super) skips: Vec<bool>,
    frames: usize,
}

impl Trellis {
    /// The target's labels are below the number of symbols, if there is one.
    pub(super) fn new(
        target: &[usize],
        blank: usize,
        frames: usize,
        symbols: Option<usize>,
    ) -> Result<Self, LossError> {
        let mut states = Vec::with_capacity(2 * target.len() + 1);
        let mut skips = Vec::with_capacity(2 * target.len() + 1);
        states.push(blank);
        skips.push(false);
        let mut last = None;
        for (at, &label) in target.iter().enumerate() {
            if let Some(classes) = symbols.filter(|&symbols| label >= symbols) {
                return Err(LossError::LabelOutOfRange { name: "target", at, label, classes });
            }
            if label == blank {
                return Err(LossError::BlankInTarget { at, blank });
            }
            states.extend([label, blank]);
            skips.extend([last.is_some_and(|last| last != label), false]);
            last = Some(label);
        }
        Ok(Self { symbols: states, skips, frames })
    }

    /// As [`new`](Self::new), and the target has an alignment with these frames.
    pub(super) fn over(target: &[usize], blank: usize, p: &Frames) -> Result<Self, LossError> {
        if blank >= p.symbols {
            let (value, allowed) = (blank as f64, "0 <= blank < number of symbols");
            return Err(LossError::BadParameter { name: "blank", value, allowed });
        }
        let trellis = Self::new(target, blank, p.frames, Some(p.symbols))?;
        let (labels, needed) = (target.len(), frames_needed(target));
        if p.frames < needed {
            return Err(LossError::TooFewFrames { frames: p.frames, needed, labels });
        }
        Ok(trellis)
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
        let left = self.frames - frame;
        states.saturating_sub(2 * left)..states.min(2 * (frame + 1))
    }

    /// The probability of all alignments. `visit` sees, for every frame, that of all their
    /// beginnings up to there, by the state in which they are (and 0 for states out of reach).
    fn forward(&self, p: &Frames, mut visit: impl FnMut(usize, &[Wide])) -> Wide {
        let states = self.symbols.len();
        let mut alpha = vec![Wide::ZERO; states];
        for frame in 0..self.frames {
            let row = p.row(frame);
            let reach = self.reach(frame);
            // The last first, so that a state still finds the previous frame's values below it.
            for state in reach.clone().rev() {
                let mut sum = alpha[state];
                if frame == 0 {
                    sum = Wide::ONE;
                } else if state > 0 {
                    sum = sum.plus(alpha[state - 1]);
                    if self.skips[state] {
                        sum = sum.plus(alpha[state - 2]);
                    }
                }
                alpha[state] = sum.times(row[self.symbols[state]]);
            }
            alpha[reach.start.saturating_sub(2)..reach.start].fill(Wide::ZERO);
            visit(frame, &alpha);
        }
        // Only the ends are left in reach of the end.
        alpha.iter().fold(Wide::ZERO, |sum, &end| sum.plus(end))
    }

    /// `-ln p` of the probability of all alignments.
    pub(super) fn loss(&self, p: &Frames) -> f64 {
        let all = self.forward(p, |_, _| ());
        self.cost(p, all)
    }

    fn cost(&self, p: &Frames, all: Wide) -> f64 {
        if all.to_f64() <= 0.5 {
            return -all.ln();
        }
        // Near 1 it is what is missing that has the digits. Rows that sum to a little more than 1,
        // as rounded ones may, can make this negative: no probability is more than 1.
        let missing = self.missing(p).max(0.0);
        0.0 - (-missing).ln_1p()
    }

    /// 1 minus the probability of all alignments, summed from the steps that leave them.
    fn missing(&self, p: &Frames) -> f64 {
        // At the first frame, what shows neither a blank nor the first label.
        let mut missing = p.outside(0, &self.symbols[self.reach(0)]);
        let mut inside = Vec::with_capacity(3);
        self.forward(p, |frame, alpha| {
            if frame + 1 == self.frames {
                return;
            }
            let reach = self.reach(frame + 1);
            for state in self.reach(frame) {
                let here = alpha[state].to_f64();
                // Too unlikely a state to add to the digits.
                if here <= 1e-24 * missing {
                    continue;
                }
                let nexts = self.after(Some(state));
                inside.clear();
                inside.extend(
                    nexts.filter(|next| reach.contains(next)).map(|next| self.symbols[next]),
                );
                missing += here * p.outside(frame + 1, &inside);
            }
        });
        missing
    }

    /// The loss, and the probability, given the target, that a frame shows a symbol:
    /// `[time, symbols]`. Where the loss is infinite all of these are 0.
    pub(super) fn loss_and_posterior(&self, p: &Frames) -> Result<(f64, Array2<f64>), LossError> {
        let states = self.symbols.len();
        let mut paths: Vec<Wide> = reserve("alignments by frame and state", self.frames, states)?;
        let all = self.forward(p, |_, alpha| paths.extend_from_slice(alpha));
        let loss = self.cost(p, all);
        let mut posterior = Array2::zeros((p.frames, p.symbols));
        if loss == f64::INFINITY {
            return Ok((loss, posterior));
        }
        // The probability of all endings after a frame, by the state in which they start.
        let mut beta = vec![Wide::ZERO; states];
        beta[states.saturating_sub(2)..].fill(Wide::ONE);
        for (frame, mut shares) in posterior.rows_mut().into_iter().enumerate().rev() {
            let reach = self.reach(frame);
            let paths = &mut paths[frame * states..][..states];
            let mut sum = Wide::ZERO;
            for (path, beta) in paths[reach.clone()].iter_mut().zip(&beta[reach.clone()]) {
                *path = path.times(*beta);
                sum = sum.plus(*path);
            }
            if !sum.is_zero() {
                for state in reach {
                    shares[self.symbols[state]] += paths[state].share_of(sum);
                }
            }
            if frame > 0 {
                self.step_back(&mut beta, frame, p.row(frame));
            }
        }
        Ok((loss, posterior))
    }

    /// From the endings after a frame to those after the one before it.
    fn step_back(&self, beta: &mut [Wide], frame: usize, row: &[Wide]) {
        for state in self.reach(frame) {
            beta[state] = beta[state].times(row[self.symbols[state]]);
        }
        // States beyond this frame's reach still hold 0, or are not read again.
        for state in self.reach(frame - 1) {
            let mut sum = beta[state];
            if let Some(&next) = beta.get(state + 1) {
                sum = sum.plus(next);
            }
            if self.skips.get(state + 2) == Some(&true) {
                sum = sum.plus(beta[state + 2]);
            }
            beta[state] = sum;
        }
    }
}

/// The least number of frames that hold a target: one for each label, and one for the blank between
/// two equal ones.
pub(super) fn frames_needed(target: &[usize]) -> usize {
    target.len() + target.windows(2).filter(|pair| pair[0] == pair[1]).count()
}
