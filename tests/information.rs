//! Information: the lectures' numbers, Quinlan's, mpmath's digits, other crates' results.

mod common;
mod golden;

use std::f64::consts::{LN_2, LN_10};

use common::assert_close;
use lossbook::prelude::*;
use ndarray_stats::EntropyExt;
use statrs::distribution::{Bernoulli, Categorical};
use statrs::statistics::Distribution;

const GOLDEN: &str = include_str!("golden/information.json");

/// To as many decimals as were printed.
fn bits(amount: Information, decimals: usize) -> String {
    format!("{:.decimals$}", amount.bits())
}

// --- the lectures "Neural networks and loss functions" and "Machine and deep learning basics: loss
// --- function" (C.-S. Huang), to the digits that they print

#[test]
fn lecture_self_information() -> Result<(), LossError> {
    // Both lectures, "Information gain": p = 0.4 and p = 0.99.
    assert_eq!(bits(self_information(0.4)?, 3), "1.322");
    assert_eq!(bits(self_information(0.99)?, 3), "0.014");
    Ok(())
}

#[test]
fn lecture_pass_or_fail() -> Result<(), LossError> {
    // Both lectures: entropy of pass/fail at 0.4 and at 0.99.
    assert_eq!(bits(binary_entropy(0.4)?, 3), "0.971");
    assert_eq!(bits(entropy(&[0.4, 0.6])?, 3), "0.971");
    assert_eq!(bits(binary_entropy(0.99)?, 3), "0.081");
    assert_eq!(bits(entropy(&[0.99, 0.01])?, 3), "0.081");
    Ok(())
}

#[test]
fn lecture_coin_is_least_known_at_one_half() -> Result<(), LossError> {
    // Both lectures: the entropy of a coin is largest at p = 0.5.
    let steps = (0..=1000).map(|step| f64::from(step) / 1000.0);
    let curve =
        steps.map(|p| Ok((p, binary_entropy(p)?))).collect::<Result<Vec<_>, LossError>>()?;
    let top = curve.iter().max_by(|a, b| a.1.nats().total_cmp(&b.1.nats()));
    assert_eq!(top, Some(&(0.5, Information::from_bits(1.0))));
    Ok(())
}

#[test]
fn lecture_five_outcomes() -> Result<(), LossError> {
    // Both lectures; two of the three carry the same name X_A there.
    assert_eq!(bits(entropy(&[0.1, 0.15, 0.5, 0.15, 0.1])?, 3), "1.985");
    assert_eq!(bits(entropy(&[0.01, 0.09, 0.8, 0.09, 0.01])?, 3), "1.016");
    assert_eq!(bits(entropy(&[0.2; 5])?, 3), "2.322");
    Ok(())
}

/// The cross-entropies of the lectures' four samples: male, female, male, other.
fn lecture_losses(model: Array2<f64>) -> Result<Vec<Information>, LossError> {
    let truth = one_hot(&[0, 1, 0, 2], 3)?;
    truth.rows().into_iter().zip(model.rows()).map(|(p, q)| cross_entropy(p, q)).collect()
}

#[test]
fn lecture_cross_entropy_of_model_1() -> Result<(), LossError> {
    // Both lectures, "Cross-entropy": 1.322 for data 1, 3.3219 for data 4, 6.966 in all.
    let model = array![[0.4, 0.3, 0.3], [0.3, 0.4, 0.3], [0.5, 0.2, 0.3], [0.8, 0.1, 0.1]];
    let losses = lecture_losses(model)?;
    assert_eq!(bits(losses[0], 3), "1.322");
    assert_eq!(bits(losses[3], 4), "3.3219");
    assert_eq!(bits(losses.iter().sum(), 3), "6.966");
    Ok(())
}

#[test]
fn lecture_cross_entropy_of_model_2_is_an_erratum() -> Result<(), LossError> {
    // Both lectures print 2.310, which takes sample 4's first probability, 0.4, for its label's, 0.3.
    // By hand: -log2(0.7 * 0.8 * 0.9 * 0.3) = -log2(0.1512) = 2.725.
    let model = array![[0.7, 0.1, 0.2], [0.1, 0.8, 0.1], [0.9, 0.1, 0.0], [0.4, 0.3, 0.3]];
    let losses = lecture_losses(model)?;
    assert_eq!(bits(losses.iter().sum(), 3), "2.725");
    let as_printed = losses[..3].iter().sum::<Information>() + self_information(0.4)?;
    assert_eq!(bits(as_printed, 3), "2.310");
    Ok(())
}

// --- Quinlan's fourteen days

#[test]
fn quinlan_gains() -> Result<(), LossError> {
    // 0.247, 0.029, 0.152 and 0.048 bits, and 0.940 for the labels: mpmath, see make.py. Mitchell,
    // "Machine learning" (1997), section 3.4.2, cuts off after three decimals: 0.246 and 0.151.
    let days = data::play_tennis();
    let gains = days.questions().map(|column| information_gain(&days.play.labels, &column.labels));
    let printed = gains.into_iter().map(|gain| Ok(bits(gain?, 3)));
    assert_eq!(
        printed.collect::<Result<Vec<_>, LossError>>()?,
        ["0.247", "0.029", "0.152", "0.048"]
    );
    assert_eq!(bits(entropy_of_counts(&[9, 5])?, 3), "0.940");
    Ok(())
}

#[test]
fn quinlan_gain_ratios() -> Result<(), LossError> {
    // Quinlan (1986), section 7, defines the ratio; the digits: mpmath, see make.py.
    let days = data::play_tennis();
    let ratio = gain_ratio(&days.play.labels, &days.outlook.labels)?;
    assert_close(ratio, 0.156427562421175, "gain ratio of outlook");
    Ok(())
}

// --- mpmath

#[test]
fn one_probability() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "probability") {
        let p = case.number("p");
        assert_close(self_information(p)?.nats(), case.number("self"), &format!("-ln {p:e}"));
        assert_close(binary_entropy(p)?.nats(), case.number("binary"), &format!("h({p:e})"));
    }
    Ok(())
}

#[test]
fn one_distribution() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "distribution") {
        let p: Vec<f64> = case.list("p");
        assert_close(entropy(&p)?.nats(), case.number("entropy"), &format!("entropy of {p:?}"));
    }
    Ok(())
}

#[test]
fn counts() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "counts") {
        let counts: Vec<u64> = case.list("counts");
        let nats = entropy_of_counts(&counts)?.nats();
        assert_close(nats, case.number("entropy"), &format!("entropy of {counts:?}"));
    }
    Ok(())
}

#[test]
fn two_distributions() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "pair") {
        let (p, q): (Vec<f64>, Vec<f64>) = (case.list("p"), case.list("q"));
        let what = format!("of {p:?} and {q:?}");
        assert_close(kl_divergence(&p, &q)?.nats(), case.number("kl"), &format!("KL {what}"));
        assert_close(js_divergence(&p, &q)?.nats(), case.number("js"), &format!("JS {what}"));
        assert_close(cross_entropy(&p, &q)?.nats(), case.number("cross"), &format!("CE {what}"));
    }
    Ok(())
}

#[test]
fn tables_of_two_variables() -> Result<(), Box<dyn std::error::Error>> {
    for case in golden::cases(GOLDEN, "table") {
        let cells: Vec<f64> = case.list("p");
        let columns = case.number("columns") as usize;
        let joint = Array2::from_shape_vec((cells.len() / columns, columns), cells)?;
        let what = format!("of {joint:?}");
        assert_close(joint_entropy(&joint)?.nats(), case.number("joint"), &what);
        assert_close(conditional_entropy(&joint)?.nats(), case.number("conditional"), &what);
        assert_close(mutual_information(&joint)?.nats(), case.number("mutual"), &what);
        // A table has no preferred order: the transpose shares as much.
        assert_close(mutual_information(joint.t())?.nats(), case.number("mutual"), &what);
    }
    Ok(())
}

#[test]
fn splits() -> Result<(), LossError> {
    for (index, case) in golden::cases(GOLDEN, "split").iter().enumerate() {
        let (labels, branches): (Vec<usize>, Vec<usize>) =
            (case.list("labels"), case.list("branches"));
        let what = format!("split {index}");
        assert_close(information_gain(&labels, &branches)?.nats(), case.number("gain"), &what);
        assert_close(gain_ratio(&labels, &branches)?, case.number("ratio"), &what);
        assert_close(gini(&labels)?, case.number("gini"), &what);
        assert_close(gini_decrease(&labels, &branches)?, case.number("decrease"), &what);
    }
    Ok(())
}

// --- conventions

#[test]
fn zero_and_infinity() -> Result<(), LossError> {
    // By the conventions 0 ln 0 = 0 and p ln(p / 0) = infinity.
    assert_eq!(self_information(0.0)?.nats(), f64::INFINITY);
    assert_eq!(entropy(&[0.0, 1.0, 0.0])?, Information::ZERO);
    assert_eq!(binary_entropy(0.0)?, Information::ZERO);
    assert_eq!(binary_entropy(1.0)?, Information::ZERO);
    assert_eq!(cross_entropy(&[0.5, 0.5], &[1.0, 0.0])?.nats(), f64::INFINITY);
    assert_eq!(kl_divergence(&[0.5, 0.5], &[1.0, 0.0])?.nats(), f64::INFINITY);
    assert_eq!(cross_entropy(&[1.0, 0.0], &[1.0, 0.0])?, Information::ZERO);
    assert_eq!(kl_divergence(&[1.0, 0.0], &[1.0, 0.0])?, Information::ZERO);
    assert_eq!(js_divergence(&[1.0, 0.0], &[0.0, 1.0])?.nats(), LN_2);
    Ok(())
}

#[test]
fn bounds_hold_to_the_last_bit() -> Result<(), LossError> {
    // Cases whose plain sums round to more than the bound, ln n or ln 2.
    assert_eq!(entropy(&[0.2; 5])?.nats(), 5.0_f64.ln());
    assert_eq!(entropy_of_counts(&[1; 6])?.nats(), 6.0_f64.ln());
    assert_eq!(binary_entropy(0.5 - 1995.0 * 2.0_f64.powi(-54))?.nats(), LN_2);
    // And where the probabilities sum to a little more than 1, within the tolerance.
    let (q, none) = (0.25 + 2e-7, 0.0);
    let (left, right) =
        ([q, q, q, q, none, none, none, none], [none, none, none, none, q, q, q, q]);
    assert_eq!(js_divergence(&left, &right)?.nats(), LN_2);
    assert_eq!(entropy(&[q; 4])?.nats(), 4.0_f64.ln());
    assert_eq!(joint_entropy(&array![[q, q], [q, q]])?.nats(), 4.0_f64.ln());
    assert_eq!(conditional_entropy(&array![[q, q, q, q]])?.nats(), 4.0_f64.ln());
    // The labels as branches: the whole entropy is gained, and the ratio is 1 or just below.
    for (a, b, c) in (0..1000).map(|i| (i % 10 + 1, i / 10 % 10 + 1, i / 100 + 1)) {
        let labels = [vec![0; a], vec![1; b], vec![2; c]].concat();
        let ratio = gain_ratio(&labels, &labels)?;
        assert!(ratio <= 1.0 && ratio > 1.0 - 1e-15, "{a}, {b}, {c}: {ratio:e}");
    }
    Ok(())
}

#[test]
fn nothing_is_minus_zero() -> Result<(), LossError> {
    let certain = array![[1.0, 0.0], [0.0, 0.0]];
    let amounts = [
        self_information(1.0)?,
        entropy(&[1.0])?,
        entropy_of_counts(&[3])?,
        binary_entropy(1.0)?,
        binary_entropy(0.0)?,
        cross_entropy(&[1.0], &[1.0])?,
        kl_divergence(&[1.0], &[1.0])?,
        js_divergence(&[1.0], &[1.0])?,
        joint_entropy(&certain)?,
        conditional_entropy(&certain)?,
        mutual_information(&certain)?,
        information_gain(&[4], &[9])?,
    ];
    for amount in amounts {
        assert_eq!(amount.to_string(), "0.000 bits");
    }
    Ok(())
}

#[test]
fn rows_in_single_precision_are_distributions() -> Result<(), LossError> {
    // 0.1, 0.2, 0.7 as f32 sum to 1 - 1e-8 or so; a row that lacks 0.01 does not sum to 1.
    let widened = [0.1_f32, 0.2, 0.7].map(f64::from);
    assert_eq!(bits(entropy(&widened)?, 6), bits(entropy(&[0.1, 0.2, 0.7])?, 6));
    assert!(entropy(&[0.33, 0.33, 0.33]).is_err());
    Ok(())
}

#[test]
fn labels_are_only_names() -> Result<(), LossError> {
    let gain = information_gain(&[0, 0, 1, 1], &[0, 1, 1, 1])?;
    let renamed = information_gain(
        &[7, 7, usize::MAX, usize::MAX],
        &[3, usize::MAX, 5, 5].map(|b| b.min(4)),
    )?;
    assert_eq!(gain, renamed);
    Ok(())
}

#[test]
fn a_branch_for_every_sample_takes_no_square_of_time() -> Result<(), LossError> {
    // By hand: 20,000 samples, each with a label and a branch of its own. Splitting tells all.
    let names: Vec<usize> = (0..20_000).collect();
    assert_close(information_gain(&names, &names)?.nats(), 20_000.0_f64.ln(), "gain");
    assert_close(gini_decrease(&names, &names)?, 1.0 - 1.0 / 20_000.0, "Gini");
    Ok(())
}

#[test]
fn amounts_calculate_and_print() {
    let (one, two) = (Information::from_bits(1.0), Information::from_bits(2.0));
    assert_eq!((one + two).bits(), 3.0);
    assert_eq!((two - one).bits(), 1.0);
    assert_eq!((two * 0.5).bits(), 1.0);
    assert_eq!((two / 4.0).bits(), 0.5);
    assert_eq!([one, two].iter().sum::<Information>().bits(), 3.0);
    assert!(one < two);
    assert_eq!(Information::from_nats(1.0).to_string(), "1.443 bits");
    assert_eq!(format!("{:.0}", two), "2 bits");
    assert_eq!(Information::from_bits(1.5e-10).to_string(), "1.50e-10 bits");
    assert_eq!(Information::from_bits(f64::INFINITY).to_string(), "inf bits");
}

// --- other crates as a second origin, and where they lose

#[test]
fn agrees_with_ndarray_stats_on_ordinary_numbers() -> Result<(), Box<dyn std::error::Error>> {
    let (p, q) = (array![0.1, 0.15, 0.5, 0.15, 0.1], array![0.01, 0.09, 0.8, 0.09, 0.01]);
    assert_close(entropy(&p)?.nats(), EntropyExt::entropy(&*p)?, "entropy");
    assert_close(cross_entropy(&p, &q)?.nats(), EntropyExt::cross_entropy(&*p, &q)?, "CE");
    assert_close(kl_divergence(&p, &q)?.nats(), EntropyExt::kl_divergence(&*p, &q)?, "KL");
    Ok(())
}

#[test]
fn cases_that_ndarray_stats_loses() -> Result<(), Box<dyn std::error::Error>> {
    // q / p overflows at p = 1e-310: its divergence is minus infinity. By hand: 1 ln(1 / 0.1).
    let (p, q) = (array![1e-310, 1.0], array![0.9, 0.1]);
    assert_eq!(EntropyExt::kl_divergence(&*p, &q)?, f64::NEG_INFINITY);
    assert_close(kl_divergence(&p, &q)?.nats(), LN_10, "KL");
    // Close together its terms cancel, here to below 0. Ours: mpmath, sum of p ln(p / q), 100 digits.
    let e = 2.0_f64.powi(-29);
    let (p, q) = (array![0.25 - e, 0.75 + e], array![0.25, 0.75]);
    assert!(EntropyExt::kl_divergence(&*p, &q)? < 0.0);
    assert_close(kl_divergence(&p, &q)?.nats(), 9.25185855386113e-18, "KL");
    // It takes anything for a distribution.
    assert!(EntropyExt::entropy(&*array![2.0, 3.0])? < 0.0);
    assert!(entropy(&array![2.0, 3.0]).is_err());
    Ok(())
}

#[test]
fn agrees_with_statrs_on_ordinary_numbers() -> Result<(), Box<dyn std::error::Error>> {
    let p = [0.1, 0.15, 0.5, 0.15, 0.1];
    let theirs = Categorical::new(&p)?.entropy().ok_or("no entropy")?;
    assert_close(entropy(&p)?.nats(), theirs, "entropy");
    let theirs = Bernoulli::new(0.4)?.entropy().ok_or("no entropy")?;
    assert_close(binary_entropy(0.4)?.nats(), theirs, "binary entropy");
    Ok(())
}

#[test]
fn cases_that_statrs_loses() -> Result<(), Box<dyn std::error::Error>> {
    // At p = 1e-17 it rounds 1 - p to 1 and drops the second term, p of p (1 - ln p): 2.5 %.
    let theirs = Bernoulli::new(1e-17)?.entropy().ok_or("no entropy")?;
    let expected = 1e-17 * (1.0 - 1e-17_f64.ln());
    assert!((theirs / expected - 1.0).abs() > 0.02);
    assert_close(binary_entropy(1e-17)?.nats(), expected, "binary entropy");
    Ok(())
}
