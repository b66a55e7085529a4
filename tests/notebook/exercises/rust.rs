use lossbook::notebook::exercises::rust;

use super::{each_is_not_yet, each_is_refused, each_passes};

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn an_untouched_stub_is_not_yet() {
    each_is_not_yet([
        rust::mean(|_| todo!("the sum, divided by how many there are")),
        rust::count_above(|_, _| todo!()),
        rust::mean_of_known(|_| todo!()),
    ]);
}

#[test]
fn a_right_answer_passes() {
    each_passes([
        rust::mean(mean),
        rust::count_above(|values, limit| values.iter().filter(|v| **v > limit).count()),
        rust::mean_of_known(|days| {
            let known: Vec<f64> = days.iter().filter_map(|day| *day).collect();
            if known.is_empty() { None } else { Some(mean(&known)) }
        }),
    ]);
}

#[test]
fn a_plausible_wrong_answer_is_refused() {
    each_is_refused([
        ("the sum", rust::mean(|values| values.iter().sum())),
        ("the middle one", rust::mean(|values| values[values.len() / 2])),
        ("n - 1", rust::mean(|v| v.iter().sum::<f64>() / (v.len() as f64 - 1.0).max(1.0))),
        ("at least", rust::count_above(|v, limit| v.iter().filter(|v| **v >= limit).count())),
        ("below", rust::count_above(|v, limit| v.iter().filter(|v| **v < limit).count())),
        ("the size", rust::count_above(|v, limit| v.iter().filter(|v| v.abs() > limit).count())),
        ("all of them", rust::count_above(|values, _| values.len())),
        (
            "a missing day is 0",
            rust::mean_of_known(|days| {
                let all: Vec<f64> = days.iter().map(|day| day.unwrap_or(0.0)).collect();
                if all.is_empty() { None } else { Some(mean(&all)) }
            }),
        ),
        (
            "NaN where nothing is known",
            rust::mean_of_known(|days| {
                let known: Vec<f64> = days.iter().filter_map(|day| *day).collect();
                Some(mean(&known))
            }),
        ),
        (
            "0 where nothing is known",
            rust::mean_of_known(|days| {
                let known: Vec<f64> = days.iter().filter_map(|day| *day).collect();
                Some(if known.is_empty() { 0.0 } else { mean(&known) })
            }),
        ),
        (
            "nothing where one is missing",
            rust::mean_of_known(|days| {
                let all: Option<Vec<f64>> = days.iter().copied().collect();
                all.filter(|all| !all.is_empty()).map(|all| mean(&all))
            }),
        ),
    ]);
}
