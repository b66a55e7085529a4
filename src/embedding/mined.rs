//! What all losses of triplets that are found in a labelled batch have in common.

use std::collections::BTreeSet;

use multiversion::multiversion;
use ndarray::{Array2, ArrayView2};

use super::Triplet;
use crate::error::LossError;
use crate::loss::{Ask, Losses, Matrix, words};
use crate::numeric::{Rows, check, zeros};

/// A triplet loss that finds its triplets in a labelled batch: [`BatchAll`](super::BatchAll),
/// [`BatchHard`](super::BatchHard), [`SemiHard`](super::SemiHard).
///
/// A triplet is an anchor, a **positive** (another sample of the same label) and a **negative** (a
/// sample of another label), and costs `max(0, |a - p|^2 - |a - n|^2 + margin)` as in
/// [`Triplet`]. The losses differ in which triplets they take.
///
/// To add a loss, write [`triplet`](Self::triplet) and [`choose`](Self::choose): it then has all the
/// words of [`MinedWords`].
///
/// ```
/// use lossbook::embedding::Anchor;
/// use lossbook::prelude::*;
///
/// /// The first positive and the first negative.
/// struct First(Triplet);
///
/// impl MinedLoss for First {
///     fn triplet(&self) -> Triplet {
///         self.0
///     }
///
///     fn choose(&self, anchor: &Anchor, take: &mut dyn FnMut(usize, usize)) {
///         if let (Some((positive, _)), Some((negative, _))) =
///             (anchor.positives().next(), anchor.negatives().next())
///         {
///             take(positive, negative);
///         }
///     }
/// }
///
/// let (labels, x) = ([7, 7, 8], [[0.0], [2.0], [3.0]]);
/// let first = First(Triplet::new(1.0)?);
/// assert_eq!(first.triplets(&labels, &x)?, [[0, 1, 2], [1, 0, 2]]);
/// assert_eq!(first.each(&labels, &x)?, array![0.0, 4.0]);
/// # Ok::<(), LossError>(())
/// ```
pub trait MinedLoss {
    /// What a triplet costs.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(BatchHard::new(0.2)?.triplet(), Triplet::new(0.2)?);
    /// # Ok::<(), LossError>(())
    /// ```
    fn triplet(&self) -> Triplet;

    /// Calls `take(positive, negative)`, with rows of the batch, for each triplet of this anchor that
    /// counts.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// let anchor = Anchor { sample: 0, labels: &[7, 7, 8], distances: &[0.0, 4.0, 9.0] };
    /// let mut taken = Vec::new();
    /// BatchHard::new(1.0)?.choose(&anchor, &mut |p, n| taken.push((p, n)));
    /// assert_eq!(taken, [(1, 2)]);
    /// # Ok::<(), lossbook::error::LossError>(())
    /// ```
    fn choose(&self, anchor: &Anchor, take: &mut dyn FnMut(usize, usize));
}

/// A sample of a labelled batch, and how far off the others are.
///
/// ```
/// # use lossbook::embedding::*;
/// let anchor = Anchor { sample: 0, labels: &[7, 7, 8], distances: &[0.0, 4.0, 9.0] };
/// assert_eq!(anchor.positives().collect::<Vec<_>>(), [(1, 4.0)]);
/// assert_eq!(anchor.negatives().collect::<Vec<_>>(), [(2, 9.0)]);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Anchor<'b> {
    /// The row of the anchor.
    pub sample: usize,
    /// Of what kind each sample is.
    pub labels: &'b [usize],
    /// The squared distance of each sample from the anchor.
    pub distances: &'b [f64],
}

impl Anchor<'_> {
    /// The other samples of the anchor's label, and their squared distances.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// let anchor = Anchor { sample: 1, labels: &[7, 7, 8], distances: &[4.0, 0.0, 1.0] };
    /// assert_eq!(anchor.positives().collect::<Vec<_>>(), [(0, 4.0)]);
    /// ```
    pub fn positives(&self) -> impl Iterator<Item = (usize, f64)> {
        self.samples(true)
    }

    /// The samples of other labels, and their squared distances.
    ///
    /// ```
    /// # use lossbook::embedding::*;
    /// let anchor = Anchor { sample: 1, labels: &[7, 7, 8], distances: &[4.0, 0.0, 1.0] };
    /// assert_eq!(anchor.negatives().collect::<Vec<_>>(), [(2, 1.0)]);
    /// ```
    pub fn negatives(&self) -> impl Iterator<Item = (usize, f64)> {
        self.samples(false)
    }

    fn samples(&self, same: bool) -> impl Iterator<Item = (usize, f64)> {
        let own = self.labels.get(self.sample);
        let samples = self.labels.iter().zip(self.distances).enumerate();
        let fitting = samples.filter(move |&(sample, (label, _))| {
            sample != self.sample && (Some(label) == own) == same
        });
        fitting.map(|(sample, (_, &distance))| (sample, distance))
    }
}

/// The words of a [`MinedLoss`], and the triplets that it takes.
///
/// `labels`, `[n]`, say of what kind each of the `embeddings`, `[n, d]`, is; any numbers will do. All
/// words refuse
/// - an empty argument ([`LossError::Empty`]) or lengths that differ ([`LossError::LengthMismatch`]),
/// - a NaN or an infinity ([`LossError::NotFinite`]),
/// - labels without a triplet, i.e. all different or all the same ([`LossError::NoTriplet`]),
/// - a batch whose table of distances does not fit into memory ([`LossError::TooLarge`]).
///
/// A sample of a loss is a triplet here: `each` has one loss for each of [`triplets`](Self::triplets),
/// in their order, and where none is taken the mean is 0. The choice of the triplets is taken as given
/// in the gradient, as everyone does: where another triplet is about to be chosen, the loss has a kink.
/// Of equal distances the first sample wins. (Coordinates beyond 1e150 have no square.)
///
/// ```
/// # use lossbook::prelude::*;
/// let (labels, x) = ([7, 7, 8], [[0.0], [2.0], [3.0]]);
/// let loss = BatchAll::new(1.0)?;
/// assert_eq!(loss.each(&labels, &x)?, array![0.0, 4.0]);
/// assert_eq!(loss.mean(&labels, &x)?, 2.0);
/// assert_eq!(loss.sum(&labels, &x)?, 4.0);
/// assert_eq!(loss.gradient(&labels, &x)?, array![[-2.0], [3.0], [-1.0]]);
///
/// let both = BatchHard::new(1.0)?.mean_and_gradient(&labels, &x)?;
/// assert_eq!(both, (2.0, array![[-2.0], [3.0], [-1.0]]));
/// # Ok::<(), LossError>(())
/// ```
pub trait MinedWords: MinedLoss {
    words!((labels: &[usize] => labels, embeddings: impl Matrix => embeddings.as_matrix())
           -> Array2<f64>);

    /// The triplets that are taken, each as the rows of its anchor, positive and negative.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let (labels, x) = ([7, 7, 8], [[0.0], [2.0], [3.0]]);
    /// assert_eq!(BatchAll::new(1.0)?.triplets(&labels, &x)?, [[0, 1, 2], [1, 0, 2]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](MinedWords).
    fn triplets(
        &self,
        labels: &[usize],
        embeddings: impl Matrix,
    ) -> Result<Vec<[usize; 3]>, LossError> {
        let mut triplets = Vec::new();
        mine(self, labels, embeddings.as_matrix(), |triplet, _| triplets.push(triplet))?;
        Ok(triplets)
    }

    #[doc(hidden)]
    fn evaluate(
        &self,
        labels: &[usize],
        embeddings: ArrayView2<f64>,
        ask: Ask,
    ) -> Result<(Losses, Array2<f64>), LossError> {
        let (mut tally, mut count, n) = (ask.tally(0)?, 0, labels.len());
        // How often each sample pulls each other one towards it, less how often it pushes it away.
        let mut pulls: Vec<f64> = zeros("pulls", if ask.wants_gradient() { n } else { 0 }, n)?;
        let rows = mine(self, labels, embeddings, |[anchor, positive, negative], loss| {
            tally.add(count, loss);
            count += 1;
            if ask.wants_gradient() && loss > 0.0 {
                for (other, pull) in [(positive, 1.0), (negative, -1.0)] {
                    pulls[anchor * n + other] += pull;
                    pulls[other * n + anchor] += pull;
                }
            }
        })?;
        let mut gradient = Rows::zeros_like(&rows);
        for (sample, pulls) in pulls.chunks_exact(n).enumerate() {
            for (other, &pull) in pulls.iter().enumerate().filter(|&(_, &pull)| pull != 0.0) {
                let ends = rows.row(sample).iter().zip(rows.row(other));
                for (slope, (to, from)) in gradient.row_mut(sample).iter_mut().zip(ends) {
                    *slope += 2.0 * pull * (to - from);
                }
            }
        }
        Ok((tally.finish(), gradient.into_array()? / count.max(1) as f64))
    }
}

impl<L: MinedLoss + ?Sized> MinedWords for L {}

/// Calls `take` with the rows and the loss of each triplet that the loss chooses.
pub(super) fn mine(
    loss: &(impl MinedLoss + ?Sized),
    labels: &[usize],
    embeddings: ArrayView2<f64>,
    mut take: impl FnMut([usize; 3], f64),
) -> Result<Rows, LossError> {
    let rows = Rows::new("embeddings", embeddings)?;
    let (n, triplet) = (rows.count, loss.triplet());
    check::same_length("labels", labels.len(), "a column of embeddings", n)?;
    let kinds = labels.iter().collect::<BTreeSet<_>>().len();
    if kinds == 1 || kinds == n {
        return Err(LossError::NoTriplet { name: "labels" });
    }
    let mut distances = zeros("distances", n, n)?;
    fill_distances(&rows, &mut distances);
    for (sample, distances) in distances.chunks_exact(n).enumerate() {
        loss.choose(&Anchor { sample, labels, distances }, &mut |positive, negative| {
            let both = distances.get(positive).zip(distances.get(negative));
            if let Some((&to_positive, &to_negative)) = both {
                take([sample, positive, negative], triplet.loss(to_positive, to_negative));
            }
        });
    }
    Ok(rows)
}

/// The first of those that are equally near.
pub(super) fn nearest(samples: impl Iterator<Item = (usize, f64)>) -> Option<usize> {
    farthest(samples.map(|(sample, distance)| (sample, -distance)))
}

/// The first of those that are equally far.
pub(super) fn farthest(samples: impl Iterator<Item = (usize, f64)>) -> Option<usize> {
    samples.reduce(|best, other| if other.1 > best.1 { other } else { best }).map(|best| best.0)
}

/// The squared distances of all pairs: those of sixteen samples from one at a time, their numbers side
/// by side, which the compiler computes four at once.
#[multiversion(targets("x86_64+avx2"))]
fn fill_distances(rows: &Rows, distances: &mut [f64]) {
    const SIDE: usize = 16;
    let n = rows.count;
    let mut sides = vec![[0.0; SIDE]; rows.width];
    for start in (0..n).step_by(SIDE) {
        for (at, side) in sides.iter_mut().enumerate() {
            *side = std::array::from_fn(|lane| rows.row((start + lane).min(n - 1))[at]);
        }
        for j in start + 1..n {
            let mut sums = [0.0; SIDE];
            for (side, right) in sides.iter().zip(rows.row(j)) {
                for (sum, left) in sums.iter_mut().zip(side) {
                    *sum += (left - right) * (left - right);
                }
            }
            for (i, sum) in (start..j).zip(sums) {
                distances[i * n + j] = sum;
                distances[j * n + i] = sum;
            }
        }
    }
}
