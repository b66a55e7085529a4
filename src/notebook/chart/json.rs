//! Traces and numbers as plotly's JSON has them.

use plotly::Trace;
use serde::Serialize;
use serde_json::{Value, json};

use super::axis_range::bounds;

/// A trace as plotly documents it, where plotly's crate has no type for all of it.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub(crate) struct JsonTrace(pub Value);

impl Trace for JsonTrace {
    fn to_json(&self) -> String {
        self.0.to_string()
    }
}

/// Significant digits that a curve keeps in the JSON: a label under the mouse has four.
const DIGITS: i32 = 5;

/// Numbers for plotly, rounded to five significant digits, or to five of what tells them apart if they are close
/// together (1000.001, 1000.002). What is not finite is a gap.
pub(crate) fn rounded<'v>(values: impl IntoIterator<Item = &'v f64> + Clone) -> Value {
    let finite = || values.clone().into_iter().copied().filter(|value| value.is_finite());
    let (from, to) = bounds(finite());
    let spread = exponent(to - from);
    let text = |&value: &f64| {
        if !value.is_finite() {
            return Value::Null;
        }
        let behind = spread.map_or(0, |spread| exponent(value).unwrap_or(spread) - spread).max(0);
        let decimals = usize::try_from(DIGITS - 1 + behind).unwrap_or(0).min(16);
        // Adding 0 turns -0 into 0.
        json!(format!("{:.decimals$e}", value + 0.0).parse::<f64>().unwrap_or(value))
    };
    values.clone().into_iter().map(text).collect()
}

/// A single place without the noise of binary fractions: 1.68 for 1.6800000000000002.
pub(crate) fn brief(value: f64) -> f64 {
    format!("{:.11e}", value + 0.0).parse().unwrap_or(value)
}

/// The power of ten of a number's first digit.
fn exponent(value: f64) -> Option<i32> {
    (value != 0.0 && value.is_finite()).then(|| value.abs().log10().floor() as i32)
}
