use lossbook::notebook::exercises::start;

use super::{each_is_not_yet, each_is_refused, each_passes};

#[test]
fn an_untouched_stub_is_not_yet() {
    each_is_not_yet([
        start::residual(|_, _| todo!()),
        start::residual(|_, _| todo!("target minus prediction")),
        start::residual(|_, _| unimplemented!()),
        start::size(|_, _| todo!()),
        start::correction(|| todo!()),
    ]);
}

#[test]
fn a_right_answer_passes() {
    each_passes([
        start::residual(|target, prediction| target - prediction),
        start::size(|target, prediction| (target - prediction).abs()),
        start::correction(|| -1.0),
    ]);
}

#[test]
fn a_plausible_wrong_answer_is_refused() {
    each_is_refused([
        ("the order", start::residual(|target, prediction| prediction - target)),
        ("an abs too many", start::residual(|target, prediction| (target - prediction).abs())),
        ("the sign kept", start::size(|target, prediction| target - prediction)),
        ("only one sign", start::size(|target, prediction| (target - prediction).max(0.0))),
        ("the sum of sizes", start::size(|y, y_hat| y.abs() - y_hat.abs())),
        ("no correction", start::correction(|| 0.0)),
        ("the mean residual", start::correction(|| -1.8)),
        ("the wrong way", start::correction(|| 1.0)),
        ("no number", start::correction(|| f64::NAN)),
    ]);
}
