//! Written from notebooks/00_start_here.ipynb by `cargo chapters`; edit the notebook.

#[test]
fn a_cell_runs() -> crate::Worked {
    use lossbook::prelude::*;

    let measured = 24.0;
    let forecast = 21.0;
    crate::shown(&(measured - forecast))?;

    crate::shown(&if measured > forecast {
        "warmer than forecast"
    } else {
        "not warmer than forecast"
    })?;

    crate::shown(&(measured - forecast).abs())?;

    Ok(())
}

#[test]
fn a_week_in_a_table() -> crate::Worked {
    use lossbook::prelude::*;

    let week = df![
        "day" => ["Mon", "Tue", "Wed", "Thu", "Fri"],
        "measured" => [24.0, 19.0, 22.0, 25.0, 30.0],
        "forecast" => [21.0, 20.0, 22.0, 27.0, 24.0],
    ]?;
    crate::shown(&week)?;

    let week = week
        .lazy()
        .with_columns([(col("measured") - col("forecast")).alias("residual")])
        .with_columns([col("residual").abs().alias("size")])
        .collect()?;
    crate::shown(&week)?;

    crate::shown(&week.column("size")?.mean()?)?;

    let measured = [24.0, 19.0, 22.0, 25.0, 30.0];
    let forecast = [21.0, 20.0, 22.0, 27.0, 24.0];
    crate::shown(&mae(&measured, &forecast)?)?;

    crate::shown(&week.column("residual")?.mean()?)?;

    Ok(())
}

#[test]
fn your_first_chart() -> crate::Worked {
    use lossbook::prelude::*;

    let day = [1.0, 2.0, 3.0, 4.0, 5.0];
    let measured = [24.0, 19.0, 22.0, 25.0, 30.0];
    let forecast = [21.0, 20.0, 22.0, 27.0, 24.0];
    crate::shown(
        &Chart::new("On Friday the forecast missed by 6 degrees")
            .x("day of the week (1 = Monday)")
            .y("temperature (°C)")
            .line("measured", &day, &measured)
            .line("forecast", &day, &forecast),
    )?;

    let r = residuals(&measured, &forecast)?;
    crate::shown(&Chart::new("Each day's residual").x("day").y("measured - forecast (°C)").bars(
        "residual",
        &["Mon", "Tue", "Wed", "Thu", "Fri"],
        &r,
    ))?;

    Ok(())
}

#[test]
fn turn_a_knob() -> crate::Worked {
    use lossbook::prelude::*;

    let measured = [24.0, 19.0, 22.0, 25.0, 30.0];
    let forecast = [21.0, 20.0, 22.0, 27.0, 24.0];
    let corrected = forecast.map(|f| f + 1.2);
    crate::shown(&format!("{:.2} degrees", mae(&measured, &corrected)?))?;

    crate::shown(
        &df![
            "day" => ["Mon", "Tue", "Wed", "Thu", "Fri"],
            "before" => residuals(&measured, &forecast)?,
            "after" => residuals(&measured, &corrected)?,
        ]?
        .lazy()
        .with_columns([col("before").abs(), col("after").abs()])
        .with_columns([(col("after") - col("before")).alias("change")])
        .collect()?,
    )?;

    let day = [1.0, 2.0, 3.0, 4.0, 5.0];
    let r = residuals(&measured, &forecast)?;
    let corrections = Array1::linspace(-4.0, 6.0, 41);
    let errors = corrections.mapv(|c| (&r - c).abs().sum() / 5.0);

    crate::shown(
        &slider("correction", &corrections.to_vec(), |c| {
            let week = Chart::new("The week, and the corrected forecast")
                .x("day of the week (1 = Monday)")
                .y("temperature (°C)")
                .line("measured", &day, &measured)
                .line("forecast", &day, &forecast.map(|f| f + c));
            let error = Chart::new("The error at every correction")
                .x("correction (°C)")
                .y("mean absolute error (°C)")
                .line("MAE", &corrections, &errors)
                .points("here", &[c], &[mae(&measured, &forecast.map(|f| f + c))?]);
            Ok(side_by_side([&week, &error]))
        })
        .starting_at(0.0),
    )?;

    Ok(())
}

#[test]
fn what_a_refusal_looks_like() -> crate::Worked {
    use lossbook::prelude::*;

    let measured = [24.0, 19.0, 22.0, 25.0, 30.0];
    let with_a_hole = [21.0, 20.0, f64::NAN, 27.0, 24.0];
    crate::shown(&match mae(&measured, &with_a_hole) {
        Ok(error) => format!("off by {error} degrees"),
        Err(refusal) => refusal.to_string(),
    })?;

    Ok(())
}

#[test]
fn a_number_from_a_lecture() -> crate::Worked {
    use lossbook::prelude::*;

    let target = [0.0; 5];
    let prediction = [10.0, 5.0, 0.0, -5.0, -10.0];
    crate::shown(&lecture("residuals/table/mae", mae(&target, &prediction)?))?;

    Ok(())
}

#[test]
fn what_the_kernel_can_and_cant() -> crate::Worked {
    use lossbook::prelude::*;

    fn in_fahrenheit(residual: f64) -> f64 {
        residual * 9.0 / 5.0
    }

    crate::shown(&[3.0, -1.0, 0.0, -2.0, 6.0].map(in_fahrenheit))?;

    Ok(())
}

#[test]
fn the_same_chart_by_hand() -> crate::Worked {
    use lossbook::prelude::*;

    use plotly::common::Mode;
    use plotly::layout::Axis;
    use plotly::{Layout, Plot, Scatter};

    let days = vec!["Mon", "Tue", "Wed", "Thu", "Fri"];
    let measured = vec![24.0, 19.0, 22.0, 25.0, 30.0];
    let forecast = vec![21.0, 20.0, 22.0, 27.0, 24.0];
    let mut plot = Plot::new();
    plot.add_trace(Scatter::new(days.clone(), measured).name("measured").mode(Mode::LinesMarkers));
    plot.add_trace(Scatter::new(days, forecast).name("forecast").mode(Mode::LinesMarkers));
    plot.set_layout(
        Layout::new()
            .template(theme())
            .title("On Friday the forecast missed by 6 degrees")
            .x_axis(Axis::new().title("day of the week"))
            .y_axis(Axis::new().title("temperature (°C)")),
    );
    crate::shown(&plot)?;

    Ok(())
}

#[test]
fn the_residual_of_one_prediction_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_residual(target: f64, prediction: f64) -> f64 {
        todo!("target minus prediction")
    }

    crate::not_yet(&exercises::start::residual(my_residual))
}

#[test]
fn the_residual_of_one_prediction_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_residual(target: f64, prediction: f64) -> f64 {
        target - prediction
    }

    crate::passed(&exercises::start::residual(my_residual))
}

#[test]
fn the_size_of_a_miss_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_size(target: f64, prediction: f64) -> f64 {
        todo!("the residual without its sign")
    }

    crate::not_yet(&exercises::start::size(my_size))
}

#[test]
fn the_size_of_a_miss_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_size(target: f64, prediction: f64) -> f64 {
        (target - prediction).abs()
    }

    crate::passed(&exercises::start::size(my_size))
}

#[test]
fn a_correction_that_helps_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_correction() -> f64 {
        todo!("the degrees to add to every forecast")
    }

    crate::not_yet(&exercises::start::correction(my_correction))
}

#[test]
fn a_correction_that_helps_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_correction() -> f64 {
        -1.0
    }

    crate::passed(&exercises::start::correction(my_correction))
}
