//! k-means: centres near which the data lie.

use ndarray::{Array1, Array2, ArrayView2};
use rand::distr::Distribution;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use statrs::distribution::Uniform;

use crate::error::LossError;
use crate::loss::Matrix;
use crate::numeric::{Rows, Sum, argmax, check, matrix, squared_distance};

/// The objective of k-means: how far, squared, the samples are from the nearest of `k` centres.
///
/// ```text
/// 1/n sum_i min_k abs(x_i - c_k)^2
/// ```
///
/// The lecture's mean; [`sum`](Self::sum), `n` times this, is what others call inertia. Of equally
/// near centres the first counts. Unit: the features', squared. Differences are squared themselves: the
/// usual short cut through `x^2 - 2 x c + c^2` loses near points. A square beyond the largest `f64` is
/// infinite, one below the smallest 0 (differences beyond 1e154, below 1e-162).
///
/// ```
/// # use lossbook::prelude::*;
/// let (x, centers) = (array![[0.0], [1.0], [10.0]], array![[0.0], [10.0]]);
/// assert_eq!(KMeans.value(&x, &centers)?, 1.0 / 3.0);
///
/// let fit = KMeans.fit(&x, 2, 7)?;
/// assert_eq!(fit.value(), 0.5 / 3.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Arguments, shapes, errors
///
/// Samples `x`, `[n, d]`, and `centers`, `[k, d]`. All methods refuse an empty argument
/// ([`LossError::Empty`]), rows of different length ([`LossError::LengthMismatch`]), a NaN or an
/// infinity ([`LossError::NotFinite`]).
///
/// Source: S. P. Lloyd, "Least squares quantization in PCM", IEEE Transactions on Information Theory
/// 28 (1982); C.-S. Huang, "Neural networks and loss functions" (lecture), "Introduction (loss
/// function)".
#[doc(alias("kmeans", "Lloyd", "quantization_error"))]
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct KMeans;

impl KMeans {
    /// The squared distance of every sample to its nearest centre: `[n]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let each = KMeans.each(&array![[1.0], [7.0]], &array![[0.0], [10.0]])?;
    /// assert_eq!(each, array![1.0, 9.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](KMeans#arguments-shapes-errors).
    pub fn each(&self, x: impl Matrix, centers: impl Matrix) -> Result<Array1<f64>, LossError> {
        let (x, centers) = both(x, centers)?;
        Ok(x.iter().map(|row| nearest(row, &centers).1).collect())
    }

    /// The objective: the mean squared distance to the nearest centre.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(KMeans.value(&array![[1.0], [7.0]], &array![[0.0], [10.0]])?, 5.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](KMeans#arguments-shapes-errors).
    pub fn value(&self, x: impl Matrix, centers: impl Matrix) -> Result<f64, LossError> {
        Ok(self.each(x, centers)?.into_iter().collect::<Sum>().mean())
    }

    /// The sum of the squared distances to the nearest centre: the inertia.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(KMeans.sum(&array![[1.0], [7.0]], &array![[0.0], [10.0]])?, 10.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](KMeans#arguments-shapes-errors).
    #[doc(alias = "inertia")]
    pub fn sum(&self, x: impl Matrix, centers: impl Matrix) -> Result<f64, LossError> {
        Ok(self.each(x, centers)?.into_iter().collect::<Sum>().total())
    }

    /// The nearest centre of every sample, of equally near ones the first: `[n]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let x = array![[1.0], [7.0], [5.0]];
    /// assert_eq!(KMeans.assign(&x, &array![[0.0], [10.0]])?, [0, 1, 0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](KMeans#arguments-shapes-errors).
    #[doc(alias = "predict")]
    pub fn assign(&self, x: impl Matrix, centers: impl Matrix) -> Result<Vec<usize>, LossError> {
        let (x, centers) = both(x, centers)?;
        Ok(x.iter().map(|row| nearest(row, &centers).0).collect())
    }

    /// The gradient of the objective with respect to the centres, `2/n sum (c_k - x_i)` over the
    /// samples nearest to it: `[k, d]`. It is 0 where each centre is the mean of its samples.
    ///
    /// Where a sample is equally near to several centres the objective has a kink; the sample then
    /// pulls the first.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let gradient = KMeans.gradient(&array![[1.0], [7.0]], &array![[0.0], [10.0]])?;
    /// assert_eq!(gradient, array![[-1.0], [3.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](KMeans#arguments-shapes-errors).
    pub fn gradient(&self, x: impl Matrix, centers: impl Matrix) -> Result<Array2<f64>, LossError> {
        Ok(self.value_and_gradient(x, centers)?.1)
    }

    /// [`value`](Self::value) and [`gradient`](Self::gradient) in one pass over the samples.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (x, centers) = (array![[1.0], [7.0]], array![[0.0], [10.0]]);
    /// let (value, gradient) = KMeans.value_and_gradient(&x, &centers)?;
    /// assert_eq!((value, gradient), (5.0, array![[-1.0], [3.0]]));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](KMeans#arguments-shapes-errors).
    pub fn value_and_gradient(
        &self,
        x: impl Matrix,
        centers: impl Matrix,
    ) -> Result<(f64, Array2<f64>), LossError> {
        let (x, centers) = both(x, centers)?;
        let (now, count) = (Assignment::new(&x, &centers), x.count as f64);
        let mut gradient = Rows { name: "gradient", ..Rows::zeros_like(&centers) };
        for (row, &(center, _)) in x.iter().zip(&now.nearest) {
            let pairs = centers.row(center).iter().zip(row);
            for (slope, (c, x)) in gradient.row_mut(center).iter_mut().zip(pairs) {
                *slope += 2.0 * (c - x) / count;
            }
        }
        Ok((now.value, gradient.into_array()?))
    }

    /// `k` of the samples to begin with, far apart as a rule (k-means++): the first any of them, each
    /// next one drawn with a probability in proportion to its squared distance from the nearest that
    /// was drawn before. The same seed draws the same centres.
    ///
    /// Where there are fewer different samples than centres, some are drawn twice.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let centers = KMeans.initial_centers(&array![[0.0], [0.0], [9.0]], 2, 1)?;
    /// // Never twice the same while there is another.
    /// assert_eq!(centers.sum(), 9.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](KMeans#arguments-shapes-errors); [`LossError::BadParameter`] unless
    /// `1 <= k <= n`.
    ///
    /// Source: D. Arthur, S. Vassilvitskii, "k-means++: the advantages of careful seeding" (2007).
    #[doc(alias("kmeans_plusplus", "k-means++"))]
    pub fn initial_centers(
        &self,
        x: impl Matrix,
        k: usize,
        seed: u64,
    ) -> Result<Array2<f64>, LossError> {
        let x = Rows::new("x", x.as_matrix())?;
        check::in_range((1..=x.count).contains(&k), "k", k as f64, "1 <= k <= rows of x")?;
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut newest = random.random_range(0..x.count);
        let (mut centers, mut squares) = (x.row(newest).to_vec(), vec![f64::INFINITY; x.count]);
        for _ in 1..k {
            for (row, square) in x.iter().zip(&mut squares) {
                *square = square.min(squared_distance(row, x.row(newest)));
            }
            newest = draw(&squares, &mut random);
            centers.extend_from_slice(x.row(newest));
        }
        matrix("centers", k, x.width, centers)
    }

    /// Lloyd's iterations from [`initial_centers`](Self::initial_centers), until nothing changes.
    ///
    /// The end is a local optimum, and another seed may find a better one: try several.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let x = array![[0.0, 0.0], [0.0, 2.0], [9.0, 0.0], [9.0, 2.0]];
    /// let fits = (0..10).map(|seed| KMeans.fit(&x, 2, seed));
    /// let fits = fits.collect::<Result<Vec<_>, _>>()?;
    /// assert!(fits.iter().any(|fit| fit.value() == 1.0));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`initial_centers`](Self::initial_centers) and [`fit_from`](Self::fit_from).
    pub fn fit(&self, x: impl Matrix, k: usize, seed: u64) -> Result<KMeansFit, LossError> {
        let centers = self.initial_centers(x.as_matrix(), k, seed)?;
        self.fit_from(x, &centers)
    }

    /// Lloyd's iterations from these centres: every sample to its nearest centre, every centre to the
    /// mean of its samples, until no centre moves or the objective falls no further.
    ///
    /// A centre that no sample is nearest to takes over the sample that is furthest from its own centre
    /// (of several, the first), which lowers the objective as well; when every sample lies on a centre
    /// it stays where it is.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let x = array![[0.0], [1.0], [10.0], [13.0]];
    /// let fit = KMeans.fit_from(&x, &array![[0.0], [1.0]])?;
    /// assert_eq!(fit.centers(), array![[0.5], [11.5]]);
    /// assert_eq!(fit.labels(), [0, 0, 1, 1]);
    /// // By way of the centres 0 and 8.
    /// assert_eq!(fit.history(), [56.25, 7.5, 1.25]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](KMeans#arguments-shapes-errors); [`LossError::NotConverged`] after 10,000 iterations.
    pub fn fit_from(&self, x: impl Matrix, centers: impl Matrix) -> Result<KMeansFit, LossError> {
        const MOST_ROUNDS: usize = 10_000;
        let (x, mut centers) = both(x, centers)?;
        let mut now = Assignment::new(&x, &centers);
        let (mut history, mut fall) = (vec![now.value], f64::INFINITY);
        for _ in 0..MOST_ROUNDS {
            let moved = now.means(&x, &centers);
            let next = Assignment::new(&x, &moved);
            // Rounding alone could send the centres to and fro for ever.
            if moved.values == centers.values || next.value >= now.value {
                let labels = now.nearest.iter().map(|&(center, _)| center).collect();
                return Ok(KMeansFit { centers: centers.into_array()?, labels, history });
            }
            fall = now.value - next.value;
            (now, centers) = (next, moved);
            history.push(now.value);
        }
        Err(LossError::NotConverged {
            name: "k-means",
            iterations: MOST_ROUNDS,
            error: fall,
            tolerance: 0.0,
        })
    }
}

/// Centres that Lloyd's iterations came to, see [`KMeans::fit`].
///
/// ```
/// # use lossbook::prelude::*;
/// let x = array![[0.0], [1.0], [10.0]];
/// let fit = KMeans.fit_from(&x, &array![[0.0], [10.0]])?;
/// assert_eq!(fit.centers(), array![[0.5], [10.0]]);
/// assert_eq!(fit.value(), KMeans.value(&x, fit.centers())?);
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct KMeansFit {
    centers: Array2<f64>,
    labels: Vec<usize>,
    history: Vec<f64>,
}

impl KMeansFit {
    /// The centres: `[k, d]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(KMeans.fit(&array![[1.0], [2.0]], 1, 0)?.centers(), array![[1.5]]);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn centers(&self) -> ArrayView2<'_, f64> {
        self.centers.view()
    }

    /// The centre of every sample: `[n]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(KMeans.fit(&array![[1.0], [2.0]], 1, 0)?.labels(), [0, 0]);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn labels(&self) -> &[usize] {
        &self.labels
    }

    /// The objective at the centres.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(KMeans.fit(&array![[1.0], [2.0]], 1, 0)?.value(), 0.25);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn value(&self) -> f64 {
        self.history.last().copied().unwrap_or(f64::NAN)
    }

    /// The objective at the initial centres and after every iteration: always falling.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let fit = KMeans.fit_from(&array![[1.0], [2.0]], &array![[1.0]])?;
    /// assert_eq!(fit.history(), [0.5, 0.25]);
    /// # Ok::<(), LossError>(())
    /// ```
    pub fn history(&self) -> &[f64] {
        &self.history
    }
}

fn both(x: impl Matrix, centers: impl Matrix) -> Result<(Rows, Rows), LossError> {
    let (x, centers) = (Rows::new("x", x.as_matrix())?, Rows::new("centers", centers.as_matrix())?);
    check::same_length("a row of x", x.width, "a row of centers", centers.width)?;
    Ok((x, centers))
}

/// The first of the nearest centres, and its squared distance.
fn nearest(row: &[f64], centers: &Rows) -> (usize, f64) {
    let squares = centers.iter().map(|center| squared_distance(row, center)).enumerate();
    let nearer = |best: (usize, f64), next: (usize, f64)| if next.1 < best.1 { next } else { best };
    squares.reduce(nearer).unwrap_or_default()
}

/// Every sample's centre, and the objective.
struct Assignment {
    nearest: Vec<(usize, f64)>,
    value: f64,
}

impl Assignment {
    fn new(x: &Rows, centers: &Rows) -> Self {
        let nearest: Vec<_> = x.iter().map(|row| nearest(row, centers)).collect();
        let value = nearest.iter().map(|&(_, square)| square).collect::<Sum>().mean();
        Self { nearest, value }
    }

    /// The means of the centres' samples.
    fn means(&self, x: &Rows, centers: &Rows) -> Rows {
        let mut nearest = self.nearest.clone();
        for center in 0..centers.count {
            if nearest.iter().all(|&(other, _)| other != center) {
                let furthest = argmax(nearest.iter().map(|(_, square)| square));
                if let Some(sample) =
                    furthest.and_then(|at| nearest.get_mut(at)).filter(|s| s.1 > 0.0)
                {
                    *sample = (center, 0.0);
                }
            }
        }
        let mut means = centers.clone();
        for center in 0..centers.count {
            let own: Vec<usize> = (0..x.count).filter(|&at| nearest[at].0 == center).collect();
            if !own.is_empty() {
                for (column, mean) in means.row_mut(center).iter_mut().enumerate() {
                    *mean = own.iter().map(|&at| x.row(at)[column]).collect::<Sum>().mean();
                }
            }
        }
        means
    }
}

/// An index, drawn with a probability in proportion to the squares; any index, when all are 0.
fn draw(squares: &[f64], random: &mut ChaCha8Rng) -> usize {
    let total: f64 = squares.iter().sum();
    if total == 0.0 {
        return random.random_range(0..squares.len());
    }
    let mut left = total * Uniform::standard().sample(random);
    let mut last = 0;
    for (index, &square) in squares.iter().enumerate().filter(|(_, square)| **square > 0.0) {
        last = index;
        if left < square {
            break;
        }
        left -= square;
    }
    last
}
