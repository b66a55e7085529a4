//! Losses for predicting a number: the lectures' tables, mpmath's digits, other crates' results.

mod common;
mod golden;

use common::assert_close;
use lossbook::prelude::*;
use ndarray_stats::DeviationExt;

const GOLDEN: &str = include_str!("golden/regression.json");

/// The lectures' residuals -10, -5, 0, 5, 10, and with the fifth replaced by an outlier.
const PLAIN: [f64; 5] = [-10.0, -5.0, 0.0, 5.0, 10.0];
const OUTLIER: [f64; 5] = [-10.0, -5.0, 0.0, 5.0, 100.0];
const ZEROS: [f64; 5] = [0.0; 5];

fn build(name: &str, parameter: f64) -> Result<Box<dyn RegressionLoss>, LossError> {
    Ok(match name {
        "squared" => Box::new(SquaredError),
        "absolute" => Box::new(AbsoluteError),
        "huber" => Box::new(Huber::new(parameter)?),
        "smooth_l1" => Box::new(SmoothL1::new(parameter)?),
        "log_cosh" => Box::new(LogCosh),
        "quantile" => Box::new(Quantile::new(parameter)?),
        other => panic!("no loss is called {other}"),
    })
}

// --- the lectures "Neural networks and loss functions" and "Machine and deep learning basics: loss
// --- function" (C.-S. Huang), to the digits that they print

#[test]
fn lecture_residuals_cancel() -> Result<(), LossError> {
    // Both lectures, "MSE & MAE": -100 and 100, sum 0 (the prediction is -99, printed 99).
    let r = residuals(&[0.0, 1.0], &[100.0, -99.0])?;
    assert_eq!(r, array![-100.0, 100.0]);
    assert_eq!(r.sum(), 0.0);
    Ok(())
}

#[test]
fn lecture_mae_and_rmse() -> Result<(), LossError> {
    // Both lectures, "MSE & MAE": 6 and 7.07, with the outlier 24 and 45.06.
    assert_eq!(mae(&PLAIN, &ZEROS)?, 6.0);
    assert_eq!(format!("{:.2}", rmse(&PLAIN, &ZEROS)?), "7.07");
    assert_eq!(mae(&OUTLIER, &ZEROS)?, 24.0);
    assert_eq!(format!("{:.2}", rmse(&OUTLIER, &ZEROS)?), "45.06");
    Ok(())
}

#[test]
fn lecture_huber_tables() -> Result<(), LossError> {
    // Both lectures, "MAE, MSE & Huber Loss".
    let tables = [
        (PLAIN, 1.0, [9.5, 4.5, 0.0, 4.5, 9.5], 5.6),
        (PLAIN, 10.0, [50.0, 12.5, 0.0, 12.5, 50.0], 25.0),
        (OUTLIER, 1.0, [9.5, 4.5, 0.0, 4.5, 99.5], 23.6),
        (OUTLIER, 10.0, [50.0, 12.5, 0.0, 12.5, 950.0], 205.0),
    ];
    for (residuals, delta, each, mean) in tables {
        let huber = Huber::new(delta)?;
        assert_eq!(huber.each(&residuals, &ZEROS)?.to_vec(), each);
        assert_eq!(huber.mean(&residuals, &ZEROS)?, mean);
    }
    Ok(())
}

#[test]
fn lecture_descent_on_the_square() {
    // Both lectures: 20 steps of x - r f'(x), f = x^2, x0 = 2, r = 0.3. The prediction x for the
    // target 0 has the loss x^2.
    let printed = [
        "0.800000", "0.320000", "0.128000", "0.051200", "0.020480", "0.008192", "0.003277",
        "0.001311", "0.000524", "0.000210", "0.000084", "0.000034", "0.000013", "0.000005",
        "0.000002", "0.000001", "0.000000", "0.000000", "0.000000", "0.000000",
    ];
    let mut x = 2.0;
    for expected in printed {
        x -= 0.3 * SquaredError.derivative(0.0 - x);
        assert_eq!(format!("{x:.6}"), expected);
    }
}

#[test]
fn lecture_descent_on_the_absolute_value_never_settles() {
    // Both lectures: the same for f = abs(x); the step never shrinks.
    let printed = ["1.7", "1.4", "1.1", "0.8", "0.5", "0.2", "-0.1", "0.2", "-0.1", "0.2", "-0.1"];
    let mut x = 2.0;
    for expected in printed {
        x -= 0.3 * AbsoluteError.derivative(0.0 - x);
        assert_eq!(format!("{x:.1}"), expected);
    }
}

#[test]
fn article_smooth_l1() -> Result<(), LossError> {
    // "Common loss functions in computer vision": 0.5 x^2 where abs(x) < 1, else abs(x) - 0.5; by hand.
    let smooth = SmoothL1::new(1.0)?;
    let losses = smooth.each(&[0.0, 0.5, -0.5, 1.0, -3.0], &ZEROS)?;
    assert_eq!(losses, array![0.0, 0.125, 0.125, 0.5, 2.5]);
    Ok(())
}

// --- mpmath

#[test]
fn losses_and_slopes_have_thirteen_digits() -> Result<(), LossError> {
    for name in ["squared", "absolute", "huber", "smooth_l1", "log_cosh", "quantile"] {
        for case in golden::cases(GOLDEN, name) {
            let loss = build(name, case.number("parameter"))?;
            let residuals: Vec<f64> = case.list("residuals");
            let results = case.list("losses").into_iter().zip(case.list("slopes"));
            for (&residual, (expected, slope)) in residuals.iter().zip(results) {
                let what = format!("{name}({}) at {residual:e}", case.number("parameter"));
                assert_close(loss.loss(residual), expected, &what);
                assert_close(loss.derivative(residual), slope, &format!("slope of {what}"));
            }
        }
    }
    Ok(())
}

#[test]
fn batches_have_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "batch") {
        let residuals: Vec<f64> = case.list("residuals");
        let zeros = vec![0.0; residuals.len()];
        let what = format!("{residuals:?}");
        assert_close(mse(&residuals, &zeros)?, case.number("mse"), &format!("MSE of {what}"));
        assert_close(mae(&residuals, &zeros)?, case.number("mae"), &format!("MAE of {what}"));
        assert_close(rmse(&residuals, &zeros)?, case.number("rmse"), &format!("RMSE of {what}"));
    }
    Ok(())
}

#[test]
fn long_sums_keep_their_small_terms() -> Result<(), LossError> {
    // By hand: 1e16 and a million ones. Added one by one, every 1 would be rounded away.
    let mut target = vec![1.0; 1_000_001];
    target[0] = 1e16;
    let zeros = vec![0.0; target.len()];
    assert_eq!(AbsoluteError.sum(&target, &zeros)?, 1e16 + 1e6);
    let naive: f64 = target.iter().sum();
    assert_eq!(naive, 1e16);
    // Also where the terms grow so large that the sum has to change its unit on the way.
    assert_eq!(AbsoluteError.sum(&[1e289, 1e272, 1e291], &[0.0; 3])?, 1.01e291);
    Ok(())
}

#[test]
fn residuals_that_overflow_are_infinite_and_not_nan() -> Result<(), LossError> {
    // By hand: 1.7e308 - (-1.7e308) = 3.4e308 is above the largest double, 1.8e308.
    let (target, prediction) = ([1.7e308, 1.0], [-1.7e308, 0.0]);
    assert_eq!(mse(&target, &prediction)?, f64::INFINITY);
    assert_eq!(mae(&target, &prediction)?, f64::INFINITY);
    assert_eq!(rmse(&target, &prediction)?, f64::INFINITY);
    assert_eq!(LogCosh.mean(&target, &prediction)?, f64::INFINITY);
    assert_eq!(Huber::new(1.0)?.gradient(&target, &prediction)?, array![-0.5, -0.5]);
    Ok(())
}

// --- what the trait promises

#[test]
fn subgradients_at_the_kinks() -> Result<(), LossError> {
    // As documented; by hand. The sign of zero counts: a table would print it.
    for loss in [build("absolute", 0.0)?, build("quantile", 0.9)?, build("squared", 0.0)?] {
        for zero in [0.0, -0.0] {
            assert_eq!(loss.derivative(zero).to_bits(), 0.0_f64.to_bits());
            assert_eq!(loss.loss(zero).to_bits(), 0.0_f64.to_bits());
        }
    }
    // Where Huber turns straight it has no kink: both sides say delta.
    let huber = Huber::new(2.0)?;
    assert_eq!([huber.loss(2.0), huber.derivative(2.0), huber.derivative(-2.0)], [2.0, -2.0, 2.0]);
    Ok(())
}

#[test]
fn a_residual_of_nan_stays_nan() -> Result<(), LossError> {
    for name in ["squared", "absolute", "huber", "smooth_l1", "log_cosh", "quantile"] {
        let loss = build(name, 0.5)?;
        assert!(loss.loss(f64::NAN).is_nan() && loss.derivative(f64::NAN).is_nan(), "{name}");
    }
    Ok(())
}

#[test]
fn arguments_may_be_anything_that_views_as_an_array() -> Result<(), LossError> {
    let (slice, vector, array) = ([1.0, 2.0], vec![1.0, 2.0], array![1.0, 2.0]);
    assert_eq!(mse(&slice, &vector)?, 0.0);
    assert_eq!(mse(&slice[..], &array)?, 0.0);
    assert_eq!(mse(array.view(), &array)?, 0.0);
    // A view that runs backwards: 2, 1 against 1, 2.
    assert_eq!(mse(array.slice(lossbook::ndarray::s![..;-1]), &array)?, 1.0);
    Ok(())
}

#[test]
fn losses_can_be_listed_and_borrowed() -> Result<(), LossError> {
    fn mean_of(loss: impl RegressionLoss) -> Result<f64, LossError> {
        loss.mean(&[3.0], &[0.0])
    }
    let boxed = build("huber", 1.0)?;
    assert_eq!(boxed.mean(&[3.0], &[0.0])?, 2.5);
    assert_eq!(mean_of(&*boxed)?, 2.5);
    let listed: [&dyn RegressionLoss; 2] = [&Huber::new(1.0)?, &AbsoluteError];
    assert_eq!(listed.iter().map(mean_of).collect::<Result<Vec<_>, _>>()?, [2.5, 3.0]);
    Ok(())
}

// --- ndarray-stats as a second origin, and where it loses

#[test]
fn agrees_with_ndarray_stats_on_ordinary_numbers() -> Result<(), Box<dyn std::error::Error>> {
    let line = data::line_with_outliers(3, 200, 20)?;
    let fitted = line.x.mapv(|x| line.intercept + line.slope * x);
    assert_close(mse(&line.y, &fitted)?, line.y.mean_sq_err(&fitted)?, "MSE");
    assert_close(mae(&line.y, &fitted)?, line.y.mean_abs_err(&fitted)?, "MAE");
    assert_close(rmse(&line.y, &fitted)?, line.y.root_mean_sq_err(&fitted)?, "RMSE");
    Ok(())
}

#[test]
fn cases_that_ndarray_stats_loses() -> Result<(), Box<dyn std::error::Error>> {
    // The root of a mean of squares that overflow, or vanish. By hand: sqrt(9 / 1) = 3.
    for size in [3e200, 3e-200] {
        let lost = array![size].root_mean_sq_err(&array![0.0])?;
        assert!(lost == f64::INFINITY || lost == 0.0);
        assert_eq!(rmse(&[size], &[0.0])?, size);
    }
    // A NaN that it passes on, and that is an error here.
    assert!(array![f64::NAN].mean_sq_err(&array![0.0])?.is_nan());
    assert!(mse(&[f64::NAN], &[0.0]).is_err());
    // Small terms after a large one. By hand: (1e16 + 4) / 5.
    let target = array![1e16, 1.0, 1.0, 1.0, 1.0];
    assert_eq!(target.mean_abs_err(&Array1::zeros(5))?, 1e16 / 5.0);
    assert_eq!(mae(&target, &Array1::zeros(5))?, (1e16 + 4.0) / 5.0);
    Ok(())
}
