//! Written from notebooks/rust_for_this_course.ipynb by `cargo chapters`; edit the notebook.

#[test]
fn numbers_and_let() -> crate::Worked {
    use lossbook::prelude::*;

    let measured: f64 = 24.0;
    let forecast = 21.0;
    crate::shown(&(measured - forecast))?;

    let mut degrees = 24.0;
    degrees += 1.0; // the same variable, changed
    let degrees = degrees * 1.8 + 32.0; // a new one, in Fahrenheit
    crate::shown(&degrees)?;

    Ok(())
}

#[test]
fn expressions() -> crate::Worked {
    use lossbook::prelude::*;

    let size = {
        let r: f64 = 21.0 - 24.0;
        r.abs()
    };
    crate::shown(&size)?;

    Ok(())
}

#[test]
fn as_f64() -> crate::Worked {
    use lossbook::prelude::*;

    crate::shown(&(1 / 2))?;

    let days_off = 3;
    let days = 5;
    crate::shown(&(days_off as f64 / days as f64))?;

    Ok(())
}

#[test]
fn arrays_and_vec() -> crate::Worked {
    use lossbook::prelude::*;

    let measured = [24.0, 19.0, 22.0, 25.0, 30.0];
    let baseline = [20.0; 5];
    crate::shown(&[measured[4], baseline[4], measured[4] - baseline[4]])?;

    let mut warm = vec![24.0, 25.0];
    warm.push(30.0);
    crate::shown(&warm)?;

    Ok(())
}

#[test]
fn array1() -> crate::Worked {
    use lossbook::prelude::*;

    let measured = array![24.0, 19.0, 22.0, 25.0, 30.0];
    let forecast = array![21.0, 20.0, 22.0, 27.0, 24.0];
    crate::shown(&(&measured - &forecast))?;

    let r = array![3.0, -1.0, 0.0, -2.0, 6.0];
    let sizes = r.mapv(f64::abs);
    crate::shown(&format!(
        "sum {}, sum of sizes {}, mean size {:?}",
        r.sum(),
        sizes.sum(),
        sizes.mean()
    ))?;

    Ok(())
}

#[test]
fn references() -> crate::Worked {
    use lossbook::prelude::*;

    fn total(temperatures: &Array1<f64>) -> f64 {
        temperatures.sum()
    }
    let week = array![24.0, 19.0, 22.0, 25.0, 30.0];
    let first = total(&week);
    let again = total(&week); // lent twice, and still ours
    crate::shown(&[first, again, week[0]])?;

    let week = array![24.0, 19.0, 22.0, 25.0, 30.0];
    let kept = week.clone();
    let fahrenheit = week * 1.8 + 32.0; // from here on, `week` is gone
    crate::shown(&[kept[0], fahrenheit[0]])?;

    fn change(row: &[f64]) -> f64 {
        row[row.len() - 1] - row[0]
    }
    let fixed = [24.0, 19.0, 30.0];
    let mut growing = vec![24.0, 19.0];
    growing.push(22.0);
    crate::shown(&[change(&fixed), change(&growing)])?;

    Ok(())
}

#[test]
fn functions_and_closures() -> crate::Worked {
    use lossbook::prelude::*;

    fn squared(r: f64) -> f64 {
        r * r
    }
    crate::shown(&[squared(3.0), squared(-3.0)])?;

    let limit = 2.0;
    let r = array![3.0, -1.0, 0.0, -2.0, 6.0];
    crate::shown(&r.mapv(|r: f64| (r.abs() - limit).max(0.0)))?;

    Ok(())
}

#[test]
fn methods() -> crate::Worked {
    use lossbook::prelude::*;

    let x: f64 = 8.0;
    crate::shown(&df![
        "in Python" => ["abs(x)", "x ** 2", "math.sqrt(x)", "math.log(x)", "math.log2(x)", "max(x, 9)"],
        "in Rust" => ["x.abs()", "x.powi(2)", "x.sqrt()", "x.ln()", "x.log2()", "x.max(9.0)"],
        "for x = 8" => [x.abs(), x.powi(2), x.sqrt(), x.ln(), x.log2(), x.max(9.0)],
    ]?)?;

    let r: f64 = 3.0;
    crate::shown(&[-r.abs(), (-r).abs()])?;

    let measured: [f64; 5] = [24.0, 19.0, 22.0, 25.0, 30.0];
    let forecast = [21.0, 20.0, 22.0, 27.0, 24.0];
    crate::shown(
        &(measured.iter().zip(&forecast).map(|(y, y_hat)| (y - y_hat).abs()).sum::<f64>()
            / measured.len() as f64),
    )?;

    Ok(())
}

#[test]
fn loops() -> crate::Worked {
    use lossbook::prelude::*;

    let week = [24.0, 19.0, 22.0, 25.0, 30.0];
    let mut warm_days = 0;
    for &t in &week {
        if t > 22.0 {
            warm_days += 1;
        }
    }
    crate::shown(&warm_days)?;

    let mut squares: Vec<f64> = Vec::new();
    for i in 0..5 {
        squares.push((i as f64).powi(2));
    }
    crate::shown(&squares)?;

    Ok(())
}

#[test]
fn if_and_match() -> crate::Worked {
    use lossbook::prelude::*;

    let r = 24.0 - 21.0;
    crate::shown(&if r > 0.0 { "warmer than forecast" } else { "not warmer than forecast" })?;

    fn in_words(days_off: usize) -> &'static str {
        match days_off {
            0 => "a perfect week",
            1 | 2 => "a good week",
            _ => "a week to forget",
        }
    }
    crate::shown(&in_words(3))?;

    let week = [24.0, 19.0, 22.0, 25.0, 30.0];
    crate::shown(&match week.get(7) {
        Some(t) => format!("it was {t} degrees"),
        None => format!("there is no day 7, the week has {}", week.len()),
    })?;

    let nothing: Array1<f64> = array![];
    crate::shown(&[array![3.0, -1.0].mean().unwrap_or(0.0), nothing.mean().unwrap_or(0.0)])?;

    Ok(())
}

#[test]
fn the_question_mark() -> crate::Worked {
    use lossbook::prelude::*;

    crate::shown(&match Huber::new(-1.0) {
        Ok(_) => "accepted".to_string(),
        Err(refusal) => format!("refused: {refusal}"),
    })?;

    fn mean_loss(delta: f64) -> Result<f64, LossError> {
        let huber = Huber::new(delta)?;
        let mean = huber.mean(&[24.0, 30.0], &[21.0, 24.0])?;
        Ok(mean)
    }
    crate::shown(&match mean_loss(-1.0) {
        Ok(mean) => format!("mean loss {mean}"),
        Err(refusal) => format!("refused: {refusal}"),
    })?;

    Ok(())
}

#[test]
fn text() -> crate::Worked {
    use lossbook::prelude::*;

    fn told(day: &str, r: f64) -> String {
        format!("{day}: {r:+.1} degrees, squared {:.2}", r * r)
    }
    crate::shown(&told("Friday", 6.0))?;

    Ok(())
}

#[test]
fn structs() -> crate::Worked {
    use lossbook::prelude::*;

    struct Day {
        measured: f64,
        forecast: f64,
    }
    impl Day {
        fn new(measured: f64, forecast: f64) -> Day {
            Day { measured, forecast }
        }
        fn residual(&self) -> f64 {
            self.measured - self.forecast
        }
    }
    crate::shown(&Day::new(30.0, 24.0).residual())?;

    let measured = [24.0, 19.0, 22.0, 25.0, 30.0];
    let forecast = [21.0, 20.0, 22.0, 27.0, 24.0];
    crate::shown(&Huber::new(1.0)?.mean(&measured, &forecast)?)?;

    Ok(())
}

#[test]
fn polars_and_plotly() -> crate::Worked {
    use lossbook::prelude::*;

    let week = df![
        "day" => ["Mon", "Tue", "Wed", "Thu", "Fri"],
        "measured" => [24.0, 19.0, 22.0, 25.0, 30.0],
        "forecast" => [21.0, 20.0, 22.0, 27.0, 24.0],
    ]?;
    let missed = week
        .lazy()
        .with_columns([(col("measured") - col("forecast")).alias("residual")])
        .filter(col("residual").abs().gt(lit(1.0)))
        .collect()?;
    crate::shown(&missed)?;

    let day = [1.0, 2.0, 3.0, 4.0, 5.0];
    let r = array![3.0, -1.0, 0.0, -2.0, 6.0];
    crate::shown(
        &Chart::new("Friday's residual is the longest of the week, and twice Monday's")
            .x("day of the week (1 = Monday)")
            .y("degrees (°C)")
            .line("residual", &day, &r)
            .points("its size", &day, &r.mapv(f64::abs)),
    )?;

    use plotly::layout::Axis;
    use plotly::{Bar, Layout, Plot};
    let mut plot = Plot::new();
    let days = vec!["Mon", "Tue", "Wed", "Thu", "Fri"];
    plot.add_trace(Bar::new(days, vec![3.0, -1.0, 0.0, -2.0, 6.0]));
    let degrees = Axis::new().title("residual (°C)");
    plot.set_layout(Layout::new().template(theme()).title("The week in bars").y_axis(degrees));
    crate::shown(&plot)?;

    Ok(())
}

#[test]
fn the_mean_of_a_list_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_mean(values: &[f64]) -> f64 {
        todo!("the sum, divided by how many there are")
    }

    crate::not_yet(&exercises::rust::mean(my_mean))
}

#[test]
fn the_mean_of_a_list_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_mean(values: &[f64]) -> f64 {
        values.iter().sum::<f64>() / values.len() as f64
    }

    crate::passed(&exercises::rust::mean(my_mean))
}

#[test]
fn how_many_are_above_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_count_above(values: &[f64], limit: f64) -> usize {
        todo!("start at 0, and add 1 for each value above the limit")
    }

    crate::not_yet(&exercises::rust::count_above(my_count_above))
}

#[test]
fn how_many_are_above_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_count_above(values: &[f64], limit: f64) -> usize {
        let mut count = 0;
        for &value in values {
            if value > limit {
                count += 1;
            }
        }
        count
    }

    crate::passed(&exercises::rust::count_above(my_count_above))
}

#[test]
fn the_mean_of_what_is_known_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_mean_of_known(days: &[Option<f64>]) -> Option<f64> {
        todo!("add up and count the days that are known")
    }

    crate::not_yet(&exercises::rust::mean_of_known(my_mean_of_known))
}

#[test]
fn the_mean_of_what_is_known_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_mean_of_known(days: &[Option<f64>]) -> Option<f64> {
        let mut total = 0.0;
        let mut known = 0;
        for &day in days {
            match day {
                Some(degrees) => {
                    total += degrees;
                    known += 1;
                }
                None => continue,
            }
        }
        if known > 0 { Some(total / known as f64) } else { None }
    }

    crate::passed(&exercises::rust::mean_of_known(my_mean_of_known))
}
