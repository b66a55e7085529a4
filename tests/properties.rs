//! Laws that hold for every input, tried on random ones; and no input makes anything panic.

mod common;

use std::f64::consts::LN_2;
use std::fmt::{self, Debug};

use common::assert_close;
use lossbook::prelude::*;
use proptest::collection::vec;
use proptest::num::f64::{ANY, NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
use proptest::prelude::*;

/// A loss that a failing case can print.
struct AnyLoss(String, Box<dyn RegressionLoss>);

impl Debug for AnyLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A loss with parameters from all over their range.
fn any_loss() -> impl Strategy<Value = AnyLoss> {
    let size = (-5.0..5.0_f64).prop_map(|exponent| 10.0_f64.powf(exponent));
    (0..6_u8, size, 0.001..0.999_f64).prop_map(|(kind, size, tau)| match kind {
        0 => AnyLoss("squared".into(), Box::new(SquaredError)),
        1 => AnyLoss("absolute".into(), Box::new(AbsoluteError)),
        2 => AnyLoss(format!("Huber({size})"), Box::new(Huber::new(size).unwrap())),
        3 => AnyLoss(format!("SmoothL1({size})"), Box::new(SmoothL1::new(size).unwrap())),
        4 => AnyLoss("log-cosh".into(), Box::new(LogCosh)),
        _ => AnyLoss(format!("Quantile({tau})"), Box::new(Quantile::new(tau).unwrap())),
    })
}

/// Targets and predictions of one length.
fn pairs() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    vec((-100.0..100.0_f64, -100.0..100.0_f64), 1..40).prop_map(|pairs| pairs.into_iter().unzip())
}

/// Nonnegative weights, some of them 0 or tiny, scaled to sum to 1.
fn distribution(n: usize) -> impl Strategy<Value = Vec<f64>> {
    let weight = prop_oneof![
        6 => 0.0..1.0_f64,
        1 => Just(0.0),
        1 => (-320.0..0.0_f64).prop_map(|exponent| 10.0_f64.powf(exponent)),
    ];
    vec(weight, n).prop_filter_map("all are 0", |weights| {
        let total: f64 = weights.iter().sum();
        (total > 1e-200).then(|| weights.iter().map(|weight| (weight / total).min(1.0)).collect())
    })
}

fn one() -> impl Strategy<Value = Vec<f64>> {
    (1..20_usize).prop_flat_map(distribution)
}

fn two() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    (1..20_usize).prop_flat_map(|n| (distribution(n), distribution(n)))
}

/// Two distributions that differ by little more than rounding.
fn nearly_equal() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    one().prop_flat_map(|p| {
        let off = vec(-4e-16..4e-16_f64, p.len());
        off.prop_map(move |off| {
            let q = p.iter().zip(off).map(|(p, off)| (p * (1.0 + off)).min(1.0)).collect();
            (p.clone(), q)
        })
    })
}

fn table() -> impl Strategy<Value = Array2<f64>> {
    (1..6_usize, 1..6_usize).prop_flat_map(|(rows, columns)| {
        distribution(rows * columns)
            .prop_map(move |cells| Array2::from_shape_vec((rows, columns), cells).unwrap())
    })
}

/// Labels and branches of samples, few or many of each.
fn split() -> impl Strategy<Value = (Vec<usize>, Vec<usize>)> {
    (1..6_usize, 1..6_usize).prop_flat_map(|(labels, branches)| {
        vec((0..labels, 0..branches), 1..60).prop_map(|pairs| pairs.into_iter().unzip())
    })
}

// --- regression

proptest! {
    #[test]
    fn no_loss_is_negative_and_perfect_is_zero(AnyLoss(_, loss) in any_loss(), r in -1e6..1e6_f64) {
        prop_assert!(loss.loss(r) >= 0.0);
        prop_assert_eq!(loss.loss(0.0), 0.0);
        prop_assert_eq!(loss.derivative(0.0), 0.0);
        prop_assert_eq!(loss.mean(&[r], &[r])?, 0.0);
    }

    #[test]
    fn too_high_costs_what_too_low_does(r in -1e6..1e6_f64, delta in 1e-3..1e3_f64, tau in 0.01..0.99_f64) {
        let even: [Box<dyn RegressionLoss>; 5] = [
            Box::new(SquaredError), Box::new(AbsoluteError), Box::new(Huber::new(delta)?),
            Box::new(SmoothL1::new(delta)?), Box::new(LogCosh),
        ];
        for loss in even {
            prop_assert_eq!(loss.loss(r), loss.loss(-r));
            prop_assert_eq!(loss.derivative(r), -loss.derivative(-r));
        }
        // For a quantile, if the quantile is mirrored as well.
        let (quantile, mirrored) = (Quantile::new(tau)?, Quantile::new(1.0 - tau)?);
        assert_close(quantile.loss(r), mirrored.loss(-r), "mirrored quantile");
    }

    #[test]
    fn losses_grow_with_the_residual(AnyLoss(_, loss) in any_loss(), r in 0.0..1e3_f64, more in 0.0..1e3_f64) {
        // All six are convex: the farther, the dearer, and the steeper.
        prop_assert!(loss.loss(r + more) >= loss.loss(r));
        prop_assert!(loss.derivative(r + more) <= loss.derivative(r));
        prop_assert!(loss.derivative(-r - more) >= loss.derivative(-r));
    }

    #[test]
    fn batches_are_made_of_singles(AnyLoss(_, loss) in any_loss(), (y, y_hat) in pairs()) {
        let each = loss.each(&y, &y_hat)?;
        let singles: Vec<f64> = y.iter().zip(&y_hat).map(|(y, y_hat)| loss.loss(y - y_hat)).collect();
        prop_assert_eq!(each.to_vec(), singles);
        let n = y.len() as f64;
        assert_close(loss.sum(&y, &y_hat)?, each.iter().sum(), "sum");
        assert_close(loss.mean(&y, &y_hat)?, loss.sum(&y, &y_hat)? / n, "mean");

        let gradient = loss.gradient(&y, &y_hat)?;
        prop_assert_eq!(gradient.len(), y.len());
        for ((y, y_hat), &slope) in y.iter().zip(&y_hat).zip(&gradient) {
            assert_close(slope * n, loss.derivative(y - y_hat), "slope");
        }
        prop_assert_eq!(loss.mean_and_gradient(&y, &y_hat)?, (loss.mean(&y, &y_hat)?, gradient));
    }

    #[test]
    fn huber_between_its_neighbours(r in -1e3..1e3_f64, delta in 1e-3..1e3_f64) {
        // Delta to infinity: half the squared error. The quantile 0.5: half the absolute error.
        prop_assert_eq!(Huber::new(f64::MAX)?.loss(r), 0.5 * SquaredError.loss(r));
        prop_assert_eq!(Huber::new(1e3)?.loss(r), 0.5 * SquaredError.loss(r));
        prop_assert_eq!(Quantile::new(0.5)?.loss(r), 0.5 * AbsoluteError.loss(r));
        // Delta to 0: delta times the absolute error.
        assert_close(Huber::new(1e-200)?.loss(r) / 1e-200, AbsoluteError.loss(r), "small delta");
        // Smooth L1 is Huber divided by delta, and the same at 1.
        prop_assert_eq!(Huber::new(1.0)?.loss(r), SmoothL1::new(1.0)?.loss(r));
        prop_assert_eq!(Huber::new(1.0)?.derivative(r), SmoothL1::new(1.0)?.derivative(r));
        assert_close(Huber::new(delta)?.loss(r) / delta, SmoothL1::new(delta)?.loss(r), "beta");
        // Below either of its neighbours.
        prop_assert!(LogCosh.loss(r) <= 0.5 * SquaredError.loss(r) * (1.0 + 1e-15));
        prop_assert!(LogCosh.loss(r) <= AbsoluteError.loss(r));
    }

    #[test]
    fn means_between_the_extremes((y, y_hat) in pairs()) {
        let r = residuals(&y, &y_hat)?;
        let largest = r.iter().fold(0.0_f64, |largest, r| largest.max(r.abs()));
        let (mae, rmse) = (mae(&y, &y_hat)?, rmse(&y, &y_hat)?);
        prop_assert!(mae <= rmse * (1.0 + 1e-15) && rmse <= largest * (1.0 + 1e-15));
        assert_close(rmse * rmse, mse(&y, &y_hat)?, "RMSE squared");
    }

    #[test]
    fn rmse_scales_with_its_unit((y, y_hat) in pairs(), exponent in -900..900_i32) {
        let unit = 2.0_f64.powi(exponent);
        let scaled = |values: &[f64]| values.iter().map(|value| value * unit).collect::<Vec<f64>>();
        assert_close(rmse(&scaled(&y), &scaled(&y_hat))?, rmse(&y, &y_hat)? * unit, "scaled");
    }
}

// --- information

proptest! {
    #[test]
    fn entropy_is_between_0_and_log_n(p in one()) {
        let entropy = entropy(&p)?.nats();
        prop_assert!(entropy >= 0.0 && entropy <= (p.len() as f64).ln(), "{entropy}");
        assert_close(entropy, cross_entropy(&p, &p)?.nats(), "cross-entropy with itself");
    }

    #[test]
    fn entropy_of_a_yes_no_question(p in 0.0..=1.0_f64) {
        let binary = binary_entropy(p)?.nats();
        prop_assert!((0.0..=LN_2).contains(&binary));
        prop_assert!((binary - entropy(&[p, 1.0 - p])?.nats()).abs() < 1e-15);
        prop_assert!((binary - binary_entropy(1.0 - p)?.nats()).abs() < 1e-15);
    }

    #[test]
    fn entropy_of_counts_is_that_of_their_shares(counts in vec(0..1000_u64, 1..20)) {
        let total: u64 = counts.iter().sum();
        prop_assume!(total > 0);
        let shares: Vec<f64> = counts.iter().map(|&count| count as f64 / total as f64).collect();
        assert_close(entropy_of_counts(&counts)?.nats(), entropy(&shares)?.nats(), "counts");
    }

    #[test]
    fn divergences_are_not_negative((p, q) in two()) {
        prop_assert!(kl_divergence(&p, &q)?.nats() >= 0.0);
        prop_assert_eq!(kl_divergence(&p, &p)?, Information::ZERO);
        // KL = cross-entropy - entropy, where it is finite.
        let (cross, own) = (cross_entropy(&p, &q)?.nats(), entropy(&p)?.nats());
        let kl = kl_divergence(&p, &q)?.nats();
        if cross.is_finite() {
            prop_assert!((kl - (cross - own)).abs() <= 1e-13 * cross.max(1.0), "{kl} {cross} {own}");
        } else {
            prop_assert_eq!(kl, f64::INFINITY);
        }
    }

    #[test]
    fn divergences_are_not_negative_where_rounding_could_make_them((p, q) in nearly_equal()) {
        let (kl, js) = (kl_divergence(&p, &q)?.nats(), js_divergence(&p, &q)?.nats());
        prop_assert!((0.0..1e-28).contains(&kl), "{kl}");
        prop_assert!((0.0..1e-28).contains(&js), "{js}");
    }

    #[test]
    fn js_is_symmetric_and_at_most_one_bit((p, q) in two()) {
        let js = js_divergence(&p, &q)?.nats();
        prop_assert!((0.0..=LN_2).contains(&js), "{js}");
        assert_close(js_divergence(&q, &p)?.nats(), js, "exchanged");
        prop_assert_eq!(js_divergence(&p, &p)?, Information::ZERO);
        // Its definition: the mean divergence from the middle.
        let middle: Vec<f64> = p.iter().zip(&q).map(|(p, q)| 0.5 * p + 0.5 * q).collect();
        let mean = 0.5 * (kl_divergence(&p, &middle)?.nats() + kl_divergence(&q, &middle)?.nats());
        prop_assert!((js - mean).abs() < 1e-14, "{js} {mean}");
    }

    #[test]
    fn what_two_variables_share(joint in table()) {
        let together = joint_entropy(&joint)?.nats();
        let column_given_row = conditional_entropy(&joint)?.nats();
        let row_given_column = conditional_entropy(joint.t())?.nats();
        let shared = mutual_information(&joint)?.nats();
        prop_assert!(together >= 0.0 && column_given_row >= 0.0 && shared >= 0.0);
        // H(row, column) = H(column | row) + H(row | column) + I(row; column), and I is symmetric.
        let sum = column_given_row + row_given_column + shared;
        prop_assert!((together - sum).abs() < 1e-13, "{together} {sum}");
        prop_assert!((shared - mutual_information(joint.t())?.nats()).abs() < 1e-14);
    }

    #[test]
    fn independent_variables_share_nothing(p in one(), q in one()) {
        let joint = Array2::from_shape_fn((p.len(), q.len()), |(row, column)| p[row] * q[column]);
        let shared = mutual_information(&joint)?.nats();
        prop_assert!((0.0..1e-28).contains(&shared), "{shared}");
    }

    #[test]
    fn splits_by_their_definitions((labels, branches) in split()) {
        let n = labels.len() as f64;
        let (mut entropy_within, mut gini_within) = (0.0, 0.0);
        for branch in 0..6 {
            let pairs = labels.iter().zip(&branches);
            let inside: Vec<usize> = pairs.filter(|(_, b)| **b == branch).map(|(l, _)| *l).collect();
            if !inside.is_empty() {
                entropy_within += inside.len() as f64 / n * label_entropy(&inside)?;
                gini_within += inside.len() as f64 / n * gini(&inside)?;
            }
        }
        let gain = information_gain(&labels, &branches)?.nats();
        prop_assert!(gain >= 0.0);
        prop_assert!((gain - (label_entropy(&labels)? - entropy_within)).abs() < 1e-14);
        let decrease = gini_decrease(&labels, &branches)?;
        prop_assert!(decrease >= 0.0);
        prop_assert!((decrease - (gini(&labels)? - gini_within)).abs() < 1e-14);
        prop_assert!((0.0..=1.0).contains(&gain_ratio(&labels, &branches)?));
        // Knowing the branch tells as much about the label as the other way round.
        prop_assert!((gain - information_gain(&branches, &labels)?.nats()).abs() < 1e-14);
        // The labels themselves as branches tell all there is to know.
        assert_close(information_gain(&labels, &labels)?.nats(), label_entropy(&labels)?, "all");
        assert_close(gini_decrease(&labels, &labels)?, gini(&labels)?, "all");
    }

    #[test]
    fn a_split_in_the_proportions_of_the_whole_gains_exactly_nothing(labels in vec(0..5_usize, 1..40), copies in 1..5_usize) {
        let branches: Vec<usize> = (0..copies).flat_map(|copy| vec![copy; labels.len()]).collect();
        let repeated = labels.repeat(copies);
        prop_assert_eq!(information_gain(&repeated, &branches)?, Information::ZERO);
        prop_assert_eq!(gini_decrease(&repeated, &branches)?, 0.0);
    }

    #[test]
    fn units_convert_both_ways(nats in -1e6..1e6_f64) {
        assert_close(Information::from_bits(Information::from_nats(nats).bits()).nats(), nats, "nats");
        assert_close(Information::from_nats(nats).bits() * LN_2, nats, "bits");
    }
}

fn label_entropy(labels: &[usize]) -> Result<f64, LossError> {
    let mut counts = [0; 6];
    for &label in labels {
        counts[label] += 1;
    }
    Ok(entropy_of_counts(&counts)?.nats())
}

// --- classification

proptest! {
    #[test]
    fn one_hot_and_back(labels in vec(0..7_usize, 1..50)) {
        let rows = one_hot(&labels, 7)?;
        prop_assert_eq!(rows.dim(), (labels.len(), 7));
        prop_assert_eq!(labels_of(&rows)?, labels.clone());
        prop_assert_eq!(decide(&rows)?, labels);
    }

    #[test]
    fn decisions_are_largest(scores in vec(vec(-3..3_i8, 4), 1..20)) {
        let table = Array2::from_shape_fn((scores.len(), 4), |(row, class)| f64::from(scores[row][class]));
        for (row, decision) in scores.iter().zip(decide(&table)?) {
            prop_assert!(row[..decision].iter().all(|&score| score < row[decision]));
            prop_assert!(row.iter().all(|&score| score <= row[decision]));
        }
    }

    #[test]
    fn right_and_wrong_are_all((labels, decisions) in split()) {
        let (wrong, right) = (error_rate(&labels, &decisions)?, accuracy(&labels, &decisions)?);
        prop_assert!((0.0..=1.0).contains(&wrong));
        prop_assert!((wrong + right - 1.0).abs() < 1e-15);
    }
}

// --- nothing panics, and what is finite never gives NaN

/// Values from all doubles, and from those that functions like.
fn wild() -> impl Strategy<Value = f64> {
    prop_oneof![4 => ANY, 2 => 0.0..=1.0_f64, 1 => Just(0.0), 1 => Just(1.0), 1 => -1e3..1e3_f64]
}

fn all_finite(values: &[f64]) -> bool {
    values.iter().all(|value| value.is_finite())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_loss_panics(AnyLoss(_, loss) in any_loss(), y in vec(wild(), 0..4), y_hat in vec(wild(), 0..4)) {
        let results = [
            loss.mean(&y, &y_hat), loss.sum(&y, &y_hat), mse(&y, &y_hat), mae(&y, &y_hat), rmse(&y, &y_hat),
        ];
        let arrays = [loss.each(&y, &y_hat), loss.gradient(&y, &y_hat), residuals(&y, &y_hat)];
        let both = loss.mean_and_gradient(&y, &y_hat);
        let good = !y.is_empty() && y.len() == y_hat.len() && all_finite(&y) && all_finite(&y_hat);
        for result in results {
            prop_assert_eq!(result.is_ok(), good);
            prop_assert!(result.is_err() || result.is_ok_and(|value| value >= 0.0));
        }
        for result in arrays {
            prop_assert_eq!(result.is_ok(), good);
            prop_assert!(result.is_err() || result.is_ok_and(|values| values.iter().all(|value| !value.is_nan())));
        }
        prop_assert_eq!(both.is_ok(), good);
    }

    #[test]
    fn no_residual_panics(AnyLoss(_, loss) in any_loss(), residual in ANY) {
        prop_assert_eq!(loss.loss(residual).is_nan(), residual.is_nan());
        prop_assert_eq!(loss.derivative(residual).is_nan(), residual.is_nan());
    }

    #[test]
    fn no_parameter_panics(value in wild()) {
        prop_assert_eq!(Huber::new(value).is_ok(), value > 0.0 && value.is_finite());
        prop_assert_eq!(SmoothL1::new(value).is_ok(), value > 0.0 && value.is_finite());
        prop_assert_eq!(Quantile::new(value).is_ok(), value > 0.0 && value < 1.0);
    }

    #[test]
    fn no_parameter_that_is_accepted_gives_nan(
        parameter in ANY,
        residual in ZERO | SUBNORMAL | NORMAL | POSITIVE | NEGATIVE,
    ) {
        for (loss, slope) in [
            Huber::new(parameter).map(|loss| (loss.loss(residual), loss.derivative(residual))),
            SmoothL1::new(parameter).map(|loss| (loss.loss(residual), loss.derivative(residual))),
        ].into_iter().flatten() {
            prop_assert!(loss >= 0.0 && !slope.is_nan(), "{loss} {slope}");
        }
    }

    #[test]
    fn no_probability_panics(p in wild(), q in vec(wild(), 0..4), r in vec(wild(), 0..4)) {
        for result in [self_information(p), binary_entropy(p)] {
            prop_assert_eq!(result.is_ok(), (0.0..=1.0).contains(&p));
            prop_assert!(result.is_err() || result.is_ok_and(|amount| amount.nats() >= 0.0));
        }
        for result in [entropy(&q), cross_entropy(&q, &r), kl_divergence(&q, &r), js_divergence(&q, &r)] {
            prop_assert!(result.is_err() || result.is_ok_and(|amount| amount.nats() >= 0.0));
        }
    }

    #[test]
    fn no_table_panics(cells in vec(wild(), 6), columns in 0..4_usize) {
        let shape = (6_usize.checked_div(columns).unwrap_or(3), columns);
        let cells = cells[..shape.0 * shape.1].to_vec();
        let table = Array2::from_shape_vec(shape, cells).unwrap();
        for result in [joint_entropy(&table), conditional_entropy(&table), mutual_information(&table)] {
            prop_assert!(result.is_err() || result.is_ok_and(|amount| amount.nats() >= 0.0));
        }
        let good = !table.is_empty() && table.iter().all(|cell| cell.is_finite());
        // A score of -inf says that a class cannot be; one must.
        let possible = |score: &f64| *score != f64::NEG_INFINITY;
        let scores = !table.is_empty() && table.iter().all(|score| *score < f64::INFINITY);
        let good_scores = scores && table.rows().into_iter().all(|row| row.iter().any(possible));
        prop_assert_eq!(decide(&table).is_ok(), good_scores);
        prop_assert!(good || labels_of(&table).is_err());
    }

    #[test]
    fn no_tiny_probability_panics(joint in table(), (p, q) in two()) {
        for result in [joint_entropy(&joint), conditional_entropy(&joint), mutual_information(&joint)] {
            prop_assert!(result.is_ok_and(|amount| amount.nats() >= 0.0 && amount.nats().is_finite()));
        }
        prop_assert!(js_divergence(&p, &q).is_ok_and(|amount| amount.nats().is_finite()));
    }

    #[test]
    fn no_label_panics(labels in vec(any::<usize>(), 0..5), branches in vec(any::<usize>(), 0..5)) {
        let good = !labels.is_empty() && labels.len() == branches.len();
        prop_assert_eq!(information_gain(&labels, &branches).is_ok(), good);
        prop_assert_eq!(gain_ratio(&labels, &branches).is_ok(), good);
        prop_assert_eq!(gini_decrease(&labels, &branches).is_ok(), good);
        prop_assert_eq!(error_rate(&labels, &branches).is_ok(), good);
        prop_assert_eq!(accuracy(&labels, &branches).is_ok(), good);
        prop_assert_eq!(gini(&labels).is_ok(), !labels.is_empty());
        prop_assert_eq!(one_hot(&labels, 3).is_ok(), !labels.is_empty() && labels.iter().all(|&label| label < 3));
    }

    #[test]
    fn no_count_panics(counts in vec(prop_oneof![any::<u64>(), 0..3_u64], 0..5)) {
        let result = entropy_of_counts(&counts);
        prop_assert_eq!(result.is_ok(), counts.iter().any(|&count| count > 0));
        prop_assert!(result.is_err() || result.is_ok_and(|amount| amount.nats() >= 0.0));
    }

    #[test]
    fn no_line_and_no_town_panics(seed in any::<u64>(), n in prop_oneof![any::<usize>(), 0..50_usize], outliers in 0..60_usize) {
        prop_assume!(!(50..=data::MOST_POINTS).contains(&n));
        let good = (2..50).contains(&n) && outliers <= n;
        prop_assert_eq!(data::line_with_outliers(seed, n, outliers).is_ok(), good);
        prop_assert_eq!(data::pizza_town(seed, n, outliers).is_ok(), good);
    }
}
