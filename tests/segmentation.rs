//! Losses for predicting which pixels belong to what: the lecture article's example, mpmath's digits,
//! scikit-learn's scores, laws on random masks, and what is refused.

mod common;
mod golden;

use std::fmt::Debug;

use common::assert_close;
use lossbook::prelude::*;
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
        "dice" => Box::new(Dice::default().with_smoothing(s)?),
        "soft_iou" => Box::new(SoftIou::default().with_smoothing(s)?),
        "tversky" => Box::new(Tversky::new(alpha, beta)?.with_smoothing(s)?),
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
    let lenient = Tversky::new(0.0, 1.0)?;
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
fn derivatives_too_large_are_finite() -> Result<(), LossError> {
    // The prediction's own scale is all that is left: the true derivative is 1 / (2e-310 * 2).
    let overlap = Overlap { both: 1e-310, only_prediction: 1e-310, only_target: 0.0 };
    let derivatives = Tversky::new(1.0, 0.0)?.derivatives(overlap);
    let largest = PixelDerivatives { on_target: -f64::MAX, off_target: f64::MAX };
    assert_eq!(derivatives, largest);
    Ok(())
}

// --- classes that do not count

#[test]
fn the_mean_of_the_classes_that_are_present() -> Result<(), LossError> {
    // By hand: of the classes sky, cat, dog there is no dog. Sky: 2 in both, 1 missed; cat: 1 in both.
    let masks = array![[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
    let found = array![[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]];
    let present = classes_present(&masks)?;
    assert_eq!(present, array![1.0, 1.0, 0.0]);
    let dice = Dice::default().weighted(&present).mean(&masks, &found)?;
    assert_close(1.0 - dice, (4.0 / 5.0 + 1.0) / 2.0, "Dice");
    let iou = SoftIou::default().weighted(&classes_present(&masks)?).mean(&masks, &found)?;
    assert_close(1.0 - iou, (2.0 / 3.0 + 1.0) / 2.0, "IoU");
    // Over all three, the dog that was seen is a loss of 1.
    assert_close(Dice::default().mean(&masks, &found)?, (1.0 / 5.0 + 0.0 + 1.0) / 3.0, "of all");
    // A soft pixel is one, too; where there is none there is no mean.
    assert_eq!(classes_present(&[[0.0, 1e-9], [0.0, 0.0]])?, array![0.0, 1.0]);
    let none = array![[0.0, 0.0]];
    let present = classes_present(&none)?;
    let text = "weights sum to 0 (at least one must be positive)";
    refused(Dice::default().weighted(&present).mean(&none, &none), text);
    refused(classes_present(&[[0.0, 2.0]]), "target[0, 1] = 2 is not a probability (0 <= p <= 1)");
    Ok(())
}

#[test]
fn weights_are_of_classes() -> Result<(), LossError> {
    // By hand: IoU losses of 0, 1/2 and 3/4, and their weights.
    let target = array![[1.0, 1.0, 1.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]];
    let found = array![[1.0, 1.0, 1.0], [0.0, 0.0, 1.0], [0.0, 0.0, 1.0], [0.0, 0.0, 1.0]];
    let loss = SoftIou::default();
    assert_eq!(loss.each(&target, &found)?, array![0.0, 0.5, 0.75]);
    let weights = [5.0, 1.0, 2.0];
    let weighted = loss.weighted(&weights);
    assert_eq!(weighted.each(&target, &found)?, array![0.0, 0.5, 1.5]);
    assert_eq!(weighted.sum(&target, &found)?, 2.0);
    let (mean, gradient) = weighted.mean_and_gradient(&target, &found)?;
    assert_eq!(mean, 2.0 / 8.0);
    // The union of the last is 4: -1/4 on the target and 1/16 off it, times 2 of 8.
    assert_eq!(gradient.column(2), array![-0.0625, 0.015625, 0.015625, 0.015625]);
    // One mask is one class.
    assert_eq!(loss.weighted(&[3.0]).mean(&[1.0, 0.0], &[1.0, 1.0])?, 0.5);
    let text = "weights has 2 values and the samples 3 (they must be equal)";
    refused(loss.weighted(&[1.0, 1.0]).mean(&target, &found), text);
    Ok(())
}

#[test]
fn a_class_that_is_left_out_is_not_looked_at() -> Result<(), LossError> {
    let (target, found) = (array![[NAN, 1.0], [2.0, 0.0]], array![[-INF, 0.5], [7.0, 0.5]]);
    for loss in every_loss()? {
        let (mean, gradient) = loss.weighted(&[0.0, 2.0]).mean_and_gradient(&target, &found)?;
        let kept = loss.mean_and_gradient(target.column(1), found.column(1))?;
        assert_eq!((mean, gradient.column(1)), (kept.0, kept.1.view()));
        assert_eq!(gradient.column(0), array![0.0, 0.0]);
        assert_eq!(loss.weighted(&[0.0, 2.0]).each(&target, &found)?, array![0.0, 2.0 * mean]);
        let text = "target[0, 0] = NaN is not finite";
        refused(loss.weighted(&[1.0, 2.0]).mean(&target, &found), text);
    }
    Ok(())
}

#[test]
fn classes_may_be_the_last_of_more_axes() -> Result<(), LossError> {
    let table = array![[1.0, 0.0], [0.5, 1.0], [0.0, 0.25], [1.0, 1.0]];
    let found = array![[0.5, 0.0], [0.5, 0.75], [0.25, 0.0], [1.0, 0.5]];
    let image = |table: &Array2<f64>| {
        Array3::from_shape_fn((2, 2, 2), |(row, column, class)| table[[2 * row + column, class]])
    };
    let dice = Dice::default();
    let (mean, gradient) = dice.mean_and_gradient(&table, &found)?;
    let of_images = dice.mean_and_gradient(&image(&table), &image(&found))?;
    assert_eq!(of_images, (mean, image(&gradient)));
    Ok(())
}

#[test]
fn own_losses_have_the_words() -> Result<(), LossError> {
    /// The share of the target that is missed.
    struct Missed;
    impl SegmentationLoss for Missed {
        fn value_and_derivatives(&self, overlap: Overlap) -> (f64, PixelDerivatives) {
            let size = overlap.both + overlap.only_target;
            let derivatives = PixelDerivatives { on_target: -1.0 / size, off_target: 0.0 };
            (overlap.only_target / size, derivatives)
        }
    }
    let found = Missed.mean_and_gradient(&[1.0, 1.0, 0.0], &[1.0, 0.5, 0.5])?;
    assert_eq!(found, (0.25, array![-0.5, -0.5, 0.0]));
    assert_eq!(Missed.loss(Overlap::of(&[1.0, 1.0], &[1.0, 0.0])?), 0.5);
    Ok(())
}

// --- boxes

#[test]
fn iou_of_boxes_by_hand() -> Result<(), LossError> {
    // On squared paper: 4 x 3 against 3 x 3 beginning at (2, 1): 2 x 2 in both, 12 + 9 - 4 in either.
    let left = [[0.0, 0.0, 4.0, 3.0]];
    let right = [
        [2.0, 1.0, 5.0, 4.0],
        // The same, a part of it, one that contains it, one beside, one that touches.
        [0.0, 0.0, 4.0, 3.0],
        [1.0, 1.0, 2.0, 3.0],
        [-4.0, -3.0, 8.0, 9.0],
        [9.0, 0.0, 10.0, 3.0],
        [4.0, 0.0, 5.0, 3.0],
        // Without an area.
        [1.0, 1.0, 1.0, 2.0],
    ];
    let found = box_iou(&left, &right)?;
    let expected = array![[4.0 / 17.0, 1.0, 2.0 / 12.0, 12.0 / 144.0, 0.0, 0.0, 0.0]];
    assert_eq!(found, expected);
    assert_eq!(box_iou(&right, &left)?, expected.t());
    assert_eq!(box_iou(&[[1.0; 4]], &[[1.0; 4]])?, array![[0.0]]);
    // In pixels they are masks: 2 x 2 of 5 x 4.
    let mask = |[x1, y1, x2, y2]: [f64; 4]| {
        Array2::from_shape_fn((4, 5), |(y, x)| {
            (x1..x2).contains(&(x as f64)) && (y1..y2).contains(&(y as f64))
        })
    };
    assert_eq!(iou(&mask(left[0]), &mask(right[0]))?, found[[0, 0]]);
    Ok(())
}

#[test]
fn iou_of_boxes_agrees_with_torchvision() -> Result<(), LossError> {
    // The values that torchvision's own tests expect of its `box_iou` (test_ops.py, TestBoxIou), to the
    // four digits that they print.
    let whole = [[0.0, 0.0, 100.0, 100.0], [0.0, 0.0, 50.0, 50.0], [200.0, 200.0, 300.0, 300.0]];
    let more = [whole[0], whole[1], whole[2], [0.0, 0.0, 25.0, 25.0]];
    let expected = array![[1.0, 0.25, 0.0], [0.25, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0625, 0.25, 0.0]];
    assert_eq!(box_iou(&more, &whole)?, expected);
    let boxes = [
        [285.3538, 185.5758, 1193.5110, 851.4551],
        [285.1472, 188.7374, 1192.4984, 851.0669],
        [279.2440, 197.9812, 1189.4746, 849.2019],
    ];
    let printed =
        "[[1.0000, 0.9933, 0.9673],\n [0.9933, 1.0000, 0.9737],\n [0.9673, 0.9737, 1.0000]]";
    assert_eq!(format!("{:.4}", box_iou(&boxes, &boxes)?), printed);
    Ok(())
}

#[test]
fn bad_boxes() {
    let good = [[0.0, 0.0, 1.0, 1.0]];
    let none = Array2::<f64>::zeros((0, 4));
    refused(box_iou(&none, &good), "left is empty (at least 1 value is needed)");
    refused(box_iou(&good, &none), "right is empty (at least 1 value is needed)");
    refused(box_iou(&good, &[[0.0, 0.0, NAN, 1.0]]), "right[0, 2] = NaN is not finite");
    let rule = "is not a box (x1, y1, x2, y2 with x1 <= x2 and y1 <= y2)";
    let swapped = [[0.0, 0.0, 1.0, 1.0], [3.0, 0.0, 2.5, 1.0]];
    refused(box_iou(&swapped, &good), &format!("left[1] = [3.0, 0.0, 2.5, 1.0] {rule}"));
    let upside_down = [[0.0, 1.0, 1.0, 0.0]];
    refused(box_iou(&good, &upside_down), &format!("right[0] = [0.0, 1.0, 1.0, 0.0] {rule}"));
    refused(box_iou(&[[0.0, 1.0]], &good), &format!("left[0] = [0.0, 1.0] {rule}"));
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
    let hard = any::<bool>().prop_map(f64::from);
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
    mask.iter().map(|&pixel| f64::from(pixel)).collect()
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
        prop_assert_eq!((dice_coefficient(&p, &g)?, lossbook::prelude::iou(&p, &g)?), (dice, iou));
        prop_assert!(0.0 <= iou && iou <= dice && dice <= 1.0);
        assert_close(dice / (2.0 - dice), iou, "IoU from Dice");
    }

    #[test]
    fn tversky_is_dice_and_iou((g, p) in tables(), s in 0.0..3.0_f64) {
        // Half and half: Dice, of twice the smoothing. One and one: IoU.
        let pairs: [(Tversky, Box<dyn SegmentationLoss>); 3] = [
            (Tversky::new(0.5, 0.5)?, Box::new(Dice::default())),
            (Tversky::new(0.5, 0.5)?.with_smoothing(s)?, Box::new(Dice::default().with_smoothing(2.0 * s)?)),
            (Tversky::new(1.0, 1.0)?.with_smoothing(s)?, Box::new(SoftIou::default().with_smoothing(s)?)),
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
        let (one, other) = (Tversky::new(alpha, beta)?, Tversky::new(beta, alpha)?);
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
fn bad_parameters() -> Result<(), LossError> {
    let tversky = Tversky::new(0.5, 0.5)?;
    for (value, shown) in [(-1.0, "-1"), (NAN, "NaN"), (INF, "inf"), (-1e-9, "-1e-9")] {
        let text = format!("smoothing = {shown} is not allowed (smoothing >= 0 and finite)");
        refused(Dice::default().with_smoothing(value), &text);
        refused(SoftIou::default().with_smoothing(value), &text);
        refused(tversky.with_smoothing(value), &text);
        let text = format!("alpha = {shown} is not allowed (alpha >= 0 and finite)");
        refused(Tversky::new(value, 0.5), &text);
        let text = format!("beta = {shown} is not allowed (beta >= 0 and finite)");
        refused(Tversky::new(0.5, value), &text);
    }
    let text = "alpha + beta = 0 is not allowed (alpha + beta > 0)";
    refused(Tversky::new(0.0, 0.0), text);
    Ok(())
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

/// Four pixels times a parameter beyond 1e300 may overflow.
fn parameter() -> impl Strategy<Value = f64> {
    wild().prop_map(|value| if value.abs() > 1e300 { value / 1e10 } else { value })
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
        alpha in parameter(), beta in parameter(), s in parameter(), pixels in vec((likely(), likely()), 1..5),
    ) {
        let (g, p): (Vec<f64>, Vec<f64>) = pixels.into_iter().unzip();
        for loss in [
            Dice::default().with_smoothing(s).map(|loss| loss.mean_and_gradient(&g, &p)),
            SoftIou::default().with_smoothing(s).map(|loss| loss.mean_and_gradient(&g, &p)),
            Tversky::new(alpha, beta)
                .and_then(|loss| loss.with_smoothing(s))
                .map(|loss| loss.mean_and_gradient(&g, &p)),
        ].into_iter().flatten() {
            let (mean, gradient) = loss?;
            prop_assert!((0.0..=1.0).contains(&mean), "{mean}");
            prop_assert!(gradient.iter().all(|slope| slope.is_finite()), "{gradient}");
        }
    }

    #[test]
    fn no_overlap_panics(AnyLoss(_, loss) in any_loss(), both in ANY, only_prediction in ANY, only_target in ANY) {
        let overlap = Overlap { both, only_prediction, only_target };
        let (_, derivatives) = loss.value_and_derivatives(overlap);
        let _ = derivatives.at(both);
    }
}
