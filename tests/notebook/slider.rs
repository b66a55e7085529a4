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
    // The squared error is the same in every step; a step sets the y of Huber, and where its mark stands.
    assert_eq!(figure["data"].as_array().map(Vec::len), Some(2));
    let change = json!({
        "traces": [1],
        "data": [{"y": [2.0, 0.0, 2.0]}],
        "layout": {
            "shapes": [{"x0": 5.0, "x1": 5.0}],
            "annotations": [{}, {"x": 5.0, "xanchor": "right"}],
        },
    });
    assert_eq!(control["steps"][2]["args"][0], json!([change]));
    assert_eq!(control["steps"][0]["args"][0][0]["data"], json!([{"y": [0.875, 0.0, 0.875]}]));
    // At once: nothing glides, and all is drawn anew.
    assert_eq!(control["steps"][2]["args"][1]["mode"], "immediate");
    assert_eq!(control["steps"][2]["args"][1]["frame"], json!({"duration": 0, "redraw": true}));
    assert_eq!(control["steps"][2]["label"], "5");
    assert_eq!(control["steps"][2]["method"], "animate");
    assert_eq!(figure.get("frames"), None);
    assert_eq!(control["currentvalue"]["prefix"], "delta = ");
}

#[test]
fn the_slider_starts_in_the_middle_or_where_asked() {
    let middle = figure(&slider("delta", &[0.5, 1.0, 5.0], huber));
    assert_eq!(middle["layout"]["sliders"][0]["active"], 1);
    assert_eq!(middle["data"][1]["y"], json!([1.5, 0.0, 1.5]));
    assert_eq!(middle["layout"]["shapes"][0]["x0"], 1.0);

    let last = figure(&slider("delta", &[0.5, 1.0, 5.0], huber).starting_at(5.0));
    assert_eq!(last["layout"]["sliders"][0]["active"], 2);
    assert_eq!(last["data"][1]["y"], json!([2.0, 0.0, 2.0]));

    // 0.1 + 0.2 is not exactly 0.3, which is what one writes.
    let near = figure(&slider("delta", &[0.1, 0.1 + 0.2], huber).starting_at(0.3));
    assert_eq!(near["layout"]["sliders"][0]["active"], 1);
}

#[test]
fn the_axes_hold_every_step() {
    let figure = figure(&slider("delta", &[0.5, 5.0], huber));
    // The mark at 5 is outside of the data, but inside of the axis, whatever step is shown.
    assert!(figure["layout"]["xaxis"]["range"][1].as_f64() >= Some(5.0));
    let step = &figure["layout"]["sliders"][0]["steps"][0]["args"][0][0];
    assert_eq!(step["layout"].get("xaxis"), None);
}

#[test]
fn a_slider_moves_panels_too() {
    let panels =
        slider("delta", &[0.5, 1.0], |delta| Ok(side_by_side([&huber(delta)?, &huber(delta)?])));
    let figure = figure(&panels);
    assert_eq!(figure["data"].as_array().map(Vec::len), Some(4));
    let step = &figure["layout"]["sliders"][0]["steps"][0]["args"][0][0];
    assert_eq!(step["traces"], json!([1, 3]));
    assert_eq!(step["layout"]["annotations"], json!([{}, {}, {"x": 0.5}, {"x": 0.5}]));
}

#[test]
fn what_is_only_in_some_steps_is_hidden_in_the_others() {
    let figure = figure(
        &slider("n", &[0.0, 1.0], |n| {
            let chart = Chart::new("T").x("x").y("y").line("l", &[0.0, 1.0], &[0.0, 1.0]);
            Ok(if n > 0.0 { chart.points("p", &[0.5], &[n]).note(0.5, n, "here") } else { chart }
                .clone())
        })
        .starting_at(0.0),
    );
    assert_eq!(figure["data"][1]["visible"], false);
    assert_eq!(figure["layout"]["annotations"][1]["visible"], false);
    let step = |step: usize| figure["layout"]["sliders"][0]["steps"][step]["args"][0][0].clone();
    assert_eq!(step(0)["data"], json!([{"visible": false}]));
    assert_eq!(step(0)["layout"]["annotations"][1], json!({"visible": false}));
    assert_eq!(step(1)["data"], json!([{"visible": true}]));
    assert_eq!(step(1)["layout"]["annotations"][1]["text"], "here");
    assert_eq!(step(1)["layout"]["annotations"][1]["visible"], true);
}

#[test]
fn fifty_steps_of_two_panels_are_small() {
    let r = Array1::linspace(-4.0, 4.0, 121);
    let panels = slider("delta", Array1::linspace(0.08, 4.0, 50), |delta| {
        let huber = Huber::new(delta)?;
        let panel = |title: &str,
                     half: &dyn Fn(f64) -> f64,
                     v: &dyn Fn(f64) -> f64,
                     h: &dyn Fn(f64) -> f64| {
            Chart::new(title)
                .x("residual")
                .y("loss")
                .line("half the square", &r, &r.mapv(half))
                .line("delta times the absolute", &r, &r.mapv(v))
                .line("Huber", &r, &r.mapv(h))
        };
        let loss = panel("Loss", &|r| 0.5 * r * r, &|r| delta * r.abs(), &|r| huber.loss(r));
        let slope = panel("Slope", &|r| -r, &|r| -delta * r.signum(), &|r| huber.derivative(r));
        Ok(side_by_side([&loss, &slope]).vertical(-delta, "-delta").vertical(delta, "delta"))
    });
    let json = shown(&panels, super::chart::PLOTLY);
    assert!(json.len() < 100_000, "{} bytes", json.len());
    // A curve has no straight stretch to save on: its y alone is sent, and its x once.
    let r = Array1::linspace(-4.0, 4.0, 81);
    let waves = slider("phase", Array1::linspace(0.0, 3.0, 50), |phase| {
        let wave = |title: &str, f: fn(f64) -> f64| {
            let chart =
                Chart::new(title).x("x").y("y").line("moving", &r, &r.mapv(|r| f(3.0 * r + phase)));
            chart.line("still", &r, &r.mapv(f)).line("flat", &r, &r)
        };
        Ok(side_by_side([&wave("Sine", f64::sin), &wave("Cosine", f64::cos)]))
    });
    let json = shown(&waves, super::chart::PLOTLY);
    assert!(json.len() < 100_000, "{} bytes", json.len());
}

#[test]
fn an_animation_has_a_button_to_play_it_and_one_to_pause() {
    let figure = figure(&animation("delta", &[0.5, 1.0, 5.0], huber));
    let frames = figure["frames"].as_array().expect("frames");
    assert_eq!(frames.len(), 3);
    assert_eq!(frames[2]["name"], "2");
    assert_eq!(frames[2]["traces"], json!([1]));
    assert_eq!(frames[2]["data"], json!([{"y": [2.0, 0.0, 2.0]}]));
    assert_eq!(frames[2]["layout"]["shapes"], json!([{"x0": 5.0, "x1": 5.0}]));
    // It starts at its first value, and its slider names the frames, so that it follows them.
    let layout = &figure["layout"];
    assert_eq!(layout["sliders"][0]["active"], 0);
    assert_eq!(layout["sliders"][0]["steps"][2]["args"][0], json!(["2"]));
    assert_eq!(figure["data"][1]["y"], json!([0.875, 0.0, 0.875]));
    let buttons = &layout["updatemenus"][0]["buttons"];
    assert_eq!([&buttons[0]["label"], &buttons[1]["label"]], ["Play", "Pause"]);
    // To plotly null is every frame, and a list of null is none: that stops it.
    assert_eq!(buttons[0]["args"][0], json!(null));
    assert_eq!(buttons[0]["args"][1]["fromcurrent"], true);
    assert_eq!(buttons[1]["args"][0], json!([null]));
    assert_eq!(buttons[1]["args"][1]["mode"], "immediate");
    let text = shown(&animation("delta", &[0.5, 1.0], huber), "text/plain");
    assert!(text.ends_with("Animation delta: 0.5, 1 (shown: 0.5)."), "{text}");
}

#[test]
fn colours_and_bins_stand_still_while_a_slider_moves() {
    let heat = figure(&slider("s", &[1.0, 3.0], |s| {
        let z = array![[0.0, s], [s, 2.0 * s]];
        Ok(Chart::new("T").x("x").y("y").heat_map("z", &[0.0, 1.0], &[0.0, 1.0], &z))
    }));
    assert_eq!([&heat["data"][0]["zmin"], &heat["data"][0]["zmax"]], [0.0, 6.0]);
    let counts = figure(&slider("s", &[1.0, 3.0], |s| {
        Ok(Chart::new("T").x("x").y("y").histogram("h", &[0.0, s, s], 3))
    }));
    let steps = &counts["layout"]["sliders"][0]["steps"];
    assert_eq!(steps[0]["args"][0][0]["data"], json!([{"y": [1.0, 2.0, 0.0]}]));
    assert_eq!(steps[1]["args"][0][0]["data"], json!([{"y": [1.0, 0.0, 2.0]}]));
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
