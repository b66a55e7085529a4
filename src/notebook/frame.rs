//! Tables are polars frames: arrays go in and out, and a frame is shown as HTML.

use ndarray::{Array1, ArrayBase, Data, Ix1};
use polars::prelude::{Column, DataFrame, DataType, NamedFrom, PlSmallStr, Series};

use super::html;
use super::show::{Representation, Show, ShowError};

/// Tells our conversions from polars' own among the [`NamedFrom`]s by which `df!` takes a column.
#[derive(Debug)]
pub enum FromRow {}

/// What an array in a frame may hold.
pub trait Cell: Clone {
    /// A series of these values.
    fn series(name: PlSmallStr, values: Vec<Self>) -> Series;
}

macro_rules! cells {
    ($($type:ty),*) => {$(
        impl Cell for $type {
            fn series(name: PlSmallStr, values: Vec<Self>) -> Series {
                Series::new(name, values)
            }
        }
    )*};
}

cells!(f64, i32, i64, u64, bool, String, &str);

/// polars has no `usize`.
impl Cell for usize {
    fn series(name: PlSmallStr, values: Vec<Self>) -> Series {
        Series::new(name, values.into_iter().map(|value| value as u64).collect::<Vec<_>>())
    }
}

impl<S: Data<Elem: Cell>> NamedFrom<ArrayBase<S, Ix1>, FromRow> for Series {
    fn new(name: PlSmallStr, values: ArrayBase<S, Ix1>) -> Self {
        Cell::series(name, values.to_vec())
    }
}

impl<S: Data<Elem: Cell>> NamedFrom<&ArrayBase<S, Ix1>, FromRow> for Series {
    fn new(name: PlSmallStr, values: &ArrayBase<S, Ix1>) -> Self {
        Cell::series(name, values.to_vec())
    }
}

/// Counts and labels in plain lists: polars takes other numbers itself.
macro_rules! whole_numbers {
    ($([$($generics:tt)*] $type:ty),*) => {$(
        impl<$($generics)*> NamedFrom<$type, FromRow> for Series {
            fn new(name: PlSmallStr, values: $type) -> Self {
                Cell::series(name, values.to_vec())
            }
        }
    )*};
}

whole_numbers!(
    [] &[usize], [] Vec<usize>, [] &Vec<usize>, [const N: usize] [usize; N], [const N: usize] &[usize; N]
);

/// The numbers of a polars column, to go on computing with.
///
/// ```
/// use lossbook::prelude::*;
///
/// let table = df!["y" => array![24.0, 19.0], "y_hat" => [21.0, 20.0]]?
///     .lazy()
///     .with_columns([(col("y") - col("y_hat")).alias("residual")])
///     .collect()?;
/// let residual = table.column("residual")?;
/// assert_eq!(residual.numbers()?, array![3.0, -1.0]);
/// assert_eq!((residual.sum()?, residual.mean()?), (2.0, 1.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Numbers {
    /// Every value, as an array.
    ///
    /// # Errors
    ///
    /// Where a value is missing (null), or the column holds no numbers.
    fn numbers(&self) -> Result<Array1<f64>, ShowError>;

    /// The sum of all values; of none it is 0.
    ///
    /// # Errors
    ///
    /// As [`numbers`](Self::numbers).
    fn sum(&self) -> Result<f64, ShowError> {
        Ok(self.numbers()?.sum())
    }

    /// The mean of all values.
    ///
    /// # Errors
    ///
    /// As [`numbers`](Self::numbers); where there is no value.
    fn mean(&self) -> Result<f64, ShowError> {
        self.numbers()?.mean().ok_or_else(|| ShowError::new("a column of no values has no mean"))
    }
}

impl Numbers for Column {
    fn numbers(&self) -> Result<Array1<f64>, ShowError> {
        let (name, dtype) = (self.name(), self.dtype());
        if !(dtype.is_primitive_numeric() || dtype.is_bool()) {
            return Err(ShowError::new(format!("column {name:?} holds {dtype}, not numbers")));
        }
        let wide = self.cast(&DataType::Float64).map_err(ShowError::new)?;
        let values = wide.f64().map_err(ShowError::new)?;
        if let Some(row) = values.iter().position(|value| value.is_none()) {
            return Err(ShowError::new(format!(
                "column {name:?} has no value in row {row} (null); fill it or filter it out first"
            )));
        }
        Ok(values.iter().flatten().collect())
    }
}

impl Numbers for Series {
    fn numbers(&self) -> Result<Array1<f64>, ShowError> {
        Column::from(self.clone()).numbers()
    }
}

impl Show for DataFrame {
    fn representations(&self) -> Result<Vec<Representation>, ShowError> {
        Ok(vec![("text/html", html::of_frame(self)?), ("text/plain", self.to_string())])
    }
}

/// A column is shown as a frame of one.
impl Show for Column {
    fn representations(&self) -> Result<Vec<Representation>, ShowError> {
        self.clone().into_frame().representations()
    }
}

impl Show for Series {
    fn representations(&self) -> Result<Vec<Representation>, ShowError> {
        self.clone().into_frame().representations()
    }
}
