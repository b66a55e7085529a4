//! Labels against frames.

use lossbook::ndarray::Axis;
use lossbook::prelude::*;
use lossbook::sequence::merge_repeats;

use super::Entry;
use super::difference::Probe;
use super::draw::Draw;

pub const WALKS: &[Entry] = &[
    ("sequence::Ctc", "of logits", |draw| walk(draw, Ctc::from_logits(), false)),
    ("sequence::Ctc", "of log-probabilities", |draw| walk(draw, Ctc::from_log_probs(), true)),
];

/// Two sequences, over the same frames or not.
///
/// Log-probabilities cannot move alone, as each frame's have to be those of a distribution. They are
/// the log-softmax of what moves; what is left, that adding the same to a whole frame takes it off
/// the loss, is a law of its own (`tests/sequence/laws.rs`).
fn walk(draw: &mut Draw, loss: Ctc, log_probs: bool) -> Result<Probe, LossError> {
    let symbols = draw.size(2..5);
    let loss = loss.with_blank(draw.size(0..symbols));
    let [first, second] = [(); 2].map(|()| problem(draw, symbols, loss.blank()));
    let (targets, logits) = ([first.0, second.0], [first.1, second.1]);
    let read = move |logits: &Array2<f64>| {
        if log_probs { log_softmax(logits) } else { Ok(logits.clone()) }
    };
    let tables = [read(&logits[0])?, read(&logits[1])?];
    let pairs = targets.iter().zip(&tables);
    let (mean, mut gradient) = loss.mean_and_gradient(pairs)?;
    if log_probs {
        for (slopes, log_probs) in gradient.iter_mut().zip(&tables) {
            let of_frames = slopes.sum_axis(Axis(1)).insert_axis(Axis(1));
            *slopes -= &(log_probs.exp() * of_frames);
        }
    }
    let gradient = gradient.try_into().expect("two");
    Ok(Probe::new(logits, (mean, gradient), move |logits| {
        let tables = [read(&logits[0])?, read(&logits[1])?];
        loss.mean(targets.iter().zip(&tables))
    }))
}

/// A target, and logits of enough frames for it.
fn problem(draw: &mut Draw, symbols: usize, blank: usize) -> (Vec<usize>, Array2<f64>) {
    let labels = draw.size(0..4);
    let target = draw.labels(labels, symbols - 1);
    let target: Vec<usize> =
        target.iter().map(|&label| label + usize::from(label >= blank)).collect();
    let needed = 2 * target.len() - merge_repeats(&target).len();
    let frames = needed.max(1) + draw.size(0..3);
    (target, draw.table(frames, symbols, -3.0..3.0))
}
