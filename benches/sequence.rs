//! CTC of a batch of 8: 200 frames, 50 symbols, 40 labels each.

mod inputs;

use divan::{Bencher, black_box};
use inputs::{labels, rows_of_scores};
use lossbook::prelude::*;

fn main() {
    divan::main();
}

/// Logits, and labels among which the blank, 0, is not.
fn batch() -> Vec<(Vec<usize>, Array2<f64>)> {
    let sequence = |seed| {
        let target = labels(seed, 40, 49).into_iter().map(|label| label + 1).collect();
        (target, rows_of_scores(seed + 100, 200, 50))
    };
    (0..8).map(sequence).collect()
}

#[divan::bench]
fn ctc_8x200x50_with_gradient(bencher: Bencher) {
    let mut batch = batch();
    for (_, logits) in &mut batch {
        *logits = log_softmax(&*logits).unwrap();
    }
    bench(bencher, &Ctc::from_log_probs(), &batch);
}

#[divan::bench]
fn ctc_8x200x50_from_logits_with_gradient(bencher: Bencher) {
    bench(bencher, &Ctc::from_logits(), &batch());
}

fn bench(bencher: Bencher, loss: &Ctc, batch: &[(Vec<usize>, Array2<f64>)]) {
    bencher.bench_local(|| {
        let pairs = batch.iter().map(|(target, prediction)| (target, prediction));
        loss.mean_and_gradient(black_box(pairs)).unwrap()
    });
}
