//! Laws that hold for every input, tried on random ones.

use super::*;

/// Samples of some classes: predictions, labels, soft targets.
#[derive(Debug, Clone)]
struct Batch {
    logits: Array2<f64>,
    labels: Vec<usize>,
    soft: Array2<f64>,
    weights: Vec<f64>,
}

fn batches(reach: f64) -> impl Strategy<Value = Batch> {
    (1..6_usize, 2..6_usize).prop_flat_map(move |(n, classes)| {
        (
            vec(-reach..reach, n * classes),
            vec(0..classes, n),
            vec(0.01..1.0_f64, n * classes),
            vec(0.1..5.0_f64, classes),
        )
            .prop_map(move |(logits, labels, shares, weights)| {
                let mut soft = table(n, shares);
                for mut row in soft.rows_mut() {
                    let total = row.sum();
                    row /= total;
                }
                Batch { logits: table(n, logits), labels, soft, weights }
            })
    })
}

proptest! {
    #[test]
    fn softmax_is_a_distribution_that_a_shift_does_not_change(batch in batches(30.0), shift in -64..64_i32) {
        let p = softmax(&batch.logits)?;
        // Shifts of multiples of 2^-20 so that adding them rounds nothing.
        let coarse = batch.logits.mapv(|logit| (logit * 1048576.0).round() / 1048576.0);
        let shifted = softmax(&(&coarse + f64::from(shift)))?;
        prop_assert_eq!(softmax(&coarse)?, shifted);
        for row in p.rows() {
            near(row.sum(), 1.0, 1.0, "sum");
            prop_assert!(row.iter().all(|p| (0.0..=1.0).contains(p)));
        }
        let (logs, sums) = (log_softmax(&batch.logits)?, log_sum_exp(&batch.logits)?);
        for ((row, class), &p) in p.indexed_iter() {
            assert_close(logs[[row, class]].exp(), p, "exp of the logarithm");
            near(logs[[row, class]], batch.logits[[row, class]] - sums[row], 100.0, "logarithm");
        }
        prop_assert_eq!(decide(&p)?, decide(&batch.logits)?);
    }

    #[test]
    fn cross_entropy_of_logits_is_that_of_their_softmax(batch in batches(10.0), smoothing in 0.0..=1.0_f64) {
        let with = |loss: CrossEntropy| loss.with_weights(&batch.weights)?.with_smoothing(smoothing);
        let (logits, p) = (with(CrossEntropy::from_logits())?, with(CrossEntropy::from_probabilities())?);
        let q = softmax(&batch.logits)?;
        for (ours, theirs) in [
            (logits.each(&batch.labels, &batch.logits)?, p.each(&batch.labels, &q)?),
            (logits.each(&batch.soft, &batch.logits)?, p.each(&batch.soft, &q)?),
        ] {
            for (&ours, &theirs) in ours.iter().zip(&theirs) {
                near(ours, theirs, 1.0 + ours, "loss");
            }
        }
        // Without weights and smoothing it is the cross-entropy of two distributions.
        let plain = CrossEntropy::from_logits().each(&batch.soft, &batch.logits)?;
        for ((t, q), &loss) in batch.soft.rows().into_iter().zip(q.rows()).zip(&plain) {
            near(information::cross_entropy(t, q)?.nats(), loss, 1.0 + loss, "information");
        }
    }

    #[test]
    fn with_gamma_zero_focal_is_cross_entropy(batch in batches(50.0), target in 0.0..=1.0_f64) {
        let focal = SoftmaxFocal::new(0.0)?.with_alpha(&batch.weights)?;
        let entropy = CrossEntropy::from_logits().with_weights(&batch.weights)?;
        let (ours, slopes) = focal.mean_and_gradient(&batch.labels, &batch.logits)?;
        let (theirs, expected) = entropy.mean_and_gradient(&batch.labels, &batch.logits)?;
        assert_close(ours, theirs, "mean");
        all_close(&slopes, expected.as_slice().unwrap(), "gradient");
        let (focal, entropy) = (BinaryFocal::new(0.0)?, BinaryCrossEntropy::from_logits());
        for &logit in &batch.logits {
            assert_close(focal.loss(target, logit), entropy.loss(target, logit), "binary");
            near(focal.derivative(target, logit), entropy.derivative(target, logit), 1.0, "binary slope");
        }
    }

    #[test]
    fn two_classes_are_one_logit(logits in vec(-50.0..50.0_f64, 1..20), gamma in 0.0..5.0_f64) {
        // softmax(0, z) is the sigmoid of z; and 2 hinge(z / 2) is the hinge of two classes with gap z.
        let rows = Array2::from_shape_fn((logits.len(), 2), |(row, class)| logits[row] * class as f64);
        let labels: Vec<usize> = (0..logits.len()).map(|row| row % 2).collect();
        let target: Vec<f64> = labels.iter().map(|&label| label as f64).collect();
        let pairs: [(Box<dyn ClassLoss>, Box<dyn BinaryLoss>); 3] = [
            (Box::new(CrossEntropy::from_logits()), Box::new(BinaryCrossEntropy::from_logits())),
            (Box::new(SoftmaxFocal::new(gamma)?), Box::new(BinaryFocal::new(gamma)?)),
            (Box::new(MultiHinge), Box::new(Hinge)),
        ];
        for (several, two) in pairs {
            all_close(&several.each(&labels, &rows)?, two.each(&target, &logits)?.as_slice().unwrap(), "loss");
            let gradient = several.gradient(&labels, &rows)?;
            all_close(gradient.column(1), two.gradient(&target, &logits)?.as_slice().unwrap(), "slope");
        }
    }

    #[test]
    fn labels_are_one_hot_rows_and_soft_rows_are_expected_losses(batch in batches(20.0)) {
        let classes = batch.logits.ncols();
        for loss in class_losses(&batch.weights) {
            let hot = loss.mean_and_gradient(&one_hot(&batch.labels, classes)?, &batch.logits)?;
            let (mean, gradient) = loss.mean_and_gradient(&batch.labels, &batch.logits)?;
            assert_close(mean, hot.0, "mean");
            all_close(&gradient, hot.1.as_slice().unwrap(), "gradient");
            let mut expected = Array1::<f64>::zeros(batch.labels.len());
            for class in 0..classes {
                let each = loss.each(&vec![class; batch.labels.len()], &batch.logits)?;
                expected += &(&each * &batch.soft.column(class));
            }
            for (&ours, &expected) in loss.each(&batch.soft, &batch.logits)?.iter().zip(&expected) {
                near(ours, expected, 1.0 + expected, "expected loss");
            }
        }
    }

    #[test]
    fn no_loss_is_negative_and_batches_are_made_of_singles(batch in batches(1e4)) {
        for loss in class_losses(&batch.weights) {
            let each = loss.each(&batch.soft, &batch.logits)?;
            prop_assert!(each.iter().all(|&loss| loss >= 0.0));
            let n = each.len() as f64;
            assert_close(loss.sum(&batch.soft, &batch.logits)?, each.iter().sum(), "sum");
            assert_close(loss.mean(&batch.soft, &batch.logits)?, each.iter().sum::<f64>() / n, "mean");
            let gradient = loss.gradient(&batch.soft, &batch.logits)?;
            for row in 0..each.len() {
                let one = |table: &Array2<f64>| table.row(row).to_owned().insert_axis(Axis(0));
                let single = loss.mean_and_gradient(&one(&batch.soft), &one(&batch.logits))?;
                prop_assert_eq!(single.0, each[row]);
                for (&slope, &single) in gradient.row(row).iter().zip(&single.1) {
                    assert_close(slope, single / n, "slope");
                }
            }
        }
        let target: Vec<f64> = batch.soft.iter().copied().collect();
        let logits: Vec<f64> = batch.logits.iter().copied().collect();
        for loss in binary_losses() {
            let each = loss.each(&target, &logits)?;
            prop_assert!(each.iter().all(|&loss| loss >= 0.0));
            assert_close(loss.sum(&target, &logits)?, each.iter().sum(), "sum");
            let (mean, gradient) = loss.mean_and_gradient(&target, &logits)?;
            assert_close(mean, each.iter().sum::<f64>() / each.len() as f64, "mean");
            for (index, &slope) in gradient.iter().enumerate() {
                let single = loss.derivative(target[index], logits[index]);
                assert_close(slope, single / each.len() as f64, "slope");
            }
        }
    }

    #[test]
    fn gradients_do_not_depend_on_a_shift_of_the_logits(batch in batches(1e4)) {
        // So their rows sum to 0: all the losses of several classes look at differences only.
        for loss in class_losses(&batch.weights) {
            for row in loss.gradient(&batch.soft, &batch.logits)?.rows() {
                near(row.sum(), 0.0, 100.0, "sum of slopes");
                prop_assert!(row.iter().all(|slope| slope.is_finite()));
            }
        }
    }

    #[test]
    fn posteriors_are_distributions_and_even_out_at_the_boundary(
        prior in 0.05..0.95_f64, means in (-5.0..5.0_f64, -5.0..5.0_f64), deviations in (0.3..3.0_f64, 0.3..3.0_f64),
    ) {
        let classes = GaussianPosterior::new(
            &[prior, 1.0 - prior], &[means.0, means.1], &[deviations.0, deviations.1],
        )?;
        for point in classes.boundary([0, 1])? {
            if point.abs() < 50.0 {
                let p = classes.posterior(&[point])?;
                prop_assert!((p[[0, 0]] - 0.5).abs() < 1e-9, "{p} at {point}");
            }
        }
        let x = Array1::linspace(-10.0, 10.0, 21);
        for row in classes.posterior(&x)?.rows() {
            near(row.sum(), 1.0, 1.0, "sum");
        }
        prop_assert_eq!(classes.decide(&x)?, decide(&classes.posterior(&x)?)?);
    }
}
