//! The loss.

use ndarray::{Array1, Array2, ArrayView2};

use super::frames::{Frames, Reads};
use super::trellis::Trellis;
use crate::error::{LossError, check};
use crate::sum::Sum;

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
/// - [`from_log_probs`](Self::from_log_probs), also the default: `p = exp(log_probs)`. Slope:
///   `-posterior[t, k]`, each log-probability moving alone.
/// - [`from_logits`](Self::from_logits): `p = softmax(logits)`. Slope: `p[t, k] - posterior[t, k]`;
///   in every frame these sum to 0. As a difference of probabilities, each is right to 13 digits of
///   the smaller of `p` and `1 - p`: where belief and posterior agree, its own digits fade.
///
/// Here `posterior[t, k]` is the share of the target's probability that lies on alignments with the
/// symbol `k` in frame `t`; in every frame these sum to 1. (PyTorch gives `p - posterior` as the
/// slope for log-probabilities too, for them to be passed back through a log-softmax.)
///
/// # Arguments, shapes, errors
///
/// The target is the labels, `&[usize]`, without blanks; an empty one asks for blanks in every frame.
/// The prediction is `[time, symbols]`, a column for every label and for the blank, which is symbol 0
/// or that of [`with_blank`](Self::with_blank). Several sequences are pairs of target and prediction,
/// each with its own number of frames: no padding. All methods refuse
/// - an empty prediction, or no sequence at all ([`LossError::Empty`]),
/// - a NaN, a log-probability above 0 ([`LossError::NotLogProbability`]), logits that are infinite
///   ([`LossError::NotFinite`]); `-inf` is a log-probability, that of 0,
/// - a row of log-probabilities with probabilities that sum to more or less than 1, by more than
///   [`SUM_TOLERANCE`](crate::error::SUM_TOLERANCE) ([`LossError::NotDistribution`]): logits, as a
///   rule,
/// - a blank that is no symbol ([`LossError::BadParameter`]), a label that is none
///   ([`LossError::LabelOutOfRange`]) or the blank ([`LossError::BlankInTarget`]),
/// - fewer frames than labels, with one more for every two equal ones in a row
///   ([`LossError::TooFewFrames`]),
/// - what does not fit into memory: [`LossError::TooLarge`].
///
/// With several sequences the error tells which ([`LossError::InPart`]).
///
/// # Where the loss is infinite, or 0
///
/// A target with alignments none of which is possible, each having a probability of 0 somewhere,
/// costs `+inf`. There is then no posterior and no direction to learn in: that sequence's gradient is
/// 0. The loss is never below 0; where rows of log-probabilities sum to a little more than 1, as
/// rounded ones may, a target that is certain costs 0. Nothing underflows, however many frames.
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
/// Source: A. Graves, S. Fernandez, F. Gomez, J. Schmidhuber, "Connectionist temporal classification:
/// labelling unsegmented sequence data with recurrent neural networks" (2006), equations 5 to 16;
/// "Losses, part 2" (lecture, CMU 11-785).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ctc {
    reads: Reads,
    blank: usize,
}

impl Default for Ctc {
    /// Of log-probabilities, with symbol 0 as the blank.
    fn default() -> Self {
        Self::from_log_probs()
    }
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
        Self { reads: Reads::LogProbs, blank: 0 }
    }

    /// Of the softmax of logits: any finite numbers.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Ctc::from_logits().loss(&[1], &array![[1e4, 0.0]])?, 1e4);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn from_logits() -> Self {
        Self { reads: Reads::Logits, blank: 0 }
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
    pub fn loss<'p>(
        &self,
        target: &[usize],
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<f64, LossError> {
        let p = Frames::new(prediction.into(), self.reads)?;
        Ok(Trellis::over(target, self.blank, &p)?.loss(&p))
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
    /// let (loss, gradient) = Ctc::default().loss_and_gradient(&[3, 1], &log_probs)?;
    /// assert_eq!(loss, 16.0_f64.ln());
    /// assert_eq!(gradient, array![[0.0, 0.0, 0.0, -1.0], [0.0, -1.0, 0.0, 0.0]]);
    ///
    /// // Of logits, it is what is believed minus that.
    /// let (_, gradient) = Ctc::from_logits().loss_and_gradient(&[3, 1], &log_probs)?;
    /// assert_eq!(gradient, array![[0.25, 0.25, 0.25, -0.75], [0.25, -0.75, 0.25, 0.25]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](Ctc#arguments-shapes-errors).
    pub fn loss_and_gradient<'p>(
        &self,
        target: &[usize],
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<(f64, Array2<f64>), LossError> {
        self.scaled(target, prediction.into(), 1.0)
    }

    /// The loss of every sequence: `n` pairs in, `[n]` out.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (short, long) = (array![[-1e4, 0.0]], array![[0.0, -1e4], [0.0, -1e4]]);
    /// let pairs: [(&[usize], _); 2] = [(&[1], &short), (&[], &long)];
    /// assert_eq!(Ctc::default().each(pairs)?, array![0.0, 0.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](Ctc#arguments-shapes-errors).
    pub fn each<'p, T, P>(
        &self,
        sequences: impl IntoIterator<Item = (T, P)>,
    ) -> Result<Array1<f64>, LossError>
    where
        T: AsRef<[usize]>,
        P: Into<ArrayView2<'p, f64>>,
    {
        let sequences = sequences.into_iter().enumerate();
        let losses = sequences.map(|(at, (target, prediction))| {
            self.loss(target.as_ref(), prediction).map_err(|fault| in_sequence(at, fault))
        });
        let losses: Vec<f64> = losses.collect::<Result<_, _>>()?;
        check::not_empty("sequences", losses.len())?;
        Ok(losses.into())
    }

    /// The mean of the sequences' losses, long or short, `1/n sum loss`. (PyTorch's mean divides each
    /// loss by the number of its target's labels first.)
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let p = array![[0.5_f64, 0.5], [0.5, 0.5]].ln();
    /// let pairs: [(&[usize], _); 2] = [(&[], &p), (&[1], &p)];
    /// let mean = Ctc::default().mean(pairs)?;
    /// assert!((mean - (4.0_f64.ln() + (4.0_f64 / 3.0).ln()) / 2.0).abs() < 1e-15);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](Ctc#arguments-shapes-errors).
    pub fn mean<'p, T, P>(
        &self,
        sequences: impl IntoIterator<Item = (T, P)>,
    ) -> Result<f64, LossError>
    where
        T: AsRef<[usize]>,
        P: Into<ArrayView2<'p, f64>>,
    {
        Ok(self.each(sequences)?.into_iter().collect::<Sum>().mean())
    }

    /// The sum of the sequences' losses: `-ln` of the probability of all targets together.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let p = array![[0.5_f64, 0.5]].ln();
    /// assert_eq!(Ctc::default().sum([(vec![1], &p), (vec![], &p)])?, 4.0_f64.ln());
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](Ctc#arguments-shapes-errors).
    pub fn sum<'p, T, P>(
        &self,
        sequences: impl IntoIterator<Item = (T, P)>,
    ) -> Result<f64, LossError>
    where
        T: AsRef<[usize]>,
        P: Into<ArrayView2<'p, f64>>,
    {
        Ok(self.each(sequences)?.into_iter().collect::<Sum>().total())
    }

    /// The gradient of the **mean** with respect to each prediction, in its shape.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let p = array![[0.5_f64, 0.5]].ln();
    /// let gradients = Ctc::default().gradient([(vec![1], &p), (vec![], &p)])?;
    /// assert_eq!(gradients, [array![[0.0, -0.5]], array![[-0.5, 0.0]]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](Ctc#arguments-shapes-errors).
    pub fn gradient<'p, T, P>(
        &self,
        sequences: impl IntoIterator<Item = (T, P)>,
    ) -> Result<Vec<Array2<f64>>, LossError>
    where
        T: AsRef<[usize]>,
        P: Into<ArrayView2<'p, f64>>,
    {
        Ok(self.mean_and_gradient(sequences)?.1)
    }

    /// [`mean`](Self::mean) and [`gradient`](Self::gradient), in one pass there and one back.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let p = array![[0.5_f64, 0.5]].ln();
    /// let (mean, gradients) = Ctc::from_logits().mean_and_gradient([(&[1], &p)])?;
    /// assert_eq!(mean, 2.0_f64.ln());
    /// assert_eq!(gradients, [array![[0.5, -0.5]]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](Ctc#arguments-shapes-errors).
    pub fn mean_and_gradient<'p, T, P>(
        &self,
        sequences: impl IntoIterator<Item = (T, P)>,
    ) -> Result<(f64, Vec<Array2<f64>>), LossError>
    where
        T: AsRef<[usize]>,
        P: Into<ArrayView2<'p, f64>>,
    {
        let sequences: Vec<(T, P)> = sequences.into_iter().collect();
        check::not_empty("sequences", sequences.len())?;
        let count = sequences.len() as f64;
        let (mut losses, mut gradients) = (Sum::ZERO, Vec::with_capacity(sequences.len()));
        for (at, (target, prediction)) in sequences.into_iter().enumerate() {
            let (loss, gradient) = self
                .scaled(target.as_ref(), prediction.into(), count)
                .map_err(|fault| in_sequence(at, fault))?;
            losses.add(loss);
            gradients.push(gradient);
        }
        Ok((losses.mean(), gradients))
    }

    /// The loss, and its gradient divided by the number of sequences.
    fn scaled(
        &self,
        target: &[usize],
        prediction: ArrayView2<f64>,
        count: f64,
    ) -> Result<(f64, Array2<f64>), LossError> {
        let p = Frames::new(prediction, self.reads)?;
        let trellis = Trellis::over(target, self.blank, &p)?;
        let (loss, mut slopes) = trellis.loss_and_posterior(&p)?;
        if self.reads == Reads::Logits && loss < f64::INFINITY {
            for (frame, mut row) in slopes.rows_mut().into_iter().enumerate() {
                let p = p.row(frame).iter().map(|p| p.to_f64());
                let mut largest = (0, 0.0);
                for (symbol, (slope, p)) in row.iter_mut().zip(p).enumerate() {
                    if slope.min(p) > largest.1 {
                        largest = (symbol, slope.min(p));
                    }
                    *slope = (p - *slope) / count;
                }
                // The difference of two large probabilities has few digits; that of all the others
                // has more, and a row sums to 0.
                row[largest.0] = 0.0;
                row[largest.0] = 0.0 - row.sum();
            }
        } else {
            // 0 is 0, not -0.
            slopes.mapv_inplace(|posterior| 0.0 - posterior / count);
        }
        Ok((loss, slopes))
    }
}

fn in_sequence(at: usize, fault: LossError) -> LossError {
    LossError::InPart { part: "sequence", at, fault: Box::new(fault) }
}
