//! Logistic regression.

use ndarray::{Array1, Zip, s};

use super::linear::two_classes;
use super::linear_algebra::{Centred, newton_step, with_ones};
use super::{LinearModel, LinearObjective};
use crate::classification::{BinaryCrossEntropy, BinaryLoss};
use crate::error::LossError;
use crate::loss::{Matrix, Vector};
use crate::numeric::{Sum, check, sigmoid};

/// Logistic regression: the mean log-loss of a linear neuron, and, if asked for, lambda times the sum of
/// the squared weights.
///
/// ```text
/// 1/n sum_i ln(1 + exp(-s_i (w x_i + b)))  +  lambda sum_j w_j^2,   s_i = 1 for y_i = 1, -1 for y_i = 0
/// ```
///
/// The score `w x + b` is the logit of class 1, whose probability is `1 / (1 + exp(-score))`: this is the
/// [`BinaryCrossEntropy`] of it. Derivative of a sample by its score: the probability less `y_i`. The
/// intercept costs nothing. In nats; lambda has the unit of a feature squared.
///
/// scikit-learn's `LogisticRegression(C=C)` minimises `C sum_i loss_i + 1/2 abs(w)^2`: the same model for
/// `lambda = 1 / (2 n C)`; `C=inf` and statsmodels' `Logit` are lambda 0.
///
/// ```
/// # use lossbook::prelude::*;
/// let (y, x) = ([0.0, 0.0, 1.0, 0.0, 1.0, 1.0], [[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]]);
/// let logistic = LogisticRegression::new();
/// let model = logistic.fit(&y, &x)?;
/// // Even odds half way.
/// let p = logistic.probabilities(&[[2.5], [5.0]], &model)?;
/// assert!((p[0] - 0.5).abs() < 1e-15 && p[1] > 0.9);
/// // At the best model nothing pulls.
/// assert!(logistic.gradient(&y, &x, &model)?.weights[0].abs() < 1e-15);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: D. R. Cox, "The regression analysis of binary sequences", Journal of the Royal Statistical
/// Society B 20 (1958).
#[doc(alias("Logit", "logit", "log_loss", "MaxEnt", "IRLS"))]
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LogisticRegression {
    lambda: f64,
}

/// Ten or so are usual; every one takes the scores of separated classes further apart by about 1.
const MOST_STEPS: usize = 1000;

impl LogisticRegression {
    /// Without a price on the weights.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(LogisticRegression::new().lambda(), 0.0);
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// With the price of a squared weight.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(LogisticRegression::new().with_lambda(0.1)?.lambda(), 0.1);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `lambda >= 0` and finite.
    pub fn with_lambda(self, lambda: f64) -> Result<Self, LossError> {
        Ok(Self { lambda: check::at_least_zero("lambda", lambda, "lambda >= 0 and finite")? })
    }

    /// The weights and the intercept that make the objective least, by Newton's method (iteratively
    /// reweighted least squares). Where columns depend on each other, the shortest weights of all
    /// that are best.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// // Classes that are separated would be told apart ever better by ever larger weights.
    /// let (y, x) = ([0.0, 1.0], [[-1.0], [1.0]]);
    /// let fault = LogisticRegression::new().fit(&y, &x).unwrap_err();
    /// assert_eq!(
    ///     fault.to_string(),
    ///     "target is separated by x (the weights grow without end; a larger lambda holds them)"
    /// );
    /// // 1 / (1 + e^w) = 2 lambda w
    /// let weight = LogisticRegression::new().with_lambda(0.1)?.fit(&y, &x)?.weights()[0];
    /// assert!((1.0 / (1.0 + weight.exp()) - 0.2 * weight).abs() < 1e-15);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`LinearWords`](super::LinearWords); [`LossError::OneClass`]; [`LossError::Separable`] where a line has all of
    /// one class on one side and none of the other (both may lie on it), and lambda is 0 or too
    /// small to be felt; [`LossError::NotFinite`] for weights that exceed an `f64`.
    pub fn fit(&self, target: impl Vector, x: impl Matrix) -> Result<LinearModel, LossError> {
        let (target, x) = two_classes(target.as_vector(), x.as_matrix())?;
        let data = Centred::new(&x);
        let (rank, n) = (data.lengths.len(), target.len() as f64);
        let rows = with_ones(&data.scores);
        let mut price = Array1::from_elem(rank + 1, 2.0 * n * self.lambda / data.unit / data.unit);
        price[rank] = 0.0;
        let each = |scores: &Array1<f64>| {
            Zip::from(&target)
                .and(scores)
                .map_collect(|y, score| self.value_and_derivative(*y, *score))
        };
        let value = |parameters: &Array1<f64>, scores: &Array1<f64>| {
            let penalty = 0.5 * (&price * parameters).dot(parameters);
            each(scores).iter().map(|pair| pair.0).chain([penalty]).collect::<Sum>().total()
        };
        let (mut parameters, mut scores) = (Array1::zeros(rank + 1), Array1::zeros(target.len()));
        for _ in 0..MOST_STEPS {
            let bend = scores.mapv(|score: f64| sigmoid(score) * sigmoid(-score));
            let gradient = rows.t().dot(&each(&scores).mapv(|pair| pair.1)) + &price * &parameters;
            let (mut step, is_whole) = newton_step(&rows, &bend, &price, gradient);
            let (now, mut moved) = (value(&parameters, &scores), rows.dot(&step));
            // A step too far is halved.
            while value(&(&parameters - &step), &(&scores - &moved)) > now * (1.0 + 1e-14) {
                step /= 2.0;
                moved /= 2.0;
            }
            parameters -= &step;
            scores = rows.dot(&parameters);
            let is_apart = |(score, y): (&f64, &f64)| score * (y - 0.5) > 0.0;
            if !is_whole || self.lambda == 0.0 && scores.iter().zip(&target).all(is_apart) {
                break;
            }
            // What is left is about the square of it.
            if moved.iter().zip(&scores).all(|(by, score)| by.abs() <= 1e-9 * score.abs().max(1.0))
            {
                return data.model(parameters.slice(s![..rank]), parameters[rank]);
            }
        }
        Err(LossError::Separable { name: "target", by: "x" })
    }

    /// The probability of class 1 for every row of `x`: `[n, d]` in, `[n]` out.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let model = LinearModel::new(&[1.0], 0.0)?;
    /// let p = LogisticRegression::new().probabilities(&[[0.0], [3.0_f64.ln()]], &model)?;
    /// assert!((p - array![0.5, 0.75]).iter().all(|off| off.abs() < 1e-15));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`LinearModel::predict`].
    #[doc(alias = "predict_proba")]
    pub fn probabilities(
        &self,
        x: impl Matrix,
        model: &LinearModel,
    ) -> Result<Array1<f64>, LossError> {
        Ok(model.predict(x)?.mapv(sigmoid))
    }
}

impl LinearObjective for LogisticRegression {
    fn value_and_derivative(&self, target: f64, score: f64) -> (f64, f64) {
        BinaryCrossEntropy::from_logits().value_and_derivative(target == 1.0, score)
    }

    fn lambda(&self) -> f64 {
        self.lambda
    }

    fn is_binary(&self) -> bool {
        true
    }
}
