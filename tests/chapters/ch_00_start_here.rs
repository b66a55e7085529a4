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

    Ok(())
}

#[test]
fn a_week_in_a_table() -> crate::Worked {
    use lossbook::prelude::*;

    let measured = [24.0, 19.0, 22.0, 25.0, 30.0];
    let forecast = [21.0, 20.0, 22.0, 27.0, 24.0];
    let r = residuals(&measured, &forecast)?;

    crate::shown(&df![
        "day" => ["Mon", "Tue", "Wed", "Thu", "Fri"],
        "measured" => measured,
        "forecast" => forecast,
        "residual" => r.to_vec(),
    ]?)?;

    crate::shown(&mae(&measured, &forecast)?)?;

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

    crate::shown(&[3.0, -1.0, 0.0, -2.0, 6.0].map(in_fahrenheit).to_vec())?;

    Ok(())
}

#[test]
fn your_first_chart() -> crate::Worked {
    use lossbook::prelude::*;

    let day = [1.0, 2.0, 3.0, 4.0, 5.0];
    let measured = [24.0, 19.0, 22.0, 25.0, 30.0];
    let forecast = [21.0, 20.0, 22.0, 27.0, 24.0];
    crate::shown(
        &Chart::new("Four days close to the forecast, and then Friday")
            .x("day of the week (1 = Monday)")
            .y("temperature (°C)")
            .line("measured", &day, &measured)
            .line("forecast", &day, &forecast),
    )?;

    Ok(())
}

#[test]
fn the_residual_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_residual(target: f64, prediction: f64) -> f64 {
        todo!("target minus prediction")
    }

    crate::not_yet(&exercises::start::residual(my_residual))
}

#[test]
fn the_residual_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_residual(target: f64, prediction: f64) -> f64 {
        target - prediction
    }

    crate::passed(&exercises::start::residual(my_residual))
}
