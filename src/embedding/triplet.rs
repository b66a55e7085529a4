//! Losses of triplets: an anchor, one that belongs to it, and one that does not.

use ndarray::{Array2, ArrayView2};

use crate::error::LossError;
use crate::loss::{Ask, Losses, Matrix, words};
use crate::numeric::{Rows, check, squared_distance};

/// How much a triplet's negative still has to teach: see [`Triplet::kind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TripletKind {
    /// The negative is farther away than the positive by the margin or more: the loss is 0.
    Easy,
    /// The negative is farther away than the positive, but by less than the margin.
    SemiHard,
    /// The negative is no farther away than the positive.
    Hard,
}

/// The gradient of a [`Triplet`] loss: one matrix for each argument, in its shape.
///
/// ```
/// # use lossbook::prelude::*;
/// let gradient = Triplet::new(1.0)?.gradient(&[[0.0]], &[[2.0]], &[[1.0]])?;
/// assert_eq!(gradient.anchor, array![[-2.0]]);
/// assert_eq!(gradient.positive, array![[4.0]]);
/// assert_eq!(gradient.negative, array![[-2.0]]);
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TripletGradient {
    /// With respect to the anchors: `[n, d]`.
    pub anchor: Array2<f64>,
    /// With respect to the positives: `[n, d]`.
    pub positive: Array2<f64>,
    /// With respect to the negatives: `[n, d]`.
    pub negative: Array2<f64>,
}

/// Triplet loss on given triplets: an anchor should be nearer to its positive than to its negative,
/// by a margin of squared distance.
///
/// ```text
/// max(0, |a - p|^2 - |a - n|^2 + margin)
/// ```
///
/// Gradient where the loss is above 0: `2 (n - p)` for the anchor, `2 (p - a)` for the positive,
/// `2 (a - n)` for the negative; 0 elsewhere, the kink included. The margin (the lecture's alpha)
/// has the embeddings' unit squared, as has the loss. (Coordinates beyond 1e150 have no square.)
///
/// PyTorch's `TripletMarginLoss` takes the distances themselves, not their squares.
///
/// # Arguments, shapes, errors
///
/// `anchor`, `positive` and `negative` hold a triplet in each of their rows, `[n, d]`. All words
/// refuse an empty argument ([`LossError::Empty`]), different shapes
/// ([`LossError::LengthMismatch`]) and a NaN or an infinity ([`LossError::NotFinite`]).
///
/// ```
/// # use lossbook::prelude::*;
/// let (anchor, positive) = ([[0.0, 0.0]; 3], [[1.0, 0.0]; 3]);
/// let negative = [[3.0, 0.0], [0.0, 1.5], [0.0, 0.5]];
/// let triplet = Triplet::new(2.0)?;
/// assert_eq!(triplet.each(&anchor, &positive, &negative)?, array![0.0, 0.75, 2.75]);
/// assert_eq!(
///     triplet.kinds(&anchor, &positive, &negative)?,
///     [TripletKind::Easy, TripletKind::SemiHard, TripletKind::Hard]
/// );
/// assert_eq!(triplet.sum(&anchor, &positive, &negative)?, 3.5);
///
/// let triplet = Triplet::new(1.0)?;
/// assert_eq!(triplet.mean(&[[0.0], [0.0]], &[[2.0], [1.0]], &[[1.0], [5.0]])?, 2.0);
/// let (mean, gradient) = triplet.mean_and_gradient(&[[0.0]], &[[2.0]], &[[1.0]])?;
/// assert_eq!((mean, gradient.positive), (4.0, array![[4.0]]));
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: F. Schroff, D. Kalenichenko, J. Philbin, "FaceNet" (2015), section 3.1; "CV course 4, loss
/// functions" (lecture, Cinnamon AI), "Triplet Loss", whose value is the [`sum`](Self::sum).
#[doc(alias("TripletMarginLoss", "triplet_margin_loss", "triplet_loss"))]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Triplet {
    margin: f64,
}

impl Triplet {
    /// With the margin by which a negative's squared distance should exceed a positive's.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert!(Triplet::new(0.2).is_ok());
    /// assert!(Triplet::new(-0.2).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `margin >= 0` and finite.
    pub fn new(margin: f64) -> Result<Self, LossError> {
        Ok(Self { margin: check::at_least_zero("margin", margin, "margin >= 0 and finite")? })
    }

    /// The parameter.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert_eq!(Triplet::new(0.2).map(|loss| loss.margin()), Ok(0.2));
    /// ```
    pub fn margin(&self) -> f64 {
        self.margin
    }

    /// The loss of one triplet of these two squared distances, anchor to positive and anchor to
    /// negative.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert_eq!(Triplet::new(1.0).map(|loss| loss.loss(4.0, 4.5)), Ok(0.5));
    /// ```
    pub fn loss(&self, to_positive: f64, to_negative: f64) -> f64 {
        let loss = to_positive - to_negative + self.margin;
        // Written so that a NaN stays one.
        if loss <= 0.0 { 0.0 } else { loss }
    }

    /// Easy, semi-hard or hard: the kind of a triplet of these two squared distances, anchor to
    /// positive and anchor to negative.
    ///
    /// | kind | the negative's squared distance |
    /// | --- | --- |
    /// | easy | `to_positive + margin` or more |
    /// | semi-hard | between the two |
    /// | hard | `to_positive` or less |
    ///
    /// (With a margin of 0 and equal distances the first line counts: what costs nothing is easy.)
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// let kind = |to_negative| Triplet::new(1.0).map(|loss| loss.kind(4.0, to_negative));
    /// assert_eq!(kind(5.0), Ok(TripletKind::Easy));
    /// assert_eq!(kind(4.5), Ok(TripletKind::SemiHard));
    /// assert_eq!(kind(4.0), Ok(TripletKind::Hard));
    /// ```
    ///
    /// Source: "CV course 4, loss functions" (lecture, Cinnamon AI), "3 types of negative".
    pub fn kind(&self, to_positive: f64, to_negative: f64) -> TripletKind {
        if self.loss(to_positive, to_negative) == 0.0 {
            TripletKind::Easy
        } else if to_negative > to_positive {
            TripletKind::SemiHard
        } else {
            TripletKind::Hard
        }
    }

    words!(pub (anchor: impl Matrix => anchor.as_matrix(), positive: impl Matrix => positive.as_matrix(),
                negative: impl Matrix => negative.as_matrix()) -> TripletGradient);

    /// The [`kind`](Self::kind) of every triplet: `[n, d]` three times in, `[n]` out.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let kinds = Triplet::new(1.0)?.kinds(&[[0.0]], &[[2.0]], &[[1.0]])?;
    /// assert_eq!(kinds, [TripletKind::Hard]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](Triplet#arguments-shapes-errors).
    pub fn kinds(
        &self,
        anchor: impl Matrix,
        positive: impl Matrix,
        negative: impl Matrix,
    ) -> Result<Vec<TripletKind>, LossError> {
        let distances = distances(anchor.as_matrix(), positive.as_matrix(), negative.as_matrix())?;
        Ok(distances.into_iter().map(|[to_p, to_n]| self.kind(to_p, to_n)).collect())
    }

    fn evaluate(
        &self,
        anchor: ArrayView2<f64>,
        positive: ArrayView2<f64>,
        negative: ArrayView2<f64>,
        ask: Ask,
    ) -> Result<(Losses, TripletGradient), LossError> {
        let distances = distances(anchor, positive, negative)?;
        let n = distances.len();
        let mut tally = ask.tally(n)?;
        // 2 / n where the loss is above 0.
        let mut slopes = Array2::zeros((n, 1));
        for (row, [to_positive, to_negative]) in distances.into_iter().enumerate() {
            let loss = self.loss(to_positive, to_negative);
            tally.add(row, loss);
            if loss > 0.0 {
                slopes[[row, 0]] = 2.0 / n as f64;
            }
        }
        if !ask.wants_gradient() {
            return Ok((tally.finish(), TripletGradient::default()));
        }
        let gradient = TripletGradient {
            anchor: (&negative - &positive) * &slopes,
            positive: (&positive - &anchor) * &slopes,
            negative: (&anchor - &negative) * &slopes,
        };
        Ok((tally.finish(), gradient))
    }
}

/// The squared distances of each anchor from its positive and from its negative.
fn distances(
    anchor: ArrayView2<f64>,
    positive: ArrayView2<f64>,
    negative: ArrayView2<f64>,
) -> Result<Vec<[f64; 2]>, LossError> {
    let a = Rows::new("anchor", anchor)?;
    let (p, n) = (Rows::new("positive", positive)?, Rows::new("negative", negative)?);
    check::same_length("a column of anchor", a.count, "a column of positive", p.count)?;
    check::same_length("a column of anchor", a.count, "a column of negative", n.count)?;
    check::same_length("a row of anchor", a.width, "a row of positive", p.width)?;
    check::same_length("a row of anchor", a.width, "a row of negative", n.width)?;
    let rows = a.iter().zip(p.iter().zip(n.iter()));
    Ok(rows.map(|(a, (p, n))| [squared_distance(a, p), squared_distance(a, n)]).collect())
}
