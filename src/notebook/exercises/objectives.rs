//! Exercises of the chapter `08_objectives`.
//!
//! ```
//! use lossbook::prelude::*;
//!
//! fn my_likeliest(took: &[f64], density: fn(f64) -> f64) -> f64 {
//!     let sum = |promise| took.iter().map(|t| density(t - promise)).sum::<f64>();
//!     (0..101).map(f64::from).max_by(|a, b| sum(*a).total_cmp(&sum(*b))).unwrap_or(0.0)
//! }
//!
//! // A likelihood is a product, not a sum.
//! let verdict = exercises::objectives::likeliest(my_likeliest);
//! assert!(matches!(verdict.outcome(), Outcome::Failed { .. }));
//! ```

use std::f64::consts::PI;

use super::check::{Judged, check};
use super::list;
use super::verdict::Verdict;
use crate::data;
use crate::error::LossError;
use crate::objective::{KMeans, Ridge};
use crate::regression;

/// The density of being off by so many minutes, as a learner is given it.
pub type Density = fn(f64) -> f64;

/// What took so long, and what is believed.
struct Evening {
    took: &'static [f64],
    density: Density,
    in_words: &'static str,
    /// Known from what the belief asks for, not from a search.
    best: f64,
}

/// The mean, the median, the smallest, the largest, a skewed belief, a single order.
const EVENINGS: [Evening; 6] = [
    Evening {
        took: &[24.0, 26.0, 28.0, 30.0, 42.0],
        density: |r| (-r * r / 72.0).exp() / (72.0 * PI).sqrt(),
        in_words: "Gaussian, standard deviation 6",
        best: 30.0,
    },
    Evening {
        took: &[42.0, 24.0, 30.0, 28.0, 26.0],
        density: |r| (-r.abs() / 4.0).exp() / 8.0,
        in_words: "Laplace, s = 4",
        best: 28.0,
    },
    Evening {
        took: &[31.0, 25.0, 38.0, 52.0],
        density: |r| if r < 0.0 { 0.0 } else { (-r / 10.0).exp() / 10.0 },
        in_words: "nobody is early: 0 for r < 0, or else exp(-r / 10) / 10",
        best: 25.0,
    },
    Evening {
        took: &[31.0, 25.0, 38.0, 52.0],
        density: |r| if r > 0.0 { 0.0 } else { (r / 10.0).exp() / 10.0 },
        in_words: "nobody is late: 0 for r > 0, or else exp(r / 10) / 10",
        best: 52.0,
    },
    Evening {
        took: &[20.0, 25.0, 30.0, 35.0, 90.0],
        density: |r| if r > 0.0 { (-r / 4.0).exp() / 16.0 } else { (r / 12.0).exp() / 16.0 },
        in_words: "late falls off three times as fast as early: exp(-r / 4) / 16 for r > 0, or else exp(r / 12) / 16",
        best: 35.0,
    },
    Evening {
        took: &[7.0],
        density: |r| (-r * r / 2.0).exp() / (2.0 * PI).sqrt(),
        in_words: "Gaussian, standard deviation 1",
        best: 7.0,
    },
];

/// Checks `my_likeliest(took, density)`: the whole number of minutes from 0 to 100 under which the times
/// are most likely, which is where `sum -ln density(took_i - promise)` is the smallest.
pub fn likeliest(learner: fn(&[f64], Density) -> f64) -> Verdict {
    check(
        list::LIKELIEST,
        "The loss of one order is -density(t - promise).ln(). Add up over took, for minutes in 0..101 with let promise = minutes as f64; and keep the promise of the least sum so far, beginning with f64::INFINITY. Give back the promise, not the sum.",
        &EVENINGS,
        |evening| format!("took = {:?}, density(r): {}", evening.took, evening.in_words),
        |evening| learner(evening.took, evening.density),
        |evening| Ok(evening.best),
    )
}

/// What a price may make of the error of later evenings, over the lowest that any price makes.
const MOST: f64 = 1.1;

/// Judges `my_price()`: a lambda for ridge regression on `pizza_town(31, 12, 0)`, by the MSE on 1,000
/// orders of an evening that the chapter doesn't show.
pub fn price(learner: fn() -> f64) -> Verdict {
    check(
        list::PRICE,
        "Take the cell with the coefficient paths, put the two new evenings into it, and read off where the error of the unseen orders is lowest. The axis is logarithmic: half way from 0.1 to 1 stands 0.3.",
        &[()],
        |()| "the MSE on an evening not seen, over the lowest of all prices".to_owned(),
        |()| Judged::by("ridge regression", over_the_lowest(learner())),
        |()| Ok(Judged::AtMost(MOST)),
    )
}

fn over_the_lowest(lambda: f64) -> Result<f64, LossError> {
    let (few, later) = (data::pizza_town(31, 12, 0)?, data::pizza_town(231, 1000, 0)?);
    let error = |lambda: f64| {
        let model = Ridge::new(lambda)?.fit(&few.minutes, &few.told)?;
        regression::mse(&later.minutes, &model.predict(&later.told)?)
    };
    let mut lowest = f64::INFINITY;
    for step in -40..=20 {
        lowest = lowest.min(error(10.0_f64.powf(f64::from(step) / 10.0))?);
    }
    Ok(error(lambda)? / lowest)
}

/// A place: east and north, in km.
pub type Place = [f64; 2];

/// How many times the lowest value a wrong valley lies, at least.
const WRONG: f64 = 1.5;

/// Judges `my_corners()`: three corners on different spots, from which Lloyd's rounds on the evening of
/// `pizza_town(26, 36, 0)` end at a mean squared distance above 1.5 times the lowest.
pub fn corners(learner: fn() -> [Place; 3]) -> Verdict {
    check(
        list::CORNERS,
        "Leave one courier with two quarters of the town. Two couriers who start near each other at one end share its quarter; the third, in the middle, gets the rest. The quarters lie in the west, the middle and the east.",
        &[()],
        |()| "the value where your couriers end, over the lowest".to_owned(),
        |()| valley(learner()),
        |()| Ok(Judged::MoreThan(WRONG)),
    )
}

fn valley(corners: [Place; 3]) -> Judged {
    if (0..3).any(|k| corners[k] == corners[(k + 1) % 3]) {
        return Judged::Nothing("two couriers start on one spot".to_owned());
    }
    Judged::by("k-means", times_the_lowest(corners))
}

fn times_the_lowest(corners: [Place; 3]) -> Result<f64, LossError> {
    let place = data::pizza_town(26, 36, 0)?.place;
    let mut lowest = f64::INFINITY;
    for seed in 0..20 {
        lowest = lowest.min(KMeans.fit(&place, 3, seed)?.value());
    }
    Ok(KMeans.fit_from(&place, &corners)?.value() / lowest)
}
