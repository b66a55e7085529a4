//! A classifier that knows how its classes are spread: one normal distribution each.

use ndarray::Array2;
use statrs::distribution::{Continuous, Normal};

use super::softmax::softmax;
use crate::error::LossError;
use crate::loss::Vector;
use crate::numeric::{check, ln_ratio, weighted};

/// The posterior of classes whose feature is normally distributed, by Bayes' theorem.
///
/// ```text
/// P(k | x) = prior_k N(x; mean_k, std_dev_k) / sum_j prior_j N(x; mean_j, std_dev_j)
/// ```
///
/// `x` is one number per sample, in the unit of the means and deviations. Deciding for the largest
/// posterior makes the fewest errors that any decision on `x` can make.
///
/// ```
/// # use lossbook::classification::*;
/// # use lossbook::prelude::*;
/// // Equally likely, equally spread: the boundary is half-way.
/// let classes = GaussianPosterior::new(&[0.5, 0.5], &[0.0, 4.0], &[1.0, 1.0])?;
/// assert_eq!(classes.boundary([0, 1])?, [2.0]);
/// assert_eq!(classes.posterior(&[2.0])?, array![[0.5, 0.5]]);
/// assert_eq!(classes.decide(&[1.9, 2.1])?, [0, 1]);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: C. M. Bishop, "Pattern recognition and machine learning" (2006), sections 1.5 and 4.2; the
/// densities are statrs's.
#[doc(alias("predict_proba", "GaussianNB", "QuadraticDiscriminantAnalysis", "Bayes classifier"))]
#[derive(Debug, Clone, PartialEq)]
pub struct GaussianPosterior {
    classes: Vec<Class>,
}

#[derive(Debug, Clone, PartialEq)]
struct Class {
    prior: f64,
    mean: f64,
    std_dev: f64,
    normal: Normal,
}

impl GaussianPosterior {
    /// With each class's prior probability, mean and standard deviation.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// assert!(GaussianPosterior::new(&[0.9, 0.1], &[0.0, 3.0], &[1.0, 2.0]).is_ok());
    /// assert!(GaussianPosterior::new(&[0.9, 0.2], &[0.0, 3.0], &[1.0, 2.0]).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`]; [`LossError::LengthMismatch`]; [`LossError::NotFinite`]; priors that are
    /// no distribution ([`LossError::NotProbability`], [`LossError::NotDistribution`]);
    /// [`LossError::BadParameter`] for a deviation that is not positive.
    pub fn new(
        priors: impl Vector,
        means: impl Vector,
        std_devs: impl Vector,
    ) -> Result<Self, LossError> {
        let (priors, means, std_devs) =
            (priors.as_vector(), means.as_vector(), std_devs.as_vector());
        check::same_length("priors", priors.len(), "means", means.len())?;
        check::same_length("priors", priors.len(), "std_devs", std_devs.len())?;
        check::distribution("priors", priors)?;
        let mut classes = Vec::new();
        for (at, ((&prior, &mean), &std_dev)) in
            priors.iter().zip(&means).zip(&std_devs).enumerate()
        {
            check::finite("means", &[at], mean)?;
            check::finite("std_devs", &[at], std_dev)?;
            // All that statrs refuses of finite numbers, too.
            let normal = Normal::new(mean, std_dev).map_err(|_| LossError::BadParameter {
                name: "std_devs",
                value: std_dev,
                allowed: "each > 0 and finite",
            })?;
            classes.push(Class { prior, mean, std_dev, normal });
        }
        Ok(Self { classes })
    }

    /// The weighted density of each class, `prior_k N(x_i; mean_k, std_dev_k)`: `[n]` in,
    /// `[n, classes]` out, in 1 / (unit of `x`). What one draws to see the boundary.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// let classes = GaussianPosterior::new(&[0.5, 0.5], &[0.0, 4.0], &[1.0, 1.0])?;
    /// let densities = classes.densities(&[2.0])?;
    /// assert_eq!(densities[[0, 0]], densities[[0, 1]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`]; [`LossError::NotFinite`].
    pub fn densities(&self, x: impl Vector) -> Result<Array2<f64>, LossError> {
        let x = x.as_vector();
        check::all_finite("x", &x)?;
        Ok(Array2::from_shape_fn((x.len(), self.classes.len()), |(row, class)| {
            let Class { prior, normal, .. } = &self.classes[class];
            // A narrow class's density may be infinite, which one that never occurs has not.
            weighted(*prior, normal.pdf(x[row]))
        }))
    }

    /// The posterior of each class, `P(k | x_i)`: `[n]` in, `[n, classes]` out; rows sum to 1.
    ///
    /// Computed from the logarithms of the densities, as a [`softmax`], so that it is right also where
    /// these vanish.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// let classes = GaussianPosterior::new(&[0.5, 0.5], &[0.0, 1.0], &[1.0, 1.0])?;
    /// let p = classes.posterior(&[0.5, 1000.0])?;
    /// assert_eq!(p, array![[0.5, 0.5], [(-999.5_f64).exp(), 1.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`]; [`LossError::NotFinite`].
    pub fn posterior(&self, x: impl Vector) -> Result<Array2<f64>, LossError> {
        let x = x.as_vector();
        check::all_finite("x", &x)?;
        let mut scores = Array2::zeros((x.len(), self.classes.len()));
        for (&x, mut row) in x.iter().zip(scores.rows_mut()) {
            let occurring = self.classes.iter().filter(|class| class.prior > 0.0);
            let near = occurring.fold(f64::INFINITY, |near, class| near.min(class.away(x)));
            for (score, class) in row.iter_mut().zip(&self.classes) {
                *score = class.score(class.away(x), near);
            }
        }
        softmax(scores)
    }

    /// The class with the largest posterior: `[n]` in, `[n]` out; of equal ones the first.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// // A narrow class inside a wide one.
    /// let classes = GaussianPosterior::new(&[0.5, 0.5], &[0.0, 0.0], &[1.0, 3.0])?;
    /// assert_eq!(classes.decide(&[-5.0, 0.0, 5.0])?, [1, 0, 1]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`]; [`LossError::NotFinite`].
    pub fn decide(&self, x: impl Vector) -> Result<Vec<usize>, LossError> {
        super::decide(&self.posterior(x)?)
    }

    /// Where two classes have equal posteriors, in ascending order: no point, one or two.
    ///
    /// ```text
    /// ln(prior_a / std_dev_a) - (x - mean_a)^2 / (2 std_dev_a^2) = the same with b
    /// ```
    ///
    /// With equal deviations one point (none, if the means are equal as well); otherwise two, between
    /// which the narrower class wins, or none, where the wider class wins everywhere. None either if
    /// a prior is 0. Among more than two classes, a third may win at such a point. Points beyond the
    /// range of an `f64` are left out.
    ///
    /// ```
    /// # use lossbook::classification::*;
    /// # use lossbook::prelude::*;
    /// let classes = GaussianPosterior::new(&[0.5, 0.5], &[0.0, 0.0], &[1.0, 2.0])?;
    /// // By hand: x^2 (1 - 1/4) = 2 ln 2.
    /// let x = (8.0 / 3.0 * 2.0_f64.ln()).sqrt();
    /// let boundary = classes.boundary([0, 1])?;
    /// assert!((boundary[0] + x).abs() < 1e-15 && (boundary[1] - x).abs() < 1e-15);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::LabelOutOfRange`] for a class that does not exist.
    pub fn boundary(&self, classes: [usize; 2]) -> Result<Vec<f64>, LossError> {
        check::labels_below("classes", &classes, self.classes.len())?;
        let [a, b] = classes.map(|class| &self.classes[class]);
        if a.prior == 0.0 || b.prior == 0.0 {
            return Ok(Vec::new());
        }
        // The roots of a quadratic, in units of a's deviation from a's mean: with r = std_dev_b / std_dev_a
        // and d = (mean_b - mean_a) / std_dev_a, of
        // (1 - r^2) v^2 - 2 d v + d^2 + 2 r^2 ln(prior_a r / prior_b) = 0.
        let (r, d) = (b.std_dev / a.std_dev, (b.mean - a.mean) / a.std_dev);
        let ln = ln_ratio(a.prior, b.prior) + r.ln();
        let square = (a.std_dev - b.std_dev) / a.std_dev * (1.0 + r);
        // The root whose terms have one sign; the other from the product of both. NaN or infinite where
        // there is none.
        let sum = d + (r * (d * d - 2.0 * square * ln).sqrt()).copysign(d);
        let roots = [sum / square, (d * d + 2.0 * r * r * ln) / sum];
        let mut points: Vec<f64> = roots.map(|v| a.mean + a.std_dev * v).to_vec();
        points.retain(|point| point.is_finite());
        points.sort_by(f64::total_cmp);
        points.dedup();
        Ok(points)
    }
}

impl Class {
    /// How many deviations `x` is away from the mean.
    fn away(&self, x: f64) -> f64 {
        ((x - self.mean) / self.std_dev).abs()
    }

    /// `ln(prior N(x; mean, std_dev))`, but for the `(near^2 + ln(2 pi)) / 2` that all classes share.
    fn score(&self, away: f64, near: f64) -> f64 {
        if self.prior == 0.0 {
            return f64::NEG_INFINITY;
        }
        let farther = if away == near { 0.0 } else { (away - near) * (away + near) };
        ln_ratio(self.prior, self.std_dev) - 0.5 * farther
    }
}
