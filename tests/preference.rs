//! Losses for learning from what people prefer: mpmath's digits, optax's and rlax's results, laws on
//! random pairs, and what is refused.

mod common;
mod golden;

use std::f64::consts::LN_2;
use std::fmt::Debug;

use common::assert_close;
use lossbook::prelude::*;
use proptest::collection::vec;
use proptest::num::f64::ANY;
use proptest::prelude::*;

const GOLDEN: &str = include_str!("golden/preference.json");
const NAN: f64 = f64::NAN;
const INF: f64 = f64::INFINITY;

fn smoothed(beta: f64, label_smoothing: f64) -> Result<Dpo, LossError> {
    Dpo::new(beta)?.with_label_smoothing(label_smoothing)
}

// --- by hand

#[test]
fn known_values() -> Result<(), LossError> {
    let plain = BradleyTerry::default();
    assert_eq!(plain.mean(&[2.0, -7.0], &[2.0, -7.0])?, LN_2);
    // Far off, on both sides, exactly. A plain ln(sigmoid) is -inf, and 0, there.
    assert_eq!((plain.loss(-1e4, 0.0), plain.derivative(-1e4, 0.0)), (1e4, -1.0));
    assert_eq!((plain.loss(1e4, 0.0), plain.derivative(1e4, 0.0)), (0.0, 0.0));
    assert_eq!(plain.loss(40.0, 0.0), (-40.0_f64).exp());
    assert_eq!(plain.probability(-1e4, 1e4)?, 0.0);
    // Only the lead over the margin counts, to the last digit of a large one.
    assert_eq!(plain.with_margin(1e4)?.loss(1e4 + 0.5, 0.5), LN_2);
    // Differences that overflow.
    assert_eq!((plain.loss(-1e308, 1e308), plain.loss(1e308, -1e308)), (INF, 0.0));
    assert_eq!(plain.derivative(-1e308, 1e308), -1.0);
    Ok(())
}

#[test]
fn clip_edges() -> Result<(), LossError> {
    // At both edges the subgradient -rho A is taken; one step beyond, it is 0.
    let up = 0.25_f64;
    let ppo = ClippedSurrogate::new(up.exp() - 1.0)?;
    assert_eq!(ppo.derivative(1.0, 0.0, up), -up.exp());
    assert_eq!(ppo.derivative(1.0, 0.0, up + 1e-15), 0.0);
    assert_eq!(ppo.loss(1.0, 0.0, up + 1e-15), ppo.loss(1.0, 0.0, up));
    let down = -0.25_f64;
    let ppo = ClippedSurrogate::new(1.0 - down.exp())?;
    assert_eq!(ppo.derivative(-1.0, 0.0, down), down.exp());
    assert_eq!(ppo.derivative(-1.0, 0.0, down - 1e-15), 0.0);
    // What went the wrong way is not clipped, however far; and nothing at stake is nothing.
    assert_eq!(ppo.loss(-2.0, 0.0, 1.0), 2.0 * 1.0_f64.exp());
    assert_eq!(ppo.derivative(1.0, 0.0, -1.0), -(-1.0_f64).exp());
    assert_eq!(ppo.loss(-1.0, -1e4, 0.0), INF);
    assert_eq!((ppo.loss(0.0, -1e4, 0.0), ppo.derivative(0.0, -1e4, 0.0)), (0.0, 0.0));
    Ok(())
}

#[test]
fn reward_without_a_price_is_the_reward() -> Result<(), LossError> {
    assert_eq!(KlPenalty::new(0.0)?.each(&[0.3], &[-1e4], &[-1.0])?, array![0.3]);
    // By hand: 1 - 0.25 * (0 - (-6)).
    assert_eq!(KlPenalty::new(0.25)?.each(&[1.0], &[-6.0], &[0.0])?, array![-0.5]);
    Ok(())
}

// --- mpmath

#[test]
fn bradley_terry_has_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "bradley_terry") {
        let loss = BradleyTerry::default().with_margin(case.number("margin"))?;
        let (chosen, rejected): (Vec<f64>, Vec<f64>) = (case.list("chosen"), case.list("rejected"));
        let results = case.list("losses").into_iter().zip(case.list("slopes"));
        for ((&chosen, &rejected), (expected, slope)) in chosen.iter().zip(&rejected).zip(results) {
            let what = format!("{loss:?} of {chosen:e}, {rejected:e}");
            assert_close(loss.loss(chosen, rejected), expected, &what);
            assert_close(loss.derivative(chosen, rejected), slope, &format!("slope of {what}"));
        }
        assert_close(loss.mean(&chosen, &rejected)?, case.number("mean"), "mean");
    }
    Ok(())
}

#[test]
fn dpo_has_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "dpo") {
        let dpo = Dpo::new(case.number("beta"))?.with_label_smoothing(case.number("smoothing"))?;
        let list = |key: &str| case.list::<f64>(key);
        let (ref_chosen, ref_rejected) = (list("reference_chosen"), list("reference_rejected"));
        let (chosen, rejected) = (list("chosen"), list("rejected"));
        let reference = LogProbs::new(&ref_chosen, &ref_rejected);
        let policy = LogProbs::new(&chosen, &rejected);

        let each = dpo.each(reference, policy)?;
        let (mean, gradient) = dpo.mean_and_gradient(reference, policy)?;
        assert_close(mean, case.number("mean"), "mean");
        let n = chosen.len() as f64;
        for (at, (expected, slope)) in list("losses").into_iter().zip(list("slopes")).enumerate() {
            let what = format!("{dpo:?} of pair {at}");
            assert_close(each[at], expected, &what);
            assert_close(gradient.chosen[at] * n, slope, &format!("slope of {what}"));
            assert_eq!(gradient.rejected[at], -gradient.chosen[at]);
        }
    }
    Ok(())
}

#[test]
fn clipped_surrogate_has_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "ppo") {
        let ppo = ClippedSurrogate::new(case.number("epsilon"))?;
        let list = |key: &str| case.list::<f64>(key);
        let (advantages, old, new) = (list("advantages"), list("old"), list("new"));
        let results = list("losses").into_iter().zip(list("slopes"));
        for (at, (expected, slope)) in results.enumerate() {
            let (a, old, new) = (advantages[at], old[at], new[at]);
            let what = format!("{ppo:?} of {a:e}, {old}, {new}");
            assert_close(ppo.loss(a, old, new), expected, &what);
            assert_close(ppo.derivative(a, old, new), slope, &format!("slope of {what}"));
        }
    }
    Ok(())
}

#[test]
fn kl_penalty_has_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "kl") {
        let penalty = KlPenalty::new(case.number("beta"))?;
        let list = |key: &str| case.list::<f64>(key);
        let left = penalty.each(&list("rewards"), &list("reference"), &list("policy"))?;
        for (computed, expected) in left.iter().zip(list("left")) {
            assert_close(*computed, expected, &format!("{penalty:?}"));
        }
    }
    Ok(())
}

#[test]
fn log_probabilities_of_long_answers_keep_their_differences() -> Result<(), LossError> {
    // By hand: each answer is 0.125 likelier or less likely, of log-probabilities of some -1e4, which
    // have 12 digits behind the point. h = 0.125 - (-0.125).
    let reference = LogProbs::new(&[-9876.5], &[-10123.25]);
    let policy = LogProbs::new(&[-9876.375], &[-10123.375]);
    let expected = (1.0 + (-0.25_f64).exp()).ln();
    assert_close(Dpo::new(1.0)?.mean(reference, policy)?, expected, "exact differences");
    // mpmath 1.3.0, 50 digits, of these doubles, whose differences are no short numbers.
    let reference = LogProbs::new(&[-9876.1], &[-10123.7]);
    let policy = LogProbs::new(&[-9875.9], &[-10124.4]);
    assert_close(
        Dpo::new(1.0)?.mean(reference, policy)?,
        0.341153874732193,
        "differences of doubles",
    );
    Ok(())
}

// --- optax and rlax

#[test]
fn bradley_terry_agrees_with_optax() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "optax") {
        let list = |key: &str| case.list::<f64>(key);
        let (mean, gradient) =
            BradleyTerry::default().mean_and_gradient(&list("chosen"), &list("rejected"))?;
        assert_close(mean, case.number("mean"), "mean");
        for (computed, expected) in gradient.chosen.iter().zip(list("of_chosen")) {
            assert_close(*computed, expected, "chosen");
        }
        for (computed, expected) in gradient.rejected.iter().zip(list("of_rejected")) {
            assert_close(*computed, expected, "rejected");
        }
    }
    Ok(())
}

#[test]
fn clipped_surrogate_agrees_with_rlax() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "rlax") {
        let ppo = ClippedSurrogate::new(case.number("epsilon"))?;
        let list = |key: &str| case.list::<f64>(key);
        let (advantages, old, new) = (list("advantages"), list("old"), list("new"));
        let (mean, gradient) = ppo.mean_and_gradient(&advantages, &old, &new)?;
        // A mean of terms of both signs.
        assert!((mean - case.number("mean")).abs() < 1e-15);
        for (computed, expected) in gradient.iter().zip(list("gradient")) {
            assert_close(*computed, expected, "slope");
        }
    }
    Ok(())
}

// --- laws

fn rows<const K: usize>(size: f64) -> impl Strategy<Value = [Vec<f64>; K]> {
    (1..20_usize)
        .prop_flat_map(move |n| vec(vec(-size..size, n), K))
        .prop_map(|columns| columns.try_into().expect("K columns"))
}

/// A loss of pairs that a failing case can print.
fn any_loss() -> impl Strategy<Value = Box<dyn Printable>> {
    (any::<bool>(), 0.0..3.0_f64, 0.01..2.0_f64, prop_oneof![Just(0.0), 0.0..0.49_f64]).prop_map(
        |(ranking, margin, beta, smoothing)| {
            if ranking {
                Box::new(BradleyTerry::default().with_margin(margin).unwrap()) as Box<dyn Printable>
            } else {
                Box::new(smoothed(beta, smoothing).unwrap().reference_free())
            }
        },
    )
}

trait Printable: PreferenceLoss + Debug {}
impl<L: PreferenceLoss + Debug> Printable for L {}

proptest! {
    #[test]
    fn batches_are_made_of_singles(loss in any_loss(), [chosen, rejected] in rows(50.0)) {
        let each = loss.each(&chosen, &rejected)?;
        let n = chosen.len() as f64;
        let (mean, gradient) = loss.mean_and_gradient(&chosen, &rejected)?;
        prop_assert_eq!(mean, loss.mean(&chosen, &rejected)?);
        assert_close(mean, loss.sum(&chosen, &rejected)? / n, "mean");
        assert_close(mean, each.iter().sum::<f64>() / n, "mean of each");
        prop_assert_eq!(&gradient, &loss.gradient(&chosen, &rejected)?);
        for (at, (&chosen, &rejected)) in chosen.iter().zip(&rejected).enumerate() {
            prop_assert!(each[at] >= 0.0);
            prop_assert_eq!(each[at], loss.loss(chosen, rejected));
            prop_assert_eq!(gradient.chosen[at], loss.derivative(chosen, rejected) / n);
            prop_assert_eq!(gradient.rejected[at], -gradient.chosen[at]);
        }
    }

    #[test]
    fn bradley_terry_is_of_differences(chosen in -30.0..30.0_f64, rejected in -30.0..30.0_f64, margin in 0.0..5.0_f64) {
        let (plain, strict) = (BradleyTerry::default(), BradleyTerry::default().with_margin(margin)?);
        assert_close(plain.loss(chosen, rejected), plain.loss(-rejected, -chosen), "mirrored");
        // A margin asks for more, and is a reward that the rejected one is given for free.
        prop_assert!(strict.loss(chosen, rejected) >= plain.loss(chosen, rejected));
        prop_assert!((strict.loss(chosen, rejected) - plain.loss(chosen, rejected + margin)).abs() < 1e-13);
        // The loss is minus the logarithm of the probability, and its slope is minus the other's.
        let (p, q) = (plain.probability(chosen, rejected)?, plain.probability(rejected, chosen)?);
        prop_assert!((p + q - 1.0).abs() < 1e-15);
        prop_assert!((plain.loss(chosen, rejected) - self_information(p)?.nats()).abs() < 1e-15 / p);
        prop_assert_eq!(plain.derivative(chosen, rejected), -q);
        // It surprises by what it takes: loss(a, b) - loss(b, a) = b - a.
        let difference = plain.loss(chosen, rejected) - plain.loss(rejected, chosen);
        prop_assert!((difference - (rejected - chosen)).abs() < 1e-13);
    }

    #[test]
    fn dpo_and_its_neighbours([a, b, c, d] in rows(50.0), beta in 0.01..2.0_f64, smoothing in 0.0..0.49_f64) {
        let dpo = Dpo::new(beta)?;
        let (reference, policy) = (LogProbs::new(&a, &b), LogProbs::new(&c, &d));
        // A Bradley-Terry loss of the log-ratios, each times beta.
        let scores = |policy: &[f64], reference: &[f64]| -> Vec<f64> {
            policy.iter().zip(reference).map(|(policy, reference)| beta * (policy - reference)).collect()
        };
        let each = dpo.each(reference, policy)?;
        let ranked = BradleyTerry::default().each(&scores(&c, &a), &scores(&d, &b))?;
        for (dpo, ranked) in each.iter().zip(&ranked) {
            prop_assert!((dpo - ranked).abs() <= 1e-12 * ranked.max(1e-3), "{dpo} {ranked}");
        }
        // Exchanged models: the chosen and the rejected exchanged.
        let exchanged = dpo.each(LogProbs::new(&d, &c), LogProbs::new(&b, &a))?;
        for (one, other) in each.iter().zip(&exchanged) {
            assert_close(*one, *other, "exchanged");
        }
        // Smoothed labels: some of them the other way round.
        let conservative = smoothed(beta, smoothing)?.each(reference, policy)?;
        let wrong = dpo.each(LogProbs::new(&b, &a), LogProbs::new(&d, &c))?;
        for (at, smoothed) in conservative.iter().enumerate() {
            assert_close(*smoothed, (1.0 - smoothing) * each[at] + smoothing * wrong[at], "smoothed");
        }
        // Without a reference: with one that finds both equally likely.
        let free = smoothed(beta, smoothing)?.reference_free();
        let zeros = vec![0.0; a.len()];
        let even =
            smoothed(beta, smoothing)?.mean_and_gradient(LogProbs::new(&zeros, &zeros), policy)?;
        prop_assert_eq!(free.mean_and_gradient(&c, &d)?, even);
    }

    #[test]
    fn dpo_batches_and_gradients([a, b, c, d] in rows(20.0), beta in 0.01..2.0_f64, smoothing in 0.0..0.49_f64) {
        let dpo = smoothed(beta, smoothing)?;
        let (reference, policy) = (LogProbs::new(&a, &b), LogProbs::new(&c, &d));
        let n = a.len() as f64;
        let (mean, gradient) = dpo.mean_and_gradient(reference, policy)?;
        prop_assert_eq!(mean, dpo.mean(reference, policy)?);
        prop_assert_eq!(&gradient, &dpo.gradient(reference, policy)?);
        assert_close(mean, dpo.sum(reference, policy)? / n, "mean");
        let single = |at: usize, up_chosen: f64, up_rejected: f64| {
            let (chosen, rejected) = ([c[at] + up_chosen], [d[at] + up_rejected]);
            dpo.mean(LogProbs::new(&a[at..=at], &b[at..=at]), LogProbs::new(&chosen, &rejected))
        };
        let step = 1e-5;
        for at in 0..a.len() {
            let chosen = (single(at, step, 0.0)? - single(at, -step, 0.0)?) / (2.0 * step) / n;
            let rejected = (single(at, 0.0, step)? - single(at, 0.0, -step)?) / (2.0 * step) / n;
            prop_assert!((chosen - gradient.chosen[at]).abs() < 1e-7, "{chosen} {}", gradient.chosen[at]);
            prop_assert!((rejected - gradient.rejected[at]).abs() < 1e-7);
        }
    }

    #[test]
    fn clipped_surrogate_batches_and_gradients([a, old, new] in rows(3.0), epsilon in 0.01..0.99_f64) {
        let ppo = ClippedSurrogate::new(epsilon)?;
        let n = a.len() as f64;
        let each = ppo.each(&a, &old, &new)?;
        let (mean, gradient) = ppo.mean_and_gradient(&a, &old, &new)?;
        prop_assert_eq!(mean, ppo.mean(&a, &old, &new)?);
        prop_assert_eq!(&gradient, &ppo.gradient(&a, &old, &new)?);
        assert_close(mean * n, ppo.sum(&a, &old, &new)?, "sum");
        let step = 1e-6;
        for at in 0..a.len() {
            let (a, old, new) = (a[at], old[at], new[at]);
            prop_assert_eq!(each[at], ppo.loss(a, old, new));
            prop_assert_eq!(gradient[at], ppo.derivative(a, old, new) / n);
            // Never less than the loss without clipping.
            let ratio = (new - old).exp();
            prop_assert!(each[at] >= -ratio * a);
            // On either side of a kink, not across it.
            if [1.0 - epsilon, 1.0 + epsilon].iter().all(|edge| (ratio - edge).abs() > 1e-4 * edge.max(1e-2)) {
                let found = (ppo.loss(a, old, new + step) - ppo.loss(a, old, new - step)) / (2.0 * step);
                prop_assert!((found - gradient[at] * n).abs() <= 1e-6 * (1.0 + ratio * a.abs()), "{found}");
            }
        }
        // The policy that acted: the mean advantage, negated, and its plain gradient.
        prop_assert!((ppo.mean(&a, &old, &old)? + a.iter().sum::<f64>() / n).abs() < 1e-14);
        prop_assert_eq!(ppo.gradient(&a, &old, &old)?, Array1::from(a) / -n);
    }

    #[test]
    fn kl_penalty_batches([rewards, reference, policy] in rows(20.0), beta in 0.0..2.0_f64) {
        let penalty = KlPenalty::new(beta)?;
        let each = penalty.each(&rewards, &reference, &policy)?;
        let sum = penalty.sum(&rewards, &reference, &policy)?;
        prop_assert!((sum - each.iter().sum::<f64>()).abs() < 1e-11);
        assert_close(penalty.mean(&rewards, &reference, &policy)?, sum / rewards.len() as f64, "mean");
        prop_assert_eq!(penalty.each(&rewards, &policy, &policy)?, Array1::from(rewards));
    }
}

// --- what is refused, and in which words

#[track_caller]
fn refused<T: Debug>(call: Result<T, LossError>, text: &str) {
    match call {
        Ok(value) => panic!("accepted with the result {value:?}, but expected: {text}"),
        Err(fault) => assert_eq!(fault.to_string(), text),
    }
}

/// Two columns that go together, and what is wrong with them, `{0}` and `{1}` being their names.
fn bad_columns() -> Vec<(Vec<f64>, Vec<f64>, &'static str)> {
    vec![
        (vec![], vec![1.0], "{0} is empty (at least 1 value is needed)"),
        (vec![1.0], vec![], "{1} is empty (at least 1 value is needed)"),
        (vec![0.0; 3], vec![0.0; 2], "{0} has 3 values and {1} 2 (they must be equal)"),
        (vec![0.0, NAN], vec![0.0; 2], "{0}[1] = NaN is not finite"),
        (vec![0.0; 2], vec![-INF, 0.0], "{1}[0] = -inf is not finite"),
        (vec![INF], vec![INF], "{0}[0] = inf is not finite"),
    ]
}

#[test]
fn bad_pairs() -> Result<(), LossError> {
    let losses: [Box<dyn PreferenceLoss>; 2] =
        [Box::new(BradleyTerry::default()), Box::new(Dpo::new(0.1)?.reference_free())];
    for (chosen, rejected, text) in bad_columns() {
        let text = text.replace("{0}", "chosen").replace("{1}", "rejected");
        for loss in &losses {
            refused(loss.each(&chosen, &rejected), &text);
            refused(loss.mean(&chosen, &rejected), &text);
            refused(loss.sum(&chosen, &rejected), &text);
            refused(loss.gradient(&chosen, &rejected), &text);
            refused(loss.mean_and_gradient(&chosen, &rejected), &text);
        }
    }
    refused(BradleyTerry::default().probability(NAN, 0.0), "first = NaN is not finite");
    refused(BradleyTerry::default().probability(0.0, INF), "second = inf is not finite");
    Ok(())
}

#[test]
fn bad_log_probs() -> Result<(), LossError> {
    let dpo = Dpo::new(0.1)?;
    let names = ["reference.chosen", "reference.rejected", "policy.chosen", "policy.rejected"];
    for (first, second, text) in bad_columns() {
        // The first column and each of the others, which are else as long as the first.
        for other in 1..4 {
            let text = text.replace("{0}", names[0]).replace("{1}", names[other]);
            let mut columns = vec![vec![0.0; first.len()]; 4];
            columns[0] = first.clone();
            columns[other] = second.clone();
            if first.is_empty() {
                columns.iter_mut().skip(1).for_each(|column| *column = vec![1.0]);
            }
            let reference = LogProbs::new(&columns[0], &columns[1]);
            let policy = LogProbs::new(&columns[2], &columns[3]);
            refused(dpo.each(reference, policy), &text);
            refused(dpo.mean(reference, policy), &text);
            refused(dpo.sum(reference, policy), &text);
            refused(dpo.gradient(reference, policy), &text);
            refused(dpo.mean_and_gradient(reference, policy), &text);
        }
    }
    Ok(())
}

#[test]
fn bad_actions_and_answers() -> Result<(), LossError> {
    let (ppo, penalty) = (ClippedSurrogate::new(0.2)?, KlPenalty::new(0.1)?);
    for (first, second, text) in bad_columns() {
        let good = vec![0.0; first.len().max(1)];
        for swapped in [false, true] {
            let (second, third) = if swapped { (&good, &second) } else { (&second, &good) };
            let name = |names: [&str; 3]| {
                let other = names[if swapped { 2 } else { 1 }];
                text.replace("{0}", names[0]).replace("{1}", other)
            };
            let text = name(["advantages", "old_log_probs", "log_probs"]);
            refused(ppo.each(&first, second, third), &text);
            refused(ppo.mean(&first, second, third), &text);
            refused(ppo.sum(&first, second, third), &text);
            refused(ppo.gradient(&first, second, third), &text);
            refused(ppo.mean_and_gradient(&first, second, third), &text);
            let text = name(["rewards", "reference", "policy"]);
            refused(penalty.each(&first, second, third), &text);
            refused(penalty.mean(&first, second, third), &text);
            refused(penalty.sum(&first, second, third), &text);
        }
    }
    Ok(())
}

#[test]
fn bad_parameters() {
    for (value, shown) in [(-1.0, "-1"), (NAN, "NaN"), (INF, "inf"), (-1e-9, "-1e-9")] {
        let text = format!("margin = {shown} is not allowed (margin >= 0 and finite)");
        refused(BradleyTerry::default().with_margin(value), &text);
        let text = format!("beta = {shown} is not allowed (beta >= 0 and finite)");
        refused(KlPenalty::new(value), &text);
        let text = format!("beta = {shown} is not allowed (beta > 0 and finite)");
        refused(Dpo::new(value), &text);
        let text = format!("label_smoothing = {shown} is not allowed (0 <= label_smoothing < 0.5)");
        refused(smoothed(0.1, value), &text);
        let text = format!("epsilon = {shown} is not allowed (0 < epsilon < 1)");
        refused(ClippedSurrogate::new(value), &text);
    }
    refused(Dpo::new(0.0), "beta = 0 is not allowed (beta > 0 and finite)");
    let text = "label_smoothing = 0.5 is not allowed (0 <= label_smoothing < 0.5)";
    refused(smoothed(0.1, 0.5), text);
    refused(ClippedSurrogate::new(0.0), "epsilon = 0 is not allowed (0 < epsilon < 1)");
    refused(ClippedSurrogate::new(1.0), "epsilon = 1 is not allowed (0 < epsilon < 1)");
}

// --- nothing panics, and what is finite never gives NaN

fn wild() -> impl Strategy<Value = f64> {
    // A difference of two differences that overflow is none.
    let any = ANY.prop_map(|value| if value.abs() < f64::INFINITY { value / 10.0 } else { value });
    prop_oneof![3 => any, 2 => -1e4..1e4_f64, 1 => 0.0..1.0_f64, 1 => Just(0.0)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_column_panics_or_gives_nan(
        parameter in wild(), share in wild(),
        [a, b, c, d] in [vec(wild(), 0..3), vec(wild(), 0..3), vec(wild(), 0..3), vec(wild(), 0..3)],
    ) {
        let good = |columns: &[&Vec<f64>]| {
            columns.iter().all(|column| !column.is_empty() && column.len() == columns[0].len()
                && column.iter().all(|value| value.is_finite()))
        };
        let (two, three, four) = (good(&[&a, &b]), good(&[&a, &b, &c]), good(&[&a, &b, &c, &d]));
        let mut pairs: Vec<Box<dyn PreferenceLoss>> = Vec::new();
        if let Ok(loss) = BradleyTerry::default().with_margin(parameter) {
            pairs.push(Box::new(loss));
        }
        if let Ok(dpo) = smoothed(parameter, share) {
            pairs.push(Box::new(dpo.reference_free()));
            let (reference, policy) = (LogProbs::new(&a, &b), LogProbs::new(&c, &d));
            let result = dpo.mean_and_gradient(reference, policy);
            prop_assert_eq!(result.is_ok(), four);
            if let Ok((mean, gradient)) = result {
                prop_assert!(mean >= 0.0 && gradient.chosen.iter().all(|slope| slope.is_finite()));
            }
            prop_assert_eq!(dpo.each(reference, policy).is_ok(), four);
        }
        for loss in pairs {
            let result = loss.mean_and_gradient(&a, &b);
            prop_assert_eq!(result.is_ok(), two);
            if let Ok((mean, gradient)) = result {
                prop_assert!(mean >= 0.0 && gradient.chosen.iter().all(|slope| slope.is_finite()));
            }
            let _ = (loss.loss(parameter, share), loss.derivative(parameter, share));
        }
        if let Ok(ppo) = ClippedSurrogate::new(share) {
            let (each, gradient) = (ppo.each(&a, &b, &c), ppo.gradient(&a, &b, &c));
            prop_assert_eq!(each.is_ok(), three);
            if let (Ok(each), Ok(gradient)) = (each, gradient) {
                for (loss, slope) in each.iter().zip(&gradient) {
                    prop_assert!(!loss.is_nan() && (slope.is_finite() || loss.is_infinite()), "{loss} {slope}");
                }
            }
            let _ = (ppo.loss(parameter, share, parameter), ppo.derivative(share, parameter, share));
        }
        if let Ok(penalty) = KlPenalty::new(parameter) {
            let left = penalty.each(&a, &b, &c);
            prop_assert_eq!(left.is_ok(), three);
            prop_assert!(left.iter().flatten().all(|left| !left.is_nan()), "{left:?}");
        }
    }
}
