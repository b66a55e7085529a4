//! The linear support-vector machine: a line that keeps its distance.

use super::linear::two_classes;
use super::linear_algebra::Centred;
use super::svm_dual::{MOST_STEPS, solve_dual};
use super::{LinearModel, LinearObjective};
use crate::classification::{BinaryLoss, Hinge};
use crate::error::LossError;
use crate::loss::{Matrix, Vector};
use crate::numeric::check;

/// A linear support-vector machine: the mean hinge loss of a linear neuron, plus lambda times the sum
/// of the squared weights.
///
/// ```text
/// 1/n sum_i max(0, 1 - s_i (w x_i + b))  +  lambda sum_j w_j^2,   s_i = 1 for y_i = 1, -1 for y_i = 0
/// ```
///
/// A sample is right when its score has the sign `s_i`, and costs nothing from a score of 1 on. The
/// lines of score 1 and -1 are `2 / abs(w)` apart, so that short weights mean a wide margin. The
/// intercept costs nothing. Lambda has the unit of a feature squared.
///
/// The textbook's form, `1/2 abs(w)^2 + C sum_i hinge_i` (scikit-learn's `SVC(kernel="linear", C=C)`),
/// has the same minimum for `C = 1 / (2 n lambda)`, see [`from_c`](Self::from_c), and is this divided
/// by `2 lambda`. Pegasos's lambda, with its `lambda / 2 abs(w)^2`, is twice ours. (LIBLINEAR and
/// `LinearSVC` penalise the intercept as well: another model.)
///
/// Derivative of a sample by its score: `-s_i` below the margin, 0 above; at the kink, the subgradient 0.
///
/// ```
/// # use lossbook::prelude::*;
/// let (y, x) = ([0.0, 0.0, 1.0, 1.0], array![[-3.0], [-1.0], [1.0], [2.0]]);
/// let fit = LinearSvm::new(0.01)?.fit(&y, &x)?;
/// // Only the two in the middle hold the margin.
/// assert_eq!(fit.support(), [1, 2]);
/// assert!((fit.margin() - 2.0).abs() < 1e-9);
/// assert!((fit.model().weights()[0] - 1.0).abs() < 1e-9);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: C. Cortes, V. Vapnik, "Support-vector networks", Machine Learning 20 (1995); C.-S. Huang,
/// "Neural networks and loss functions" (lecture), "Introduction (loss function)".
#[doc(alias("SVC", "LinearSVC", "SVM", "max_margin", "Pegasos"))]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinearSvm {
    lambda: f64,
    tolerance: f64,
}

impl LinearSvm {
    /// With the price of a squared weight: the smaller, the less a sample inside the margin is
    /// forgiven.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(LinearSvm::new(0.1)?.lambda(), 0.1);
    /// assert!(LinearSvm::new(0.0).is_err());
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `lambda > 0` and finite.
    pub fn new(lambda: f64) -> Result<Self, LossError> {
        check::positive("lambda", lambda, "lambda > 0 and finite")?;
        Ok(Self { lambda, tolerance: 1e-12 })
    }

    /// With the textbook's C for `n` samples: `lambda = 1 / (2 n C)`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(LinearSvm::from_c(1.0, 50)?.lambda(), 0.01);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `c > 0` and finite, and `n > 0`, or where no such lambda is
    /// an `f64` above 0.
    pub fn from_c(c: f64, n: usize) -> Result<Self, LossError> {
        check::positive("c", c, "c > 0 and finite")?;
        check::positive("n", n as f64, "n > 0")?;
        Self::new(0.5 / n as f64 / c)
    }

    /// How near to the best the fit has to come: its [`gap`](SvmFit::gap) is at most this part of the
    /// value. 1e-12 unless asked for.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert!(LinearSvm::new(0.1)?.with_tolerance(1e-3).is_ok());
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `tolerance > 0` and finite.
    pub fn with_tolerance(self, tolerance: f64) -> Result<Self, LossError> {
        check::positive("tolerance", tolerance, "tolerance > 0 and finite")?;
        Ok(Self { tolerance, ..self })
    }

    /// The weights and the intercept that make the objective least, and a proof of it: the
    /// [`gap`](SvmFit::gap).
    ///
    /// Weights are right to about nine digits by default, for features in any unit. Where a whole
    /// range of intercepts is best, the middle is taken.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (y, x) = ([0.0, 1.0, 0.0, 1.0], array![[0.0], [1.0], [2.0], [3.0]]);
    /// let svm = LinearSvm::new(0.1)?;
    /// let fit = svm.fit(&y, &x)?;
    /// let value = svm.value(&y, &x, fit.model())?;
    /// assert!(fit.gap() <= 1e-12 * value);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`LinearWords`](super::LinearWords); [`LossError::OneClass`]; [`LossError::NotConverged`]
    /// where rounding does not let the gap come below the tolerance: ask for a larger lambda, or for
    /// less precision; [`LossError::NotFinite`] for weights that exceed an `f64`.
    pub fn fit(&self, target: impl Vector, x: impl Matrix) -> Result<SvmFit, LossError> {
        let (target, x) = two_classes(target.as_vector(), x.as_matrix())?;
        let (data, n) = (Centred::new(&x), target.len() as f64);
        // A strength this large is never felt: only shares at 1 would know it.
        let strength = (data.unit / self.lambda * data.unit / (2.0 * n)).min(1e200);
        let best = solve_dual(&data.scores, &(2.0 * target - 1.0), strength);
        let is_near = best.gap <= self.tolerance * best.value;
        if !is_near {
            return Err(LossError::NotConverged {
                name: "svm",
                iterations: MOST_STEPS,
                error: best.gap / best.value,
                tolerance: self.tolerance,
            });
        }
        let model = data.model(best.weights.view(), best.intercept)?;
        Ok(SvmFit { model, gap: best.gap / n, support: best.support })
    }
}

impl LinearObjective for LinearSvm {
    fn value_and_derivative(&self, target: f64, score: f64) -> (f64, f64) {
        Hinge.value_and_derivative(target == 1.0, score)
    }

    fn lambda(&self) -> f64 {
        self.lambda
    }

    fn is_binary(&self) -> bool {
        true
    }
}

/// What [`LinearSvm::fit`] found.
///
/// ```
/// # use lossbook::prelude::*;
/// let (y, x) = ([0.0, 1.0], array![[0.0, 0.0], [3.0, 4.0]]);
/// let fit = LinearSvm::from_c(1.0, 2)?.fit(&y, &x)?;
/// // The margin reaches from one to the other.
/// assert!((fit.margin() - 5.0).abs() < 1e-14);
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SvmFit {
    model: LinearModel,
    gap: f64,
    support: Vec<usize>,
}

impl SvmFit {
    /// The weights and the intercept. A positive prediction means class 1.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let fit = LinearSvm::new(0.1)?.fit(&[0.0, 1.0], &array![[-1.0], [1.0]])?;
    /// assert_eq!(fit.model().predict(&array![[0.0]])?, array![0.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn model(&self) -> &LinearModel {
        &self.model
    }

    /// The duality gap: the objective at the model is at most this much above the least there is. So
    /// the weights are within `sqrt(gap / lambda)` of the best ones.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let fit = LinearSvm::new(0.1)?.fit(&[0.0, 1.0], &array![[-1.0], [1.0]])?;
    /// assert!(fit.gap() < 1e-12);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn gap(&self) -> f64 {
        self.gap
    }

    /// The width of the margin, `2 / abs(w)`: from the line of score -1 to that of score 1. Infinite for
    /// weights of 0.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let fit = LinearSvm::new(0.1)?.fit(&[0.0, 1.0], &array![[-1.0], [1.0]])?;
    /// assert_eq!(fit.margin(), 2.0);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn margin(&self) -> f64 {
        2.0 / self.model.weights().dot(&self.model.weights()).sqrt()
    }

    /// The samples that the weights are a sum of, in order: those on the margin's edge (not always all
    /// of them), inside it, or on the wrong side. Without the others the fit would be the same.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let x = array![[-1.0], [1.0], [5.0]];
    /// assert_eq!(LinearSvm::new(0.1)?.fit(&[0.0, 1.0, 1.0], &x)?.support(), [0, 1]);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn support(&self) -> &[usize] {
        &self.support
    }
}
