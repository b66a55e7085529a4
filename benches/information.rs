//! Divergences, at `SAMPLES` outcomes.

mod inputs;

use divan::{Bencher, black_box};
use inputs::{SAMPLES, distribution};
use lossbook::prelude::*;

fn main() {
    divan::main();
}

#[divan::bench]
fn kl(bencher: Bencher) {
    let (p, q) = (distribution(1, SAMPLES), distribution(2, SAMPLES));
    bencher.bench_local(|| kl_divergence(black_box(&p), black_box(&q)).unwrap());
}
