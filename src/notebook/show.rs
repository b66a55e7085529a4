//! What a notebook shows for a value.

use std::fmt;
use std::io::{self, Write};

use ndarray::{ArrayBase, Data, Ix1, Ix2};

use super::numbers;
use crate::information::Information;

/// A value in one MIME type: its name, and the content.
pub type Representation = (&'static str, String);

/// Set by `cargo lab`'s kernel, which makes a Jupyter error of an output of this MIME type.
const ERRORS: &str = "LOSSBOOK_ERRORS";

/// Why a value cannot be shown, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ShowError {
    message: String,
}

impl ShowError {
    /// An error with this text.
    pub fn new(message: impl fmt::Display) -> Self {
        Self { message: message.to_string() }
    }
}

/// A value that a notebook can show: what a cell ends with, without `;`.
///
/// evcxr, the Rust kernel, compiles a cell's last expression as `(expression).evcxr_display()`.
/// With this trait in scope that finds the method for our types and for foreign ones alike, and saves
/// the second compile that evcxr needs to fall back on `Debug`.
///
/// ```
/// use lossbook::prelude::*;
///
/// let shown = array![9.5, 4.5, 0.0].representations()?;
/// assert_eq!(shown, [("text/plain", "[9.5, 4.5, 0.0]".to_owned())]);
/// # Ok::<(), ShowError>(())
/// ```
pub trait Show {
    /// The value in every MIME type it has; a front end shows the richest that it knows.
    ///
    /// # Errors
    ///
    /// What is wrong with the value, in words: a chart whose x and y differ in length, for example.
    fn representations(&self) -> Result<Vec<Representation>, ShowError>;

    /// Whether what is shown is as it should be. A lecture check that fails says why here, so that
    /// the cell can be seen to fail.
    ///
    /// # Errors
    ///
    /// What is not as it should be.
    fn verdict(&self) -> Result<(), String> {
        Ok(())
    }

    /// Writes the value to `out` in evcxr's protocol, and what is wrong with it to `faults`.
    ///
    /// # Errors
    ///
    /// Only those of the writers.
    fn show_on(&self, out: &mut dyn Write, faults: &mut dyn Write) -> io::Result<()> {
        match self.representations() {
            Ok(all) => {
                for (mime, content) in all {
                    writeln!(out, "EVCXR_BEGIN_CONTENT {mime}\n{content}\nEVCXR_END_CONTENT")?;
                }
                out.flush()?;
            }
            Err(error) => match std::env::var(ERRORS) {
                Ok(mime) => {
                    let told = format!("kind Err\n\n{error}");
                    writeln!(out, "EVCXR_BEGIN_CONTENT {mime}\n{told}\nEVCXR_END_CONTENT")?;
                }
                Err(_) => writeln!(faults, "{error}")?,
            },
        }
        if let Err(fault) = self.verdict() {
            writeln!(faults, "{fault}")?;
        }
        Ok(())
    }

    /// Shows the value in the notebook. A fault is an error of the cell in `cargo lab`'s kernel, and
    /// elsewhere text on stderr, which no tested notebook may write.
    fn evcxr_display(&self) {
        // A notebook that closed its pipes has nobody to tell.
        let _ = self.show_on(&mut io::stdout().lock(), &mut io::stderr().lock());
    }
}

impl<T: Show + ?Sized> Show for &T {
    fn representations(&self) -> Result<Vec<Representation>, ShowError> {
        (**self).representations()
    }

    fn verdict(&self) -> Result<(), String> {
        (**self).verdict()
    }
}

/// A result shows its value; its error counts as a fault.
impl<T: Show, E: fmt::Display> Show for Result<T, E> {
    fn representations(&self) -> Result<Vec<Representation>, ShowError> {
        match self {
            Ok(value) => value.representations(),
            Err(error) => Err(ShowError::new(error)),
        }
    }

    fn verdict(&self) -> Result<(), String> {
        self.as_ref().map_or(Ok(()), Show::verdict)
    }
}

fn plain(text: impl fmt::Display) -> Result<Vec<Representation>, ShowError> {
    Ok(vec![("text/plain", text.to_string())])
}

fn in_brackets<T: AsRef<str>>(texts: &[T]) -> String {
    let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    format!("[{}]", texts.join(", "))
}

/// Types that show as their `Display` text.
macro_rules! show_as_text {
    ($($type:ty),*) => {$(
        impl Show for $type {
            fn representations(&self) -> Result<Vec<Representation>, ShowError> {
                plain(self)
            }
        }
    )*};
}

show_as_text!(Information, bool, char, i32, i64, str, String, u8, u32, u64, usize);

/// A single number is shown with every digit that it has.
impl Show for f64 {
    fn representations(&self) -> Result<Vec<Representation>, ShowError> {
        plain(format!("{self:?}"))
    }
}

/// Several numbers are rounded alike, as in a table.
impl Show for [f64] {
    fn representations(&self) -> Result<Vec<Representation>, ShowError> {
        plain(in_brackets(&numbers::column(self)))
    }
}

impl Show for [usize] {
    fn representations(&self) -> Result<Vec<Representation>, ShowError> {
        let texts: Vec<String> = self.iter().map(usize::to_string).collect();
        plain(in_brackets(&texts))
    }
}

impl<S: Data<Elem = f64>> Show for ArrayBase<S, Ix1> {
    fn representations(&self) -> Result<Vec<Representation>, ShowError> {
        self.to_vec().representations()
    }
}

/// Rows under each other, numbers under each other.
impl<S: Data<Elem = f64>> Show for ArrayBase<S, Ix2> {
    fn representations(&self) -> Result<Vec<Representation>, ShowError> {
        let columns: Vec<Vec<String>> =
            self.columns().into_iter().map(|column| padded(&column.to_vec())).collect();
        let row = |row: usize| {
            let cells: Vec<&str> = columns.iter().map(|column| column[row].as_str()).collect();
            in_brackets(&cells)
        };
        plain((0..self.nrows()).map(row).collect::<Vec<_>>().join("\n"))
    }
}

fn padded(values: &[f64]) -> Vec<String> {
    let texts = numbers::column(values);
    let width = texts.iter().map(String::len).max().unwrap_or(0);
    texts.iter().map(|text| format!("{text:>width$}")).collect()
}

/// What a slice shows, a `Vec` and an array show, too.
macro_rules! show_as_slice {
    ($($element:ty),*) => {$(
        impl Show for Vec<$element> {
            fn representations(&self) -> Result<Vec<Representation>, ShowError> {
                self.as_slice().representations()
            }

            fn verdict(&self) -> Result<(), String> {
                self.as_slice().verdict()
            }
        }

        impl<const N: usize> Show for [$element; N] {
            fn representations(&self) -> Result<Vec<Representation>, ShowError> {
                self.as_slice().representations()
            }

            fn verdict(&self) -> Result<(), String> {
                self.as_slice().verdict()
            }
        }
    )*};
}

pub(super) use show_as_slice;

show_as_slice!(f64, usize);
