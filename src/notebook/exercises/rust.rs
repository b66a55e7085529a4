//! Exercises of the page `rust_for_this_course`.
//!
//! ```
//! use lossbook::prelude::*;
//!
//! fn my_mean_of_known(days: &[Option<f64>]) -> Option<f64> {
//!     let known: Vec<f64> = days.iter().filter_map(|day| *day).collect();
//!     // 0 / 0 is NaN, which is a value, and here there is none.
//!     Some(known.iter().sum::<f64>() / known.len() as f64)
//! }
//!
//! let verdict = exercises::rust::mean_of_known(my_mean_of_known);
//! assert!(matches!(verdict.outcome(), Outcome::Failed { .. }));
//! ```

use ndarray::{Array1, ArrayView1};

use super::check::check;
use super::list;
use super::verdict::Verdict;

/// Checks `my_mean(values)`: the sum of at least one value, divided by how many there are.
pub fn mean(learner: fn(&[f64]) -> f64) -> Verdict {
    let cases: [&[f64]; 5] =
        [&[24.0, 19.0, 22.0, 25.0, 30.0], &[1.0, 2.0], &[3.0, -1.0, 0.0, -2.0], &[-7.5], &[0.0; 3]];
    check(
        list::MEAN_OF_A_LIST,
        "values.iter().sum::<f64>() is the sum. values.len() is a whole number, so it needs as f64 before you divide by it. No semicolon behind the last line.",
        &cases,
        |values| format!("values = {values:?}"),
        |values| learner(values),
        |values| Ok(ArrayView1::from(*values).mean().unwrap_or(f64::NAN)),
    )
}

/// Checks `my_count_above(values, limit)`: how many values are greater than the limit.
pub fn count_above(learner: fn(&[f64], f64) -> usize) -> Verdict {
    let cases: [(&[f64], f64); 6] = [
        (&[24.0, 19.0, 22.0, 25.0, 30.0], 23.0),
        (&[24.0, 19.0, 22.0, 25.0, 30.0], 22.0),
        (&[-3.0, -1.0], -2.0),
        (&[1.0, 2.0, 3.0], 0.0),
        (&[1.0, 2.0, 3.0], 3.0),
        (&[], 0.0),
    ];
    check(
        list::HOW_MANY_ARE_ABOVE,
        "let mut count = 0; then for &value in values { .. }, and within it if value > limit { count += 1; }. The last line of the function is count.",
        &cases,
        |(values, limit)| format!("values = {values:?}, limit = {limit}"),
        |(values, limit)| learner(values, *limit),
        |(values, limit)| Ok(values.iter().filter(|value| *value > limit).count()),
    )
}

/// Checks `my_mean_of_known(days)`: the mean of those that are `Some`, and `None` if there are none.
pub fn mean_of_known(learner: fn(&[Option<f64>]) -> Option<f64>) -> Verdict {
    let cases: [&[Option<f64>]; 6] = [
        &[Some(24.0), None, Some(22.0)],
        &[Some(24.0), Some(19.0), Some(22.0), Some(25.0), Some(30.0)],
        &[None, Some(-4.0)],
        &[Some(3.0), Some(-3.0), None],
        &[None, None],
        &[],
    ];
    check(
        list::MEAN_OF_WHAT_IS_KNOWN,
        "Two variables, total and known, both mut. In the loop: match day { Some(degrees) => { total += degrees; known += 1; } None => continue, }. At the end, if known > 0 { Some(total / known as f64) } else { None }: 0 / 0 would be NaN.",
        &cases,
        |days| format!("days = {days:?}"),
        |days| learner(days),
        |days| Ok(days.iter().copied().flatten().collect::<Array1<f64>>().mean()),
    )
}
