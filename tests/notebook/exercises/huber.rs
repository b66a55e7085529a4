use lossbook::notebook::exercises::huber;

use super::{each_is_not_yet, each_is_refused, each_passes};

fn pull_up(took: &[f64], promise: f64, delta: f64) -> f64 {
    took.iter().map(|minutes| (minutes - promise).clamp(-delta, delta)).sum()
}

fn halved(took: &[f64], delta: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1000.0);
    for _ in 0..50 {
        let middle = 0.5 * (low + high);
        if pull_up(took, middle, delta) > 0.0 { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

/// Of an odd number of residuals.
fn median_of_sizes(residuals: &[f64]) -> f64 {
    let sizes: Vec<f64> = residuals.iter().map(|r| r.abs()).collect();
    sorted(&sizes)[sizes.len() / 2]
}

fn rms(residuals: &[f64]) -> f64 {
    (residuals.iter().map(|r| r * r).sum::<f64>() / residuals.len() as f64).sqrt()
}

#[test]
fn an_untouched_stub_is_not_yet() {
    each_is_not_yet([
        huber::loss(|_, _| todo!()),
        huber::pull(|_, _, _| todo!()),
        huber::promise(|_, _| todo!()),
        huber::delta(|_| todo!()),
    ]);
}

#[test]
fn a_right_answer_passes() {
    each_passes([
        huber::loss(
            |r, delta| {
                if r.abs() <= delta { 0.5 * r * r } else { delta * (r.abs() - 0.5 * delta) }
            },
        ),
        huber::pull(pull_up),
        huber::promise(halved),
        huber::delta(|r| 1.345 * median_of_sizes(r) / 0.6745),
        huber::delta(|r| 1.5 * median_of_sizes(r) / 0.6745),
    ]);
}

#[test]
fn a_plausible_wrong_answer_is_refused() {
    each_is_refused([
        ("no half", huber::loss(|r, d| if r.abs() <= d { r * r } else { d * (r.abs() - 0.5 * d) })),
        (
            "no abs in the condition",
            huber::loss(|r, d| if r <= d { 0.5 * r * r } else { d * (r.abs() - 0.5 * d) }),
        ),
        (
            "no abs in the line",
            huber::loss(|r, d| if r.abs() <= d { 0.5 * r * r } else { d * (r - 0.5 * d) }),
        ),
        (
            "a jump at delta",
            huber::loss(|r, d| if r.abs() <= d { 0.5 * r * r } else { d * r.abs() }),
        ),
        (
            "delta taken for 1",
            huber::loss(|r, d| if r.abs() <= d { 0.5 * r * r } else { r.abs() - 0.5 }),
        ),
        (
            "half delta, not delta squared",
            huber::loss(|r, d| if r.abs() <= d { 0.5 * r * r } else { d * r.abs() - 0.5 * d }),
        ),
        ("the sign", huber::pull(|took, promise, d| -pull_up(took, promise, d))),
        ("the mean", huber::pull(|took, promise, d| pull_up(took, promise, d) / took.len() as f64)),
        (
            "the sum held",
            huber::pull(|took, promise, d| {
                took.iter().map(|minutes| minutes - promise).sum::<f64>().clamp(-d, d)
            }),
        ),
        (
            "not held",
            huber::pull(|took, promise, _| took.iter().map(|minutes| minutes - promise).sum()),
        ),
        (
            "held on one side only",
            huber::pull(|took, promise, d| {
                took.iter().map(|minutes| (minutes - promise).min(d)).sum()
            }),
        ),
        ("the median", huber::promise(|took, _| sorted(took)[took.len() / 2])),
        ("the mean", huber::promise(|took, _| took.iter().sum::<f64>() / took.len() as f64)),
        (
            "too few steps",
            huber::promise(|took, delta| {
                let n = took.len() as f64;
                let mean = took.iter().sum::<f64>() / n;
                (0..200).fold(mean, |promise, _| promise + pull_up(took, promise, delta) / n)
            }),
        ),
        (
            "the wrong half",
            huber::promise(|took, delta| {
                let (mut low, mut high) = (0.0, 1000.0);
                for _ in 0..50 {
                    let middle = 0.5 * (low + high);
                    if pull_up(took, middle, delta) > 0.0 { high = middle } else { low = middle }
                }
                low
            }),
        ),
        ("NaN", huber::promise(|_, _| f64::NAN)),
        ("fixed at 1", huber::delta(|_| 1.0)),
        ("fixed at 10", huber::delta(|_| 10.0)),
        ("fixed at 1.345", huber::delta(|_| 1.345)),
        ("fixed at the noise in minutes", huber::delta(|_| 1.345 * 0.5)),
        ("the median's", huber::delta(|_| 1e-6)),
        ("from the RMSE", huber::delta(|r| 1.345 * rms(r))),
        ("three sigma", huber::delta(|r| 3.0 * median_of_sizes(r) / 0.6745)),
        ("the largest", huber::delta(|r| r.iter().fold(0.0, |m, r| r.abs().max(m)))),
        ("0", huber::delta(|_| 0.0)),
        ("NaN", huber::delta(|_| f64::NAN)),
    ]);
}
