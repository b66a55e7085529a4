//! A loss for sequences of labels that nobody aligned, and decoding.
//!
//! Speech, handwriting, video: there are many frames and few labels, and the data do not say which
//! frames show which label. CTC lets a model name a symbol for every frame, a label or the **blank**
//! (nothing, or nothing new). A **path** is such a sequence of symbols, and it [`collapse`]s to
//! labels: repeats are merged, then blanks dropped. The target's **alignments** are all the paths
//! that collapse to it.
//!
//! | name | what it is |
//! | --- | --- |
//! | [`Ctc`] | the loss, `-ln` of the probability of all alignments, and its gradient |
//! | [`merge_repeats`], [`collapse`] | from a path to labels |
//! | [`alignments`], [`count_alignments`] | from labels to all of their paths; how many these are |
//! | [`best_path`], [`greedy_decode`] | the most probable symbol of every frame; its labels |
//! | [`beam_search`] | the most probable labels |
//!
//! The prediction of a sequence is `[time, symbols]`, log-probabilities or logits; the target comes
//! first. [`Ctc`] answers for one sequence as `loss` and `value_and_gradient`, and for several, of any
//! lengths, in the words of all losses: `each`, `mean`, `sum`, `gradient`, `mean_and_gradient` take
//! pairs of target and prediction, so that nothing is padded.
//!
//! ```
//! use lossbook::prelude::*;
//!
//! // Three frames; the blank is symbol 0.
//! let log_probs = array![[0.1, 0.8, 0.1], [0.7, 0.2, 0.1], [0.2, 0.1, 0.7_f64]].ln();
//!
//! // The loss adds up the alignments 0 1 2, 1 0 2, 1 1 2, 1 2 0, 1 2 2.
//! let mut p = 0.0;
//! for path in alignments(&[1, 2], 3, 0)? {
//!     p += (0..3).map(|frame| log_probs[[frame, path[frame]]]).sum::<f64>().exp();
//! }
//! let loss = Ctc::default().loss(&[1, 2], &log_probs)?;
//! assert!((loss + p.ln()).abs() < 1e-15);
//!
//! assert_eq!(greedy_decode(&log_probs, 0)?, [1, 2]);
//! let (mean, gradients) = Ctc::default().mean_and_gradient([(&[1, 2], &log_probs)])?;
//! assert_eq!(mean, loss);
//! assert_eq!(gradients[0].dim(), (3, 3));
//! # Ok::<(), LossError>(())
//! ```

mod alignments;
mod ctc;
mod decode;
mod extended_float;
mod frames;
mod trellis;

pub use alignments::{alignments, collapse, count_alignments, merge_repeats};
pub use ctc::Ctc;
pub use decode::{Decoded, beam_search, best_path, greedy_decode};
