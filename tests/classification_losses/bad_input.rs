//! What is refused, and in which words.

use super::*;

/// The call is refused with exactly this text.
#[track_caller]
fn refused<T: Debug>(call: Result<T, LossError>, text: &str) {
    match call {
        Ok(value) => panic!("accepted with the result {value:?}, but expected: {text}"),
        Err(fault) => assert_eq!(fault.to_string(), text),
    }
}

#[test]
fn bad_logits() {
    let bad = [
        (Array2::zeros((0, 3)), "logits is empty (at least 1 value is needed)"),
        (Array2::zeros((3, 0)), "logits is empty (at least 1 value is needed)"),
        (array![[0.5, 0.5], [0.5, NAN]], "logits[1, 1] = NaN is not finite"),
        (
            array![[0.5, 0.5], [-INF, -INF]],
            "logits[1] is -inf everywhere (at least one class must be possible)",
        ),
        (array![[-INF, NAN]], "logits[0, 1] = NaN is not finite"),
        (array![[0.5], [INF]], "logits[1, 0] = inf is not finite"),
    ];
    for (logits, text) in bad {
        refused(softmax(&logits), text);
        refused(log_softmax(&logits), text);
        refused(log_sum_exp(&logits), text);
    }
}

#[track_caller]
fn every_class_method_refuses(
    loss: &dyn ClassLoss,
    target: ClassTarget,
    prediction: &Array2<f64>,
    text: &str,
) {
    refused(loss.each(target, prediction), text);
    refused(loss.mean(target, prediction), text);
    refused(loss.sum(target, prediction), text);
    refused(loss.gradient(target, prediction), text);
    refused(loss.mean_and_gradient(target, prediction), text);
}

#[test]
fn every_method_of_every_loss_of_several_classes() -> Result<(), LossError> {
    let of_scores = class_losses(&[1.0, 2.0]);
    let of_probabilities: Vec<Box<dyn ClassLoss>> = vec![
        Box::new(CrossEntropy::from_probabilities()),
        Box::new(CrossEntropy::from_probabilities().with_smoothing(0.1)?),
    ];
    let good = array![[0.5, 0.5], [0.25, 0.75]];
    let empty = Array2::<f64>::zeros((0, 2));
    let labels: [(&[usize], &Array2<f64>, &str); 7] = [
        (&[], &good, "target is empty (at least 1 value is needed)"),
        (&[], &empty, "target is empty (at least 1 value is needed)"),
        (&[0], &empty, "prediction is empty (at least 1 value is needed)"),
        (&[0], &Array2::zeros((1, 0)), "prediction is empty (at least 1 value is needed)"),
        (&[0], &good, "target has 1 values and a column of prediction 2 (they must be equal)"),
        (&[0, 2], &good, "target[1] = 2 is out of range (0 <= label < 2 classes)"),
        (
            &[usize::MAX, 0],
            &good,
            "target[0] = 18446744073709551615 is out of range (0 <= label < 2 classes)",
        ),
    ];
    let shares = [
        (empty.clone(), "target is empty (at least 1 value is needed)"),
        (
            array![[1.0, 0.0]],
            "a column of target has 1 values and a column of prediction 2 (they must be equal)",
        ),
        (
            array![[1.0], [1.0]],
            "a row of target has 1 values and a row of prediction 2 (they must be equal)",
        ),
        (array![[1.0, 0.0], [NAN, 0.0]], "target[1, 0] = NaN is not finite"),
        (array![[1.0, 0.0], [1.5, -0.5]], "target[1, 0] = 1.5 is not a probability (0 <= p <= 1)"),
        (array![[0.5, 0.4], [1.0, 0.0]], "target[0] sums to 0.9 (a distribution sums to 1)"),
    ];
    for loss in of_scores.iter().chain(&of_probabilities) {
        for (labels, prediction, text) in labels {
            every_class_method_refuses(&**loss, labels.into(), prediction, text);
        }
        for (shares, text) in &shares {
            every_class_method_refuses(&**loss, shares.into(), &good, text);
        }
        let bad = array![[0.5, 0.5], [0.25, NAN]];
        let text = "prediction[1, 1] = NaN is not finite";
        every_class_method_refuses(&**loss, (&[0, 1]).into(), &bad, text);
        every_class_method_refuses(&**loss, (&good).into(), &bad, text);
        let bad = array![[INF, 0.5], [0.25, 0.75]];
        let text = "prediction[0, 0] = inf is not finite";
        every_class_method_refuses(&**loss, (&[0, 1]).into(), &bad, text);
    }
    for loss in &of_scores {
        let bad = array![[0.5, -INF], [-INF, -INF]];
        let text = "prediction[1] is -inf everywhere (at least one class must be possible)";
        every_class_method_refuses(&**loss, (&[0, 1]).into(), &bad, text);
        every_class_method_refuses(&**loss, (&good).into(), &bad, text);
    }
    for loss in &of_probabilities {
        let bad = array![[-INF, 0.5], [0.25, 0.75]];
        let text = "prediction[0, 0] = -inf is not finite";
        every_class_method_refuses(&**loss, (&[0, 1]).into(), &bad, text);
        let bad = array![[0.5, 0.5], [-0.5, 1.5]];
        let text = "prediction[1, 0] = -0.5 is not a probability (0 <= p <= 1)";
        every_class_method_refuses(&**loss, (&[0, 1]).into(), &bad, text);
        let bad = array![[0.5, 0.5], [0.5, 0.2]];
        let text = "prediction[1] sums to 0.7 (a distribution sums to 1)";
        every_class_method_refuses(&**loss, (&[0, 1]).into(), &bad, text);
    }
    Ok(())
}

#[test]
fn parameters_per_class() -> Result<(), LossError> {
    let entropy = CrossEntropy::from_logits;
    let focal = SoftmaxFocal::new(2.0)?;
    for (bad, text) in [
        (vec![], " is empty (at least 1 value is needed)"),
        (vec![1.0, NAN], "[1] = NaN is not finite"),
        (vec![INF], "[0] = inf is not finite"),
        (vec![1.0, -2.0], " = -2 is not allowed (each >= 0 and finite)"),
    ] {
        refused(entropy().with_weights(&bad), &format!("weights{text}"));
        refused(focal.clone().with_alpha(&bad), &format!("alpha{text}"));
    }
    let three = [1.0; 3];
    let text = "has 3 values and a row of prediction 2 (they must be equal)";
    let logits = array![[0.0, 1.0]];
    let loss: &dyn ClassLoss = &entropy().with_weights(&three)?;
    every_class_method_refuses(loss, (&[0]).into(), &logits, &format!("weights {text}"));
    let loss: &dyn ClassLoss = &focal.with_alpha(&three)?;
    every_class_method_refuses(loss, (&[0]).into(), &logits, &format!("alpha {text}"));
    Ok(())
}

#[test]
fn single_parameters() -> Result<(), LossError> {
    let focal = BinaryFocal::new(2.0)?;
    for (value, shown) in [(-0.5, "-0.5"), (NAN, "NaN"), (INF, "inf"), (-1e-9, "-1e-9")] {
        let gamma = format!("gamma = {shown} is not allowed (gamma >= 0 and finite)");
        refused(BinaryFocal::new(value), &gamma);
        refused(SoftmaxFocal::new(value), &gamma);
        let alpha = format!("alpha = {shown} is not allowed (0 <= alpha <= 1)");
        refused(focal.with_alpha(value), &alpha);
        refused(
            CrossEntropy::from_logits().with_smoothing(value),
            &format!("smoothing = {shown} is not allowed (0 <= smoothing <= 1)"),
        );
        refused(
            BinaryCrossEntropy::from_logits().with_positive_weight(value),
            &format!("positive_weight = {shown} is not allowed (positive_weight >= 0 and finite)"),
        );
    }
    refused(focal.with_alpha(1.5), "alpha = 1.5 is not allowed (0 <= alpha <= 1)");
    refused(
        CrossEntropy::from_probabilities().with_smoothing(2.0),
        "smoothing = 2 is not allowed (0 <= smoothing <= 1)",
    );
    Ok(())
}

#[track_caller]
fn every_binary_method_refuses(loss: &dyn BinaryLoss, target: &[f64], y_hat: &[f64], text: &str) {
    refused(loss.each(target, y_hat), text);
    refused(loss.mean(target, y_hat), text);
    refused(loss.sum(target, y_hat), text);
    refused(loss.gradient(target, y_hat), text);
    refused(loss.mean_and_gradient(target, y_hat), text);
}

#[test]
fn every_method_of_every_loss_of_two_classes() {
    let of_probabilities = BinaryCrossEntropy::from_probabilities();
    let mut losses = binary_losses();
    losses.push(Box::new(of_probabilities));
    let bad: [(&[f64], &[f64], &str); 8] = [
        (&[], &[], "target is empty (at least 1 value is needed)"),
        (&[], &[0.5], "target is empty (at least 1 value is needed)"),
        (&[1.0], &[], "prediction is empty (at least 1 value is needed)"),
        (&[1.0], &[0.5, 0.5], "target has 1 values and prediction 2 (they must be equal)"),
        (&[1.0, NAN], &[0.5, 0.5], "target[1] = NaN is not finite"),
        (&[INF, 1.0], &[0.5, 0.5], "target[0] = inf is not finite"),
        // A lecture's -1 for negative samples.
        (&[1.0, -1.0], &[0.5, 0.5], "target[1] = -1 is not a probability (0 <= p <= 1)"),
        (&[1.0, 0.0], &[0.5, NAN], "prediction[1] = NaN is not finite"),
    ];
    for loss in &losses {
        for (target, prediction, text) in bad {
            every_binary_method_refuses(&**loss, target, prediction, text);
        }
    }
    let text = "prediction[0] = -inf is not finite";
    every_binary_method_refuses(&of_probabilities, &[1.0, 0.0], &[-INF, 0.5], text);
    let text = "prediction[1] = 1.5 is not a probability (0 <= p <= 1)";
    every_binary_method_refuses(&of_probabilities, &[1.0, 0.0], &[0.5, 1.5], text);
}

/// Priors, means, standard deviations, and what is wrong with them.
type BadClasses<'a> = (&'a [f64], &'a [f64], &'a [f64], &'a str);

#[test]
fn bad_posteriors() -> Result<(), LossError> {
    let bad: [BadClasses; 10] = [
        (&[], &[], &[], "priors is empty (at least 1 value is needed)"),
        (&[1.0], &[], &[1.0], "means is empty (at least 1 value is needed)"),
        (&[1.0], &[0.0], &[], "std_devs is empty (at least 1 value is needed)"),
        (&[0.5, 0.5], &[0.0], &[1.0], "priors has 2 values and means 1 (they must be equal)"),
        (&[1.0], &[0.0], &[1.0; 2], "priors has 1 values and std_devs 2 (they must be equal)"),
        (&[1.5, -0.5], &[0.0; 2], &[1.0; 2], "priors[0] = 1.5 is not a probability (0 <= p <= 1)"),
        (&[0.5, 0.4], &[0.0; 2], &[1.0; 2], "priors sums to 0.9 (a distribution sums to 1)"),
        (&[0.5, 0.5], &[0.0, NAN], &[1.0; 2], "means[1] = NaN is not finite"),
        (&[0.5, 0.5], &[0.0; 2], &[1.0, INF], "std_devs[1] = inf is not finite"),
        (&[0.5, 0.5], &[0.0; 2], &[1.0, 0.0], "std_devs = 0 is not allowed (each > 0 and finite)"),
    ];
    for (priors, means, deviations, text) in bad {
        refused(GaussianPosterior::new(priors, means, deviations), text);
    }
    let classes = GaussianPosterior::new(&[0.5, 0.5], &[0.0, 1.0], &[1.0, 1.0])?;
    for (x, text) in [
        (&NONE[..], "x is empty (at least 1 value is needed)"),
        (&[0.0, NAN], "x[1] = NaN is not finite"),
        (&[INF], "x[0] = inf is not finite"),
    ] {
        refused(classes.posterior(x), text);
        refused(classes.densities(x), text);
        refused(classes.decide(x), text);
    }
    let text = "classes[1] = 2 is out of range (0 <= label < 2 classes)";
    refused(classes.boundary([0, 2]), text);
    Ok(())
}
