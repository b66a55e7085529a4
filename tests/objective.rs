//! One model, different objectives: mpmath's digits, scikit-learn's answers, laws, what is refused.

mod common;
mod golden;
#[path = "objective/laws.rs"]
mod laws;
#[path = "objective/refused.rs"]
mod refused;

use common::{DIGITS, assert_close};
use golden::Case;
use lossbook::prelude::*;

const GOLDEN: &str = include_str!("golden/objective.json");

fn matrix(case: &Case, key: &str) -> Array2<f64> {
    let (values, width): (Vec<f64>, _) = (case.list(key), case.number("d") as usize);
    Array2::from_shape_vec((values.len() / width, width), values).expect("whole rows")
}

fn word(case: &Case, key: &str) -> String {
    case.list::<String>(key).concat()
}

fn model(case: &Case) -> Result<LinearModel, LossError> {
    LinearModel::new(&case.list("weights"), case.number("intercept"))
}

#[track_caller]
fn all_close<'a>(computed: impl IntoIterator<Item = &'a f64>, expected: &[f64], what: &str) {
    let computed: Vec<&f64> = computed.into_iter().collect();
    assert_eq!(computed.len(), expected.len(), "{what}");
    for (at, (&&computed, &expected)) in computed.iter().zip(expected).enumerate() {
        assert_close(computed, expected, &format!("{what}[{at}]"));
    }
}

/// Equal to 13 digits of `size`: for entries of a vector, or sums, that may be small beside their
/// neighbours.
#[track_caller]
fn all_near<'a>(
    computed: impl IntoIterator<Item = &'a f64>,
    expected: &[f64],
    size: f64,
    what: &str,
) {
    let computed: Vec<&f64> = computed.into_iter().collect();
    assert_eq!(computed.len(), expected.len(), "{what}");
    for (at, (&&computed, &expected)) in computed.iter().zip(expected).enumerate() {
        let near = (computed - expected).abs() <= DIGITS * size;
        assert!(near, "{what}[{at}]: computed {computed:e}, expected {expected:e}, size {size:e}");
    }
}

// --- mpmath

#[test]
fn values_and_gradients_of_linear_models_have_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "linear") {
        match &*word(&case, "kind") {
            "ols" => linear(Ols, &case)?,
            "ridge" => linear(Ridge::new(case.number("lambda"))?, &case)?,
            "logistic" => {
                linear(LogisticRegression::new().with_lambda(case.number("lambda"))?, &case)?
            }
            "svm" => linear(LinearSvm::new(case.number("lambda"))?, &case)?,
            other => panic!("no objective is called {other}"),
        }
    }
    Ok(())
}

fn linear(objective: impl LinearObjective, case: &Case) -> Result<(), LossError> {
    let (y, x, model): (Vec<f64>, _, _) = (case.list("target"), matrix(case, "x"), model(case)?);
    let what = format!("{} of {}", word(case, "kind"), word(case, "name"));
    let (value, gradient) = objective.value_and_gradient(&y, &x, &model)?;
    assert_close(value, case.number("value"), &what);
    all_close(&gradient.weights, &case.list("to_weights"), &what);
    assert_close(gradient.intercept, case.number("to_intercept"), &what);
    assert_eq!(objective.value(&y, &x, &model)?, value);
    assert_eq!(objective.gradient(&y, &x, &model)?, gradient);
    Ok(())
}

#[test]
fn least_squares_and_ridge_have_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "least_squares") {
        let (y, x): (Vec<f64>, _) = (case.list("target"), matrix(&case, "x"));
        let lambda = case.number("lambda");
        let what = format!("lambda {lambda:e} on {}, y {:e}", word(&case, "name"), y[0]);
        let ridge = Ridge::new(lambda)?;
        let fit = ridge.fit(&y, &x)?;
        let expected: Vec<f64> = case.list("weights");
        // A weight in the unit of its own feature: of that size are the errors of all of them.
        let spread: Vec<f64> = x.columns().into_iter().map(|column| column.std(0.0)).collect();
        let sizes = expected.iter().zip(&spread).map(|(weight, spread)| (weight * spread).abs());
        let size = sizes.fold(0.0, f64::max);
        for (at, (computed, expected)) in fit.weights().iter().zip(&expected).enumerate() {
            let (computed, expected) = (computed * spread[at], expected * spread[at]);
            all_near([&computed], &[expected], size, &format!("weight {at} of {what}"));
        }
        // The intercept makes up for what the weights do to the means.
        let intercept = case.number("intercept");
        let size = intercept.abs() + case.number("shift");
        all_near([&fit.intercept()], &[intercept], size, &format!("intercept of {what}"));
        // Residuals are differences of numbers as large as the intercept's share in them.
        let (computed, value) = (ridge.value(&y, &x, &fit)?, case.number("value"));
        if value.is_finite() {
            all_near([&computed], &[value], value + value.sqrt() * case.number("shift"), &what);
        }
        if lambda == 0.0 {
            assert_eq!(Ols.fit(&y, &x)?, fit);
        }
    }
    Ok(())
}

#[test]
fn principal_components_have_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "pca") {
        let (x, what) = (matrix(&case, "x"), &*word(&case, "name"));
        let axes = Pca.fit(&x)?;
        let expected: Vec<f64> = case.list("variances");
        let variances = axes.variances();
        all_close(axes.mean().iter(), &case.list("mean"), what);
        all_close(variances.iter().take(expected.len()), &expected, what);
        let components: Vec<f64> = case.list("components");
        all_near(axes.components().iter().take(components.len()), &components, 1.0, what);
        let direction: Vec<f64> = case.list("direction");
        let (value, gradient) = Pca.value_and_gradient(&x, &direction)?;
        assert_close(value, case.number("value"), what);
        assert_eq!(Pca.value(&x, &direction)?, value);
        assert_eq!(Pca.gradient(&x, &direction)?, gradient);
        let expected: Vec<f64> = case.list("gradient");
        let size = expected.iter().fold(0.0_f64, |size, slope| size.max(slope.abs()));
        all_near(&gradient, &expected, size, what);
    }
    Ok(())
}

#[test]
fn lloyds_iterations_have_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "k_means") {
        let (x, start) = (matrix(&case, "x"), matrix(&case, "start"));
        let what = format!("{} centres of {}", case.number("k"), word(&case, "name"));
        let fit = KMeans.fit_from(&x, &start)?;
        all_close(fit.history(), &case.list("history"), &what);
        let largest = x.iter().fold(0.0_f64, |size, x| size.max(x.abs()));
        all_near(fit.centers(), &case.list("centers"), largest, &what);
        assert_eq!(fit.labels(), case.list::<usize>("labels"), "{what}");
        let (value, gradient) = KMeans.value_and_gradient(&x, &start)?;
        assert_eq!(value, fit.history()[0]);
        all_near(&gradient, &case.list("gradient"), largest, &what);
    }
    Ok(())
}

#[test]
fn the_svm_is_as_near_as_its_gap_says() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "svm") {
        let (y, x): (Vec<f64>, _) = (case.list("target"), matrix(&case, "x"));
        let lambda = case.number("lambda");
        let svm = LinearSvm::new(lambda)?;
        let fit = svm.fit(&y, &x)?;
        let what = format!("lambda {lambda:e}, {} samples, x {:e}", y.len(), x[[0, 0]]);
        let (value, least) = (svm.value(&y, &x, fit.model())?, case.number("value"));
        // The stated tolerance, and rounding.
        assert!(fit.gap() <= 1e-12 * value, "{what}");
        assert!((value - least).abs() <= fit.gap() + DIGITS * least, "{what}: {value} {least}");
        // Strongly convex: a gap bounds the weights' error. The gap itself is known to rounding.
        let bound = ((fit.gap() + 1e-15 * value) / lambda).sqrt();
        let expected: Vec<f64> = case.list("weights");
        let pairs = fit.model().weights().into_iter().copied().zip(expected.clone());
        let off = pairs.fold(0.0_f64, |off, (one, other)| off.max((one - other).abs()));
        assert!(off <= bound, "{what}: {off:e} off, at most {bound:e} allowed");
        let size = expected.iter().fold(0.0_f64, |size, weight| size.max(weight.abs()));
        assert!(off <= 1e-9 * size, "{what}: {off:e} off, nine digits of {size:e} promised");
        assert_eq!(fit.support(), case.list::<usize>("support"), "{what}");
    }
    Ok(())
}

#[test]
fn logistic_regression_has_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "logistic") {
        let (y, x): (Vec<f64>, _) = (case.list("target"), matrix(&case, "x"));
        let logistic = LogisticRegression::new().with_lambda(case.number("lambda"))?;
        let what = format!("lambda {:e}, {}", case.number("lambda"), word(&case, "name"));
        let fit = logistic.fit(&y, &x)?;
        let expected: Vec<f64> = case.list("weights");
        // Weights in the unit of their own features, the best known to the condition of the problem.
        let spread: Vec<f64> = x.columns().into_iter().map(|column| column.std(0.0)).collect();
        let sizes = expected.iter().zip(&spread).map(|(weight, spread)| (weight * spread).abs());
        let size = sizes.fold(case.number("intercept").abs(), f64::max);
        for ((computed, expected), spread) in fit.weights().iter().zip(&expected).zip(&spread) {
            all_near([&(computed * spread)], &[expected * spread], size, &what);
        }
        all_near([&fit.intercept()], &[case.number("intercept")], size, &what);
        assert_close(logistic.value(&y, &x, &fit)?, case.number("value"), &what);
        // Labels turned about turn the model about.
        let other: Vec<f64> = y.iter().map(|y| 1.0 - y).collect();
        let turned = logistic.fit(&other, &x)?;
        assert_close(turned.intercept(), -fit.intercept(), &what);
    }
    Ok(())
}

#[test]
fn of_many_weights_the_shortest_are_taken() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "shortest") {
        let (y, x): (Vec<f64>, _) = (case.list("target"), matrix(&case, "x"));
        let (what, expected) = (word(&case, "name"), case.list::<f64>("weights"));
        let size = expected.iter().fold(0.0_f64, |size, weight| size.max(weight.abs()));
        for lambda in [0.0, 1e-300] {
            let fit = Ridge::new(lambda)?.fit(&y, &x)?;
            // As far as double precision has them.
            for (computed, expected) in fit.weights().iter().zip(&expected) {
                assert!(
                    (computed - expected).abs() < 1e-11 * size,
                    "{what}: {computed} {expected}"
                );
            }
        }
        let variances = Pca.fit(&x)?.variances();
        let rank = variances.iter().filter(|&&variance| variance > 0.0).count();
        assert_eq!(rank, case.number("rank") as usize, "{what}");
    }
    Ok(())
}

// --- scikit-learn

#[test]
fn scikit_learn_agrees() -> Result<(), LossError> {
    // Its own answers are right to 1e-12 or so; those of its support-vector machine, whose kernel is in
    // single precision, to 1e-5.
    let near = |computed: &[f64], expected: Vec<f64>, allowed: f64| {
        assert_eq!(computed.len(), expected.len());
        for (computed, expected) in computed.iter().zip(expected) {
            let off = (computed - expected).abs();
            assert!(off <= allowed * expected.abs().max(1.0), "{computed} {expected}");
        }
    };
    let parameters = |model: &LinearModel| {
        let mut all = model.weights().to_vec();
        all.push(model.intercept());
        all
    };
    for case in golden::cases(GOLDEN, "sklearn") {
        let (y, x): (Vec<f64>, _) = (case.list("target"), matrix(&case, "x"));
        let n = y.len() as f64;
        let ols = Ols.fit(&y, &x)?;
        near(&parameters(&ols), case.list("ols"), 1e-12);
        near(&[ols.r_squared(&y, &x)?], vec![case.number("r_squared")], 1e-12);
        // lambda = alpha / n
        let ridge = Ridge::new(case.number("alpha") / n)?.fit(&y, &x)?;
        near(&parameters(&ridge), case.list("ridge"), 1e-12);

        let start = x.slice(lossbook::ndarray::s![..4, ..]);
        let means = KMeans.fit_from(&x, start)?;
        near(means.centers().as_slice().expect("contiguous"), case.list("centers"), 1e-12);
        near(&[KMeans.sum(&x, means.centers())?], vec![case.number("inertia")], 1e-12);
        assert_eq!(means.labels(), case.list::<usize>("labels"));

        let axes = Pca.fit(&x)?;
        let unbiased = (axes.variances() * (n / (n - 1.0))).to_vec();
        near(&unbiased, case.list("explained_variance"), 1e-12);
        near(&axes.ratios().to_vec(), case.list("ratios"), 1e-12);
        // Its signs follow the same rule.
        near(axes.components().as_slice().expect("contiguous"), case.list("components"), 1e-12);

        let label: Vec<f64> = case.list("label");
        let svm = LinearSvm::from_c(case.number("c"), label.len())?.fit(&label, &x)?;
        near(&parameters(svm.model()), case.list("svm"), 1e-5);
        near(&parameters(svm.model()), case.list("svm_exact"), 1e-11);
        assert_eq!(svm.support(), case.list::<usize>("support"));
    }
    Ok(())
}

// --- by hand

#[test]
fn small_features_keep_their_digits_beside_large_ones() -> Result<(), LossError> {
    // Perpendicular columns of lengths 2e-9, 2 and 2e9. A reduction to two diagonals, as in LAPACK or
    // nalgebra, loses digits of the second (2.00000002) or all of the first.
    let x = array![[1e-9, 1.0, 1e9], [-1e-9, 1.0, -1e9], [1e-9, -1.0, -1e9], [-1e-9, -1.0, 1e9]];
    let axes = Pca.fit(&x)?;
    all_close(&axes.variances(), &[1e18, 1.0, 1e-18], "variances");
    Ok(())
}

#[test]
fn a_mean_that_is_no_f64_costs_no_digits() -> Result<(), LossError> {
    // 2^52 and 0, 1, 3 more, whose mean 4/3 more lies between two doubles; variance 14/9.
    let far = 2.0_f64.powi(52);
    let x = array![[far], [far + 1.0], [far + 3.0]];
    assert_close(Pca.value(&x, &[1.0])?, 14.0 / 9.0, "the variance");
    Ok(())
}

#[test]
fn initial_centers_are_drawn_by_squared_distance() -> Result<(), LossError> {
    // The first any of 0, 1, 3; the second with the odds 1 : 9 from 0, 1 : 4 from 1, 9 : 4 from 3.
    let x = array![[0.0], [1.0], [3.0]];
    let mut counts = [0.0_f64; 5];
    for seed in 0..3000 {
        counts[KMeans.initial_centers(&x, 2, seed)?.sum() as usize] += 1.0 / 3000.0;
    }
    let expected =
        [0.0, (0.1 + 0.2) / 3.0, 0.0, (0.9 + 9.0 / 13.0) / 3.0, (0.8 + 4.0 / 13.0) / 3.0];
    for (share, expected) in counts.iter().zip(expected) {
        // Three standard deviations.
        assert!((share - expected).abs() < 0.028, "{counts:?}");
    }
    Ok(())
}

#[test]
fn support_vectors_solved_by_hand() -> Result<(), LossError> {
    // -1 and 1 on a line: hinges (1 - w) each below w = 1, so 1 - w + lambda w^2 is least at
    // w = 1 / (2 lambda), or at 1 where that is more.
    for (lambda, weight) in [(0.1, 1.0), (0.5, 1.0), (1.0, 0.5), (4.0, 0.125)] {
        let svm = LinearSvm::new(lambda)?;
        let (y, x) = ([0.0, 1.0], array![[-1.0], [1.0]]);
        let fit = svm.fit(&y, &x)?;
        assert_close(fit.model().weights()[0], weight, "the weight");
        assert_close(svm.value(&y, &x, fit.model())?, 1.0 - weight + lambda * weight * weight, "");
        assert_close(fit.margin(), 2.0 / weight, "the margin");
        assert_eq!(fit.model().intercept(), 0.0);
    }
    // Features that tell nothing: no weight, and the majority's side.
    let (y, x) = ([1.0, 0.0, 1.0], array![[2.0], [2.0], [2.0]]);
    let fit = LinearSvm::new(1.0)?.fit(&y, &x)?;
    assert_eq!((fit.model().weights()[0], fit.model().intercept()), (0.0, 1.0));
    assert_eq!(fit.margin(), f64::INFINITY);
    Ok(())
}

#[test]
fn an_empty_centre_takes_the_furthest_sample() -> Result<(), LossError> {
    // Nothing is nearest to 100; 7 is furthest from its centre 0. Then 0, 1 and 7 stand alone.
    let x = array![[0.0], [1.0], [7.0]];
    let fit = KMeans.fit_from(&x, &array![[0.0], [100.0]])?;
    assert_eq!((fit.centers().to_owned(), fit.labels()), (array![[0.5], [7.0]], &[0, 0, 1][..]));
    assert_eq!(fit.history(), [50.0 / 3.0, 0.5 / 3.0]);
    // Of equal centres the first has the samples; the others stay, when there is nothing to take.
    let same = array![[3.0], [3.0]];
    let fit = KMeans.fit_from(&same, &array![[3.0], [3.0], [5.0]])?;
    assert_eq!(
        (fit.centers().to_owned(), fit.labels()),
        (array![[3.0], [3.0], [5.0]], &[0, 0][..])
    );
    assert_eq!(KMeans.assign(&array![[4.0]], &array![[3.0], [5.0]])?, [0]);
    Ok(())
}

#[test]
fn r_squared_at_its_limits() -> Result<(), LossError> {
    let x = array![[1.0], [2.0], [3.0]];
    let flat = LinearModel::new(&[0.0], 2.0)?;
    assert_eq!(flat.r_squared(&[1.0, 2.0, 3.0], &x)?, 0.0);
    assert_eq!(flat.r_squared(&[2.0, 2.0, 2.0], &x)?, 1.0);
    assert_eq!(flat.r_squared(&[3.0, 3.0, 3.0], &x)?, f64::NEG_INFINITY);
    assert_eq!(LinearModel::new(&[-1.0], 4.0)?.r_squared(&[1.0, 2.0, 3.0], &x)?, -3.0);
    Ok(())
}

#[test]
fn huge_penalties_of_weights_that_are_0_pull_nowhere() -> Result<(), LossError> {
    // By hand: residuals 1 and 1; 2 lambda w is 0 although 2 lambda n is beyond the largest f64.
    let model = LinearModel::new(&[0.0, 1e-300], 0.0)?;
    let (y, x) = ([1.0, 1.0], array![[1.0, 0.0], [3.0, 0.0]]);
    let (value, gradient) = Ridge::new(1e308)?.value_and_gradient(&y, &x, &model)?;
    assert_eq!((value, gradient.weights[0], gradient.intercept), (1.0, -4.0, -2.0));
    assert_close(gradient.weights[1], 2e8, "2 lambda w");
    let (_, gradient) = LinearSvm::new(f64::MAX)?.value_and_gradient(&y, &x, &model)?;
    assert_eq!((gradient.weights[0], gradient.intercept), (-2.0, -1.0));
    Ok(())
}

#[test]
fn a_valley_does_not_keep_the_svm_from_its_margin() -> Result<(), LossError> {
    // Two pairs of samples that take turns would need more than 100,000 steps along it.
    let y = [1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0];
    let x = array![
        [2.9211377696279417, -1.2718273129313253],
        [1.4152178348513722, 1.2712613353938154],
        [0.0, 2.4175626171908635],
        [0.31441687465501206, -0.21243791850919008],
        [0.0, -2.362589994663355],
        [-1.5344463330654499, -1.0174171645761925],
        [-0.09825198040133297, -1.9158971385846186],
        [-1.3922135886366136, 0.4240809371883838],
        [-2.1117895293170625, -2.790412734638158],
        [0.0, 1.9167311385874206],
    ];
    let svm = LinearSvm::new(0.1)?;
    let fit = svm.fit(&y, &x)?;
    assert!(fit.gap() <= 1e-12 * svm.value(&y, &x, fit.model())?);
    Ok(())
}

// --- faults that there were

#[test]
fn a_table_of_any_rank_has_its_axes() -> Result<(), LossError> {
    // By hand: the centred rows are (1, 3.5) and its opposite.
    let variances = Pca.fit(&[[2.0, 7.0], [0.0, 0.0]])?.variances();
    assert_close(variances[0], 13.25, "the variance");
    assert_eq!(variances[1], 0.0);
    // By hand: the eigenvalues of X'X are 9, 7 and 0. nalgebra 0.35.0 finds 9.0000139 and 7.
    let axes = Pca.fit(&[[-1.0, -2.0, 0.0], [0.0, 1.0, -2.0], [1.0, 1.0, 2.0]])?;
    all_close(&axes.variances(), &[3.0, 7.0 / 3.0, 0.0], "variances");
    Ok(())
}

#[test]
fn random_tables_have_their_rank_and_axes() -> Result<(), LossError> {
    let mut state = 1_u64;
    let mut draw = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1_u64 << 53) as f64 * 2.0 - 1.0
    };
    for at in 0..1000 {
        let (n, d) = match at % 2 {
            0 => (3, 3),
            _ => (2 + (draw().abs() * 14.0) as usize, 1 + (draw().abs() * 14.0) as usize),
        };
        let rank = 1 + (draw().abs() * (n - 1).min(d) as f64) as usize;
        let mut factor = |rows, columns| Array2::from_shape_fn((rows, columns), |_| draw());
        let x = factor(n, rank).dot(&factor(rank, d));
        let (axes, what) = (Pca.fit(&x)?, format!("{n} x {d}, rank {rank}"));
        let variances = axes.variances();
        assert_eq!(variances.iter().filter(|&&v| v > 0.0).count(), rank.min(n - 1), "{what}");
        let components = axes.components();
        let one = components.dot(&components.t()) - Array2::<f64>::eye(components.nrows());
        assert!(one.iter().all(|off| off.abs() < 1e-13), "{what}");
        let back = axes.reconstruct(&axes.project(&x, components.nrows())?)?;
        let largest = x.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        assert!((back - &x).iter().all(|off| off.abs() <= 1e-13 * largest), "{what}");
    }
    Ok(())
}

#[test]
fn separated_classes_have_no_logistic_regression() -> Result<(), LossError> {
    let text =
        "target is separated by x (the weights grow without end; a larger lambda holds them)";
    let logistic = LogisticRegression::new();
    for x in [
        vec![[0.0, 5.0], [1.0, 1.0], [2.0, 3.0], [3.0, -1.0]],
        // Only just: two of different classes at one place, and no mistake.
        vec![[0.0, 5.0], [1.0, 1.0], [1.0, 1.0], [3.0, -1.0]],
        vec![[0.0, 1e9], [1e-9, 0.0], [2e-9, 0.0], [3e-9, 0.0]],
    ] {
        let y = [0.0, 0.0, 1.0, 1.0];
        assert_eq!(logistic.fit(&y, &x).unwrap_err().to_string(), text);
        // Of the size of the features.
        let held = logistic.with_lambda(1e-3 * x[0][1] * x[0][1])?;
        let gradient = held.gradient(&y, &x, &held.fit(&y, &x)?)?;
        assert!(gradient.intercept.abs() < 1e-14);
    }
    // One far out on its own side does not separate: its loss is 0, the others' decide.
    let (y, x) = ([0.0, 1.0, 0.0, 1.0, 1.0], [[0.0], [1.0], [2.0], [3.0], [1e6]]);
    // mpmath's findroot; the others are 200,000 off the mean, and so are 5 of the 16 digits.
    let fit = logistic.fit(&y, &x)?;
    let near = |computed: f64, expected: f64| (computed - expected).abs() < 1e-11;
    assert!(
        near(fit.weights()[0], 0.9081842625600951) && near(fit.intercept(), -1.362276393840143)
    );
    Ok(())
}

#[test]
fn equal_columns_share_their_weight() -> Result<(), LossError> {
    let x = [0.3_f64, 1.1, 2.7, 3.1, 4.9, 5.2].map(|x| [x, x]);
    let y = [0.0, 1.0, 4.0, 9.0, 16.0, 25.0];
    for lambda in [0.0, 1e-300, 1e-40, 1e-20] {
        let fit = Ridge::new(lambda)?.fit(&y, &x)?;
        // mpmath: half the slope of the one column.
        all_close(fit.weights(), &[2.313484209620514; 2], "the weights");
    }
    Ok(())
}

#[test]
fn a_support_vector_machine_takes_features_in_any_unit() -> Result<(), LossError> {
    let x = [
        [25.0, 20000.0],
        [30.0, 45000.0],
        [35.0, 30000.0],
        [40.0, 60000.0],
        [50.0, 52000.0],
        [60.0, 80000.0],
    ];
    let y = [0.0, 1.0, 0.0, 1.0, 0.0, 1.0];
    let svm = LinearSvm::from_c(1.0, 6)?;
    let fit = svm.fit(&y, &x)?;
    // By hand: lambda is 1/12, and samples 1, 4 and 5 are on the margin's edge.
    let weights = [-1.0 / 7.0, 6.0 / 49000.0];
    let least = (weights[0] * weights[0] + weights[1] * weights[1]) / 12.0;
    assert_eq!(fit.support(), [1, 4, 5]);
    all_close(fit.model().weights(), &weights, "the weights");
    assert_close(svm.value(&y, &x, fit.model())?, least, "the objective");
    Ok(())
}

#[test]
fn a_well_scaled_set_reaches_the_tolerance() -> Result<(), LossError> {
    // A linear congruential generator: 300 samples of 5 features, classes that overlap.
    let mut state = 7_u64;
    let mut draw = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1_u64 << 53) as f64 * 2.0 - 1.0
    };
    let x = Array2::from_shape_fn((300, 5), |_| draw());
    let side = |sum: f64| f64::from(u8::from(sum > 0.0));
    let y: Vec<f64> = x.rows().into_iter().map(|row| side(row.sum() + draw())).collect();
    for lambda in [1e-12, 1e-6, 1e-3, 0.1, 10.0, 1e8] {
        let svm = LinearSvm::new(lambda)?.with_tolerance(1e-14)?;
        let fit = svm.fit(&y, &x)?;
        let value = svm.value(&y, &x, fit.model())?;
        assert!(fit.gap() <= 1e-14 * value, "lambda {lambda:e}: {:e}", fit.gap());
    }
    Ok(())
}
