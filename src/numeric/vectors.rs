//! Products, lengths and distances of numbers side by side.

/// Adds up what eight lanes collect, so that the compiler computes several at once.
#[inline(always)]
fn sum_of(left: &[f64], right: &[f64], term: impl Fn(f64, f64) -> f64) -> f64 {
    let mut lanes = [0.0; 8];
    let (lefts, last_lefts) = left.as_chunks::<8>();
    let (rights, last_rights) = right.as_chunks::<8>();
    for (left, right) in lefts.iter().zip(rights) {
        for lane in 0..8 {
            lanes[lane] += term(left[lane], right[lane]);
        }
    }
    let rest = last_lefts.iter().zip(last_rights);
    lanes.iter().sum::<f64>() + rest.map(|(&left, &right)| term(left, right)).sum::<f64>()
}

/// `sum left_i right_i`
#[inline]
pub(crate) fn dot(left: &[f64], right: &[f64]) -> f64 {
    sum_of(left, right, |left, right| left * right)
}

/// `sum (left_i - right_i)^2`
#[inline]
pub(crate) fn squared_distance(left: &[f64], right: &[f64]) -> f64 {
    sum_of(left, right, |left, right| (left - right) * (left - right))
}

/// `sqrt(sum value_i^2)`
pub(crate) fn length(values: &[f64]) -> f64 {
    dot(values, values).sqrt()
}

/// The largest of the absolute values; 0 of none.
pub(crate) fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |largest, value| value.abs().max(largest))
}

/// The place of the largest value, the first of equal ones; `None` of none.
pub(crate) fn argmax<'v>(values: impl IntoIterator<Item = &'v f64>) -> Option<usize> {
    let places = values.into_iter().enumerate();
    let first = |best: (usize, &'v f64), other: (usize, &'v f64)| {
        if other.1 > best.1 { other } else { best }
    };
    places.reduce(first).map(|(place, _)| place)
}
