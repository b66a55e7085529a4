use lossbook::polars::prelude::{Column, DataType};
use lossbook::prelude::*;

use super::{refused, shown};

#[test]
fn text_stands_left_and_numbers_right() {
    let table = Table::new().labels("pupil", &["A", "B"]).numbers("p(pass)", &[0.4, 0.99]);
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
    let table = Table::new().labels("a < b & \"c\"", &["<script>", "it's"]);
    let html = shown(&table, "text/html");
    assert!(html.contains("a &lt; b &amp; &quot;c&quot;"), "{html}");
    assert!(html.contains("&lt;script&gt;"), "{html}");
    assert!(html.contains("it&#39;s"), "{html}");
    assert!(!html.contains("<script>"), "{html}");
}

#[test]
fn no_colour_is_fixed() {
    let html = shown(&Table::new().labels("a", &["b"]).numbers("c", &[1.0]), "text/html");
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
    let html = shown(&Table::new().counts("n", &many).counts("m", &many), "text/html");
    // A header, eight rows, dots, eight rows, the shape.
    assert_eq!(html.matches("<tr>").count(), 1 + 8 + 1 + 8 + 1);
    for shown in [">7<", ">…<", ">112<", ">119<", ">120 rows, 2 columns<"] {
        assert!(html.contains(shown), "{shown} is missing in {html}");
    }
    assert!(!html.contains(">8<") && !html.contains(">111<"), "{html}");
}

#[test]
fn the_frame_holds_every_digit_and_type() {
    let exact = 1.321_928_094_887_362_4;
    let table =
        Table::new().labels("a", &["x".to_owned()]).numbers("b", &array![exact]).counts("c", &[7]);
    let frame = table.frame().expect("a frame");
    let column = frame.column("b").and_then(|column| column.f64().cloned()).expect("numbers");
    assert_eq!(column.get(0), Some(exact));
    let types: Vec<String> =
        frame.columns().iter().map(|column| column.dtype().to_string()).collect();
    assert_eq!(types, ["str", "f64", "u64"]);
}

#[test]
fn a_column_view_that_is_not_contiguous_is_read_right() {
    let matrix = array![[1.0, 2.0], [3.0, 4.0]];
    let html = shown(&Table::new().numbers("second", matrix.column(1)), "text/html");
    assert!(html.contains(">2<") && html.contains(">4<") && !html.contains(">3<"), "{html}");
}

#[test]
fn columns_that_do_not_fit_are_named() {
    let table =
        Table::new().labels("pupil", &["A", "B"]).numbers("p", &[0.4]).counts("pupil", &[1, 2]);
    assert_eq!(
        refused(&table),
        "table: column \"pupil\" has 2 values and column \"p\" 1 (they must be equal); \
         two columns are named \"pupil\" (each name once)"
    );
    assert_eq!(refused(&Table::new()), "table: it has no column (at least 1 is needed)");
}

#[test]
fn a_table_without_rows_shows_its_header() {
    let html = shown(&Table::new().numbers("p", &[]).labels("q", &[""; 0]), "text/html");
    assert!(html.contains(">p</th>") && html.contains("<tbody>\n</tbody>"), "{html}");
}
