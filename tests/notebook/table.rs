use lossbook::polars::prelude::{Column, DataType};
use lossbook::prelude::*;

use super::shown;

#[test]
fn text_stands_left_and_numbers_right() {
    let table = df!["pupil" => ["A", "B"], "p(pass)" => [0.4, 0.99]].expect("a frame");
    let expected = "<table>\n<thead><tr>\
        <th style=\"text-align:left\">pupil</th><th style=\"text-align:right\">p(pass)</th>\
        </tr></thead>\n<tbody>\n\
        <tr><td style=\"text-align:left\">A</td><td style=\"text-align:right\">0.40</td></tr>\n\
        <tr><td style=\"text-align:left\">B</td><td style=\"text-align:right\">0.99</td></tr>\n\
        </tbody>\n</table>";
    assert_eq!(shown(&table, "text/html"), expected);
    assert!(shown(&table, "text/plain").contains("┆ p(pass)"));
}

#[test]
fn text_cannot_become_html() {
    let table = df!["a < b & \"c\"" => ["<script>", "it's"]].expect("a frame");
    let html = shown(&table, "text/html");
    assert!(html.contains("a &lt; b &amp; &quot;c&quot;"), "{html}");
    assert!(html.contains("&lt;script&gt;"), "{html}");
    assert!(html.contains("it&#39;s"), "{html}");
    assert!(!html.contains("<script>"), "{html}");
}

#[test]
fn no_colour_is_fixed() {
    let html = shown(&df!["a" => ["b"], "c" => [1.0]].expect("a frame"), "text/html");
    assert!(!html.contains("color") && !html.contains('#'), "{html}");
}

#[test]
fn a_frame_of_a_readers_own_shows_too() {
    let frame = df!(
        "word" => ["yes", "no", "perhaps"],
        "number" => [Some(1.5), None, Some(f64::INFINITY)],
        "whole" => [1_i64, -2, 3],
        "truth" => [true, false, true],
    )
    .expect("a frame");
    let html = shown(&frame, "text/html");
    for (cell, side) in [
        ("perhaps", "left"),
        ("1.5", "right"),
        ("null", "right"),
        ("inf", "right"),
        ("-2", "right"),
        ("true", "left"),
    ] {
        let cell = format!("<td style=\"text-align:{side}\">{cell}</td>");
        assert!(html.contains(&cell), "{cell} is missing in {html}");
    }
}

#[test]
fn single_precision_and_missing_text_show_too() {
    let narrow =
        Column::new("narrow".into(), [0.1_f64, 0.25]).cast(&DataType::Float32).expect("a cast");
    let words = Column::new("word".into(), [Some("a"), None]);
    let frame = DataFrame::new_infer_height(vec![narrow, words]).expect("a frame");
    let html = shown(&frame, "text/html");
    assert!(
        html.contains(">0.10<") && html.contains(">0.25<") && html.contains(">null<"),
        "{html}"
    );
}

#[test]
fn a_long_frame_says_what_it_leaves_out() {
    let many: Vec<usize> = (0..120).collect();
    let frame = df!["n" => &many, "m" => &many].expect("a frame");
    let html = shown(&frame, "text/html");
    // A header, eight rows, dots, eight rows, the shape.
    assert_eq!(html.matches("<tr>").count(), 1 + 8 + 1 + 8 + 1);
    for shown in [">7<", ">…<", ">112<", ">119<", ">120 rows, 2 columns<"] {
        assert!(html.contains(shown), "{shown} is missing in {html}");
    }
    assert!(!html.contains(">8<") && !html.contains(">111<"), "{html}");
}

#[test]
fn a_table_without_rows_shows_its_header() {
    let frame = df!["p" => [0.0; 0], "q" => [""; 0]].expect("a frame");
    let html = shown(&frame, "text/html");
    assert!(html.contains(">p</th>") && html.contains("<tbody>\n</tbody>"), "{html}");
}
