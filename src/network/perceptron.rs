//! One unit with a step, and how it learns.

use ndarray::{Array1, ArrayView1, ArrayView2};

use crate::error::LossError;
use crate::loss::{Matrix, Vector};
use crate::numeric::check;

/// A perceptron: the class 1 where `w x + b >= 0`, else 0; so a straight line (a plane, ...) between
/// two classes.
///
/// ```
/// # use lossbook::prelude::*;
/// let or = Perceptron::new(&[1.0, 1.0], -0.5)?;
/// let corners = array![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
/// assert_eq!(or.decide(&corners)?, [0, 1, 1, 1]);
///
/// // The same found from the samples.
/// let fit = Perceptron::learn(&corners, &[0, 1, 1, 1], 100)?;
/// assert!(fit.converged);
/// assert_eq!(fit.perceptron.decide(&corners)?, [0, 1, 1, 1]);
///
/// // No line does it for XOR, and the answer says so.
/// let fit = Perceptron::learn(&corners, &[0, 1, 1, 0], 100)?;
/// assert!(!fit.converged);
/// assert!(fit.mistakes.iter().all(|&mistakes| mistakes > 0));
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: F. Rosenblatt, "The perceptron: a probabilistic model for information storage and
/// organization in the brain", Psychological Review 65 (1958); C.-S. Huang, "Neural networks and loss
/// functions" (lecture).
#[derive(Debug, Clone, PartialEq)]
pub struct Perceptron {
    weights: Array1<f64>,
    bias: f64,
}

/// What [`Perceptron::learn`] has come to.
#[derive(Debug, Clone, PartialEq)]
pub struct PerceptronFit {
    /// The perceptron after the last epoch.
    pub perceptron: Perceptron,
    /// How many samples were mistaken, and corrected, in each epoch.
    pub mistakes: Vec<usize>,
    /// Whether the last epoch went without a mistake: if so, the perceptron is right on every sample;
    /// if not, the samples may not be separable, or would have needed more epochs.
    pub converged: bool,
}

impl Perceptron {
    /// With these weights, one for each input, and this bias (the lecture's `w_0`).
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let and = Perceptron::new(&[1.0, 1.0], -1.5)?;
    /// assert_eq!(and.decide(&array![[1.0, 1.0], [0.0, 1.0]])?, [1, 0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`], [`LossError::NotFinite`].
    pub fn new(weights: impl Vector, bias: f64) -> Result<Self, LossError> {
        let weights = weights.as_vector();
        check::all_finite("weights", &weights)?;
        check::finite("bias", &[], bias)?;
        Ok(Self { weights: weights.to_owned(), bias })
    }

    /// Rosenblatt's rule, from weights of 0: go through the samples in their order; where the decision
    /// is 0 and should be 1, add the sample to the weights and 1 to the bias; where it is 1 and should
    /// be 0, subtract them. Stop after an epoch without a mistake, or after `max_epochs`.
    ///
    /// Where a plane separates the classes there will be such an epoch: with samples `(1, x)` no
    /// longer than R, and a plane through 0 that keeps a distance of gamma from them all, there are at
    /// most `(R / gamma)^2` mistakes in all. (A learning rate would only change the unit of the
    /// weights.)
    ///
    /// `x` is `[n, inputs]`, the labels are 0 or 1.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// // By hand, all sums being 0 at first, which counts as 1: the sample 1 is right, -1 is mistaken
    /// // and subtracted (w = 1, b = -1); then the sums are 0 and -2, and both are right.
    /// let fit = Perceptron::learn(&array![[1.0], [-1.0]], &[1, 0], 10)?;
    /// assert_eq!(fit.mistakes, [1, 0]);
    /// assert_eq!(fit.perceptron, Perceptron::new(&[1.0], -1.0)?);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// Source of the bound: A. B. J. Novikoff, "On convergence proofs on perceptrons" (1962).
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`], [`LossError::NotFinite`], [`LossError::LengthMismatch`];
    /// [`LossError::LabelOutOfRange`] for a label above 1; [`LossError::BadParameter`] for
    /// `max_epochs = 0`; [`LossError::NotFinite`] for a sum that overflows.
    #[doc(alias = "fit")]
    pub fn learn(
        x: impl Matrix,
        labels: &[usize],
        max_epochs: usize,
    ) -> Result<PerceptronFit, LossError> {
        let x = x.as_matrix();
        check::all_finite("x", &x)?;
        check::same_length("labels", labels.len(), "a column of x", x.nrows())?;
        check::labels_below("labels", labels, 2)?;
        check::in_range(max_epochs > 0, "max_epochs", max_epochs as f64, "max_epochs >= 1")?;
        let mut perceptron = Self { weights: Array1::zeros(x.ncols()), bias: 0.0 };
        let mut mistakes = Vec::new();
        while mistakes.len() < max_epochs && mistakes.last() != Some(&0) {
            mistakes.push(perceptron.epoch(x, labels)?);
        }
        let converged = mistakes.last() == Some(&0);
        Ok(PerceptronFit { perceptron, mistakes, converged })
    }

    /// Corrects itself on one sample after the other; the number of mistakes.
    fn epoch(&mut self, x: ArrayView2<f64>, labels: &[usize]) -> Result<usize, LossError> {
        let mut mistakes = 0;
        for (row, (sample, &label)) in x.rows().into_iter().zip(labels).enumerate() {
            let decision = usize::from(self.sum(row, sample)? >= 0.0);
            if decision != label {
                mistakes += 1;
                let sign = if label == 1 { 1.0 } else { -1.0 };
                self.weights.scaled_add(sign, &sample);
                self.bias += sign;
            }
        }
        Ok(mistakes)
    }

    /// The weights, one for each input.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Perceptron::new(&[1.0, 2.0], -0.5)?.weights(), array![1.0, 2.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn weights(&self) -> &Array1<f64> {
        &self.weights
    }

    /// The bias.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Perceptron::new(&[1.0, 2.0], -0.5)?.bias(), -0.5);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn bias(&self) -> f64 {
        self.bias
    }

    /// The sums `w x + b`, before the step: `[n, inputs]` in, `[n]` out.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let or = Perceptron::new(&[1.0, 1.0], -0.5)?;
    /// assert_eq!(or.sums(&array![[0.0, 1.0], [0.0, 0.0]])?, array![0.5, -0.5]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`], [`LossError::NotFinite`] (also of a sum that overflows);
    /// [`LossError::LengthMismatch`] for another number of inputs.
    #[doc(alias = "decision_function")]
    pub fn sums(&self, x: impl Matrix) -> Result<Array1<f64>, LossError> {
        let x = x.as_matrix();
        check::all_finite("x", &x)?;
        check::same_length("a row of x", x.ncols(), "weights", self.weights.len())?;
        x.rows().into_iter().enumerate().map(|(row, sample)| self.sum(row, sample)).collect()
    }

    /// The class of each sample: 1 where its sum is at least 0, else 0.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let or = Perceptron::new(&[1.0, 1.0], -1.0)?;
    /// assert_eq!(or.decide(&array![[0.0, 1.0], [0.0, 0.5]])?, [1, 0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`sums`](Self::sums).
    #[doc(alias = "predict")]
    pub fn decide(&self, x: impl Matrix) -> Result<Vec<usize>, LossError> {
        Ok(self.sums(x)?.iter().map(|&sum| usize::from(sum >= 0.0)).collect())
    }

    fn sum(&self, row: usize, sample: ArrayView1<f64>) -> Result<f64, LossError> {
        let sum = self.weights.dot(&sample) + self.bias;
        check::finite("sum", &[row], sum)?;
        Ok(sum)
    }
}
