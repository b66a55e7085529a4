//! Losses of embeddings: mpmath's digits, the definitions by hand, laws, and what is refused.

mod common;
mod golden;
#[path = "embedding/laws.rs"]
mod laws;
#[path = "embedding/refused.rs"]
mod refused;

use common::assert_close;
use golden::Case;
use lossbook::embedding::*;
use lossbook::prelude::*;

const GOLDEN: &str = include_str!("golden/embedding.json");

fn matrix(case: &Case, key: &str, width: &str) -> Array2<f64> {
    let values: Vec<f64> = case.list(key);
    let width = case.number(width) as usize;
    Array2::from_shape_vec((values.len() / width, width), values).expect("whole rows")
}

#[track_caller]
fn all_close<'a>(computed: impl IntoIterator<Item = &'a f64>, case: &Case, key: &str, what: &str) {
    let (computed, expected): (Vec<&f64>, Vec<f64>) =
        (computed.into_iter().collect(), case.list(key));
    assert_eq!(computed.len(), expected.len(), "{key} of {what}");
    for (at, (&&computed, &expected)) in computed.iter().zip(&expected).enumerate() {
        assert_close(computed, expected, &format!("{key}[{at}] of {what}"));
    }
}

// --- mpmath

#[test]
fn distances_have_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "distances") {
        let (left, right) = (matrix(&case, "left", "d"), matrix(&case, "right", "d"));
        let what = format!("{left} and {right}");
        all_close(&squared_distances(&left, &right)?, &case, "squared", &what);
        all_close(&cosine_distances(&left, &right)?, &case, "cosine", &what);
        all_close(cosine_distances(&right, &left)?.t().iter(), &case, "cosine", &what);
    }
    Ok(())
}

#[test]
fn pair_losses_have_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "contrastive") {
        pair_loss(&Contrastive::new(case.number("margin"))?, &case)?;
    }
    for case in golden::cases(GOLDEN, "cosine_embedding") {
        pair_loss(&CosineEmbedding::new(case.number("margin"))?, &case)?;
    }
    Ok(())
}

fn pair_loss(loss: &(impl PairLoss + std::fmt::Debug), case: &Case) -> Result<(), LossError> {
    let same: Vec<bool> = case.list::<u8>("same").into_iter().map(|same| same == 1).collect();
    let (left, right) = (matrix(case, "left", "d"), matrix(case, "right", "d"));
    let what = format!("{loss:?} of {left} and {right}");
    all_close(&loss.each(&same, &left, &right)?, case, "each", &what);
    let (mean, gradient) = loss.mean_and_gradient(&same, &left, &right)?;
    assert_close(mean, case.number("mean"), &what);
    assert_close(loss.sum(&same, &left, &right)?, mean * same.len() as f64, &what);
    assert_eq!(mean, loss.mean(&same, &left, &right)?);
    assert_eq!(gradient, loss.gradient(&same, &left, &right)?);
    all_close(&gradient.left, case, "to_left", &what);
    all_close(&gradient.right, case, "to_right", &what);
    Ok(())
}

#[test]
fn triplets_have_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "triplet") {
        let loss = Triplet::new(case.number("margin"))?;
        let rows = matrix(&case, "rows", "d");
        let n = rows.nrows() / 3;
        let part = |part: usize| rows.slice(lossbook::ndarray::s![part * n..(part + 1) * n, ..]);
        let (a, p, q) = (part(0), part(1), part(2));
        let what = format!("{loss:?} of {rows}");
        all_close(&loss.each(a, p, q)?, &case, "each", &what);
        let (mean, gradient) = loss.mean_and_gradient(a, p, q)?;
        assert_close(mean, case.number("mean"), &what);
        assert_close(loss.sum(a, p, q)?, mean * n as f64, &what);
        assert_eq!((mean, &gradient), (loss.mean(a, p, q)?, &loss.gradient(a, p, q)?));
        let slopes = gradient.anchor.iter().chain(&gradient.positive).chain(&gradient.negative);
        all_close(slopes, &case, "slopes", &what);
    }
    Ok(())
}

#[test]
fn batches_have_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "batch_all") {
        let loss = BatchAll::new(case.number("margin"))?;
        batch_loss(&loss, &case)?;
        let fraction =
            loss.fraction_active(&case.list::<usize>("labels"), matrix(&case, "rows", "d"))?;
        assert_close(fraction, case.number("active"), "fraction of active triplets");
    }
    for case in golden::cases(GOLDEN, "batch_all_active") {
        batch_loss(&BatchAll::new(case.number("margin"))?.with_active_only(), &case)?;
    }
    for case in golden::cases(GOLDEN, "batch_hard") {
        batch_loss(&BatchHard::new(case.number("margin"))?, &case)?;
    }
    for case in golden::cases(GOLDEN, "semi_hard") {
        batch_loss(&SemiHard::new(case.number("margin"))?, &case)?;
    }
    Ok(())
}

fn batch_loss(loss: &(impl MinedLoss + std::fmt::Debug), case: &Case) -> Result<(), LossError> {
    let (labels, rows) = (case.list::<usize>("labels"), matrix(case, "rows", "d"));
    let what = format!("{loss:?} of {labels:?} {rows}");
    let triplets = loss.triplets(&labels, &rows)?;
    assert_eq!(triplets.concat(), case.list::<usize>("triplets"), "{what}");
    all_close(&loss.each(&labels, &rows)?, case, "each", &what);
    let (mean, gradient) = loss.mean_and_gradient(&labels, &rows)?;
    assert_close(mean, case.number("mean"), &what);
    assert_close(loss.sum(&labels, &rows)?, mean * triplets.len() as f64, &what);
    assert_eq!((mean, &gradient), (loss.mean(&labels, &rows)?, &loss.gradient(&labels, &rows)?));
    all_close(&gradient, case, "slopes", &what);
    Ok(())
}

#[test]
fn centers_have_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "center") {
        let (labels, x) = (case.list::<usize>("labels"), matrix(&case, "embeddings", "d"));
        let (c, z) = (matrix(&case, "centers", "d"), matrix(&case, "logits", "classes"));
        let what = format!("{labels:?} {x} {c}");
        all_close(&CenterLoss.each(&labels, &x, &c)?, &case, "each", &what);
        assert_close(CenterLoss.sum(&labels, &x, &c)?, case.number("sum"), &what);
        let (mean, gradient) = CenterLoss.mean_and_gradient(&labels, &x, &c)?;
        assert_close(mean, case.number("sum") / labels.len() as f64, &what);
        let both = (CenterLoss.mean(&labels, &x, &c)?, CenterLoss.gradient(&labels, &x, &c)?);
        assert_eq!((mean, &gradient), (both.0, &both.1));
        all_close(&gradient, &case, "to_embeddings", &what);
        let moved = CenterUpdate::new(case.number("alpha"))?.step(&labels, &x, &c)?;
        all_close(&moved, &case, "moved", &what);

        let lambda = case.number("lambda");
        let joint = CenterJoint::new(lambda)?;
        all_close(&joint.each(&labels, &z, &x, &c)?, &case, "joint", &what);
        let (mean, both) = joint.mean_and_gradient(&labels, &z, &x, &c)?;
        assert_close(mean, case.number("joint_mean"), &what);
        assert_close(joint.sum(&labels, &z, &x, &c)?, mean * labels.len() as f64, &what);
        assert_eq!(mean, joint.mean(&labels, &z, &x, &c)?);
        assert_eq!(both, joint.gradient(&labels, &z, &x, &c)?);
        all_close(&both.logits, &case, "to_logits", &what);
        for (joint, alone) in both.embeddings.iter().zip(&gradient) {
            assert_close(*joint, lambda * alone, &what);
        }
    }
    Ok(())
}

#[test]
fn angular_losses_have_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "arcface") {
        angular_loss(&ArcFace::new(case.number("scale"), case.number("margin"))?, &case)?;
    }
    for case in golden::cases(GOLDEN, "cosface") {
        angular_loss(&CosFace::new(case.number("scale"), case.number("margin"))?, &case)?;
    }
    Ok(())
}

fn angular_loss(loss: &(impl AngularLoss + std::fmt::Debug), case: &Case) -> Result<(), LossError> {
    let labels: Vec<usize> = case.list("labels");
    let (x, w) = (matrix(case, "embeddings", "d"), matrix(case, "weights", "d"));
    let what = format!("{loss:?} of {labels:?} {x} {w}");
    all_close(&loss.each(&labels, &x, &w)?, case, "each", &what);
    let (mean, gradient) = loss.mean_and_gradient(&labels, &x, &w)?;
    assert_close(mean, case.number("mean"), &what);
    assert_close(loss.sum(&labels, &x, &w)?, mean * labels.len() as f64, &what);
    assert_eq!(mean, loss.mean(&labels, &x, &w)?);
    assert_eq!(gradient, loss.gradient(&labels, &x, &w)?);
    all_close(&gradient.embeddings, case, "to_embeddings", &what);
    all_close(&gradient.weights, case, "to_weights", &what);
    Ok(())
}

// --- the lectures

#[test]
fn lecture_three_kinds_of_negatives() -> Result<(), LossError> {
    // "CV course 4", "3 types of negative"; by hand: a positive at distance 1, a margin of 2.
    let triplet = Triplet::new(2.0)?;
    let kinds = [0.0, 0.5, 1.0, 1.5, 2.9, 3.0, 9.0].map(|negative| triplet.kind(1.0, negative));
    use TripletKind::{Easy, Hard, SemiHard};
    assert_eq!(kinds, [Hard, Hard, Hard, SemiHard, SemiHard, Easy, Easy]);
    assert_eq!(Triplet::new(0.0)?.kind(1.0, 1.0), Easy);
    Ok(())
}

#[test]
fn lecture_center_loss_is_a_sum_of_halves() -> Result<(), LossError> {
    // "CV course 4", "Center Loss"; by hand: (9 + 16) / 2 + (1 + 0) / 2.
    let x = array![[3.0, 4.0], [2.0, 0.0]];
    assert_eq!(CenterLoss.sum(&[0, 1], &x, &array![[0.0, 0.0], [1.0, 0.0]])?, 13.0);
    Ok(())
}

#[test]
fn lecture_length_misleads_where_the_angle_does_not() -> Result<(), LossError> {
    // "Losses, part 2", "Cosine Similarity?": F2 and F3 are one face, but F3 is far out.
    let (f1, f2, f3) = ([0.0, 1.0], [1.0, 0.3], [5.0, 1.5]);
    let x = array![f1, f2, f3];
    let apart = squared_distances(&x, &x)?;
    assert!(apart[[0, 1]] < apart[[1, 2]]);
    let turned = cosine_distances(&x, &x)?;
    assert!(turned[[1, 2]] < 1e-30 && turned[[0, 1]] > 0.5);
    Ok(())
}

// --- edges

#[test]
fn subgradients_at_the_kinks() -> Result<(), LossError> {
    // As documented; by hand.
    let x = array![[1.0, 2.0]];
    let zero = array![[0.0, 0.0]];
    assert_eq!(Contrastive::new(1.0)?.gradient(&[false], &x, &x)?.left, zero);
    let (right, up) = (array![[1.0, 0.0]], array![[0.0, 1.0]]);
    assert_eq!(CosineEmbedding::new(0.0)?.gradient(&[false], &right, &up)?.left, zero);
    let edge = Triplet::new(1.0)?.mean_and_gradient(&zero, &zero, &right)?;
    assert_eq!((edge.0, edge.1.anchor), (0.0, zero.clone()));
    // On its class's direction ArcFace has a kink.
    let weights = array![[3.0, 6.0], [1.0, 0.0]];
    let arc = ArcFace::new(8.0, 0.5)?;
    assert!(arc.gradient(&[0], &x, &weights)?.weights.row(0).iter().all(|&slope| slope == 0.0));
    // The step where angle + margin = pi: the first line holds up to there.
    let angle = std::f64::consts::PI - 0.5;
    assert_eq!(arc.value_and_derivative(angle).0, -1.0);
    let (beyond, derivative) = arc.value_and_derivative(angle + 1e-9);
    assert!(beyond < -1.11 && derivative < 0.0);
    Ok(())
}

#[test]
fn what_overflows_is_infinite_and_not_nan() -> Result<(), LossError> {
    let (far, back) = (array![[1.7e308, 0.0]], array![[-1.7e308, 0.0]]);
    assert_eq!(squared_distances(&far, &back)?, array![[f64::INFINITY]]);
    assert_eq!(cosine_distances(&far, &back)?, array![[2.0]]);
    assert_eq!(CenterLoss.mean(&[0], &far, &back)?, f64::INFINITY);
    assert_eq!(CenterJoint::new(0.0)?.mean(&[0], &array![[1.0]], &far, &back)?, 0.0);
    assert_eq!(Contrastive::new(1.0)?.mean(&[true], &far, &back)?, f64::INFINITY);
    assert_eq!(Contrastive::new(1.0)?.gradient(&[false], &far, &back)?.left, array![[0.0, 0.0]]);
    let triplet = Triplet::new(1.0)?;
    let (near, zero) = (array![[1.0, 0.0]], array![[0.0, 0.0]]);
    assert_eq!(triplet.mean(&zero, &far, &near)?, f64::INFINITY);
    assert_eq!(triplet.mean(&zero, &near, &far)?, 0.0);
    assert_eq!(triplet.kinds(&zero, &near, &far)?, [TripletKind::Easy]);
    Ok(())
}

#[test]
fn a_batch_without_a_pair_or_a_negative_for_some_anchors() -> Result<(), LossError> {
    // By hand: sample 2 is alone with its label, and so an anchor for nobody.
    let x = array![[0.0], [1.0], [3.0]];
    assert_eq!(BatchHard::new(1.0)?.triplets(&[4, 4, 8], &x)?, [[0, 1, 2], [1, 0, 2]]);
    // All is learnt: no triplet is active, the mean over none of them is 0.
    let active = BatchAll::new(1.0)?.with_active_only();
    assert_eq!(active.each(&[4, 4, 8], &x)?.len(), 0);
    assert_eq!(active.mean_and_gradient(&[4, 4, 8], &x)?, (0.0, Array2::zeros((3, 1))));
    // Equal distances: the first wins.
    let even = array![[0.0], [1.0], [-1.0], [2.0], [-2.0]];
    assert_eq!(BatchHard::new(1.0)?.triplets(&[0, 0, 0, 1, 1], &even)?[0], [0, 1, 3]);
    Ok(())
}

#[test]
fn ordinary_triplets_beside_a_huge_one_keep_their_losses() -> Result<(), LossError> {
    // By hand: 4 - 1 + 5 of the first row; the second one's negative is far enough away.
    let (a, p, n) = (array![[0.0], [0.0]], array![[2.0], [1.0]], array![[1.0], [1.7e308]]);
    let triplet = Triplet::new(5.0)?;
    assert_eq!(triplet.each(&a, &p, &n)?, array![8.0, 0.0]);
    assert_eq!(triplet.kinds(&a, &p, &n)?, [TripletKind::Hard, TripletKind::Easy]);
    assert_eq!(triplet.gradient(&a, &p, &n)?.positive, array![[2.0], [0.0]]);
    Ok(())
}

#[test]
fn finite_losses_have_gradients_without_nan() -> Result<(), LossError> {
    // Nothing to learn, though doubled coordinates overflow: easy triplets, a weight of 0.
    let x = array![[-1e308], [1e308], [-1e308]];
    let still = Array2::<f64>::zeros((3, 1));
    assert_eq!(BatchAll::new(1.0)?.mean_and_gradient(&[0, 1, 0], &x)?, (0.0, still));
    let (far, back) = (array![[1.7e308]], array![[-1.7e308]]);
    let joint = CenterJoint::new(0.0)?;
    let (mean, gradient) = joint.mean_and_gradient(&[0], &array![[1.0]], &far, &back)?;
    assert_eq!((mean, gradient.embeddings), (0.0, array![[0.0]]));
    // By hand: 1e308 (3 - 1) / 4, whose numerator overflows.
    let (x, c) = (array![[3.0], [1.0], [1.0], [1.0]], array![[1.0]]);
    let gradient = CenterJoint::new(1e308)?.gradient(&[0; 4], Array2::zeros((4, 1)), &x, &c)?;
    assert_eq!(gradient.embeddings.column(0), array![5e307, 0.0, 0.0, 0.0]);
    Ok(())
}

#[test]
fn a_large_batch_has_the_distances_of_all_its_pairs() -> Result<(), LossError> {
    // More samples than are measured at a time, and rows of an odd length; by the definition.
    let x = Array2::from_shape_fn((37, 5), |(i, k)| ((i * 7 + k * k * 3) as f64 * 0.61).sin());
    let labels: Vec<usize> = (0..37).map(|i| i * i % 3).collect();
    let apart = squared_distances(&x, &x)?;
    let loss = BatchAll::new(1.0)?;
    let triplets = loss.triplets(&labels, &x)?;
    assert!(triplets.len() > 1000);
    for ([a, p, n], loss) in triplets.into_iter().zip(loss.each(&labels, &x)?) {
        let expected = f64::max(0.0, apart[[a, p]] - apart[[a, n]] + 1.0);
        assert!((loss - expected).abs() < 1e-14, "{a} {p} {n}: {loss} {expected}");
    }
    for [a, p, n] in BatchHard::new(1.0)?.triplets(&labels, &x)? {
        for other in (0..37).filter(|&other| other != a) {
            let same = labels[other] == labels[a];
            assert!(if same {
                apart[[a, other]] <= apart[[a, p]]
            } else {
                apart[[a, other]] >= apart[[a, n]]
            });
        }
    }
    Ok(())
}

// --- losses of one's own, and lists of them

#[test]
fn losses_of_ones_own_have_all_words() -> Result<(), LossError> {
    /// The Manhattan distance, of pairs that belong together.
    struct Manhattan;
    impl PairLoss for Manhattan {
        fn value_and_gradient(
            &self,
            same: bool,
            left: &[f64],
            right: &[f64],
            gradient: Option<[&mut [f64]; 2]>,
        ) -> Result<f64, LossError> {
            let kept = f64::from(u8::from(same));
            let differences = left.iter().zip(right).map(|(left, right)| left - right);
            if let Some([to_left, to_right]) = gradient {
                for (at, difference) in differences.clone().enumerate() {
                    to_left[at] = kept * difference.signum();
                    to_right[at] = -to_left[at];
                }
            }
            Ok(kept * differences.map(f64::abs).sum::<f64>())
        }
    }
    // By hand.
    let (same, left, right) = ([true, false], [[1.0, 2.0], [0.0, 9.0]], [[2.0, 0.0], [1.0, 1.0]]);
    assert_eq!(Manhattan.each(&same, left, right)?, array![3.0, 0.0]);
    assert_eq!(Manhattan.mean(&same, left, right)?, 1.5);
    assert_eq!(Manhattan.sum(&same, left, right)?, 3.0);
    let (mean, gradient) = Manhattan.mean_and_gradient(&same, left, right)?;
    assert_eq!((mean, gradient.left), (1.5, array![[-0.5, 0.5], [0.0, 0.0]]));
    assert_eq!(gradient.right, Manhattan.gradient(&same, left, right)?.right);

    /// The cosine softmax: no margin, and the scale 1.
    struct Plain;
    impl AngularLoss for Plain {
        fn value_and_derivative(&self, angle: f64) -> (f64, f64) {
            (angle.cos(), -angle.sin())
        }
    }
    let (labels, x, weights) = ([1, 0], [[1.0, 2.0], [3.0, 0.5]], [[1.0, 0.0], [0.6, 0.8]]);
    let same = CosFace::new(1.0, 0.0)?;
    assert_eq!(Plain.each(&labels, x, weights)?, same.each(&labels, x, weights)?);
    assert_eq!(Plain.gradient(&labels, x, weights)?, same.gradient(&labels, x, weights)?);

    /// Rows that are none are left out.
    struct Beyond;
    impl MinedLoss for Beyond {
        fn triplet(&self) -> Triplet {
            Triplet::new(1.0).expect("a margin")
        }
        fn choose(&self, anchor: &Anchor, take: &mut dyn FnMut(usize, usize)) {
            take(anchor.labels.len(), 0);
        }
    }
    let (labels, x) = ([0, 0, 1], [[0.0], [1.0], [2.0]]);
    assert_eq!(Beyond.triplets(&labels, x)?.len(), 0);
    assert_eq!(Beyond.mean_and_gradient(&labels, x)?, (0.0, Array2::zeros((3, 1))));
    Ok(())
}

#[test]
fn a_list_may_hold_different_losses() -> Result<(), LossError> {
    let (same, left, right) = ([true], [[3.0, 0.0]], [[0.0, 4.0]]);
    let pairs: [Box<dyn PairLoss>; 2] =
        [Box::new(Contrastive::new(1.0)?), Box::new(CosineEmbedding::new(0.0)?)];
    let means = pairs.iter().map(|loss| loss.mean(&same, left, right));
    assert_eq!(means.collect::<Result<Vec<f64>, _>>()?, [12.5, 1.0]);

    let (labels, x) = ([7, 7, 8], [[0.0], [2.0], [3.0]]);
    let mined: [Box<dyn MinedLoss>; 2] =
        [Box::new(BatchAll::new(1.0)?.with_active_only()), Box::new(BatchHard::new(1.0)?)];
    let means = mined.iter().map(|loss| loss.mean(&labels, x));
    assert_eq!(means.collect::<Result<Vec<f64>, _>>()?, [4.0, 2.0]);

    let angular: [Box<dyn AngularLoss>; 2] =
        [Box::new(ArcFace::new(8.0, 0.5)?), Box::new(CosFace::new(8.0, 0.35)?)];
    for loss in &angular {
        assert_eq!(loss.mean(&[0], [[1.0, 2.0]], [[3.0, 1.0]])?, 0.0);
    }
    Ok(())
}
