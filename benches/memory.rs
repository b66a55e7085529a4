//! How long the machine takes to read the numbers and add them up: no loss of two columns of
//! `SAMPLES` can be faster than that.

mod inputs;

use divan::{Bencher, black_box};
use inputs::{SAMPLES, scores};

fn main() {
    divan::main();
}

/// 16 MB: as many as a target and a prediction.
#[divan::bench]
fn read(bencher: Bencher) {
    let numbers = scores(1, 2 * SAMPLES).to_vec();
    bencher.bench_local(|| {
        // Eight sums that do not wait for each other, so that memory is what limits.
        let mut sums = [0.0; 8];
        for eight in black_box(&numbers).chunks_exact(8) {
            for (sum, number) in sums.iter_mut().zip(eight) {
                *sum += number;
            }
        }
        sums
    });
}
