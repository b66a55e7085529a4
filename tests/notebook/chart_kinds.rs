//! The kinds of series beside lines, points and bars, and the axes that they need.

use lossbook::prelude::*;
use serde_json::{Value, json};

use super::chart::figure;
use super::{refused, shown};

fn chart() -> Chart {
    Chart::new("T").x("x").y("y")
}

fn first(chart: &Chart) -> Value {
    figure(chart)["data"][0].clone()
}

#[test]
fn steps_hold_until_the_next_x() {
    let trace = first(&chart().steps("s", &[0.0, 1.0, 2.0], &[0.0, 1.0, 1.0]));
    assert_eq!(trace["mode"], "lines");
    assert_eq!(trace["line"]["shape"], "hv");
    assert_eq!(trace["y"], json!([0.0, 1.0, 1.0]));
}

#[test]
fn a_band_is_an_outline_filled_in_the_faint_colour_of_its_series() {
    let chart = chart()
        .band("runs", &[0.0, 1.0, 2.0, 3.0], &[1.0, 2.0, f64::NAN, 4.0], &[2.0, 3.0, 4.0, 5.0])
        .line("runs", &[0.0, 3.0], &[1.5, 4.5])
        .line("other", &[0.0, 3.0], &[1.5, 4.5]);
    let figure = figure(&chart);
    let band = &figure["data"][0];
    // There along the high line, back along the low one; a gap divides it.
    assert_eq!(band["x"], json!([0.0, 1.0, 1.0, 0.0, null, 3.0, 3.0]));
    assert_eq!(band["y"], json!([2.0, 3.0, 2.0, 1.0, null, 5.0, 4.0]));
    assert_eq!(band["fill"], "toself");
    assert_eq!(band["fillcolor"], "rgba(0,114,178,0.25)");
    assert_eq!(figure["data"][1]["line"]["color"], "#0072B2");
    // The legend shows the line, not the band.
    let shown: Vec<_> = (0..3).map(|at| figure["data"][at]["showlegend"].clone()).collect();
    assert_eq!(shown, [false, true, true]);
    assert_eq!(figure["layout"]["yaxis"]["range"], json!([0.8, 5.2]));
}

#[test]
fn a_histogram_counts_into_bins_that_it_shares() {
    let chart = chart().histogram("a", &[0.0, 1.0, 1.0, 3.9], 4).histogram("b", &[2.0, 4.0], 4);
    let figure = figure(&chart);
    let (a, b) = (&figure["data"][0], &figure["data"][1]);
    // From 0 to 4, as all values are: a value on an edge begins a bin, and the last bin has its end.
    assert_eq!(a["type"], "bar");
    assert_eq!(a["x"], json!([0.5, 1.5, 2.5, 3.5]));
    assert_eq!(a["width"], 1.0);
    assert_eq!(a["y"], json!([1.0, 2.0, 0.0, 1.0]));
    assert_eq!(b["y"], json!([0.0, 0.0, 1.0, 1.0]));
    assert_eq!(a["customdata"][3], json!([3.0, 4.0]));
    assert_eq!(figure["layout"]["barmode"], "overlay");
    assert_eq!(figure["layout"]["xaxis"]["range"], json!([0.0, 4.0]));
    assert_eq!(figure["layout"]["yaxis"]["range"], json!([0.0, 2.1]));
    let one = first(&self::chart().histogram("a", &[7.0, 7.0], 2));
    assert_eq!(one["x"], json!([6.75, 7.25]));
    assert_eq!(one["y"], json!([0.0, 2.0]));
}

#[test]
fn a_heat_map_has_cells_a_scale_and_a_bar() {
    let z = array![[1.0, 2.0, f64::NAN], [4.0, 5.0, 6.0]];
    let figure = figure(&chart().heat_map("loss", &[0.0, 1.0, 2.0], &[0.0, 1.0], &z));
    let map = &figure["data"][0];
    assert_eq!(map["type"], "heatmap");
    assert_eq!(map["z"], json!([[1.0, 2.0, null], [4.0, 5.0, 6.0]]));
    assert_eq!(map["colorscale"], "Viridis");
    assert_eq!(map["colorbar"]["title"]["text"], "loss");
    assert_eq!(map["texttemplate"], "%{z:.3~g}");
    // Cells reach half a step beyond their middles, and classes are counted one by one.
    let layout = &figure["layout"];
    assert_eq!(layout["xaxis"]["range"], json!([-0.5, 2.5]));
    assert_eq!(layout["yaxis"]["range"], json!([-0.5, 1.5]));
    assert_eq!([&layout["xaxis"]["dtick"], &layout["yaxis"]["dtick"]], [1.0, 1.0]);
    assert_eq!(layout["showlegend"], false);
    // A line over it needs a name, as the y axis does not tell it.
    let with_line = chart().heat_map("loss", &[0.0, 1.0, 2.0], &[0.0, 1.0], &z).line(
        "path",
        &[0.0, 1.0],
        &[0.0, 1.0],
    );
    let with_line = self::figure(&with_line);
    assert_eq!(with_line["layout"]["showlegend"], true);
    // A white rim sets it off from the map.
    assert_eq!(with_line["data"][1]["line"]["color"], "#ffffff");
    assert_eq!(with_line["data"][1]["showlegend"], false);
    assert_eq!(with_line["data"][2]["line"]["color"], "#0072B2");
    assert_eq!(with_line["data"][2]["showlegend"], true);
    let fine = Array1::linspace(0.0, 1.0, 20);
    let many = first(&chart().heat_map("loss", &fine, &fine, Array2::ones((20, 20))));
    assert_eq!(many.get("texttemplate"), None);
}

#[test]
fn contours_are_lines_at_round_values() {
    let w = [0.0, 1.0, 2.0];
    let z = array![[0.0, 5.0, 10.0], [5.0, 10.0, 15.0], [10.0, 15.0, 24.0]];
    let lines = first(&chart().contours("loss", &w, &w, &z));
    assert_eq!(lines["type"], "contour");
    assert_eq!(lines["contours"]["coloring"], "lines");
    // 24 in twelve steps.
    assert_eq!(lines["contours"]["start"], 0.0);
    assert_eq!(lines["contours"]["size"], 2.0);
    assert_eq!(lines["contours"]["end"], 24.0);
    assert_eq!(lines["contours"]["showlabels"], true);
    // Over a heat map they are white: in the colours of the map they would vanish.
    let both = figure(&chart().heat_map("loss", &w, &w, &z).contours("loss", &w, &w, &z));
    assert_eq!(both["data"][1]["contours"]["coloring"], "none");
    assert_eq!(both["data"][1]["line"]["color"], "rgba(255,255,255,0.8)");
}

#[test]
fn regions_have_the_faint_colours_of_the_series_of_their_names() {
    let (x, classes) =
        ([0.0, 1.0], Array2::from_shape_vec((2, 2), vec![0, 1, 1, 2]).expect("2 x 2"));
    let chart = chart()
        .points("b", &[0.0], &[0.0])
        .regions(&["a", "b", "c"], &x, &x, &classes)
        .points("a", &[1.0], &[1.0]);
    let figure = figure(&chart);
    let plane = &figure["data"][1];
    assert_eq!(plane["type"], "heatmap");
    assert_eq!(plane["z"], json!([[0, 1], [1, 2]]));
    assert_eq!([&plane["zmin"], &plane["zmax"]], [-0.5, 2.5]);
    // b came first and is blue; a is the second name, and c the third.
    let (third, two_thirds) = (1.0 / 3.0, 2.0 / 3.0);
    assert_eq!(
        plane["colorscale"],
        json!([
            [0.0, "rgba(213,94,0,0.25)"],
            [third, "rgba(213,94,0,0.25)"],
            [third, "rgba(0,114,178,0.25)"],
            [two_thirds, "rgba(0,114,178,0.25)"],
            [two_thirds, "rgba(0,158,115,0.25)"],
            [1.0, "rgba(0,158,115,0.25)"],
        ])
    );
    // Only c has no points of its own, so that a square tells its colour in the legend.
    assert_eq!(figure["data"][2]["name"], "c");
    assert_eq!(figure["data"][2]["marker"]["color"], "rgba(0,158,115,0.25)");
    assert_eq!(figure["data"][3]["name"], "a");
    assert_eq!(figure["data"].as_array().map(Vec::len), Some(4));
    // The plane is filled to its frame.
    assert_eq!(figure["layout"]["xaxis"]["range"], json!([0.0, 1.0]));
}

#[test]
fn an_image_has_square_pixels_and_row_0_on_top() {
    let figure = figure(&Chart::new("T").image("mask", array![[0.0, 1.0, 0.5], [0.0, 1.0, 0.25]]));
    let image = &figure["data"][0];
    assert_eq!(image["z"], json!([[0.0, 1.0, 0.5], [0.0, 1.0, 0.25]]));
    assert_eq!(image["colorscale"], json!([[0.0, "#000000"], [1.0, "#ffffff"]]));
    assert_eq!([&image["zmin"], &image["zmax"]], [0.0, 1.0]);
    let (x, y) = (&figure["layout"]["xaxis"], &figure["layout"]["yaxis"]);
    assert_eq!(x["range"], json!([-0.5, 2.5]));
    assert_eq!(y["range"], json!([1.5, -0.5]));
    assert_eq!(y["scaleanchor"], "x");
    assert_eq!(y["showticklabels"], false);
    // A frame: white pixels end nowhere on a white page.
    assert_eq!([&y["showline"], &y["mirror"]], [true, true]);
}

#[test]
fn points_in_space_have_three_axes() {
    let figure = figure(
        &chart()
            .z("height")
            .points_3d("p", &[[0.0, 1.0, 2.0], [2.0, 3.0, 4.0]])
            .points_3d("q", &[[1.0, 1.0, 1.0]]),
    );
    let points = &figure["data"][0];
    assert_eq!(points["type"], "scatter3d");
    assert_eq!(
        [&points["x"], &points["y"], &points["z"]],
        [&json!([0.0, 2.0]), &json!([1.0, 3.0]), &json!([2.0, 4.0])]
    );
    assert_ne!(points["marker"]["symbol"], figure["data"][1]["marker"]["symbol"]);
    let scene = &figure["layout"]["scene"];
    assert_eq!(scene["zaxis"]["title"]["text"], "height");
    assert_eq!(scene["zaxis"]["range"], json!([0.85, 4.15]));
    assert_eq!(figure["layout"].get("xaxis"), None);
}

#[test]
fn a_note_is_a_dot_with_a_text_that_stands_towards_the_middle() {
    let chart = chart().line("l", &[0.0, 10.0], &[0.0, 10.0]).note(1.0, 1.0, "low").note(
        9.0,
        9.0,
        "high < 10",
    );
    let figure = figure(&chart);
    let (low, high) = (&figure["layout"]["annotations"][1], &figure["layout"]["annotations"][2]);
    assert_eq!([&low["x"], &low["y"], &low["text"]], [&json!(1.0), &json!(1.0), &json!("low")]);
    assert_eq!(low["showarrow"], true);
    // plotly's arrow 6 ends in a dot; the text stands ax to the right and ay below.
    assert_eq!(low["arrowhead"], 6);
    assert!(low["ax"].as_f64() > Some(0.0) && low["ay"].as_f64() < Some(0.0), "{low}");
    assert!(high["ax"].as_f64() < Some(0.0) && high["ay"].as_f64() > Some(0.0), "{high}");
    assert_eq!(high["text"], "high &lt; 10");
    let text = shown(&chart, "text/plain");
    assert_eq!(text, "Chart: T. x: x; y: y; drawn: l; noted: low, high < 10.");
}

#[test]
fn a_logarithmic_x_axis_goes_by_powers() {
    let chart = chart()
        .line("l", &[1.0, 1000.0], &[1.0, 2.0])
        .log_x()
        .vertical(100.0, "m")
        .note(10.0, 1.5, "n");
    let layout = figure(&chart)["layout"].clone();
    assert_eq!(layout["xaxis"]["type"], "log");
    assert_eq!(layout["xaxis"]["range"], json!([0.0, 3.0]));
    // A shape takes the value itself, an annotation its logarithm: plotly's convention.
    assert_eq!(layout["shapes"][0]["x0"], 100.0);
    assert_eq!(layout["annotations"][1]["x"], 2.0);
    assert_eq!(layout["annotations"][2]["x"], 1.0);
}

#[test]
fn what_is_added_after_right_axis_is_drawn_on_it() {
    let right = chart().line("loss", &[0.0, 1.0], &[1.0, 0.0]).right_axis("accuracy (%)").line(
        "accuracy",
        &[0.0, 1.0],
        &[0.0, 100.0],
    );
    let alone = figure(&right);
    assert_eq!(alone["data"][0]["yaxis"], "y");
    assert_eq!(alone["data"][1]["yaxis"], "y4");
    assert_eq!(alone["data"][1]["name"], "accuracy (right axis)");
    let axis = &alone["layout"]["yaxis4"];
    assert_eq!(axis["title"]["text"], "accuracy (%)");
    assert_eq!(axis["overlaying"], "y");
    assert_eq!(axis["side"], "right");
    assert_eq!(axis["range"], json!([-5.0, 105.0]));
    assert_eq!(alone["layout"]["yaxis"]["range"], json!([-0.05, 1.05]));
    let both = figure(&side_by_side([&right, &right]));
    assert_eq!(both["data"][3]["yaxis"], "y5");
    assert_eq!(both["layout"]["yaxis5"]["overlaying"], "y2");
    assert_eq!(
        shown(&right, "text/plain"),
        "Chart: T. x: x; y: y; right axis: accuracy (%); drawn: loss, accuracy."
    );
}

#[test]
fn the_legend_lies_below_the_axis_and_above_the_slider() {
    let long = |chart: Chart| {
        (0..6).fold(chart, |chart, k| {
            chart.line(&format!("series number {k} has a long name"), &[0.0, 1.0], &[0.0, 1.0])
        })
    };
    let layout = figure(&long(chart()))["layout"].clone();
    let pixels = |value: &Value| value.as_f64().expect("a number");
    let area =
        pixels(&layout["height"]) - pixels(&layout["margin"]["t"]) - pixels(&layout["margin"]["b"]);
    let legend = -pixels(&layout["legend"]["y"]) * area;
    // Room for the ticks and the name of the axis, and below it for three rows of two names.
    assert!((60.0..80.0).contains(&legend), "{legend}");
    assert!(pixels(&layout["margin"]["b"]) >= legend + 3.0 * 20.0, "{layout}");
    let slider = figure(&slider("n", &[1.0], |_| Ok(long(chart()))));
    let pad = pixels(&slider["layout"]["sliders"][0]["pad"]["t"]);
    assert_eq!(pad, pixels(&layout["margin"]["b"]));
}

#[test]
fn long_categories_are_wrapped_and_given_room() {
    let names = [
        "a rather long category",
        "another long category here",
        "the third long one",
        "and the fourth of them",
    ];
    let layout = |names: &[&str; 4]| figure(&chart().bars("b", names, &[1.0; 4]))["layout"].clone();
    let (long, short) = (layout(&names), layout(&["a", "b", "c", "d"]));
    assert_eq!(long["xaxis"]["ticktext"][1], "another long category<br>here");
    assert_eq!(long["xaxis"]["tickvals"], json!([0.0, 1.0, 2.0, 3.0]));
    assert_eq!(short["xaxis"].get("ticktext"), None);
    assert!(long["height"].as_u64() > short["height"].as_u64());
}

#[test]
fn the_theme_is_what_charts_are_drawn_with() {
    let layout = plotly::Layout::new().template(theme());
    let layout = serde_json::to_value(layout).expect("JSON");
    assert_eq!(
        layout["template"],
        figure(&chart().line("l", &[0.0], &[0.0]))["layout"]["template"]
    );
    let theme = &layout["template"]["layout"];
    assert_eq!(theme["colorway"][0], "#0072B2");
    assert_eq!(theme["colorscale"]["sequential"], "Viridis");
    assert_eq!(theme["xaxis"]["color"], "#767676");
    assert_eq!(theme["scene"]["zaxis"]["color"], "#767676");
}

#[test]
fn what_does_not_fit_is_named() {
    let w = [0.0, 1.0];
    let z = array![[0.0, 1.0], [2.0, 3.0]];
    let classes = Array2::<usize>::zeros((2, 2));
    let line = || chart().line("l", &[1.0], &[1.0]);
    let space = || chart().z("z").points_3d("p", &[[0.0, 1.0, 2.0]]);
    let map = || chart().heat_map("m", &w, &w, &z);
    let cases = [
        (
            chart().steps("s", &[0.0], &w),
            "steps \"s\": x and y have 1 and 2 values (they must be equal)",
        ),
        (
            chart().band("b", &w, &w, &[1.0]),
            "band \"b\": x, low and high have 2, 2 and 1 values (they must be equal)",
        ),
        (chart().band("b", &w, &[0.0, 3.0], &w), "band \"b\": low[1] = 3 lies above high[1] = 1"),
        (chart().band("b", &[f64::NAN, 1.0], &w, &w), "band \"b\": x[0] = NaN is not finite"),
        (
            chart().band("b", &w, &[f64::NAN; 2], &w),
            "band \"b\": no y is finite, so that nothing can be drawn",
        ),
        (chart().histogram("h", &w, 0), "histogram \"h\": it has 0 bins (1 to 500 are allowed)"),
        (
            chart().histogram("h", &w, 501),
            "histogram \"h\": it has 501 bins (1 to 500 are allowed)",
        ),
        (
            chart().histogram("h", &[], 3),
            "histogram \"h\": there is no value (at least 1 is needed)",
        ),
        (
            chart().histogram("h", &[0.0, f64::INFINITY], 3),
            "histogram \"h\": values[1] = inf is not finite",
        ),
        (
            chart().heat_map("m", &[0.0, 1.0, 2.0], &w, &z),
            "heat_map \"m\": z is [2, 2] (it must be [y, x] = [2, 3])",
        ),
        (
            chart().heat_map("m", &[1.0, 0.0], &w, &z),
            "heat_map \"m\": x[1] = 0 after 1 (each must be larger than the one before)",
        ),
        (
            chart().heat_map("m", &w, &[0.0, f64::NAN], &z),
            "heat_map \"m\": y[1] = NaN is not finite",
        ),
        (
            chart().heat_map("m", &w, &w, Array2::from_elem((2, 2), f64::NAN)),
            "heat_map \"m\": no z is finite, so that nothing can be drawn",
        ),
        (
            chart().contours("c", &[0.0], &w, Array2::zeros((2, 1))),
            "contours \"c\": x has 1 value (at least 2 are needed)",
        ),
        (
            map().heat_map("n", &w, &w, &z),
            "it has 2 heat maps (one is allowed, as one hides the other)",
        ),
        (
            chart().regions(&["a", "b"], &w, &w, &Array2::from_elem((2, 2), 2)),
            "regions \"a, b\": classes[0, 0] = 2 has no name (there are 2 names)",
        ),
        (
            chart().regions(&["a"], &w, &[0.0, 1.0, 2.0], &classes),
            "regions \"a\": classes is [2, 2] (it must be [y, x] = [3, 2])",
        ),
        (chart().regions(&[""; 0], &w, &w, &classes), "regions \"\": no name is given"),
        (
            Chart::new("T").image("i", array![[0.0, 1.5]]),
            "image \"i\": pixels[0, 1] = 1.5 (0, black, to 1, white, is allowed)",
        ),
        (
            Chart::new("T").image("i", Array2::zeros((0, 3))),
            "image \"i\": there is no pixel (at least 1 is needed)",
        ),
        (
            chart().z("z").points_3d("p", &[[0.0, 1.0]]),
            "points_3d \"p\": the points are [1, 2] (they must be [n, 3])",
        ),
        (
            chart().z("z").points_3d("p", &[[0.0, 1.0, f64::NAN]]),
            "points_3d \"p\": points[0, 2] = NaN is not finite",
        ),
        (chart().points_3d("p", &[[0.0, 1.0, 2.0]]), "its z axis has no name (say .z(\"…\"))"),
        (line().z("depth"), "its z axis \"depth\" has nothing to show (say .points_3d)"),
        (
            space().line("l", &[0.0], &[0.0]),
            "points_3d and flat series are drawn in one chart (one kind is allowed)",
        ),
        (space().note(0.0, 0.0, "n"), "it has marks or notes (a 3-D chart has no place for them)"),
        (space().log_x(), "a logarithmic axis needs numbers on it (no words, pixels or 3-D)"),
        (line().note(0.0, f64::NAN, "n"), "the mark \"n\" stands at NaN (it must be finite)"),
        (chart().line("l", &w, &w).log_x(), "x = 0 does not fit on a logarithmic axis (x > 0)"),
        (line().log_x().vertical(-1.0, "m"), "x = -1 does not fit on a logarithmic axis (x > 0)"),
        (
            chart().histogram("h", &[1.0, 2.0], 2).log_x(),
            "a histogram does not fit on a logarithmic x axis",
        ),
        (
            line().right_axis("r"),
            "nothing is drawn on its right axis (add a series after .right_axis)",
        ),
        (
            chart().right_axis("r").line("l", &w, &w),
            "nothing is drawn on its left axis (add a series before .right_axis)",
        ),
        (
            line().right_axis(" ").line("l", &w, &w),
            "its right axis has no name (say .right_axis(\"…\"))",
        ),
        (
            line().right_axis("r").histogram("h", &w, 2),
            "histogram \"h\" cannot be on the right axis (lines, steps, points and bands can)",
        ),
        (
            map().right_axis("r").line("l", &w, &w),
            "its right axis and a colour bar need the same place (one is allowed)",
        ),
    ];
    for (chart, expected) in cases {
        assert_eq!(refused(&chart), format!("chart \"T\": {expected}"));
    }
    let right = line().right_axis("r").line("m", &w, &w);
    assert!(
        refused(&side_by_side([&right, &line(), &line()]))
            .contains("it has a right axis beside 2 others (at most 1)")
    );
    assert_eq!(
        refused(&side_by_side([&space(), &line()])),
        "chart \"T\": a chart of points_3d stands beside another (it must stand alone)"
    );
}

#[test]
fn odd_numbers_are_drawn_or_refused_and_nothing_panics() {
    let rows: [&[f64]; 9] = [
        &[],
        &[0.0],
        &[f64::NAN],
        &[f64::INFINITY, 0.0],
        &[0.0, f64::NEG_INFINITY],
        &[1e308, -1e308],
        &[-1e308, 1e308],
        &[5e-324, 1e-300],
        &[1.0, 1.0 + f64::EPSILON],
    ];
    let long = vec![1.0; 70];
    let (mut drawn, mut told) = (0, 0);
    for a in rows.into_iter().chain([&long[..]]) {
        for b in rows.into_iter().chain([&long[..]]) {
            let z = Array2::from_shape_fn((b.len(), a.len()), |(i, j)| a[j] + b[i]);
            let classes = Array2::<usize>::zeros((b.len(), a.len()));
            let names: Vec<String> = (0..a.len()).map(|name| name.to_string()).collect();
            let space = Array2::from_shape_fn((a.len(), 3), |(i, _)| a[i]);
            let flat = [
                chart().line("l", a, b),
                chart().steps("l", a, b),
                chart().points("l", a, b),
                chart().band("l", a, b, b),
                chart().bars("l", &names, b),
                chart().histogram("l", a, 3).histogram("m", b, 2),
                chart().heat_map("l", a, b, &z),
                chart().contours("l", a, b, &z),
                chart().regions(&["l", "m"], a, b, &classes),
                chart().line("l", a, b).right_axis("r").line("m", b, a),
                Chart::new("T").image("l", &z),
                chart().z("z").points_3d("l", &space),
            ];
            for chart in flat {
                for chart in
                    [chart.clone(), chart.clone().log_x(), chart.log_y().note(1.0, 1.0, "n")]
                {
                    let moved = animation("a", &a[..a.len().min(2)], |_| Ok(chart.clone()));
                    for shown in [chart.representations(), moved.representations()] {
                        match shown {
                            Ok(all) => {
                                let figure: Value = serde_json::from_str(&all[0].1).expect("JSON");
                                assert!(
                                    figure["data"].as_array().is_some_and(|data| !data.is_empty())
                                );
                                drawn += 1;
                            }
                            Err(error) => {
                                assert!(error.to_string().contains('"'), "{error}");
                                told += 1;
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(drawn > 500 && told > 500, "{drawn} drawn, {told} told");
}
