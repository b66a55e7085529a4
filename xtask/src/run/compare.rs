//! Are two runs of a cell the same but for noise?
//!
//! Noise is the number of the execution, the order in which streams and the value arrive, how a text is
//! cut into lines, and the colours of the compiler's reports. Numbers may differ by 1e-12 of their size: `exp` and `ln` come from the
//! machine's C library, which differ in the last digit from one processor or system to the next. A
//! change in what is computed is far larger. Everything else must be equal.

use std::collections::BTreeMap;

use serde_json::Value;

use super::refusal;
use crate::course::notebook::text_of;

/// The largest difference of two equal numbers, relative to the larger.
const TOLERANCE: f64 = 1e-12;

/// A difference, for a reader: where, what is committed, what came now.
#[derive(PartialEq, Debug)]
pub struct Difference {
    pub place: String,
    pub committed: String,
    pub now: String,
}

/// What is first different in the outputs of a cell; its pictures are `picture`'s business.
pub fn difference(committed: &[Value], now: &[Value]) -> Option<Difference> {
    let (committed, now) = (views(committed), views(now));
    let places = committed.keys().chain(now.keys().filter(|place| !committed.contains_key(*place)));
    places.into_iter().find_map(|place| match (committed.get(place), now.get(place)) {
        (Some(View::Text(a)), Some(View::Text(b))) => in_text(place, a, b),
        (Some(View::Json(a)), Some(View::Json(b))) => in_json(place, a, b),
        (a, b) => Some(Difference { place: place.clone(), committed: brief(a), now: brief(b) }),
    })
}

enum View {
    Text(String),
    Json(Value),
}

/// All that a cell shows, by where: "stdout", "the value as text/html".
fn views(outputs: &[Value]) -> BTreeMap<String, View> {
    let mut views = BTreeMap::new();
    let mut add = |place: String, text: &str| {
        if let View::Text(all) = views.entry(place).or_insert_with(|| View::Text(String::new())) {
            all.push_str(text);
        }
    };
    let mut json = Vec::new();
    for output in outputs {
        match output["output_type"].as_str() {
            Some("stream") => {
                add(output["name"].as_str().unwrap_or("stream").into(), &text_of(&output["text"]))
            }
            Some("error") => add("an error".into(), &format!("{}\n", refusal::report(output))),
            _ => {
                for (mime, content) in output["data"].as_object().into_iter().flatten() {
                    let place = format!("the value as {mime}");
                    if mime.ends_with("json") {
                        json.push((place, View::Json(content.clone())));
                    } else if !mime.starts_with("image/") {
                        add(place, &text_of(content));
                    }
                }
            }
        }
    }
    views.extend(json);
    views
}

fn brief(view: Option<&View>) -> String {
    match view {
        None => "nothing".into(),
        Some(View::Text(text)) => cut(text.lines().next().unwrap_or_default()),
        Some(View::Json(value)) => cut(&value.to_string()),
    }
}

fn cut(text: &str) -> String {
    const LETTERS: usize = 160;
    match text.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}

fn in_text(place: &str, committed: &str, now: &str) -> Option<Difference> {
    let (mut a, mut b) = (committed.trim_end().lines(), now.trim_end().lines());
    for line in 1.. {
        let (committed, now) = match (a.next(), b.next()) {
            (None, None) => break,
            (Some(a), Some(b)) if same_line(a, b) => continue,
            (a, b) => (a.map_or("nothing".into(), cut), b.map_or("nothing".into(), cut)),
        };
        return Some(Difference { place: format!("{place}, line {line}"), committed, now });
    }
    None
}

/// Equal but for the last digits of its numbers.
fn same_line(a: &str, b: &str) -> bool {
    a == b || {
        let (a, b) = (parts(a), parts(b));
        a.len() == b.len()
            && a.iter().zip(&b).all(|(a, b)| {
                a == b
                    || matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if near(a, b))
            })
    }
}

/// A line cut where numbers begin and end.
fn parts(line: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = line;
    while let Some(letter) = rest.chars().next() {
        let number = letter.is_ascii_digit();
        // An exponent belongs to its number.
        let end = rest
            .char_indices()
            .find(|&(at, letter)| {
                let inside = letter.is_ascii_digit()
                    || letter == '.'
                    || (letter == 'e'
                        && rest[at + 1..]
                            .starts_with(|next: char| next == '-' || next.is_ascii_digit()))
                    || (letter == '-' && rest[..at].ends_with('e'));
                if number { !inside } else { letter.is_ascii_digit() }
            })
            .map_or(rest.len(), |(at, _)| at);
        parts.push(&rest[..end]);
        rest = &rest[end..];
    }
    parts
}

fn near(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= TOLERANCE * a.abs().max(b.abs())
}

fn in_json(place: &str, committed: &Value, now: &Value) -> Option<Difference> {
    let differ = || {
        Some(Difference {
            place: place.into(),
            committed: cut(&committed.to_string()),
            now: cut(&now.to_string()),
        })
    };
    match (committed, now) {
        // JupyterLab saves 1.0 as 1.
        (Value::Number(a), Value::Number(b)) => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) if near(a, b) => None,
            _ => differ(),
        },
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .enumerate()
            .find_map(|(index, (a, b))| in_json(&format!("{place} [{index}]"), a, b)),
        (Value::Object(a), Value::Object(b)) => {
            let keys = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)));
            keys.into_iter().find_map(|key| match (a.get(key), b.get(key)) {
                (Some(a), Some(b)) => in_json(&format!("{place} .{key}"), a, b),
                (a, b) => {
                    let [committed, now] = [a, b].map(|value| {
                        value.map_or("nothing".into(), |value| cut(&value.to_string()))
                    });
                    Some(Difference { place: format!("{place} .{key}"), committed, now })
                }
            })
        }
        (a, b) if a == b => None,
        _ => differ(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn stdout(text: &str) -> Value {
        json!({"output_type": "stream", "name": "stdout", "text": text})
    }

    fn value(data: Value) -> Value {
        json!({"output_type": "execute_result", "execution_count": 3, "metadata": {}, "data": data})
    }

    fn figure(y: f64) -> Value {
        value(
            json!({"application/vnd.plotly.v1+json": {"data": [{"y": [1.0, y]}]}, "text/plain": "chart"}),
        )
    }

    #[test]
    fn noise_is_no_difference() {
        let mut other_count = value(json!({"text/plain": "5"}));
        other_count["execution_count"] = json!(9);
        let refused =
            |place: &str| json!({"output_type": "error", "evalue": "moved", "traceback": [place]});
        for (committed, now) in [
            (vec![stdout("a\nb\n")], vec![stdout("a\n"), stdout("b\n")]),
            (
                vec![value(json!({"text/plain": ["a\n", "b"]}))],
                vec![value(json!({"text/plain": "a\nb"}))],
            ),
            (
                vec![value(json!({"text/plain": "5"})), stdout("a\n")],
                vec![stdout("a\n"), value(json!({"text/plain": "5"}))],
            ),
            (vec![value(json!({"text/plain": "5"}))], vec![other_count]),
            (
                vec![refused("[ command_7:3:5 ]")],
                vec![refused("\u{1b}[31m[ command_21:3:5 ]\u{1b}[0m")],
            ),
            (
                vec![value(json!({"text/plain": "0.9709505944546686 bits"}))],
                vec![value(json!({"text/plain": "0.9709505944546687 bits"}))],
            ),
            (
                vec![value(json!({"text/plain": "1e-17"}))],
                vec![value(json!({"text/plain": "1.0000000000001e-17"}))],
            ),
            (vec![figure(2.0)], vec![figure(2.0 + 4e-16)]),
            (vec![value(json!({"a+json": 1}))], vec![value(json!({"a+json": 1.0}))]),
            (
                vec![value(json!({"text/plain": "5", "image/png": "AAAA"}))],
                vec![value(json!({"text/plain": "5"}))],
            ),
        ] {
            assert_eq!(difference(&committed, &now), None);
        }
    }

    #[test]
    fn anything_else_is_a_difference_with_its_place() {
        for (committed, now, place, was, is) in [
            (vec![stdout("a\nb\n")], vec![stdout("a\nc\n")], "stdout, line 2", "b", "c"),
            (vec![stdout("a\n")], vec![], "stdout", "a", "nothing"),
            (
                vec![json!({"output_type": "error", "evalue": "moved", "traceback": ["here"]})],
                vec![json!({"output_type": "error", "evalue": "moved", "traceback": ["there"]})],
                "an error, line 2",
                "here",
                "there",
            ),
            (vec![stdout("a\n")], vec![stdout("a\nb\n")], "stdout, line 2", "nothing", "b"),
            (
                vec![],
                vec![value(json!({"text/plain": "5"}))],
                "the value as text/plain",
                "nothing",
                "5",
            ),
            (
                vec![value(json!({"text/html": "<td>7.07</td>"}))],
                vec![value(json!({"text/html": "<td>7.08</td>"}))],
                "text/html, line 1",
                "7.07",
                "7.08",
            ),
            (
                vec![value(json!({"text/plain": "1e-17"}))],
                vec![value(json!({"text/plain": "1e-18"}))],
                "text/plain",
                "1e-17",
                "1e-18",
            ),
            (
                vec![value(json!({"text/plain": "5"}))],
                vec![value(json!({"text/plain": "-5"}))],
                "text/plain",
                "5",
                "-5",
            ),
            (
                vec![value(json!({"text/plain": "0"}))],
                vec![value(json!({"text/plain": "0.0000000000000001"}))],
                "text/plain",
                "0",
                "0.0",
            ),
            (vec![figure(2.0)], vec![figure(2.000001)], ".data [0] .y [1]", "2.0", "2.000001"),
            (
                vec![value(json!({"a+json": {"x": 1}}))],
                vec![value(json!({"a+json": {"y": 1}}))],
                "a+json .x",
                "1",
                "nothing",
            ),
            (
                vec![value(json!({"a+json": [1, 2]}))],
                vec![value(json!({"a+json": [1]}))],
                "a+json",
                "[1,2]",
                "[1]",
            ),
        ] {
            let found = difference(&committed, &now).expect(place);
            assert!(found.place.contains(place), "{found:?}");
            assert!(found.committed.contains(was) && found.now.contains(is), "{found:?}");
        }
    }
}
