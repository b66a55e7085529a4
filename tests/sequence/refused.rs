//! What everything in `sequence` refuses, and in which words; and that nothing panics.

use std::fmt::Debug;

use lossbook::ndarray::ArrayView2;
use lossbook::prelude::*;
use proptest::collection::vec;
use proptest::num::f64::ANY;
use proptest::prelude::*;

const NAN: f64 = f64::NAN;
const INF: f64 = f64::INFINITY;

/// The call is refused with exactly this text.
#[track_caller]
fn refused<T: Debug>(call: Result<T, LossError>, text: &str) {
    match call {
        Ok(value) => panic!("accepted with the result {value:?}, but expected: {text}"),
        Err(fault) => assert_eq!(fault.to_string(), text),
    }
}

/// Every method, for one sequence and for it as the second of two.
#[track_caller]
fn every_method(ctc: Ctc, target: &[usize], prediction: &Array2<f64>, text: &str) {
    refused(ctc.loss(target, prediction), text);
    refused(ctc.value_and_gradient(target, prediction), text);
    // A certain blank, be they log-probabilities or logits.
    let mut blank = Array2::from_elem((1, ctc.blank() + 1), -1e9);
    blank[[0, ctc.blank()]] = 0.0;
    let pairs = || -> [(&[usize], _); 2] { [(&[], &blank), (target, prediction)] };
    let text = format!("sequence 1: {text}");
    refused(ctc.each(pairs()), &text);
    refused(ctc.mean(pairs()), &text);
    refused(ctc.sum(pairs()), &text);
    refused(ctc.gradient(pairs()), &text);
    refused(ctc.mean_and_gradient(pairs()), &text);
}

fn even(frames: usize, symbols: usize) -> Array2<f64> {
    Array2::from_elem((frames, symbols), -(symbols as f64).ln())
}

#[test]
fn log_probs() {
    let positive = "log_probs[1, 0] = 1e-20 is not a log-probability (at most 0, which is p = 1)";
    let sum = "exp(log_probs)[1] sums to 1.5 (a distribution sums to 1)";
    let bad = [
        (Array2::zeros((0, 2)), "log_probs is empty (at least 1 value is needed)"),
        (Array2::zeros((2, 0)), "log_probs is empty (at least 1 value is needed)"),
        (array![[-INF, NAN]], "log_probs[0, 1] = NaN is not finite"),
        (array![[0.0, -INF], [-INF, INF]], "log_probs[1, 1] = inf is not finite"),
        (array![[0.0, -INF], [1e-20, -INF]], positive),
        (array![[0.0, -INF], [0.0, 0.5_f64.ln()]], sum),
        (array![[-INF, -INF]], "exp(log_probs)[0] sums to 0 (a distribution sums to 1)"),
        (array![[-1.0, -2.0]], "exp(log_probs)[0] sums to 0.503214724 (a distribution sums to 1)"),
    ];
    for (log_probs, text) in bad {
        every_method(Ctc::default(), &[1], &log_probs, text);
        refused(best_path(&log_probs), text);
        refused(greedy_decode(&log_probs, 0), text);
        refused(beam_search(&log_probs, 0, 1), text);
    }
}

#[test]
fn how_far_a_row_may_be_off() -> Result<(), LossError> {
    for off in [0.9e-6_f64, -0.9e-6] {
        Ctc::default().loss(&[1], &array![[0.5_f64.ln(), f64::ln(0.5 + off)]])?;
    }
    let text = "exp(log_probs)[0] sums to 1.0000011 (a distribution sums to 1)";
    refused(Ctc::default().loss(&[1], &array![[0.5_f64.ln(), 0.500_001_1_f64.ln()]]), text);
    Ok(())
}

#[test]
fn logits() {
    let bad = [
        (Array2::zeros((0, 2)), "logits is empty (at least 1 value is needed)"),
        (Array2::zeros((2, 0)), "logits is empty (at least 1 value is needed)"),
        (array![[0.0, NAN]], "logits[0, 1] = NaN is not finite"),
        (array![[0.0, 0.0], [INF, 0.0]], "logits[1, 0] = inf is not finite"),
        (array![[-INF, NAN]], "logits[0, 1] = NaN is not finite"),
        (
            array![[0.0, -INF], [-INF, -INF]],
            "logits[1] is -inf everywhere (at least one class must be possible)",
        ),
    ];
    for (logits, text) in bad {
        every_method(Ctc::from_logits(), &[1], &logits, text);
    }
}

#[test]
fn targets() {
    let bad: [(&[usize], usize, String); 4] = [
        (&[1, 3], 5, "target[1] = 3 is out of range (0 <= label < 3 classes)".into()),
        (
            &[usize::MAX],
            5,
            format!("target[0] = {} is out of range (0 <= label < 3 classes)", usize::MAX),
        ),
        (
            &[1, 2, 0],
            5,
            "target[2] = 0 is the blank (it stands between labels, and is none)".into(),
        ),
        // Also where there are too few frames.
        (&[1, 2, 1, 3], 1, "target[3] = 3 is out of range (0 <= label < 3 classes)".into()),
    ];
    for (target, frames, text) in bad {
        every_method(Ctc::default(), target, &even(frames, 3), &text);
        every_method(Ctc::from_logits(), target, &even(frames, 3), &text);
    }
    let text = "target[0] = 2 is the blank (it stands between labels, and is none)";
    every_method(Ctc::default().with_blank(2), &[2], &even(3, 3), text);
    refused(
        alignments(&[1, 0], 5, 0),
        "target[1] = 0 is the blank (it stands between labels, and is none)",
    );
}

#[test]
fn no_sequences() {
    let none: [(&[usize], &Array2<f64>); 0] = [];
    let text = "sequences is empty (at least 1 value is needed)";
    refused(Ctc::default().each(none), text);
    refused(Ctc::default().mean(none), text);
    refused(Ctc::default().sum(none), text);
    refused(Ctc::default().gradient(none), text);
    refused(Ctc::default().mean_and_gradient(none), text);
}

#[test]
fn parameters() {
    let text = "blank = 3 is not allowed (0 <= blank < number of symbols)";
    every_method(Ctc::default().with_blank(3), &[1], &even(3, 3), text);
    refused(greedy_decode(even(2, 3), 3), text);
    refused(beam_search(even(2, 3), 3, 1), text);
    for (width, shown) in [(0, "0"), (100_001, "100001")] {
        let text = format!("width = {shown} is not allowed (1 <= width <= 100000)");
        refused(beam_search(even(2, 3), 0, width), &text);
    }
}

#[test]
fn too_large() {
    // 5 labels in 60 frames: C(65, 10) alignments.
    let text = "alignments of shape [179013799328, 60] does not fit into memory";
    refused(alignments(&[1, 2, 3, 4, 5], 60, 0), text);
    let text = "alignments of shape [1, 10000001] does not fit into memory";
    refused(alignments(&[], 10_000_001, 0), text);
    // One number, seen as a table of 2^60 rows.
    let one = [0.0];
    let huge = ArrayView2::from_shape((1, 1), &one).expect("one number");
    let huge = huge.broadcast((1 << 58, 1)).expect("seen again and again");
    let text = format!("log_probs of shape [{}, 1] does not fit into memory", 1_u64 << 58);
    refused(Ctc::default().loss(&[], huge), &text);
    refused(Ctc::default().value_and_gradient(&[], huge), &text);
    refused(best_path(huge), &text);
    refused(greedy_decode(huge, 0), &text);
    refused(beam_search(huge, 0, 1), &text);
    let text = text.replace("log_probs", "logits");
    refused(Ctc::from_logits().loss(&[], huge), &text);
}

// --- nothing panics, and what is accepted never gives NaN

fn wild() -> impl Strategy<Value = f64> {
    let low = (0.0..308.0_f64).prop_map(|exponent| -(10.0_f64.powf(exponent)));
    prop_oneof![2 => ANY, 2 => -5.0..5.0_f64, 2 => low, 1 => Just(0.0), 1 => Just(-INF)]
}

/// Rows with one 0 and otherwise next to nothing, as low as it gets: log-probabilities that pass.
fn extreme_rows() -> impl Strategy<Value = Array2<f64>> {
    let low = prop_oneof![
        4 => (1.5..308.0_f64).prop_map(|exponent| -(10.0_f64.powf(exponent))),
        1 => Just(-INF),
        1 => Just(-20.0),
    ];
    (1..6_usize, 1..4_usize).prop_flat_map(move |(frames, symbols)| {
        (vec(low.clone(), frames * symbols), vec(0..symbols, frames)).prop_map(
            move |(cells, certain)| {
                let mut rows = Array2::from_shape_vec((frames, symbols), cells).unwrap();
                for (frame, symbol) in certain.into_iter().enumerate() {
                    rows[[frame, symbol]] = 0.0;
                }
                rows
            },
        )
    })
}

fn tables() -> impl Strategy<Value = Array2<f64>> {
    (0..5_usize, 0..4_usize).prop_flat_map(|(frames, symbols)| {
        vec(wild(), frames * symbols)
            .prop_map(move |cells| Array2::from_shape_vec((frames, symbols), cells).unwrap())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_prediction_panics(
        prediction in prop_oneof![tables(), extreme_rows()],
        target in vec(0..4_usize, 0..4),
        blank in 0..3_usize,
        width in prop_oneof![0..4_usize, Just(usize::MAX)],
    ) {
        for ctc in [Ctc::default().with_blank(blank), Ctc::from_logits().with_blank(blank)] {
            let loss = ctc.loss(&target, &prediction);
            let both = ctc.value_and_gradient(&target, &prediction);
            prop_assert_eq!(&loss, &both.as_ref().map(|both| both.0).map_err(Clone::clone));
            prop_assert_eq!(ctc.mean([(&target, &prediction)]).is_ok(), loss.is_ok());
            prop_assert_eq!(ctc.mean_and_gradient([(&target, &prediction)]).is_ok(), loss.is_ok());
            if let Ok((loss, gradient)) = both {
                prop_assert!(loss >= 0.0, "{loss}");
                prop_assert!(gradient.iter().all(|slope| (-1.0..=1.0).contains(slope)), "{gradient}");
                for row in gradient.rows() {
                    let most = if ctc == Ctc::from_logits().with_blank(blank) { 0.0 } else { -1.0 };
                    let sum = row.sum();
                    prop_assert!((sum - most).abs() < 1e-14 || (loss == INF && sum == 0.0), "{sum}");
                }
            }
        }
        let (best, greedy) = (best_path(&prediction), greedy_decode(&prediction, blank));
        prop_assert_eq!(greedy.is_ok(), best.is_ok() && blank < prediction.ncols());
        if let Ok(found) = beam_search(&prediction, blank, width) {
            prop_assert!(greedy.is_ok() && found.len() <= width);
            prop_assert!(found.iter().all(|decoded| decoded.log_prob <= 0.0), "{found:?}");
        }
    }

    #[test]
    fn no_path_or_target_panics(
        path in vec(any::<usize>(), 0..5),
        target in vec(prop_oneof![0..3_usize, any::<usize>()], 0..5),
        frames in prop_oneof![4 => 0..9_usize, 1 => any::<usize>()],
        blank in 0..3_usize,
    ) {
        prop_assert!(collapse(&path, blank).len() <= merge_repeats(&path).len());
        let count = count_alignments(&target, frames);
        prop_assert!(count >= 0.0);
        if let Ok(paths) = alignments(&target, frames, blank) {
            prop_assert_eq!(paths.len() as f64, count);
        }
    }
}
