//! The linear support-vector machine: a line that keeps its distance.

use ndarray::{ArrayView1, ArrayView2};

use super::duel::Duel;
use super::linear::{LinearModel, LinearObjective};
use super::numbers::{Centred, length, samples, sum_of_products, transposed};
use crate::error::{LossError, check};

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
/// Slope of a sample: `-s_i` below the margin, 0 above; at the kink, the subgradient 0.
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
    /// value, and the samples on the margin's edge agree on the intercept up to this part of it (or of
    /// their scores, where those are larger). 1e-12 unless asked for.
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
    /// Weights are right to about nine digits by default. Two samples at a time trade their share in the weights, those two first that gain most
    /// (sequential minimal optimisation). Where a whole range of intercepts is best, its middle is
    /// taken.
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
    /// See [`LinearObjective`]; [`LossError::NotBinary`] for a target that is neither 0 nor 1;
    /// [`LossError::OneClass`]; [`LossError::NotConverged`] where 100,000 steps do not get the gap below
    /// the tolerance, as for classes that overlap and a lambda that hardly forgives it: ask for a
    /// larger lambda, or for less precision, or bring the features to comparable size;
    /// [`LossError::NotFinite`] for weights that exceed an `f64`.
    ///
    /// Source: R.-E. Fan, P.-H. Chen, C.-J. Lin, "Working set selection using second order information
    /// for training support vector machines", JMLR 6 (2005).
    pub fn fit<'t, 'x>(
        &self,
        target: impl Into<ArrayView1<'t, f64>>,
        x: impl Into<ArrayView2<'x, f64>>,
    ) -> Result<SvmFit, LossError> {
        let (target, rows) = samples(target.into(), x.into())?;
        let signs = signs(&target)?;
        let positive = signs.iter().filter(|&&sign| sign > 0.0).count();
        if positive == 0 || positive == signs.len() {
            return Err(LossError::OneClass { name: "target" });
        }
        let data = Centred::new(&rows);
        let n = signs.len() as f64;
        // w = unit / (2 n lambda) sum_i s_i share_i x_i, x in units. A factor this large is never
        // felt: shares that stay below 1 do not know it, and others would never settle.
        let strength = (data.unit / self.lambda * data.unit / (2.0 * n)).min(1e200);
        let mut duel = Duel::new(transposed(&data.columns), &signs, strength);
        let mut tolerance = self.tolerance;
        let mut before = duel.shares.clone();
        for round in 1..=MOST_ROUNDS {
            if round % LEAP == 0 {
                duel.leap(&before);
                before.clone_from(&duel.shares);
            }
            if duel.step(tolerance) {
                // Whether it was enough is for the certificate to say.
                let best = duel.certificate(positive);
                if best.gap <= self.tolerance * best.value || tolerance < FINEST {
                    break;
                }
                tolerance /= 2.0;
            }
        }
        let best = duel.certificate(positive);
        if best.gap > self.tolerance * best.value {
            return Err(LossError::NotConverged {
                name: "svm",
                iterations: MOST_ROUNDS,
                error: best.gap / best.value,
                tolerance: self.tolerance,
            });
        }
        let weights: Vec<f64> = duel.sum.iter().map(|part| part * strength / data.unit).collect();
        let means = weights.iter().zip(&data.means).map(|(weight, mean)| (-weight, *mean));
        let intercept = sum_of_products(1.0, means.chain([(best.intercept, 1.0)]));
        let support = duel.shares.iter().enumerate().filter(|(_, share)| **share > 0.0);
        Ok(SvmFit {
            model: LinearModel::new(&weights, intercept)?,
            gap: best.gap / n,
            support: support.map(|(index, _)| index).collect(),
        })
    }
}

const MOST_ROUNDS: usize = 100_000;
/// After so many trades, it pays to look where they are leading.
const LEAP: usize = 64;
/// Far below what rounding leaves of a difference.
const FINEST: f64 = 1e-20;

impl LinearObjective for LinearSvm {
    fn loss_and_slope_of_each(
        &self,
        target: &[f64],
        x: &[Vec<f64>],
        model: &LinearModel,
    ) -> Result<Vec<(f64, f64)>, LossError> {
        let signs = signs(target)?;
        let short = x.iter().zip(&signs).map(|(row, sign)| (model.short_of(1.0, *sign, row), sign));
        Ok(short
            .map(|(short, sign)| if short > 0.0 { (short, -sign) } else { (0.0, 0.0) })
            .collect())
    }

    fn lambda(&self) -> f64 {
        self.lambda
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
        2.0 / length(&self.model.weights().to_vec())
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

fn signs(target: &[f64]) -> Result<Vec<f64>, LossError> {
    let sign = |(index, &value): (usize, &f64)| match value {
        1.0 => Ok(1.0),
        0.0 => Ok(-1.0),
        _ => Err(LossError::NotBinary { name: "target", at: vec![index], value }),
    };
    target.iter().enumerate().map(sign).collect()
}
