//! How much one learns from an outcome, and how far one distribution is from another.
//!
//! | measure | formula (in nats; 0 ln 0 = 0) | of |
//! | --- | --- | --- |
//! | [`self_information`] | `-ln p` | one outcome |
//! | [`entropy`], [`entropy_of_counts`], [`binary_entropy`] | `-sum p ln p` | one distribution |
//! | [`cross_entropy`] | `-sum p ln q` | the true `p`, coded for `q` |
//! | [`kl_divergence`] | `sum p ln(p / q)` | the price of believing `q` |
//! | [`js_divergence`] | mean KL to the middle `(p + q) / 2` | two distributions, alike |
//! | [`joint_entropy`], [`conditional_entropy`], [`mutual_information`] | | a table of two variables |
//! | [`contingency_table`], [`joint_distribution`] | `count`, `count / n` | labels of two variables, as such a table |
//! | [`information_gain`], [`gain_ratio`], [`gini`], [`gini_decrease`] | | labels, split into branches |
//!
//! Amounts come as [`Information`], which is asked for `.bits()` or `.nats()`:
//!
//! ```
//! use lossbook::prelude::*;
//!
//! let coin = entropy(&[0.5, 0.5])?;
//! assert_eq!(coin.bits(), 1.0);
//! assert_eq!(coin.nats(), 2.0_f64.ln());
//! # Ok::<(), LossError>(())
//! ```
//!
//! # Conventions
//!
//! - What cannot happen costs nothing: `0 ln 0 = 0`.
//! - What happens (`p > 0`) although it was held to be impossible (`q = 0`) costs infinitely much,
//!   and the result says so: it is `inf`, a value, not an error. Nothing is clipped on the way.
//! - A distribution is made of probabilities, `0 <= p <= 1`, that sum to 1 within
//!   [`SUM_TOLERANCE`](crate::error::SUM_TOLERANCE). It is used as given, not rescaled.
//! - The laws hold in rounded arithmetic too: no result here is ever negative, an entropy does not
//!   exceed the logarithm of the number of outcomes, a Jensen-Shannon divergence not ln 2.
//!
//! # A word on names
//!
//! Two of the lectures head the self-information `-log2 p(x)` with "information gain". Elsewhere,
//! and here, [`information_gain`] is what a split takes off the entropy of the labels.

mod amount;
mod contingency;
mod deviance;
mod distributions;
mod joint;
mod splits;

pub use amount::Information;
pub use contingency::{contingency_table, joint_distribution};
pub use distributions::{
    binary_entropy, cross_entropy, entropy, entropy_of_counts, js_divergence, kl_divergence,
    self_information,
};
pub use joint::{conditional_entropy, joint_entropy, mutual_information};
pub use splits::{gain_ratio, gini, gini_decrease, information_gain};
