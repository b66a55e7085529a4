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
        let turned = loss.each(a.dot(&turn), p.dot(&turn), n.dot(&turn))?;
        prop_assert!((turned - &each).iter().all(|off| off.abs() < 1e-12));
    }

    #[test]
    fn batches(x in rows(6, 2), labels in vec(0..3_usize, 6), margin in 0.1..4.0_f64) {
        let all = BatchAll::new(margin)?;
        prop_assume!(all.mean(&labels, &x).is_ok());
        let (hard, semi, active) = (BatchHard::new(margin)?, SemiHard::new(margin)?, BatchAll::new(margin)?.with_active_only());
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
        falls(&arc, angle, worse)?;
        falls(&cos, angle, worse)?;
    }
}

fn falls(loss: &dyn AngularLoss, angle: f64, worse: f64) -> Result<(), TestCaseError> {
    let (value, derivative) = loss.value_and_derivative(angle);
    prop_assert!(loss.value_and_derivative(worse).0 <= value && derivative <= 0.0);
    Ok(())
}

/// Rows long enough to have a direction.
fn long(x: &Array2<f64>) -> bool {
    x.rows().into_iter().all(|row| row.iter().map(|x| x * x).sum::<f64>() > 0.1)
}

fn batch(
    loss: &impl MinedLoss,
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
        let given = Triplet::new(margin)?.mean(take(0), take(1), take(2))?;
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

/// Numbers that have squares.
fn squarable() -> impl Strategy<Value = f64> {
    let any_size = (-1.0..1.0_f64, -149..149_i32).prop_map(|(x, size)| x * 10.0_f64.powi(size));
    prop_oneof![6 => any_size, 3 => -2.0..2.0_f64, 1 => Just(0.0)]
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

fn few_rows<V: Strategy<Value = f64>>(
    value: impl Fn() -> V + Copy,
) -> impl Strategy<Value = Array2<f64>> {
    (0..4_usize, 0..3_usize).prop_flat_map(move |(n, d)| {
        vec(value(), n * d).prop_map(move |values| Array2::from_shape_vec((n, d), values).unwrap())
    })
}

/// Means and gradients of all losses that take these.
fn all_losses(
    [x, y, z]: [&Array2<f64>; 3],
    labels: &[usize],
    [p, q]: [f64; 2],
) -> Vec<(f64, Vec<f64>)> {
    let same: Vec<bool> = labels.iter().map(|&label| label == 0).collect();
    let one = |(mean, x): (f64, Array2<f64>)| (mean, x.into_iter().collect::<Vec<f64>>());
    let two = |mean, x: Array2<f64>, y: Array2<f64>| (mean, x.into_iter().chain(y).collect());
    let pair = |(mean, found): (f64, PairGradient)| two(mean, found.left, found.right);
    let angular =
        |(mean, found): (f64, AngularGradient)| two(mean, found.embeddings, found.weights);
    let results = [
        Contrastive::new(p).and_then(|loss| loss.mean_and_gradient(&same, x, y)).map(pair),
        CosineEmbedding::new(q).and_then(|loss| loss.mean_and_gradient(&same, x, y)).map(pair),
        Triplet::new(p).and_then(|loss| loss.mean_and_gradient(x, y, z)).map(|(mean, found)| {
            let all = found.anchor.into_iter().chain(found.positive).chain(found.negative);
            (mean, all.collect())
        }),
        BatchAll::new(p).and_then(|loss| loss.mean_and_gradient(labels, x)).map(one),
        BatchAll::new(p)
            .and_then(|loss| loss.with_active_only().mean_and_gradient(labels, x))
            .map(one),
        BatchHard::new(p).and_then(|loss| loss.mean_and_gradient(labels, x)).map(one),
        SemiHard::new(p).and_then(|loss| loss.mean_and_gradient(labels, x)).map(one),
        CenterLoss.mean_and_gradient(labels, x, y).map(one),
        CenterUpdate::new(q).and_then(|update| update.step(labels, x, y)).map(|x| one((0.0, x))),
        CenterJoint::new(p)
            .and_then(|loss| loss.mean_and_gradient(labels, z, x, y))
            .map(|(mean, found)| two(mean, found.logits, found.embeddings)),
        ArcFace::new(p, q).and_then(|loss| loss.mean_and_gradient(labels, x, y)).map(angular),
        CosFace::new(p, q).and_then(|loss| loss.mean_and_gradient(labels, x, y)).map(angular),
        CosFace::new(64.0, 0.35).and_then(|loss| loss.mean_and_gradient(labels, x, y)).map(angular),
        ArcFace::new(64.0, 0.5).and_then(|loss| loss.mean_and_gradient(labels, x, y)).map(angular),
    ];
    results.into_iter().flatten().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn nothing_panics(x in few_rows(finite_or_wild), y in few_rows(finite_or_wild), z in few_rows(finite_or_wild), labels in vec(0..4_usize, 0..4), parameters in [wild(), wild()]) {
        for distances in [squared_distances(&x, &y), cosine_distances(&x, &y)].into_iter().flatten() {
            prop_assert!(distances.iter().all(|&distance| distance >= 0.0));
        }
        all_losses([&x, &y, &z], &labels, parameters);
        let _ = Triplet::new(parameters[0]).and_then(|loss| loss.kinds(&x, &y, &z));
    }

    #[test]
    fn results_are_numbers(x in few_rows(squarable), y in few_rows(squarable), z in few_rows(squarable), labels in vec(0..4_usize, 0..4), parameters in [wild(), wild()]) {
        for (mean, gradient) in all_losses([&x, &y, &z], &labels, parameters) {
            prop_assert!(!mean.is_nan() && gradient.iter().all(|slope| !slope.is_nan()));
        }
    }
}
