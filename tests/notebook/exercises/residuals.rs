use lossbook::notebook::exercises::residuals;

use super::{each_is_not_yet, each_is_refused, each_passes};

/// The whole minute from 0 to 200 of the smallest summed loss.
fn lowest(took: &[f64], loss: fn(f64) -> f64) -> f64 {
    let sum = |promise: f64| took.iter().map(|took| loss(took - promise)).sum::<f64>();
    (0..=200).map(f64::from).min_by(|a, b| sum(*a).total_cmp(&sum(*b))).unwrap_or(f64::NAN)
}

#[test]
fn an_untouched_stub_is_not_yet() {
    each_is_not_yet([
        residuals::rmse(|_, _| todo!("the root of the mean of the squares")),
        residuals::largest_residual(|_, _| todo!()),
        residuals::best_promise(|_, _| todo!()),
        residuals::sign(|| todo!("the minutes on the sign")),
    ]);
}

#[test]
fn a_right_answer_passes() {
    each_passes([
        residuals::rmse(|y, p| {
            (y.iter().zip(p).map(|(y, p)| (y - p).powi(2)).sum::<f64>() / y.len() as f64).sqrt()
        }),
        residuals::largest_residual(|y, p| {
            let off = |i: &usize| (y[*i] - p[*i]).abs();
            (0..y.len()).max_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or(0)
        }),
        residuals::best_promise(lowest),
        residuals::sign(|| 44.0),
    ]);
}

#[test]
fn a_plausible_wrong_answer_is_refused() {
    each_is_refused([
        (
            "no mean",
            residuals::rmse(|y, p| {
                y.iter().zip(p).map(|(y, p)| (y - p).powi(2)).sum::<f64>().sqrt()
            }),
        ),
        (
            "n - 1",
            residuals::rmse(|y, p| {
                (y.iter().zip(p).map(|(y, p)| (y - p).powi(2)).sum::<f64>()
                    / (y.len() as f64 - 1.0))
                    .sqrt()
            }),
        ),
        (
            "the MAE",
            residuals::rmse(|y, p| {
                y.iter().zip(p).map(|(y, p)| (y - p).abs()).sum::<f64>() / y.len() as f64
            }),
        ),
        (
            "no root",
            residuals::rmse(|y, p| {
                y.iter().zip(p).map(|(y, p)| (y - p).powi(2)).sum::<f64>() / y.len() as f64
            }),
        ),
        (
            "the root before the mean",
            residuals::rmse(|y, p| {
                y.iter().zip(p).map(|(y, p)| (y - p).powi(2)).sum::<f64>().sqrt() / y.len() as f64
            }),
        ),
        (
            "no abs",
            residuals::largest_residual(|y, p| {
                (0..y.len()).max_by(|a, b| (y[*a] - p[*a]).total_cmp(&(y[*b] - p[*b]))).unwrap_or(0)
            }),
        ),
        (
            "no abs, the other way",
            residuals::largest_residual(|y, p| {
                (0..y.len()).max_by(|a, b| (p[*a] - y[*a]).total_cmp(&(p[*b] - y[*b]))).unwrap_or(0)
            }),
        ),
        (
            "the largest target",
            residuals::largest_residual(|y, _| {
                (0..y.len()).max_by(|a, b| y[*a].total_cmp(&y[*b])).unwrap_or(0)
            }),
        ),
        (
            "counted from 1",
            residuals::largest_residual(|y, p| {
                let off = |i: &usize| (y[*i] - p[*i]).abs();
                (0..y.len()).max_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or(0) + 1
            }),
        ),
        (
            "the smallest loss, not where it is",
            residuals::best_promise(|took, loss| {
                let best = lowest(took, loss);
                took.iter().map(|took| loss(took - best)).sum::<f64>() / took.len() as f64
            }),
        ),
        (
            "the mean, whatever the loss",
            residuals::best_promise(|took, _| {
                (took.iter().sum::<f64>() / took.len() as f64).round()
            }),
        ),
        (
            "the median, whatever the loss",
            residuals::best_promise(|took, _| lowest(took, f64::abs)),
        ),
        (
            "one of the deliveries",
            residuals::best_promise(|took, loss| {
                let sum = |promise: f64| took.iter().map(|took| loss(took - promise)).sum::<f64>();
                took.iter().copied().min_by(|a, b| sum(*a).total_cmp(&sum(*b))).unwrap_or(f64::NAN)
            }),
        ),
        (
            "prediction minus target",
            residuals::best_promise(|took, loss| {
                let sum = |promise: f64| took.iter().map(|took| loss(promise - took)).sum::<f64>();
                (0..=200)
                    .map(f64::from)
                    .min_by(|a, b| sum(*a).total_cmp(&sum(*b)))
                    .unwrap_or(f64::NAN)
            }),
        ),
        ("the median", residuals::sign(|| 31.0)),
        ("the mean", residuals::sign(|| 420.0 / 11.0)),
        ("early costs more", residuals::sign(|| 27.0)),
        ("the longest", residuals::sign(|| 90.0)),
        ("not a number", residuals::sign(|| f64::NAN)),
    ]);
}
