//! What the compiler says of a cell, and whether that is what the cell is there to show.

use serde_json::Value;

use crate::course::notebook::with_number;

/// What evcxr reports as an error, as plain text.
pub fn report(error: &Value) -> String {
    let lines = error["traceback"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let lines: Vec<String> = lines.map(|line| with_number(&without_colours(line), "")).collect();
    format!("{}\n{}", error["evalue"].as_str().unwrap_or("error"), lines.join("\n"))
}

/// Why these outputs are not those of a cell that is refused with this error, and nothing else.
pub fn fault(code: &str, outputs: &[Value]) -> Option<String> {
    let (errors, others): (Vec<&Value>, Vec<&Value>) =
        outputs.iter().partition(|output| output["output_type"] == "error");
    let reports: Vec<String> = errors.into_iter().map(report).collect();
    let sign = format!("[{code}] Error:");
    if reports.is_empty() {
        return Some(format!(
            "it is tagged `raises-exception` and should be refused with {code}, and it compiles"
        ));
    }
    if let Some(other) = reports.iter().find(|report| !report.contains(&sign)) {
        return Some(format!("it should be refused with {code}, and it is with this:\n{other}"));
    }
    others.first().map(|other| format!("it should only be refused with {code}, and shows: {other}"))
}

/// evcxr colours its error reports for a terminal.
fn without_colours(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text.chars();
    while let Some(letter) = rest.next() {
        match letter {
            '\u{1b}' => {
                rest.by_ref().find(|letter| letter.is_ascii_alphabetic());
            }
            _ => plain.push(letter),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn moved() -> Value {
        json!({
            "output_type": "error", "ename": "Error", "evalue": "borrow of moved value: `week`",
            "traceback": [
                "\u{1b}[31m[E0382] Error:\u{1b}[0m borrow of moved value: `week`",
                "   \u{1b}[38;5;246m|\u{1b}[0m-[ command_12:3:5 ]",
            ],
        })
    }

    #[test]
    fn a_report_is_plain_and_the_same_in_every_session() {
        assert_eq!(
            report(&moved()),
            "borrow of moved value: `week`\n[E0382] Error: borrow of moved value: `week`\n   |-[ command_:3:5 ]"
        );
    }

    #[test]
    fn only_the_error_that_was_announced_is_right() {
        assert_eq!(fault("E0382", &[moved()]), None);
        assert_eq!(fault("E0382", &[moved(), moved()]), None);
        let mut unknown = moved();
        unknown["traceback"][0] = json!("[E0425] Error: cannot find value");
        // Without a report there is no code: evcxr itself complains.
        let complaint = json!({"output_type": "error", "evalue": "E0382 is a closure", "traceback": ["[E0382]"]});
        let shown = json!({"output_type": "stream", "name": "stdout", "text": "hello\n"});
        let told = |outputs: &[Value]| fault("E0382", outputs).unwrap();
        assert!(told(&[]).contains("and it compiles"));
        assert!(told(std::slice::from_ref(&shown)).contains("and it compiles"));
        assert!(told(std::slice::from_ref(&unknown)).contains("[E0425] Error: cannot find value"));
        assert!(told(&[moved(), unknown]).contains("cannot find value"));
        assert!(told(&[complaint]).contains("is a closure"));
        assert!(told(&[moved(), shown]).contains("hello"));
    }
}
