//! What is refused, and in which words.

use std::fmt::Debug;

use lossbook::embedding::*;
use lossbook::prelude::*;

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

fn none() -> Array2<f64> {
    Array2::zeros((0, 2))
}

#[test]
fn parameters() {
    for (value, shown) in [(-1.0, "-1"), (NAN, "NaN"), (INF, "inf"), (-1e-9, "-1e-9")] {
        let text = format!("margin = {shown} is not allowed (margin > 0 and finite)");
        refused(Contrastive::new(value), &text);
        let text = format!("margin = {shown} is not allowed (margin >= 0 and finite)");
        refused(Triplet::new(value), &text);
        refused(BatchAll::new(value), &text);
        refused(BatchHard::new(value), &text);
        refused(SemiHard::new(value), &text);
        let text = format!("margin = {shown} is not allowed (0 <= margin <= 2)");
        refused(CosFace::new(1.0, value), &text);
        let text = format!("margin = {shown} is not allowed (0 <= margin <= pi / 2, in radians)");
        refused(ArcFace::new(1.0, value), &text);
        let text = format!("lambda = {shown} is not allowed (lambda >= 0 and finite)");
        refused(CenterJoint::new(value), &text);
        let text = format!("alpha = {shown} is not allowed (0 <= alpha <= 1)");
        refused(CenterUpdate::new(value), &text);
        let text = format!("scale = {shown} is not allowed (0 < scale <= 1e100)");
        refused(ArcFace::new(value, 0.5), &text);
        refused(CosFace::new(value, 0.5), &text);
    }
    refused(Contrastive::new(0.0), "margin = 0 is not allowed (margin > 0 and finite)");
    refused(CosineEmbedding::new(1.5), "margin = 1.5 is not allowed (-1 <= margin <= 1)");
    refused(CosineEmbedding::new(NAN), "margin = NaN is not allowed (-1 <= margin <= 1)");
    refused(CenterUpdate::new(1.5), "alpha = 1.5 is not allowed (0 <= alpha <= 1)");
    refused(ArcFace::new(0.0, 0.5), "scale = 0 is not allowed (0 < scale <= 1e100)");
    refused(CosFace::new(2e100, 0.5), "scale = 2e100 is not allowed (0 < scale <= 1e100)");
    // Degrees.
    refused(CosFace::new(64.0, 28.6), "margin = 28.6 is not allowed (0 <= margin <= 2)");
    refused(
        ArcFace::new(64.0, 28.6),
        "margin = 28.6 is not allowed (0 <= margin <= pi / 2, in radians)",
    );
}

/// Pairs of matrices that nothing takes.
fn bad_pairs() -> Vec<(Array2<f64>, Array2<f64>, &'static str)> {
    let good = array![[1.0, 2.0]];
    vec![
        (none(), good.clone(), "left is empty (at least 1 value is needed)"),
        (good.clone(), Array2::zeros((1, 0)), "right is empty (at least 1 value is needed)"),
        (
            good.clone(),
            array![[1.0]],
            "a row of left has 2 values and a row of right 1 (they must be equal)",
        ),
        (array![[1.0, NAN]], good.clone(), "left[0, 1] = NaN is not finite"),
        (good, array![[-INF, 1.0]], "right[0, 0] = -inf is not finite"),
    ]
}

#[test]
fn distances() {
    for (left, right, text) in bad_pairs() {
        refused(squared_distances(&left, &right), text);
        refused(cosine_distances(&left, &right), text);
    }
    let (zero, good) = (array![[1.0, 0.0], [0.0, -0.0]], array![[1.0, 2.0]]);
    refused(cosine_distances(&zero, &good), "left[1] has length 0 (a cosine needs a direction)");
    refused(cosine_distances(&good, &zero), "right[1] has length 0 (a cosine needs a direction)");
    // Without any memory of its own, a broadcast view is as large as it likes.
    let one = array![[1.0]];
    let huge = one.broadcast((1 << 40, 1)).expect("a view");
    let too_large =
        squared_distances(huge.view().into_dimensionality().expect("two axes"), &one).is_err();
    assert!(too_large);
}

#[test]
fn pairs() -> Result<(), LossError> {
    pair_loss(Contrastive::new(1.0)?);
    pair_loss(CosineEmbedding::new(0.0)?);
    let (zero, good) = (array![[0.0, 0.0]], array![[1.0, 2.0]]);
    let cosine = CosineEmbedding::new(0.0)?;
    refused(
        cosine.each(&[true], &zero, &good),
        "left[0] has length 0 (a cosine needs a direction)",
    );
    let text = "right[0] has length 0 (a cosine needs a direction)";
    refused(cosine.mean_and_gradient(&[false], &good, &zero), text);
    // A single pair, and the place among several.
    refused(cosine.value_and_gradient(true, &[1.0], &[0.0], None), text);
    let (good, zero) = ([[1.0], [2.0]], [[1.0], [0.0]]);
    let text = "right[1] has length 0 (a cosine needs a direction)";
    refused(cosine.mean(&[true, true], good, zero), text);
    Ok(())
}

fn pair_loss(loss: impl PairLoss) {
    let mut bad: Vec<(&[bool], _, _, _)> = Vec::new();
    bad.extend(bad_pairs().into_iter().map(|(left, right, text)| (&[true][..], left, right, text)));
    let (one, two) = (array![[1.0, 2.0]], array![[1.0, 2.0], [3.0, 4.0]]);
    let text = "same is empty (at least 1 value is needed)";
    bad.push((&[], one.clone(), one.clone(), text));
    let text = "same has 2 values and a column of left 1 (they must be equal)";
    bad.push((&[true, false], one.clone(), two.clone(), text));
    let text = "same has 1 values and a column of right 2 (they must be equal)";
    bad.push((&[true], one, two, text));
    for (same, left, right, text) in bad {
        refused(loss.each(same, &left, &right), text);
        refused(loss.mean(same, &left, &right), text);
        refused(loss.sum(same, &left, &right), text);
        refused(loss.gradient(same, &left, &right), text);
        refused(loss.mean_and_gradient(same, &left, &right), text);
    }
}

#[test]
fn triplets() -> Result<(), LossError> {
    let loss = Triplet::new(1.0)?;
    let (one, two) = (array![[1.0, 2.0]], array![[1.0, 2.0], [3.0, 4.0]]);
    let nan = array![[NAN, 0.0]];
    let bad = [
        (&none(), &one, &one, "anchor is empty (at least 1 value is needed)"),
        (&one, &none(), &one, "positive is empty (at least 1 value is needed)"),
        (&one, &one, &none(), "negative is empty (at least 1 value is needed)"),
        (&nan, &one, &one, "anchor[0, 0] = NaN is not finite"),
        (&one, &nan, &one, "positive[0, 0] = NaN is not finite"),
        (&one, &one, &nan, "negative[0, 0] = NaN is not finite"),
        (
            &two,
            &one,
            &two,
            "a column of anchor has 2 values and a column of positive 1 (they must be equal)",
        ),
        (
            &one,
            &one,
            &two,
            "a column of anchor has 1 values and a column of negative 2 (they must be equal)",
        ),
        (
            &one,
            &array![[1.0]],
            &one,
            "a row of anchor has 2 values and a row of positive 1 (they must be equal)",
        ),
        (
            &one,
            &one,
            &array![[1.0]],
            "a row of anchor has 2 values and a row of negative 1 (they must be equal)",
        ),
    ];
    for (anchor, positive, negative, text) in bad {
        refused(loss.each(anchor, positive, negative), text);
        refused(loss.mean(anchor, positive, negative), text);
        refused(loss.sum(anchor, positive, negative), text);
        refused(loss.gradient(anchor, positive, negative), text);
        refused(loss.mean_and_gradient(anchor, positive, negative), text);
        refused(loss.kinds(anchor, positive, negative), text);
    }
    Ok(())
}

#[test]
fn batches() -> Result<(), LossError> {
    batch_loss(BatchAll::new(1.0)?);
    batch_loss(BatchAll::new(1.0)?.with_active_only());
    batch_loss(BatchHard::new(1.0)?);
    batch_loss(SemiHard::new(1.0)?);
    let text = "labels hold no triplet (two of one label and one of another are needed)";
    refused(BatchAll::new(1.0)?.fraction_active(&[1], &array![[1.0]]), text);
    Ok(())
}

fn batch_loss(loss: impl MinedLoss) {
    let three = array![[0.0], [1.0], [2.0]];
    let no_triplet = "labels hold no triplet (two of one label and one of another are needed)";
    let bad: [(&[usize], _, _); 7] = [
        (&[], &three, "labels is empty (at least 1 value is needed)"),
        (&[1], &none(), "embeddings is empty (at least 1 value is needed)"),
        (&[1, 2], &three, "labels has 2 values and a column of embeddings 3 (they must be equal)"),
        (&[1, 1, 2], &array![[0.0], [INF], [2.0]], "embeddings[1, 0] = inf is not finite"),
        (&[1, 1, 1], &three, no_triplet),
        (&[1, 2, 3], &three, no_triplet),
        (&[1], &array![[1.0]], no_triplet),
    ];
    for (labels, embeddings, text) in bad {
        refused(loss.triplets(labels, embeddings), text);
        refused(loss.each(labels, embeddings), text);
        refused(loss.mean(labels, embeddings), text);
        refused(loss.sum(labels, embeddings), text);
        refused(loss.gradient(labels, embeddings), text);
        refused(loss.mean_and_gradient(labels, embeddings), text);
    }
}

#[test]
fn centers() -> Result<(), LossError> {
    let good = array![[1.0, 2.0], [3.0, 4.0]];
    let nan = array![[NAN, 0.0], [0.0, 0.0]];
    let bad: [(&[usize], _, _, _); 7] = [
        (&[], &good, &good, "labels is empty (at least 1 value is needed)"),
        (&[0, 1], &none(), &good, "embeddings is empty (at least 1 value is needed)"),
        (&[0, 1], &good, &none(), "centers is empty (at least 1 value is needed)"),
        (
            &[0],
            &good,
            &good,
            "labels has 1 values and a column of embeddings 2 (they must be equal)",
        ),
        (&[0, 1], &good, &nan, "centers[0, 0] = NaN is not finite"),
        (
            &[0, 1],
            &good,
            &array![[1.0], [2.0]],
            "a row of embeddings has 2 values and a row of centers 1 (they must be equal)",
        ),
        (&[0, 2], &good, &good, "labels[1] = 2 is out of range (0 <= label < 2 classes)"),
    ];
    let (update, joint) = (CenterUpdate::new(0.5)?, CenterJoint::new(0.5)?);
    for (labels, embeddings, centers, text) in bad {
        refused(CenterLoss.each(labels, embeddings, centers), text);
        refused(CenterLoss.mean(labels, embeddings, centers), text);
        refused(CenterLoss.sum(labels, embeddings, centers), text);
        refused(CenterLoss.gradient(labels, embeddings, centers), text);
        refused(CenterLoss.mean_and_gradient(labels, embeddings, centers), text);
        refused(update.step(labels, embeddings, centers), text);
    }
    let bad: [(&[usize], _, _); 4] = [
        (&[0, 1], &none(), "logits is empty (at least 1 value is needed)"),
        (&[0, 1], &nan, "logits[0, 0] = NaN is not finite"),
        (&[0], &good, "labels has 1 values and a column of logits 2 (they must be equal)"),
        (
            &[0, 1],
            &array![[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]],
            "a row of logits has 3 values and a column of centers 2 (they must be equal)",
        ),
    ];
    for (labels, logits, text) in bad {
        refused(joint.each(labels, logits, &good, &good), text);
        refused(joint.mean(labels, logits, &good, &good), text);
        refused(joint.sum(labels, logits, &good, &good), text);
        refused(joint.gradient(labels, logits, &good, &good), text);
        refused(joint.mean_and_gradient(labels, logits, &good, &good), text);
    }
    Ok(())
}

#[test]
fn angles() -> Result<(), LossError> {
    angular_loss(ArcFace::new(64.0, 0.5)?);
    angular_loss(CosFace::new(64.0, 0.35)?);
    Ok(())
}

fn angular_loss(loss: impl AngularLoss) {
    let good = array![[1.0, 2.0], [3.0, 4.0]];
    let bad: [(&[usize], _, _, _); 9] = [
        (&[], &good, &good, "labels is empty (at least 1 value is needed)"),
        (&[0, 1], &none(), &good, "embeddings is empty (at least 1 value is needed)"),
        (&[0, 1], &good, &none(), "weights is empty (at least 1 value is needed)"),
        (
            &[0],
            &good,
            &good,
            "labels has 1 values and a column of embeddings 2 (they must be equal)",
        ),
        (&[0, 1], &good, &array![[INF, 1.0]], "weights[0, 0] = inf is not finite"),
        (
            &[0, 1],
            &good,
            &array![[1.0], [2.0]],
            "a row of embeddings has 2 values and a row of weights 1 (they must be equal)",
        ),
        (&[0, 2], &good, &good, "labels[1] = 2 is out of range (0 <= label < 2 classes)"),
        (
            &[0, 1],
            &array![[1.0, 1.0], [0.0, 0.0]],
            &good,
            "embeddings[1] has length 0 (a cosine needs a direction)",
        ),
        (
            &[0, 1],
            &good,
            &array![[0.0, 0.0], [1.0, 1.0]],
            "weights[0] has length 0 (a cosine needs a direction)",
        ),
    ];
    for (labels, embeddings, weights, text) in bad {
        refused(loss.each(labels, embeddings, weights), text);
        refused(loss.mean(labels, embeddings, weights), text);
        refused(loss.sum(labels, embeddings, weights), text);
        refused(loss.gradient(labels, embeddings, weights), text);
        refused(loss.mean_and_gradient(labels, embeddings, weights), text);
    }
}
