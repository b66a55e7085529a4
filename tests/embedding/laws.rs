//! Laws that hold for every input, and no input makes anything panic.

use lossbook::embedding::*;
use lossbook::prelude::*;
use proptest::collection::vec;
use proptest::num::f64::{ANY, NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
use proptest::prelude::*;

fn rows(n: usize, d: usize) -> impl Strategy<Value = Array2<f64>> {
    vec(-3.0..3.0_f64, n * d)
        .prop_map(move |values| Array2::from_shape_vec((n, d), values).unwrap())
}

proptest! {
    #[test]
    fn distances_are_distances(x in rows(5, 3), scale in 1e-3..1e3_f64) {
        let (apart, turned) = (squared_distances(&x, &x)?, cosine_distances(&x, &x)?);
        for i in 0..5 {
            prop_assert_eq!(apart[[i, i]], 0.0);
            prop_assert!(turned[[i, i]] < 1e-30);
            for j in 0..5 {
                prop_assert!(apart[[i, j]] >= 0.0 && apart[[i, j]] == apart[[j, i]]);
                prop_assert!((0.0..=2.0).contains(&turned[[i, j]]));
                for k in 0..5 {
                    let [ij, jk, ik] = [[i, j], [j, k], [i, k]].map(|at| apart[at].sqrt());
                    prop_assert!(ik <= ij + jk + 1e-12);
                }
            }
        }
        // A cosine does not see lengths.
        let scaled = cosine_distances(&(scale * &x), &x)?;
        prop_assert!((scaled - turned).iter().all(|off| off.abs() < 1e-14));
    }

    #[test]
    fn near_points_are_never_negative_squares_apart(x in rows(1, 8), off in vec(-1e-15..1e-15_f64, 8)) {
        let near = &x + &Array2::from_shape_vec((1, 8), off).unwrap();
        prop_assert!(squared_distances(&x, &near)?[[0, 0]] >= 0.0);
        prop_assert!((0.0..1e-25).contains(&cosine_distances(&x, &near)?[[0, 0]]) || x.iter().all(|v| v.abs() < 1e-2));
    }

    #[test]
    fn pairs(same in vec(any::<bool>(), 4), left in rows(4, 3), right in rows(4, 3), margin in 0.1..4.0_f64) {
        let contrastive = Contrastive::new(margin)?;
        let cosine = CosineEmbedding::new(margin / 4.0)?;
        for loss in [contrastive.each(&same, &left, &right)?, cosine.each(&same, &left, &right)?] {
            prop_assert!(loss.iter().all(|&loss| loss >= 0.0));
        }
        prop_assert_eq!(contrastive.mean(&[true; 4], &left, &left)?, 0.0);
        prop_assert!(cosine.mean(&[true; 4], &left, &left)? < 1e-30);
        let gradient = contrastive.gradient(&same, &left, &right)?;
        // What pulls the one pulls the other back.
        prop_assert_eq!(&gradient.left, &-&gradient.right);
    }

    #[test]
    fn triplets(a in rows(4, 2), p in rows(4, 2), n in rows(4, 2), margin in 0.0..4.0_f64, angle in -3.0..3.0_f64) {
        let loss = Triplet::new(margin)?;
        let each = loss.each(&a, &p, &n)?;
        let kinds = loss.kinds(&a, &p, &n)?;
        for (loss, kind) in each.iter().zip(kinds) {
            prop_assert!(*loss >= 0.0);
            prop_assert_eq!(*loss == 0.0, kind == TripletKind::Easy);
            prop_assert_eq!(*loss > 0.0 && *loss < margin, kind == TripletKind::SemiHard);
        }
        // Only distances count: turning everything changes nothing.
        let turn = array![[angle.cos(), -angle.sin()], [angle.sin(), angle.cos()]];
        let turned = loss.each(&a.dot(&turn), &p.dot(&turn), &n.dot(&turn))?;
        prop_assert!((turned - &each).iter().all(|off| off.abs() < 1e-12));
    }

    #[test]
    fn batches(x in rows(6, 2), labels in vec(0..3_usize, 6), margin in 0.1..4.0_f64) {
        let all = BatchAll::new(margin)?;
        prop_assume!(all.mean(&labels, &x).is_ok());
        let (hard, semi, active) = (BatchHard::new(margin)?, SemiHard::new(margin)?, BatchAll::active_only(margin)?);
        batch(&all, margin, &labels, &x)?;
        batch(&hard, margin, &labels, &x)?;
        batch(&semi, margin, &labels, &x)?;
        batch(&active, margin, &labels, &x)?;
        // The active ones are the same sum, shared by fewer; the hardest are above the mean.
        let fraction = all.fraction_active(&labels, &x)?;
        prop_assert!((0.0..=1.0).contains(&fraction));
        prop_assert!((active.mean(&labels, &x)? * fraction - all.mean(&labels, &x)?).abs() < 1e-12);
        let hardest = hard.each(&labels, &x)?;
        let triplets = all.triplets(&labels, &x)?;
        for (triplet, loss) in hard.triplets(&labels, &x)?.iter().zip(&hardest) {
            prop_assert!(triplets.contains(triplet));
            let of_anchor = triplets.iter().zip(all.each(&labels, &x)?).filter(|(t, _)| t[0] == triplet[0]);
            prop_assert!(of_anchor.into_iter().all(|(_, other)| other <= *loss));
        }
    }

    #[test]
    fn centers(x in rows(4, 2), c in rows(3, 2), labels in vec(0..3_usize, 4), alpha in 0.0..1.0_f64) {
        // The centres' step never makes the center loss worse.
        let moved = CenterUpdate::new(alpha)?.step(&labels, &x, &c)?;
        prop_assert!(CenterLoss.sum(&labels, &x, &moved)? <= CenterLoss.sum(&labels, &x, &c)? + 1e-12);
    }

    #[test]
    fn angles(x in rows(3, 3), w in rows(4, 3), labels in vec(0..4_usize, 3), scale in 0.5..16.0_f64, margin in 0.0..1.57_f64) {
        prop_assume!(long(&x) && long(&w));
        let (arc, cos) = (ArcFace::new(scale, margin)?, CosFace::new(scale, margin)?);
        angular(&arc, &labels, &x, &w)?;
        angular(&cos, &labels, &x, &w)?;
        // A margin makes it harder, and without one the two are the same.
        let (plain_arc, plain_cos) = (ArcFace::new(scale, 0.0)?, CosFace::new(scale, 0.0)?);
        let plain = plain_cos.each(&labels, &x, &w)?;
        let same = plain_arc.each(&labels, &x, &w)?;
        for (at, plain) in plain.iter().enumerate() {
            prop_assert!((same[at] - plain).abs() <= 1e-12);
            prop_assert!(arc.each(&labels, &x, &w)?[at] >= plain - 1e-12);
            prop_assert!(cos.each(&labels, &x, &w)?[at] >= plain - 1e-12);
        }
    }

    #[test]
    fn a_larger_angle_is_never_better(margin in 0.0..1.57_f64, angle in 0.0..3.1_f64, more in 0.0..1.0_f64) {
        let worse = (angle + more).min(std::f64::consts::PI);
        let (arc, cos) = (ArcFace::new(1.0, margin)?, CosFace::new(1.0, margin)?);
        prop_assert!(arc.target(worse) <= arc.target(angle) && arc.slope(angle) <= 0.0);
        prop_assert!(cos.target(worse) <= cos.target(angle) && cos.slope(angle) <= 0.0);
    }
}

/// Rows long enough to have a direction.
fn long(x: &Array2<f64>) -> bool {
    x.rows().into_iter().all(|row| row.iter().map(|x| x * x).sum::<f64>() > 0.1)
}

fn batch(
    loss: &impl BatchLoss,
    margin: f64,
    labels: &[usize],
    x: &Array2<f64>,
) -> Result<(), TestCaseError> {
    let triplets = loss.triplets(labels, x)?;
    for &[a, p, n] in &triplets {
        prop_assert!(a != p && labels[a] == labels[p] && labels[a] != labels[n]);
    }
    // It is the loss of the given triplets, where there are any.
    let mean = loss.mean(labels, x)?;
    if !triplets.is_empty() {
        let take = |part: usize| {
            let rows: Vec<usize> = triplets.iter().map(|triplet| triplet[part]).collect();
            x.select(lossbook::ndarray::Axis(0), &rows)
        };
        let given = Triplet::new(margin)?.mean(&take(0), &take(1), &take(2))?;
        prop_assert!((mean - given).abs() < 1e-12);
    }
    Ok(())
}

fn angular(
    loss: &impl AngularLoss,
    labels: &[usize],
    x: &Array2<f64>,
    w: &Array2<f64>,
) -> Result<(), TestCaseError> {
    let (mean, gradient) = loss.mean_and_gradient(labels, x, w)?;
    prop_assert!(mean >= 0.0);
    // Lengths do not count, so the gradient is at right angles.
    for (row, slope) in x.rows().into_iter().zip(gradient.embeddings.rows()) {
        prop_assert!(row.dot(&slope).abs() < 1e-12);
    }
    Ok(())
}

// --- nothing panics

fn wild() -> impl Strategy<Value = f64> {
    prop_oneof![ANY, ZERO | SUBNORMAL | NORMAL | POSITIVE | NEGATIVE, -2.0..2.0_f64, edge()]
}

/// Numbers whose doubles, squares or differences overflow or vanish, and those that they meet.
fn edge() -> impl Strategy<Value = f64> {
    let sizes = [0.0, 1.0, 5e-324, f64::MIN_POSITIVE, 1e-160, 1e150, 1e300, 1e308, f64::MAX];
    (proptest::sample::select(sizes.to_vec()), any::<bool>())
        .prop_map(|(size, minus)| if minus { -size } else { size })
}

fn finite_or_wild() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => NORMAL | SUBNORMAL | ZERO | POSITIVE | NEGATIVE,
        3 => edge(),
        1 => ANY
    ]
}

fn wild_rows() -> impl Strategy<Value = Array2<f64>> {
    (0..4_usize, 0..3_usize).prop_flat_map(|(n, d)| {
        vec(finite_or_wild(), n * d)
            .prop_map(move |values| Array2::from_shape_vec((n, d), values).unwrap())
    })
}

/// A result, if there is one, is a number, and where it is finite its gradient holds no NaN.
fn sound<'a>(mean: f64, slopes: impl IntoIterator<Item = &'a f64>) -> bool {
    !mean.is_nan() && slopes.into_iter().all(|slope| !slope.is_nan())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn nothing_panics(x in wild_rows(), y in wild_rows(), z in wild_rows(), labels in vec(0..4_usize, 0..4), parameters in [wild(), wild()]) {
        let [p, q] = parameters;
        let same: Vec<bool> = labels.iter().map(|&label| label == 0).collect();
        for distances in [squared_distances(&x, &y), cosine_distances(&x, &y)].into_iter().flatten() {
            prop_assert!(distances.iter().all(|&distance| distance >= 0.0));
        }
        if let Ok((mean, slopes)) = Contrastive::new(p).and_then(|loss| loss.mean_and_gradient(&same, &x, &y)) {
            prop_assert!(sound(mean, slopes.left.iter().chain(&slopes.right)));
        }
        if let Ok((mean, slopes)) = CosineEmbedding::new(q).and_then(|loss| loss.mean_and_gradient(&same, &x, &y)) {
            prop_assert!(sound(mean, slopes.left.iter().chain(&slopes.right)));
        }
        if let Ok((mean, slopes)) = Triplet::new(p).and_then(|loss| loss.mean_and_gradient(&x, &y, &z)) {
            prop_assert!(sound(mean, slopes.anchor.iter().chain(&slopes.positive).chain(&slopes.negative)));
        }
        let _ = Triplet::new(p).and_then(|loss| loss.kinds(&x, &y, &z));
        let batches = [
            BatchAll::new(p).and_then(|loss| loss.mean_and_gradient(&labels, &x)),
            BatchAll::active_only(p).and_then(|loss| loss.mean_and_gradient(&labels, &x)),
            BatchHard::new(p).and_then(|loss| loss.mean_and_gradient(&labels, &x)),
            SemiHard::new(p).and_then(|loss| loss.mean_and_gradient(&labels, &x)),
            CenterLoss.mean_and_gradient(&labels, &x, &y),
        ];
        for (mean, slopes) in batches.into_iter().flatten() {
            prop_assert!(sound(mean, &slopes));
        }
        let _ = CenterUpdate::new(q).and_then(|update| update.step(&labels, &x, &y));
        if let Ok((mean, slopes)) = CenterJoint::new(p).and_then(|loss| loss.mean_and_gradient(&labels, &z, &x, &y)) {
            prop_assert!(sound(mean, slopes.logits.iter().chain(&slopes.embeddings)));
        }
        let angular = [
            ArcFace::new(p, q).and_then(|loss| loss.mean_and_gradient(&labels, &x, &y)),
            CosFace::new(p, q).and_then(|loss| loss.mean_and_gradient(&labels, &x, &y)),
            CosFace::new(64.0, 0.35).and_then(|loss| loss.mean_and_gradient(&labels, &x, &y)),
            ArcFace::new(64.0, 0.5).and_then(|loss| loss.mean_and_gradient(&labels, &x, &y)),
        ];
        for (mean, slopes) in angular.into_iter().flatten() {
            prop_assert!(sound(mean, slopes.embeddings.iter().chain(&slopes.weights)));
        }
    }
}
