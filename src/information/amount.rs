//! The type of an amount of information.

use std::f64::consts::LN_2;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Div, Mul, Sub};

/// An amount of information, in whichever unit you ask for.
///
/// One bit is what a fair coin tells; one nat is 1 / ln 2 = 1.4427 bits. A bare number would leave
/// the reader to guess which of the two it is, so there is no way to get one without naming it.
/// Amounts can be compared, added, subtracted, summed, and multiplied or divided by a number.
///
/// ```
/// use lossbook::prelude::*;
///
/// let four_coins: Information = vec![entropy(&[0.5, 0.5])?; 4].into_iter().sum();
/// assert_eq!(four_coins.bits(), 4.0);
/// assert_eq!((four_coins / 4.0).nats(), 2.0_f64.ln());
/// assert!(four_coins > self_information(0.5)?);
///
/// // It prints itself in bits, to three decimals or to as many as asked for.
/// assert_eq!(self_information(0.4)?.to_string(), "1.322 bits");
/// assert_eq!(format!("{:.5}", self_information(0.4)?), "1.32193 bits");
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: C. E. Shannon, "A mathematical theory of communication", Bell System Technical Journal 27
/// (1948), section 1, which also has the word "bit".
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Information {
    nats: f64,
}

impl Information {
    /// No information at all.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(self_information(1.0)?, Information::ZERO);
    /// # Ok::<(), LossError>(())
    /// ```
    pub const ZERO: Self = Self { nats: 0.0 };

    /// From an amount in nats (natural logarithm).
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Information::from_nats(2.0_f64.ln()).bits(), 1.0);
    /// ```
    pub const fn from_nats(nats: f64) -> Self {
        Self { nats }
    }

    /// From an amount in bits (logarithm to the base 2).
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(Information::from_bits(1.0).nats(), 2.0_f64.ln());
    /// ```
    pub const fn from_bits(bits: f64) -> Self {
        Self { nats: bits * LN_2 }
    }

    /// The amount in nats.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(self_information(0.5)?.nats(), 2.0_f64.ln());
    /// # Ok::<(), LossError>(())
    /// ```
    pub const fn nats(self) -> f64 {
        self.nats
    }

    /// The amount in bits, `nats / ln 2`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(self_information(0.25)?.bits(), 2.0);
    /// # Ok::<(), LossError>(())
    /// ```
    pub const fn bits(self) -> f64 {
        self.nats / LN_2
    }

    /// Perplexity: among how many equally likely outcomes one would be as unsure, `e^nats = 2^bits`.
    ///
    /// Of a language model: that of its cross-entropy for each token.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(entropy(&[0.25; 4])?.perplexity(), 4.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// Source: F. Jelinek, R. L. Mercer, L. R. Bahl, J. K. Baker, "Perplexity: a measure of the
    /// difficulty of speech recognition tasks" (1977).
    #[doc(alias = "ppl")]
    pub fn perplexity(self) -> f64 {
        self.bits().exp2()
    }
}

/// In bits: three decimals, or as many as asked for. An amount too small for three is written with
/// an exponent, so that little is never shown as nothing.
impl fmt::Display for Information {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.bits();
        if let Some(digits) = f.precision() {
            write!(f, "{bits:.digits$} bits")
        } else if bits != 0.0 && bits.abs() < 0.001 {
            write!(f, "{bits:.2e} bits")
        } else {
            write!(f, "{bits:.3} bits")
        }
    }
}

impl Add for Information {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { nats: self.nats + other.nats }
    }
}

impl Sub for Information {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { nats: self.nats - other.nats }
    }
}

impl Mul<f64> for Information {
    type Output = Self;

    fn mul(self, factor: f64) -> Self {
        Self { nats: self.nats * factor }
    }
}

impl Div<f64> for Information {
    type Output = Self;

    fn div(self, divisor: f64) -> Self {
        Self { nats: self.nats / divisor }
    }
}

impl Sum for Information {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        let total: crate::numeric::Sum = amounts.map(Self::nats).collect();
        Self { nats: total.total() }
    }
}

impl<'a> Sum<&'a Information> for Information {
    fn sum<I: Iterator<Item = &'a Self>>(amounts: I) -> Self {
        amounts.copied().sum()
    }
}
