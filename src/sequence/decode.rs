//! From a prediction to a sequence of labels.

use std::cmp::Ordering;
use std::collections::HashMap;

use ndarray::ArrayView2;

use super::alignments::collapse;
use super::frames::{Frames, Reads};
use super::wide::Wide;
use crate::error::LossError;

/// A sequence of labels that a prediction may mean, and how likely it is; see [`beam_search`].
///
/// ```
/// # use lossbook::prelude::*;
/// let best = beam_search(&array![[0.25_f64, 0.75]].ln(), 0, 1)?;
/// assert_eq!(best, [Decoded { labels: vec![1], log_prob: 0.75_f64.ln() }]);
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The labels, without blanks.
    pub labels: Vec<usize>,
    /// The logarithm, in nats, of the probability of all the alignments that were followed.
    pub log_prob: f64,
}

/// The most probable symbol of every frame, `argmax_k log_probs[t, k]`: `[time, symbols]` in,
/// `[time]` out. Of equal ones the lowest wins.
///
/// ```
/// # use lossbook::prelude::*;
/// let p = array![[0.2_f64, 0.8], [0.5, 0.5], [0.1, 0.9]];
/// assert_eq!(best_path(&p.ln())?, [1, 0, 1]);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`]; [`LossError::NotLogProbability`] above 0 and [`LossError::NotFinite`] for a
/// NaN or `+inf`; [`LossError::NotDistribution`] for a row with probabilities that do not sum to 1;
/// [`LossError::TooLarge`].
///
/// Source: A. Graves et al., "Connectionist temporal classification" (2006), section 3.2; "Losses,
/// part 2" (lecture, CMU 11-785), "Predict digit for each frame".
pub fn best_path<'a>(log_probs: impl Into<ArrayView2<'a, f64>>) -> Result<Vec<usize>, LossError> {
    let log_probs = log_probs.into();
    Frames::new(log_probs, Reads::LogProbs)?;
    let first_largest = |row: ndarray::ArrayView1<f64>| {
        let larger = |best: (usize, f64), (symbol, &value): (usize, &f64)| {
            if value > best.1 { (symbol, value) } else { best }
        };
        row.iter().enumerate().fold((0, f64::NEG_INFINITY), larger).0
    };
    Ok(log_probs.rows().into_iter().map(first_largest).collect())
}

/// Greedy decoding: the [`best_path`], [collapsed](collapse).
///
/// Quick, and not always right: the labels with the most probable path need not be the most probable
/// labels, as others may have more paths.
///
/// ```
/// # use lossbook::prelude::*;
/// // The best path is blank, blank with 0.36; label 1 has three paths with 0.64 together.
/// let log_probs = array![[0.6_f64, 0.4], [0.6, 0.4]].ln();
/// assert!(greedy_decode(&log_probs, 0)?.is_empty());
/// assert_eq!(beam_search(&log_probs, 0, 2)?[0].labels, [1]);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// As [`best_path`]; [`LossError::BadParameter`] for a blank that is no symbol.
///
/// Source: as [`best_path`].
pub fn greedy_decode<'a>(
    log_probs: impl Into<ArrayView2<'a, f64>>,
    blank: usize,
) -> Result<Vec<usize>, LossError> {
    let log_probs = log_probs.into();
    let path = best_path(log_probs)?;
    blank_is_a_symbol(blank, log_probs.ncols())?;
    Ok(collapse(&path, blank))
}

/// Prefix beam search: the most probable sequences of labels, at most `width` of them, the best
/// first (of equal ones the lexicographically first).
///
/// Frame by frame it keeps the `width` most probable beginnings of labels, each with all of its
/// alignments that it came by. What it finds has at most the probability `exp(-loss)` of
/// [`Ctc`](super::Ctc), and exactly that if nothing was ever left behind: a width of all the label
/// sequences there are makes the search exact. Sequences of probability 0 are left out.
///
/// ```
/// # use lossbook::prelude::*;
/// let log_probs = array![[0.6_f64, 0.4], [0.6, 0.4]].ln();
/// let found = beam_search(&log_probs, 0, 10)?;
/// let labels: Vec<_> = found.iter().map(|decoded| decoded.labels.clone()).collect();
/// assert_eq!(labels, [vec![1], vec![]]);
/// assert!((found[0].log_prob - 0.64_f64.ln()).abs() < 1e-15);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// As [`greedy_decode`]; [`LossError::BadParameter`] unless `1 <= width <= 100000`.
///
/// Source: A. Y. Hannun, A. L. Maas, D. Jurafsky, A. Y. Ng, "First-pass large vocabulary continuous
/// speech recognition using bi-directional recurrent DNNs" (2014), algorithm 1, without a language
/// model.
pub fn beam_search<'a>(
    log_probs: impl Into<ArrayView2<'a, f64>>,
    blank: usize,
    width: usize,
) -> Result<Vec<Decoded>, LossError> {
    let p = Frames::new(log_probs.into(), Reads::LogProbs)?;
    blank_is_a_symbol(blank, p.symbols)?;
    if !(1..=100_000).contains(&width) {
        let (value, allowed) = (width as f64, "1 <= width <= 100000");
        return Err(LossError::BadParameter { name: "width", value, allowed });
    }
    let mut prefixes = Prefixes { all: vec![(0, blank)], longer: HashMap::new() };
    let nothing = Hypothesis { prefix: 0, added: None, on_blank: Wide::ONE, on_label: Wide::ZERO };
    let mut beam = vec![nothing];
    for frame in 0..p.frames {
        let mut next = step(&beam, &prefixes, p.row(frame), blank);
        next.retain(|hypothesis| !hypothesis.all().is_zero());
        if next.len() > width {
            next.select_nth_unstable_by(width - 1, |a, b| prefixes.order(a, b));
            next.truncate(width);
        }
        for hypothesis in &mut next {
            if let Some(label) = hypothesis.added.take() {
                hypothesis.prefix = prefixes.after(hypothesis.prefix, label);
            }
        }
        beam = next;
    }
    beam.sort_unstable_by(|a, b| prefixes.order(a, b));
    let decoded = beam.iter().map(|hypothesis| Decoded {
        labels: prefixes.labels(hypothesis),
        // Rows may sum to a little more than 1, no probability is more than that.
        log_prob: hypothesis.all().ln().min(0.0),
    });
    Ok(decoded.collect())
}

fn blank_is_a_symbol(blank: usize, symbols: usize) -> Result<(), LossError> {
    if blank < symbols {
        return Ok(());
    }
    let (value, allowed) = (blank as f64, "0 <= blank < number of symbols");
    Err(LossError::BadParameter { name: "blank", value, allowed })
}

/// A beginning of labels, with the probability of its alignments, by how they end.
struct Hypothesis {
    prefix: usize,
    /// A label after the prefix.
    added: Option<usize>,
    on_blank: Wide,
    on_label: Wide,
}

impl Hypothesis {
    fn all(&self) -> Wide {
        self.on_blank.plus(self.on_label)
    }
}

/// The hypotheses after one more frame, which shows a blank, the last label once more, or another.
fn step(beam: &[Hypothesis], prefixes: &Prefixes, row: &[Wide], blank: usize) -> Vec<Hypothesis> {
    let mut next = Vec::with_capacity(beam.len());
    let mut places = HashMap::with_capacity(beam.len());
    for (place, before) in beam.iter().enumerate() {
        let (parent, last) = prefixes.all[before.prefix];
        places.insert((parent, last), place);
        next.push(Hypothesis {
            prefix: before.prefix,
            added: None,
            on_blank: before.all().times(row[blank]),
            on_label: before.on_label.times(row[last]),
        });
    }
    for before in beam {
        let (_, last) = prefixes.all[before.prefix];
        for (label, &p) in row.iter().enumerate() {
            if label == blank || p.is_zero() {
                continue;
            }
            // The last label comes again only after a blank; without one the two merge.
            let from = if label == last { before.on_blank } else { before.all() };
            let on_label = from.times(p);
            if let Some(&place) = places.get(&(before.prefix, label)) {
                next[place].on_label = next[place].on_label.plus(on_label);
            } else if !on_label.is_zero() {
                let (prefix, added, on_blank) = (before.prefix, Some(label), Wide::ZERO);
                next.push(Hypothesis { prefix, added, on_blank, on_label });
            }
        }
    }
    next
}

/// The beginnings of labels that were ever kept, each once.
struct Prefixes {
    /// What is left without the last label, and that label. The first, empty one has no label; it is
    /// given the blank, so that nothing merges with it.
    all: Vec<(usize, usize)>,
    /// The prefix that another one and a label make.
    longer: HashMap<(usize, usize), usize>,
}

impl Prefixes {
    fn after(&mut self, prefix: usize, label: usize) -> usize {
        *self.longer.entry((prefix, label)).or_insert_with(|| {
            self.all.push((prefix, label));
            self.all.len() - 1
        })
    }

    fn labels(&self, hypothesis: &Hypothesis) -> Vec<usize> {
        let mut labels: Vec<usize> = hypothesis.added.into_iter().collect();
        let mut prefix = hypothesis.prefix;
        while prefix != 0 {
            let (parent, label) = self.all[prefix];
            labels.push(label);
            prefix = parent;
        }
        labels.reverse();
        labels
    }

    /// The more probable first; of equal ones the lexicographically first.
    fn order(&self, a: &Hypothesis, b: &Hypothesis) -> Ordering {
        b.all().cmp(a.all()).then_with(|| self.labels(a).cmp(&self.labels(b)))
    }
}
