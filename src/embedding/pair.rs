//! What the losses of pairs have in common.

use ndarray::{Array2, ArrayView2};

use crate::error::LossError;
use crate::loss::{Ask, Losses, Matrix, words};
use crate::numeric::{Rows, check};

/// The gradient of a [`PairLoss`]: one matrix for each argument, in its shape.
///
/// ```
/// # use lossbook::prelude::*;
/// let gradient = Contrastive::new(1.0)?.gradient(&[true], &[[3.0]], &[[1.0]])?;
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

/// A loss of two embeddings that should be near each other, or should not:
/// [`Contrastive`](super::Contrastive), [`CosineEmbedding`](super::CosineEmbedding).
///
/// To add a loss, write [`value_and_gradient`](Self::value_and_gradient): it then has all the words of
/// [`PairWords`].
#[doc(alias = "siamese")]
pub trait PairLoss {
    /// The loss of one pair, whose two embeddings, `[d]` each, belong together (`same`) or do not; where
    /// asked for, its derivatives with respect to both are written to `gradient`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (mut to_left, mut to_right) = ([0.0], [0.0]);
    /// let gradient = Some([&mut to_left[..], &mut to_right[..]]);
    /// let loss = Contrastive::new(1.0)?.value_and_gradient(true, &[3.0], &[1.0], gradient)?;
    /// assert_eq!((loss, to_left, to_right), (2.0, [2.0], [-2.0]));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::NoDirection`] for zeros, if the loss needs a direction.
    fn value_and_gradient(
        &self,
        same: bool,
        left: &[f64],
        right: &[f64],
        gradient: Option<[&mut [f64]; 2]>,
    ) -> Result<f64, LossError>;
}

/// The words of a [`PairLoss`].
///
/// The target `same` says of each of the `n` pairs whether its two embeddings belong together; they
/// are the rows of `left` and `right`, `[n, d]` each. All words refuse an empty argument
/// ([`LossError::Empty`]), different shapes ([`LossError::LengthMismatch`]), a NaN or an infinity
/// ([`LossError::NotFinite`]), and where a cosine is asked for a row of zeros
/// ([`LossError::NoDirection`]).
///
/// ```
/// # use lossbook::prelude::*;
/// let (same, left, right) = ([true, false], [[0.0, 0.0]; 2], [[3.0, 4.0]; 2]);
/// let loss = Contrastive::new(7.0)?;
/// assert_eq!(loss.each(&same, &left, &right)?, array![12.5, 2.0]);
/// assert_eq!(loss.mean(&same, &left, &right)?, 7.25);
/// assert_eq!(loss.sum(&same, &left, &right)?, 14.5);
///
/// let (mean, gradient) = loss.mean_and_gradient(&[true], &[[3.0]], &[[1.0]])?;
/// assert_eq!((mean, gradient.right), (2.0, array![[-2.0]]));
///
/// let cosine = CosineEmbedding::new(0.0)?;
/// assert_eq!(cosine.gradient(&[true], &[[2.0, 0.0]], &[[0.0, 1.0]])?.left, array![[0.0, -0.5]]);
/// # Ok::<(), LossError>(())
/// ```
pub trait PairWords: PairLoss {
    words!((same: &[bool] => same, left: impl Matrix => left.as_matrix(),
            right: impl Matrix => right.as_matrix()) -> PairGradient);

    #[doc(hidden)]
    fn evaluate(
        &self,
        same: &[bool],
        left: ArrayView2<f64>,
        right: ArrayView2<f64>,
        ask: Ask,
    ) -> Result<(Losses, PairGradient), LossError> {
        let (left, right) = (Rows::new("left", left)?, Rows::new("right", right)?);
        check::same_length("same", same.len(), "a column of left", left.count)?;
        check::same_length("same", same.len(), "a column of right", right.count)?;
        check::same_length("a row of left", left.width, "a row of right", right.width)?;
        let mut tally = ask.tally(same.len())?;
        let (mut to_left, mut to_right) = (Rows::zeros_like(&left), Rows::zeros_like(&right));
        for (row, &same) in same.iter().enumerate() {
            let gradient = [to_left.row_mut(row), to_right.row_mut(row)];
            let gradient = ask.wants_gradient().then_some(gradient);
            let loss = self.value_and_gradient(same, left.row(row), right.row(row), gradient);
            tally.add(row, loss.map_err(|fault| in_row(row, fault))?);
        }
        let n = tally.total_weight();
        let gradient =
            PairGradient { left: to_left.into_array()? / n, right: to_right.into_array()? / n };
        Ok((tally.finish(), gradient))
    }
}

impl<L: PairLoss + ?Sized> PairWords for L {}

/// The fault of a single pair, with its place.
fn in_row(row: usize, fault: LossError) -> LossError {
    match fault {
        LossError::NoDirection { name, .. } => LossError::NoDirection { name, row },
        other => other,
    }
}
