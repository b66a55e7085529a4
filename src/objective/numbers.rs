//! What all the objectives compute with: finite tables, columns less their means, and sums of products
//! that keep their digits.

use ndarray::{Array2, ArrayView1, ArrayView2};

use crate::error::{LossError, check};
use crate::sum::Sum;

/// A table, row after row or column after column.
pub(super) type Rows = Vec<Vec<f64>>;

/// The rows of a table that must hold something, and nothing but finite numbers.
pub(super) fn rows(name: &'static str, x: ArrayView2<f64>) -> Result<Rows, LossError> {
    check::not_empty(name, x.len())?;
    let (count, width) = x.dim();
    // One request for everything: a view may be larger than any memory.
    let mut cells = Vec::new();
    let too_large = LossError::TooLarge { name, rows: count, columns: width };
    match count.checked_mul(width) {
        Some(size) if cells.try_reserve_exact(size).is_ok() => {}
        _ => return Err(too_large),
    }
    for ((row, column), &value) in x.indexed_iter() {
        check::finite(name, &[row, column], value)?;
        cells.push(value);
    }
    Ok(cells.chunks_exact(width).map(<[f64]>::to_vec).collect())
}

/// The rows of `x`, one for each value of a target that is finite, too.
pub(super) fn samples(
    target: ArrayView1<f64>,
    x: ArrayView2<f64>,
) -> Result<(Vec<f64>, Rows), LossError> {
    check::not_empty("x", x.len())?;
    check::same_length("target", target.len(), "a column of x", x.nrows())?;
    let x = rows("x", x)?;
    for (index, &value) in target.iter().enumerate() {
        check::finite("target", &[index], value)?;
    }
    Ok((target.to_vec(), x))
}

pub(super) fn same_width(
    left: &'static str,
    left_width: usize,
    right: &'static str,
    right_width: usize,
) -> Result<(), LossError> {
    check::same_length(left, left_width, right, right_width)
}

/// Rows of one length, at least one, as a table.
pub(super) fn table(name: &'static str, rows: &[Vec<f64>]) -> Result<Array2<f64>, LossError> {
    let width = rows.first().map_or(0, Vec::len);
    let too_large = |_| LossError::TooLarge { name, rows: rows.len(), columns: width };
    Array2::from_shape_vec((rows.len(), width), rows.concat()).map_err(too_large)
}

pub(super) fn transposed(rows: &[Vec<f64>]) -> Rows {
    let width = rows.first().map_or(0, Vec::len);
    (0..width).map(|column| rows.iter().map(|row| row[column]).collect()).collect()
}

/// A column less its mean: its values are `mean + mean_rest + unit * values`.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) mean: f64,
    /// What rounding took off the mean.
    pub(super) mean_rest: f64,
    /// A power of two that makes the largest of the values about 1.
    pub(super) unit: f64,
    pub(super) values: Vec<f64>,
}

impl Column {
    /// Of numbers of any size: nothing overflows, and a spread that is tiny beside the mean keeps
    /// its digits.
    pub(super) fn new(column: &[f64]) -> Self {
        let outer = power_of_two_below(largest(column));
        let mut values: Vec<f64> = column.iter().map(|value| value / outer).collect();
        let mean = values.iter().copied().collect::<Sum>().mean();
        values.iter_mut().for_each(|value| *value -= mean);
        // The mean was rounded, too: what it still lacks.
        let rest = values.iter().copied().collect::<Sum>().mean();
        values.iter_mut().for_each(|value| *value -= rest);
        let whole = mean + rest;
        let spread = power_of_two_below(largest(&values));
        let inner = spread.clamp((f64::MIN_POSITIVE / outer).min(1.0), 1.0);
        values.iter_mut().for_each(|value| *value /= inner);
        let mean_rest = ((mean - whole) + rest) * outer;
        Self { mean: whole * outer, mean_rest, unit: outer * inner, values }
    }

    /// Whether nothing varies.
    pub(super) fn is_zero(&self) -> bool {
        self.values.iter().all(|&value| value == 0.0)
    }
}

/// The columns of a table less their means, in the unit of the widest.
pub(super) struct Centred {
    pub(super) means: Vec<f64>,
    pub(super) unit: f64,
    pub(super) columns: Rows,
}

impl Centred {
    pub(super) fn new(rows: &[Vec<f64>]) -> Self {
        let columns: Vec<Column> =
            transposed(rows).iter().map(|column| Column::new(column)).collect();
        let varied = columns.iter().filter(|column| !column.is_zero());
        let unit = varied.map(|column| column.unit).fold(f64::MIN_POSITIVE, f64::max);
        let means = columns.iter().map(|column| column.mean).collect();
        let in_unit = |column: Column| {
            let factor = column.unit / unit;
            column.values.into_iter().map(|value| value * factor).collect()
        };
        Self { means, unit, columns: columns.into_iter().map(in_unit).collect() }
    }
}

/// `factor * sum_k left_k right_k` as if computed with twice the digits: where large terms cancel,
/// the rest is still right. What overflows or vanishes on the way only does no harm.
///
/// Source: T. Ogita, S. M. Rump, S. Oishi, "Accurate sum and dot product" (2005), algorithm Dot2.
pub(super) fn sum_of_products(factor: f64, pairs: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let plain = dot2(pairs.clone());
    if (1e-250..1e250).contains(&plain.abs()) {
        return factor * plain;
    }
    // Every factor as a number near 1 and a power of two, the largest product's power taken out.
    let pairs = pairs.filter(|&(left, right)| left != 0.0 && right != 0.0);
    let powers = pairs.clone().map(|(left, right)| exponent(left) + exponent(right));
    let Some(top) = powers.max() else {
        return 0.0;
    };
    let scaled = pairs.map(|(left, right)| {
        let (left_power, right_power) = (exponent(left), exponent(right));
        let left = times_power(left, -left_power);
        (times_power(left, left_power + right_power - top), times_power(right, -right_power))
    });
    times_power(factor * dot2(scaled), top)
}

pub(super) fn dot2(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut high, mut low) = (0.0_f64, 0.0);
    for (left, right) in pairs {
        let product = left * right;
        let sum = high + product;
        let back = sum - high;
        low += left.mul_add(right, -product) + ((high - (sum - back)) + (product - back));
        high = sum;
    }
    high + low
}

pub(super) fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

/// The length of a vector of numbers of any size.
pub(super) fn length(values: &[f64]) -> f64 {
    let square = dot(values, values);
    if (1e-250..1e250).contains(&square) {
        return square.sqrt();
    }
    let unit = power_of_two_below(largest(values));
    values.iter().map(|value| (value / unit) * (value / unit)).sum::<f64>().sqrt() * unit
}

pub(super) fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |largest, value| value.abs().max(largest))
}

/// The largest power of two that is not above `size`, but never a subnormal one.
pub(super) fn power_of_two_below(size: f64) -> f64 {
    const EXPONENT: u64 = 0x7ff0_0000_0000_0000;
    f64::from_bits(size.to_bits() & EXPONENT).max(f64::MIN_POSITIVE)
}

/// The `e` of `value = m 2^e` with `1 <= m < 2` (a subnormal's is that of the smallest normal).
fn exponent(value: f64) -> i32 {
    // Eleven bits fit.
    ((value.to_bits() >> 52) & 0x7ff).max(1) as i32 - 1023
}

/// `value * 2^power`, in steps that neither overflow nor vanish before the result does.
pub(super) fn times_power(value: f64, power: i32) -> f64 {
    const STEP: i32 = 1000;
    let (mut value, mut power) = (value, power.clamp(-5 * STEP, 5 * STEP));
    while power.abs() > STEP {
        value *= 2.0_f64.powi(STEP * power.signum());
        power -= STEP * power.signum();
    }
    value * 2.0_f64.powi(power)
}
