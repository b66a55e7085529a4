//! Losses of pairs, two embeddings that should be near each other, or should not.

use ndarray::{Array1, Array2, ArrayView2};

use super::vectors::{Rows, difference, difference_of_squares};
use super::{same_count, same_width};
use crate::error::LossError;
use crate::sum::Sum;

/// The gradient of a [`PairLoss`]: one matrix for each argument, in its shape.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::embedding::*;
/// let gradient = Contrastive::new(1.0)?.gradient(&[true], &array![[3.0]], &array![[1.0]])?;
/// assert_eq!(gradient, PairGradient { left: array![[2.0]], right: array![[-2.0]] });
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PairGradient {
    /// With respect to the first embeddings: `[n, d]`.
    pub left: Array2<f64>,
    /// With respect to the second embeddings: `[n, d]`.
    pub right: Array2<f64>,
}

/// A loss of pairs of embeddings: [`Contrastive`],
/// [`CosineEmbedding`](super::CosineEmbedding).
///
/// # Arguments, shapes, errors
///
/// The target `same` says of each of the `n` pairs whether its two embeddings belong together; they
/// are the rows of `left` and `right`, `[n, d]` each. All methods refuse an empty argument
/// ([`LossError::Empty`]), different shapes ([`LossError::LengthMismatch`]) and a NaN or an infinity
/// ([`LossError::NotFinite`]).
///
/// The trait is sealed: it cannot be implemented outside of this crate.
pub trait PairLoss: Pair {
    /// The loss of every pair: `[n]`, `[n, d]`, `[n, d]` in, `[n]` out.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let (left, right) = (array![[0.0, 0.0], [0.0, 0.0]], array![[3.0, 4.0], [3.0, 4.0]]);
    /// assert_eq!(Contrastive::new(7.0)?.each(&[true, false], &left, &right)?, array![12.5, 2.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](PairLoss); for a cosine also [`LossError::NoDirection`].
    fn each<'l, 'r>(
        &self,
        same: &[bool],
        left: impl Into<ArrayView2<'l, f64>>,
        right: impl Into<ArrayView2<'r, f64>>,
    ) -> Result<Array1<f64>, LossError>
    where
        Self: Sized,
    {
        Ok(run(self, same, left.into(), right.into(), false)?.0.into())
    }

    /// The mean of the pairs' losses.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let mean = Contrastive::new(1.0)?.mean(&[true, false], &array![[2.0], [0.0]], &array![[0.0], [0.0]])?;
    /// assert_eq!(mean, 1.25);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](PairLoss); for a cosine also [`LossError::NoDirection`].
    fn mean<'l, 'r>(
        &self,
        same: &[bool],
        left: impl Into<ArrayView2<'l, f64>>,
        right: impl Into<ArrayView2<'r, f64>>,
    ) -> Result<f64, LossError>
    where
        Self: Sized,
    {
        let (losses, _) = run(self, same, left.into(), right.into(), false)?;
        Ok(losses.into_iter().collect::<Sum>().mean())
    }

    /// The sum of the pairs' losses.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let sum = Contrastive::new(1.0)?.sum(&[true, false], &array![[2.0], [0.0]], &array![[0.0], [0.0]])?;
    /// assert_eq!(sum, 2.5);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](PairLoss); for a cosine also [`LossError::NoDirection`].
    fn sum<'l, 'r>(
        &self,
        same: &[bool],
        left: impl Into<ArrayView2<'l, f64>>,
        right: impl Into<ArrayView2<'r, f64>>,
    ) -> Result<f64, LossError>
    where
        Self: Sized,
    {
        let (losses, _) = run(self, same, left.into(), right.into(), false)?;
        Ok(losses.into_iter().collect::<Sum>().total())
    }

    /// The gradient of the **mean** loss with respect to both embeddings of every pair.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let gradient = CosineEmbedding::new(0.0)?.gradient(&[true], &array![[2.0, 0.0]], &array![[0.0, 1.0]])?;
    /// assert_eq!(gradient.left, array![[0.0, -0.5]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](PairLoss); for a cosine also [`LossError::NoDirection`].
    fn gradient<'l, 'r>(
        &self,
        same: &[bool],
        left: impl Into<ArrayView2<'l, f64>>,
        right: impl Into<ArrayView2<'r, f64>>,
    ) -> Result<PairGradient, LossError>
    where
        Self: Sized,
    {
        Ok(self.mean_and_gradient(same, left, right)?.1)
    }

    /// [`mean`](Self::mean) and [`gradient`](Self::gradient) in one pass over the pairs.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let (mean, gradient) =
    ///     Contrastive::new(1.0)?.mean_and_gradient(&[true], &array![[3.0]], &array![[1.0]])?;
    /// assert_eq!(mean, 2.0);
    /// assert_eq!(gradient.right, array![[-2.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](PairLoss); for a cosine also [`LossError::NoDirection`].
    fn mean_and_gradient<'l, 'r>(
        &self,
        same: &[bool],
        left: impl Into<ArrayView2<'l, f64>>,
        right: impl Into<ArrayView2<'r, f64>>,
    ) -> Result<(f64, PairGradient), LossError>
    where
        Self: Sized,
    {
        let (losses, [left, right]) = run(self, same, left.into(), right.into(), true)?;
        let gradient = PairGradient { left: left.into_array()?, right: right.into_array()? };
        Ok((losses.into_iter().collect::<Sum>().mean(), gradient))
    }
}

/// What a pair loss computes for a single pair.
pub trait Pair {
    /// The losses of all pairs; where asked for, `1/n` times their slopes in `slopes`.
    #[doc(hidden)]
    fn losses(
        &self,
        same: &[bool],
        rows: Both,
        slopes: Option<&mut Both>,
    ) -> Result<Vec<f64>, LossError>;
}

/// Rows that belong together two by two.
#[derive(Debug)]
pub struct Both(pub(super) [Rows; 2]);

fn run(
    loss: &impl Pair,
    same: &[bool],
    left: ArrayView2<f64>,
    right: ArrayView2<f64>,
    with_gradient: bool,
) -> Result<(Vec<f64>, [Rows; 2]), LossError> {
    let rows = [Rows::new("left", left)?, Rows::new("right", right)?];
    same_count("same", same.len(), "a column of left", &rows[0])?;
    same_count("same", same.len(), "a column of right", &rows[1])?;
    same_width("a row of left", &rows[0], "a row of right", &rows[1])?;
    let mut slopes = Both([Rows::zeros_like(&rows[0]), Rows::zeros_like(&rows[1])]);
    let losses = loss.losses(same, Both(rows), with_gradient.then_some(&mut slopes))?;
    Ok((losses, slopes.0))
}

/// Contrastive loss: a pair that belongs together costs its distance `D = |left - right|`, one that
/// does not costs what it lacks to the margin.
///
/// ```text
/// D^2 / 2                  for the same
/// max(0, margin - D)^2 / 2   for different ones
/// ```
///
/// Slope with respect to `left`: `left - right` for the same; `-(margin - D) (left - right) / D` for
/// different ones nearer than the margin, 0 from there on. Two different ones at the very same point
/// have no direction to part in: the subgradient 0 is taken. `margin` and `D` have the embeddings'
/// unit, the loss has it squared.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::embedding::*;
/// let contrastive = Contrastive::new(2.0)?;
/// assert_eq!(contrastive.loss(true, 3.0), 4.5);
/// assert_eq!(contrastive.loss(false, 1.0), 0.5);
/// assert_eq!(contrastive.loss(false, 3.0), 0.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: R. Hadsell, S. Chopra, Y. LeCun, "Dimensionality reduction by learning an invariant
/// mapping" (2006), equation 4 (whose Y is 0 for the same and 1 for different ones).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contrastive {
    margin: f64,
}

impl Contrastive {
    /// With the distance `margin` from which on different ones cost nothing.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert!(Contrastive::new(1.0).is_ok());
    /// assert!(Contrastive::new(0.0).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `margin > 0` and finite.
    pub fn new(margin: f64) -> Result<Self, LossError> {
        if margin > 0.0 && margin.is_finite() {
            Ok(Self { margin })
        } else {
            let allowed = "margin > 0 and finite";
            Err(LossError::BadParameter { name: "margin", value: margin, allowed })
        }
    }

    /// The parameter.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert_eq!(Contrastive::new(1.5).map(|loss| loss.margin()), Ok(1.5));
    /// ```
    pub fn margin(&self) -> f64 {
        self.margin
    }

    /// The loss of one pair at this distance.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert_eq!(Contrastive::new(1.0).map(|loss| loss.loss(false, 0.5)), Ok(0.125));
    /// ```
    pub fn loss(&self, same: bool, distance: f64) -> f64 {
        let slope = self.slope(same, distance);
        0.5 * slope * slope
    }

    /// The derivative of [`loss`](Self::loss) with respect to the distance: `D` for the same,
    /// `-max(0, margin - D)` for different ones.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// assert_eq!(Contrastive::new(1.0).map(|loss| loss.slope(false, 0.25)), Ok(-0.75));
    /// ```
    pub fn slope(&self, same: bool, distance: f64) -> f64 {
        if same || distance.is_nan() {
            distance
        } else if distance < self.margin {
            distance - self.margin
        } else {
            0.0
        }
    }

    /// Where `distance - margin` would be mostly what rounding left of the distance; not where squares
    /// overflow or vanish.
    fn is_near_margin(&self, distance: f64) -> bool {
        (1e-140..1e140).contains(&self.margin)
            && (distance - self.margin).abs() < 0.03 * self.margin
    }

    /// The slope for different ones, `distance - margin` up to 0, from the difference of the squares.
    fn slope_near_margin(&self, left: &[f64], right: &[f64], distance: f64) -> f64 {
        // |left - right|^2 - margin^2, the margin being a coordinate more.
        let with = |row: &[f64], more: f64| [row, &[more]].concat();
        let [left, right, off] = [with(left, 0.0), with(right, 0.0), with(left, self.margin)];
        let squares = difference_of_squares(&left, &right, &off, 0.0);
        (squares / (distance + self.margin)).min(0.0)
    }
}

impl Pair for Contrastive {
    fn losses(
        &self,
        same: &[bool],
        Both([left, right]): Both,
        mut slopes: Option<&mut Both>,
    ) -> Result<Vec<f64>, LossError> {
        let n = same.len() as f64;
        let mut losses = Vec::with_capacity(same.len());
        for (row, &same) in same.iter().enumerate() {
            let (left, right) = (left.row(row), right.row(row));
            let (direction, distance) = difference(left, right);
            let slope = if same || !self.is_near_margin(distance) {
                self.slope(same, distance)
            } else {
                self.slope_near_margin(left, right, distance)
            };
            losses.push(0.5 * slope * slope);
            if let Some(Both([to_left, to_right])) = slopes.as_deref_mut() {
                let slope = slope / n;
                for (column, direction) in direction.into_iter().enumerate() {
                    if direction != 0.0 && slope != 0.0 {
                        to_left.row_mut(row)[column] = slope * direction;
                        to_right.row_mut(row)[column] = -slope * direction;
                    }
                }
            }
        }
        Ok(losses)
    }
}

impl PairLoss for Contrastive {}
