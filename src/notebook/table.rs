//! A table from plain slices.

use polars::prelude::{Column, DataFrame};

use super::show::{Representation, Show, ShowError};
use crate::loss::Vector;

/// A table built column by column, shown by the notebook as HTML.
///
/// The methods never fail; what does not fit together (columns of different length, a name used
/// twice) is reported by name where the table is shown or turned into a frame.
///
/// Numbers are rounded for the eye only, alike within a column; [`frame`](Self::frame) holds them in
/// full.
///
/// ```
/// use lossbook::prelude::*;
///
/// let table = Table::new()
///     .labels("pupil", &["A", "B"])
///     .numbers("p(pass)", &[0.4, 0.99])
///     .counts("exams", &[10, 12]);
/// assert_eq!(table.frame()?.shape(), (2, 3));
/// # Ok::<(), ShowError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Table {
    columns: Vec<(String, Values)>,
}

#[derive(Debug, Clone)]
enum Values {
    Labels(Vec<String>),
    Numbers(Vec<f64>),
    Counts(Vec<u64>),
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Labels(values) => values.len(),
            Self::Numbers(values) => values.len(),
            Self::Counts(values) => values.len(),
        }
    }
}

impl Table {
    /// An empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a column of text, one label a row.
    pub fn labels(self, name: &str, labels: &[impl AsRef<str>]) -> Self {
        let labels = labels.iter().map(|label| label.as_ref().to_owned()).collect();
        self.with(name, Values::Labels(labels))
    }

    /// Adds a column of numbers: a slice, a `Vec`, an `Array1` or a view, borrowed.
    ///
    /// NaN and infinities are shown as `NaN`, `inf` and `-inf`.
    pub fn numbers(self, name: &str, numbers: impl Vector) -> Self {
        self.with(name, Values::Numbers(numbers.as_vector().to_vec()))
    }

    /// Adds a column of whole numbers: counts, indices, class labels.
    pub fn counts(self, name: &str, counts: &[usize]) -> Self {
        let counts = counts.iter().map(|&count| count as u64).collect();
        self.with(name, Values::Counts(counts))
    }

    /// The table as a polars frame, with every digit.
    ///
    /// # Errors
    ///
    /// A table without columns, columns of different length, a name used twice: all that is wrong,
    /// in one text.
    pub fn frame(&self) -> Result<DataFrame, ShowError> {
        let faults = self.faults();
        if !faults.is_empty() {
            return Err(ShowError::new(format!("table: {}", faults.join("; "))));
        }
        let columns = self.columns.iter().map(|(name, values)| match values {
            Values::Labels(values) => Column::new(name.as_str().into(), values.as_slice()),
            Values::Numbers(values) => Column::new(name.as_str().into(), values.as_slice()),
            Values::Counts(values) => Column::new(name.as_str().into(), values.as_slice()),
        });
        DataFrame::new_infer_height(columns.collect()).map_err(ShowError::new)
    }

    fn with(mut self, name: &str, values: Values) -> Self {
        self.columns.push((name.to_owned(), values));
        self
    }

    fn faults(&self) -> Vec<String> {
        let Some((first, values)) = self.columns.first() else {
            return vec!["it has no column (at least 1 is needed)".to_owned()];
        };
        let rows = values.len();
        let mut faults = Vec::new();
        for (index, (name, values)) in self.columns.iter().enumerate() {
            if values.len() != rows {
                faults.push(format!(
                    "column {first:?} has {rows} values and column {name:?} {} (they must be equal)",
                    values.len()
                ));
            }
            if self.columns[..index].iter().any(|(earlier, _)| earlier == name) {
                faults.push(format!("two columns are named {name:?} (each name once)"));
            }
        }
        faults
    }
}

impl Show for Table {
    fn representations(&self) -> Result<Vec<Representation>, ShowError> {
        self.frame()?.representations()
    }
}
