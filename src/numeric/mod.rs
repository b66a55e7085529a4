//! The floor that all losses stand on: exact sums, elementary functions, checks of inputs, and
//! numbers side by side in memory.

pub(crate) mod check;
mod columns;
mod elementary;
mod rows;
mod sum;
mod vectors;

pub(crate) use check::Domain;
pub(crate) use columns::{CHUNK, Columns};
pub(crate) use elementary::{
    artanh_rest, exp, ln_1p, ln_of_probability, ln_ratio, sigmoid, small_integer, weighted,
};
pub(crate) use rows::{Rows, count_pairs, matrix, reserve, slice_of, zeros};
pub(crate) use sum::{LaneSum, Sum};
pub(crate) use vectors::{argmax, dot, largest, length, squared_distance};
