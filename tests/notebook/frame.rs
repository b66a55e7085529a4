use lossbook::polars::prelude::DataType;
use lossbook::prelude::*;

use super::shown;

/// The types that a frame's columns have.
fn types(frame: &DataFrame) -> Vec<String> {
    frame.columns().iter().map(|column| column.dtype().to_string()).collect()
}

#[test]
fn df_takes_arrays_beside_what_polars_takes_itself() {
    let (y, labels) = (array![0.5, 0.25], vec![3_usize, 4]);
    let matrix = array![[1.0, 2.0], [3.0, 4.0]];
    let frame = df![
        "borrowed" => &y,
        "view of a column" => matrix.column(1),
        "words" => y.mapv(|y| if y < 0.5 { "low" } else { "high" }),
        "labels" => &labels,
        "counts" => [1_usize, 2],
        "list" => [1, 2],
        "given" => y,
    ]
    .expect("a frame");
    assert_eq!(types(&frame), ["f64", "f64", "str", "u64", "u64", "i32", "f64"]);
    let numbers = |name| frame.column(name).expect("a column").numbers().expect("numbers");
    assert_eq!(numbers("borrowed"), array![0.5, 0.25]);
    assert_eq!(numbers("view of a column"), array![2.0, 4.0]);
    assert_eq!(numbers("labels"), array![3.0, 4.0]);
}

#[test]
fn a_columns_sum_and_mean_are_numbers() {
    let frame = df!["n" => [1, 2, 4], "kept" => [true, false, true]].expect("a frame");
    let n = frame.column("n").expect("a column");
    assert_eq!((n.sum(), n.mean()), (Ok(7.0), Ok(7.0 / 3.0)));
    assert_eq!(frame.column("kept").expect("a column").sum(), Ok(2.0));
    let none = Series::new("none".into(), Vec::<f64>::new());
    assert_eq!(Column::from(none.clone()).sum(), Ok(0.0));
    let refusal = Column::from(none).mean().expect_err("no mean").to_string();
    assert_eq!(refusal, "a column of no values has no mean");
}

#[test]
fn what_are_no_numbers_is_refused() {
    let frame = df!["x" => [Some(1.0), None], "word" => ["a", "b"]].expect("a frame");
    let refusal = |name| frame.column(name).expect("a column").numbers().expect_err("refused");
    assert_eq!(
        refusal("x").to_string(),
        "column \"x\" has no value in row 1 (null); fill it or filter it out first"
    );
    assert_eq!(refusal("word").to_string(), "column \"word\" holds str, not numbers");
}

#[test]
fn null_and_nan_are_told_apart() {
    let column = Column::new("x".into(), [Some(1.5), None, Some(f64::NAN)]);
    let html = shown(&column, "text/html");
    assert!(html.contains(">1.5<") && html.contains(">null<") && html.contains(">NaN<"), "{html}");
    let series = column.cast(&DataType::Float32).expect("a cast").take_materialized_series();
    assert_eq!(shown(&series, "text/html"), html);
}

#[test]
fn a_readers_own_imports_do_not_clash() {
    use lossbook::polars::prelude::*;
    let frame = df!["y" => array![3.0, 4.0], "y_hat" => [1.0, 1.0]].expect("a frame");
    let residual = (col("y") - col("y_hat")).alias("residual");
    let frame = frame.lazy().with_columns([residual]).collect().expect("a frame");
    assert_eq!(frame.column("residual").expect("a column").sum(), Ok(5.0));
}
