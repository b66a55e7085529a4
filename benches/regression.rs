//! Losses of one number, at `SAMPLES` samples.

mod inputs;

use divan::{Bencher, black_box};
use inputs::{SAMPLES, scores};
use lossbook::prelude::*;

fn main() {
    divan::main();
}

fn mean_of(bencher: Bencher, loss: impl RegressionLoss) {
    let (target, prediction) = (scores(1, SAMPLES), scores(2, SAMPLES));
    bencher.bench_local(|| loss.mean(black_box(&target), black_box(&prediction)).unwrap());
}

#[divan::bench]
fn squared_error(bencher: Bencher) {
    mean_of(bencher, SquaredError);
}

#[divan::bench]
fn absolute_error(bencher: Bencher) {
    mean_of(bencher, AbsoluteError);
}

#[divan::bench]
fn huber(bencher: Bencher) {
    mean_of(bencher, Huber::new(1.0).unwrap());
}

#[divan::bench]
fn smooth_l1(bencher: Bencher) {
    mean_of(bencher, SmoothL1::new(1.0).unwrap());
}

#[divan::bench]
fn huber_with_gradient(bencher: Bencher) {
    let (target, prediction) = (scores(1, SAMPLES), scores(2, SAMPLES));
    let loss = Huber::new(1.0).unwrap();
    bencher.bench_local(|| {
        loss.mean_and_gradient(black_box(&target), black_box(&prediction)).unwrap()
    });
}
