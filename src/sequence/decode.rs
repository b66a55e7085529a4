//! From a prediction to a sequence of labels.

use std::cmp::Ordering;
use std::collections::HashMap;

use ndarray::ArrayView2;

use super::alignments::collapse;
use super::extended_float::ExtendedFloat;
use super::frames::Frames;
use crate::error::LossError;
use crate::loss::Matrix;
use crate::numeric::{argmax, check};

/// A sequence of labels that a prediction may mean, and how likely it is; see [`beam_search`].
///
/// ```
/// # use lossbook::prelude::*;
/// let best = beam_search(&array![[0.25_f64, 0.75]].ln(), 0, 1)?;
/// assert_eq!(best, [Decoded { labels: vec![1], log_prob: 0.75_f64.ln() }]);
/// # Ok::<(), LossError>(())
/// ```
#[doc(alias = "CTCHypothesis")]
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The labels, without blanks.
    pub labels: Vec<usize>,
    /// The logarithm, in nats, of the probability of all the alignments that were followed.
    pub log_prob: f64,
}

/// The most probable symbol of every frame, `argmax_k log_probs[t, k]`: `[time, symbols]` in,
/// `[time]` out. Of equal ones the lowest wins; one of `-inf`, which can't be, never does.
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
#[doc(alias = "argmax")]
pub fn best_path(log_probs: impl Matrix) -> Result<Vec<usize>, LossError> {
    path_of(log_probs.as_matrix(), 0)
}

fn path_of(log_probs: ArrayView2<f64>, blank: usize) -> Result<Vec<usize>, LossError> {
    Frames::new(log_probs, false, blank)?;
    Ok(log_probs.rows().into_iter().filter_map(argmax).collect())
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
#[doc(alias = "ctc_greedy_decoder")]
#[doc(alias = "ctc_decode")]
pub fn greedy_decode(log_probs: impl Matrix, blank: usize) -> Result<Vec<usize>, LossError> {
    Ok(collapse(&path_of(log_probs.as_matrix(), blank)?, blank))
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
#[doc(alias = "ctc_beam_search_decoder")]
#[doc(alias = "ctc_decoder")]
#[doc(alias = "prefix beam search")]
pub fn beam_search(
    log_probs: impl Matrix,
    blank: usize,
    width: usize,
) -> Result<Vec<Decoded>, LossError> {
    let p = Frames::new(log_probs.as_matrix(), false, blank)?;
    let allowed = "1 <= width <= 100000";
    check::in_range((1..=100_000).contains(&width), "width", width as f64, allowed)?;
    let mut beam = vec![(Vec::new(), Ends { on_blank: ExtendedFloat::ONE, ..Ends::NONE })];
    for frame in 0..p.count {
        let row = p.row(frame);
        let places = beam.iter().enumerate().map(|(at, (labels, _))| (&labels[..], at));
        let places: HashMap<&[usize], usize> = places.collect();
        let (mut next, mut longer) = (Vec::new(), HashMap::new());
        for (at, (labels, ends)) in beam.iter().enumerate() {
            // Each stays as it is, by a blank or by its last label once more, ..
            let mut stays = Ends { on_blank: ends.all() * row[blank], ..Ends::NONE };
            if let Some((&last, others)) = labels.split_last() {
                stays.on_label = ends.on_label * row[last];
                longer.extend(places.get(others).map(|&before| ((before, last), at)));
            }
            next.push((at, None, stays));
        }
        // .. or takes on a label, and may then be another one of them.
        for (at, (labels, ends)) in beam.iter().enumerate() {
            for (label, &p) in row.iter().enumerate().filter(|&(label, _)| label != blank) {
                // The last label comes again only after a blank; without one the two merge.
                let repeats = labels.last() == Some(&label);
                let on_label = if repeats { ends.on_blank } else { ends.all() } * p;
                if let Some(&place) = longer.get(&(at, label)) {
                    next[place].2.on_label = next[place].2.on_label + on_label;
                } else {
                    next.push((at, Some(label), Ends { on_label, ..Ends::NONE }));
                }
            }
        }
        next.retain(|(.., ends)| !ends.all().is_zero());
        let labels = |&(at, added, _): &(usize, Option<usize>, Ends)| {
            [&beam[at].0[..], added.as_slice()].concat()
        };
        let order = |one: &(_, _, Ends), other: &(_, _, Ends)| {
            let order = other.2.all().partial_cmp(&one.2.all()).unwrap_or(Ordering::Equal);
            order.then_with(|| labels(one).cmp(&labels(other)))
        };
        if next.len() > width {
            next.select_nth_unstable_by(width, order);
            next.truncate(width);
        }
        next.sort_unstable_by(order);
        beam = next.iter().map(|candidate| (labels(candidate), candidate.2)).collect();
    }
    // Rows may sum to a little more than 1, no probability is more than that.
    let decoded =
        |(labels, ends): (_, Ends)| Decoded { labels, log_prob: ends.all().ln().min(0.0) };
    Ok(beam.into_iter().map(decoded).collect())
}

/// The probability of the alignments that make the same labels, by how they end.
#[derive(Clone, Copy)]
struct Ends {
    on_blank: ExtendedFloat,
    on_label: ExtendedFloat,
}

impl Ends {
    const NONE: Self = Self { on_blank: ExtendedFloat::ZERO, on_label: ExtendedFloat::ZERO };

    fn all(self) -> ExtendedFloat {
        (self.on_blank + self.on_label).normal()
    }
}
