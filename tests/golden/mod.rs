//! Reads the expected values that `make.py` wrote, see there for where they come from.

use std::fmt::Debug;
use std::str::FromStr;

use serde_json::Value;

/// One case: named numbers and lists of numbers.
#[derive(Debug)]
pub struct Case(Value);

/// The cases of one kind; at least one, or the test would test nothing.
pub fn cases(json: &str, of: &str) -> Vec<Case> {
    let file: Value = serde_json::from_str(json).expect("the golden file is JSON");
    let cases = file["cases"].as_array().expect("the golden file has cases").iter();
    let found: Vec<Case> = cases.filter(|case| case["of"] == of).cloned().map(Case).collect();
    assert!(!found.is_empty(), "no golden case of {of}");
    found
}

impl Case {
    pub fn number(&self, key: &str) -> f64 {
        parse(&self.0[key])
    }

    pub fn list<T: FromStr<Err: Debug>>(&self, key: &str) -> Vec<T> {
        self.0[key].as_array().expect(key).iter().map(parse).collect()
    }
}

fn parse<T: FromStr<Err: Debug>>(value: &Value) -> T {
    value.as_str().expect("numbers are written as text").parse().expect("a number")
}
