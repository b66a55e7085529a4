//! Losses of embeddings, at a batch of 512 with 128 numbers each.

mod inputs;

use divan::{Bencher, black_box};
use inputs::{labels, rows_of_scores};
use lossbook::prelude::*;

fn main() {
    divan::main();
}

#[divan::bench]
fn batch_hard_512x128(bencher: Bencher) {
    let (labels, embeddings) = (labels(1, 512, 64), rows_of_scores(2, 512, 128));
    let loss = BatchHard::new(0.2).unwrap();
    bencher.bench_local(|| loss.mean(black_box(&labels), black_box(&embeddings)).unwrap());
}
