//! Classes that cannot be, infinite logits, and samples that are left out or count more.

use super::*;

/// `ln(1 + e^2)` and `1 / (1 + e^2)`, by mpmath 1.3.0.
const LN: f64 = 2.1269280110429727;
const P: f64 = 0.11920292202211756;

#[test]
fn a_class_of_logit_minus_infinity_has_probability_and_gradient_zero() -> Result<(), LossError> {
    let logits = array![[1.0, -INF, 3.0]];
    all_close(&softmax(&logits)?, &[P, 0.0, 1.0 - P], "softmax");
    all_close(&log_softmax(&logits)?, &[-LN, -INF, 2.0 - LN], "log-softmax");
    all_close(&log_sum_exp(&logits)?, &[1.0 + LN], "log-sum-exp");
    assert_eq!(decide(&array![[1.0, -INF, 3.0], [-INF, -1e308, -INF]])?, [2, 1]);

    let loss = CrossEntropy::from_logits();
    let (mean, gradient) = loss.mean_and_gradient(&[0], &logits)?;
    assert_close(mean, LN, "cross-entropy");
    all_close(&gradient, &[P - 1.0, 0.0, 1.0 - P], "its gradient");
    let focal = SoftmaxFocal::new(2.0)?;
    let (mean, gradient) = focal.mean_and_gradient(&[0], &logits)?;
    // mpmath 1.3.0, from the formula: (1 - p)^2 ln(1 / p), and its derivative by the first logit.
    assert_close(mean, 1.6500781794214088, "focal loss");
    all_close(&gradient, &[-1.076713730448482, 0.0, 1.076713730448482], "its gradient");
    // By hand: the margin of 1 - 3 is missed by 3; alone, or far ahead of what can be, by nothing.
    let hinge = MultiHinge.mean_and_gradient(&[0], &logits)?;
    assert_eq!(hinge, (3.0, array![[-1.0, 0.0, 1.0]]));
    let hinge = MultiHinge.mean_and_gradient(&[0], &array![[-7.0, -INF]])?;
    assert_eq!(hinge, (0.0, array![[0.0, 0.0]]));
    Ok(())
}

#[test]
fn a_true_class_that_cannot_be_costs_infinitely_much() -> Result<(), LossError> {
    // The gradient is still p - t.
    let logits = array![[1.0, -INF, 3.0]];
    let entropy = CrossEntropy::from_logits;
    let (mean, gradient) = entropy().mean_and_gradient(&[1], &logits)?;
    assert_eq!(mean, INF);
    all_close(&gradient, &[P, -1.0, 1.0 - P], "gradient of a label");
    let (mean, gradient) = entropy().mean_and_gradient(&array![[0.5, 0.5, 0.0]], &logits)?;
    assert_eq!(mean, INF);
    all_close(&gradient, &[P - 0.5, -0.5, 1.0 - P], "gradient of a soft target");
    // A share of it is smoothing's, too; a weight of 0 takes it away.
    let smooth = entropy().with_smoothing(0.1)?;
    assert_eq!(smooth.mean(&[0], &logits)?, INF);
    assert!(smooth.with_weights(&[1.0, 0.0, 1.0])?.mean(&[0], &logits)?.is_finite());
    let (mean, gradient) = SoftmaxFocal::new(2.0)?.mean_and_gradient(&[1], &logits)?;
    assert_eq!(mean, INF);
    all_close(&gradient, &[P, -1.0, 1.0 - P], "gradient of focal loss");
    let hinge = MultiHinge.mean_and_gradient(&[1], &logits)?;
    assert_eq!(hinge, (INF, array![[0.0, -1.0, 1.0]]));
    Ok(())
}

#[test]
fn infinite_logits_of_two_classes() -> Result<(), LossError> {
    // The limits of the formulas: target, logit, loss, derivative.
    let limits = [
        (1.0, INF, 0.0, 0.0),
        (1.0, -INF, INF, -1.0),
        (0.0, INF, INF, 1.0),
        (0.0, -INF, 0.0, 0.0),
        (0.25, INF, INF, 0.75),
        (0.25, -INF, INF, -0.25),
    ];
    let losses: [Box<dyn BinaryLoss>; 4] = [
        Box::new(BinaryCrossEntropy::from_logits()),
        Box::new(BinaryFocal::new(2.0)?),
        Box::new(BinaryFocal::new(0.0)?),
        Box::new(Hinge),
    ];
    for loss in losses {
        for (target, logit, value, derivative) in limits {
            assert_eq!(loss.expected_value_and_derivative(target, logit), (value, derivative));
            let both = loss.mean_and_gradient(&[target], &[logit])?;
            assert_eq!(both, (value, array![derivative]));
        }
        // More than are read at a time, one of them infinite.
        let (target, mut logits) = (Array1::ones(600), Array1::zeros(600));
        logits[550] = INF;
        let (mean, gradient) = loss.mean_and_gradient(&target, &logits)?;
        assert_close(mean, 599.0 / 600.0 * loss.loss(1.0, 0.0), "mean");
        assert_eq!(gradient[550], 0.0);
        assert_eq!(gradient[551], loss.derivative(1.0, 0.0) / 600.0);
    }
    let weighed = BinaryCrossEntropy::from_logits().with_positive_weight(0.0)?;
    assert_eq!(weighed.mean(&[1.0], &[-INF])?, 0.0);
    let balanced = BinaryFocal::new(2.0)?.with_alpha(0.25)?;
    assert_eq!(balanced.value_and_derivative(true, -INF), (INF, -0.25));
    assert_eq!(balanced.value_and_derivative(false, INF), (INF, 0.75));
    Ok(())
}

/// As PyTorch marks what it is to ignore: its -100.
const IGNORED: usize = usize::MAX - 99;

#[test]
fn ignored_labels_are_not_looked_at() -> Result<(), LossError> {
    let labels = [0, IGNORED, 2, IGNORED];
    let logits = array![[1.0, 0.0, 3.0], [NAN, INF, 0.5], [0.5, 0.25, -1.0], [-INF, -INF, -INF]];
    let weights = kept(&labels, |label| label != IGNORED);
    assert_eq!(weights, array![1.0, 0.0, 1.0, 0.0]);
    let loss = CrossEntropy::from_logits();
    let (mean, gradient) = loss.weighted(&weights).mean_and_gradient(&labels, &logits)?;
    // mpmath 1.3.0, by the formula that PyTorch documents for cross_entropy with ignore_index: the mean
    // of the losses of the samples that are not ignored, 2.16984... and 2.19411...
    assert_close(mean, 2.1819791029791, "mean");
    let of_first = [-0.4429024003077028, 0.021005033067033024, 0.42189736724066973];
    let of_third = [0.24975886490660748, 0.19451239956829114, -0.4442712644748986];
    let expected = [of_first, [0.0; 3], of_third, [0.0; 3]].concat();
    all_close(&gradient, &expected, "gradient");
    let (alone, of_alone) =
        loss.mean_and_gradient(&[0, 2], &array![[1.0, 0.0, 3.0], [0.5, 0.25, -1.0]])?;
    assert_eq!(mean, alone);
    assert_eq!(gradient.row(2), of_alone.row(1));
    let each = loss.weighted(&weights).each(&labels, &logits)?;
    assert_eq!((each[1], each[3]), (0.0, 0.0));
    assert_eq!(each.sum(), loss.weighted(&weights).sum(&labels, &logits)?);
    // A table of targets likewise.
    let table = array![[1.0, 0.0, 0.0], [NAN, -2.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]];
    assert_eq!(loss.weighted(&weights).mean(&table, &logits)?, mean);
    Ok(())
}

#[test]
fn weights_of_samples_are_divided_by_their_sum() -> Result<(), LossError> {
    // By hand: margins missed by 0.5, 1 and 3, with the weights 1, 2 and 5: (0.5 + 2 + 15) / 8.
    let (labels, weights) = ([0, 1, 1], [1.0, 2.0, 5.0]);
    let scores = array![[3.0, 2.5], [0.0, 0.0], [2.0, 0.0]];
    let loss = MultiHinge;
    assert_eq!(loss.weighted(&weights).each(&labels, &scores)?, array![0.5, 2.0, 15.0]);
    assert_eq!(loss.weighted(&weights).sum(&labels, &scores)?, 17.5);
    let gradient = array![[-0.125, 0.125], [0.25, -0.25], [0.625, -0.625]];
    let both = loss.weighted(&weights).mean_and_gradient(&labels, &scores)?;
    assert_eq!(both, (2.1875, gradient));
    // The same of two classes with one score each.
    let (target, scores) = ([1.0, 0.0, 0.5], [0.5, 0.0, 2.0]);
    let both = Hinge.weighted(&weights).mean_and_gradient(&target, &scores)?;
    // 0.5, 1, and half of 3.
    assert_eq!(both, ((0.5 + 2.0 + 7.5) / 8.0, array![-0.125, 0.25, 0.3125]));
    Ok(())
}

#[test]
fn weights_that_cannot_be_are_refused() {
    let logits = array![[0.5, 0.5], [0.5, 0.5]];
    let text = |weights: &[f64]| {
        let fault = CrossEntropy::from_logits().weighted(weights).mean(&[0, 1], &logits);
        fault.unwrap_err().to_string()
    };
    assert_eq!(text(&[1.0]), "weights has 1 values and the samples 2 (they must be equal)");
    assert_eq!(text(&[1.0, -1.0]), "weights = -1 is not allowed (each >= 0 and finite)");
    assert_eq!(text(&[0.0, 0.0]), "weights sum to 0 (at least one must be positive)");
    // A fault is named where it is, whatever was left out before.
    let fault = MultiHinge.weighted(&[0.0, 1.0]).mean(&[9, 9], &logits).unwrap_err();
    assert_eq!(fault.to_string(), "target[1] = 9 is out of range (0 <= label < 2 classes)");
    let fault = Hinge.weighted(&[0.0, 1.0]).gradient(&[NAN, 2.0], &[NAN, 0.0]).unwrap_err();
    assert_eq!(fault.to_string(), "target[1] = 2 is not a probability (0 <= p <= 1)");
}

proptest! {
    #[test]
    fn a_masked_class_is_as_if_it_were_not_there(
        rows in vec(vec(-30.0..30.0_f64, 4), 1..5), weights in vec(0.1..5.0_f64, 4),
        masked in 0..4_usize, label in 0..3_usize, t in vec(0.01..1.0_f64, 3),
    ) {
        let n = rows.len();
        let without = |list: &[f64]| {
            let others = list.iter().enumerate().filter(|&(class, _)| class != masked);
            others.map(|(_, &value)| value).collect::<Vec<f64>>()
        };
        let fewer = table(n, rows.iter().flat_map(|row| without(row)).collect());
        let mut all = table(n, rows.concat());
        all.column_mut(masked).fill(-INF);
        let total: f64 = t.iter().sum();
        let few_t = table(n, [t.iter().map(|t| t / total).collect::<Vec<f64>>()].concat().repeat(n));
        let mut all_t = Array2::zeros((n, 4));
        for class in 0..3 {
            all_t.column_mut(class + usize::from(class >= masked)).assign(&few_t.column(class));
        }
        let losses = |weights: &[f64]| -> Result<Vec<Box<dyn ClassLoss>>, LossError> { Ok(vec![
            Box::new(CrossEntropy::from_logits().with_weights(weights)?),
            Box::new(SoftmaxFocal::new(1.5)?.with_alpha(weights)?),
            Box::new(MultiHinge),
        ]) };
        let few_losses = losses(&without(&weights))?;
        for (loss, few_loss) in losses(&weights)?.iter().zip(&few_losses) {
            let of_all = vec![label + usize::from(label >= masked); n];
            for (ours, theirs) in [
                (loss.mean_and_gradient(&of_all, &all)?, few_loss.mean_and_gradient(&vec![label; n], &fewer)?),
                (loss.mean_and_gradient(&all_t, &all)?, few_loss.mean_and_gradient(&few_t, &fewer)?),
            ] {
                near(ours.0, theirs.0, 1.0 + theirs.0, "mean");
                for row in 0..n {
                    let gradient = ours.1.row(row).to_vec();
                    prop_assert_eq!(gradient[masked], 0.0);
                    for (left, &right) in without(&gradient).into_iter().zip(theirs.1.row(row)) {
                        near(left, right, 10.0, "gradient");
                    }
                }
            }
        }
    }

    #[test]
    fn a_weighted_mean_is_that_of_repeated_samples(batch in batches_of_weights()) {
        // Whole weights: as if each sample were there so many times.
        let (logits, labels, times) = batch;
        let weights: Vec<f64> = times.iter().map(|&times| times as f64).collect();
        let often: Vec<usize> = times.iter().enumerate().flat_map(|(row, &times)| vec![row; times]).collect();
        let often_labels: Vec<usize> = often.iter().map(|&row| labels[row]).collect();
        let often_logits = logits.select(Axis(0), &often);
        for loss in class_losses(&vec![1.5; logits.ncols()]) {
            let (mean, gradient) = loss.weighted(&weights).mean_and_gradient(&labels, &logits)?;
            let (expected, of_often) = loss.mean_and_gradient(&often_labels, &often_logits)?;
            near(mean, expected, 1.0 + expected, "mean");
            let mut sums = Array2::<f64>::zeros(logits.dim());
            for (&row, slopes) in often.iter().zip(of_often.rows()) {
                let mut sum = sums.row_mut(row);
                sum += &slopes;
            }
            for (&ours, &theirs) in gradient.iter().zip(&sums) {
                near(ours, theirs, 10.0, "gradient");
            }
        }
        let target: Vec<f64> = labels.iter().map(|&label| f64::from(label as u8 % 2)).collect();
        let (scores, often_scores) = (logits.column(0), often_logits.column(0));
        let often_target: Vec<f64> = often.iter().map(|&row| target[row]).collect();
        for loss in binary_losses() {
            let expected = loss.mean(&often_target, &often_scores)?;
            near(loss.weighted(&weights).mean(&target, &scores)?, expected, 1.0 + expected, "binary mean");
        }
    }
}

/// Logits, labels, and how often each sample is there: one at least once.
fn batches_of_weights() -> impl Strategy<Value = (Array2<f64>, Vec<usize>, Vec<usize>)> {
    (1..6_usize, 2..5_usize).prop_flat_map(|(n, classes)| {
        let logits = vec(-20.0..20.0_f64, n * classes).prop_map(move |cells| table(n, cells));
        let times =
            vec(0..4_usize, n).prop_filter("one counts", |times| times.iter().sum::<usize>() > 0);
        (logits, vec(0..classes, n), times)
    })
}
