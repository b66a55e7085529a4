//! A classifier that knows how its classes are spread: one normal distribution each.

use ndarray::{Array2, ArrayView1};
use statrs::distribution::{Continuous, Normal};

use super::softmax::Softmax;
use super::target::scaled;
use crate::error::{LossError, check};

/// The posterior of classes whose feature is normally distributed, by Bayes' theorem.
///
/// ```text
/// P(k | x) = prior_k N(x; mean_k, deviation_k) / sum_j prior_j N(x; mean_j, deviation_j)
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
#[derive(Debug, Clone, PartialEq)]
pub struct GaussianPosterior {
    classes: Vec<Class>,
}

#[derive(Debug, Clone, PartialEq)]
struct Class {
    prior: f64,
    mean: f64,
    deviation: f64,
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
    pub fn new(priors: &[f64], means: &[f64], deviations: &[f64]) -> Result<Self, LossError> {
        check::same_length("priors", priors.len(), "means", means.len())?;
        check::same_length("priors", priors.len(), "deviations", deviations.len())?;
        check::distribution("priors", ArrayView1::from(priors))?;
        let mut classes = Vec::new();
        for (at, ((&prior, &mean), &deviation)) in
            priors.iter().zip(means).zip(deviations).enumerate()
        {
            check::finite("means", &[at], mean)?;
            check::finite("deviations", &[at], deviation)?;
            // All that statrs refuses of finite numbers, too.
            let normal = Normal::new(mean, deviation).map_err(|_| LossError::BadParameter {
                name: "deviations",
                value: deviation,
                allowed: "each > 0 and finite",
            })?;
            classes.push(Class { prior, mean, deviation, normal });
        }
        Ok(Self { classes })
    }

    /// The weighted density of each class, `prior_k N(x_i; mean_k, deviation_k)`: `[n]` in,
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
    pub fn densities<'a>(
        &self,
        x: impl Into<ArrayView1<'a, f64>>,
    ) -> Result<Array2<f64>, LossError> {
        let x = checked(x.into())?;
        Ok(Array2::from_shape_fn((x.len(), self.classes.len()), |(row, class)| {
            let Class { prior, normal, .. } = &self.classes[class];
            // A narrow class's density may be infinite, which one that never occurs has not.
            scaled(*prior, normal.pdf(x[row]))
        }))
    }

    /// The posterior of each class, `P(k | x_i)`: `[n]` in, `[n, classes]` out; rows sum to 1.
    ///
    /// Computed from the logarithms of the densities, so that it keeps its digits where these vanish. (Of
    /// points so far off that the logarithms leave an `f64`, all goes to the class whose mean is the
    /// fewest deviations away.)
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
    pub fn posterior<'a>(
        &self,
        x: impl Into<ArrayView1<'a, f64>>,
    ) -> Result<Array2<f64>, LossError> {
        let x = checked(x.into())?;
        let mut posterior = Array2::zeros((x.len(), self.classes.len()));
        for (&x, mut row) in x.iter().zip(posterior.rows_mut()) {
            let scores = self.scores(x);
            let softmax = Softmax::of(&scores);
            for (p, &score) in row.iter_mut().zip(&scores) {
                *p = softmax.p(softmax.exp(score));
            }
        }
        Ok(posterior)
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
    pub fn decide<'a>(&self, x: impl Into<ArrayView1<'a, f64>>) -> Result<Vec<usize>, LossError> {
        super::decide(&self.posterior(x)?)
    }

    /// Where two classes have equal posteriors, in ascending order: no point, one or two.
    ///
    /// ```text
    /// ln(prior_a / deviation_a) - (x - mean_a)^2 / (2 deviation_a^2) = the same with b
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
        let find = |at: usize| {
            let missing = LossError::LabelOutOfRange {
                name: "classes",
                at,
                label: classes[at],
                classes: self.classes.len(),
            };
            self.classes.get(classes[at]).ok_or(missing)
        };
        let mut points = crossings(find(0)?, find(1)?);
        points.retain(|point| point.is_finite());
        points.sort_by(f64::total_cmp);
        points.dedup();
        Ok(points)
    }

    /// `ln(prior_k N(x; mean_k, deviation_k))` of each class, less the same of the nearest, which so
    /// has 0: far out these logarithms are huge, and only their differences matter.
    fn scores(&self, x: f64) -> Vec<f64> {
        let far: Vec<Square> = self.classes.iter().map(|class| class.deviations_away(x)).collect();
        let occurring = self.classes.iter().zip(&far).filter(|(class, _)| class.prior > 0.0);
        let nearest = occurring.min_by(|(_, left), (_, right)| left.high.total_cmp(&right.high));
        let Some((base, base_far)) = nearest.filter(|(_, far)| far.high.is_finite()) else {
            return self.scores_of_the_nearest(x);
        };
        let score = |(class, far): (&Class, &Square)| {
            let farther = (far.high - base_far.high) + (far.low - base_far.low);
            let density = ln_ratio(base.deviation, class.deviation) - 0.5 * farther;
            let score = ln_ratio(class.prior, base.prior) + density;
            // An infinite square's rest is none.
            if far.high.is_finite() { score } else { f64::NEG_INFINITY }
        };
        self.classes.iter().zip(&far).map(score).collect()
    }

    /// 0 for the class that is the fewest deviations away, minus infinity for the others.
    fn scores_of_the_nearest(&self, x: f64) -> Vec<f64> {
        // As a logarithm: no quotient or difference overflows here.
        let far = |class: &Class| (0.5 * x - 0.5 * class.mean).abs().ln() - class.deviation.ln();
        let nearness =
            |class: &Class| if class.prior == 0.0 { f64::NEG_INFINITY } else { -far(class) };
        let nearness: Vec<f64> = self.classes.iter().map(nearness).collect();
        let nearest = nearness.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let winner = nearness.iter().position(|&one| one == nearest);
        let score = |class| if Some(class) == winner { 0.0 } else { f64::NEG_INFINITY };
        (0..nearness.len()).map(score).collect()
    }
}

impl Class {
    /// `((x - mean) / deviation)^2`, with twice the digits.
    fn deviations_away(&self, x: f64) -> Square {
        let difference = x - self.mean;
        let back = difference - x;
        let lost = (x - (difference - back)) - (self.mean + back);
        let quotient = difference / self.deviation;
        let rest = ((-quotient).mul_add(self.deviation, difference) + lost) / self.deviation;
        let high = quotient * quotient;
        Square { high, low: quotient.mul_add(quotient, -high) + 2.0 * quotient * rest }
    }
}

/// A square, and what rounding took off it.
struct Square {
    high: f64,
    low: f64,
}

/// `ln(left / right)` of positive numbers, also where their quotient overflows.
fn ln_ratio(left: f64, right: f64) -> f64 {
    let ratio = left / right;
    if ratio.is_normal() { ratio.ln() } else { left.ln() - right.ln() }
}

fn checked(x: ArrayView1<f64>) -> Result<ArrayView1<f64>, LossError> {
    check::not_empty("x", x.len())?;
    for (index, &value) in x.iter().enumerate() {
        check::finite("x", &[index], value)?;
    }
    Ok(x)
}

/// The roots of the quadratic, in units of a's deviation from a's mean: with `r = deviation_b /
/// deviation_a` and `d = (mean_b - mean_a) / deviation_a`, of
/// `(1 - r^2) v^2 - 2 d v + d^2 + 2 r^2 ln(prior_a r / prior_b) = 0`.
fn crossings(a: &Class, b: &Class) -> Vec<f64> {
    if a.prior == 0.0 || b.prior == 0.0 {
        return Vec::new();
    }
    let (r, d) = (b.deviation / a.deviation, (b.mean - a.mean) / a.deviation);
    let ln = ln_ratio(a.prior, b.prior) + r.ln();
    let square = (a.deviation - b.deviation) / a.deviation * (1.0 + r);
    let constant = d * d + 2.0 * r * r * ln;
    let back = |v: f64| a.mean + a.deviation * v;
    if square == 0.0 {
        return if d == 0.0 { Vec::new() } else { vec![back(0.5 * d + ln / d)] };
    }
    let inside = d * d - 2.0 * square * ln;
    if inside.is_nan() || inside < 0.0 {
        return Vec::new();
    }
    // The root whose terms have one sign first; the other from the product of both.
    let sum = d + (r * inside.sqrt()).copysign(d);
    if sum == 0.0 { vec![back(0.0)] } else { vec![back(sum / square), back(constant / sum)] }
}
