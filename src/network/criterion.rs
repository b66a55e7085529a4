//! Any loss at a network's output.

use std::fmt;

use ndarray::{Array1, Array2, ArrayBase, ArrayView1, ArrayView2, Axis, Data, Ix1};

use crate::classification::{BinaryLoss, BinaryWords, ClassLoss, ClassWords};
use crate::error::LossError;
use crate::loss::{Ask, ClassTarget, Losses, Matrix, words};
use crate::numeric::{Domain, check, matrix};
use crate::regression::{RegressionLoss, RegressionWords};

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
    /// The class of each sample, or a table `[n, outputs]`: of probabilities for a loss of classes, of
    /// any numbers for one of numbers.
    Classes(ClassTarget<'a>),
    /// A number for each sample.
    Numbers(ArrayView1<'a, f64>),
}

impl Target<'_> {
    /// Goes on with the targets of these samples, all of which there are.
    pub(super) fn select<R>(self, rows: &[usize], then: impl FnOnce(Target) -> R) -> R {
        match self {
            Self::Classes(ClassTarget::Labels(labels)) => {
                let picked = rows.iter().filter_map(|&row| labels.get(row).copied());
                then((&picked.collect::<Vec<usize>>()).into())
            }
            Self::Classes(ClassTarget::Probabilities(table)) => {
                then((&table.select(Axis(0), rows)).into())
            }
            Self::Numbers(numbers) => then((&numbers.select(Axis(0), rows)).into()),
        }
    }

    /// This kind of target is not what the loss needs.
    fn is_wrong<T>(&self, needed: &'static str) -> Result<T, LossError> {
        let given = match self {
            Self::Classes(ClassTarget::Labels(_)) => "labels",
            Self::Classes(ClassTarget::Probabilities(_)) => "a table [n, outputs]",
            Self::Numbers(_) => "numbers [n]",
        };
        Err(LossError::WrongTarget { given, needed })
    }
}

impl<'a, T> From<T> for Target<'a>
where
    ClassTarget<'a>: From<T>,
{
    fn from(target: T) -> Self {
        Self::Classes(target.into())
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

impl<'a, S: Data<Elem = f64>> From<&'a ArrayBase<S, Ix1>> for Target<'a> {
    fn from(numbers: &'a ArrayBase<S, Ix1>) -> Self {
        Self::Numbers(numbers.view())
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
/// A target of another kind is an error ([`LossError::WrongTarget`]), and so is one of another size
/// ([`LossError::ShapeMismatch`] or [`LossError::LengthMismatch`]), and what the loss itself refuses.
/// What the loss reads, logits or probabilities, is what the network has to put out; logits are the
/// safer choice.
///
/// It answers in the words of every [loss](crate::loss); of a loss of numbers `each` is the loss of
/// every number, row after row.
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
///
/// let loss = Criterion::regression(AbsoluteError);
/// assert_eq!(loss.mean(&[1.0, 2.0], &array![[1.5], [0.0]])?, 1.25);
/// let (mean, gradient) = loss.mean_and_gradient(&[1.0, 2.0], &array![[1.5], [0.0]])?;
/// assert_eq!((mean, gradient), (1.25, array![[0.5], [-0.5]]));
/// # Ok::<(), LossError>(())
/// ```
pub struct Criterion {
    name: &'static str,
    evaluate: Box<Evaluate>,
}

type Evaluate = dyn Fn(Target, ArrayView2<f64>, Ask) -> Result<(Losses, Array2<f64>), LossError>;

impl fmt::Debug for Criterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Criterion::{}(..)", self.name)
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
        let needed = "numbers [n] or a table [n, outputs]";
        Self::of_numbers("regression", Domain::Finite, needed, move |y, y_hat, ask| {
            loss.evaluate(y.flatten().view(), y_hat.flatten().view(), ask)
        })
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
        let name = "classes";
        let evaluate = move |target: Target, prediction: ArrayView2<f64>, ask: Ask| match target {
            Target::Classes(target) => loss.evaluate(target, prediction, ask),
            Target::Numbers(_) => target.is_wrong("labels or a table of shares [n, classes]"),
        };
        Self { name, evaluate: Box::new(evaluate) }
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
        let domain = loss.input().domain();
        Self::of_numbers("binary", domain, "numbers [n]", move |y, y_hat, ask| {
            let width = y_hat.ncols();
            check::same_length("a row of prediction", width, "what a binary loss reads", 1)?;
            loss.evaluate(y.column(0), y_hat.column(0), ask)
        })
    }

    words!(pub ['t] (target: impl Into<Target<'t>> => target.into(),
                     prediction: impl Matrix => prediction.as_matrix()) -> Array2<f64>);

    fn evaluate(
        &self,
        target: Target,
        prediction: ArrayView2<f64>,
        ask: Ask,
    ) -> Result<(Losses, Array2<f64>), LossError> {
        (self.evaluate)(target, prediction, ask)
    }

    /// A loss of single numbers: those of all the outputs, row after row.
    fn of_numbers<F>(name: &'static str, domain: Domain, needed: &'static str, loss: F) -> Self
    where
        F: Fn(ArrayView2<f64>, ArrayView2<f64>, Ask) -> Result<(Losses, Array1<f64>), LossError>,
        F: 'static,
    {
        let evaluate = move |target: Target, prediction: ArrayView2<f64>, ask: Ask| {
            let target = match target {
                Target::Classes(ClassTarget::Labels(_)) => return target.is_wrong(needed),
                Target::Classes(ClassTarget::Probabilities(rows)) => {
                    check::all_finite("target", &rows)?;
                    rows
                }
                Target::Numbers(numbers) => {
                    check::all_finite("target", &numbers)?;
                    numbers.insert_axis(Axis(1))
                }
            };
            check::all_in(domain, "prediction", &prediction)?;
            check::same_shape("target", target.shape(), "prediction", prediction.shape())?;
            let (losses, gradient) = loss(target, prediction, ask)?;
            let (rows, columns) = (gradient.len() / prediction.ncols(), prediction.ncols());
            Ok((losses, matrix("gradient", rows, columns, gradient.to_vec())?))
        };
        Self { name, evaluate: Box::new(evaluate) }
    }
}
