//! Any loss at a network's output.

use std::fmt;

use ndarray::{Array1, Array2, ArrayBase, ArrayView1, ArrayView2, Axis, Data, Ix1, Ix2};

use super::check_table;
use crate::classification::{BinaryLoss, ClassLoss};
use crate::error::{LossError, check};
use crate::regression::RegressionLoss;

/// What a network is to be compared with, for `n` samples.
///
/// You need not name it: wherever a target is asked for, hand over labels (`&[usize]`, an array or a
/// vector of them), numbers `[n]`, or a table `[n, outputs]`.
///
/// ```
/// # use lossbook::prelude::*;
/// let prediction = array![[1.0], [2.0]];
/// let loss = Criterion::regression(SquaredError);
/// assert_eq!(loss.mean(&[1.0, 4.0], &prediction)?, 2.0);
/// assert_eq!(loss.mean(&array![[1.0], [4.0]], &prediction)?, 2.0);
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// The class of each sample, counted from 0.
    Labels(&'a [usize]),
    /// A number for each sample.
    Numbers(ArrayView1<'a, f64>),
    /// A row for each sample, `[n, outputs]`.
    Rows(ArrayView2<'a, f64>),
}

impl Target<'_> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Labels(labels) => labels.len(),
            Self::Numbers(numbers) => numbers.len(),
            Self::Rows(rows) => rows.nrows(),
        }
    }

    fn describe(&self) -> &'static str {
        match self {
            Self::Labels(_) => "labels",
            Self::Numbers(_) => "numbers [n]",
            Self::Rows(_) => "a table [n, outputs]",
        }
    }
}

/// The targets of some of the samples.
pub(super) enum Picked {
    Labels(Vec<usize>),
    Numbers(Array1<f64>),
    Rows(Array2<f64>),
}

impl Picked {
    /// Those of the samples `rows`, all of which there are.
    pub(super) fn of(target: Target, rows: &[usize]) -> Self {
        match target {
            Target::Labels(labels) => {
                Self::Labels(rows.iter().filter_map(|&row| labels.get(row).copied()).collect())
            }
            Target::Numbers(numbers) => Self::Numbers(numbers.select(Axis(0), rows)),
            Target::Rows(table) => Self::Rows(table.select(Axis(0), rows)),
        }
    }

    pub(super) fn view(&self) -> Target<'_> {
        match self {
            Self::Labels(labels) => Target::Labels(labels),
            Self::Numbers(numbers) => Target::Numbers(numbers.view()),
            Self::Rows(rows) => Target::Rows(rows.view()),
        }
    }
}

impl<'a> From<&'a [usize]> for Target<'a> {
    fn from(labels: &'a [usize]) -> Self {
        Self::Labels(labels)
    }
}

impl<'a, const N: usize> From<&'a [usize; N]> for Target<'a> {
    fn from(labels: &'a [usize; N]) -> Self {
        Self::Labels(labels)
    }
}

impl<'a> From<&'a Vec<usize>> for Target<'a> {
    fn from(labels: &'a Vec<usize>) -> Self {
        Self::Labels(labels)
    }
}

impl<'a> From<&'a [f64]> for Target<'a> {
    fn from(numbers: &'a [f64]) -> Self {
        Self::Numbers(numbers.into())
    }
}

impl<'a, const N: usize> From<&'a [f64; N]> for Target<'a> {
    fn from(numbers: &'a [f64; N]) -> Self {
        Self::Numbers(numbers.into())
    }
}

impl<'a> From<&'a Vec<f64>> for Target<'a> {
    fn from(numbers: &'a Vec<f64>) -> Self {
        Self::Numbers(numbers.into())
    }
}

impl<'a> From<ArrayView1<'a, f64>> for Target<'a> {
    fn from(numbers: ArrayView1<'a, f64>) -> Self {
        Self::Numbers(numbers)
    }
}

impl<'a> From<ArrayView2<'a, f64>> for Target<'a> {
    fn from(rows: ArrayView2<'a, f64>) -> Self {
        Self::Rows(rows)
    }
}

impl<'a, S: Data<Elem = f64>> From<&'a ArrayBase<S, Ix1>> for Target<'a> {
    fn from(numbers: &'a ArrayBase<S, Ix1>) -> Self {
        Self::Numbers(numbers.view())
    }
}

impl<'a, S: Data<Elem = f64>> From<&'a ArrayBase<S, Ix2>> for Target<'a> {
    fn from(rows: &'a ArrayBase<S, Ix2>) -> Self {
        Self::Rows(rows.view())
    }
}

/// The loss that a network is trained by: any of the crate's, for numbers, several classes or two.
///
/// | made by | target | prediction | the mean is over |
/// | --- | --- | --- | --- |
/// | [`regression`](Self::regression) | numbers `[n]` or a table `[n, outputs]` | `[n, outputs]` | all the numbers, `1 / (n outputs)` |
/// | [`classes`](Self::classes) | labels, or a table of shares `[n, classes]` | `[n, classes]` | the samples |
/// | [`binary`](Self::binary) | probabilities `[n]` (or `[n, 1]`): 1, 0 or between | `[n, 1]` | the samples |
///
/// A target of another kind is an error. What the loss reads, logits or probabilities, is what the
/// network has to put out; logits are the safer choice.
///
/// ```
/// # use lossbook::prelude::*;
/// let scores = array![[2.0, 0.0], [0.0, 2.0]];
/// let loss = Criterion::classes(MultiHinge);
/// assert_eq!(loss.mean(&[0, 0], &scores)?, 1.5);
///
/// // Can the squared error be a loss for classes? It can, of one-hot rows.
/// let loss = Criterion::regression(SquaredError);
/// assert_eq!(loss.mean(&one_hot(&[0, 0], 2)?, &scores)?, 1.5);
/// let fault = loss.mean(&[0, 0], &scores).unwrap_err();
/// assert_eq!(fault.to_string(), "target is labels (this loss needs numbers [n] or a table [n, outputs])");
/// # Ok::<(), LossError>(())
/// ```
pub struct Criterion(Kind);

enum Kind {
    Regression(Box<dyn RegressionLoss>),
    Classes(Box<dyn ClassLoss>),
    Binary(Box<dyn BinaryLoss>),
}

impl fmt::Debug for Criterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Regression(_) => "Criterion::regression(..)",
            Kind::Classes(_) => "Criterion::classes(..)",
            Kind::Binary(_) => "Criterion::binary(..)",
        })
    }
}

impl Criterion {
    /// A loss of numbers.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let loss = Criterion::regression(Huber::new(1.0)?);
    /// assert_eq!(loss.mean(&array![[0.0, 3.0]], &array![[0.0, 0.0]])?, 1.25);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn regression(loss: impl RegressionLoss + 'static) -> Self {
        Self(Kind::Regression(Box::new(loss)))
    }

    /// A loss of one class among several.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let loss = Criterion::classes(CrossEntropy::from_logits());
    /// assert_eq!(loss.mean(&[1], &array![[0.0, 0.0]])?, 2.0_f64.ln());
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn classes(loss: impl ClassLoss + 'static) -> Self {
        Self(Kind::Classes(Box::new(loss)))
    }

    /// A loss of two classes, read off a single output.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let loss = Criterion::binary(BinaryCrossEntropy::from_logits());
    /// assert_eq!(loss.mean(&[1.0], &array![[0.0]])?, 2.0_f64.ln());
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn binary(loss: impl BinaryLoss + 'static) -> Self {
        Self(Kind::Binary(Box::new(loss)))
    }

    /// The mean loss.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let loss = Criterion::regression(AbsoluteError);
    /// assert_eq!(loss.mean(&[1.0, 2.0], &array![[1.5], [0.0]])?, 1.25);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::WrongTarget`] for a target of another kind, [`LossError::ShapeMismatch`] or
    /// [`LossError::LengthMismatch`] for one of another size; and what the loss itself refuses.
    pub fn mean<'t, 'p>(
        &self,
        target: impl Into<Target<'t>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<f64, LossError> {
        Ok(self.evaluate(target.into(), prediction.into())?.0)
    }

    /// The mean loss, and its gradient with respect to the prediction, in the prediction's shape.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let loss = Criterion::regression(SquaredError);
    /// let (mean, gradient) = loss.mean_and_gradient(&[1.0, 2.0], &array![[1.5], [0.0]])?;
    /// assert_eq!(mean, 2.125);
    /// assert_eq!(gradient, array![[0.5], [-2.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`mean`](Self::mean).
    pub fn mean_and_gradient<'t, 'p>(
        &self,
        target: impl Into<Target<'t>>,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<(f64, Array2<f64>), LossError> {
        self.evaluate(target.into(), prediction.into())
    }

    pub(super) fn evaluate(
        &self,
        target: Target,
        prediction: ArrayView2<f64>,
    ) -> Result<(f64, Array2<f64>), LossError> {
        match &self.0 {
            Kind::Regression(loss) => {
                let target = cells(target, prediction, "numbers [n] or a table [n, outputs]")?;
                let (mean, slopes) = loss.mean_and_gradient(&target, &flat(prediction))?;
                Ok((mean, shaped(slopes, prediction)?))
            }
            Kind::Classes(loss) => match target {
                Target::Labels(labels) => loss.mean_and_gradient(labels, prediction),
                Target::Rows(shares) => loss.mean_and_gradient(shares, prediction),
                Target::Numbers(_) => {
                    Err(wrong(target, "labels or a table of shares [n, classes]"))
                }
            },
            Kind::Binary(loss) => {
                let target = cells(target, prediction, "numbers [n]")?;
                let width = prediction.ncols();
                check::same_length("a row of prediction", width, "what a binary loss reads", 1)?;
                let (mean, slopes) = loss.mean_and_gradient(&target, &flat(prediction))?;
                Ok((mean, shaped(slopes, prediction)?))
            }
        }
    }
}

/// The target's numbers in the order of the prediction's, both checked.
fn cells(
    target: Target,
    prediction: ArrayView2<f64>,
    needed: &'static str,
) -> Result<Array1<f64>, LossError> {
    let table = match target {
        Target::Labels(_) => return Err(wrong(target, needed)),
        Target::Numbers(numbers) => {
            check::not_empty("target", numbers.len())?;
            for (index, &value) in numbers.iter().enumerate() {
                check::finite("target", &[index], value)?;
            }
            numbers.insert_axis(Axis(1))
        }
        Target::Rows(rows) => {
            check_table("target", rows)?;
            rows
        }
    };
    check_table("prediction", prediction)?;
    if table.shape() == prediction.shape() {
        Ok(flat(table))
    } else {
        Err(LossError::ShapeMismatch {
            left: "target",
            left_shape: table.shape().to_vec(),
            right: "prediction",
            right_shape: prediction.shape().to_vec(),
        })
    }
}

fn wrong(target: Target, needed: &'static str) -> LossError {
    LossError::WrongTarget { given: target.describe(), needed }
}

/// Row by row.
fn flat(table: ArrayView2<f64>) -> Array1<f64> {
    table.iter().copied().collect()
}

fn shaped(slopes: Array1<f64>, like: ArrayView2<f64>) -> Result<Array2<f64>, LossError> {
    let (rows, columns) = like.dim();
    slopes.into_shape_with_order((rows, columns)).map_err(|_| LossError::TooLarge {
        name: "gradient",
        rows,
        columns,
    })
}
