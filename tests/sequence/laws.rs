//! Laws that hold for every prediction, checked against all the paths that there are.

use std::collections::BTreeMap;

use lossbook::ndarray::s;
use lossbook::prelude::*;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::common::assert_close;

/// All the paths of this many frames.
fn paths(frames: usize, symbols: usize) -> Vec<Vec<usize>> {
    let digits = |number: usize| {
        (0..frames).map(|frame| number / symbols.pow(frame as u32) % symbols).collect()
    };
    (0..symbols.pow(frames as u32)).map(digits).collect()
}

/// Logits of some frames and symbols, and a target that they have room for.
fn problems() -> impl Strategy<Value = (Array2<f64>, Vec<usize>)> {
    (1..6_usize, 2..4_usize).prop_flat_map(|(frames, symbols)| {
        let logits = vec(-4.0..4.0_f64, frames * symbols)
            .prop_map(move |cells| Array2::from_shape_vec((frames, symbols), cells).unwrap());
        // What some path collapses to, there is room for.
        let target = vec(0..symbols, frames).prop_map(|path| collapse(&path, 0));
        (logits, target)
    })
}

fn path_log_prob(log_probs: &Array2<f64>, path: &[usize]) -> f64 {
    path.iter().enumerate().map(|(frame, &symbol)| log_probs[[frame, symbol]]).sum()
}

/// The probability of every sequence of labels, from all paths; the likeliest first.
fn all_labels(log_probs: &Array2<f64>) -> Vec<(Vec<usize>, f64)> {
    let mut found = BTreeMap::new();
    for path in paths(log_probs.nrows(), log_probs.ncols()) {
        *found.entry(collapse(&path, 0)).or_insert(0.0) += path_log_prob(log_probs, &path).exp();
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    found
}

proptest! {
    #[test]
    fn the_loss_adds_up_its_alignments((logits, target) in problems()) {
        let log_probs = log_softmax(&logits)?;
        let ctc = Ctc::default();
        let (loss, gradient) = ctc.value_and_gradient(&target, &log_probs)?;
        let all = alignments(&target, log_probs.nrows(), 0)?;
        let p: f64 = all.iter().map(|path| path_log_prob(&log_probs, path).exp()).sum();
        prop_assert!((loss + p.ln()).abs() <= 1e-13, "{loss} {p}");
        // And its gradient, the shares of those that show a symbol.
        for ((frame, symbol), &slope) in gradient.indexed_iter() {
            let showing = all.iter().filter(|path| path[frame] == symbol);
            let showing: f64 = showing.map(|path| path_log_prob(&log_probs, path).exp()).sum();
            prop_assert!((slope + showing / p).abs() <= 1e-13, "{slope} {showing}");
        }
        // Log-probabilities are rounded; of a loss near 0 that takes digits.
        let of_logits = Ctc::from_logits().loss(&target, &logits)?;
        prop_assert!((of_logits - loss).abs() <= 1e-13, "{of_logits} {loss}");
    }

    #[test]
    fn alignments_are_the_paths_that_collapse_to_the_target((logits, target) in problems()) {
        let (frames, symbols) = logits.dim();
        let mut expected = paths(frames, symbols);
        expected.retain(|path| collapse(path, 0) == target);
        expected.sort();
        let found = alignments(&target, frames, 0)?;
        prop_assert_eq!(count_alignments(&target, frames), found.len() as f64);
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn all_labels_together_are_certain((logits, _) in problems()) {
        let log_probs = log_softmax(&logits)?;
        let mut sum = 0.0;
        for (labels, p) in all_labels(&log_probs) {
            let loss = Ctc::default().loss(&labels, &log_probs)?;
            assert_close((-loss).exp(), p, "one of them");
            prop_assert!(loss >= 0.0);
            sum += (-loss).exp();
        }
        assert_close(sum, 1.0, "all of them");
    }

    #[test]
    fn slopes_add_up((logits, target) in problems()) {
        let (_, of_logits) = Ctc::from_logits().value_and_gradient(&target, &logits)?;
        let log_probs = log_softmax(&logits)?;
        let (_, of_log_probs) = Ctc::default().value_and_gradient(&target, &log_probs)?;
        let p = log_probs.exp();
        for frame in 0..logits.nrows() {
            prop_assert!(of_logits.row(frame).sum().abs() < 1e-15);
            assert_close(of_log_probs.row(frame).sum(), -1.0, "posterior");
            for symbol in 0..logits.ncols() {
                let expected = p[[frame, symbol]] + of_log_probs[[frame, symbol]];
                prop_assert!((of_logits[[frame, symbol]] - expected).abs() < 1e-14);
            }
        }
    }

    #[test]
    fn names_of_symbols_do_not_matter((logits, target) in problems(), shift in 1..4_usize) {
        // Every symbol moves on by `shift`, the blank too.
        let (frames, symbols) = logits.dim();
        let shift = shift % symbols;
        let moved = Array2::from_shape_fn((frames, symbols), |(frame, symbol)| {
            logits[[frame, (symbol + symbols - shift) % symbols]]
        });
        let named: Vec<usize> = target.iter().map(|label| (label + shift) % symbols).collect();
        let (loss, gradient) = Ctc::from_logits().value_and_gradient(&target, &logits)?;
        let ctc = Ctc::from_logits().with_blank(shift);
        let (its_loss, its_gradient) = ctc.value_and_gradient(&named, &moved)?;
        assert_close(its_loss, loss, "renamed");
        for ((frame, symbol), slope) in gradient.indexed_iter() {
            let its = its_gradient[[frame, (symbol + shift) % symbols]];
            prop_assert!((slope - its).abs() < 1e-14, "{slope} {its}");
        }
        // So does the search, and time may run backwards.
        let (log_probs, moved) = (log_softmax(&logits)?, log_softmax(&moved)?);
        let (best, its_best) = (beam_search(&log_probs, 0, 1000)?, beam_search(&moved, shift, 1000)?);
        prop_assert!((best[0].log_prob - its_best[0].log_prob).abs() < 1e-13);
        let backwards: Vec<usize> = target.iter().rev().copied().collect();
        let its_loss = Ctc::from_logits().loss(&backwards, logits.slice(s![..;-1, ..]))?;
        assert_close(its_loss, loss, "backwards");
    }

    #[test]
    fn a_wide_beam_finds_all_labels((logits, _) in problems()) {
        let log_probs = log_softmax(&logits)?;
        let expected = all_labels(&log_probs);
        let found = beam_search(&log_probs, 0, expected.len())?;
        prop_assert_eq!(found.len(), expected.len());
        for (decoded, (_, p)) in found.iter().zip(&expected) {
            assert_close(decoded.log_prob.exp(), *p, "in this place");
            // Its own probability, wherever near equals stand.
            let loss = Ctc::default().loss(&decoded.labels, &log_probs)?;
            prop_assert!((decoded.log_prob + loss).abs() < 1e-13);
        }
    }

    #[test]
    fn a_narrow_beam_never_claims_too_much((logits, _) in problems(), width in 1..4_usize) {
        let log_probs = log_softmax(&logits)?;
        let found = beam_search(&log_probs, 0, width)?;
        prop_assert!((1..=width).contains(&found.len()));
        for decoded in &found {
            let loss = Ctc::default().loss(&decoded.labels, &log_probs)?;
            prop_assert!(decoded.log_prob <= 1e-13 - loss);
        }
        prop_assert!(found.is_sorted_by(|a, b| a.log_prob >= b.log_prob));
    }

    #[test]
    fn the_best_path_has_no_better((logits, _) in problems()) {
        let log_probs = log_softmax(&logits)?;
        let best = best_path(&log_probs)?;
        let most = path_log_prob(&log_probs, &best);
        for path in paths(log_probs.nrows(), log_probs.ncols()) {
            prop_assert!(path_log_prob(&log_probs, &path) <= most + 1e-14);
        }
        prop_assert_eq!(greedy_decode(&log_probs, 0)?, collapse(&best, 0));
    }

    #[test]
    fn views_of_any_layout_are_the_same((logits, target) in problems()) {
        let log_probs = log_softmax(&logits)?;
        let columns = log_probs.t().as_standard_layout().to_owned();
        let reversed = log_probs.slice(s![..;-1, ..;-1]).to_owned();
        let mut spread = Array2::from_elem((log_probs.nrows(), 2 * log_probs.ncols()), f64::NAN);
        spread.slice_mut(s![.., ..;2]).assign(&log_probs);
        let views = [columns.t(), reversed.slice(s![..;-1, ..;-1]), spread.slice(s![.., ..;2])];
        for view in views {
            let ctc = Ctc::default();
            prop_assert_eq!(ctc.value_and_gradient(&target, view)?, ctc.value_and_gradient(&target, &log_probs)?);
            prop_assert_eq!(ctc.loss(&target, view)?, ctc.loss(&target, &log_probs)?);
            prop_assert_eq!(beam_search(view, 0, 3)?, beam_search(&log_probs, 0, 3)?);
            prop_assert_eq!(best_path(view)?, best_path(&log_probs)?);
        }
    }
}
