//! Laws that hold on any data.

use lossbook::ndarray::Axis;
use lossbook::prelude::*;
use proptest::collection::vec;
use proptest::num::f64::ANY;
use proptest::prelude::*;

type Data = (Vec<f64>, Array2<f64>);

fn table(n: usize, d: usize, cells: &[f64]) -> Array2<f64> {
    Array2::from_shape_fn((n, d), |(row, column)| cells[row * d + column])
}

/// More rows than columns, and nothing that depends on anything but by chance.
fn data() -> impl Strategy<Value = Data> {
    (1_usize..4, 6_usize..12).prop_flat_map(|(d, n)| {
        (vec(-3.0..3.0, n), vec(-3.0..3.0, n * d))
            .prop_map(move |(y, cells)| (y, table(n, d, &cells)))
    })
}

/// The same with two classes.
fn classes() -> impl Strategy<Value = Data> {
    data().prop_map(|(y, x)| {
        (y.iter().enumerate().map(|(at, _)| f64::from(u8::from(at % 2 == 0))).collect(), x)
    })
}

fn largest(gradient: &LinearGradient) -> f64 {
    let slopes = gradient.weights.iter().chain([&gradient.intercept]);
    slopes.fold(0.0, |most, slope| most.max(slope.abs()))
}

fn squares(model: &LinearModel) -> f64 {
    model.weights().iter().map(|weight| weight * weight).sum()
}

proptest! {
    // Each case is many steps.
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn descent_comes_to_the_closed_form((y, x) in data(), lambda in 0.5..2.0) {
        let (ridge, x) = (Ridge::new(lambda)?, x / 3.0);
        let mut model = LinearModel::new(&vec![0.0; x.ncols()], 0.0)?;
        for _ in 0..800 {
            model = model.step(&ridge.gradient(&y, &x, &model)?, 0.15)?;
        }
        let fit = ridge.fit(&y, &x)?;
        for (descended, closed) in model.weights().iter().zip(fit.weights()) {
            prop_assert!((descended - closed).abs() < 1e-8);
        }
    }
}

proptest! {
    #[test]
    fn nothing_pulls_where_the_fit_is((y, x) in data(), lambda in 0.0..2.0) {
        let ridge = Ridge::new(lambda)?;
        let fit = ridge.fit(&y, &x)?;
        prop_assert!(largest(&ridge.gradient(&y, &x, &fit)?) < 1e-12);
        let least = ridge.value(&y, &x, &fit)?;
        for move_by in [0.1, -0.1] {
            let weights = fit.weights().mapv(|weight| weight + move_by);
            let worse = LinearModel::new(&weights, fit.intercept() - move_by)?;
            prop_assert!(ridge.value(&y, &x, &worse)? > least);
        }
    }

    #[test]
    fn ridge_shrinks_and_does_not_penalise_the_intercept((y, x) in data(), shift in -50.0..50.0_f64) {
        let fits = [0.0, 0.1, 1.0, 10.0, 1e6].map(|lambda| Ridge::new(lambda)?.fit(&y, &x));
        let fits = fits.into_iter().collect::<Result<Vec<_>, LossError>>()?;
        for pair in fits.windows(2) {
            prop_assert!(squares(&pair[1]) < squares(&pair[0]));
        }
        prop_assert_eq!(&fits[0], &Ols.fit(&y, &x)?);
        let lifted: Vec<f64> = y.iter().map(|y| y + shift).collect();
        let fit = Ridge::new(10.0)?.fit(&lifted, &x)?;
        prop_assert!((fit.intercept() - fits[3].intercept() - shift).abs() < 1e-12);
        prop_assert!((&fit.weights() - &fits[3].weights()).iter().all(|off| off.abs() < 1e-12));
    }

    #[test]
    fn units_do_not_matter((y, x) in data(), power in -150..150_i32, lambda in 0.01..2.0) {
        // Powers of two round nothing, so all of it must agree to the last bit.
        let unit = 2.0_f64.powi(power);
        let scaled = &x * unit;
        let (one, other) = (Ols.fit(&y, &x)?, Ols.fit(&y, &scaled)?);
        prop_assert_eq!(one.weights().to_owned(), &other.weights() * unit);
        let (one, other) = (Pca.fit(&x)?, Pca.fit(&scaled)?);
        prop_assert_eq!(one.components(), other.components());
        prop_assert_eq!(one.variances() * (unit * unit), other.variances());
        let (one, other) = (KMeans.fit(&x, 2, 5)?, KMeans.fit(&scaled, 2, 5)?);
        prop_assert_eq!(one.labels(), other.labels());
        let label: Vec<f64> = (0..y.len()).map(|at| f64::from(u8::from(at < 3))).collect();
        let one = LinearSvm::new(lambda)?.fit(&label, &x)?;
        let other = LinearSvm::new(lambda * unit * unit)?.fit(&label, &scaled)?;
        prop_assert_eq!(one.model().weights().to_owned(), &other.model().weights() * unit);
    }

    #[test]
    fn lloyd_never_rises_and_ends_where_nothing_moves(
        (_, x) in data(), k in 1_usize..6, seed in 0_u64..1000,
    ) {
        let fit = KMeans.fit(&x, k, seed)?;
        prop_assert!(fit.history().windows(2).all(|pair| pair[1] < pair[0]));
        prop_assert_eq!(&fit, &KMeans.fit(&x, k, seed)?);
        let again = KMeans.fit_from(&x, fit.centers())?;
        prop_assert_eq!(again.labels(), fit.labels());
        prop_assert!((again.value() - fit.value()).abs() <= 1e-13 * fit.value());
        let gradient = KMeans.gradient(&x, fit.centers())?;
        prop_assert!(gradient.iter().all(|slope| slope.abs() < 1e-13));
        prop_assert_eq!(KMeans.assign(&x, fit.centers())?, fit.labels());
    }

    #[test]
    fn initial_centers_are_samples_and_differ((_, x) in data(), seed in 0_u64..1000) {
        let centers = KMeans.initial_centers(&x, 5, seed)?;
        for (at, center) in centers.rows().into_iter().enumerate() {
            prop_assert!(x.rows().into_iter().any(|row| row == center));
            prop_assert!(centers.rows().into_iter().take(at).all(|other| other != center));
        }
    }

    #[test]
    fn what_a_projection_leaves_out_is_what_the_reconstruction_lacks((_, x) in data()) {
        let axes = Pca.fit(&x)?;
        let variances = axes.variances();
        let total = x.var_axis(Axis(0), 0.0).sum();
        prop_assert!((variances.sum() - total).abs() < 1e-13 * total);
        prop_assert!((axes.ratios().sum() - 1.0).abs() < 1e-14);
        for k in 1..=x.ncols() {
            let left_out: f64 = variances.iter().skip(k).sum();
            prop_assert!((axes.reconstruction_error(&x, k)? - left_out).abs() < 1e-13 * total);
            let off = axes.reconstruct(&axes.project(&x, k)?)? - &x;
            let error = off.mapv(|off| off * off).sum() / x.nrows() as f64;
            prop_assert!((error - left_out).abs() < 1e-13 * total);
        }
        let components = axes.components();
        let one = components.dot(&components.t()) - Array2::<f64>::eye(components.nrows());
        prop_assert!(one.iter().all(|off| off.abs() < 1e-14));
        for (component, variance) in components.rows().into_iter().zip(&variances) {
            let (value, gradient) = Pca.value_and_gradient(&x, component)?;
            prop_assert!((value - variance).abs() < 1e-13 * total);
            prop_assert!(gradient.iter().all(|slope| slope.abs() < 1e-13 * total));
        }
    }

    #[test]
    fn no_direction_has_more_than_the_first_component(
        (_, x) in data(), direction in vec(-1.0..1.0, 3),
    ) {
        let direction = &direction[..x.ncols()];
        let (value, gradient) = Pca.value_and_gradient(&x, direction)?;
        let variances = Pca.fit(&x)?.variances();
        prop_assert!(value <= variances[0] * (1.0 + 1e-13));
        prop_assert!(value >= variances[variances.len() - 1] * (1.0 - 1e-13));
        let size = direction.iter().map(|entry| entry * entry).sum::<f64>().sqrt();
        prop_assume!(size > 0.1);
        for (at, slope) in gradient.iter().enumerate() {
            let moved = |h: f64| {
                let mut direction = direction.to_vec();
                direction[at] += h;
                Pca.value(&x, &direction).expect("a direction")
            };
            prop_assert!((slope - (moved(1e-5) - moved(-1e-5)) / 2e-5).abs() < 1e-5);
        }
    }

    #[test]
    fn a_rotation_turns_the_components_only((_, x) in data(), angle in 0.0..6.3_f64) {
        if x.ncols() == 1 {
            return Ok(());
        }
        let mut turn = Array2::<f64>::eye(x.ncols());
        let (sin, cos) = angle.sin_cos();
        (turn[[0, 0]], turn[[0, 1]], turn[[1, 0]], turn[[1, 1]]) = (cos, sin, -sin, cos);
        let (axes, turned) = (Pca.fit(&x)?, Pca.fit(&x.dot(&turn))?);
        let variances = axes.variances();
        for (one, other) in variances.iter().zip(turned.variances()) {
            prop_assert!((one - other).abs() < 1e-12 * variances[0]);
        }
        // But for the sign, and where two variances are nearly equal any direction would do.
        let gap = variances.windows(2).into_iter().map(|pair| pair[0] - pair[1]);
        if gap.fold(f64::INFINITY, f64::min) < 0.1 {
            return Ok(());
        }
        let along = axes.components().dot(&turn).dot(&turned.components().t());
        for ((row, column), cos) in along.indexed_iter() {
            let expected = f64::from(u8::from(row == column));
            prop_assert!((cos.abs() - expected).abs() < 1e-11);
        }
    }

    #[test]
    fn dependent_columns_settle(cells in vec(-2_i8..3, 30), d in 2_usize..6, wide: bool) {
        // Small whole numbers: many equal, opposite, or zero columns.
        let mut x = Array2::from_shape_fn((30 / d, d), |(row, column)| f64::from(cells[row * d + column]));
        if wide {
            x = x.reversed_axes();
        }
        let axes = Pca.fit(&x)?;
        let total = x.var_axis(Axis(0), 0.0).sum();
        prop_assert!((axes.variances().sum() - total).abs() <= 1e-13 * total);
        let components = axes.components();
        let one = components.dot(&components.t()) - Array2::<f64>::eye(components.nrows());
        prop_assert!(one.iter().all(|off| off.abs() < 1e-14));
    }

    #[test]
    fn the_gap_bounds_what_is_left_to_gain((y, x) in classes(), lambda in 0.01..1.0) {
        let svm = LinearSvm::new(lambda)?;
        let fit = svm.fit(&y, &x)?;
        let value = svm.value(&y, &x, fit.model())?;
        prop_assert!(fit.gap() <= 1e-12 * value);
        prop_assert!(value <= 1.0 + 1e-12, "no worse than no weights at all");
        let rough = svm.with_tolerance(0.1)?.fit(&y, &x)?;
        let rough_value = svm.value(&y, &x, rough.model())?;
        prop_assert!(rough_value - value <= rough.gap() + 1e-13 && rough.gap() <= 0.1 * rough_value);
        // Without the samples that do not support it, the fit is the same (lambda n is kept).
        let keep: Vec<usize> = fit.support().to_vec();
        let kept: Vec<f64> = keep.iter().map(|&at| y[at]).collect();
        let share = y.len() as f64 / keep.len() as f64;
        let fewer = LinearSvm::new(lambda * share)?.fit(&kept, &x.select(Axis(0), &keep))?;
        for (one, other) in fit.model().weights().iter().zip(fewer.model().weights()) {
            prop_assert!((one - other).abs() < 1e-4, "{} {}", one, other);
        }
    }

    #[test]
    fn views_of_any_layout_give_the_same((y, x) in classes()) {
        let mut backwards = x.t().as_standard_layout().to_owned();
        backwards.invert_axis(Axis(0));
        let mut view = backwards.t();
        view.invert_axis(Axis(1));
        prop_assert!(!view.is_standard_layout() || x.ncols() == 1);
        let mut reversed: Array1<f64> = y.iter().rev().copied().collect();
        reversed.invert_axis(Axis(0));
        prop_assert_eq!(Ols.fit(&reversed, view)?, Ols.fit(&y, &x)?);
        prop_assert_eq!(Ridge::new(1.0)?.fit(&reversed, view)?, Ridge::new(1.0)?.fit(&y, &x)?);
        let svm = LinearSvm::new(0.1)?;
        prop_assert_eq!(svm.fit(&reversed, view)?, svm.fit(&y, &x)?);
        prop_assert_eq!(Pca.fit(view)?, Pca.fit(&x)?);
        prop_assert_eq!(KMeans.fit(view, 2, 1)?, KMeans.fit(&x, 2, 1)?);
    }

    #[test]
    fn nothing_panics(
        (n, d, k, m) in (0_usize..5, 0_usize..4, 0_usize..4, 0_usize..5),
        cells in vec(prop_oneof![ANY, -2.0..2.0, Just(0.0), Just(1.0), Just(1e150), Just(5e-324)], 40),
        lambda in ANY, tame: bool,
    ) {
        // Products of numbers beyond these may be infinite, and sums of those NaN.
        let cells = cells.into_iter().map(|cell| match cell.is_finite() {
            true => cell.clamp(-1e150, 1e150),
            false if tame => 1.0,
            false => cell,
        });
        let cells: Vec<f64> = cells.collect();
        let (x, y, other) = (table(n, d, &cells), &cells[20..20 + m], table(k, d, &cells[25..]));
        let labels: Vec<f64> = y.iter().map(|y| f64::from(u8::from(*y > 0.0))).collect();
        let finite = |model: Result<LinearModel, LossError>| match model {
            Ok(model) => model.weights().iter().all(|weight| weight.is_finite()),
            Err(_) => true,
        };
        prop_assert!(finite(Ols.fit(y, &x)));
        prop_assert!(finite(LogisticRegression::new().fit(&labels, &x)));
        for lambda in [lambda.abs(), 1.0] {
            if let Ok(ridge) = Ridge::new(lambda) {
                prop_assert!(finite(ridge.fit(y, &x)));
            }
            if let Ok(svm) = LinearSvm::new(lambda) {
                let _ = svm.fit(y, &x);
                if let Ok(fit) = svm.with_tolerance(1e-3)?.fit(&labels, &x) {
                    prop_assert!(fit.margin() >= 0.0 && fit.gap() >= 0.0);
                }
            }
            let _ = LinearSvm::from_c(lambda, n);
            if let Ok(logistic) = LogisticRegression::new().with_lambda(lambda) {
                let _ = logistic.fit(y, &x);
                prop_assert!(finite(logistic.fit(&labels, &x)));
            }
        }
        if let Ok(model) = LinearModel::new(y, lambda) {
            let predicted = model.predict(&x);
            prop_assert!(predicted.is_err() || predicted?.iter().all(|y| !y.is_nan()));
            let _ = model.r_squared(y, &x);
            let _ = LinearSvm::new(1.0)?.value_and_gradient(&labels, &x, &model);
            if let Ok((value, gradient)) = Ols.value_and_gradient(y, &x, &model) {
                prop_assert!(!value.is_nan());
                let _ = model.step(&gradient, lambda);
            }
        }
        if let Ok(axes) = Pca.fit(&x) {
            prop_assert!(axes.components().iter().all(|entry| entry.abs() <= 1.0 + 1e-12));
            prop_assert!(axes.variances().iter().all(|variance| *variance >= 0.0));
            prop_assert!(axes.ratios().iter().all(|ratio| *ratio >= 0.0));
            let _ = (axes.project(&other, k), axes.reconstruct(&other), axes.reconstruction_error(&x, k));
        }
        let _ = Pca.value_and_gradient(&x, y);
        let _ = KMeans.value_and_gradient(&x, &other);
        let _ = KMeans.fit_from(&x, &other);
        if let Ok(fit) = KMeans.fit(&x, k, 3) {
            prop_assert!(fit.centers().iter().all(|entry| entry.is_finite()));
        }
    }
}
