//! The words in which every loss of several classes answers.

use std::borrow::Cow;

use ndarray::{Array1, Array2, ArrayView1, ArrayView2};

use super::target::{ClassTarget, Reads, RowTarget};
use crate::error::{LossError, SUM_TOLERANCE, check};
use crate::sum::Sum;

/// A loss of one class among several: how bad are these scores, if that class is the true one?
///
/// To add a loss, write [`loss`](Self::loss) and [`loss_and_slope`](Self::loss_and_slope); the rest
/// is provided.
///
/// # Arguments, shapes, errors
///
/// The provided methods take the target of `n` samples (see [`ClassTarget`]: `n` labels, or a table
/// `[n, classes]`), then the prediction `[n, classes]`, scores or probabilities as
/// [`reads`](Self::reads) says. Losses are in nats where they are logarithms. They all refuse
/// - an empty argument ([`LossError::Empty`]),
/// - shapes that do not go together ([`LossError::LengthMismatch`]),
/// - a label that is not below the number of classes ([`LossError::LabelOutOfRange`]),
/// - a NaN or an infinity ([`LossError::NotFinite`]), and where probabilities are needed, what is
///   none ([`LossError::NotProbability`]) and rows that do not sum to 1
///   ([`LossError::NotDistribution`]).
///
/// A boxed loss is a loss, so that a list can hold different ones.
///
/// ```
/// # use lossbook::classification::*;
/// # use lossbook::prelude::*;
/// let losses: [Box<dyn ClassLoss>; 2] = [Box::new(MultiHinge), Box::new(SoftmaxFocal::new(2.0)?)];
/// for loss in &losses {
///     assert!(loss.mean(&[0], &array![[3.0, 1.0]])? < loss.mean(&[1], &array![[3.0, 1.0]])?);
/// }
/// # Ok::<(), LossError>(())
/// ```
pub trait ClassLoss {
    /// The loss of one sample, whose prediction has one value per class; taken as it comes, without
    /// the checks of the provided methods (NaN for a target that does not fit the prediction).
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// assert_eq!(MultiHinge.loss(RowTarget::Label(0), &[3.0, 2.5]), 0.5);
    /// ```
    fn loss(&self, target: RowTarget, prediction: &[f64]) -> f64;

    /// [`loss`](Self::loss), and its derivative with respect to each value of the prediction, written
    /// to `slope`, which is as long as the prediction (or the answer is NaN).
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// let mut slope = [0.0; 2];
    /// assert_eq!(MultiHinge.loss_and_slope(RowTarget::Label(0), &[3.0, 2.5], &mut slope), 0.5);
    /// assert_eq!(slope, [-1.0, 1.0]);
    /// ```
    fn loss_and_slope(&self, target: RowTarget, prediction: &[f64], slope: &mut [f64]) -> f64;

    /// What the prediction is made of; scores, unless a loss says otherwise.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// assert_eq!(MultiHinge.reads(), Reads::Scores);
    /// ```
    fn reads(&self) -> Reads {
        Reads::Scores
    }

    /// A parameter with one value per class, and its name: the provided methods refuse another number
    /// of classes.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// let loss = CrossEntropy::from_logits().with_weights(&[1.0, 2.0])?;
    /// assert_eq!(loss.per_class(), Some(("weights", &[1.0, 2.0][..])));
    /// # Ok::<(), lossbook::error::LossError>(())
    /// ```
    fn per_class(&self) -> Option<(&'static str, &[f64])> {
        None
    }

    /// The loss of every sample: `[n, classes]` in, `[n]` out.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// let losses = MultiHinge.each(&[0, 1], &array![[3.0, 2.5], [0.0, 7.0]])?;
    /// assert_eq!(losses, array![0.5, 0.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As the trait's page lists.
    fn each<'t, 'p>(
        &self,
        target: impl Into<ClassTarget<'t>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<Array1<f64>, LossError>
    where
        Self: Sized,
    {
        each(self, target.into(), prediction.into())
    }

    /// The mean of the samples' losses, `1/n sum loss_i`, whatever weights a loss has.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// assert_eq!(MultiHinge.mean(&[0, 1], &array![[3.0, 2.5], [0.0, 7.0]])?, 0.25);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As the trait's page lists.
    fn mean<'t, 'p>(
        &self,
        target: impl Into<ClassTarget<'t>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<f64, LossError>
    where
        Self: Sized,
    {
        Ok(add_up(self, target.into(), prediction.into())?.mean())
    }

    /// The sum of the samples' losses, `sum loss_i`.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// assert_eq!(MultiHinge.sum(&[0, 1], &array![[3.0, 2.5], [0.0, 7.0]])?, 0.5);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As the trait's page lists.
    fn sum<'t, 'p>(
        &self,
        target: impl Into<ClassTarget<'t>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<f64, LossError>
    where
        Self: Sized,
    {
        Ok(add_up(self, target.into(), prediction.into())?.total())
    }

    /// The gradient of the **mean** loss with respect to the prediction, in the prediction's shape.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// let gradient = MultiHinge.gradient(&[0, 1], &array![[3.0, 2.5], [0.0, 7.0]])?;
    /// assert_eq!(gradient, array![[-0.5, 0.5], [0.0, 0.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As the trait's page lists.
    fn gradient<'t, 'p>(
        &self,
        target: impl Into<ClassTarget<'t>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<Array2<f64>, LossError>
    where
        Self: Sized,
    {
        Ok(self.mean_and_gradient(target, prediction)?.1)
    }

    /// [`mean`](Self::mean) and [`gradient`](Self::gradient) in one pass over the samples: what a
    /// step of gradient descent needs.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// let (mean, gradient) = MultiHinge.mean_and_gradient(&[0], &array![[3.0, 2.5]])?;
    /// assert_eq!(mean, 0.5);
    /// assert_eq!(gradient, array![[-1.0, 1.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As the trait's page lists.
    fn mean_and_gradient<'t, 'p>(
        &self,
        target: impl Into<ClassTarget<'t>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<(f64, Array2<f64>), LossError>
    where
        Self: Sized,
    {
        mean_and_gradient(self, target.into(), prediction.into())
    }
}

impl<L: ClassLoss + ?Sized> ClassLoss for &L {
    fn loss(&self, target: RowTarget, prediction: &[f64]) -> f64 {
        (**self).loss(target, prediction)
    }

    fn loss_and_slope(&self, target: RowTarget, prediction: &[f64], slope: &mut [f64]) -> f64 {
        (**self).loss_and_slope(target, prediction, slope)
    }

    fn reads(&self) -> Reads {
        (**self).reads()
    }

    fn per_class(&self) -> Option<(&'static str, &[f64])> {
        (**self).per_class()
    }
}

impl<L: ClassLoss + ?Sized> ClassLoss for Box<L> {
    fn loss(&self, target: RowTarget, prediction: &[f64]) -> f64 {
        (**self).loss(target, prediction)
    }

    fn loss_and_slope(&self, target: RowTarget, prediction: &[f64], slope: &mut [f64]) -> f64 {
        (**self).loss_and_slope(target, prediction, slope)
    }

    fn reads(&self) -> Reads {
        (**self).reads()
    }

    fn per_class(&self) -> Option<(&'static str, &[f64])> {
        (**self).per_class()
    }
}

// What the provided methods do is compiled once, here, and not again by everyone who calls them: the
// loss is asked for a row at a time.

fn each(
    loss: &dyn ClassLoss,
    target: ClassTarget,
    prediction: ArrayView2<f64>,
) -> Result<Array1<f64>, LossError> {
    let mut losses = Vec::new();
    walk(loss, target, prediction, |target, prediction| {
        losses.push(loss.loss(target, prediction));
    })?;
    Ok(Array1::from_vec(losses))
}

fn add_up(
    loss: &dyn ClassLoss,
    target: ClassTarget,
    prediction: ArrayView2<f64>,
) -> Result<Sum, LossError> {
    let mut losses = Sum::ZERO;
    walk(loss, target, prediction, |target, prediction| losses.add(loss.loss(target, prediction)))?;
    Ok(losses)
}

fn mean_and_gradient(
    loss: &dyn ClassLoss,
    target: ClassTarget,
    prediction: ArrayView2<f64>,
) -> Result<(f64, Array2<f64>), LossError> {
    let (rows, columns) = prediction.dim();
    let too_large = || LossError::TooLarge { name: "gradient", rows, columns };
    let (mut losses, mut slopes) = (Sum::ZERO, Vec::new());
    slopes.try_reserve_exact(prediction.len()).map_err(|_| too_large())?;
    walk(loss, target, prediction, |target, prediction| {
        let start = slopes.len();
        slopes.resize(start + columns, 0.0);
        let slope = &mut slopes[start..];
        losses.add(loss.loss_and_slope(target, prediction, slope));
        for slope in slope {
            *slope /= rows as f64;
        }
    })?;
    let gradient = Array2::from_shape_vec((rows, columns), slopes).map_err(|_| too_large())?;
    Ok((losses.mean(), gradient))
}

/// Visits every sample, its values checked just before.
fn walk(
    loss: &dyn ClassLoss,
    target: ClassTarget,
    prediction: ArrayView2<f64>,
    mut visit: impl FnMut(RowTarget, &[f64]),
) -> Result<(), LossError> {
    let classes = prediction.ncols();
    check_shapes(target, prediction)?;
    if let Some((name, values)) = loss.per_class() {
        check::same_length(name, values.len(), "a row of prediction", classes)?;
    }
    for (row, prediction) in prediction.rows().into_iter().enumerate() {
        let prediction = slice_of(prediction);
        match target {
            ClassTarget::Labels(labels) => {
                let label = labels[row];
                if label >= classes {
                    return Err(LossError::LabelOutOfRange {
                        name: "target",
                        at: row,
                        label,
                        classes,
                    });
                }
                check_row("prediction", row, &prediction, loss.reads())?;
                visit(RowTarget::Label(label), &prediction);
            }
            ClassTarget::Shares(shares) => {
                let shares = slice_of(shares.row(row));
                check_row("target", row, &shares, Reads::Probabilities)?;
                check_row("prediction", row, &prediction, loss.reads())?;
                visit(RowTarget::Shares(&shares), &prediction);
            }
        }
    }
    Ok(())
}

fn check_shapes(target: ClassTarget, prediction: ArrayView2<f64>) -> Result<(), LossError> {
    let rows = ("a column of prediction", prediction.nrows());
    match target {
        ClassTarget::Labels(labels) => {
            check::not_empty("target", labels.len())?;
            check::not_empty("prediction", prediction.len())?;
            check::same_length("target", labels.len(), rows.0, rows.1)
        }
        ClassTarget::Shares(shares) => {
            check::not_empty("target", shares.len())?;
            check::not_empty("prediction", prediction.len())?;
            check::same_length("a column of target", shares.nrows(), rows.0, rows.1)?;
            let (left, right) = (shares.ncols(), prediction.ncols());
            check::same_length("a row of target", left, "a row of prediction", right)
        }
    }
}

fn check_row(
    name: &'static str,
    row: usize,
    values: &[f64],
    reads: Reads,
) -> Result<(), LossError> {
    let hold = check::Holds::from(reads);
    if !hold.all(values) {
        for (class, &value) in values.iter().enumerate() {
            hold.check(name, &[row, class], value)?;
        }
    }
    let sum = || values.iter().copied().collect::<Sum>().total();
    match reads {
        Reads::Probabilities if (sum() - 1.0).abs() > SUM_TOLERANCE => {
            Err(LossError::NotDistribution { name, at: vec![row], sum: sum() })
        }
        _ => Ok(()),
    }
}

/// The row as it lies in memory; a copy where its values do not lie side by side.
pub(super) fn slice_of(row: ArrayView1<'_, f64>) -> Cow<'_, [f64]> {
    match row.to_slice() {
        Some(slice) => Cow::Borrowed(slice),
        None => Cow::Owned(row.to_vec()),
    }
}
