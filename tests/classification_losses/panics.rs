//! No input makes anything panic, or a NaN of finite numbers.

use super::*;

/// Numbers of every kind, and often of the kind that is accepted.
fn wild() -> impl Strategy<Value = f64> {
    prop_oneof![
        3 => -1e3..1e3_f64,
        2 => 0.0..=1.0_f64,
        1 => prop_oneof![Just(0.0), Just(1.0), Just(0.5), Just(f64::MAX), Just(f64::MIN), Just(5e-324)],
        1 => (-308.0..308.0_f64).prop_map(|exponent| 10.0_f64.powf(exponent)),
        1 => ANY,
    ]
}

fn wild_table() -> impl Strategy<Value = Array2<f64>> {
    (0..4_usize, 0..4_usize).prop_flat_map(|(rows, columns)| {
        vec(wild(), rows * columns)
            .prop_map(move |cells| Array2::from_shape_vec((rows, columns), cells).unwrap())
    })
}

/// A table whose rows sum to 1, with exact zeros and ones among them.
fn extreme_shares(rows: usize, columns: usize) -> impl Strategy<Value = Array2<f64>> {
    vec((0..columns, 0..columns, prop_oneof![Just(0.0), Just(1e-300), 0.0..1.0_f64]), rows)
        .prop_map(move |rows| {
            let mut shares = Array2::zeros((rows.len(), columns));
            for (row, (first, second, share)) in rows.into_iter().enumerate() {
                shares[[row, first]] += share;
                shares[[row, second]] += 1.0 - share;
            }
            shares
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn nothing_panics(
        prediction in wild_table(), other in wild_table(), labels in vec(0..5_usize, 0..4),
        target in vec(wild(), 0..4), scores in vec(wild(), 0..4), parameter in wild(), classes in (0..4_usize, 0..4_usize),
    ) {
        let _ = (softmax(&prediction), log_softmax(&prediction), log_sum_exp(&prediction));
        let mut several: Vec<Box<dyn ClassLoss>> = vec![
            Box::new(CrossEntropy::from_logits()), Box::new(CrossEntropy::from_probabilities()), Box::new(MultiHinge),
        ];
        several.extend(SoftmaxFocal::new(parameter).map(|loss| Box::new(loss) as Box<dyn ClassLoss>));
        several.extend(CrossEntropy::from_logits().with_weights(&scores).map(|loss| Box::new(loss) as Box<dyn ClassLoss>));
        several.extend(CrossEntropy::from_logits().with_smoothing(parameter).map(|loss| Box::new(loss) as Box<dyn ClassLoss>));
        for loss in several {
            let _ = (loss.mean_and_gradient(&labels, &prediction), loss.each(&labels, &prediction));
            let _ = (loss.mean_and_gradient(&other, &prediction), loss.sum(&other, &prediction));
            let mut slope = vec![0.0; target.len()];
            let _ = loss.value_and_gradient(RowTarget::Probabilities(&target), &scores, Some(&mut slope));
            let _ = loss.value_and_gradient(RowTarget::Label(classes.0), &scores, Some(&mut slope));
            let _ = loss.value_and_gradient(RowTarget::Label(classes.0), &scores, None);
        }
        let mut two = binary_losses();
        two.extend(BinaryFocal::new(parameter).map(|loss| Box::new(loss) as Box<dyn BinaryLoss>));
        two.push(Box::new(BinaryCrossEntropy::from_probabilities()));
        for loss in two {
            let _ = (loss.mean_and_gradient(&target, &scores), loss.each(&target, &scores), loss.loss(parameter, parameter));
        }
        if let Ok(posterior) = GaussianPosterior::new(&[0.25, 0.75], &target, &scores) {
            let _ = (posterior.posterior(&target), posterior.densities(&target), posterior.decide(&target));
            let _ = posterior.boundary([classes.0, classes.1]);
        }
    }

    #[test]
    fn finite_logits_give_no_nan_and_finite_gradients(
        (logits, shares) in (1..4_usize, 1..4_usize).prop_flat_map(|(n, classes)| {
            (vec(wild().prop_filter("finite", |x| x.is_finite()), n * classes).prop_map(move |cells| table(n, cells)), extreme_shares(n, classes))
        }),
        gamma in 0.0..1e3_f64,
    ) {
        let several: [Box<dyn ClassLoss>; 4] = [
            Box::new(CrossEntropy::from_logits()), Box::new(CrossEntropy::from_logits().with_smoothing(0.1)?),
            Box::new(SoftmaxFocal::new(gamma)?), Box::new(MultiHinge),
        ];
        for loss in several {
            let (mean, gradient) = loss.mean_and_gradient(&shares, &logits)?;
            prop_assert!(mean >= 0.0, "{mean}");
            prop_assert!(gradient.iter().all(|slope| slope.is_finite()), "{gradient}");
        }
        let (mean, gradient) = CrossEntropy::from_probabilities().mean_and_gradient(&shares, &shares)?;
        prop_assert!(mean >= 0.0 && gradient.iter().all(|slope| slope.is_finite()), "{mean} {gradient}");
        for loss in [BinaryFocal::new(gamma)?, BinaryFocal::new(0.0)?.with_alpha(0.25)?] {
            for (&logit, &target) in logits.iter().zip(&shares) {
                prop_assert!(loss.loss(target, logit) >= 0.0 && loss.derivative(target, logit).is_finite());
                let entropy = BinaryCrossEntropy::from_logits();
                prop_assert!(entropy.loss(target, logit) >= 0.0 && entropy.derivative(target, logit).is_finite());
                prop_assert!(Hinge.loss(target, logit) >= 0.0);
            }
        }
        let posterior = GaussianPosterior::new(&[0.5, 0.0, 0.5], &[0.0, 1.0, 2.0], &[1.0, 1e-200, 3.0])?;
        let p = posterior.posterior(&logits.iter().copied().collect::<Vec<_>>())?;
        prop_assert!(p.iter().all(|p| (0.0..=1.0).contains(p)), "{p}");
    }
}
