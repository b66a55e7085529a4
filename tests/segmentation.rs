//! Losses for predicting which pixels belong to what: the lecture article's example, mpmath's digits,
//! scikit-learn's scores, laws on random masks, and what is refused.

mod common;
mod golden;

use std::fmt::Debug;

use common::assert_close;
use lossbook::prelude::*;
use lossbook::segmentation::*;
use proptest::collection::vec;
use proptest::num::f64::ANY;
use proptest::prelude::*;

const GOLDEN: &str = include_str!("golden/segmentation.json");
const NAN: f64 = f64::NAN;
const INF: f64 = f64::INFINITY;

fn build(
    name: &str,
    alpha: f64,
    beta: f64,
    s: f64,
) -> Result<Box<dyn SegmentationLoss>, LossError> {
    Ok(match name {
        "dice" => Box::new(Dice::new(s)?),
        "soft_iou" => Box::new(SoftIou::new(s)?),
        "tversky" => Box::new(Tversky::new(alpha, beta, s)?),
        other => panic!("no loss is called {other}"),
    })
}

// --- the lecture article "Common loss functions in computer vision"

#[test]
fn article_dice_is_printed_upside_down() -> Result<(), LossError> {
    // Printed: 1 - (sum p + sum g) / (2 sum p g), -0.5 for this pair. Right: 1 - 2/3.
    let (mask, prediction) = ([1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0]);
    let overlap = Overlap::of(&mask, &prediction)?;
    let sizes = 2.0 * overlap.both + overlap.only_prediction + overlap.only_target;
    assert_eq!(1.0 - sizes / (2.0 * overlap.both), -0.5);
    assert_eq!(Dice::default().mean(&mask, &prediction)?, 1.0 / 3.0);
    assert_eq!(dice_coefficient(&mask, &prediction)?, 2.0 / 3.0);
    Ok(())
}

#[test]
fn two_empty_masks_agree() -> Result<(), LossError> {
    let (empty, marked) = ([0.0; 3], [0.0, 0.5, 1.0]);
    let (none, some) = ([false; 3], [false, true, true]);
    assert_eq!((dice_coefficient(&none, &none)?, iou(&none, &none)?), (1.0, 1.0));
    assert_eq!((dice_coefficient(&none, &some)?, iou(&some, &none)?), (0.0, 0.0));
    for name in ["dice", "soft_iou", "tversky"] {
        let plain = build(name, 0.3, 0.7, 0.0)?;
        assert_eq!(plain.mean_and_gradient(&empty, &empty)?, (0.0, array![0.0, 0.0, 0.0]));
        // Whatever is marked on an empty mask, the loss is 1 and nothing is learnt.
        assert_eq!(plain.mean_and_gradient(&empty, &marked)?, (1.0, array![0.0, 0.0, 0.0]));
        // Smoothing says the same of the first, and teaches in the second.
        let smooth = build(name, 0.3, 0.7, 1e-9)?;
        assert_eq!(smooth.mean(&empty, &empty)?, 0.0);
        assert!(smooth.mean(&empty, &marked)? < 1.0);
        assert!(smooth.gradient(&empty, &marked)?.iter().all(|&slope| slope > 0.0));
    }
    // A Tversky loss that does not mind false positives has a denominator of 0 there as well.
    let lenient = Tversky::new(0.0, 1.0, 0.0)?;
    assert_eq!(lenient.mean_and_gradient(&empty, &marked)?, (0.0, array![0.0, 0.0, 0.0]));
    Ok(())
}

#[test]
fn a_mask_may_have_any_number_of_axes() -> Result<(), LossError> {
    let target = ndarray_of(&[1, 1, 0, 0, 1, 0, 0, 0]);
    let prediction = ndarray_of(&[1, 0, 0, 0, 1, 1, 1, 0]);
    assert_eq!(dice_coefficient(&target, &prediction)?, 4.0 / 7.0);
    assert_eq!(iou(&target, &prediction)?, 0.4);
    Ok(())
}

fn ndarray_of(pixels: &[u8; 8]) -> lossbook::ndarray::Array3<u8> {
    lossbook::ndarray::Array3::from_shape_fn((2, 2, 2), |(a, b, c)| pixels[4 * a + 2 * b + c])
}

#[test]
fn slopes_too_large_are_finite() -> Result<(), LossError> {
    // The prediction's own scale is all that is left: the true slope is 1 / (2e-310 * 2).
    let overlap = Overlap { both: 1e-310, only_prediction: 1e-310, only_target: 0.0 };
    let slopes = Tversky::new(1.0, 0.0, 0.0)?.slopes(overlap);
    assert_eq!(slopes, Slopes { on_target: -f64::MAX, off_target: f64::MAX });
    Ok(())
}

// --- mpmath

#[test]
fn losses_and_gradients_have_thirteen_digits() -> Result<(), LossError> {
    for name in ["dice", "soft_iou", "tversky"] {
        for case in golden::cases(GOLDEN, name) {
            let (alpha, beta, s) =
                (case.number("alpha"), case.number("beta"), case.number("smoothing"));
            let loss = build(name, alpha, beta, s)?;
            let (target, prediction): (Vec<f64>, Vec<f64>) =
                (case.list("target"), case.list("prediction"));
            let what = format!("{name}({alpha}, {beta}, {s}) of {target:?}, {prediction:?}");
            let classes = case.number("classes") as usize;
            let shape = (target.len() / classes, classes);
            let table = |cells: &[f64]| {
                Array2::from_shape_vec(shape, cells.to_vec()).expect("as many cells")
            };
            let (y, y_hat) = (table(&target), table(&prediction));

            let each = loss.each(&y, &y_hat)?;
            assert_eq!(each.len(), classes);
            for (computed, expected) in each.iter().zip(case.list("each")) {
                assert_close(*computed, expected, &what);
            }
            let (mean, gradient) = loss.mean_and_gradient(&y, &y_hat)?;
            assert_close(mean, case.number("mean"), &format!("mean of {what}"));
            assert_eq!(gradient.dim(), shape);
            for (computed, expected) in gradient.iter().zip(case.list("gradient")) {
                assert_close(*computed, expected, &format!("gradient of {what}"));
            }
            if classes == 1 {
                let flat = loss.mean_and_gradient(&target, &prediction)?;
                assert_eq!(flat, (mean, Array1::from_iter(gradient)));
            }
        }
    }
    Ok(())
}

// --- scikit-learn

#[test]
fn masks_agree_with_scikit_learn() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "masks") {
        let (target, prediction): (Vec<u8>, Vec<u8>) =
            (case.list("target"), case.list("prediction"));
        assert_close(dice_coefficient(&target, &prediction)?, case.number("dice"), "F1");
        assert_close(iou(&target, &prediction)?, case.number("iou"), "Jaccard");
    }
    Ok(())
}

// --- laws

/// A loss that a failing case can print.
struct AnyLoss(String, Box<dyn SegmentationLoss>);

impl Debug for AnyLoss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn any_loss() -> impl Strategy<Value = AnyLoss> {
    let smoothing = prop_oneof![Just(0.0), Just(1.0), 0.0..10.0_f64];
    (0..3_usize, 0.05..3.0_f64, 0.05..3.0_f64, smoothing).prop_map(|(kind, alpha, beta, s)| {
        let name = ["dice", "soft_iou", "tversky"][kind];
        AnyLoss(format!("{name}({alpha}, {beta}, {s})"), build(name, alpha, beta, s).unwrap())
    })
}

fn pixel() -> impl Strategy<Value = f64> {
    prop_oneof![4 => 0.0..=1.0_f64, 1 => Just(0.0), 1 => Just(1.0)]
}

/// A hard mask and a prediction, of some pixels.
fn pairs() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    let hard = any::<bool>().prop_map(MaskPixel::value);
    vec((hard, pixel()), 1..30).prop_map(|pairs| pairs.into_iter().unzip())
}

/// Soft targets and predictions, `[pixels, classes]`.
fn tables() -> impl Strategy<Value = (Array2<f64>, Array2<f64>)> {
    (1..8_usize, 1..4_usize).prop_flat_map(|shape| {
        let table = move |cells| Array2::from_shape_vec(shape, cells).unwrap();
        let cells = || vec(pixel(), shape.0 * shape.1).prop_map(table);
        (cells(), cells())
    })
}

fn masks() -> impl Strategy<Value = (Vec<bool>, Vec<bool>)> {
    vec(any::<(bool, bool)>(), 1..40).prop_map(|pairs| pairs.into_iter().unzip())
}

fn as_numbers(mask: &[bool]) -> Vec<f64> {
    mask.iter().map(|&pixel| pixel.value()).collect()
}

proptest! {
    #[test]
    fn losses_are_between_0_and_1_and_perfect_is_0(AnyLoss(_, loss) in any_loss(), (g, p) in pairs()) {
        prop_assert!((0.0..=1.0).contains(&loss.mean(&g, &p)?));
        prop_assert_eq!(loss.mean(&g, &g)?, 0.0);
    }

    #[test]
    fn soft_losses_of_masks_are_the_measures((g, p) in masks()) {
        let (dice, iou) = (dice_coefficient(&g, &p)?, iou(&g, &p)?);
        let (soft_g, soft_p) = (as_numbers(&g), as_numbers(&p));
        prop_assert!((Dice::default().mean(&soft_g, &soft_p)? - (1.0 - dice)).abs() < 1e-15);
        prop_assert!((SoftIou::default().mean(&soft_g, &soft_p)? - (1.0 - iou)).abs() < 1e-15);
        prop_assert_eq!(dice_coefficient(&soft_g, &p)?, dice);
        // Symmetric, bounded, and one from the other.
        prop_assert_eq!((dice_coefficient(&p, &g)?, lossbook::segmentation::iou(&p, &g)?), (dice, iou));
        prop_assert!(0.0 <= iou && iou <= dice && dice <= 1.0);
        assert_close(dice / (2.0 - dice), iou, "IoU from Dice");
    }

    #[test]
    fn tversky_is_dice_and_iou((g, p) in tables(), s in 0.0..3.0_f64) {
        // Half and half: Dice, of twice the smoothing. One and one: IoU.
        let pairs: [(Tversky, Box<dyn SegmentationLoss>); 3] = [
            (Tversky::new(0.5, 0.5, 0.0)?, Box::new(Dice::default())),
            (Tversky::new(0.5, 0.5, s)?, Box::new(Dice::new(2.0 * s)?)),
            (Tversky::new(1.0, 1.0, s)?, Box::new(SoftIou::new(s)?)),
        ];
        for (tversky, other) in pairs {
            let ((mean, gradient), (its_mean, its_gradient)) =
                (tversky.mean_and_gradient(&g, &p)?, other.mean_and_gradient(&g, &p)?);
            assert_close(mean, its_mean, "mean");
            for (slope, its) in gradient.iter().zip(&its_gradient) {
                // With soft targets the two parts of a slope may cancel.
                prop_assert!((slope - its).abs() <= 1e-13 * its.abs().max(1.0), "{slope} {its}");
            }
        }
    }

    #[test]
    fn exchanged_arguments_exchange_the_prices((g, p) in tables(), alpha in 0.05..2.0_f64, beta in 0.05..2.0_f64) {
        let (one, other) = (Tversky::new(alpha, beta, 0.0)?, Tversky::new(beta, alpha, 0.0)?);
        assert_close(one.mean(&g, &p)?, other.mean(&p, &g)?, "exchanged");
        assert_close(Dice::default().mean(&g, &p)?, Dice::default().mean(&p, &g)?, "Dice");
    }

    #[test]
    fn background_does_not_count(AnyLoss(_, loss) in any_loss(), (mut g, mut p) in pairs(), more in 0..20_usize) {
        let before = loss.mean(&g, &p)?;
        g.resize(g.len() + more, 0.0);
        p.resize(p.len() + more, 0.0);
        prop_assert_eq!(loss.mean(&g, &p)?, before);
    }

    #[test]
    fn classes_are_made_of_singles(AnyLoss(_, loss) in any_loss(), (g, p) in tables()) {
        let each = loss.each(&g, &p)?;
        let classes = each.len();
        let (mean, gradient) = loss.mean_and_gradient(&g, &p)?;
        assert_close(mean, each.iter().sum::<f64>() / classes as f64, "mean");
        assert_close(loss.sum(&g, &p)?, each.iter().sum(), "sum");
        prop_assert_eq!(loss.mean(&g, &p)?, mean);
        prop_assert_eq!(loss.gradient(&g, &p)?, gradient.clone());
        for class in 0..classes {
            let (g, p) = (g.column(class), p.column(class));
            prop_assert_eq!(loss.mean(g, p)?, each[class]);
            prop_assert_eq!(loss.loss(Overlap::of(g, p)?), each[class]);
            prop_assert_eq!(loss.gradient(g, p)? / classes as f64, gradient.column(class));
        }
        // The order of the cells in memory does not matter.
        let turned = p.t().as_standard_layout().to_owned();
        prop_assert_eq!(loss.mean_and_gradient(&g, turned.t())?, (mean, gradient));
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

fn every_loss() -> Result<[Box<dyn SegmentationLoss>; 3], LossError> {
    Ok([build("dice", 0., 0., 0.)?, build("soft_iou", 0., 0., 1.)?, build("tversky", 1., 1., 0.)?])
}

#[test]
fn bad_pixels() -> Result<(), LossError> {
    let bad = [
        (vec![], vec![], "target is empty (at least 1 value is needed)"),
        (vec![1.0], vec![], "prediction is empty (at least 1 value is needed)"),
        (vec![0.0; 5], vec![0.0; 4], "target has 5 values and prediction 4 (they must be equal)"),
        (vec![0.0, NAN], vec![0.0; 2], "target[1] = NaN is not finite"),
        (vec![0.0; 2], vec![0.0, -INF], "prediction[1] = -inf is not finite"),
        (vec![0.0, 1.5], vec![0.0; 2], "target[1] = 1.5 is not a probability (0 <= p <= 1)"),
        (vec![0.0], vec![-1e-9], "prediction[0] = -1e-9 is not a probability (0 <= p <= 1)"),
        (vec![2.0], vec![NAN], "target[0] = 2 is not a probability (0 <= p <= 1)"),
    ];
    for (target, prediction, text) in bad {
        refused(Overlap::of(&target, &prediction), text);
        for loss in every_loss()? {
            refused(loss.each(&target, &prediction), text);
            refused(loss.mean(&target, &prediction), text);
            refused(loss.sum(&target, &prediction), text);
            refused(loss.gradient(&target, &prediction), text);
            refused(loss.mean_and_gradient(&target, &prediction), text);
        }
    }
    Ok(())
}

#[test]
fn bad_tables() -> Result<(), LossError> {
    let zeros = |rows, columns| Array2::<f64>::zeros((rows, columns));
    let shapes = "target has the shape [2, 3] and prediction [3, 2] (they must be equal)";
    let bad = [
        (zeros(0, 2), zeros(0, 2), "target is empty (at least 1 value is needed)"),
        (zeros(2, 2), zeros(2, 0), "prediction is empty (at least 1 value is needed)"),
        (zeros(2, 3), zeros(3, 2), shapes),
        (zeros(2, 2), array![[0.0, 0.0], [NAN, 0.0]], "prediction[1, 0] = NaN is not finite"),
        (
            array![[0.0, 0.0, 1.1]],
            zeros(1, 3),
            "target[0, 2] = 1.1 is not a probability (0 <= p <= 1)",
        ),
    ];
    for (target, prediction, text) in bad {
        for loss in every_loss()? {
            refused(loss.each(&target, &prediction), text);
            refused(loss.mean(&target, &prediction), text);
            refused(loss.sum(&target, &prediction), text);
            refused(loss.gradient(&target, &prediction), text);
            refused(loss.mean_and_gradient(&target, &prediction), text);
        }
    }
    Ok(())
}

#[test]
fn bad_masks() {
    let none: [bool; 0] = [];
    let empty = "target is empty (at least 1 value is needed)";
    refused(dice_coefficient(&none, &none), empty);
    refused(iou(&none, &[true]), empty);
    let text = "target has 2 values and prediction 1 (they must be equal)";
    refused(dice_coefficient(&[true, false], &[1]), text);
    refused(iou(&[true, false], &[1]), text);
    let text = "target has the shape [1, 2] and prediction [2, 1] (they must be equal)";
    refused(dice_coefficient(&array![[1, 0]], &array![[1], [0]]), text);
    refused(iou(&[0.0, 0.5], &[0.0, 2.0]), "target[1] = 0.5 is neither 0 nor 1");
    refused(dice_coefficient(&[0, 1], &[0_u8, 255]), "prediction[1] = 255 is neither 0 nor 1");
    refused(
        iou(&array![[0, 1], [-1, 1]], &array![[0, 1], [1, 1]]),
        "target[1, 0] = -1 is neither 0 nor 1",
    );
    refused(iou(&[0.0, 1.0], &[NAN, 1.0]), "prediction[0] = NaN is not finite");
    refused(dice_coefficient(&[INF], &[1.0]), "target[0] = inf is not finite");
}

#[test]
fn bad_parameters() {
    for (value, shown) in [(-1.0, "-1"), (NAN, "NaN"), (INF, "inf"), (-1e-9, "-1e-9")] {
        let text = format!("smoothing = {shown} is not allowed (smoothing >= 0 and finite)");
        refused(Dice::new(value), &text);
        refused(SoftIou::new(value), &text);
        refused(Tversky::new(0.5, 0.5, value), &text);
        let text = format!("alpha = {shown} is not allowed (alpha >= 0 and finite)");
        refused(Tversky::new(value, 0.5, 0.0), &text);
        let text = format!("beta = {shown} is not allowed (beta >= 0 and finite)");
        refused(Tversky::new(0.5, value, 0.0), &text);
    }
    let text = "alpha + beta = 0 is not allowed (alpha + beta > 0)";
    refused(Tversky::new(0.0, 0.0, 1.0), text);
}

// --- nothing panics, and what is accepted never gives NaN

fn wild() -> impl Strategy<Value = f64> {
    let tiny = (-320.0..0.0_f64).prop_map(|exponent| 10.0_f64.powf(exponent));
    prop_oneof![2 => ANY, 3 => 0.0..=1.0_f64, 1 => tiny, 1 => Just(0.0), 1 => Just(1.0)]
}

fn likely() -> impl Strategy<Value = f64> {
    let tiny = (-320.0..0.0_f64).prop_map(|exponent| 10.0_f64.powf(exponent));
    prop_oneof![0.0..=1.0_f64, tiny, Just(0.0), Just(1.0), Just(5e-324)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_pixel_panics(AnyLoss(_, loss) in any_loss(), g in vec(wild(), 0..4), p in vec(wild(), 0..4)) {
        let good = !g.is_empty() && g.len() == p.len()
            && g.iter().chain(&p).all(|value| (0.0..=1.0).contains(value));
        prop_assert_eq!(loss.each(&g, &p).is_ok(), good);
        prop_assert_eq!(loss.mean(&g, &p).is_ok(), good);
        prop_assert_eq!(loss.sum(&g, &p).is_ok(), good);
        prop_assert_eq!(loss.gradient(&g, &p).is_ok(), good);
        prop_assert_eq!(loss.mean_and_gradient(&g, &p).is_ok(), good);
        prop_assert_eq!(Overlap::of(&g, &p).is_ok(), good);
        let binary = g.iter().chain(&p).all(|&value| value == 0.0 || value == 1.0);
        prop_assert_eq!(dice_coefficient(&g, &p).is_ok(), good && binary);
        prop_assert_eq!(iou(&g, &p).is_ok(), good && binary);
    }

    #[test]
    fn no_parameter_panics_or_gives_nan(
        alpha in ANY, beta in wild(), s in wild(), pixels in vec((likely(), likely()), 1..5),
    ) {
        let (g, p): (Vec<f64>, Vec<f64>) = pixels.into_iter().unzip();
        for loss in [
            Dice::new(s).map(|loss| loss.mean_and_gradient(&g, &p)),
            SoftIou::new(s).map(|loss| loss.mean_and_gradient(&g, &p)),
            Tversky::new(alpha, beta, s).map(|loss| loss.mean_and_gradient(&g, &p)),
        ].into_iter().flatten() {
            let (mean, gradient) = loss?;
            prop_assert!((0.0..=1.0).contains(&mean), "{mean}");
            prop_assert!(gradient.iter().all(|slope| slope.is_finite()), "{gradient}");
        }
    }

    #[test]
    fn no_overlap_panics(AnyLoss(_, loss) in any_loss(), both in ANY, only_prediction in ANY, only_target in ANY) {
        let overlap = Overlap { both, only_prediction, only_target };
        let _ = (loss.loss(overlap), loss.slopes(overlap).at(both));
    }
}
