//! Samples that count more, less, or not at all.

mod common;

use common::assert_close;
use lossbook::ndarray::s;
use lossbook::prelude::*;

#[test]
fn the_mean_is_divided_by_the_sum_of_the_weights() -> Result<(), LossError> {
    // By hand: losses 1, 4, 9 with the weights 1, 2, 5: (1 + 8 + 45) / 8.
    let (y, y_hat, weights) = ([1.0, 2.0, 3.0], [0.0; 3], [1.0, 2.0, 5.0]);
    let loss = SquaredError.weighted(&weights);
    assert_eq!(loss.each(&y, &y_hat)?, array![1.0, 8.0, 45.0]);
    assert_eq!(loss.sum(&y, &y_hat)?, 54.0);
    assert_eq!(loss.mean(&y, &y_hat)?, 6.75);
    // -2 r weight / 8.
    let gradient = array![-0.25, -1.0, -3.75];
    assert_eq!(loss.gradient(&y, &y_hat)?, gradient);
    assert_eq!(loss.mean_and_gradient(&y, &y_hat)?, (6.75, gradient));
    Ok(())
}

#[test]
fn a_listed_loss_can_be_weighted() -> Result<(), LossError> {
    let losses: [Box<dyn RegressionLoss>; 2] = [Box::new(SquaredError), Box::new(AbsoluteError)];
    let means = losses.map(|loss| loss.weighted(&[3.0, 1.0]).mean(&[1.0, 3.0], &[0.0, 0.0]));
    assert_eq!(means.into_iter().collect::<Result<Vec<_>, _>>()?, [3.0, 1.5]);
    Ok(())
}

#[test]
fn what_is_left_out_is_not_looked_at() -> Result<(), LossError> {
    // More samples than are read at a time, of which two thirds are kept, in any order in memory.
    let (n, left_out) = (1300, |at: usize| at % 3 == 1);
    let number = |at: usize| ((at * 7919) % 1000) as f64 / 100.0;
    let bad = [f64::NAN, f64::INFINITY, -1e300];
    let y = Array1::from_shape_fn(n, |at| if left_out(at) { bad[at % 2] } else { number(at) });
    let y_hat = Array1::from_shape_fn(n, |at| if left_out(at) { bad[2] } else { number(at + 5) });
    let weights = Array1::from_shape_fn(n, |at| if left_out(at) { 0.0 } else { 1.0 });
    let kept = |of: &Array1<f64>| {
        let numbers = of.iter().enumerate().filter(|&(at, _)| !left_out(at));
        numbers.map(|(_, &number)| number).collect::<Vec<f64>>()
    };
    let huber = Huber::new(1.5)?;
    let (mean, gradient) = huber.mean_and_gradient(&kept(&y), &kept(&y_hat))?;

    let loss = huber.weighted(&weights);
    let (weighted_mean, weighted_gradient) = loss.mean_and_gradient(&y, &y_hat)?;
    assert_close(weighted_mean, mean, "mean");
    for (left, right) in kept(&weighted_gradient).into_iter().zip(gradient) {
        assert_close(left, right, "gradient");
    }
    let of_left_out = weighted_gradient.iter().enumerate().filter(|&(at, _)| left_out(at));
    assert!(of_left_out.into_iter().all(|(_, &slope)| slope == 0.0));
    // Backwards, as views that do not lie side by side.
    let (y, y_hat, weights) =
        (y.slice(s![..;-1]), y_hat.slice(s![..;-1]), weights.slice(s![..;-1]));
    assert_close(huber.weighted(&weights).mean(y, y_hat)?, mean, "mean of views");
    Ok(())
}

#[test]
fn weights_that_cannot_be_are_refused() {
    let text = |weights: &[f64]| {
        let fault = SquaredError.weighted(weights).mean(&[1.0, 2.0], &[0.0, 0.0]).unwrap_err();
        fault.to_string()
    };
    assert_eq!(text(&[1.0]), "weights has 1 values and the samples 2 (they must be equal)");
    assert_eq!(text(&[]), "weights is empty (at least 1 value is needed)");
    assert_eq!(text(&[1.0, -1.0]), "weights = -1 is not allowed (each >= 0 and finite)");
    assert_eq!(text(&[f64::NAN, 1.0]), "weights[0] = NaN is not finite");
    assert_eq!(text(&[0.0, 0.0]), "weights sum to 0 (at least one must be positive)");
    // Only what is left out may hold anything.
    let fault = SquaredError.weighted(&[0.0, 1.0]).mean(&[f64::NAN; 2], &[0.0; 2]).unwrap_err();
    assert_eq!(fault.to_string(), "target[1] = NaN is not finite");
}
