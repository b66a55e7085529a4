//! Losses of point clouds: two of as many points in space.

mod inputs;

use divan::{Bencher, black_box};
use inputs::rows_of_scores;
use lossbook::prelude::*;

fn main() {
    divan::main();
}

/// The lecture's sum. Four times as many points take little more than four times as long.
#[divan::bench(args = [2048, 8192, 32_768, 131_072])]
fn chamfer_of_points(bencher: Bencher, points: usize) {
    let (target, prediction) = (rows_of_scores(1, points, 3), rows_of_scores(2, points, 3));
    let loss = Chamfer::default();
    bencher.bench_local(|| loss.sum(black_box(&target), black_box(&prediction)).unwrap());
}

#[divan::bench]
fn chamfer_2048_with_gradient(bencher: Bencher) {
    let (target, prediction) = (rows_of_scores(1, 2048, 3), rows_of_scores(2, 2048, 3));
    let loss = Chamfer::default();
    bencher.bench_local(|| {
        loss.mean_and_gradient(black_box(&target), black_box(&prediction)).unwrap()
    });
}
