use lossbook::notebook::exercises::objectives;

use super::{each_is_not_yet, each_is_refused, each_passes};

/// The whole minute from 0 to 100 of the smallest summed cost.
fn likeliest(took: &[f64], cost: impl Fn(f64) -> f64) -> f64 {
    let sum = |promise: f64| took.iter().map(|took| cost(took - promise)).sum::<f64>();
    (0..=100).map(f64::from).min_by(|a, b| sum(*a).total_cmp(&sum(*b))).unwrap_or(f64::NAN)
}

#[test]
fn an_untouched_stub_is_not_yet() {
    each_is_not_yet([
        objectives::likeliest(|_, _| todo!()),
        objectives::corners(|| todo!("three corners")),
        objectives::price(|| todo!()),
    ]);
}

#[test]
fn a_right_answer_passes() {
    each_passes([
        objectives::likeliest(|took, density| likeliest(took, |r| -density(r).ln())),
        objectives::corners(|| [[-4.0, 0.0], [-3.0, -3.0], [2.0, 1.0]]),
        objectives::price(|| 0.1),
        objectives::price(|| 0.3),
    ]);
}

#[test]
fn a_plausible_wrong_answer_is_refused() {
    each_is_refused([
        ("the product, without a minus", objectives::likeliest(likeliest)),
        ("no minus", objectives::likeliest(|took, density| likeliest(took, |r| density(r).ln()))),
        (
            "the sum of the likelihoods",
            objectives::likeliest(|took, density| likeliest(took, |r| -density(r))),
        ),
        (
            "promise minus time",
            objectives::likeliest(|took, density| likeliest(took, |r| -density(-r).ln())),
        ),
        (
            "the mean, whatever is believed",
            objectives::likeliest(|took, _| likeliest(took, |r| r * r)),
        ),
        ("the best valley", objectives::corners(|| [[-2.8, -1.5], [0.2, 0.6], [3.0, 1.2]])),
        ("one spot", objectives::corners(|| [[-2.8, -1.5], [0.2, 0.6], [-2.8, -1.5]])),
        ("not a place", objectives::corners(|| [[f64::NAN, 0.0], [0.2, 0.6], [-2.8, -1.5]])),
        ("no price", objectives::price(|| 0.0)),
        ("too high a price", objectives::price(|| 30.0)),
        ("a negative price", objectives::price(|| -0.1)),
        ("not a number, as a price", objectives::price(|| f64::NAN)),
    ]);
}
