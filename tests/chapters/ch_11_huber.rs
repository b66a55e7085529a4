//! Written from notebooks/11_huber.ipynb by `cargo chapters`; edit the notebook.

#[test]
fn half_a_square_then_a_straight_line() -> crate::Worked {
    use lossbook::prelude::*;

    let delta = 1.0;
    let r = array![0.0, 0.5, 0.9, 1.0, 1.1, 2.0];
    crate::shown(
        &df!["r" => &r]?
            .lazy()
            .with_columns([
                (lit(0.5) * col("r").pow(2)).alias("half the square"),
                (lit(delta) * (col("r").abs() - lit(0.5 * delta))).alias("the straight line"),
            ])
            .with_columns([when(col("r").abs().lt_eq(lit(delta)))
                .then(col("half the square"))
                .otherwise(col("the straight line"))
                .alias("Huber")])
            .collect()?,
    )?;

    let (r, some) = (Array1::linspace(-3.0, 3.0, 61), Array1::linspace(-3.0, 3.0, 13));
    let huber = Huber::new(1.0)?;
    let loss = Chart::new("Huber leaves the parabola at δ and goes straight on")
        .x("residual y - ŷ (min)")
        .y("loss (min²)")
        .line("Huber, δ = 1", &r, &r.mapv(|r| huber.loss(r)))
        .line("half the square", &r, &r.mapv(|r| 0.5 * r * r));
    let slope = Chart::new("Its slope steepens up to δ, and then no more")
        .x("residual y - ŷ (min)")
        .y("slope (min)")
        .line("Huber, δ = 1", &r, &r.mapv(|r| huber.derivative(r)))
        .line("half the square", &r, &r.mapv(|r| -r))
        .points("-r, held", &some, &some.mapv(|r| -r.clamp(-1.0, 1.0)));
    crate::shown(&side_by_side([&loss, &slope]).vertical(-1.0, "-δ").vertical(1.0, "δ"))?;

    let mut same = true;
    for delta in [0.25, 1.0, 10.0] {
        let huber = Huber::new(delta)?;
        for r in Array1::<f64>::linspace(-100.0, 100.0, 1000) {
            let other_form = delta * r.abs() - 0.5 * delta * delta;
            same &= r.abs() <= delta || (huber.loss(r) - other_form).abs() < 1e-9;
        }
    }
    crate::shown(&lecture("huber/two-forms", same))?;

    Ok(())
}

#[test]
fn the_lectures_four_tables() -> crate::Worked {
    use lossbook::prelude::*;

    let r = array![-10.0, -5.0, 0.0, 5.0, 10.0, -10.0, -5.0, 0.0, 5.0, 100.0];
    let (one, ten) = (Huber::new(1.0)?, Huber::new(10.0)?);
    let nights = df![
        "night" => [["ordinary"; 5], ["flat tyre"; 5]].concat(),
        "residual" => &r,
        "absolute" => r.mapv(|r| AbsoluteError.loss(r)),
        "Huber, δ = 1" => r.mapv(|r| one.loss(r)),
        "Huber, δ = 10" => r.mapv(|r| ten.loss(r)),
        "squared" => r.mapv(|r| SquaredError.loss(r)),
    ]?;
    crate::shown(&nights.head(Some(5)))?;

    let losses = ["absolute", "Huber, δ = 1", "Huber, δ = 10", "squared"];
    let means =
        nights.clone().lazy().group_by([col("night")]).agg(losses.map(|loss| col(loss).mean()));
    let means = means.sort(["absolute"], Default::default()).collect()?;
    let mut ordinary: Vec<f64> = Vec::new();
    let mut tyre: Vec<f64> = Vec::new();
    for loss in losses {
        let mean = means.column(loss)?.numbers()?;
        ordinary.push(mean[0]);
        tyre.push(mean[1]);
    }
    crate::shown(
        &df!["loss" => losses, "mean" => &ordinary, "with the flat tyre" => &tyre]?
            .lazy()
            .with_columns([(col("with the flat tyre") / col("mean")).alias("times")])
            .collect()?,
    )?;

    let (plain, tyre) = ([-10.0, -5.0, 0.0, 5.0, 10.0], [-10.0, -5.0, 0.0, 5.0, 100.0]);
    let none = [0.0; 5];
    crate::shown(&[
        lecture("huber/plain/delta-1/each", one.each(&plain, &none)?),
        lecture("huber/plain/delta-1/mean", one.mean(&plain, &none)?),
        lecture("huber/plain/delta-10/each", ten.each(&plain, &none)?),
        lecture("huber/plain/delta-10/mean", ten.mean(&plain, &none)?),
        lecture("huber/outlier/delta-1/each", one.each(&tyre, &none)?),
        lecture("huber/outlier/delta-1/mean", one.mean(&tyre, &none)?),
        lecture("huber/outlier/delta-10/each", ten.each(&tyre, &none)?),
        lecture("huber/outlier/delta-10/mean", ten.mean(&tyre, &none)?),
    ])?;

    Ok(())
}

#[test]
fn the_knob() -> crate::Worked {
    use lossbook::prelude::*;

    let r = Array1::linspace(-4.0, 4.0, 33);
    let stops = Array1::linspace(0.25, 5.0, 20).to_vec();
    crate::shown(
        &slider("δ (min)", &stops, |delta| {
            let huber = Huber::new(delta)?;
            let loss =
                Chart::new("Loss").x("residual y - ŷ (min)").y("loss (min²)").y_range(0.0, 8.0);
            let loss = loss
                .line("Huber", &r, &r.mapv(|r| huber.loss(r)))
                .line("half the square", &r, &r.mapv(|r| 0.5 * r * r))
                .line("δ times the absolute", &r, &r.mapv(|r: f64| delta * r.abs()));
            let slope = Chart::new("Slope").x("residual y - ŷ (min)").y("slope (min)");
            let slope = slope.line("Huber", &r, &r.mapv(|r| huber.derivative(r)));
            Ok(side_by_side([&loss, &slope]).vertical(-delta, "-δ").vertical(delta, "δ"))
        })
        .starting_at(1.0),
    )?;

    Ok(())
}

#[test]
fn smooth_l1() -> crate::Worked {
    use lossbook::prelude::*;

    let r = Array1::linspace(-4.0, 4.0, 161);
    let (narrow, wide) = (SmoothL1::new(0.25)?, SmoothL1::new(3.0)?);
    let loss = Chart::new("Three rounded tips")
        .x("residual y - ŷ")
        .y("loss")
        .line("smooth L1, β = 0.25", &r, &r.mapv(|r| narrow.loss(r)))
        .line("smooth L1, β = 3", &r, &r.mapv(|r| wide.loss(r)))
        .line("log-cosh", &r, &r.mapv(|r| LogCosh.loss(r)));
    let slope = Chart::new("Their slopes")
        .x("residual y - ŷ")
        .y("slope")
        .line("smooth L1, β = 0.25", &r, &r.mapv(|r| narrow.derivative(r)))
        .line("smooth L1, β = 3", &r, &r.mapv(|r| wide.derivative(r)))
        .line("log-cosh", &r, &r.mapv(|r| LogCosh.derivative(r)));
    crate::shown(&side_by_side([&loss, &slope]))?;

    let huber = Huber::new(1.0)?;
    let smooth = SmoothL1::new(1.0)?;
    let r = Array1::linspace(-5.0, 5.0, 1001);
    let same = r.iter().all(|&r| (huber.loss(r) - smooth.loss(r)).abs() < 1e-12);
    crate::shown(&lecture("smooth-l1/is-huber", same))?;

    Ok(())
}

#[test]
fn a_promise_that_survives_a_puncture() -> crate::Worked {
    use lossbook::prelude::*;

    fn walk(took: &[f64], delta: f64) -> Result<(f64, f64), LossError> {
        let huber = Huber::new(delta)?;
        let mut promise = took.iter().sum::<f64>() / took.len() as f64;
        for step in 0..1_000_000 {
            let pull = -huber.gradient(took, &vec![promise; took.len()])?.sum();
            if pull.abs() < 1e-9 * delta.min(1.0) {
                return Ok((promise, step as f64));
            }
            promise += pull;
        }
        Ok((f64::NAN, 1e6))
    }

    let took = [20.0, 25.0, 30.0, 35.0, 130.0];
    let deltas = [0.1, 1.0, 10.0, 20.0, 40.0, 60.0, 80.0, 100.0];
    let mut promises: Vec<f64> = Vec::new();
    let mut steps: Vec<f64> = Vec::new();
    for delta in deltas {
        let (promise, count) = walk(&took, delta)?;
        promises.push((promise * 1e6).round() / 1e6); // the walk is not more exact than that
        steps.push(count);
    }
    crate::shown(&df!["δ (min)" => deltas, "best promise (min)" => &promises, "steps" => &steps]?)?;

    use statrs::statistics::{Data, OrderStatistics, Statistics};
    let deltas = Array1::linspace(1.0, 120.0, 120);
    let mut promises: Vec<f64> = Vec::new();
    for &delta in &deltas {
        promises.push(walk(&took, delta)?.0);
    }
    crate::shown(
        &Chart::new("As δ grows, the best promise walks from the median to the mean")
            .x("δ (min)")
            .y("best promise (min)")
            .line("Huber", &deltas, &promises)
            .horizontal(Data::new(took).median(), "median")
            .horizontal(took.mean(), "mean")
            .vertical(82.0, "82")
            .y_range(28.0, 52.0),
    )?;

    fn valley(took: &[f64; 5], delta: f64, best: f64) -> Result<Chart, LossError> {
        let huber = Huber::new(delta)?;
        let promises = Array1::linspace(10.0, 140.0, 53);
        let mut losses: Vec<f64> = Vec::new();
        for &promise in &promises {
            losses.push(huber.mean(took, &[promise; 5])? / delta);
        }
        Ok(Chart::new(&format!("The valley: best promise {best:.1} min"))
            .x("promise (min)")
            .y("mean loss / δ (min)")
            .line("mean loss / δ", &promises, &losses)
            .vertical(best, "best"))
    }

    let stops = Array1::linspace(4.0, 100.0, 25).to_vec();
    crate::shown(
        &slider("δ (min)", &stops, |delta| {
            let best = (walk(&took, delta)?.0 * 1e6).round() / 1e6;
            let pulls = took.map(|minutes| (minutes - best).clamp(-delta, delta));
            let bars = Chart::new("The five pulls on it")
                .x("delivery, by the minutes it took")
                .y("pull up (min)")
                .bars("pull", &["20", "25", "30", "35", "130"], &pulls);
            Ok(side_by_side([&valley(&took, delta, best)?, &bars]))
        })
        .starting_at(40.0),
    )?;

    Ok(())
}

#[test]
fn a_line_through_punctures() -> crate::Worked {
    use lossbook::prelude::*;

    fn fitted_line(road: &data::NoisyLine, delta: f64) -> Result<[f64; 2], LossError> {
        let huber = Huber::new(delta)?;
        let from_middle = &road.x - 5.0;
        let (mut height, mut slope) = (0.0, 0.0);
        for _step in 0..100_000 {
            let pull = -huber.gradient(&road.y, &(&from_middle * slope + height))?;
            let (lift, turn) = (pull.sum(), pull.dot(&from_middle));
            if lift.abs() + turn.abs() < 1e-9 * delta.min(1.0) {
                return Ok([height - 5.0 * slope, slope]);
            }
            height += 0.1 * lift;
            slope += 0.1 * turn;
        }
        Ok([f64::NAN; 2])
    }

    let road = data::line_with_outliers(14, 30, 5)?;
    let ordinary =
        Array1::from_shape_fn(30, |i| if road.outlier[i] { f64::NAN } else { road.y[i] });
    let puncture =
        Array1::from_shape_fn(30, |i| if road.outlier[i] { road.y[i] } else { f64::NAN });
    let stops = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0];
    let stops =
        [stops.to_vec(), vec![6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 14.0, 16.0, 20.0]].concat();
    crate::shown(
        &slider("δ (min)", &stops, |delta| {
            let [door, per_km] = fitted_line(&road, delta)?;
            Ok(Chart::new(&format!("{door:.2} min at the door, {per_km:.2} min per km"))
                .x("distance (km)")
                .y("time (min)")
                .line("Huber", &[0.0, 10.0], &[door, door + 10.0 * per_km])
                .points("ordinary", &road.x, &ordinary)
                .points("puncture", &road.x, &puncture))
        })
        .starting_at(20.0),
    )?;

    let squares = Ols.fit(&road.y, &Array2::from_shape_fn((30, 1), |(i, _)| road.x[i]))?;
    let mut lines = vec![[squares.intercept(), squares.weights()[0]]];
    let mut names = vec!["least squares".to_string()];
    for delta in [20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.1] {
        lines.push(fitted_line(&road, delta)?);
        names.push(format!("δ = {delta}"));
    }
    lines.push([road.intercept, road.slope]);
    names.push("the truth".to_string());
    let door: Vec<f64> = lines.iter().map(|line| (line[0] * 1e6).round() / 1e6).collect();
    let per_km: Vec<f64> = lines.iter().map(|line| (line[1] * 1e6).round() / 1e6).collect();
    crate::shown(&df!["line" => &names, "at the door (min)" => &door, "per km (min)" => &per_km]?)?;

    Ok(())
}

#[test]
fn the_noise_behind_a_loss() -> crate::Worked {
    use lossbook::prelude::*;

    use statrs::distribution::{Continuous, ContinuousCDF, Laplace, Normal};
    let huber = Huber::new(1.345)?;
    let (gauss, laplace) = (Normal::standard(), Laplace::new(0.0, 1.0 / 1.345)?);
    let grid = Array1::linspace(-39.995, 39.995, 8000);
    let area = 0.01 * grid.mapv(|z| (-huber.loss(z)).exp()).sum();
    let z = Array1::linspace(-5.0, 5.0, 101);
    let density = Chart::new("The noise")
        .x("residual (σ)")
        .y("density f")
        .line("Huber, δ = 1.345 σ", &z, &z.mapv(|z| (-huber.loss(z)).exp() / area))
        .line("Gauss", &z, &z.mapv(|z| gauss.pdf(z)))
        .line("Laplace", &z, &z.mapv(|z| laplace.pdf(z)));
    let loss = Chart::new("Its -ln is the loss")
        .x("residual (σ)")
        .y("-ln f, from its lowest point")
        .line("Huber, δ = 1.345 σ", &z, &z.mapv(|z| huber.loss(z)))
        .line("Gauss", &z, &z.mapv(|z| gauss.ln_pdf(0.0) - gauss.ln_pdf(z)))
        .line("Laplace", &z, &z.mapv(|z| laplace.ln_pdf(0.0) - laplace.ln_pdf(z)));
    crate::shown(&side_by_side([&density, &loss]))?;

    let beyond = [1.0, 3.0, 5.0];
    let mut tails: Vec<f64> = Vec::new();
    for k in beyond {
        let far = grid.mapv(|z: f64| if z.abs() > k { (-huber.loss(z)).exp() } else { 0.0 });
        tails.push(100.0 * 0.01 * far.sum() / area);
    }
    crate::shown(&df![
        "beyond (σ)" => beyond,
        "Gauss (%)" => beyond.map(|k| 200.0 * gauss.sf(k)),
        "Huber (%)" => &tails,
        "Laplace (%)" => beyond.map(|k| 200.0 * laplace.sf(k)),
    ]?)?;

    Ok(())
}

#[test]
fn which_delta() -> crate::Worked {
    use lossbook::prelude::*;

    use statrs::distribution::{Continuous, ContinuousCDF, Normal};
    fn efficiency(delta: f64) -> Result<f64, LossError> {
        let (huber, noise) = (Huber::new(delta)?, Normal::standard());
        let inside = noise.cdf(delta) - noise.cdf(-delta);
        let mut shaking = 0.0;
        for z in Array1::<f64>::linspace(-8.0, 8.0, 16_001) {
            shaking += 0.001 * noise.pdf(z) * huber.derivative(z).powi(2);
        }
        Ok(inside * inside / shaking)
    }

    let (mut low, mut high) = (0.1, 3.0);
    for _halving in 0..50 {
        let middle = 0.5 * (low + high);
        if efficiency(middle)? < 0.95 {
            low = middle;
        } else {
            high = middle;
        }
    }
    let usual = low;
    let percent = [100.0 * efficiency(0.01)?, 100.0 * efficiency(usual)?, 100.0 * efficiency(3.0)?];
    crate::shown(&df!["δ (σ)" => [0.01, usual, 3.0], "efficiency (%)" => percent]?)?;

    let deltas = Array1::linspace(0.05, 3.0, 60);
    let mut used: Vec<f64> = Vec::new();
    for &delta in &deltas {
        used.push(100.0 * efficiency(delta)?);
    }
    crate::shown(
        &Chart::new("The premium: what robustness costs when nothing goes wrong")
            .x("δ (in standard deviations σ of the noise)")
            .y("efficiency (%)")
            .line("Huber", &deltas, &used)
            .vertical(usual, &format!("{usual:.3}"))
            .horizontal(95.0, "95 %"),
    )?;

    let road = data::line_with_outliers(14, 300, 50)?;
    let from_truth = &road.y - &(&road.x * road.slope + road.intercept);
    let r = [vec![-10.0, -5.0, 0.0, 5.0, 100.0], from_truth.to_vec()].concat();
    let of = [vec!["the lecture's five"; 5], vec!["300 on the road"; 300]].concat();
    let within = Normal::standard().inverse_cdf(0.75);
    crate::shown(
        &df!["residuals" => &of, "r" => &r]?
            .lazy()
            .group_by([col("residuals")])
            .agg([
                col("r").pow(2).mean().sqrt().alias("σ by RMSE (min)"),
                (col("r").abs().median() / lit(within)).alias("σ by the median (min)"),
            ])
            .with_columns([(lit(usual) * col("σ by the median (min)")).alias("δ (min)")])
            .sort(["δ (min)"], Default::default())
            .collect()?,
    )?;

    use ndarray_stats::DeviationExt;
    use statrs::statistics::{Data, OrderStatistics};
    let r = array![-10.0, -5.0, 0.0, 5.0, 100.0];
    let median = Data::new(r.mapv(f64::abs).to_vec()).median();
    crate::shown(&df![
        "ours" => [rmse(&r, &[0.0; 5])?],
        "ndarray-stats" => [r.root_mean_sq_err(&Array1::zeros(5))?],
        "median of abs(r), statrs" => [median],
    ]?)?;

    Ok(())
}

#[test]
fn a_loss_of_your_own() -> crate::Worked {
    use lossbook::prelude::*;

    use statrs::distribution::{Cauchy, Continuous};
    let cauchy: fn(f64) -> (f64, f64) =
        |r| ((1.0 + r * r / 100.0).ln(), -2.0 * r / (100.0 + r * r));
    let (noise, huber) = (Cauchy::new(0.0, 10.0)?, Huber::new(10.0)?);
    let r = Array1::linspace(-60.0, 60.0, 121);
    let some = Array1::linspace(-60.0, 60.0, 13);
    let loss = Chart::new("The loss")
        .x("residual y - ŷ (min)")
        .y("loss")
        .line("Cauchy, s = 10", &r, &r.mapv(|r| cauchy.loss(r)))
        .points("-ln f, statrs", &some, &some.mapv(|r| noise.ln_pdf(0.0) - noise.ln_pdf(r)));
    let slope = Chart::new("Its pull fades")
        .x("residual y - ŷ (min)")
        .y("slope, its steepest being 1")
        .line("Cauchy, s = 10", &r, &r.mapv(|r| 10.0 * cauchy.derivative(r)))
        .line("Huber, δ = 10", &r, &r.mapv(|r| huber.derivative(r) / 10.0));
    crate::shown(&side_by_side([&loss, &slope]))?;

    let took = [20.0, 25.0, 30.0, 35.0, 130.0];
    let starts = [30.0, 80.0, 130.0];
    let (mut ends, mut means, mut left): (Vec<f64>, Vec<f64>, Vec<f64>) = Default::default();
    for mut promise in starts {
        for _step in 0..20_000 {
            promise -= 10.0 * cauchy.gradient(&took, &[promise; 5])?.sum();
        }
        ends.push((promise * 1e6).round() / 1e6);
        means.push(cauchy.mean(&took, &[promise; 5])?);
        left.push(cauchy.gradient(&took, &[promise; 5])?.sum().abs());
    }
    crate::shown(
        &df!["start (min)" => starts, "promise (min)" => &ends, "mean loss" => &means, "pull left" => &left]?,
    )?;

    Ok(())
}

#[test]
fn the_huber_loss_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_huber(residual: f64, delta: f64) -> f64 {
        todo!("half a square, then a straight line")
    }

    crate::not_yet(&exercises::huber::loss(my_huber))
}

#[test]
fn the_huber_loss_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_huber(residual: f64, delta: f64) -> f64 {
        if residual.abs() <= delta {
            0.5 * residual * residual
        } else {
            delta * (residual.abs() - 0.5 * delta)
        }
    }

    crate::passed(&exercises::huber::loss(my_huber))
}

#[test]
fn the_pull_on_a_promise_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_pull(took: &[f64], promise: f64, delta: f64) -> f64 {
        todo!("add up the residuals, each held by delta")
    }

    crate::not_yet(&exercises::huber::pull(my_pull))
}

#[test]
fn the_pull_on_a_promise_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_pull(took: &[f64], promise: f64, delta: f64) -> f64 {
        let mut pull = 0.0;
        for &minutes in took {
            pull += (minutes - promise).clamp(-delta, delta);
        }
        pull
    }

    crate::passed(&exercises::huber::pull(my_pull))
}

#[test]
fn the_best_promise_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_promise(took: &[f64], delta: f64) -> f64 {
        todo!("halve fifty times, and keep the half that holds the best promise")
    }

    crate::not_yet(&exercises::huber::promise(my_promise))
}

#[test]
fn the_best_promise_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_promise(took: &[f64], delta: f64) -> f64 {
        let (mut low, mut high) = (0.0, 1000.0);
        for _halving in 0..50 {
            let middle = 0.5 * (low + high);
            let mut pull = 0.0;
            for &minutes in took {
                pull += (minutes - middle).clamp(-delta, delta);
            }
            if pull > 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }

    crate::passed(&exercises::huber::promise(my_promise))
}

#[test]
fn choose_delta_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_delta(residuals: &[f64]) -> f64 {
        todo!("a delta that suits the noise, whatever its scale")
    }

    crate::not_yet(&exercises::huber::delta(my_delta))
}

#[test]
fn choose_delta_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_delta(residuals: &[f64]) -> f64 {
        use statrs::statistics::{Data, OrderStatistics};
        let mut sizes: Vec<f64> = Vec::new();
        for &r in residuals {
            sizes.push(r.abs());
        }
        1.345 * Data::new(sizes).median() / 0.6745
    }

    crate::passed(&exercises::huber::delta(my_delta))
}
