//! What each public function refuses, and in which words: what, where, what is allowed.

use std::fmt::Debug;

use lossbook::error::SUM_TOLERANCE;
use lossbook::prelude::*;

const NAN: f64 = f64::NAN;
const INF: f64 = f64::INFINITY;
const NONE: [f64; 0] = [];

/// The call is refused with exactly this text.
#[track_caller]
fn refused<T: Debug>(call: Result<T, LossError>, text: &str) {
    match call {
        Ok(value) => panic!("accepted with the result {value:?}, but expected: {text}"),
        Err(fault) => assert_eq!(fault.to_string(), text),
    }
}

// --- regression

/// The pairs of target and prediction that everything in `regression` refuses.
fn bad_pairs() -> Vec<(Vec<f64>, Vec<f64>, &'static str)> {
    vec![
        (vec![], vec![], "target is empty (at least 1 value is needed)"),
        (vec![], vec![1.0], "target is empty (at least 1 value is needed)"),
        (vec![1.0], vec![], "prediction is empty (at least 1 value is needed)"),
        (vec![0.0; 5], vec![0.0; 4], "target has 5 values and prediction 4 (they must be equal)"),
        (vec![0.0], vec![0.0; 2], "target has 1 values and prediction 2 (they must be equal)"),
        (vec![0.0, 0.0, NAN], vec![0.0; 3], "target[2] = NaN is not finite"),
        (vec![INF, 0.0], vec![0.0; 2], "target[0] = inf is not finite"),
        (vec![0.0; 2], vec![0.0, -INF], "prediction[1] = -inf is not finite"),
        (vec![0.0; 2], vec![NAN, 0.0], "prediction[0] = NaN is not finite"),
        (vec![INF], vec![INF], "target[0] = inf is not finite"),
    ]
}

#[test]
fn plain_regression_functions() {
    for (target, prediction, text) in bad_pairs() {
        refused(residuals(&target, &prediction), text);
        refused(mse(&target, &prediction), text);
        refused(mae(&target, &prediction), text);
        refused(rmse(&target, &prediction), text);
    }
}

#[test]
fn every_method_of_every_regression_loss() -> Result<(), LossError> {
    let losses: [Box<dyn RegressionLoss>; 6] = [
        Box::new(SquaredError),
        Box::new(AbsoluteError),
        Box::new(Huber::new(1.0)?),
        Box::new(SmoothL1::new(1.0)?),
        Box::new(LogCosh),
        Box::new(Quantile::new(0.9)?),
    ];
    for loss in losses {
        for (target, prediction, text) in bad_pairs() {
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
fn parameters() {
    for (value, shown) in [(0.0, "0"), (-1.0, "-1"), (NAN, "NaN"), (INF, "inf"), (-1e-9, "-1e-9")] {
        let text = format!("delta = {shown} is not allowed (delta > 0 and finite)");
        refused(Huber::new(value), &text);
        let text = format!("beta = {shown} is not allowed (beta > 0 and finite)");
        refused(SmoothL1::new(value), &text);
    }
    for (value, shown) in
        [(0.0, "0"), (1.0, "1"), (-0.5, "-0.5"), (90.0, "90"), (NAN, "NaN"), (INF, "inf")]
    {
        let text = format!("tau = {shown} is not allowed (0 < tau < 1)");
        refused(Quantile::new(value), &text);
    }
}

// --- information

#[test]
fn single_probabilities() {
    for (value, text) in [
        (NAN, "p = NaN is not finite"),
        (INF, "p = inf is not finite"),
        (-INF, "p = -inf is not finite"),
        (1.2, "p = 1.2 is not a probability (0 <= p <= 1)"),
        (-1e-310, "p = -1e-310 is not a probability (0 <= p <= 1)"),
        (1e300, "p = 1e300 is not a probability (0 <= p <= 1)"),
    ] {
        refused(self_information(value), text);
        refused(binary_entropy(value), text);
    }
}

/// What no distribution may be; `{}` stands for the argument's name.
fn bad_distributions() -> Vec<(Vec<f64>, &'static str)> {
    vec![
        (vec![], "{} is empty (at least 1 value is needed)"),
        (vec![0.5, NAN], "{}[1] = NaN is not finite"),
        (vec![INF, 0.5], "{}[0] = inf is not finite"),
        (vec![0.1, 0.2, 0.3, 1.2], "{}[3] = 1.2 is not a probability (0 <= p <= 1)"),
        (vec![1.5, -0.5], "{}[0] = 1.5 is not a probability (0 <= p <= 1)"),
        (vec![-0.5, 0.5], "{}[0] = -0.5 is not a probability (0 <= p <= 1)"),
        (vec![0.1, 0.2, 0.6], "{} sums to 0.9 (a distribution sums to 1)"),
        (vec![0.0, 0.0], "{} sums to 0 (a distribution sums to 1)"),
        (vec![1.0, 1.0], "{} sums to 2 (a distribution sums to 1)"),
        (vec![0.5, 0.500002], "{} sums to 1.000002 (a distribution sums to 1)"),
    ]
}

#[test]
fn distributions() {
    for (bad, text) in bad_distributions() {
        refused(entropy(&bad), &text.replace("{}", "p"));
    }
}

#[test]
fn pairs_of_distributions() {
    for (bad, text) in bad_distributions() {
        // The other argument is a distribution of the same length.
        let mut good = vec![0.0; bad.len().max(1)];
        good[0] = 1.0;
        let (as_p, as_q) = (text.replace("{}", "p"), text.replace("{}", "q"));
        refused(cross_entropy(&bad, &good), &as_p);
        refused(cross_entropy(&good, &bad), &as_q);
        refused(kl_divergence(&bad, &good), &as_p);
        refused(kl_divergence(&good, &bad), &as_q);
        refused(js_divergence(&bad, &good), &as_p);
        refused(js_divergence(&good, &bad), &as_q);
    }
    let text = "p has 2 values and q 1 (they must be equal)";
    refused(cross_entropy(&[0.5, 0.5], &[1.0]), text);
    refused(kl_divergence(&[0.5, 0.5], &[1.0]), text);
    refused(js_divergence(&[0.5, 0.5], &[1.0]), text);
}

#[test]
fn how_far_a_sum_may_be_off() -> Result<(), LossError> {
    assert_eq!(SUM_TOLERANCE, 1e-6);
    for off in [0.9e-6, -0.9e-6] {
        entropy(&[0.5, 0.5 + off])?;
    }
    refused(entropy(&[0.5, 0.5 + 1.1e-6]), "p sums to 1.0000011 (a distribution sums to 1)");
    refused(entropy(&[0.5, 0.5 - 1.1e-6]), "p sums to 0.9999989 (a distribution sums to 1)");
    Ok(())
}

#[test]
fn tables() {
    let bad = [
        (Array2::zeros((0, 3)), "joint is empty (at least 1 value is needed)"),
        (Array2::zeros((3, 0)), "joint is empty (at least 1 value is needed)"),
        (array![[0.5, 0.5], [NAN, 0.0]], "joint[1, 0] = NaN is not finite"),
        (array![[0.5, INF]], "joint[0, 1] = inf is not finite"),
        (array![[0.5, 0.6], [0.0, -0.1]], "joint[1, 1] = -0.1 is not a probability (0 <= p <= 1)"),
        (array![[1.1]], "joint[0, 0] = 1.1 is not a probability (0 <= p <= 1)"),
        // Rows that each sum to 1: the table as a whole does not.
        (array![[0.5, 0.5], [0.5, 0.5]], "joint sums to 2 (a distribution sums to 1)"),
    ];
    for (joint, text) in bad {
        refused(joint_entropy(&joint), text);
        refused(conditional_entropy(&joint), text);
        refused(mutual_information(&joint), text);
    }
}

#[test]
fn counts() {
    refused(entropy_of_counts(&[]), "counts is empty (at least 1 value is needed)");
    refused(entropy_of_counts(&[0, 0]), "counts sum to 0 (at least one must be positive)");
}

#[test]
fn splits() {
    refused(gini(&[]), "labels is empty (at least 1 value is needed)");
    let bad: [(&[usize], &[usize], &str); 3] = [
        (&[], &[], "labels is empty (at least 1 value is needed)"),
        (&[1], &[], "branches is empty (at least 1 value is needed)"),
        (&[1, 2, 3], &[1, 2], "labels has 3 values and branches 2 (they must be equal)"),
    ];
    for (labels, branches, text) in bad {
        refused(information_gain(labels, branches), text);
        refused(gain_ratio(labels, branches), text);
        refused(gini_decrease(labels, branches), text);
    }
}

// --- classification

#[test]
fn decisions() {
    refused(decide(&Array2::zeros((0, 3))), "scores is empty (at least 1 value is needed)");
    refused(decide(&Array2::zeros((3, 0))), "scores is empty (at least 1 value is needed)");
    refused(decide(&array![[0.5, 0.5], [0.5, NAN]]), "scores[1, 1] = NaN is not finite");
    refused(decide(&array![[INF, 0.5]]), "scores[0, 0] = inf is not finite");
    // A class that cannot be is a class that is not chosen; one has to be left.
    assert_eq!(decide(&array![[-INF, 0.5]]), Ok(vec![1]));
    let masked = "scores[0] is -inf everywhere (at least one class must be possible)";
    refused(decide(&array![[-INF, -INF]]), masked);
    let bad: [(&[usize], &[usize], &str); 3] = [
        (&[], &[], "labels is empty (at least 1 value is needed)"),
        (&[1], &[], "decisions is empty (at least 1 value is needed)"),
        (&[1, 2], &[1, 2, 3], "labels has 2 values and decisions 3 (they must be equal)"),
    ];
    for (labels, decisions, text) in bad {
        refused(error_rate(labels, decisions), text);
        refused(accuracy(labels, decisions), text);
    }
}

#[test]
fn one_hot_rows() {
    refused(one_hot(&[], 3), "labels is empty (at least 1 value is needed)");
    let text = "labels[3] = 7 is out of range (0 <= label < 3 classes)";
    refused(one_hot(&[0, 1, 2, 7], 3), text);
    refused(one_hot(&[0], 0), "labels[0] = 0 is out of range (0 <= label < 0 classes)");

    refused(labels_of(&Array2::zeros((0, 3))), "one_hot is empty (at least 1 value is needed)");
    refused(labels_of(&Array2::zeros((3, 0))), "one_hot is empty (at least 1 value is needed)");
    refused(labels_of(&array![[1.0, NAN]]), "one_hot[0, 1] = NaN is not finite");
    for bad in [[0.0, 0.0], [1.0, 1.0], [0.4, 0.6], [2.0, 0.0], [1.0, -1.0]] {
        let rows = array![[0.0, 1.0], bad];
        refused(labels_of(&rows), "one_hot[1] is not one-hot (a single 1, and 0 everywhere else)");
    }
}

// --- data

#[test]
fn lines() {
    for (n, shown) in [(0, "0"), (1, "1"), (1_000_001, "1000001")] {
        let text = format!("n = {shown} is not allowed (2 <= n <= 1000000)");
        refused(data::line_with_outliers(0, n, 0), &text);
    }
    assert!(data::line_with_outliers(0, usize::MAX, 0).is_err());
    refused(
        data::line_with_outliers(0, 10, 11),
        "outliers = 11 is not allowed (0 <= outliers <= n)",
    );
}

#[test]
fn towns() {
    for (n, shown) in [(0, "0"), (1, "1"), (1_000_001, "1000001")] {
        let text = format!("n = {shown} is not allowed (2 <= n <= 1000000)");
        refused(data::pizza_town(0, n, 0), &text);
    }
    assert!(data::pizza_town(0, usize::MAX, 0).is_err());
    refused(data::pizza_town(0, 10, 11), "flat_tyres = 11 is not allowed (0 <= flat_tyres <= n)");
}

// --- the error itself

#[test]
fn errors_can_be_compared_even_about_a_nan() {
    let fault = mse(&[NAN], &[0.0]).unwrap_err();
    assert_eq!(fault, LossError::NotFinite { name: "target", at: vec![0], value: NAN });
    assert_ne!(fault, LossError::NotFinite { name: "target", at: vec![1], value: NAN });
    assert_ne!(fault, mse(&NONE, &[0.0]).unwrap_err());
}

#[test]
fn errors_travel() {
    fn travels<T: std::error::Error + Clone + Send + Sync + 'static>(_: &T) {}
    travels(&mse(&NONE, &NONE).unwrap_err());
}
