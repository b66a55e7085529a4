//! A second origin: losses, gradients and mined triplets as PyTorch, torchvision and
//! pytorch-metric-learning compute them.

mod common;
mod golden;

use common::{DIGITS, assert_close};
use golden::Case;
use lossbook::classification::*;
use lossbook::prelude::*;

const GOLDEN: &str = include_str!("golden/torch.json");

fn table(case: &Case, key: &str, width: usize) -> Array2<f64> {
    let values: Vec<f64> = case.list(key);
    Array2::from_shape_vec((values.len() / width, width), values).expect("whole rows")
}

/// A matrix of embeddings.
fn points(case: &Case, key: &str) -> Array2<f64> {
    table(case, key, case.number("d") as usize)
}

/// Equal to thirteen digits of the largest number: theirs are sums of terms of that size, taken as they
/// stand, and so are off by some 1e-16 of it.
#[track_caller]
fn all_near<'a>(computed: impl IntoIterator<Item = &'a f64>, case: &Case, key: &str) {
    let computed: Vec<f64> = computed.into_iter().copied().collect();
    let expected: Vec<f64> = case.list(key);
    assert_eq!(computed.len(), expected.len(), "{key} of {case:?}");
    let size = expected.iter().fold(0.0_f64, |size, value| size.max(value.abs()));
    assert!(size > 0.0, "{key} of {case:?}");
    for (computed, expected) in computed.iter().zip(&expected) {
        let off = (computed - expected).abs();
        assert!(off <= DIGITS * size, "{key}: computed {computed:e}, expected {expected:e}");
    }
}

fn mean(case: &Case) -> f64 {
    let each: Vec<f64> = case.list("each");
    each.iter().sum::<f64>() / each.len() as f64
}

#[test]
fn cross_entropies() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "cross_entropy") {
        let weights: Vec<f64> = case.list("weights");
        let (labels, logits) =
            (case.list::<usize>("labels"), table(&case, "logits", weights.len()));
        let loss = CrossEntropy::from_logits()
            .with_weights(&weights)?
            .with_smoothing(case.number("smoothing"))?;
        all_near(&loss.each(&labels, &logits)?, &case, "each");
        let (found, gradient) = loss.mean_and_gradient(&labels, &logits)?;
        assert_close(found, mean(&case), "mean");
        all_near(&gradient, &case, "to_logits");
    }
    Ok(())
}

fn binary(loss: &impl BinaryLoss, case: &Case) -> Result<(), LossError> {
    let (target, logits) = (case.list::<f64>("target"), case.list::<f64>("logits"));
    all_near(&loss.each(&target, &logits)?, case, "each");
    let (found, gradient) = loss.mean_and_gradient(&target, &logits)?;
    assert_close(found, mean(case), "mean");
    all_near(&gradient, case, "to_logits");
    Ok(())
}

#[test]
fn losses_of_two_classes() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "binary_cross_entropy") {
        let loss = BinaryCrossEntropy::from_logits().with_positive_weight(case.number("weight"))?;
        binary(&loss, &case)?;
    }
    for case in golden::cases(GOLDEN, "focal") {
        let (plain, alpha) = (BinaryFocal::new(case.number("gamma"))?, case.number("alpha"));
        // torchvision's -1 is none.
        binary(&if alpha < 0.0 { plain } else { plain.with_alpha(alpha)? }, &case)?;
    }
    Ok(())
}

#[test]
fn multi_margins() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "multi_margin") {
        let (labels, scores) = (case.list::<usize>("labels"), table(&case, "scores", 2));
        all_near(&MultiHinge.each(&labels, &scores)?, &case, "each");
        all_near(&MultiHinge.gradient(&labels, &scores)?, &case, "to_scores");
    }
    Ok(())
}

fn pairs(loss: &impl PairLoss, case: &Case) -> Result<(), LossError> {
    let same: Vec<bool> = case.list::<u8>("same").into_iter().map(|same| same == 1).collect();
    let (left, right) = (points(case, "left"), points(case, "right"));
    all_near(&loss.each(&same, &left, &right)?, case, "each");
    let (found, gradient) = loss.mean_and_gradient(&same, &left, &right)?;
    assert_close(found, mean(case), "mean");
    all_near(&gradient.left, case, "to_left");
    all_near(&gradient.right, case, "to_right");
    Ok(())
}

#[test]
fn pairs_and_triplets() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "contrastive") {
        pairs(&Contrastive::new(case.number("margin"))?, &case)?;
    }
    for case in golden::cases(GOLDEN, "cosine_embedding") {
        pairs(&CosineEmbedding::new(case.number("margin"))?, &case)?;
    }
    for case in golden::cases(GOLDEN, "triplet") {
        let loss = Triplet::new(case.number("margin"))?;
        let [a, p, n] = ["anchor", "positive", "negative"].map(|key| points(&case, key));
        all_near(&loss.each(&a, &p, &n)?, &case, "each");
        let (found, gradient) = loss.mean_and_gradient(&a, &p, &n)?;
        assert_close(found, mean(&case), "mean");
        all_near(&gradient.anchor, &case, "to_anchor");
        all_near(&gradient.positive, &case, "to_positive");
        all_near(&gradient.negative, &case, "to_negative");
    }
    Ok(())
}

#[test]
fn mined_triplets() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "mining") {
        let (labels, x) = (case.list::<usize>("labels"), points(&case, "x"));
        let theirs = |key| {
            let rows: Vec<usize> = case.list(key);
            let mut triplets = rows.as_chunks::<3>().0.to_vec();
            triplets.sort_unstable();
            triplets
        };
        // Ours come in this order.
        assert_eq!(BatchAll::new(1.0)?.triplets(&labels, &x)?, theirs("all"));
        let hardest = BatchHard::new(1.0)?.triplets(&labels, &x)?;
        assert_eq!(hardest, theirs("hard"));
        // Theirs are of the farthest positives only, and leave out anchors that nothing lies beyond.
        let beyond = SemiHard::new(1.0)?.triplets(&labels, &x)?.into_iter().filter(|&[a, p, n]| {
            let apart = |other| squared(x.row(a), x.row(other));
            hardest.iter().any(|hard| hard[..2] == [a, p]) && apart(n) > apart(p)
        });
        let expected = theirs("semi_hard");
        assert!(expected.len() > 3);
        assert_eq!(beyond.collect::<Vec<_>>(), expected);
    }
    Ok(())
}

fn squared(
    left: lossbook::ndarray::ArrayView1<f64>,
    right: lossbook::ndarray::ArrayView1<f64>,
) -> f64 {
    left.iter().zip(right).map(|(left, right)| (left - right).powi(2)).sum()
}

fn angular(loss: &impl AngularLoss, case: &Case) -> Result<(), LossError> {
    let labels: Vec<usize> = case.list("labels");
    let (x, w) = (points(case, "embeddings"), points(case, "weights"));
    all_near(&loss.each(&labels, &x, &w)?, case, "each");
    let (found, gradient) = loss.mean_and_gradient(&labels, &x, &w)?;
    assert_close(found, mean(case), "mean");
    all_near(&gradient.embeddings, case, "to_embeddings");
    all_near(&gradient.weights, case, "to_weights");
    Ok(())
}

#[test]
fn angles_and_centers() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "arcface") {
        angular(&ArcFace::new(case.number("scale"), case.number("margin"))?, &case)?;
    }
    for case in golden::cases(GOLDEN, "cosface") {
        angular(&CosFace::new(case.number("scale"), case.number("margin"))?, &case)?;
    }
    for case in golden::cases(GOLDEN, "center") {
        let (labels, x, c) =
            (case.list::<usize>("labels"), points(&case, "embeddings"), points(&case, "centers"));
        let logits = table(&case, "logits", c.nrows());
        let joint = CenterJoint::new(case.number("lambda"))?;
        all_near(&joint.each(&labels, &logits, &x, &c)?, &case, "each");
        let gradient = joint.gradient(&labels, &logits, &x, &c)?;
        all_near(&gradient.logits, &case, "to_logits");
        all_near(&gradient.embeddings, &case, "to_embeddings");
    }
    Ok(())
}

#[test]
fn preferences() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "dpo") {
        let dpo = Dpo::new(case.number("beta"))?.with_label_smoothing(case.number("smoothing"))?;
        let list = |key| case.list::<f64>(key);
        let (ref_chosen, ref_rejected) = (list("reference_chosen"), list("reference_rejected"));
        let (chosen, rejected) = (list("chosen"), list("rejected"));
        let reference = LogProbs::new(&ref_chosen, &ref_rejected);
        let policy = LogProbs::new(&chosen, &rejected);
        all_near(&dpo.each(reference, policy)?, &case, "each");
        let (found, gradient) = dpo.mean_and_gradient(reference, policy)?;
        assert_close(found, mean(&case), "mean");
        all_near(&gradient.chosen, &case, "to_chosen");
        all_near(&gradient.rejected, &case, "to_rejected");
    }
    Ok(())
}
