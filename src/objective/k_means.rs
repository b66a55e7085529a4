//! k-means: centres near which the data lie.

use ndarray::{Array1, Array2, ArrayView2};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::lloyd::{Assignment, Nearest, draw, nearest};
use super::numbers::{Rows, largest, power_of_two_below, rows, same_width, table};
use crate::error::LossError;
use crate::sum::Sum;

/// The objective of k-means: how far, squared, the samples are from the nearest of `k` centres.
///
/// ```text
/// 1/n sum_i min_k abs(x_i - c_k)^2
/// ```
///
/// The lecture's mean; [`sum`](Self::sum), `n` times this, is what others call inertia. Of equally
/// near centres the first counts. Unit: the features', squared. Differences are squared themselves: the
/// usual short cut through `x^2 - 2 x c + c^2` loses near points. A square beyond the largest `f64` is
/// infinite, one below the smallest 0.
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
    pub fn each<'x, 'c>(
        &self,
        x: impl Into<ArrayView2<'x, f64>>,
        centers: impl Into<ArrayView2<'c, f64>>,
    ) -> Result<Array1<f64>, LossError> {
        let (x, centers) = both(x.into(), centers.into())?;
        let nearest = x.iter().map(|row| nearest(row, &centers));
        Ok(nearest.map(|nearest| nearest.square).collect())
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
    pub fn value<'x, 'c>(
        &self,
        x: impl Into<ArrayView2<'x, f64>>,
        centers: impl Into<ArrayView2<'c, f64>>,
    ) -> Result<f64, LossError> {
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
    pub fn sum<'x, 'c>(
        &self,
        x: impl Into<ArrayView2<'x, f64>>,
        centers: impl Into<ArrayView2<'c, f64>>,
    ) -> Result<f64, LossError> {
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
    pub fn assign<'x, 'c>(
        &self,
        x: impl Into<ArrayView2<'x, f64>>,
        centers: impl Into<ArrayView2<'c, f64>>,
    ) -> Result<Vec<usize>, LossError> {
        let (x, centers) = both(x.into(), centers.into())?;
        Ok(x.iter().map(|row| nearest(row, &centers).center).collect())
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
    pub fn gradient<'x, 'c>(
        &self,
        x: impl Into<ArrayView2<'x, f64>>,
        centers: impl Into<ArrayView2<'c, f64>>,
    ) -> Result<Array2<f64>, LossError> {
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
    pub fn value_and_gradient<'x, 'c>(
        &self,
        x: impl Into<ArrayView2<'x, f64>>,
        centers: impl Into<ArrayView2<'c, f64>>,
    ) -> Result<(f64, Array2<f64>), LossError> {
        let (x, centers) = both(x.into(), centers.into())?;
        let mut losses = Sum::ZERO;
        let width = centers.first().map_or(0, Vec::len);
        let mut pulls = vec![vec![Sum::ZERO; width]; centers.len()];
        for row in &x {
            let Nearest { center, square, .. } = nearest(row, &centers);
            losses.add(square);
            for ((pull, c), x) in pulls[center].iter_mut().zip(&centers[center]).zip(row) {
                // Twice the halves: a difference of huge numbers need not fit.
                pull.add(c / 2.0 - x / 2.0);
            }
        }
        let share = 4.0 / x.len() as f64;
        let slopes = |row: &Vec<Sum>| row.iter().map(|sum| share * sum.total()).collect();
        let gradient: Vec<Vec<f64>> = pulls.iter().map(slopes).collect();
        Ok((losses.mean(), table("gradient", &gradient)?))
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
    pub fn initial_centers<'x>(
        &self,
        x: impl Into<ArrayView2<'x, f64>>,
        k: usize,
        seed: u64,
    ) -> Result<Array2<f64>, LossError> {
        let x = rows("x", x.into())?;
        if !(1..=x.len()).contains(&k) {
            let allowed = "1 <= k <= rows of x";
            return Err(LossError::BadParameter { name: "k", value: k as f64, allowed });
        }
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let first = random.random_range(0..x.len());
        let mut centers = vec![x[first].clone()];
        let mut distances = vec![f64::INFINITY; x.len()];
        while centers.len() < k {
            let newest = &centers[centers.len() - 1..];
            for (row, shortest) in x.iter().zip(&mut distances) {
                *shortest = shortest.min(nearest(row, newest).distance);
            }
            let next = draw(&distances, &mut random);
            centers.push(x[next].clone());
        }
        table("centers", &centers)
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
    pub fn fit<'x>(
        &self,
        x: impl Into<ArrayView2<'x, f64>>,
        k: usize,
        seed: u64,
    ) -> Result<KMeansFit, LossError> {
        let x = x.into();
        let centers = self.initial_centers(x, k, seed)?;
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
    pub fn fit_from<'x, 'c>(
        &self,
        x: impl Into<ArrayView2<'x, f64>>,
        centers: impl Into<ArrayView2<'c, f64>>,
    ) -> Result<KMeansFit, LossError> {
        const MOST_ROUNDS: usize = 10_000;
        let (mut x, mut centers) = both(x.into(), centers.into())?;
        // In a unit in which no square overflows or vanishes.
        let size = x.iter().chain(&centers).fold(0.0, |size, row| largest(row).max(size));
        let unit = power_of_two_below(size);
        for value in x.iter_mut().chain(&mut centers).flatten() {
            *value /= unit;
        }
        let mut now = Assignment::new(&x, &centers);
        let mut history = vec![now.value * unit * unit];
        let mut fall = f64::INFINITY;
        for _ in 0..MOST_ROUNDS {
            let moved = now.means(&x, &centers);
            let next = Assignment::new(&x, &moved);
            // Rounding alone could send the centres to and fro for ever.
            if moved == centers || next.value >= now.value {
                let in_unit = |value: &f64| value * unit;
                let rows = centers.iter().map(|row| row.iter().map(in_unit).collect());
                let centers = table("centers", &rows.collect::<Vec<Vec<f64>>>())?;
                let labels = now.nearest.iter().map(|nearest| nearest.center).collect();
                return Ok(KMeansFit { centers, labels, history });
            }
            fall = now.value - next.value;
            (now, centers) = (next, moved);
            history.push(now.value * unit * unit);
        }
        Err(LossError::NotConverged {
            name: "k-means",
            iterations: MOST_ROUNDS,
            error: fall * unit * unit,
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

fn both(x: ArrayView2<f64>, centers: ArrayView2<f64>) -> Result<(Rows, Rows), LossError> {
    let (x, centers) = (rows("x", x)?, rows("centers", centers)?);
    let width = |rows: &[Vec<f64>]| rows.first().map_or(0, Vec::len);
    same_width("a row of x", width(&x), "a row of centers", width(&centers))?;
    Ok((x, centers))
}
