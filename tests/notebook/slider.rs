use lossbook::prelude::*;
use serde_json::json;

use super::chart::figure;
use super::{refused, shown};

fn huber(delta: f64) -> Result<Chart, LossError> {
    let huber = Huber::new(delta)?;
    let r = [-2.0, 0.0, 2.0];
    Ok(Chart::new("A larger delta keeps the parabola for longer")
        .x("residual")
        .y("loss")
        .line("squared / 2", &r, &[2.0, 0.0, 2.0])
        .line("Huber", &r, &r.map(|r| huber.loss(r)))
        .vertical(delta, "delta"))
}

#[test]
fn each_step_shows_its_own_series_and_marks() {
    let figure = figure(&slider("delta", &[0.5, 1.0, 5.0], huber));
    let control = &figure["layout"]["sliders"][0];
    // The squared error is the same in every step and drawn once; Huber once a step.
    assert_eq!(figure["data"].as_array().map(Vec::len), Some(4));
    assert_eq!(control["steps"][0]["args"][0]["visible"], json!([true, true, false, false]));
    assert_eq!(control["steps"][2]["args"][0]["visible"], json!([true, false, false, true]));
    assert_eq!(control["steps"][2]["args"][1]["shapes"][0]["x0"], 5.0);
    assert_eq!(control["steps"][2]["label"], "5");
    assert_eq!(control["steps"][2]["method"], "update");
    assert_eq!(control["currentvalue"]["prefix"], "delta = ");
}

#[test]
fn the_slider_starts_in_the_middle_or_where_asked() {
    let middle = figure(&slider("delta", &[0.5, 1.0, 5.0], huber));
    assert_eq!(middle["layout"]["sliders"][0]["active"], 1);
    let visible: Vec<_> = (0..4).map(|trace| middle["data"][trace]["visible"].clone()).collect();
    assert_eq!(visible, [true, false, true, false]);
    assert_eq!(middle["layout"]["shapes"][0]["x0"], 1.0);

    let last = figure(&slider("delta", &[0.5, 1.0, 5.0], huber).starting_at(5.0));
    assert_eq!(last["layout"]["sliders"][0]["active"], 2);
    assert_eq!(last["data"][3]["visible"], true);
    assert_eq!(last["data"][2]["visible"], false);
}

#[test]
fn the_axes_hold_every_step() {
    let figure = figure(&slider("delta", &[0.5, 5.0], huber));
    // The mark at 5 is outside of the data, but inside of the axis, whatever step is shown.
    assert!(figure["layout"]["xaxis"]["range"][1].as_f64() >= Some(5.0));
    assert_eq!(figure["layout"]["sliders"][0]["steps"][0]["args"][1]["xaxis.range"], json!(null));
}

#[test]
fn a_slider_moves_panels_too() {
    let panels =
        slider("delta", &[0.5, 1.0], |delta| Ok(side_by_side([&huber(delta)?, &huber(delta)?])));
    let figure = figure(&panels);
    assert_eq!(figure["data"].as_array().map(Vec::len), Some(6));
    let titles = &figure["layout"]["sliders"][0]["steps"][0]["args"][1]["annotations"];
    assert_eq!(titles.as_array().map(Vec::len), Some(4));
}

#[test]
fn the_text_says_where_the_slider_stands() {
    let text = shown(&slider("delta", &[0.5, 1.0, 5.0], huber), "text/plain");
    assert!(
        text.ends_with("drawn: squared / 2, Huber. Slider delta: 0.5, 1, 5 (shown: 1)."),
        "{text}"
    );
}

#[test]
fn what_does_not_fit_is_named() {
    assert_eq!(
        refused(&slider("delta", &[1.0, -1.0], huber)),
        "slider \"delta\": at -1: delta = -1 is not allowed (delta > 0 and finite)"
    );
    assert_eq!(
        refused(&slider("delta", &[], huber)),
        "slider \"delta\": it has no value (at least 1 is needed)"
    );
    assert_eq!(
        refused(&slider("delta", &[1.0, 2.0], huber).starting_at(3.0)),
        "slider \"delta\" starts at 3 (allowed: 1, 2)"
    );
    assert_eq!(
        refused(&slider("n", &[1.0, 2.0], |n| {
            Ok(side_by_side(&(0..n as usize).map(|_| huber(1.0)).collect::<Result<Vec<_>, _>>()?))
        })),
        "slider \"n\": at 2: 2 panels, not 1 as at first"
    );
    assert_eq!(
        refused(&slider("n", &[1.0], |_| Ok(Chart::new("T").x("x").y("y")))),
        "slider \"n\": at 1: chart \"T\": nothing is drawn (say .line, .points or .bars)"
    );
}
