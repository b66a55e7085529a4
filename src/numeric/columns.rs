//! Arguments that are read together, sample by sample.

use ndarray::{ArrayView1, s};

use super::check::{self, Domain};
use crate::error::LossError;

/// How many samples are checked, computed and added up at a time: few enough to stay in the
/// processor's nearest memory, enough that the compiler's loops over them pay.
pub(crate) const CHUNK: usize = 512;

/// Arguments of one length: `K` numbers per sample.
///
/// The samples are visited a chunk at a time, each column's numbers side by side. A column that does
/// not lie so in memory is copied first, so that all views give the same results to the last bit.
pub(crate) struct Columns<'a, const K: usize> {
    names: [&'static str; K],
    views: [ArrayView1<'a, f64>; K],
    domains: [Domain; K],
}

impl<'a, const K: usize> Columns<'a, K> {
    pub(crate) fn new(
        names: [&'static str; K],
        domains: [Domain; K],
        views: [ArrayView1<'a, f64>; K],
    ) -> Result<Self, LossError> {
        for (name, view) in names.iter().zip(&views).skip(1) {
            check::same_length(names[0], views[0].len(), name, view.len())?;
        }
        check::not_empty(names[0], views[0].len())?;
        Ok(Self { names, views, domains })
    }

    pub(crate) fn samples(&self) -> usize {
        self.views[0].len()
    }

    /// Visits all samples, a chunk at a time; the first that is not right is an error.
    ///
    /// The visitor gets the place of the chunk's first sample, and answers whether all that it read
    /// is right: `true` where a column's domain has been checked before.
    pub(crate) fn visit(
        &self,
        visit: impl FnMut(usize, [&[f64]; K]) -> bool,
    ) -> Result<(), LossError> {
        self.visit_weighted(None, visit)
    }

    /// The same; a sample whose weight is 0 is not even read, but taken to be zeros.
    pub(crate) fn visit_weighted(
        &self,
        weights: Option<ArrayView1<f64>>,
        mut visit: impl FnMut(usize, [&[f64]; K]) -> bool,
    ) -> Result<(), LossError> {
        let slices = self.views.each_ref().map(|view| view.to_slice());
        let mut copies = [[0.0; CHUNK]; K];
        for start in (0..self.samples()).step_by(CHUNK) {
            let end = self.samples().min(start.saturating_add(CHUNK));
            for ((copy, view), slice) in copies.iter_mut().zip(&self.views).zip(&slices) {
                if slice.is_none() || weights.is_some() {
                    let part = view.slice(s![start..end]);
                    copy.iter_mut().zip(part).for_each(|(copy, &value)| *copy = value);
                }
            }
            if let Some(weights) = weights {
                for (at, &weight) in weights.slice(s![start..end]).iter().enumerate() {
                    if weight == 0.0 {
                        copies.iter_mut().for_each(|copy| copy[at] = 0.0);
                    }
                }
            }
            let columns = std::array::from_fn(|column| match slices[column] {
                Some(slice) if weights.is_none() => &slice[start..end],
                _ => &copies[column][..end - start],
            });
            let right = columns.iter().zip(self.domains).all(|(column, domain)| domain.all(column));
            if !(right && visit(start, columns)) {
                self.check(start, columns)?;
                // It was only a -0, or the like.
                if !right {
                    visit(start, columns);
                }
            }
        }
        Ok(())
    }

    /// Finds what is not right, if anything is.
    fn check(&self, start: usize, columns: [&[f64]; K]) -> Result<(), LossError> {
        for at in 0..columns[0].len() {
            for ((column, domain), name) in columns.iter().zip(self.domains).zip(self.names) {
                domain.check(name, &[start + at], column[at])?;
            }
        }
        Ok(())
    }
}
