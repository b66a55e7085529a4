//! Losses of a class: two classes at `SAMPLES` samples, a hundred at ten thousand.

mod inputs;

use divan::{Bencher, black_box};
use inputs::{SAMPLES, labels, probabilities, rows_of_scores, scores, yes_or_no};
use lossbook::prelude::*;

fn main() {
    divan::main();
}

#[divan::bench]
fn binary_from_probabilities(bencher: Bencher) {
    let (target, prediction) = (yes_or_no(1, SAMPLES), probabilities(2, SAMPLES));
    let loss = BinaryCrossEntropy::from_probabilities();
    bencher.bench_local(|| loss.mean(black_box(&target), black_box(&prediction)).unwrap());
}

#[divan::bench]
fn binary_from_logits(bencher: Bencher) {
    let (target, prediction) = (yes_or_no(1, SAMPLES), scores(2, SAMPLES));
    let loss = BinaryCrossEntropy::from_logits();
    bencher.bench_local(|| loss.mean(black_box(&target), black_box(&prediction)).unwrap());
}

#[divan::bench]
fn binary_from_logits_with_gradient(bencher: Bencher) {
    let (target, prediction) = (yes_or_no(1, SAMPLES), scores(2, SAMPLES));
    let loss = BinaryCrossEntropy::from_logits();
    bencher.bench_local(|| {
        loss.mean_and_gradient(black_box(&target), black_box(&prediction)).unwrap()
    });
}

#[divan::bench]
fn cross_entropy_10000x100(bencher: Bencher) {
    let (target, prediction) = (labels(1, 10_000, 100), rows_of_scores(2, 10_000, 100));
    let loss = CrossEntropy::from_logits();
    bencher.bench_local(|| loss.mean(black_box(&target), black_box(&prediction)).unwrap());
}

#[divan::bench]
fn cross_entropy_10000x100_with_gradient(bencher: Bencher) {
    let (target, prediction) = (labels(1, 10_000, 100), rows_of_scores(2, 10_000, 100));
    let loss = CrossEntropy::from_logits();
    bencher.bench_local(|| {
        loss.mean_and_gradient(black_box(&target), black_box(&prediction)).unwrap()
    });
}
