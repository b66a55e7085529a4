//! Written from notebooks/09_residuals.ipynb by `cargo chapters`; edit the notebook.

#[test]
fn a_residual_is_a_signed_distance() -> crate::Worked {
    use lossbook::prelude::*;

    fn in_words(r: f64) -> &'static str {
        if r > 0.0 {
            "late"
        } else if r < 0.0 {
            "early"
        } else {
            "on time"
        }
    }

    let took = [20.0, 25.0, 30.0, 35.0, 40.0];
    let promised = [30.0; 5];
    let r = residuals(&took, &promised)?;
    crate::shown(&df![
        "delivery" => [1, 2, 3, 4, 5],
        "took (min)" => took,
        "promised (min)" => promised,
        "residual (min)" => r.to_vec(),
        "so it was" => r.mapv(in_words).to_vec(),
    ]?)?;

    let delivery = [1.0, 2.0, 3.0, 4.0, 5.0];
    let took = [20.0, 25.0, 30.0, 35.0, 40.0];
    let promised = [30.0; 5];
    let mut stick_x: Vec<f64> = Vec::new();
    let mut stick_y: Vec<f64> = Vec::new();
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
    crate::shown(
        &Table::new()
            .labels("sample", &["1", "2", "sum"])
            .numbers("target", &[y[0], y[1], y[0] + y[1]])
            .numbers("prediction", &[y_hat[0], y_hat[1], y_hat[0] + y_hat[1]])
            .numbers("residual", &[r[0], r[1], r.sum()]),
    )?;

    let r = residuals(&[0.0, 1.0], &[100.0, -99.0])?;
    crate::shown(&[
        lecture("residuals/cancel/each", &r),
        lecture("residuals/cancel/sum", r.sum()),
    ])?;

    let (target, residual) = (1.0, 100.0);
    crate::shown(&lecture("residuals/cancel/second", target - residual))?;

    Ok(())
}

#[test]
fn square_or_absolute() -> crate::Worked {
    use lossbook::prelude::*;

    let r = array![0.5, 1.0, 5.0, 10.0, 100.0];
    crate::shown(
        &Table::new()
            .numbers("residual (min)", &r)
            .numbers("absolute (min)", &r.mapv(|r| AbsoluteError.loss(r)))
            .numbers("squared (min²)", &r.mapv(|r| SquaredError.loss(r))),
    )?;

    let r = Array1::linspace(-3.0, 3.0, 121);
    let loss = Chart::new("The square starts flat and then climbs ever faster")
        .x("residual y - ŷ (min)")
        .y("loss (min or min²)")
        .line("absolute", &r, &r.mapv(|r| AbsoluteError.loss(r)))
        .line("squared", &r, &r.mapv(|r| SquaredError.loss(r)));
    let slope = Chart::new("Its slope grows with the residual, the other's never does")
        .x("residual y - ŷ (min)")
        .y("slope")
        .line("absolute", &r, &r.mapv(|r| AbsoluteError.derivative(r)))
        .line("squared", &r, &r.mapv(|r| SquaredError.derivative(r)));
    crate::shown(&side_by_side([&loss, &slope]))?;

    let r = [-10.0, -5.0, 0.0, 5.0, 10.0];
    let absolute = r.map(|r| AbsoluteError.loss(r));
    let squared = r.map(|r| SquaredError.loss(r));
    crate::shown(&[
        lecture("residuals/table/absolute", absolute),
        lecture("residuals/table/squared", squared),
    ])?;

    Ok(())
}

#[test]
fn mse_mae_and_rmse() -> crate::Worked {
    use lossbook::prelude::*;

    let took = [20.0, 25.0, 30.0, 35.0, 40.0];
    let promised = [30.0; 5];
    let (took_s, promised_s) = (took.map(|t| 60.0 * t), promised.map(|t| 60.0 * t));
    let minutes = array![mse(&took, &promised)?, mae(&took, &promised)?, rmse(&took, &promised)?];
    let seconds =
        array![mse(&took_s, &promised_s)?, mae(&took_s, &promised_s)?, rmse(&took_s, &promised_s)?];
    crate::shown(
        &Table::new()
            .labels("loss", &["MSE", "MAE", "RMSE"])
            .numbers("from minutes", &minutes)
            .numbers("from seconds", &seconds)
            .numbers("times", &(&seconds / &minutes)),
    )?;

    let took = [20.0, 25.0, 30.0, 35.0, 40.0];
    let promised = [30.0; 5];
    crate::shown(&[
        lecture("residuals/table/mae", mae(&took, &promised)?),
        lecture("residuals/table/rmse", rmse(&took, &promised)?),
    ])?;

    let r = array![-10.0, -5.0, 0.0, 5.0, 10.0];
    let none = [0.0; 5];
    crate::shown(
        &Chart::new("The RMSE lies nearer to the long residuals than the MAE")
            .x("delivery")
            .y("size of the residual (min)")
            .points("abs(r)", &[1.0, 2.0, 3.0, 4.0, 5.0], &r.mapv(f64::abs))
            .horizontal(mae(&r, &none)?, "MAE")
            .horizontal(rmse(&r, &none)?, "RMSE"),
    )?;

    let steady = [6.0; 5];
    let moody = [0.0, 0.0, 0.0, 0.0, 30.0];
    let none = [0.0; 5];
    crate::shown(
        &Table::new()
            .labels("service", &["steady", "moody"])
            .numbers("MAE (min)", &[mae(&steady, &none)?, mae(&moody, &none)?])
            .numbers("RMSE (min)", &[rmse(&steady, &none)?, rmse(&moody, &none)?]),
    )?;

    Ok(())
}

#[test]
fn one_outlier() -> crate::Worked {
    use lossbook::prelude::*;

    let r = array![-10.0, -5.0, 0.0, 5.0, 100.0];
    let none = [0.0; 5];
    crate::shown(&[
        lecture("residuals/outlier/absolute", r.mapv(|r| AbsoluteError.loss(r))),
        lecture("residuals/outlier/squared", r.mapv(|r| SquaredError.loss(r))),
        lecture("residuals/outlier/mae", mae(&r, &none)?),
        lecture("residuals/outlier/rmse", rmse(&r, &none)?),
    ])?;

    let r = array![-10.0, -5.0, 0.0, 5.0, 100.0];
    let absolute = r.mapv(|r| AbsoluteError.loss(r));
    let squared = r.mapv(|r| SquaredError.loss(r));
    crate::shown(
        &Chart::new("Under squares, one delivery out of five has nearly all the say")
            .x("delivery")
            .y("share of the total loss (%)")
            .bars("absolute", &["1", "2", "3", "4", "5"], &(&absolute * (100.0 / absolute.sum())))
            .bars("squared", &["1", "2", "3", "4", "5"], &(&squared * (100.0 / squared.sum()))),
    )?;

    fn evening(fifth_residual: f64) -> [f64; 5] {
        [20.0, 25.0, 30.0, 35.0, 30.0 + fifth_residual]
    }
    let late = Array1::linspace(0.0, 100.0, 101);
    let mut maes: Vec<f64> = Vec::new();
    let mut rmses: Vec<f64> = Vec::new();
    for &minutes in &late {
        maes.push(mae(&evening(minutes), &[30.0; 5])?);
        rmses.push(rmse(&evening(minutes), &[30.0; 5])?);
    }
    crate::shown(
        &slider("fifth residual (min)", &[0.0, 10.0, 20.0, 40.0, 60.0, 80.0, 100.0], |now| {
            let took = evening(now);
            let (mae, rmse) = (mae(&took, &[30.0; 5])?, rmse(&took, &[30.0; 5])?);
            let title = format!("The RMSE runs ahead: RMSE {rmse:.2}, MAE {mae:.2} minutes");
            Ok(Chart::new(&title)
                .x("fifth residual (min)")
                .y("mean error (min)")
                .line("MAE", &late, &maes)
                .line("RMSE", &late, &rmses)
                .points("now", &[now, now], &[mae, rmse]))
        })
        .starting_at(10.0),
    )?;

    Ok(())
}

#[test]
fn the_best_constant_prediction() -> crate::Worked {
    use lossbook::prelude::*;

    let took = [20.0, 25.0, 30.0, 35.0, 130.0];
    let promises = Array1::linspace(20.0, 130.0, 111);
    let mut maes: Vec<f64> = Vec::new();
    let mut rmses: Vec<f64> = Vec::new();
    for &promise in &promises {
        maes.push(mae(&took, &[promise; 5])?);
        rmses.push(rmse(&took, &[promise; 5])?);
    }
    crate::shown(
        &Chart::new("Each loss has its own favourite promise")
            .x("promise to everybody (min)")
            .y("mean error (min)")
            .line("MAE", &promises, &maes)
            .line("RMSE", &promises, &rmses),
    )?;

    fn lowest(x: &Array1<f64>, y: &[f64]) -> f64 {
        let mut best = 0;
        for i in 0..y.len() {
            if y[i] < y[best] {
                best = i;
            }
        }
        x[best]
    }
    let mean = took.iter().sum::<f64>() / 5.0;
    let median = took[2]; // the middle one: the times are sorted
    crate::shown(
        &Table::new()
            .labels("choose by", &["MAE", "RMSE"])
            .numbers("best promise (min)", &[lowest(&promises, &maes), lowest(&promises, &rmses)])
            .labels("which is the", &["median", "mean"])
            .numbers("computed (min)", &[median, mean]),
    )?;

    let took = [20.0, 25.0, 30.0, 35.0, 130.0];
    let squared = SquaredError.gradient(&took, &[48.0; 5])?;
    let absolute = AbsoluteError.gradient(&took, &[30.0; 5])?;
    crate::shown(
        &Table::new()
            .numbers("took (min)", &took)
            .numbers("pull, squared, at 48", &-&squared)
            .numbers("pull, absolute, at 30", &-&absolute),
    )?;

    let fifth = [40.0, 130.0, 1030.0];
    let mean = fifth.map(|last| [20.0, 25.0, 30.0, 35.0, last].iter().sum::<f64>() / 5.0);
    let median = [30.0; 3]; // the third of five, however late the fifth is
    crate::shown(
        &Table::new()
            .numbers("fifth delivery (min)", &fifth)
            .numbers("best by MAE (min)", &median)
            .numbers("best by RMSE (min)", &mean),
    )?;

    Ok(())
}

#[test]
fn mean_absolute_error_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_mae(target: &[f64], prediction: &[f64]) -> f64 {
        todo!("the mean of the absolute residuals")
    }

    crate::not_yet(&exercises::residuals::mae(my_mae))
}

#[test]
fn mean_absolute_error_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_mae(target: &[f64], prediction: &[f64]) -> f64 {
        let sizes = target.iter().zip(prediction).map(|(y, y_hat)| (y - y_hat).abs());
        sizes.sum::<f64>() / target.len() as f64
    }

    crate::passed(&exercises::residuals::mae(my_mae))
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
        let squares = target.iter().zip(prediction).map(|(y, y_hat)| (y - y_hat).powi(2));
        (squares.sum::<f64>() / target.len() as f64).sqrt()
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
