//! CTC: mpmath's digits, paths counted by hand, decoding, laws, and what is refused.

mod common;
mod golden;
#[path = "sequence/laws.rs"]
mod laws;
#[path = "sequence/refused.rs"]
mod refused;

use common::{DIGITS, assert_close};
use lossbook::prelude::*;

const GOLDEN: &str = include_str!("golden/sequence.json");
const INF: f64 = f64::INFINITY;

fn loss_on(kind: &str) -> Ctc {
    match kind {
        "log_probs" => Ctc::from_log_probs(),
        "logits" => Ctc::from_logits(),
        other => panic!("nothing is called {other}"),
    }
}

// --- mpmath

#[test]
fn losses_and_gradients_have_thirteen_digits() -> Result<(), LossError> {
    for kind in ["log_probs", "logits"] {
        for case in golden::cases(GOLDEN, kind) {
            let number = |key: &str| case.number(key) as usize;
            let (frames, symbols) = (number("frames"), number("symbols"));
            let target: Vec<usize> = case.list("target");
            let rows: Vec<f64> = case.list("rows");
            let what = format!("{kind}, {target:?}, {frames} times {symbols} of {rows:?}");
            let prediction = Array2::from_shape_fn((frames, symbols), |(frame, symbol)| {
                rows[(frame * symbols + symbol) % rows.len()]
            });
            let ctc = loss_on(kind).with_blank(number("blank"));

            let (loss, gradient) = ctc.value_and_gradient(&target, &prediction)?;
            assert_close(loss, case.number("loss"), &what);
            assert_eq!(ctc.loss(&target, &prediction)?, loss, "{what}");
            assert_eq!(gradient.dim(), prediction.dim());
            let at: Vec<usize> = case.list("at");
            let expected: Vec<f64> = case.list("gradient");
            assert_eq!(expected.len(), at.len() * symbols, "{what}");
            // Of log-probabilities it is not needed, and `-inf` is no logit.
            let p = softmax(prediction.mapv(|x| x.max(-1e300)))?;
            for (&frame, expected) in at.iter().zip(expected.chunks(symbols)) {
                for (symbol, &expected) in expected.iter().enumerate() {
                    let what = format!("gradient[{frame}, {symbol}] of {what}");
                    let slope = gradient[[frame, symbol]];
                    if kind == "log_probs" {
                        assert_close(slope, expected, &what);
                        continue;
                    }
                    // Belief minus posterior: where the two agree, digits of the difference go.
                    let others: f64 =
                        (0..symbols).filter(|&k| k != symbol).map(|k| p[[frame, k]]).sum();
                    let size = expected.abs().max(others.min(p[[frame, symbol]]));
                    let near = (slope - expected).abs() <= DIGITS * size;
                    assert!(near, "{what}: computed {slope:e}, expected {expected:e}");
                }
            }
        }
    }
    Ok(())
}

// --- counted by hand

#[test]
fn five_of_27_paths() -> Result<(), LossError> {
    let log_probs = Array2::from_elem((3, 3), (1.0_f64 / 3.0).ln());
    // 1 2: 012 102 112 120 122. 1: 001 010 011 100 110 111. 1 1: 101. 1 2 1: 121. None: 000.
    let hand: [(&[usize], f64); 5] =
        [(&[1, 2], 5.0), (&[1], 6.0), (&[1, 1], 1.0), (&[1, 2, 1], 1.0), (&[], 1.0)];
    for (target, count) in hand {
        assert_eq!(count_alignments(target, 3), count);
        assert_eq!(alignments(target, 3, 0)?.len() as f64, count);
        assert_close(
            Ctc::default().loss(target, &log_probs)?,
            (27.0 / count).ln(),
            &format!("{target:?}"),
        );
    }
    // Which symbol do the five show in a frame? 1 three times, then 1 and 2 twice each, then 2 four
    // times; the blank is what remains.
    let (_, gradient) = Ctc::default().value_and_gradient(&[1, 2], &log_probs)?;
    let expected = array![[-0.2, -0.8, 0.0], [-0.2, -0.4, -0.4], [-0.2, 0.0, -0.8]];
    for (slope, expected) in gradient.iter().zip(&expected) {
        assert_close(*slope, *expected, "posterior");
    }
    Ok(())
}

#[test]
fn the_lecture_merges_without_a_blank() {
    // "Losses, part 2" (CMU 11-785): frames 2 2 2 2 2 0 0 0 2 2 2 2 5 5 5 5 are printed as 2 0 2 5.
    let frames = [2, 2, 2, 2, 2, 0, 0, 0, 2, 2, 2, 2, 5, 5, 5, 5];
    assert_eq!(merge_repeats(&frames), [2, 0, 2, 5]);
    assert_eq!(collapse(&frames, 10), [2, 0, 2, 5]);
    assert_eq!(collapse(&frames, 0), [2, 2, 5]);
    assert!(merge_repeats(&[]).is_empty());
    assert!(collapse(&[0, 0], 0).is_empty());
    // First merged, then dropped: the other way round 1 1 would be lost.
    assert_eq!(collapse(&[1, 0, 1], 0), [1, 1]);
    // "hello": h h e l l - l o o.
    assert_eq!(collapse(&[8, 8, 5, 12, 12, 0, 12, 15, 15], 0), [8, 5, 12, 12, 15]);
}

#[test]
fn counts_are_exact_as_far_as_an_f64_is() {
    // Python: math.comb(frames + n - r, 2 n).
    let labels = |n| (0..n).collect::<Vec<usize>>();
    assert_eq!(count_alignments(&labels(10), 40), 47_129_212_243_960.0);
    assert_eq!(count_alignments(&[7; 10], 40), 269_128_937_220.0);
    assert_close(count_alignments(&labels(40), 200), 1.205_548_653_925_123_5e65, "200 frames");
    assert_close(count_alignments(&labels(100), 500), 2.506_017_783_221_403e164, "500 frames");
    assert_eq!(count_alignments(&labels(2000), 10_000), INF);
    assert_eq!(count_alignments(&[1, 1], 2), 0.0);
    assert_eq!(count_alignments(&[], 0), 1.0);
    assert_eq!(count_alignments(&[], usize::MAX), 1.0);
    // C(2^64, 2)
    assert_close(count_alignments(&[1], usize::MAX), 1.701_411_834_604_692_3e38, "2^127");
}

#[test]
fn as_many_frames_as_labels_leave_one_alignment() -> Result<(), LossError> {
    let logits = array![[0.3, 1.0, -2.0, 0.1], [1.5, 0.2, 0.4, 0.9], [-1.0, 0.0, 2.0, 0.7]];
    let log_probs = log_softmax(&logits)?;
    let (loss, gradient) = Ctc::default().value_and_gradient(&[2, 3, 1], &log_probs)?;
    assert_close(loss, -(log_probs[[0, 2]] + log_probs[[1, 3]] + log_probs[[2, 1]]), "one path");
    assert_eq!(gradient, -one_hot(&[2, 3, 1], 4)?);
    assert_eq!(alignments(&[2, 3, 1], 3, 0)?, [[2, 3, 1]]);
    Ok(())
}

#[test]
fn an_impossible_target_costs_infinitely_much_and_teaches_nothing() -> Result<(), LossError> {
    let never = array![[0.0, -INF], [0.0, -INF]];
    let (loss, gradient) = Ctc::default().value_and_gradient(&[1], &never)?;
    assert_eq!((loss, gradient), (INF, Array2::zeros((2, 2))));
    assert_eq!(Ctc::default().loss(&[1], &never)?, INF);
    assert_eq!(Ctc::default().loss(&[], &never)?, 0.0);
    // Among others it does not disturb their gradients.
    let even = Array2::from_elem((1, 2), 0.5_f64.ln());
    let (mean, gradients) =
        Ctc::default().mean_and_gradient([(vec![1], &never), (vec![1], &even)])?;
    assert_eq!(mean, INF);
    assert_eq!(gradients, [Array2::zeros((2, 2)), array![[0.0, -0.5]]]);
    // Logits so far apart that the difference overflows.
    let apart = array![[1e308, -1e308]];
    let (loss, gradient) = Ctc::from_logits().value_and_gradient(&[1], &apart)?;
    assert_eq!((loss, gradient), (INF, Array2::zeros((1, 2))));
    Ok(())
}

#[test]
fn a_target_too_long_for_its_frames_costs_infinitely_much() -> Result<(), LossError> {
    // PyTorch: CTCLoss(zero_infinity=False) gives inf. Two equal labels need a third frame.
    let logits = array![[0.1, 0.7, -0.3], [1.0, -2.0, 0.4]];
    let long: [&[usize]; 4] = [&[1, 1], &[1, 2, 1], &[2; 9], &[1, 2, 1, 2, 1, 2]];
    for target in long {
        for ctc in [Ctc::from_logits(), Ctc::from_log_probs()] {
            let prediction =
                if ctc == Ctc::default() { log_softmax(&logits)? } else { logits.clone() };
            let (loss, gradient) = ctc.value_and_gradient(target, &prediction)?;
            assert_eq!((loss, gradient), (INF, Array2::zeros((2, 3))), "{target:?}");
            assert_eq!(ctc.loss(target, &prediction)?, INF, "{target:?}");
        }
        assert!(alignments(target, 2, 0)?.is_empty());
    }
    // Only that sequence's: a batch goes on, and whoever asks for each loss sees which it was.
    let ctc = Ctc::from_logits();
    let batch = || [([1, 2], &logits), ([1, 1], &logits)];
    assert_eq!(ctc.each(batch())?, array![ctc.loss(&[1, 2], &logits)?, INF]);
    assert_eq!((ctc.mean(batch())?, ctc.sum(batch())?), (INF, INF));
    let (mean, gradients) = ctc.mean_and_gradient(batch())?;
    let alone = ctc.value_and_gradient(&[1, 2], &logits)?.1;
    assert_eq!((mean, gradients), (INF, vec![alone / 2.0, Array2::zeros((2, 3))]));
    Ok(())
}

#[test]
fn a_symbol_that_cannot_be_is_as_if_it_were_not_there() -> Result<(), LossError> {
    let logits = array![[0.2, 1.0, -0.4], [3.0, 2.0, 2.5], [-3.0, 0.0, 2.0]];
    let mut masked = Array2::from_elem((3, 5), -INF);
    for (symbol, column) in [0, 2, 4].into_iter().zip(logits.columns()) {
        masked.column_mut(symbol).assign(&column);
    }
    let ctc = Ctc::from_logits();
    let (loss, gradient) = ctc.value_and_gradient(&[1, 2], &logits)?;
    let (its_loss, its_gradient) = ctc.value_and_gradient(&[2, 4], &masked)?;
    assert_close(its_loss, loss, "masked");
    for ((frame, symbol), &slope) in its_gradient.indexed_iter() {
        let expected = if symbol % 2 == 0 { gradient[[frame, symbol / 2]] } else { 0.0 };
        assert_close(slope, expected, "masked");
    }
    // Who needs it, waits forever.
    assert_eq!(ctc.value_and_gradient(&[2, 3], &masked)?, (INF, Array2::zeros((3, 5))));
    // Nor does decoding show it: by hand, the likeliest symbols are 2, 0, 4, of which 2 4 is left.
    let log_probs = log_softmax(&masked)?;
    assert_close(Ctc::default().loss(&[2, 4], &log_probs)?, loss, "log-probabilities");
    assert_eq!(best_path(&log_probs)?, [2, 0, 4]);
    assert_eq!(greedy_decode(&log_probs, 0)?, [2, 4]);
    let found = beam_search(&log_probs, 0, 1000)?;
    let even = |decoded: &Decoded| decoded.labels.iter().all(|label| label % 2 == 0);
    assert!(found.iter().all(even), "{found:?}");
    assert_eq!(found.len(), beam_search(log_softmax(&logits)?, 0, 1000)?.len());
    Ok(())
}

#[test]
fn no_log_probability_is_too_low() -> Result<(), LossError> {
    // One alignment; its frames cost what they cost.
    for low in [-1e4, -1e10, -1e16, -1e18, -1e300] {
        let log_probs = array![[0.0, low, -INF], [0.0, -INF, low], [0.0, low, -INF]];
        let (loss, gradient) = Ctc::default().value_and_gradient(&[1, 2, 1], &log_probs)?;
        assert_close(loss, -3.0 * low, "three times");
        assert_eq!(gradient, -one_hot(&[1, 2, 1], 3)?);
        let (loss, gradient) =
            Ctc::from_logits().value_and_gradient(&[1], &array![[0.0, low], [0.0, low]])?;
        assert_close(loss, -low - if low > -1e12 { 2.0_f64.ln() } else { 0.0 }, "two frames");
        assert!(gradient.iter().all(|slope| slope.is_finite()), "{gradient}");
    }
    // Together they leave the range of an f64.
    let log_probs = array![[0.0, -1.5e308], [-1.5e308, 0.0], [0.0, -1.5e308]];
    let (loss, gradient) = Ctc::default().value_and_gradient(&[1, 1], &log_probs)?;
    assert_eq!(loss, INF);
    assert_eq!(gradient, Array2::<f64>::zeros((3, 2)));
    Ok(())
}

#[test]
fn a_certain_target_costs_nothing_and_never_less() -> Result<(), LossError> {
    for percent in 1..100 {
        let p = f64::from(percent) / 100.0;
        let open = [p.ln(), (1.0 - p).ln()];
        // Both logarithms are rounded, and so their probabilities sum to a little more than 1, or less.
        let loss = Ctc::default().loss(&[1], &array![[-INF, 0.0], open])?;
        assert!((0.0..1e-15).contains(&loss), "{loss:e}");
        // From logits the row sums to 1: only blank, blank is missing, which has e^-50 p.
        let loss = Ctc::from_logits().loss(&[1], &array![[-50.0, 0.0], open])?;
        assert_close(loss, (-50.0_f64).exp() * p, "two blanks");
    }
    Ok(())
}

#[test]
fn a_mean_is_over_sequences_of_any_length() -> Result<(), LossError> {
    let (short, long) = (
        log_softmax(&array![[0.0, 1.0, 2.0]])?,
        log_softmax(&array![[1.0, 0.5, 0.0], [0.0, 1.0, 0.0], [0.3, 0.0, 1.0]])?,
    );
    let targets: [&[usize]; 2] = [&[2], &[1, 2]];
    let pairs = || targets.into_iter().zip([&short, &long]);
    let ctc = Ctc::default();
    let each = ctc.each(pairs())?;
    let (one, other) =
        (ctc.value_and_gradient(&[2], &short)?, ctc.value_and_gradient(&[1, 2], &long)?);
    assert_eq!(each, array![one.0, other.0]);
    assert_close(ctc.mean(pairs())?, (one.0 + other.0) / 2.0, "mean");
    assert_close(ctc.sum(pairs())?, one.0 + other.0, "sum");
    let (mean, gradients) = ctc.mean_and_gradient(pairs())?;
    assert_eq!(mean, ctc.mean(pairs())?);
    assert_eq!(gradients, [one.1 / 2.0, other.1 / 2.0]);
    assert_eq!(ctc.gradient(pairs())?, gradients);
    Ok(())
}

// --- decoding

#[test]
fn greedy_takes_the_lowest_of_equals_and_may_be_wrong() -> Result<(), LossError> {
    let even = Array2::from_elem((2, 4), 0.25_f64.ln());
    assert_eq!(best_path(&even)?, [0, 0]);
    assert!(greedy_decode(&even, 0)?.is_empty());
    assert_eq!(greedy_decode(&even, 3)?, [0]);
    let impossible = array![[-INF, -INF, 0.0], [0.0, -INF, -INF]];
    assert_eq!(best_path(&impossible)?, [2, 0]);
    // By hand: blank blank has 0.36; 01, 10 and 11 have 0.24 + 0.24 + 0.16.
    let log_probs = array![[0.6_f64, 0.4], [0.6, 0.4]].ln();
    assert!(greedy_decode(&log_probs, 0)?.is_empty());
    let found = beam_search(&log_probs, 0, 2)?;
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].labels, [1]);
    assert!(found[1].labels.is_empty());
    assert_close(found[0].log_prob, 0.64_f64.ln(), "label 1");
    assert_close(found[1].log_prob, 0.36_f64.ln(), "nothing");
    // A width of 1 keeps the best beginning only: nothing, then nothing.
    assert!(beam_search(&log_probs, 0, 1)?[0].labels.is_empty());
    Ok(())
}

#[test]
fn a_label_comes_twice_only_across_a_blank() -> Result<(), LossError> {
    // Certain frames: 1 blank 1, and 1 1 1.
    let apart = array![[-INF, 0.0], [0.0, -INF], [-INF, 0.0]];
    let certain = |labels: &[usize]| [Decoded { labels: labels.to_vec(), log_prob: 0.0 }];
    assert_eq!(beam_search(&apart, 0, 5)?, certain(&[1, 1]));
    assert_eq!(beam_search(&array![[-INF, 0.0], [-INF, 0.0]], 0, 5)?, certain(&[1]));
    assert_eq!(greedy_decode(&apart, 0)?, [1, 1]);
    // The same frames with symbol 1 for the blank.
    assert_eq!(beam_search(&apart, 1, 5)?, certain(&[0]));
    Ok(())
}

#[test]
fn equally_probable_labels_come_in_order() -> Result<(), LossError> {
    let even = Array2::from_elem((2, 4), 0.25_f64.ln());
    let found = beam_search(&even, 0, 100)?;
    let labels: Vec<Vec<usize>> = found.into_iter().map(|decoded| decoded.labels).collect();
    let three = [vec![1], vec![2], vec![3]];
    let one = [vec![], vec![1, 2], vec![1, 3], vec![2, 1], vec![2, 3], vec![3, 1], vec![3, 2]];
    assert_eq!(labels, [&three[..], &one[..]].concat());
    Ok(())
}

#[test]
fn two_thousand_frames_do_not_underflow() -> Result<(), LossError> {
    // Each frame has 0.9 for its symbol; label, label, blank, and so on, the labels 1 and 2 in turn.
    let symbol = |frame: usize| if frame % 3 == 2 { 0 } else { 1 + frame / 3 % 2 };
    let log_probs = Array2::from_shape_fn((2000, 3), |(frame, k)| {
        if k == symbol(frame) { 0.9_f64.ln() } else { 0.05_f64.ln() }
    });
    let target: Vec<usize> = (0..667).map(|label| 1 + label % 2).collect();
    assert_eq!(greedy_decode(&log_probs, 0)?, target);
    let best = &beam_search(&log_probs, 0, 4)?[0];
    assert_eq!(best.labels, target);
    let loss = Ctc::default().loss(&target, &log_probs)?;
    // More than the best path, which has 2000 ln 0.9; and the beam never claims more than there is.
    assert!(loss < -2000.0 * 0.9_f64.ln() && loss > 0.0, "{loss}");
    assert!(best.log_prob <= -loss + 1e-10 && best.log_prob > -loss - 10.0, "{best:?} {loss}");
    Ok(())
}
