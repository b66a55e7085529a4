//! Written from notebooks/09_residuals.ipynb by `cargo chapters`; edit the notebook.

#[test]
fn a_residual_is_a_signed_distance() -> crate::Worked {
    use lossbook::prelude::*;

    let took = [20.0, 25.0, 30.0, 35.0, 40.0];
    let promised = [30.0; 5];
    let late = when(col("residual").gt(lit(0.0))).then(lit("late"));
    let early = late.when(col("residual").lt(lit(0.0))).then(lit("early"));
    let evening = df!["delivery" => [1, 2, 3, 4, 5], "took" => took, "promised" => promised]?
        .lazy()
        .with_columns([(col("took") - col("promised")).alias("residual")])
        .with_columns([early.otherwise(lit("on time")).alias("so it was")])
        .collect()?;
    crate::shown(&evening)?;

    let delivery = [1.0, 2.0, 3.0, 4.0, 5.0];
    let promised = [30.0; 5];
    let took = [20.0, 25.0, 30.0, 35.0, 40.0];
    let (mut stick_x, mut stick_y) = (Vec::<f64>::new(), Vec::<f64>::new());
    for i in 0..5 {
        // NAN leaves a gap, so that one line draws five sticks.
        stick_x.extend([delivery[i]; 3]);
        stick_y.extend([promised[i], took[i], f64::NAN]);
    }
    crate::shown(
        &Chart::new("A residual is the stick between the promise and what happened")
            .x("delivery")
            .y("time (min)")
            .line("promised", &delivery, &promised)
            .line("residual", &stick_x, &stick_y)
            .points("took", &delivery, &took),
    )?;

    Ok(())
}

#[test]
fn signs_cancel() -> crate::Worked {
    use lossbook::prelude::*;

    let y = [0.0, 1.0];
    let y_hat = [100.0, -99.0];
    let r = residuals(&y, &y_hat)?;
    crate::shown(&df![
        "sample" => ["1", "2", "sum"],
        "target" => [y[0], y[1], y[0] + y[1]],
        "prediction" => [y_hat[0], y_hat[1], y_hat[0] + y_hat[1]],
        "residual" => [r[0], r[1], r.sum()],
    ]?)?;

    let r = residuals(&[0.0, 1.0], &[100.0, -99.0])?;
    crate::shown(&[
        lecture("residuals/cancel/each", &r),
        lecture("residuals/cancel/sum", r.sum()),
        lecture("residuals/cancel/second", 1.0 - r[1]),
    ])?;

    Ok(())
}

#[test]
fn square_or_absolute() -> crate::Worked {
    use lossbook::prelude::*;

    crate::shown(
        &df!["residual (min)" => [-10.0, -5.0, -0.5, 0.0, 0.5, 5.0, 10.0]]?
            .lazy()
            .with_columns([
                col("residual (min)").abs().alias("absolute (min)"),
                col("residual (min)").pow(2).alias("squared (min²)"),
            ])
            .collect()?,
    )?;

    let r: f64 = 10.0;
    let nudge = 0.001;
    let absolute = ((r - nudge).abs() - r.abs()) / nudge;
    let squared = ((r - nudge).powi(2) - r.powi(2)) / nudge;
    crate::shown(&df![
        "loss" => ["absolute", "squared"],
        "slope, by a nudge" => [absolute, squared],
        "slope, exactly" => [AbsoluteError.derivative(r), SquaredError.derivative(r)],
    ]?)?;

    let r = Array1::linspace(-3.0, 3.0, 121);
    let loss = Chart::new("The square starts flat and then climbs ever faster")
        .x("residual y - ŷ (min)")
        .y("loss (min or min²)")
        .line("absolute", &r, &r.mapv(|r| AbsoluteError.loss(r)))
        .line("squared", &r, &r.mapv(|r| SquaredError.loss(r)));
    let pull = Chart::new("Its pull grows with the residual, the other's only changes sides")
        .x("residual y - ŷ (min)")
        .y("pull on the prediction")
        .steps("absolute", &[-3.0, 0.0, 3.0], &[-1.0, 1.0, 1.0])
        .line("squared", &r, &r.mapv(|r| -SquaredError.derivative(r)));
    crate::shown(&side_by_side([&loss, &pull]))?;

    Ok(())
}

#[test]
fn mse_mae_and_rmse() -> crate::Worked {
    use lossbook::prelude::*;

    use ndarray_stats::DeviationExt;
    let took = array![20.0, 25.0, 30.0, 35.0, 40.0];
    let promised = array![30.0, 30.0, 30.0, 30.0, 30.0];
    let r = residuals(&took, &promised)?;
    let by_hand = r.iter().map(|r| r.abs()).sum::<f64>() / r.len() as f64;
    crate::shown(&df![
        "MAE" => ["by hand", "lossbook", "ndarray-stats"],
        "value (min)" => [by_hand, mae(&took, &promised)?, took.mean_abs_err(&promised)?],
    ]?)?;

    let took = array![20.0, 25.0, 30.0, 35.0, 40.0];
    let promised = array![30.0, 30.0, 30.0, 30.0, 30.0];
    let (took_s, promised_s) = (&took * 60.0, &promised * 60.0);
    let minutes = [mae(&took, &promised)?, mse(&took, &promised)?, mse(&took, &promised)?.sqrt()];
    let seconds = [
        took_s.mean_abs_err(&promised_s)?,
        took_s.mean_sq_err(&promised_s)?,
        took_s.root_mean_sq_err(&promised_s)?,
    ];
    crate::shown(
        &df!["loss" => ["MAE", "MSE", "RMSE"], "minutes" => minutes, "seconds" => seconds]?
            .lazy()
            .with_columns([(col("seconds") / col("minutes")).alias("times")])
            .collect()?,
    )?;

    let took = [20.0, 25.0, 30.0, 35.0, 40.0];
    let promised = [30.0; 5];
    crate::shown(&[
        lecture("residuals/table/absolute", AbsoluteError.each(&took, &promised)?),
        lecture("residuals/table/squared", SquaredError.each(&took, &promised)?),
        lecture("residuals/table/mae", mae(&took, &promised)?),
        lecture("residuals/table/rmse", rmse(&took, &promised)?),
    ])?;

    let stops: Vec<f64> = (6..=30).map(f64::from).collect();
    crate::shown(
        &slider("fifth courier late by (min)", &stops, |fifth| {
            let rest = (30.0 - fifth) / 4.0;
            let late = [rest, rest, rest, rest, fifth];
            let (mae, rmse) = (mae(&late, &[0.0; 5])?, rmse(&late, &[0.0; 5])?);
            Ok(Chart::new(&format!("Thirty minutes late in all: MAE {mae:.2}, RMSE {rmse:.2}"))
                .x("delivery")
                .y("late by (min)")
                .bars("late by", &["1", "2", "3", "4", "5"], &late)
                .horizontal(mae, "MAE")
                .horizontal(rmse, "RMSE"))
        })
        .starting_at(18.0),
    )?;

    Ok(())
}

#[test]
fn one_outlier() -> crate::Worked {
    use lossbook::prelude::*;

    let plain = [-10.0, -5.0, 0.0, 5.0, 10.0];
    let puncture = [-10.0, -5.0, 0.0, 5.0, 100.0];
    let none = [0.0; 5];
    crate::shown(&df![
    "loss" => ["MAE", "RMSE", "MSE"],
    "without" => [mae(&plain, &none)?, rmse(&plain, &none)?, mse(&plain, &none)?],
    "with puncture" => [mae(&puncture, &none)?, rmse(&puncture, &none)?, mse(&puncture, &none)?],
]?
.lazy()
.with_columns([(col("with puncture") / col("without")).alias("times")])
.collect()?)?;

    use plotly::{Layout, Plot, Scatter, common::Fill, common::Mode, layout::Axis};
    let mut plot = Plot::new();
    let mut left = 0.0;
    for (name, side) in [("1", 10.0), ("2", 5.0), ("4", 5.0), ("5", 100.0)] {
        let x = vec![left, left + side, left + side, left, left];
        let y = vec![0.0, 0.0, side, side, 0.0];
        let square = Scatter::new(x, y).mode(Mode::Lines).fill(Fill::ToSelf);
        plot.add_trace(square.name(format!("delivery {name}")).show_legend(false));
        left += side + 5.0;
    }
    let x: Axis = Axis::new().title("deliveries 1, 2, 4 and 5 side by side (min)");
    let y: Axis = Axis::new().title("residual (min)").scale_anchor("x");
    let title = "The area of a square is what its delivery costs";
    plot.set_layout(Layout::new().template(theme()).title(title).x_axis(x).y_axis(y));
    crate::shown(&plot)?;

    let names = ["1", "2", "3", "4", "5"];
    let stops: Vec<f64> = (0..=40).map(|stop| 2.5 * f64::from(stop)).collect();
    crate::shown(
        &slider("fifth residual (min)", &stops, |fifth| {
            let r = array![-10.0, -5.0, 0.0, 5.0, fifth];
            let (absolute, squared) = (r.mapv(|r| r.abs()), r.mapv(|r| r * r));
            let (mae, rmse) = (mae(&r, &[0.0; 5])?, rmse(&r, &[0.0; 5])?);
            Ok(Chart::new(&format!("Who has the say, at MAE {mae:.2} and RMSE {rmse:.2}"))
                .x("delivery")
                .y("share of the total loss (%)")
                .bars("absolute", &names, &(&absolute * (100.0 / absolute.sum())))
                .bars("squared", &names, &(&squared * (100.0 / squared.sum()))))
        })
        .starting_at(25.0),
    )?;

    let (plain, r) = ([-10.0, -5.0, 0.0, 5.0, 10.0], [-10.0, -5.0, 0.0, 5.0, 100.0]);
    let none = [0.0; 5];
    let mae_grew = mae(&r, &none)? / mae(&plain, &none)?;
    let mse_grew = mse(&r, &none)? / mse(&plain, &none)?;
    crate::shown(&[
        lecture("residuals/outlier/absolute", AbsoluteError.each(&r, &none)?),
        lecture("residuals/outlier/squared", SquaredError.each(&r, &none)?),
        lecture("residuals/outlier/mae", mae(&r, &none)?),
        lecture("residuals/outlier/rmse", rmse(&r, &none)?),
        lecture("residuals/outlier/sensitivity", mse_grew > mae_grew),
    ])?;

    Ok(())
}

#[test]
fn the_best_constant_prediction() -> crate::Worked {
    use lossbook::prelude::*;

    fn mean_loss(took: &[f64], promise: f64, loss: fn(f64) -> f64) -> f64 {
        took.iter().map(|t| loss(t - promise)).sum::<f64>() / took.len() as f64
    }
    fn lowest(promises: &Array1<f64>, losses: &Array1<f64>) -> f64 {
        let mut best = 0;
        for i in 0..losses.len() {
            if losses[i] < losses[best] {
                best = i;
            }
        }
        promises[best]
    }

    let took = [20.0, 25.0, 30.0, 35.0, 130.0];
    let promises = Array1::linspace(20.0, 80.0, 61);
    let maes = promises.mapv(|promise| mean_loss(&took, promise, |r| r.abs()));
    let rmses = promises.mapv(|promise| mean_loss(&took, promise, |r| r * r).sqrt());
    crate::shown(
        &Chart::new("Each loss has its own favourite promise")
            .x("promise to everybody (min)")
            .y("mean error (min)")
            .line("MAE", &promises, &maes)
            .line("RMSE", &promises, &rmses),
    )?;

    use ndarray_stats::QuantileExt;
    use statrs::statistics::{Data, OrderStatistics};
    let mean = took.iter().sum::<f64>() / took.len() as f64;
    let median = Data::new(took).median();
    crate::shown(&df![
        "choose by" => ["MAE", "RMSE"],
        "best, by our loop (min)" => [lowest(&promises, &maes), lowest(&promises, &rmses)],
        "best, by argmin (min)" => [promises[maes.argmin()?], promises[rmses.argmin()?]],
        "which is the" => ["median", "mean"],
        "computed (min)" => [median, mean],
    ]?)?;

    let took = [20.0, 25.0, 30.0, 35.0, 130.0];
    let names = took.map(|t| format!("{t} min"));
    let stops: Vec<f64> = (20..=60).map(f64::from).collect();
    crate::shown(
        &slider("promise (min)", &stops, |promise| {
            let absolute = took.map(|t| -AbsoluteError.derivative(t - promise));
            let squared = took.map(|t| -SquaredError.derivative(t - promise));
            let title = format!("Absolute: sum of pulls {}", absolute.iter().sum::<f64>());
            let left =
                Chart::new(&title).x("delivery").y("pull").bars("absolute", &names, &absolute);
            let title = format!("Squared: sum of pulls {}", squared.iter().sum::<f64>());
            let right =
                Chart::new(&title).x("delivery").y("pull").bars("squared", &names, &squared);
            Ok(side_by_side([&left, &right]))
        })
        .starting_at(30.0),
    )?;

    let promises = Array1::linspace(20.0, 80.0, 31);
    let stops: Vec<f64> = (4..=24).map(|stop| 10.0 * f64::from(stop)).collect();
    crate::shown(
        &slider("fifth delivery (min)", &stops, |last| {
            let took = [20.0, 25.0, 30.0, 35.0, last];
            let maes = promises.mapv(|promise| mean_loss(&took, promise, |r| r.abs()));
            let rmses = promises.mapv(|promise| mean_loss(&took, promise, |r| r * r).sqrt());
            let (a, b) = (lowest(&promises, &maes), lowest(&promises, &rmses));
            let title = format!("MAE asks for {a} minutes, RMSE for {b}");
            let chart = Chart::new(&title).x("promise to everybody (min)").y("mean error (min)");
            let depths = [mean_loss(&took, a, |r| r.abs()), mean_loss(&took, b, |r| r * r).sqrt()];
            let chart = chart.line("MAE", &promises, &maes).line("RMSE", &promises, &rmses);
            Ok(chart.points("lowest", &[a, b], &depths))
        })
        .starting_at(130.0),
    )?;

    Ok(())
}

#[test]
fn when_late_costs_more() -> crate::Worked {
    use lossbook::prelude::*;

    use ndarray_stats::QuantileExt;
    fn lean(r: f64) -> f64 {
        if r > 0.0 { 9.0 * r } else { -r }
    }
    let friday = array![
        18.0, 20.0, 22.0, 23.0, 25.0, 26.0, 27.0, 28.0, 30.0, 31.0, 33.0, 35.0, 40.0, 48.0, 75.0
    ];
    let promises = Array1::linspace(15.0, 75.0, 61);
    let costs = promises.mapv(|promise| friday.mapv(|t| lean(t - promise)).sum() / 15.0);
    let best = promises[costs.argmin()?];
    let kept = friday.iter().filter(|&&t| t <= best).count();
    crate::shown(&format!(
        "promise {best} minutes, and {kept} of {} deliveries keep it",
        friday.len()
    ))?;

    let stops: Vec<f64> = (1..=39).map(|stop| f64::from(stop) / 40.0).collect();
    crate::shown(
        &slider("τ", &stops, |tau| {
            let quantile = Quantile::new(tau)?;
            let means =
                promises.mapv(|promise| friday.mapv(|t| quantile.loss(t - promise)).sum() / 15.0);
            let best = promises[means.argmin().unwrap_or(0)];
            let kept = friday.iter().filter(|&&t| t <= best).count();
            let r = [-20.0, 0.0, 20.0];
            let one = Chart::new("What one delivery costs").x("residual (min)").y("loss");
            let one = one.line("one delivery", &r, &r.map(|r| quantile.loss(r)));
            let all = Chart::new(&format!("{kept} of 15 keep a promise of {best} minutes"));
            let all = all.x("promise (min)").y("mean loss").line("mean", &promises, &means);
            Ok(side_by_side([&one, &all.vertical(best, "lowest").y_range(0.0, 15.0)]))
        })
        .starting_at(0.9),
    )?;

    use statrs::statistics::{Data, OrderStatistics};
    let guess = Data::new(friday.to_vec()).quantile(0.9);
    let quantile = Quantile::new(0.9)?;
    crate::shown(&df![
        "0.9-quantile" => ["lowest mean loss", "statrs"],
        "promise (min)" => [best, guess],
        "mean loss" => [quantile.mean(&friday, &[best; 15])?, quantile.mean(&friday, &[guess; 15])?],
    ]?)?;

    Ok(())
}

#[test]
fn what_noise_a_loss_expects() -> crate::Worked {
    use lossbook::prelude::*;

    use statrs::distribution::{Continuous, ContinuousCDF, Laplace, Normal};
    let (normal, laplace) = (Normal::new(0.0, 1.0)?, Laplace::new(0.0, 1.0)?);
    let r = Array1::linspace(-4.0, 4.0, 161);
    let density = Chart::new("How likely a residual is")
        .x("residual, in units of its scale")
        .y("density")
        .line("Gaussian", &r, &r.mapv(|r| normal.pdf(r)))
        .line("Laplace", &r, &r.mapv(|r| laplace.pdf(r)));
    let loss = Chart::new("Minus its logarithm: a parabola, and a V")
        .x("residual, in units of its scale")
        .y("-ln p, counted from r = 0")
        .line("Gaussian", &r, &r.mapv(|r| normal.ln_pdf(0.0) - normal.ln_pdf(r)))
        .line("Laplace", &r, &r.mapv(|r| laplace.ln_pdf(0.0) - laplace.ln_pdf(r)));
    crate::shown(&side_by_side([&density, &loss]))?;

    let (normal, laplace) = (Normal::new(0.0, 10.0)?, Laplace::new(0.0, 10.0)?);
    let late = [10.0, 20.0, 30.0, 40.0, 50.0, 100.0];
    crate::shown(&df![
        "later than (min)" => late,
        "Gaussian: once in" => late.map(|r| 1.0 / normal.sf(r)),
        "Laplace: once in" => late.map(|r| 1.0 / laplace.sf(r)),
    ]?)?;

    Ok(())
}

#[test]
fn root_mean_squared_error_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_rmse(target: &[f64], prediction: &[f64]) -> f64 {
        todo!("the root of the mean of the squared residuals")
    }

    crate::not_yet(&exercises::residuals::rmse(my_rmse))
}

#[test]
fn root_mean_squared_error_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_rmse(target: &[f64], prediction: &[f64]) -> f64 {
        let mut sum = 0.0;
        for i in 0..target.len() {
            sum += (target[i] - prediction[i]).powi(2);
        }
        (sum / target.len() as f64).sqrt()
    }

    crate::passed(&exercises::residuals::rmse(my_rmse))
}

#[test]
fn the_sample_that_hurts_most_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_largest_residual(target: &[f64], prediction: &[f64]) -> usize {
        todo!("the index of the largest absolute residual")
    }

    crate::not_yet(&exercises::residuals::largest_residual(my_largest_residual))
}

#[test]
fn the_sample_that_hurts_most_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_largest_residual(target: &[f64], prediction: &[f64]) -> usize {
        let mut longest = 0;
        for i in 0..target.len() {
            let this = (target[i] - prediction[i]).abs();
            let so_far = (target[longest] - prediction[longest]).abs();
            if this > so_far {
                longest = i;
            }
        }
        longest
    }

    crate::passed(&exercises::residuals::largest_residual(my_largest_residual))
}

#[test]
fn the_best_promise_for_any_loss_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_best_promise(took: &[f64], loss: fn(f64) -> f64) -> f64 {
        todo!("the promise from 0 to 200 with the smallest mean loss")
    }

    crate::not_yet(&exercises::residuals::best_promise(my_best_promise))
}

#[test]
fn the_best_promise_for_any_loss_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_best_promise(took: &[f64], loss: fn(f64) -> f64) -> f64 {
        let promises = Array1::linspace(0.0, 200.0, 201);
        let sums = promises.mapv(|promise| took.iter().map(|t| loss(t - promise)).sum::<f64>());
        let mut best = 0;
        for i in 0..sums.len() {
            if sums[i] < sums[best] {
                best = i;
            }
        }
        promises[best]
    }

    crate::passed(&exercises::residuals::best_promise(my_best_promise))
}

#[test]
fn the_sign_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_promise() -> f64 {
        todo!("the minutes on the sign")
    }

    crate::not_yet(&exercises::residuals::sign(my_promise))
}

#[test]
fn the_sign_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_promise() -> f64 {
        // Sorted: 22 24 27 28 29 31 35 38 44 52 90. A late one has three votes, an early one has one.
        // At 44 two are late (6 votes) and eight are early; at 38 three are late (9) and seven early.
        44.0
    }

    crate::passed(&exercises::residuals::sign(my_promise))
}
