//! One class among several: what a loss of them is, and its words.

use ndarray::{Array2, ArrayView2};

use super::softmax::check_logits;
use crate::error::LossError;
use crate::loss::{Ask, ClassTarget, Input, Losses, Matrix, RowTarget, Vector, Weighted, words};
use crate::numeric::{Domain, LaneSum, check, matrix, slice_of, zeros};

/// A loss of one class among several: how bad are these scores, if that class is the true one?
///
/// To add a loss, write [`value_and_gradient`](Self::value_and_gradient): it then has all the words of
/// [`ClassWords`]. A list may hold different ones:
///
/// ```
/// use lossbook::prelude::*;
///
/// let losses: [Box<dyn ClassLoss>; 2] = [Box::new(MultiHinge), Box::new(SoftmaxFocal::new(2.0)?)];
/// for loss in &losses {
///     assert!(loss.mean(&[0], &[[3.0, 1.0]])? < loss.mean(&[1], &[[3.0, 1.0]])?);
/// }
/// # Ok::<(), LossError>(())
/// ```
pub trait ClassLoss {
    /// The loss of one sample, whose prediction has one value per class, and, written to `gradient` if
    /// there is one, its derivative with respect to each of these values.
    ///
    /// All is taken as it comes, without the checks of the words; NaN for a target or a gradient that
    /// does not fit the prediction.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let scores = [3.0, 2.5];
    /// assert_eq!(MultiHinge.value_and_gradient(RowTarget::Label(0), &scores, None), 0.5);
    ///
    /// let mut gradient = [0.0; 2];
    /// MultiHinge.value_and_gradient(RowTarget::Label(0), &scores, Some(&mut gradient));
    /// assert_eq!(gradient, [-1.0, 1.0]);
    /// ```
    fn value_and_gradient(
        &self,
        target: RowTarget,
        prediction: &[f64],
        gradient: Option<&mut [f64]>,
    ) -> f64;

    /// What the prediction is made of; logits, or other scores, unless a loss says otherwise.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(MultiHinge.input(), Input::Logits);
    /// assert_eq!(CrossEntropy::from_probabilities().input(), Input::Probabilities);
    /// ```
    fn input(&self) -> Input {
        Input::Logits
    }

    /// A parameter with one value per class, and its name: the words refuse another number of classes.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let loss = CrossEntropy::from_logits().with_weights(&[1.0, 2.0])?;
    /// assert_eq!(loss.per_class(), Some(("weights", &[1.0, 2.0][..])));
    /// # Ok::<(), LossError>(())
    /// ```
    fn per_class(&self) -> Option<(&'static str, &[f64])> {
        None
    }
}

impl<L: ClassLoss + ?Sized> ClassLoss for &L {
    fn value_and_gradient(
        &self,
        target: RowTarget,
        prediction: &[f64],
        gradient: Option<&mut [f64]>,
    ) -> f64 {
        (**self).value_and_gradient(target, prediction, gradient)
    }

    fn input(&self) -> Input {
        (**self).input()
    }

    fn per_class(&self) -> Option<(&'static str, &[f64])> {
        (**self).per_class()
    }
}

/// The losses, and the gradient if it is asked for.
type Found = Result<(Losses, Array2<f64>), LossError>;

/// The words of a [`ClassLoss`].
///
/// They take the target of `n` samples (see [`ClassTarget`]: `n` labels, or a table `[n, classes]`),
/// then the prediction `[n, classes]`, logits or probabilities as [`input`](ClassLoss::input) says.
/// Losses are in nats where they are logarithms. They refuse
/// - an empty argument ([`LossError::Empty`]),
/// - shapes that do not go together ([`LossError::LengthMismatch`]),
/// - a label that is not below the number of classes ([`LossError::LabelOutOfRange`]),
/// - a NaN or an infinity ([`LossError::NotFinite`]), but for
/// - a logit of `-inf`, which says that a class cannot be (a mask): its probability and its gradient
///   are 0, and a sample of that class costs infinitely much. A row of nothing else is refused
///   ([`LossError::AllMasked`]).
/// - where probabilities are needed, what is none ([`LossError::NotProbability`]) and rows that do not
///   sum to 1 ([`LossError::NotDistribution`]).
///
/// ```
/// # use lossbook::prelude::*;
/// let (labels, scores) = ([0, 1], array![[3.0, 2.5], [0.0, 7.0]]);
/// assert_eq!(MultiHinge.each(&labels, &scores)?, array![0.5, 0.0]);
/// assert_eq!(MultiHinge.mean(&labels, &scores)?, 0.25);
/// assert_eq!(MultiHinge.sum(&labels, &scores)?, 0.5);
/// let (mean, gradient) = MultiHinge.mean_and_gradient(&labels, &scores)?;
/// assert_eq!(mean, 0.25);
/// assert_eq!(gradient, array![[-0.5, 0.5], [0.0, 0.0]]);
/// # Ok::<(), LossError>(())
/// ```
pub trait ClassWords {
    words!(['t] (target: impl Into<ClassTarget<'t>> => target.into(),
                 prediction: impl Matrix => prediction.as_matrix()) -> Array2<f64>);

    /// The same loss of samples that do not all count alike; one of weight 0 is not looked at.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let scores = array![[3.0, 2.5], [0.0, 0.0], [f64::NAN, 7.0]];
    /// // (1 * 0.5 + 3 * 1) / 4, by hand; 255 is no class.
    /// let loss = MultiHinge;
    /// assert_eq!(loss.weighted(&[1.0, 3.0, 0.0]).mean(&[0, 1, 255], &scores)?, 0.875);
    /// # Ok::<(), LossError>(())
    /// ```
    fn weighted<'a>(&'a self, weights: &'a (impl Vector + ?Sized)) -> Weighted<'a, Self> {
        Weighted { loss: self, weights: weights.as_vector() }
    }

    #[doc(hidden)]
    fn evaluate(&self, target: ClassTarget, prediction: ArrayView2<f64>, ask: Ask) -> Found;
}

impl<L: ClassLoss + ?Sized> ClassWords for L {
    fn evaluate(&self, target: ClassTarget, prediction: ArrayView2<f64>, ask: Ask) -> Found {
        evaluate(&self, target, prediction, ask)
    }
}

impl<L: ClassLoss + ?Sized> ClassWords for Weighted<'_, L> {
    fn evaluate(&self, target: ClassTarget, prediction: ArrayView2<f64>, ask: Ask) -> Found {
        evaluate(&self.loss, target, prediction, ask.weighted(self.weights))
    }
}

/// Compiled once, here, and not again by everyone who calls a word.
fn evaluate(
    loss: &dyn ClassLoss,
    target: ClassTarget,
    prediction: ArrayView2<f64>,
    ask: Ask,
) -> Found {
    check_shapes(target, prediction)?;
    let (rows, classes) = prediction.dim();
    if let Some((name, values)) = loss.per_class() {
        check::same_length(name, values.len(), "a row of prediction", classes)?;
    }
    let mut tally = ask.tally(rows)?;
    let wanted = if ask.wants_gradient() { rows } else { 0 };
    let mut gradient = zeros("gradient", wanted, classes)?;
    let mut gradients = gradient.chunks_exact_mut(classes);
    for (row, prediction) in prediction.rows().into_iter().enumerate() {
        let mut gradient: Option<&mut [f64]> = gradients.next();
        let weight = tally.weight(row);
        if weight == 0.0 {
            tally.add(row, 0.0);
            continue;
        }
        let prediction = slice_of(prediction);
        let probabilities;
        let target = match &target {
            ClassTarget::Labels(labels) => {
                check::label_below("target", row, labels[row], classes)?;
                RowTarget::Label(labels[row])
            }
            ClassTarget::Probabilities(table) => {
                probabilities = slice_of(table.row(row));
                check_distribution("target", row, &probabilities)?;
                RowTarget::Probabilities(&probabilities)
            }
        };
        match loss.input() {
            Input::Logits => check_logits("prediction", row, &prediction)?,
            Input::Probabilities => check_distribution("prediction", row, &prediction)?,
        }
        tally.add(row, loss.value_and_gradient(target, &prediction, gradient.as_deref_mut()));
        for slope in gradient.unwrap_or_default() {
            *slope = weight * *slope / tally.total_weight();
        }
    }
    Ok((tally.finish(), matrix("gradient", wanted, classes, gradient)?))
}

fn check_shapes(target: ClassTarget, prediction: ArrayView2<f64>) -> Result<(), LossError> {
    let (name, len, rows) = match target {
        ClassTarget::Labels(labels) => ("target", labels.len(), labels.len()),
        ClassTarget::Probabilities(table) => ("a column of target", table.len(), table.nrows()),
    };
    check::not_empty("target", len)?;
    check::not_empty("prediction", prediction.len())?;
    check::same_length(name, rows, "a column of prediction", prediction.nrows())?;
    let ClassTarget::Probabilities(table) = target else { return Ok(()) };
    check::same_length("a row of target", table.ncols(), "a row of prediction", prediction.ncols())
}

fn check_distribution(name: &'static str, row: usize, p: &[f64]) -> Result<(), LossError> {
    if !Domain::Probability.all(p) {
        for (class, &p) in p.iter().enumerate() {
            check::probability(name, &[row, class], p)?;
        }
    }
    check::sums_to_one(name, &[row], LaneSum::of(p).total())
}

/// Whether the target, and where the gradient goes, have the classes of the prediction.
pub(super) fn fits(target: RowTarget, prediction: &[f64], gradient: Option<&[f64]>) -> bool {
    let classes = prediction.len();
    let target = match target {
        RowTarget::Label(label) => label < classes,
        RowTarget::Probabilities(p) => p.len() == classes && classes > 0,
    };
    target && gradient.is_none_or(|gradient| gradient.len() == classes)
}
