//! Losses of classes: mpmath's digits, SciPy's and scikit-learn's results, the lectures' numbers, laws
//! on random input, and what is refused in which words.

#[path = "classification_losses/bad_input.rs"]
mod bad_input;
mod common;
mod golden;
#[path = "classification_losses/laws.rs"]
mod laws;
#[path = "classification_losses/masks.rs"]
mod masks;
#[path = "classification_losses/panics.rs"]
mod panics;

use std::fmt::Debug;

use common::{DIGITS, assert_close};
use golden::Case;
use lossbook::classification::*;
use lossbook::information;
use lossbook::ndarray::Axis;
use lossbook::prelude::{
    Array1, Array2, ClassTarget, Information, LossError, RowTarget, array, kept,
};
use proptest::collection::vec;
use proptest::num::f64::ANY;
use proptest::prelude::*;

const GOLDEN: &str = include_str!("golden/classification.json");
const NAN: f64 = f64::NAN;
const INF: f64 = f64::INFINITY;
const NONE: [f64; 0] = [];

fn table(rows: usize, values: Vec<f64>) -> Array2<f64> {
    let columns = values.len() / rows;
    Array2::from_shape_vec((rows, columns), values).unwrap()
}

#[track_caller]
fn all_close<'a>(computed: impl IntoIterator<Item = &'a f64>, expected: &[f64], what: &str) {
    let computed: Vec<f64> = computed.into_iter().copied().collect();
    assert_eq!(computed.len(), expected.len(), "{what}");
    for (index, (&computed, &expected)) in computed.iter().zip(expected).enumerate() {
        assert_close(computed, expected, &format!("{what}, number {index}"));
    }
}

/// To 13 digits of the terms that are added up, where these nearly cancel.
#[track_caller]
fn near(computed: f64, expected: f64, scale: f64, what: &str) {
    let off = (computed - expected).abs();
    assert!(off <= DIGITS * scale, "{what}: computed {computed:e}, expected {expected:e}");
}

// --- mpmath

#[test]
fn softmaxes_have_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "softmax") {
        let row: Vec<f64> = case.list("logits");
        let what = format!("{row:?}");
        let logits = table(1, row);
        all_close(&softmax(&logits)?, &case.list("softmax"), &what);
        all_close(&log_softmax(&logits)?, &case.list("log_softmax"), &what);
        all_close(&log_sum_exp(&logits)?, &[case.number("log_sum_exp")], &what);
    }
    Ok(())
}

fn class_loss_of(of: &str, case: &Case) -> Result<Box<dyn ClassLoss>, LossError> {
    let (parameter, weights) = (case.number("parameter"), case.list::<f64>("weights"));
    Ok(match of {
        "focal" if weights.is_empty() => Box::new(SoftmaxFocal::new(parameter)?),
        "focal" => Box::new(SoftmaxFocal::new(parameter)?.with_alpha(&weights)?),
        "multi_hinge" => Box::new(MultiHinge),
        _ => {
            let loss = match of {
                "cross_entropy" => CrossEntropy::from_probabilities(),
                _ => CrossEntropy::from_logits(),
            };
            let loss = loss.with_smoothing(parameter)?;
            if weights.is_empty() { Box::new(loss) } else { Box::new(loss.with_weights(&weights)?) }
        }
    })
}

#[test]
fn losses_of_several_classes_have_thirteen_digits() -> Result<(), LossError> {
    let mut samples = 0;
    for of in ["cross_entropy", "cross_entropy_logits", "focal", "multi_hinge"] {
        for case in golden::cases(GOLDEN, of) {
            let loss = class_loss_of(of, &case)?;
            let (prediction, target) =
                (table(1, case.list("prediction")), table(1, case.list("target")));
            let (expected, slope) = (case.number("loss"), case.list::<f64>("slope"));
            let what = format!("{of} {case:?}");
            // One-hot or soft; and where the target is a label, as a label.
            let (mean, gradient) = loss.mean_and_gradient(&target, &prediction)?;
            assert_close(mean, expected, &what);
            all_close(&gradient, &slope, &what);
            assert_eq!(loss.mean(&target, &prediction)?, mean, "{what}");
            let label = case.list::<usize>("label");
            if !label.is_empty() {
                let (mean, gradient) = loss.mean_and_gradient(&label, &prediction)?;
                assert_close(mean, expected, &what);
                all_close(&gradient, &slope, &what);
                assert_eq!(loss.mean(&label, &prediction)?, mean, "{what}");
            }
            samples += 1;
        }
    }
    assert!(samples > 500, "{samples}");
    Ok(())
}

fn binary_loss_of(of: &str, parameters: &[f64]) -> Result<Box<dyn BinaryLoss>, LossError> {
    Ok(match (of, parameters) {
        ("bce", [weight]) => {
            Box::new(BinaryCrossEntropy::from_probabilities().with_positive_weight(*weight)?)
        }
        ("bce_logits", [weight]) => {
            Box::new(BinaryCrossEntropy::from_logits().with_positive_weight(*weight)?)
        }
        ("binary_focal", [gamma]) => Box::new(BinaryFocal::new(*gamma)?),
        ("binary_focal", [gamma, alpha]) => Box::new(BinaryFocal::new(*gamma)?.with_alpha(*alpha)?),
        _ => Box::new(Hinge),
    })
}

#[test]
fn losses_of_two_classes_have_thirteen_digits() -> Result<(), LossError> {
    for of in ["bce", "bce_logits", "binary_focal", "hinge"] {
        for case in golden::cases(GOLDEN, of) {
            let parameters: Vec<f64> = case.list("parameters");
            let loss = binary_loss_of(of, &parameters)?;
            let target = case.number("target");
            let expected = case.list::<f64>("losses").into_iter().zip(case.list::<f64>("slopes"));
            for (prediction, (expected, slope)) in
                case.list::<f64>("predictions").into_iter().zip(expected)
            {
                let what = format!("{of} {parameters:?} at {target:e}, {prediction:e}");
                assert_close(loss.loss(target, prediction), expected, &what);
                // Where a soft target is met, the pulls of its two sides cancel: 4 ulp of these.
                let (up, down) = (
                    loss.value_and_derivative(false, prediction).1,
                    loss.value_and_derivative(true, prediction).1,
                );
                let soft = target != 0.0 && target != 1.0;
                let ulps = 4.0 * f64::EPSILON * ((1.0 - target) * up - target * down);
                if !(soft && (loss.derivative(target, prediction) - slope).abs() <= ulps) {
                    assert_close(
                        loss.derivative(target, prediction),
                        slope,
                        &format!("slope of {what}"),
                    );
                }
                let (mean, gradient) = loss.mean_and_gradient(&[target], &[prediction])?;
                assert_eq!(mean, loss.loss(target, prediction), "{what}");
                assert_eq!(gradient, array![loss.derivative(target, prediction)], "{what}");
            }
        }
    }
    Ok(())
}

fn posterior_of(case: &Case) -> Result<GaussianPosterior, LossError> {
    let list = |key| case.list::<f64>(key);
    GaussianPosterior::new(&list("priors"), &list("means"), &list("deviations"))
}

#[test]
fn posteriors_have_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "posterior") {
        let (classes, x) = (posterior_of(&case)?, case.list::<f64>("x"));
        let what = format!("{classes:?}");
        all_close(&classes.densities(&x)?, &case.list("densities"), &what);
        all_close(&classes.posterior(&x)?, &case.list("posterior"), &what);
        all_close(&classes.boundary([0, 1])?, &case.list("boundary"), &what);
        all_close(&classes.boundary([1, 0])?, &case.list("boundary"), &what);
    }
    Ok(())
}

// --- SciPy and scikit-learn

#[test]
fn agrees_with_scipy_and_scikit_learn() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "scipy_softmax") {
        let logits = table(4, case.list("logits"));
        all_close(&softmax(&logits)?, &case.list("softmax"), "softmax");
        all_close(&log_sum_exp(&logits)?, &case.list("log_sum_exp"), "log-sum-exp");
        for (&ours, theirs) in log_softmax(&logits)?.iter().zip(case.list::<f64>("log_softmax")) {
            near(ours, theirs, 1.0, "log-softmax"); // theirs loses digits of the small ones
        }
    }
    for case in golden::cases(GOLDEN, "sklearn_losses") {
        let (labels, logits) = (case.list::<usize>("labels"), table(4, case.list("logits")));
        let mean = CrossEntropy::from_logits().mean(&labels, &logits)?;
        assert_close(mean, case.number("log_loss"), "cross-entropy");
        let mean = CrossEntropy::from_probabilities().mean(&labels, &softmax(&logits)?)?;
        assert_close(mean, case.number("log_loss"), "cross-entropy of probabilities");
        let mean = MultiHinge.mean(&labels, &logits)?;
        assert_close(mean, case.number("multi_hinge"), "hinge of several classes");

        let (signs, scores) = (case.list::<f64>("signs"), case.list::<f64>("scores"));
        let expected = case.number("binary_log_loss");
        let mean = BinaryCrossEntropy::from_logits().mean(&signs, &scores)?;
        assert_close(mean, expected, "binary cross-entropy");
        let chances = case.list::<f64>("chances");
        let mean = BinaryCrossEntropy::from_probabilities().mean(&signs, &chances)?;
        assert_close(mean, expected, "binary cross-entropy of probabilities");
        assert_close(Hinge.mean(&signs, &scores)?, case.number("hinge"), "hinge");
    }
    for case in golden::cases(GOLDEN, "scipy_posterior") {
        let posterior = posterior_of(&case)?.posterior(&case.list::<f64>("x"))?;
        all_close(&posterior, &case.list("posterior"), "posterior");
    }
    Ok(())
}

// --- the lectures

#[test]
fn lecture_cross_entropies() -> Result<(), LossError> {
    // "Neural networks and loss functions" and "Machine and deep learning basics" (C.-S. Huang).
    let labels = [0, 1, 0, 2];
    let first = array![[0.4, 0.3, 0.3], [0.3, 0.4, 0.3], [0.5, 0.2, 0.3], [0.8, 0.1, 0.1]];
    let second = array![[0.7, 0.1, 0.2], [0.1, 0.8, 0.1], [0.9, 0.1, 0.0], [0.4, 0.3, 0.3]];
    let loss = CrossEntropy::from_probabilities();
    let bits = |nats| Information::from_nats(nats).bits();
    let each = loss.each(&labels, &first)?;
    assert_eq!(format!("{:.3} {:.4}", bits(each[0]), bits(each[3])), "1.322 3.3219");
    assert_eq!(format!("{:.3}", bits(loss.sum(&labels, &first)?)), "6.966");
    // Printed 2.310, which takes sample 4's first probability; its label's is the third.
    assert_eq!(format!("{:.3}", bits(loss.sum(&labels, &second)?)), "2.725");
    assert_eq!(format!("{:.3}", bits(loss.sum(&[0, 1, 0, 0], &second)?)), "2.310");
    Ok(())
}

#[test]
fn lecture_easy_samples_drown_hard_ones() -> Result<(), LossError> {
    // "Losses, part 2" (CMU 11-785): 100 hard and 100,000 easy samples; under cross-entropy the easy
    // ones weigh about 40 times more. Its probabilities are on a figure; by hand, at p = 0.1 and 0.9:
    // 100,000 * 0.10536 / (100 * 2.30259) = 45.8, and with gamma = 2 times (0.1 / 0.9)^2: 0.565.
    let logit = 9.0_f64.ln();
    let weigh = |loss: BinaryFocal| 1000.0 * loss.loss(1.0, logit) / loss.loss(1.0, -logit);
    assert_eq!(format!("{:.1}", weigh(BinaryFocal::new(0.0)?)), "45.8");
    assert_eq!(format!("{:.3}", weigh(BinaryFocal::new(2.0)?)), "0.565");
    Ok(())
}

// --- conventions

#[test]
fn what_is_impossible_costs_infinitely_much_and_what_has_no_share_nothing() -> Result<(), LossError>
{
    let loss = CrossEntropy::from_probabilities();
    let p = array![[1.0, 0.0]];
    assert_eq!(loss.mean_and_gradient(&[1], &p)?, (INF, array![[0.0, -INF]]));
    assert_eq!(loss.mean_and_gradient(&[0], &p)?, (0.0, array![[-1.0, 0.0]]));
    assert_eq!(loss.clone().with_smoothing(0.1)?.mean(&[0], &p)?, INF);
    // A weight of 0 takes the class away, whatever it would have cost.
    let weighed = loss.with_weights(&[1.0, 0.0])?;
    assert_eq!(weighed.mean_and_gradient(&[1], &p)?, (0.0, array![[0.0, 0.0]]));

    let binary = BinaryCrossEntropy::from_probabilities();
    assert_eq!(binary.each(&[0.0, 1.0, 0.5], &[0.0, 0.0, 0.0])?, array![0.0, INF, INF]);
    assert_eq!(binary.gradient(&[0.0, 1.0], &[0.0, 1.0])?, array![0.5, -0.5]);
    let weighed = binary.with_positive_weight(0.0)?;
    assert_eq!(weighed.mean_and_gradient(&[1.0], &[0.0])?, (0.0, array![-0.0]));
    Ok(())
}

#[test]
fn gradients_are_finite_where_the_loss_overflows() -> Result<(), LossError> {
    let logits = array![[1e308, -1e308], [-1e308, 1e308]];
    let losses: [Box<dyn ClassLoss>; 3] = [
        Box::new(CrossEntropy::from_logits().with_smoothing(0.1)?),
        Box::new(SoftmaxFocal::new(2.0)?),
        Box::new(MultiHinge),
    ];
    for loss in losses {
        let (mean, gradient) = loss.mean_and_gradient(&[1, 1], &logits)?;
        assert_eq!(mean, INF);
        assert!(gradient.iter().all(|slope| slope.is_finite()), "{gradient}");
    }
    Ok(())
}

#[test]
fn kinks_take_the_subgradient_zero() -> Result<(), LossError> {
    assert_eq!(Hinge.gradient(&[1.0, 0.0], &[1.0, -1.0])?, array![0.0, 0.0]);
    assert_eq!(MultiHinge.gradient(&[0], &array![[2.0, 1.0]])?, array![[0.0, 0.0]]);
    // Of equal rivals the first; and one class has no rival.
    assert_eq!(MultiHinge.gradient(&[1], &array![[2.0, 0.0, 2.0]])?, array![[1.0, -1.0, 0.0]]);
    assert_eq!(MultiHinge.mean_and_gradient(&[0], &array![[-5.0]])?, (0.0, array![[0.0]]));
    Ok(())
}

#[test]
fn arguments_may_be_anything_that_views_as_an_array() -> Result<(), LossError> {
    let logits = array![[1.0, 2.0, 3.0], [0.5, 0.0, -0.5]];
    let loss = CrossEntropy::from_logits();
    let mean = loss.mean(&[2, 0], &logits)?;
    assert_eq!(loss.mean(&vec![2, 0], logits.view())?, mean);
    assert_eq!(loss.mean(&[2, 0][..], &[[1.0, 2.0, 3.0], [0.5, 0.0, -0.5]])?, mean);
    // Held the other way round in memory.
    let columns = logits.t().as_standard_layout().into_owned();
    assert_eq!(loss.mean(&[2, 0], columns.t())?, mean);
    let shares = one_hot(&[2, 0], 3)?.t().as_standard_layout().into_owned();
    assert_eq!(loss.mean(shares.t(), &logits)?, mean);
    assert_eq!(softmax(columns.t())?, softmax(&logits)?);
    Ok(())
}

#[test]
fn single_samples_that_do_not_fit_are_nan() -> Result<(), LossError> {
    let losses: [Box<dyn ClassLoss>; 4] = [
        Box::new(CrossEntropy::from_logits()),
        Box::new(CrossEntropy::from_probabilities()),
        Box::new(SoftmaxFocal::new(2.0)?),
        Box::new(MultiHinge),
    ];
    for loss in losses {
        for target in [RowTarget::Label(2), RowTarget::Probabilities(&[1.0])] {
            assert!(loss.value_and_gradient(target, &[0.5, 0.5], None).is_nan());
            assert!(loss.value_and_gradient(target, &[0.5, 0.5], Some(&mut [0.0; 2])).is_nan());
        }
        assert!(loss.value_and_gradient(RowTarget::Probabilities(&[]), &[], None).is_nan());
        let (target, gradient) = (RowTarget::Label(0), &mut [0.0; 3]);
        assert!(loss.value_and_gradient(target, &[0.5, 0.5], Some(gradient)).is_nan());
    }
    assert!(Hinge.loss(1.0, NAN).is_nan());
    Ok(())
}

#[test]
fn posteriors_far_out_and_without_a_boundary() -> Result<(), LossError> {
    let classes = |deviations, priors| GaussianPosterior::new(priors, &[0.0, 1.0], deviations);
    let halves = [0.5, 0.5];
    // Beyond the reach of the densities: the wider class, or the nearer mean.
    let far = [1e300, -1e300, f64::MAX];
    assert_eq!(classes(&[1.0, 2.0], &halves)?.decide(&far)?, [1, 1, 1]);
    assert_eq!(classes(&[2.0, 1.0], &halves)?.decide(&far)?, [0, 0, 0]);
    let narrow = classes(&[1e-200, 1e-200], &halves)?;
    assert_eq!(narrow.posterior(&[0.25, 0.75])?, array![[1.0, 0.0], [0.0, 1.0]]);
    // A class that never occurs.
    let never = classes(&[1.0, 1.0], &[1.0, 0.0])?;
    assert_eq!(never.posterior(&[50.0])?, array![[1.0, 0.0]]);
    assert_eq!(never.boundary([0, 1])?, NONE);
    // The same class twice; and one that is outweighed everywhere.
    let same = GaussianPosterior::new(&halves, &[3.0, 3.0], &[2.0, 2.0])?;
    assert_eq!(same.boundary([0, 1])?, NONE);
    assert_eq!(classes(&[1.0, 3.0], &[0.01, 0.99])?.boundary([0, 1])?, NONE);
    Ok(())
}

#[test]
fn a_class_that_never_occurs_has_no_density_however_narrow() -> Result<(), LossError> {
    let classes = GaussianPosterior::new(&[1.0, 0.0], &[0.0, 0.0], &[1.0, 5e-324])?;
    assert_eq!(classes.densities(&[0.0])?[[0, 1]], 0.0);
    Ok(())
}

// --- what the modules share

/// Every loss of logits or scores, with and without parameters.
fn class_losses(weights: &[f64]) -> Vec<Box<dyn ClassLoss>> {
    let entropy = CrossEntropy::from_logits;
    let focal = |gamma| SoftmaxFocal::new(gamma).unwrap();
    vec![
        Box::new(entropy()),
        Box::new(entropy().with_smoothing(0.1).unwrap()),
        Box::new(entropy().with_weights(weights).unwrap().with_smoothing(0.3).unwrap()),
        Box::new(focal(2.0)),
        Box::new(focal(0.5).with_alpha(weights).unwrap()),
        Box::new(MultiHinge),
    ]
}

fn binary_losses() -> Vec<Box<dyn BinaryLoss>> {
    let entropy = BinaryCrossEntropy::from_logits();
    vec![
        Box::new(entropy),
        Box::new(entropy.with_positive_weight(3.0).unwrap()),
        Box::new(BinaryFocal::new(2.0).unwrap()),
        Box::new(BinaryFocal::new(0.5).unwrap().with_alpha(0.25).unwrap()),
        Box::new(Hinge),
    ]
}
