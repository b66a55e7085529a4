//! Losses of triplets: an anchor, one that belongs to it, and one that does not.

use ndarray::{Array1, Array2, ArrayView2};

use super::vectors::{Rows, difference_of_squares, squared_distance, unit_of};
use super::{margin, same_count, same_width};
use crate::error::LossError;
use crate::sum::Sum;

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
/// # use lossbook::embedding::*;
/// let gradient = Triplet::new(1.0)?.gradient(&array![[0.0]], &array![[2.0]], &array![[1.0]])?;
/// assert_eq!(gradient.anchor, array![[-2.0]]);
/// assert_eq!(gradient.positive, array![[4.0]]);
/// assert_eq!(gradient.negative, array![[-2.0]]);
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
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
/// has the embeddings' unit squared, as has the loss.
///
/// # Arguments, shapes, errors
///
/// `anchor`, `positive` and `negative` hold a triplet in each of their rows, `[n, d]`. All methods
/// refuse an empty argument ([`LossError::Empty`]), different shapes
/// ([`LossError::LengthMismatch`]) and a NaN or an infinity ([`LossError::NotFinite`]).
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::embedding::*;
/// let anchor = array![[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]];
/// let positive = array![[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]];
/// let negative = array![[3.0, 0.0], [0.0, 1.5], [0.0, 0.5]];
/// let triplet = Triplet::new(2.0)?;
/// assert_eq!(triplet.each(&anchor, &positive, &negative)?, array![0.0, 0.75, 2.75]);
/// assert_eq!(
///     triplet.kinds(&anchor, &positive, &negative)?,
///     [TripletKind::Easy, TripletKind::SemiHard, TripletKind::Hard]
/// );
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: F. Schroff, D. Kalenichenko, J. Philbin, "FaceNet" (2015), section 3.1; "CV course 4, loss
/// functions" (lecture, Cinnamon AI), "Triplet Loss", whose value is the [`sum`](Self::sum).
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
        Ok(Self { margin: self::margin(margin)? })
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
        hinge(to_positive, to_negative, self.margin)
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
        kind_of(self.loss(to_positive, to_negative), to_positive, to_negative)
    }

    /// The loss of every triplet: `[n, d]` three times in, `[n]` out.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let losses = Triplet::new(1.0)?.each(&array![[0.0]], &array![[2.0]], &array![[1.0]])?;
    /// assert_eq!(losses, array![4.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](Triplet#arguments-shapes-errors).
    pub fn each<'a, 'p, 'n>(
        &self,
        anchor: impl Into<ArrayView2<'a, f64>>,
        positive: impl Into<ArrayView2<'p, f64>>,
        negative: impl Into<ArrayView2<'n, f64>>,
    ) -> Result<Array1<f64>, LossError> {
        let triplets = Triplets::new(anchor.into(), positive.into(), negative.into())?;
        Ok(triplets.losses(self.margin).collect())
    }

    /// The mean of the triplets' losses.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let (a, p, n) = (array![[0.0], [0.0]], array![[2.0], [1.0]], array![[1.0], [5.0]]);
    /// assert_eq!(Triplet::new(1.0)?.mean(&a, &p, &n)?, 2.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](Triplet#arguments-shapes-errors).
    pub fn mean<'a, 'p, 'n>(
        &self,
        anchor: impl Into<ArrayView2<'a, f64>>,
        positive: impl Into<ArrayView2<'p, f64>>,
        negative: impl Into<ArrayView2<'n, f64>>,
    ) -> Result<f64, LossError> {
        let triplets = Triplets::new(anchor.into(), positive.into(), negative.into())?;
        Ok(triplets.losses(self.margin).collect::<Sum>().mean())
    }

    /// The sum of the triplets' losses, as the lecture prints it.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let (a, p, n) = (array![[0.0], [0.0]], array![[2.0], [1.0]], array![[1.0], [5.0]]);
    /// assert_eq!(Triplet::new(1.0)?.sum(&a, &p, &n)?, 4.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](Triplet#arguments-shapes-errors).
    pub fn sum<'a, 'p, 'n>(
        &self,
        anchor: impl Into<ArrayView2<'a, f64>>,
        positive: impl Into<ArrayView2<'p, f64>>,
        negative: impl Into<ArrayView2<'n, f64>>,
    ) -> Result<f64, LossError> {
        let triplets = Triplets::new(anchor.into(), positive.into(), negative.into())?;
        Ok(triplets.losses(self.margin).collect::<Sum>().total())
    }

    /// The gradient of the **mean** loss with respect to all three embeddings of every triplet.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let gradient = Triplet::new(1.0)?.gradient(&array![[0.0]], &array![[2.0]], &array![[9.0]])?;
    /// assert_eq!(gradient.anchor, array![[0.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](Triplet#arguments-shapes-errors).
    pub fn gradient<'a, 'p, 'n>(
        &self,
        anchor: impl Into<ArrayView2<'a, f64>>,
        positive: impl Into<ArrayView2<'p, f64>>,
        negative: impl Into<ArrayView2<'n, f64>>,
    ) -> Result<TripletGradient, LossError> {
        Ok(self.mean_and_gradient(anchor, positive, negative)?.1)
    }

    /// [`mean`](Self::mean) and [`gradient`](Self::gradient) in one pass over the triplets.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let (mean, gradient) =
    ///     Triplet::new(1.0)?.mean_and_gradient(&array![[0.0]], &array![[2.0]], &array![[1.0]])?;
    /// assert_eq!(mean, 4.0);
    /// assert_eq!(gradient.positive, array![[4.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](Triplet#arguments-shapes-errors).
    pub fn mean_and_gradient<'a, 'p, 'n>(
        &self,
        anchor: impl Into<ArrayView2<'a, f64>>,
        positive: impl Into<ArrayView2<'p, f64>>,
        negative: impl Into<ArrayView2<'n, f64>>,
    ) -> Result<(f64, TripletGradient), LossError> {
        let triplets = Triplets::new(anchor.into(), positive.into(), negative.into())?;
        let [a, p, n] = &triplets.rows;
        let mut slopes = [Rows::zeros_like(a), Rows::zeros_like(p), Rows::zeros_like(n)];
        let factor = 2.0 / a.count as f64;
        let mut losses = Sum::ZERO;
        for (row, loss) in triplets.losses(self.margin).enumerate() {
            losses.add(loss);
            if loss > 0.0 {
                let ends = [(n, p), (p, a), (a, n)];
                for (slopes, (to, from)) in slopes.iter_mut().zip(ends) {
                    let differences = to.row(row).iter().zip(from.row(row));
                    for (slope, (to, from)) in slopes.row_mut(row).iter_mut().zip(differences) {
                        let difference = to - from;
                        *slope = if difference.is_finite() {
                            factor * difference
                        } else {
                            factor * to - factor * from
                        };
                    }
                }
            }
        }
        let [anchor, positive, negative] = slopes;
        let gradient = TripletGradient {
            anchor: anchor.into_array()?,
            positive: positive.into_array()?,
            negative: negative.into_array()?,
        };
        Ok((losses.mean(), gradient))
    }

    /// The [`kind`](Self::kind) of every triplet: `[n, d]` three times in, `[n]` out.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let kinds = Triplet::new(1.0)?.kinds(&array![[0.0]], &array![[2.0]], &array![[1.0]])?;
    /// assert_eq!(kinds, [TripletKind::Hard]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](Triplet#arguments-shapes-errors).
    pub fn kinds<'a, 'p, 'n>(
        &self,
        anchor: impl Into<ArrayView2<'a, f64>>,
        positive: impl Into<ArrayView2<'p, f64>>,
        negative: impl Into<ArrayView2<'n, f64>>,
    ) -> Result<Vec<TripletKind>, LossError> {
        let triplets = Triplets::new(anchor.into(), positive.into(), negative.into())?;
        let triplets = triplets.iter().map(|rows| Measured::new(rows, self.margin));
        Ok(triplets.map(|one| kind_of(one.loss, one.to_positive, one.to_negative)).collect())
    }
}

fn kind_of(loss: f64, to_positive: f64, to_negative: f64) -> TripletKind {
    if loss == 0.0 {
        TripletKind::Easy
    } else if to_negative > to_positive {
        TripletKind::SemiHard
    } else {
        TripletKind::Hard
    }
}

/// The loss of these three, whose squared distances are given: `hinge`, but right to the last digits
/// also where little is left of the difference.
pub(super) fn loss_of([a, p, n]: [&[f64]; 3], distances: (f64, f64), margin: f64) -> f64 {
    let (to_positive, to_negative) = distances;
    let rough = to_positive - to_negative + margin;
    if rough.abs() > 0.03 * (to_positive + to_negative + margin) {
        hinge(to_positive, to_negative, margin)
    } else {
        difference_of_squares(a, p, n, margin).max(0.0)
    }
}

/// `max(0, to_positive - to_negative + margin)`.
fn hinge(to_positive: f64, to_negative: f64, margin: f64) -> f64 {
    let loss = to_positive - to_negative + margin;
    // Written so that a NaN stays one.
    if loss <= 0.0 { 0.0 } else { loss }
}

/// One triplet, its numbers in a unit that keeps the squared distances from overflowing: a power of two,
/// and 1 unless they could.
struct Measured {
    to_positive: f64,
    to_negative: f64,
    loss: f64,
    unit: f64,
}

impl Measured {
    fn new(rows: [&[f64]; 3], margin: f64) -> Self {
        let unit = rows.iter().fold(1.0_f64, |unit, row| unit.max(unit_of(row)));
        if unit == 1.0 {
            return Self::in_units(rows, margin, unit);
        }
        let scaled = rows.map(|row| row.iter().map(|value| value / unit).collect::<Vec<f64>>());
        Self::in_units([&scaled[0], &scaled[1], &scaled[2]], margin / unit / unit, unit)
    }

    fn in_units([a, p, n]: [&[f64]; 3], margin: f64, unit: f64) -> Self {
        let (to_positive, to_negative) = (squared_distance(a, p), squared_distance(a, n));
        let loss = loss_of([a, p, n], (to_positive, to_negative), margin);
        Self { to_positive, to_negative, loss, unit }
    }
}

/// Anchors, positives and negatives of one shape.
struct Triplets {
    rows: [Rows; 3],
}

impl Triplets {
    fn new(
        anchor: ArrayView2<f64>,
        positive: ArrayView2<f64>,
        negative: ArrayView2<f64>,
    ) -> Result<Self, LossError> {
        let anchor = Rows::new("anchor", anchor)?;
        let positive = Rows::new("positive", positive)?;
        let negative = Rows::new("negative", negative)?;
        same_count("a column of anchor", anchor.count, "a column of positive", &positive)?;
        same_count("a column of anchor", anchor.count, "a column of negative", &negative)?;
        same_width("a row of anchor", &anchor, "a row of positive", &positive)?;
        same_width("a row of anchor", &anchor, "a row of negative", &negative)?;
        Ok(Self { rows: [anchor, positive, negative] })
    }

    /// Each anchor with its positive and its negative.
    fn iter(&self) -> impl Iterator<Item = [&[f64]; 3]> {
        let [anchor, positive, negative] = &self.rows;
        let triplets = anchor.iter().zip(positive.iter().zip(negative.iter()));
        triplets.map(|(a, (p, n))| [a, p, n])
    }

    fn losses(&self, margin: f64) -> impl Iterator<Item = f64> {
        self.iter().map(move |rows| {
            let Measured { loss, unit, .. } = Measured::new(rows, margin);
            loss * unit * unit
        })
    }
}
