//! One pass over arguments that are read together, sample by sample: what the losses of single
//! numbers share.

use ndarray::{Array1, ArrayView1, s};

use crate::error::{LossError, check};
use crate::sum::{Sum, WideSum};

/// How many samples are checked, computed and added up at a time: few enough to stay in the
/// processor's nearest memory, enough that the compiler's loops over them pay.
const CHUNK: usize = 512;

/// Arguments of one length: `K` numbers per sample.
///
/// The samples are visited a chunk at a time, each column's numbers side by side. A column that does
/// not lie so in memory is copied first, so that all views give the same results to the last bit.
pub(crate) struct Columns<'a, const K: usize> {
    names: [&'static str; K],
    views: [ArrayView1<'a, f64>; K],
    hold: [check::Holds; K],
}

impl<'a, const K: usize> Columns<'a, K> {
    /// Columns of finite numbers.
    pub(crate) fn new(
        names: [&'static str; K],
        views: [ArrayView1<'a, f64>; K],
    ) -> Result<Self, LossError> {
        Self::holding([check::Holds::Numbers; K], names, views)
    }

    pub(crate) fn holding(
        hold: [check::Holds; K],
        names: [&'static str; K],
        views: [ArrayView1<'a, f64>; K],
    ) -> Result<Self, LossError> {
        for (name, view) in names.iter().zip(&views).skip(1) {
            check::same_length(names[0], views[0].len(), name, view.len())?;
        }
        Ok(Self { names, views, hold })
    }

    fn samples(&self) -> usize {
        self.views[0].len()
    }

    /// The number of samples.
    pub(crate) fn len(&self) -> f64 {
        self.samples() as f64
    }

    /// A number for each sample.
    pub(crate) fn map(&self, function: impl Fn([f64; K]) -> f64) -> Result<Array1<f64>, LossError> {
        self.map_chunks(|columns, out| fill(columns, out, &function))
    }

    /// The losses of the samples, added up.
    pub(crate) fn add_up(&self, loss: impl Fn([f64; K]) -> f64) -> Result<Sum, LossError> {
        self.add_up_chunks(|columns, losses| fill(columns, losses, &loss))
    }

    /// The mean of the losses, and each slope divided by their number.
    pub(crate) fn mean_and_slopes(
        &self,
        loss_and_slope: impl Fn([f64; K]) -> (f64, f64),
    ) -> Result<(f64, Array1<f64>), LossError> {
        let n = self.len();
        self.mean_and_slopes_of_chunks(|columns, losses, slopes| {
            for (at, (to_loss, to_slope)) in losses.iter_mut().zip(slopes).enumerate() {
                let (loss, slope) = loss_and_slope(columns.map(|column| column[at]));
                (*to_loss, *to_slope) = (loss, slope / n);
            }
            true
        })
    }

    // The same with functions that fill a chunk, and say whether all that they read is right: `true`
    // where that was checked before. They divide the slopes themselves.

    pub(crate) fn map_chunks(
        &self,
        mut fill: impl FnMut([&[f64]; K], &mut [f64]) -> bool,
    ) -> Result<Array1<f64>, LossError> {
        let mut values = self.reserve()?;
        self.chunks(|columns| fill(columns, grow(&mut values, columns[0].len())))?;
        Ok(Array1::from_vec(values))
    }

    pub(crate) fn add_up_chunks(
        &self,
        mut fill: impl FnMut([&[f64]; K], &mut [f64]) -> bool,
    ) -> Result<Sum, LossError> {
        let mut sum = WideSum::ZERO;
        let mut losses = [0.0; CHUNK];
        self.chunks(|columns| {
            let losses = &mut losses[..columns[0].len()];
            let right = fill(columns, losses);
            sum.add_all(losses);
            right
        })?;
        Ok(sum.finish())
    }

    pub(crate) fn mean_and_slopes_of_chunks(
        &self,
        fill: impl FnMut([&[f64]; K], &mut [f64], &mut [f64]) -> bool,
    ) -> Result<(f64, Array1<f64>), LossError> {
        let mut sum = WideSum::ZERO;
        let slopes = self.slopes(fill, |losses| sum.add_all(losses))?;
        Ok((sum.finish().mean(), slopes))
    }

    /// The slopes alone, of a function that computes both.
    pub(crate) fn slopes_of_chunks(
        &self,
        fill: impl FnMut([&[f64]; K], &mut [f64], &mut [f64]) -> bool,
    ) -> Result<Array1<f64>, LossError> {
        self.slopes(fill, |_| ())
    }

    fn slopes(
        &self,
        mut fill: impl FnMut([&[f64]; K], &mut [f64], &mut [f64]) -> bool,
        mut take: impl FnMut(&[f64]),
    ) -> Result<Array1<f64>, LossError> {
        let mut losses = [0.0; CHUNK];
        let mut slopes = self.reserve()?;
        self.chunks(|columns| {
            let losses = &mut losses[..columns[0].len()];
            let slopes = grow(&mut slopes, losses.len());
            let right = fill(columns, losses, slopes);
            take(losses);
            right
        })?;
        Ok(Array1::from_vec(slopes))
    }

    /// Visits all samples; the first that is not right is an error.
    fn chunks(&self, mut visit: impl FnMut([&[f64]; K]) -> bool) -> Result<(), LossError> {
        let slices = self.views.each_ref().map(|view| view.to_slice());
        let mut copies = [[0.0; CHUNK]; K];
        for start in (0..self.samples()).step_by(CHUNK) {
            let end = self.samples().min(start.saturating_add(CHUNK));
            for ((copy, view), slice) in copies.iter_mut().zip(&self.views).zip(&slices) {
                if slice.is_none() {
                    let part = view.slice(s![start..end]);
                    copy.iter_mut().zip(part).for_each(|(copy, &value)| *copy = value);
                }
            }
            let columns = std::array::from_fn(|column| match slices[column] {
                Some(slice) => &slice[start..end],
                None => &copies[column][..end - start],
            });
            let right = columns.iter().zip(self.hold).all(|(column, hold)| hold.all(column));
            if !(right && visit(columns)) {
                self.check(start, columns)?;
                if !right {
                    visit(columns);
                }
            }
        }
        Ok(())
    }

    /// Finds what is not right, if anything is.
    fn check(&self, start: usize, columns: [&[f64]; K]) -> Result<(), LossError> {
        for at in 0..columns[0].len() {
            for ((column, hold), name) in columns.iter().zip(self.hold).zip(self.names) {
                hold.check(name, &[start + at], column[at])?;
            }
        }
        Ok(())
    }

    fn reserve(&self) -> Result<Vec<f64>, LossError> {
        let mut values = Vec::new();
        let too_large =
            |_| LossError::TooLarge { name: "the result", rows: self.samples(), columns: 1 };
        values.try_reserve_exact(self.samples()).map_err(too_large)?;
        Ok(values)
    }
}

fn fill<const K: usize>(
    columns: [&[f64]; K],
    out: &mut [f64],
    function: impl Fn([f64; K]) -> f64,
) -> bool {
    for (at, out) in out.iter_mut().enumerate() {
        *out = function(columns.map(|column| column[at]));
    }
    true
}

/// Room for some more values at the end.
fn grow(values: &mut Vec<f64>, more: usize) -> &mut [f64] {
    let start = values.len();
    values.resize(start + more, 0.0);
    &mut values[start..]
}
