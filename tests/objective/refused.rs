//! What is refused, and in which words.

use std::fmt::Debug;

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

#[test]
fn parameters() {
    for (value, shown) in [(-1.0, "-1"), (NAN, "NaN"), (INF, "inf"), (-1e-9, "-1e-9")] {
        let text = |name| format!("{name} = {shown} is not allowed ({name} > 0 and finite)");
        refused(LinearSvm::new(value), &text("lambda"));
        refused(LinearSvm::from_c(value, 3), &text("c"));
        let svm = LinearSvm::new(1.0).and_then(|svm| svm.with_tolerance(value));
        refused(svm, &text("tolerance"));
        refused(LogisticRegression::new().with_lambda(value), &text("lambda").replace('>', ">="));
        refused(Ridge::new(value), &text("lambda").replace('>', ">="));
    }
    refused(LinearSvm::new(0.0), "lambda = 0 is not allowed (lambda > 0 and finite)");
    refused(LinearSvm::from_c(1.0, 0), "n = 0 is not allowed (n > 0)");
    refused(LinearSvm::from_c(1e-310, 1), "lambda = inf is not allowed (lambda > 0 and finite)");
    refused(LinearModel::new(&[], 0.0), "weights is empty (at least 1 value is needed)");
    refused(LinearModel::new(&[0.0, NAN], 0.0), "weights[1] = NaN is not finite");
    refused(LinearModel::new(&[0.0], INF), "intercept = inf is not finite");
}

/// Targets and data that nothing takes.
fn bad_samples() -> Vec<(Vec<f64>, Array2<f64>, &'static str)> {
    let x = array![[1.0, 2.0], [0.0, 1.0]];
    vec![
        (vec![], x.clone(), "target is empty (at least 1 value is needed)"),
        (vec![1.0], Array2::zeros((0, 2)), "x is empty (at least 1 value is needed)"),
        (vec![1.0], Array2::zeros((1, 0)), "x is empty (at least 1 value is needed)"),
        (vec![1.0], x.clone(), "target has 1 values and a column of x 2 (they must be equal)"),
        (vec![1.0, NAN], x.clone(), "target[1] = NaN is not finite"),
        (vec![1.0, -INF], x, "target[1] = -inf is not finite"),
        (vec![1.0, 0.0], array![[1.0, 2.0], [0.0, INF]], "x[1, 1] = inf is not finite"),
    ]
}

fn evaluated(objective: impl LinearObjective) -> Result<(), LossError> {
    let model = LinearModel::new(&[1.0, 1.0], 0.0)?;
    for (y, x, text) in bad_samples() {
        refused(objective.each(&y, &x, &model), text);
        refused(objective.value(&y, &x, &model), text);
        refused(objective.gradient(&y, &x, &model), text);
        refused(objective.value_and_gradient(&y, &x, &model), text);
    }
    let text = "a row of x has 1 values and weights 2 (they must be equal)";
    refused(objective.each(&[1.0], &array![[1.0]], &model), text);
    refused(objective.value_and_gradient(&[1.0], &array![[1.0]], &model), text);
    Ok(())
}

#[test]
fn linear_models() -> Result<(), LossError> {
    evaluated(Ols)?;
    evaluated(Ridge::new(1.0)?)?;
    evaluated(LinearSvm::new(1.0)?)?;
    evaluated(LogisticRegression::new())?;
    let model = LinearModel::new(&[1.0, 1.0], 0.0)?;
    for (y, x, text) in bad_samples() {
        refused(Ols.fit(&y, &x), text);
        refused(Ridge::new(1.0)?.fit(&y, &x), text);
        refused(LinearSvm::new(1.0)?.fit(&y, &x), text);
        refused(LogisticRegression::new().fit(&y, &x), text);
        refused(model.r_squared(&y, &x), text);
    }
    refused(model.predict(&array![[1.0, NAN]]), "x[0, 1] = NaN is not finite");
    let text = "a row of x has 1 values and weights 2 (they must be equal)";
    refused(model.predict(&array![[1.0]]), text);
    refused(model.r_squared(&[1.0], &array![[1.0]]), text);
    // Without any memory of its own, a broadcast view is as large as it likes.
    let one = array![[1.0, 1.0]];
    let huge = one.broadcast((1 << 44, 2)).expect("a view");
    refused(model.predict(huge), "x of shape [17592186044416, 2] does not fit into memory");

    let gradient = LinearGradient { weights: array![1.0], intercept: 0.0 };
    let text = "weights has 2 values and the gradient's weights 1 (they must be equal)";
    refused(model.step(&gradient, 0.1), text);
    let gradient = LinearGradient { weights: array![1.0, INF], intercept: 0.0 };
    refused(model.step(&gradient, NAN), "rate = NaN is not finite");
    refused(model.step(&gradient, 1.0), "weights[1] = -inf is not finite");
    Ok(())
}

#[test]
fn what_no_model_fits() -> Result<(), LossError> {
    // A slope beyond the largest f64.
    let steep = Ols.fit(&[0.0, 1e200], &array![[0.0], [1e-200]]);
    refused(steep, "weights[0] = inf is not finite");

    let svm = LinearSvm::new(1.0)?;
    let x = array![[1.0], [2.0]];
    refused(svm.fit(&[1.0, 1.0], &x), "target holds one class (both 0 and 1 are needed)");
    refused(svm.fit(&[0.0, 0.0], &x), "target holds one class (both 0 and 1 are needed)");
    refused(svm.fit(&[0.0, -1.0], &x), "target[1] = -1 is neither 0 nor 1");
    let model = LinearModel::new(&[1.0], 0.0)?;
    refused(svm.value(&[0.5, 1.0], &x, &model), "target[0] = 0.5 is neither 0 nor 1");
    Ok(())
}

#[test]
fn principal_components() -> Result<(), LossError> {
    let good = array![[1.0, 2.0], [0.0, 5.0]];
    for (_, x, text) in bad_samples().into_iter().filter(|(_, _, text)| text.starts_with('x')) {
        refused(Pca.fit(&x), text);
        refused(Pca.value(&x, &[1.0, 1.0]), text);
    }
    for (direction, text) in [
        (vec![], "direction is empty (at least 1 value is needed)"),
        (vec![1.0], "a row of x has 2 values and direction 1 (they must be equal)"),
        (vec![1.0, NAN], "direction[1] = NaN is not finite"),
        (vec![0.0, -0.0], "length of direction = 0 is not allowed (a length above 0)"),
    ] {
        refused(Pca.value(&good, &direction), text);
        refused(Pca.gradient(&good, &direction), text);
        refused(Pca.value_and_gradient(&good, &direction), text);
    }
    let axes = Pca.fit(&good)?;
    let none = Array2::<f64>::zeros((0, 2));
    refused(axes.project(&none, 1), "x is empty (at least 1 value is needed)");
    refused(axes.reconstruct(&none), "scores is empty (at least 1 value is needed)");
    refused(axes.reconstruct(&array![[NAN]]), "scores[0, 0] = NaN is not finite");
    let text = "a row of x has 1 values and a fitted row 2 (they must be equal)";
    refused(axes.project(&array![[1.0]], 1), text);
    refused(axes.reconstruction_error(&array![[1.0]], 1), text);
    for k in [0, 3] {
        let text = format!("k = {k} is not allowed (from 1 to the number of components)");
        refused(axes.project(&good, k), &text);
        refused(axes.reconstruction_error(&good, k), &text);
    }
    let text = "scores in a row = 3 is not allowed (from 1 to the number of components)";
    refused(axes.reconstruct(&array![[1.0, 2.0, 3.0]]), text);
    Ok(())
}

#[test]
fn k_means() {
    let good = array![[1.0, 2.0], [0.0, 5.0]];
    let none = Array2::<f64>::zeros((0, 2));
    for (x, centers, text) in [
        (none.clone(), good.clone(), "x is empty (at least 1 value is needed)"),
        (good.clone(), none, "centers is empty (at least 1 value is needed)"),
        (
            good.clone(),
            array![[1.0]],
            "a row of x has 2 values and a row of centers 1 (they must be equal)",
        ),
        (array![[1.0, NAN]], good.clone(), "x[0, 1] = NaN is not finite"),
        (good.clone(), array![[INF, 0.0]], "centers[0, 0] = inf is not finite"),
    ] {
        refused(KMeans.each(&x, &centers), text);
        refused(KMeans.value(&x, &centers), text);
        refused(KMeans.sum(&x, &centers), text);
        refused(KMeans.assign(&x, &centers), text);
        refused(KMeans.gradient(&x, &centers), text);
        refused(KMeans.value_and_gradient(&x, &centers), text);
        refused(KMeans.fit_from(&x, &centers), text);
        if text.starts_with("x ") || text.starts_with("x[") {
            refused(KMeans.fit(&x, 1, 0), text);
            refused(KMeans.initial_centers(&x, 1, 0), text);
        }
    }
    for k in [0, 3] {
        let text = format!("k = {k} is not allowed (1 <= k <= rows of x)");
        refused(KMeans.fit(&good, k, 0), &text);
        refused(KMeans.initial_centers(&good, k, 0), &text);
    }
}
