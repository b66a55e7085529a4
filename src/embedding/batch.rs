//! What all losses of triplets that are found in a labelled batch have in common.

use multiversion::multiversion;
use ndarray::{Array1, Array2, ArrayView2};

use super::same_count;
use super::triplet::loss_of;
use super::vectors::{Rows, reserve, two_sum};
use crate::error::LossError;
use crate::sum::Sum;

/// A triplet loss that finds its triplets in a labelled batch: [`BatchAll`](super::BatchAll),
/// [`BatchHard`](super::BatchHard), [`SemiHard`](super::SemiHard).
///
/// A triplet is an anchor, a **positive** (another sample of the same label) and a **negative** (a
/// sample of another label), and costs `max(0, |a - p|^2 - |a - n|^2 + margin)` as in
/// [`Triplet`](super::Triplet). The losses differ in which triplets they take.
///
/// # Arguments, shapes, errors
///
/// `labels`, `[n]`, say of what kind each of the `embeddings`, `[n, d]`, is; any numbers will do. All
/// methods refuse
/// - an empty argument ([`LossError::Empty`]) or lengths that differ ([`LossError::LengthMismatch`]),
/// - a NaN or an infinity ([`LossError::NotFinite`]),
/// - labels without a triplet, i.e. all different or all the same ([`LossError::NoTriplet`]),
/// - a batch whose table of distances does not fit into memory ([`LossError::TooLarge`]).
///
/// The choice of the triplets is taken as given in the gradient, as everyone does: where another
/// triplet is about to be chosen, the loss has a kink. Of equal distances the first sample wins.
/// (With coordinates beyond 1e150 in a batch, all in it is measured by the largest of them: margins and
/// differences some 1e150 times smaller are lost.)
///
/// The trait is sealed: it cannot be implemented outside of this crate.
pub trait BatchLoss: Mining {
    /// The triplets that are taken, each as the rows of its anchor, positive and negative.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let (labels, x) = ([7, 7, 8], array![[0.0], [2.0], [3.0]]);
    /// assert_eq!(BatchAll::new(1.0)?.triplets(&labels, &x)?, [[0, 1, 2], [1, 0, 2]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](BatchLoss).
    fn triplets<'a>(
        &self,
        labels: &[usize],
        embeddings: impl Into<ArrayView2<'a, f64>>,
    ) -> Result<Vec<[usize; 3]>, LossError>
    where
        Self: Sized,
    {
        let mut triplets = Vec::new();
        Batch::new(labels, embeddings.into())?.each(self, |rows, _| triplets.push(rows));
        Ok(triplets)
    }

    /// The loss of every triplet, in the order of [`triplets`](Self::triplets).
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let (labels, x) = ([7, 7, 8], array![[0.0], [2.0], [3.0]]);
    /// assert_eq!(BatchAll::new(1.0)?.each(&labels, &x)?, array![0.0, 4.0]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](BatchLoss).
    fn each<'a>(
        &self,
        labels: &[usize],
        embeddings: impl Into<ArrayView2<'a, f64>>,
    ) -> Result<Array1<f64>, LossError>
    where
        Self: Sized,
    {
        let mut losses = Vec::new();
        Batch::new(labels, embeddings.into())?.each(self, |_, loss| losses.push(loss));
        Ok(losses.into())
    }

    /// The mean of the triplets' losses; 0 where no triplet is taken.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let (labels, x) = ([7, 7, 8], array![[0.0], [2.0], [3.0]]);
    /// assert_eq!(BatchAll::new(1.0)?.mean(&labels, &x)?, 2.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](BatchLoss).
    fn mean<'a>(
        &self,
        labels: &[usize],
        embeddings: impl Into<ArrayView2<'a, f64>>,
    ) -> Result<f64, LossError>
    where
        Self: Sized,
    {
        let mut losses = Sum::ZERO;
        let count = Batch::new(labels, embeddings.into())?.each(self, |_, loss| losses.add(loss));
        Ok(if count == 0 { 0.0 } else { losses.mean() })
    }

    /// The sum of the triplets' losses.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let (labels, x) = ([7, 7, 8], array![[0.0], [2.0], [3.0]]);
    /// assert_eq!(BatchAll::new(1.0)?.sum(&labels, &x)?, 4.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](BatchLoss).
    fn sum<'a>(
        &self,
        labels: &[usize],
        embeddings: impl Into<ArrayView2<'a, f64>>,
    ) -> Result<f64, LossError>
    where
        Self: Sized,
    {
        let mut losses = Sum::ZERO;
        Batch::new(labels, embeddings.into())?.each(self, |_, loss| losses.add(loss));
        Ok(losses.total())
    }

    /// The gradient of the **mean** loss with respect to the embeddings: `[n, d]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let (labels, x) = ([7, 7, 8], array![[0.0], [2.0], [3.0]]);
    /// let gradient = BatchAll::new(1.0)?.gradient(&labels, &x)?;
    /// assert_eq!(gradient, array![[-2.0], [3.0], [-1.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](BatchLoss).
    fn gradient<'a>(
        &self,
        labels: &[usize],
        embeddings: impl Into<ArrayView2<'a, f64>>,
    ) -> Result<Array2<f64>, LossError>
    where
        Self: Sized,
    {
        Ok(self.mean_and_gradient(labels, embeddings)?.1)
    }

    /// [`mean`](Self::mean) and [`gradient`](Self::gradient), the distances computed and the
    /// triplets found once for both.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::embedding::*;
    /// let (labels, x) = ([7, 7, 8], array![[0.0], [2.0], [3.0]]);
    /// let (mean, gradient) = BatchHard::new(1.0)?.mean_and_gradient(&labels, &x)?;
    /// assert_eq!((mean, gradient), (2.0, array![[-2.0], [3.0], [-1.0]]));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](BatchLoss).
    fn mean_and_gradient<'a>(
        &self,
        labels: &[usize],
        embeddings: impl Into<ArrayView2<'a, f64>>,
    ) -> Result<(f64, Array2<f64>), LossError>
    where
        Self: Sized,
    {
        Batch::new(labels, embeddings.into())?.mean_and_gradient(self)
    }
}

/// How a batch loss chooses.
pub trait Mining {
    #[doc(hidden)]
    fn margin(&self) -> f64;

    /// Calls `take` with each triplet.
    #[doc(hidden)]
    fn choose(&self, batch: &Batch, margin: f64, take: &mut dyn FnMut([usize; 3]));
}

/// A labelled batch and the squared distances within it, all measured in `unit`: a power of two that
/// keeps them from overflowing.
pub struct Batch<'a> {
    labels: &'a [usize],
    rows: Rows,
    unit: f64,
    distances: Vec<f64>,
}

impl<'a> Batch<'a> {
    pub(super) fn len(&self) -> usize {
        self.labels.len()
    }

    pub(super) fn new(labels: &'a [usize], embeddings: ArrayView2<f64>) -> Result<Self, LossError> {
        let mut rows = Rows::new("embeddings", embeddings)?;
        let n = rows.count;
        same_count("labels", labels.len(), "a column of embeddings", &rows)?;
        let mut kinds = labels.to_vec();
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.len() == 1 || kinds.len() == n {
            return Err(LossError::NoTriplet { name: "labels" });
        }
        let unit = rows.unit();
        rows.scale(1.0 / unit);
        let mut distances = reserve("distances", n, n)?;
        distances.resize(n * n, 0.0);
        fill_distances(&rows, &mut distances);
        Ok(Self { labels, rows, unit, distances })
    }

    /// The samples, first to last, with their squared distance to `anchor`.
    fn from(&self, anchor: usize) -> &[f64] {
        &self.distances[anchor * self.labels.len()..(anchor + 1) * self.labels.len()]
    }

    /// The samples of the anchor's label, or of other labels, and their squared distances.
    pub(super) fn of(&self, anchor: usize, same: bool) -> impl Iterator<Item = (usize, f64)> {
        let fitting = self.others(anchor).filter(move |&(_, fits, _)| fits == same);
        fitting.map(|(sample, _, distance)| (sample, distance))
    }

    /// All other samples: whether they are of the anchor's label, and their squared distances.
    pub(super) fn others(&self, anchor: usize) -> impl Iterator<Item = (usize, bool, f64)> {
        let samples = self.labels.iter().zip(self.from(anchor)).enumerate();
        let own = self.labels[anchor];
        samples
            .filter(move |&(sample, _)| sample != anchor)
            .map(move |(sample, (&label, &distance))| (sample, label == own, distance))
    }

    /// The loss of a triplet, in units squared.
    pub(super) fn loss(&self, [a, p, n]: [usize; 3], margin: f64) -> f64 {
        let (rows, distances) = ([a, p, n].map(|row| self.rows.row(row)), self.from(a));
        loss_of(rows, (distances[p], distances[n]), margin)
    }

    /// Calls `take` with the rows and the loss of each triplet that the loss chooses, and counts
    /// them.
    pub(super) fn each(&self, loss: &impl Mining, mut take: impl FnMut([usize; 3], f64)) -> usize {
        let margin = loss.margin() / self.unit / self.unit;
        let mut count = 0;
        loss.choose(self, margin, &mut |[a, p, n]| {
            count += 1;
            take([a, p, n], self.loss([a, p, n], margin) * self.unit * self.unit);
        });
        count
    }

    fn mean_and_gradient(&self, loss: &impl Mining) -> Result<(f64, Array2<f64>), LossError> {
        let n = self.labels.len();
        // How often each sample pulls each other one towards it, less how often it pushes it away.
        let mut pulls = reserve("pulls", n, n)?;
        pulls.resize(n * n, 0.0);
        let mut losses = Sum::ZERO;
        let count = self.each(loss, |[a, positive, negative], loss| {
            losses.add(loss);
            if loss > 0.0 {
                for (other, pull) in [(positive, 1.0), (negative, -1.0)] {
                    pulls[a * n + other] += pull;
                    pulls[other * n + a] += pull;
                }
            }
        });
        let mut gradient = Rows::zeros_like(&self.rows);
        let factor = 2.0 / count.max(1) as f64;
        for (sample, pulls) in pulls.chunks_exact(n).enumerate() {
            let slopes = gradient.row_mut(sample);
            // What rounding takes off the sums, which may cancel.
            let mut lows = vec![0.0; slopes.len()];
            for (other, &pull) in pulls.iter().enumerate().filter(|&(_, &pull)| pull != 0.0) {
                let ends = self.rows.row(sample).iter().zip(self.rows.row(other));
                for ((slope, low), (to, from)) in slopes.iter_mut().zip(&mut lows).zip(ends) {
                    let (difference, lost) = two_sum(*to, -from);
                    let term = pull * difference;
                    *low += pull.mul_add(difference, -term) + pull * lost;
                    let (sum, lost) = two_sum(*slope, term);
                    (*slope, *low) = (sum, *low + lost);
                }
            }
            for (slope, low) in slopes.iter_mut().zip(lows) {
                *slope = (*slope + low) * factor * self.unit;
            }
        }
        Ok((if count == 0 { 0.0 } else { losses.mean() }, gradient.into_array()?))
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn fill_distances(rows: &Rows, distances: &mut [f64]) {
    let n = rows.count;
    // Four rows at a time, their numbers side by side; the last ones filled up with the last.
    let mut four = vec![[0.0; 4]; rows.width];
    for start in (0..n).step_by(4) {
        let ends: [&[f64]; 4] = std::array::from_fn(|row| rows.row((start + row).min(n - 1)));
        for (at, four) in four.iter_mut().enumerate() {
            *four = std::array::from_fn(|row| ends[row][at]);
        }
        for j in start + 1..n {
            let to_four = four_squared_distances(&four, rows.row(j));
            for (i, distance) in (start..j).zip(to_four) {
                distances[i * n + j] = distance;
                distances[j * n + i] = distance;
            }
        }
    }
}

/// The squared distances of four rows from one, each added up in the order of
/// [`squared_distance`](super::vectors::squared_distance).
#[inline(always)]
fn four_squared_distances(lefts: &[[f64; 4]], right: &[f64]) -> [f64; 4] {
    let add = |sums: &mut [f64; 4], lefts: &[f64; 4], right: f64| {
        for (sum, left) in sums.iter_mut().zip(lefts) {
            *sum += (left - right) * (left - right);
        }
    };
    let mut lanes = [[0.0; 4]; 8];
    let (lefts, last_lefts) = lefts.as_chunks::<8>();
    let (rights, last_rights) = right.as_chunks::<8>();
    for (lefts, rights) in lefts.iter().zip(rights) {
        for lane in 0..8 {
            add(&mut lanes[lane], &lefts[lane], rights[lane]);
        }
    }
    let mut rest = [0.0; 4];
    for (lefts, &right) in last_lefts.iter().zip(last_rights) {
        add(&mut rest, lefts, right);
    }
    std::array::from_fn(|row| lanes.iter().map(|lane| lane[row]).sum::<f64>() + rest[row])
}
