use lossbook::prelude::*;
use serde_json::{Value, json};

use super::{refused, shown};

pub const PLOTLY: &str = "application/vnd.plotly.v1+json";

pub fn figure(chart: &impl Show) -> Value {
    serde_json::from_str(&shown(chart, PLOTLY)).expect("JSON")
}

fn loss() -> Chart {
    Chart::new("An outlier costs more under the squared error")
        .x("residual y - ŷ")
        .y("loss")
        .line("squared", &[-2.0, 0.0, 2.0], &[4.0, 0.0, 4.0])
        .line("absolute", &[-2.0, 0.0, 2.0], &[2.0, 0.0, 2.0])
}

#[test]
fn the_data_is_drawn_as_given() {
    let figure = figure(&loss());
    assert_eq!(figure["data"][0]["x"], json!([-2.0, 0.0, 2.0]));
    assert_eq!(figure["data"][0]["y"], json!([4.0, 0.0, 4.0]));
    assert_eq!(figure["data"][0]["name"], "squared");
    assert_eq!(figure["data"][0]["type"], "scatter");
    assert_eq!(figure["data"][0]["mode"], "lines");
    assert_eq!(figure["data"][1]["name"], "absolute");
    assert_eq!(figure["layout"]["xaxis"]["title"]["text"], "residual y - ŷ");
    assert_eq!(figure["layout"]["yaxis"]["title"]["text"], "loss");
}

#[test]
fn numbers_keep_five_digits_of_what_tells_them_apart() {
    let y = |y: &[f64]| {
        let x: Vec<f64> = (0..y.len()).map(|x| x as f64).collect();
        figure(&Chart::new("T").x("x").y("y").points("p", &x, &y.to_vec()))["data"][0]["y"].clone()
    };
    assert_eq!(y(&[0.1 + 0.2, 123.456_789]), json!([0.3, 123.46]));
    assert_eq!(y(&[1.234_567_8e-9, 0.0, -0.0]), json!([1.2346e-9, 0.0, 0.0]));
    // Years with a fraction differ behind their fifth digit.
    assert_eq!(y(&[2_026.000_123_4, 2_026.000_567_8]), json!([2_026.000_123_4, 2_026.000_567_8]));
}

#[test]
fn a_long_line_keeps_few_points_where_it_is_straight() {
    let x = Array1::linspace(-3.0, 3.0, 121);
    let drawn = |chart: Chart| {
        let trace = figure(&chart)["data"][0].clone();
        let read = |key: &str| -> Vec<f64> {
            let values = trace[key].as_array().expect("numbers");
            values.iter().map(|value| value.as_f64().unwrap_or(f64::NAN)).collect()
        };
        (read("x"), read("y"))
    };
    let chart = |y: &Array1<f64>| Chart::new("T").x("x").y("y").line("l", &x, y);

    // 60 intervals to each side of the corner, six at a time.
    let (corner_x, corner_y) = drawn(chart(&x.mapv(f64::abs)));
    assert_eq!(corner_x.len(), 21);
    assert_eq!(
        corner_x,
        corner_y.iter().zip(&corner_x).map(|(y, x)| y * x.signum()).collect::<Vec<_>>()
    );
    assert!(corner_x.contains(&0.0), "the corner itself is there");
    // A parabola loses a tenth of a pixel of 300 at most.
    let (curve_x, curve_y) = drawn(chart(&x.mapv(|x| x * x)));
    for pair in 0..curve_x.len() - 1 {
        let middle = (curve_x[pair] + curve_x[pair + 1]) / 2.0;
        let error = (curve_y[pair] + curve_y[pair + 1]) / 2.0 - middle * middle;
        assert!(error.abs() < 9.9 / 3000.0, "{error} at {middle}");
    }
    // A gap stays where it is, and so do all points where the axis is logarithmic.
    let mut broken = x.clone();
    broken[40] = f64::NAN;
    let (gap_x, gap_y) = drawn(chart(&broken));
    let gap = gap_y.iter().position(|y| y.is_nan()).expect("a gap");
    assert_eq!(gap_x[gap - 1..=gap + 1], [-1.05, -1.0, -0.95]);
    assert_eq!(drawn(chart(&x.mapv(f64::exp)).log_y()).0.len(), 121);
}

#[test]
fn a_chart_reads_in_light_and_dark_and_fits_its_cell() {
    let figure = figure(&loss());
    let layout = &figure["layout"];
    let theme = &layout["template"]["layout"];
    assert_eq!(theme["paper_bgcolor"], "rgba(0,0,0,0)");
    assert_eq!(theme["plot_bgcolor"], "rgba(0,0,0,0)");
    assert_eq!(theme["font"]["color"], "#767676");
    assert_eq!(theme["autosize"], true);
    assert_eq!(layout["width"], Value::Null);
    assert_eq!(figure["config"]["responsive"], true);
    let height = layout["height"].as_u64().expect("a height");
    assert!((360..=480).contains(&height), "{height}");
    // plotly.js has no use for a null in the place of frames.
    assert_eq!(figure.get("frames"), None);
}

#[test]
fn series_differ_by_more_than_colour() {
    let figure = figure(&loss());
    let (a, b) = (&figure["data"][0]["line"], &figure["data"][1]["line"]);
    assert_ne!(a["color"], b["color"]);
    assert_ne!(a["dash"], b["dash"]);
}

#[test]
fn a_long_title_is_wrapped_and_given_room() {
    let sentence = "word ".repeat(40);
    let tall = figure(&Chart::new(&sentence).x("x").y("y").points("p", &[1.0], &[1.0]));
    let text = tall["layout"]["annotations"][0]["text"].as_str().expect("a title").to_owned();
    // 200 letters of Arial at 15 pixels are some 1,500 pixels: three lines of 640.
    assert_eq!(text.split("<br>").count(), 3, "{text}");
    assert_eq!(text.replace("<br>", " "), sentence.trim());
    let short = figure(&Chart::new("word").x("x").y("y").points("p", &[1.0], &[1.0]));
    let top = |figure: &Value| figure["layout"]["margin"]["t"].as_u64().expect("a margin");
    assert!(top(&tall) >= top(&short) + 2 * 20, "{} {}", top(&tall), top(&short));
}

#[test]
fn text_is_no_markup_for_plotly() {
    let chart = Chart::new("p < 1 & q")
        .x("a<b>")
        .y("y")
        .points("n<i>", &[1.0], &[1.0])
        .vertical(1.0, "x < y");
    let text = shown(&chart, PLOTLY);
    assert!(!text.contains("a<b>") && !text.contains("n<i>") && !text.contains("x < y"), "{text}");
    assert!(text.contains("p &lt; 1 &amp; q"), "{text}");
}

#[test]
fn samples_are_counted_one_by_one() {
    let chart = |x: &[f64]| {
        let chart = Chart::new("Five deliveries").x("delivery").y("time [min]");
        figure(&chart.points("took", x, &vec![1.0; x.len()]))["layout"]["xaxis"]["dtick"].clone()
    };
    assert_eq!(chart(&[1.0, 2.0, 3.0]), 1.0);
    assert!(chart(&[1.0, 2.5]).is_null(), "between whole numbers plotly chooses");
    assert!(chart(&[1.0, 100.0]).is_null(), "there is no room for a hundred ticks");
}

#[test]
fn bars_stand_in_groups_with_their_values() {
    let chart = Chart::new("Model 2 is surer").x("sample").y("cross-entropy [bits]");
    let figure = figure(&chart.bars("model 1", &["1", "2"], &[1.321_928, 2.736_966]).bars(
        "model 2",
        &["1", "2"],
        &[0.5, 1.7],
    ));
    assert_eq!(figure["layout"]["barmode"], "group");
    assert_eq!(figure["data"][0]["type"], "bar");
    assert_eq!(figure["data"][0]["x"], json!(["1", "2"]));
    assert_eq!(figure["data"][0]["text"], json!(["1.322", "2.737"]));
    assert_eq!(figure["layout"]["xaxis"]["type"], "category");
    // Bars start at 0, and the tallest leaves room for its value.
    assert_eq!(figure["layout"]["yaxis"]["range"][0], 0.0);
    assert!(figure["layout"]["yaxis"]["range"][1].as_f64().expect("a number") > 2.8);
    assert_ne!(figure["data"][0]["marker"]["pattern"], figure["data"][1]["marker"]["pattern"]);
}

#[test]
fn marks_have_lines_labels_and_room() {
    let figure = figure(&loss().vertical(5.0, "delta").horizontal(-3.0, "floor"));
    let layout = &figure["layout"];
    assert_eq!(layout["shapes"][0]["x0"], 5.0);
    assert_eq!(layout["shapes"][0]["yref"], "y domain");
    assert_eq!(layout["shapes"][1]["y0"], -3.0);
    assert_eq!(layout["annotations"][1]["text"], "delta");
    assert_eq!(layout["annotations"][2]["text"], "floor");
    assert!(layout["xaxis"]["range"][1].as_f64().expect("a number") >= 5.0);
    assert!(layout["yaxis"]["range"][0].as_f64().expect("a number") < -3.0);
}

#[test]
fn ranges_are_those_of_the_data_or_those_asked_for() {
    let figure_of = |chart: Chart| figure(&chart)["layout"].clone();
    let layout = figure_of(loss());
    assert_eq!(layout["xaxis"]["range"], json!([-2.0, 2.0]));
    assert_eq!(layout["yaxis"]["range"], json!([-0.2, 4.2]));
    let layout = figure_of(loss().x_range(-1.0, 1.0).y_range(0.0, 9.0));
    assert_eq!(layout["xaxis"]["range"], json!([-1.0, 1.0]));
    assert_eq!(layout["yaxis"]["range"], json!([0.0, 9.0]));
}

#[test]
fn a_logarithmic_axis_gets_its_range_and_marks_in_powers() {
    let chart = Chart::new("T").x("step").y("distance").points("p", &[1.0, 2.0], &[100.0, 0.01]);
    let layout =
        figure(&chart.clone().log_y().y_range(0.001, 1000.0).horizontal(0.1, "goal"))["layout"]
            .clone();
    assert_eq!(layout["yaxis"]["type"], "log");
    assert_eq!(layout["yaxis"]["range"], json!([-3.0, 3.0]));
    // A shape takes the value itself, an annotation its logarithm: plotly's convention.
    assert_eq!(layout["shapes"][0]["y0"], 0.1);
    assert_eq!(layout["annotations"][1]["y"], -1.0);
    assert!(
        refused(&chart.log_y().horizontal(0.0, "zero"))
            .contains("y = 0 does not fit on a logarithmic axis")
    );
}

#[test]
fn values_of_any_size_give_a_range() {
    for y in [[0.0, 0.0], [1e308, -1e308], [5e-324, 0.0], [7.0, 7.0]] {
        let figure = figure(&Chart::new("T").x("x").y("y").line("l", &[0.0, 1.0], &y));
        let range = &figure["layout"]["yaxis"]["range"];
        let (from, to) =
            (range[0].as_f64().expect("a number"), range[1].as_f64().expect("a number"));
        assert!(from < to || y == [5e-324, 0.0], "{y:?}: {from} {to}");
    }
}

#[test]
fn a_y_that_is_not_finite_is_a_gap() {
    let chart = Chart::new("Loss at p = 0").x("p").y("loss").line(
        "log",
        &[0.0, 0.5, 1.0],
        &[f64::INFINITY, 1.0, f64::NAN],
    );
    let figure = figure(&chart);
    assert_eq!(figure["data"][0]["y"], json!([null, 1.0, null]));
    assert_eq!(figure["layout"]["yaxis"]["range"], json!([0.9, 1.1]));
}

#[test]
fn panels_stand_side_by_side() {
    let slope = Chart::new("Its slope").x("residual").y("slope").line(
        "squared",
        &[-2.0, 2.0],
        &[4.0, -4.0],
    );
    let both = side_by_side([&loss(), &slope]).vertical(1.0, "delta");
    let figure = figure(&both);
    let layout = &figure["layout"];
    assert_eq!(figure["data"][2]["xaxis"], "x2");
    assert_eq!(figure["data"][2]["yaxis"], "y2");
    let (left, right) = (&layout["xaxis"]["domain"], &layout["xaxis2"]["domain"]);
    assert!(left[1].as_f64() < right[0].as_f64(), "{left} {right}");
    assert_eq!(right[1], 1.0);
    // The same name looks the same, and stands in the legend once.
    assert_eq!(figure["data"][0]["line"], figure["data"][2]["line"]);
    assert_eq!(figure["data"][0]["showlegend"], true);
    assert_eq!(figure["data"][2]["showlegend"], false);
    // A method goes to both panels.
    assert_eq!(layout["shapes"].as_array().map(Vec::len), Some(2));
    assert_eq!(layout["shapes"][1]["xref"], "x2");
}

#[test]
fn a_name_that_only_the_second_panel_has_is_in_the_legend() {
    let other = Chart::new("Another").x("x").y("y").line("other", &[0.0, 1.0], &[0.0, 1.0]);
    assert_eq!(figure(&side_by_side([&loss(), &other]))["data"][2]["showlegend"], true);
}

#[test]
fn the_text_says_what_is_drawn() {
    let text = "Chart: An outlier costs more under the squared error. x: residual y - ŷ; y: loss; drawn: squared, absolute.";
    assert_eq!(shown(&loss(), "text/plain"), text);
}

#[test]
fn what_does_not_fit_is_named() {
    let good = || Chart::new("T").x("x").y("y");
    let cases = [
        (good(), "chart \"T\": nothing is drawn (say .line, .points or .bars)"),
        (
            good().line("l", &[1.0], &[1.0, 2.0]),
            "chart \"T\": line \"l\": x and y have 1 and 2 values (they must be equal)",
        ),
        (
            good().line("l", &[], &[]),
            "chart \"T\": line \"l\": there is no value (at least 1 is needed)",
        ),
        (
            good().points("p", &[0.0, f64::NAN], &[1.0, 2.0]),
            "chart \"T\": points \"p\": x[1] = NaN is not finite",
        ),
        (
            good().points("p", &[0.0], &[f64::NAN]),
            "chart \"T\": points \"p\": no y is finite, so that nothing can be drawn",
        ),
        (
            good().bars("b", &["a"], &[f64::INFINITY]),
            "chart \"T\": bars \"b\": no y is finite, so that nothing can be drawn",
        ),
        (
            good().bars("b", &["a", "c"], &[1.0, f64::NAN]),
            "chart \"T\": bars \"b\": value[1] = NaN is not finite and cannot be a bar",
        ),
        (
            good().bars("b", &["a"], &[1.0, 2.0]),
            "chart \"T\": bars \"b\": categories and values have 1 and 2 values (they must be equal)",
        ),
        (
            good().bars("b", &["a", "a"], &[1.0, 2.0]),
            "chart \"T\": bars \"b\": the category \"a\" is there twice (each once)",
        ),
        (good().points("", &[0.0], &[1.0]), "chart \"T\": points \"\": no name is given"),
        (
            good().bars("b", &["a"], &[1.0]).points("p", &[0.0], &[1.0]),
            "chart \"T\": bars and lines are drawn on one x axis (one kind is allowed)",
        ),
        (
            good().points("p", &[0.0], &[1.0]).vertical(f64::NAN, "m"),
            "chart \"T\": the mark \"m\" stands at NaN (it must be finite)",
        ),
        (
            good().points("p", &[0.0], &[1.0]).x_range(1.0, 1.0),
            "chart \"T\": its x range goes from 1 to 1 (from < to, finite)",
        ),
        (
            good().points("p", &[0.0], &[1.0]).y_range(0.0, f64::INFINITY),
            "chart \"T\": its y range goes from 0 to inf (from < to, finite)",
        ),
        (
            good().points("p", &[0.0], &[0.0]).log_y(),
            "chart \"T\": y = 0 does not fit on a logarithmic axis (y > 0)",
        ),
        (
            Chart::new(" ").x("x").y("y").points("p", &[0.0], &[1.0]),
            "chart \" \": it has no title (a sentence that says what to see)",
        ),
        (
            Chart::new("T").y("y").points("p", &[0.0], &[1.0]),
            "chart \"T\": its x axis has no name (say .x(\"…\"))",
        ),
        (side_by_side([]), "0 charts side by side do not fit (1 to 3 are allowed)"),
        (
            side_by_side([&loss(), &loss(), &loss(), &loss()]),
            "4 charts side by side do not fit (1 to 3 are allowed)",
        ),
    ];
    for (chart, expected) in cases {
        assert_eq!(refused(&chart), expected);
        assert!(chart.plot().is_err());
    }
}
