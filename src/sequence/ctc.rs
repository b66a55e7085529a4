//! The loss.

use ndarray::{Array2, ArrayView2};

use super::frames::Frames;
use super::trellis::Trellis;
use crate::error::LossError;
use crate::loss::{Ask, Losses, Matrix, words};
use crate::numeric::{argmax, check};

/// CTC loss (connectionist temporal classification): a sequence of labels against frames of which
/// nobody said which belongs to which label.
///
/// ```text
/// -ln sum_path product_t p[t, path_t]      over all paths that collapse to the target
/// ```
///
/// A path names a symbol for every frame; it [collapses](super::collapse) to the target when merging
/// its repeats and then dropping its blanks gives it. All such paths, the target's alignments, count,
/// each with its probability. In nats. For `time` frames and `n` labels it takes `time n` steps.
///
/// - [`from_log_probs`](Self::from_log_probs), also the default: `p = exp(log_probs)`. Gradient:
///   `-posterior[t, k]`, each log-probability moving alone.
/// - [`from_logits`](Self::from_logits): `p = softmax(logits)`. Gradient: `p[t, k] - posterior[t, k]`;
///   in every frame these sum to 0. As a difference of probabilities, each is right to 13 digits of
///   the smaller of `p` and `1 - p`: where belief and posterior agree, its own digits fade.
///
/// Here `posterior[t, k]` is the share of the target's probability that lies on alignments with the
/// symbol `k` in frame `t`; in every frame these sum to 1. (PyTorch gives `p - posterior` as the
/// gradient for log-probabilities too, for it to be passed back through a log-softmax.)
///
/// # Arguments, shapes, errors
///
/// The target is the labels, `&[usize]`, without blanks; an empty one asks for blanks in every frame.
/// The prediction is `[time, symbols]`, a column for every label and for the blank, which is symbol 0
/// or that of [`with_blank`](Self::with_blank). Several sequences are pairs of target and prediction,
/// each with its own number of frames: no padding. All methods refuse
/// - an empty prediction, or no sequence at all ([`LossError::Empty`]),
/// - a NaN or `+inf` ([`LossError::NotFinite`]), a log-probability above 0
///   ([`LossError::NotLogProbability`]),
/// - a row of logits that are all `-inf` ([`LossError::AllMasked`]),
/// - a row of log-probabilities with probabilities that sum to more or less than 1, by more than
///   [`SUM_TOLERANCE`](crate::error::SUM_TOLERANCE) ([`LossError::NotDistribution`]): logits, as a
///   rule,
/// - a blank that is no symbol ([`LossError::BadParameter`]), a label that is none
///   ([`LossError::LabelOutOfRange`]) or the blank ([`LossError::BlankInTarget`]),
/// - what does not fit into memory: [`LossError::TooLarge`].
///
/// With several sequences the error tells which ([`LossError::InPart`]).
///
/// # Where the loss is infinite, or 0
///
/// A symbol that can't be is `-inf`, as a log-probability or as a logit: its probability is 0, and so
/// is its gradient. A target costs `+inf`
/// - if it has no alignment at all, having more labels than there are frames (with a frame more for
///   every two equal labels in a row), or
/// - if none of its alignments is possible, each needing a symbol where it can't be.
///
/// There is then no posterior and no direction to learn in: that sequence's gradient is 0, and the
/// gradients of the others are as without it. (PyTorch's loss is infinite, too, but its gradient then
/// NaN. Its `zero_infinity=True` makes both 0, so that the mean counts a sequence that can't be as
/// one without a fault; here it is to be left out by whoever finds it by [`each`](Self::each).)
///
/// The loss is never below 0; where rows of log-probabilities sum to a little more than 1, as rounded
/// ones may, a target that is certain costs 0. Nothing underflows, however many frames.
///
/// ```
/// # use lossbook::prelude::*;
/// // Three frames, three symbols, all alike: 5 of the 27 paths collapse to 1 2.
/// let log_probs = Array2::from_elem((3, 3), (1.0_f64 / 3.0).ln());
/// let loss = Ctc::default().loss(&[1, 2], &log_probs)?;
/// assert!((loss - (27.0_f64 / 5.0).ln()).abs() < 1e-15);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Several sequences
///
/// The words of all losses take pairs of target and prediction. The mean is over the sequences, long
/// or short. (PyTorch's mean divides each loss by the number of its target's labels first.) The sum
/// is `-ln` of the probability of all targets together. There is a gradient for each prediction, in
/// its shape.
///
/// ```
/// # use lossbook::prelude::*;
/// let (one, two) = (array![[0.5_f64, 0.5]].ln(), array![[0.5_f64, 0.5], [0.5, 0.5]].ln());
/// let ctc = Ctc::default();
/// let pairs = || [(vec![1], &one), (vec![], &two)];
/// assert_eq!(ctc.each(pairs())?, array![2.0_f64.ln(), 4.0_f64.ln()]);
/// assert_eq!(ctc.sum(pairs())?, 8.0_f64.ln());
/// assert_eq!(ctc.mean(pairs())?, 8.0_f64.ln() / 2.0);
/// let gradients = [array![[0.0, -0.5]], array![[-0.5, 0.0], [-0.5, 0.0]]];
/// assert_eq!(ctc.gradient(pairs())?, gradients);
/// assert_eq!(ctc.mean_and_gradient([(&[1], &one)])?, (2.0_f64.ln(), vec![array![[0.0, -1.0]]]));
///
/// // Two frames have no room for three labels, nor for 1 1: that costs infinitely much.
/// assert_eq!(ctc.each([(vec![1], &two), (vec![1, 1], &two)])?[1], f64::INFINITY);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: A. Graves, S. Fernandez, F. Gomez, J. Schmidhuber, "Connectionist temporal classification:
/// labelling unsegmented sequence data with recurrent neural networks" (2006), equations 5 to 16;
/// "Losses, part 2" (lecture, CMU 11-785).
#[doc(alias = "CTCLoss")]
#[doc(alias = "ctc_loss")]
#[doc(alias = "ctc_batch_cost")]
#[doc(alias = "connectionist temporal classification")]
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Ctc {
    of_logits: bool,
    blank: usize,
}

impl Ctc {
    /// Of log-probabilities, `ln p`, the rows of `p` summing to 1.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let log_probs = array![[0.25_f64.ln(), 0.75_f64.ln()]];
    /// assert_eq!(Ctc::from_log_probs().loss(&[1], &log_probs)?, -0.75_f64.ln());
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn from_log_probs() -> Self {
        Self::default()
    }

    /// Of the softmax of logits: any numbers, and `-inf` for a symbol that can't be.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Ctc::from_logits().loss(&[1], &array![[1e4, 0.0]])?, 1e4);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn from_logits() -> Self {
        Self { of_logits: true, ..Self::default() }
    }

    /// With this symbol as the blank.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let log_probs = array![[0.25_f64.ln(), 0.75_f64.ln()]];
    /// assert_eq!(Ctc::default().with_blank(1).loss(&[0], &log_probs)?, -0.25_f64.ln());
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn with_blank(self, blank: usize) -> Self {
        Self { blank, ..self }
    }

    /// The symbol that is the blank.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Ctc::default().blank(), 0);
    /// ```
    pub fn blank(&self) -> usize {
        self.blank
    }

    /// The loss of one sequence.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// // 1, then blank or 1: 0.5 (0.25 + 0.75); blank, then 1: 0.5 times 0.75.
    /// let p = array![[0.5, 0.5], [0.25, 0.75_f64]];
    /// assert!((Ctc::default().loss(&[1], &p.ln())? + 0.875_f64.ln()).abs() < 1e-15);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](Ctc#arguments-shapes-errors).
    pub fn loss(&self, target: &[usize], prediction: impl Matrix) -> Result<f64, LossError> {
        Ok(self.one(target, prediction.as_matrix(), false)?.0)
    }

    /// The loss of one sequence and its gradient with respect to the prediction, `[time, symbols]`,
    /// in one pass there and one back.
    ///
    /// Of log-probabilities, the gradient is minus the posterior of the alignments.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// // As many frames as labels: there is one alignment, and it is certain.
    /// let log_probs = Array2::from_elem((2, 4), 0.25_f64.ln());
    /// let (loss, gradient) = Ctc::default().value_and_gradient(&[3, 1], &log_probs)?;
    /// assert_eq!(loss, 16.0_f64.ln());
    /// assert_eq!(gradient, array![[0.0, 0.0, 0.0, -1.0], [0.0, -1.0, 0.0, 0.0]]);
    ///
    /// // Of logits, it is what is believed minus that.
    /// let (_, gradient) = Ctc::from_logits().value_and_gradient(&[3, 1], &log_probs)?;
    /// assert_eq!(gradient, array![[0.25, 0.25, 0.25, -0.75], [0.25, -0.75, 0.25, 0.25]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](Ctc#arguments-shapes-errors).
    pub fn value_and_gradient(
        &self,
        target: &[usize],
        prediction: impl Matrix,
    ) -> Result<(f64, Array2<f64>), LossError> {
        self.one(target, prediction.as_matrix(), true)
    }

    words!(pub (sequences: impl IntoIterator<Item = (impl AsRef<[usize]>, impl Matrix)> => sequences)
           -> Vec<Array2<f64>>);

    fn evaluate(
        &self,
        sequences: impl IntoIterator<Item = (impl AsRef<[usize]>, impl Matrix)>,
        ask: Ask,
    ) -> Result<(Losses, Vec<Array2<f64>>), LossError> {
        let sequences: Vec<_> = sequences.into_iter().collect();
        check::not_empty("sequences", sequences.len())?;
        let (mut tally, mut gradients) = (ask.tally(sequences.len())?, Vec::new());
        for (at, (target, prediction)) in sequences.iter().enumerate() {
            let named = |fault| LossError::InPart { part: "sequence", at, fault: Box::new(fault) };
            let found = self.one(target.as_ref(), prediction.as_matrix(), ask.wants_gradient());
            let (loss, gradient) = found.map_err(named)?;
            tally.add(at, loss);
            gradients.push(gradient / sequences.len() as f64);
        }
        Ok((tally.finish(), gradients))
    }

    /// The loss of one sequence, and its gradient, which is empty if it is not asked for.
    fn one(
        &self,
        target: &[usize],
        prediction: ArrayView2<f64>,
        wants_gradient: bool,
    ) -> Result<(f64, Array2<f64>), LossError> {
        let p = Frames::new(prediction, self.of_logits, self.blank)?;
        check::labels_below("target", target, p.symbols)?;
        let trellis = Trellis::new(target, self.blank, p.count)?;
        let alpha = trellis.forward(&p)?;
        let loss = trellis.loss(&p, &alpha);
        // Where no alignment is possible, there is no posterior, and no direction to learn in.
        if !wants_gradient || loss == f64::INFINITY {
            let dim = if wants_gradient { prediction.dim() } else { (0, 0) };
            return Ok((loss, Array2::zeros(dim)));
        }
        let mut gradient = trellis.minus_posterior(&p, &alpha);
        if self.of_logits {
            for (frame, mut row) in gradient.rows_mut().into_iter().enumerate() {
                row.iter_mut().zip(p.row(frame)).for_each(|(cell, p)| *cell += p.to_f64());
                // The difference of two large probabilities has few digits; that of all the others
                // has more, and a row sums to 0.
                let top = argmax(prediction.row(frame)).unwrap_or_default();
                row[top] = 0.0;
                row[top] = 0.0 - row.sum();
            }
        }
        Ok((loss, gradient))
    }
}
