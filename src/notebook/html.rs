//! HTML tables that look right in every notebook theme: no colour is fixed, text stands left and
//! numbers right.

use polars::prelude::{Column, DataFrame, DataType};

use super::numbers;
use super::show::ShowError;

/// A frame with more rows than this shows its first and last ones, and says how large it is.
const MOST_ROWS: usize = 30;
/// How many rows a longer frame shows at either end.
const ROWS_AT_AN_END: usize = 8;

/// One column: its name, and the HTML of its cells.
pub(crate) struct HtmlColumn {
    pub name: String,
    pub right: bool,
    pub cells: Vec<String>,
}

/// Text made safe to stand in HTML.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// The HTML of a frame.
pub(crate) fn of_frame(frame: &DataFrame) -> Result<String, ShowError> {
    let (rows, columns) = frame.shape();
    if rows <= MOST_ROWS {
        let columns = frame.columns().iter().map(of_column).collect::<Result<Vec<_>, _>>()?;
        return Ok(table(&columns, None));
    }
    let ends = frame
        .head(Some(ROWS_AT_AN_END))
        .vstack(&frame.tail(Some(ROWS_AT_AN_END)))
        .map_err(ShowError::new)?;
    let mut shown = ends.columns().iter().map(of_column).collect::<Result<Vec<_>, _>>()?;
    for column in &mut shown {
        column.cells.insert(ROWS_AT_AN_END, "…".to_owned());
    }
    Ok(table(&shown, Some(&format!("{rows} rows, {columns} columns"))))
}

/// The HTML of a table, with a note in a last row of its own.
pub(crate) fn table(columns: &[HtmlColumn], note: Option<&str>) -> String {
    let mut html = String::from("<table>\n<thead><tr>");
    for column in columns {
        html.push_str(&cell("th", column.right, &escape(&column.name)));
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    let rows = columns.iter().map(|column| column.cells.len()).max().unwrap_or(0);
    for row in 0..rows {
        html.push_str("<tr>");
        for column in columns {
            let content = column.cells.get(row).map_or("", String::as_str);
            html.push_str(&cell("td", column.right, content));
        }
        html.push_str("</tr>\n");
    }
    if let Some(note) = note {
        let (span, note) = (columns.len(), escape(note));
        html.push_str(&format!(
            "<tr><td colspan=\"{span}\" style=\"text-align:left\">{note}</td></tr>\n"
        ));
    }
    html.push_str("</tbody>\n</table>");
    html
}

fn cell(tag: &str, right: bool, content: &str) -> String {
    // Jupyter's own style puts every cell right, so both sides are said.
    let side = if right { "right" } else { "left" };
    format!("<{tag} style=\"text-align:{side}\">{content}</{tag}>")
}

fn of_column(column: &Column) -> Result<HtmlColumn, ShowError> {
    let dtype = column.dtype();
    let texts = if dtype.is_float() { of_floats(column)? } else { of_others(column)? };
    Ok(HtmlColumn {
        name: column.name().to_string(),
        right: dtype.is_primitive_numeric(),
        cells: texts.iter().map(|text| escape(text)).collect(),
    })
}

fn of_floats(column: &Column) -> Result<Vec<String>, ShowError> {
    let wide = column.cast(&DataType::Float64).map_err(ShowError::new)?;
    let values: Vec<Option<f64>> = wide.f64().map_err(ShowError::new)?.iter().collect();
    let known: Vec<f64> = values.iter().copied().flatten().collect();
    let mut texts = numbers::column(&known).into_iter();
    let text = |value: &Option<f64>| match value {
        Some(_) => texts.next().unwrap_or_default(),
        None => "null".to_owned(),
    };
    Ok(values.iter().map(text).collect())
}

fn of_others(column: &Column) -> Result<Vec<String>, ShowError> {
    let text = |row| column.get(row).map(|value| value.str_value().into_owned());
    (0..column.len()).map(|row| text(row).map_err(ShowError::new)).collect()
}
