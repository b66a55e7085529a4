//! Numbers as a tired reader wants them: few digits, and alike within a column.
//!
//! A number that is short by itself (9.5, 1234.5) is shown as it is; a long one (1.3219280948873624)
//! gets four significant digits. A column then has as many decimals as its neediest number, so
//! that the points stand under each other. Where sizes are too far apart for that (1e-12 beside 1),
//! each number is written by itself, the tiny and the huge in scientific notation. If two different
//! numbers would look the same, the whole column gets more digits.
//!
//! Only the text is rounded; nothing that is computed with is ever changed here.

/// Significant digits of a number that is not short by itself.
const DIGITS: usize = 4;
/// As far as telling two neighbours apart may drive the digits.
const MOST_DIGITS: usize = 9;
/// From here on a number with a fraction is scientific.
const LARGE: f64 = 1e9;
/// From here on a whole number is, too: beyond, an f64 does not hold every whole number.
const LARGE_WHOLE: f64 = 1e15;
/// Below this a number is scientific when its column has no common number of decimals.
const TINY: f64 = 1e-4;

/// The texts of a column of numbers, one each.
pub(crate) fn column(values: &[f64]) -> Vec<String> {
    let mut texts = Vec::new();
    for digits in DIGITS..=MOST_DIGITS {
        texts = with_digits(values, digits);
        if tell_apart(values, &texts) {
            break;
        }
    }
    texts
}

/// The text of a number that stands alone.
pub(crate) fn alone(value: f64) -> String {
    column(&[value]).concat()
}

fn with_digits(values: &[f64], digits: usize) -> Vec<String> {
    let write: Box<dyn Fn(f64) -> String> = match common_decimals(values, digits) {
        Some(decimals) => Box::new(move |value| format!("{value:.decimals$}")),
        None => Box::new(move |value| by_itself(value, digits)),
    };
    let text = |&value: &f64| match value {
        value if value.is_nan() => "NaN".to_owned(),
        value if value.is_infinite() => if value > 0.0 { "inf" } else { "-inf" }.to_owned(),
        // Adding 0 turns -0 into 0.
        value => write(value + 0.0),
    };
    values.iter().map(text).collect()
}

/// How many decimals suit every number of the column, or `None` where no number of them does.
fn common_decimals(values: &[f64], digits: usize) -> Option<usize> {
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let largest = finite().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let whole = finite().all(|value| value.fract() == 0.0);
    if largest >= if whole { LARGE_WHOLE } else { LARGE } {
        return None;
    }
    let decimals = finite().map(|value| short(value, digits).decimals()).max().unwrap_or(0);
    // Zeros before the largest number's first digit are no burden, as they are everyone's.
    let zeros = match largest {
        largest if largest >= 1.0 || largest == 0.0 => 0,
        largest if largest < TINY => return None,
        largest => usize::try_from(1 - rounded(largest, digits).exponent).unwrap_or(0),
    };
    let most = digits + zeros;
    (decimals <= most).then_some(decimals)
}

fn by_itself(value: f64, digits: usize) -> String {
    let number = short(value, digits);
    let size = value.abs();
    if size == 0.0 || (TINY..LARGE).contains(&size) {
        format!("{value:.decimals$}", decimals = number.decimals())
    } else {
        number.scientific
    }
}

/// A number rounded to a few significant digits, as `d.ddde-5` without trailing zeros.
struct Short {
    scientific: String,
    digits: usize,
    exponent: i32,
}

impl Short {
    fn decimals(&self) -> usize {
        let behind = i64::try_from(self.digits).unwrap_or(0) - 1 - i64::from(self.exponent);
        usize::try_from(behind).unwrap_or(0)
    }
}

fn short(value: f64, digits: usize) -> Short {
    // Twelve digits are what is meant, the rest is the noise of binary fractions: 0.1 + 0.2.
    let meant = rounded(value, 12);
    // One digit more is allowed to a number that is short by itself.
    if meant.digits <= digits + 1 { meant } else { rounded(value, digits) }
}

fn rounded(value: f64, digits: usize) -> Short {
    let text = format!("{value:.decimals$e}", decimals = digits.saturating_sub(1));
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mantissa = match mantissa.contains('.') {
        true => mantissa.trim_end_matches('0').trim_end_matches('.'),
        false => mantissa,
    };
    Short {
        scientific: format!("{mantissa}e{exponent}"),
        digits: mantissa.bytes().filter(u8::is_ascii_digit).count(),
        exponent: exponent.parse().unwrap_or(0),
    }
}

/// Whether numbers that differ by more than rounding noise have different texts.
fn tell_apart(values: &[f64], texts: &[String]) -> bool {
    let mut sorted: Vec<_> = values.iter().zip(texts).filter(|(v, _)| v.is_finite()).collect();
    sorted.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    sorted.windows(2).all(|pair| match pair {
        [(a, text_a), (b, text_b)] => {
            text_a != text_b || (*a - *b).abs() <= 1e-9 * a.abs().max(b.abs())
        }
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::{alone, column};

    #[test]
    fn short_numbers_stay_and_share_their_decimals() {
        assert_eq!(column(&[9.5, 4.5, 0.0, 4.5, 99.5]), ["9.5", "4.5", "0.0", "4.5", "99.5"]);
        assert_eq!(column(&[50.0, 12.5, 950.0]), ["50.0", "12.5", "950.0"]);
        assert_eq!(column(&[1234.5, 2.25]), ["1234.50", "2.25"]);
    }

    #[test]
    fn long_numbers_get_four_digits() {
        assert_eq!(column(&[0.4, 1.321_928_094_887_362_4]), ["0.400", "1.322"]);
        assert_eq!(column(&[45.055_521_304_275_24, 7.071_067_811_865_475]), ["45.056", "7.071"]);
        assert_eq!(column(&[0.014_499_569_7, 0.4]), ["0.0145", "0.4000"]);
        assert_eq!(alone(1_234_567.891), "1234568");
    }

    #[test]
    fn whole_numbers_have_no_decimals() {
        assert_eq!(column(&[1.0, 10.0, -3.0]), ["1", "10", "-3"]);
        assert_eq!(alone(123_456_789_012.0), "123456789012");
        assert_eq!(column(&[]), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_number_is_named() {
        let values = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.5];
        assert_eq!(column(&values), ["NaN", "inf", "-inf", "1.5"]);
        assert_eq!(column(&[f64::NAN]), ["NaN"]);
    }

    #[test]
    fn sizes_far_apart_are_written_one_by_one() {
        assert_eq!(column(&[1e-12, 1.0, 0.0]), ["1e-12", "1", "0"]);
        assert_eq!(column(&[2.0, 0.8, 8.388_608e-5]), ["2", "0.8", "8.389e-5"]);
        assert_eq!(column(&[1e-300, 2.5e-300]), ["1e-300", "2.5e-300"]);
        assert_eq!(column(&[1e20, 1.5]), ["1e20", "1.5"]);
        assert_eq!(column(&[0.000_123_456, 0.000_456]), ["0.0001235", "0.0004560"]);
        assert_eq!(column(&[0.5, 0.001_234_56]), ["0.500000", "0.001235"]);
        assert_eq!(column(&[0.000_02, 0.000_03]), ["2e-5", "3e-5"]);
    }

    #[test]
    fn different_numbers_look_different() {
        assert_eq!(column(&[1.000_012_345, 1.000_023_456]), ["1.00001", "1.00002"]);
        assert_eq!(column(&[0.333_333_333, 0.333_344_444]), ["0.33333", "0.33334"]);
    }

    #[test]
    fn the_noise_of_binary_fractions_is_not_shown() {
        assert_eq!(column(&[0.1 + 0.2, 0.3, 0.5]), ["0.3", "0.3", "0.5"]);
        assert_eq!(alone(-0.0), "0");
        // What should have been 0 and is not is shown, though.
        assert_eq!(column(&[1.0, 1.1e-16]), ["1", "1.1e-16"]);
    }
}
