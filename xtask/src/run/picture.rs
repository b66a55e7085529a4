//! Static pictures beside the charts, so that a notebook reads well where plotly does not run.
//!
//! A chart is plotly's JSON, which JupyterLab and VS Code draw; GitHub and nbconvert show the PNG
//! that stands in the same output. PNG and not SVG: GitHub has shown SVG outputs without their text.
//! JupyterLab shows the PNG too, until the mouse enters it; it then draws the chart, and on saving puts
//! a picture of its own, several times as large, in the place of ours. So beside the PNG stand two
//! hashes: of the figure it was drawn from, and of its own bytes.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::setup::Jupyter;

const FIGURE: &str = "application/vnd.plotly.v1+json";
const PICTURE: &str = "image/png";

/// Part of the hash: pictures are drawn anew after `picture.py` changed how they look.
const STYLE: &str = "png 1";

/// What `picture.py` needs; the versions are those it was tested with.
const PACKAGES: &str = "kaleido==1.5.0 pillow==13.0.0";

/// What is wrong with the pictures in the outputs of a cell.
pub fn fault(outputs: &[Value]) -> Option<&'static str> {
    outputs.iter().filter(|output| is_chart(output)).find_map(|output| {
        let (png, marks) = (&output["data"][PICTURE], &output["metadata"][PICTURE]);
        if png.as_str().is_none_or(str::is_empty) {
            Some("its chart has no picture beside it, so it shows nowhere but in Jupyter")
        } else if marks["figure"] != hash(&output["data"][FIGURE]) {
            Some("its picture is of another chart than the one beside it")
        } else if marks["picture"] != hash(png) {
            Some("its picture was put there by JupyterLab, which saves one several times as large as needed")
        } else {
            None
        }
    })
}

fn is_chart(output: &Value) -> bool {
    !output["data"][FIGURE].is_null()
}

/// Gives every chart among `new` its picture: the one in `old`, where the chart is the same, else a
/// new one. Returns how many were drawn.
pub fn add<'a>(
    jupyter: &Jupyter,
    old: impl Iterator<Item = &'a Value>,
    new: &mut [&mut Value],
) -> Result<usize> {
    let mut album: BTreeMap<String, Value> = BTreeMap::new();
    for output in
        old.filter(|output| is_chart(output) && fault(std::slice::from_ref(*output)).is_none())
    {
        album.insert(hash(&output["data"][FIGURE]), output["data"][PICTURE].clone());
    }
    let mut missing: BTreeMap<String, Value> = BTreeMap::new();
    for output in new.iter().filter(|output| is_chart(output)) {
        let hash = hash(&output["data"][FIGURE]);
        if !album.contains_key(&hash) {
            missing.insert(hash, output["data"][FIGURE].clone());
        }
    }
    let drawn = missing.len();
    if drawn > 0 {
        let (hashes, figures): (Vec<String>, Vec<Value>) = missing.into_iter().unzip();
        album.extend(hashes.into_iter().zip(draw(jupyter, &Value::Array(figures))?));
    }
    for output in new.iter_mut().filter(|output| is_chart(output)) {
        let figure = hash(&output["data"][FIGURE]);
        if let Some(png) = album.get(&figure) {
            output["metadata"][PICTURE] = json!({"figure": figure, "picture": hash(png)});
            output["data"][PICTURE] = png.clone();
        }
    }
    Ok(drawn)
}

fn draw(jupyter: &Jupyter, figures: &Value) -> Result<Vec<Value>> {
    let python = jupyter.python.display();
    let mut child = Command::new(&jupyter.python)
        .args(["-c", include_str!("picture.py")])
        .envs(jupyter.envs.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("Python ({python}) cannot be started"))?;
    if let Some(mut input) = child.stdin.take() {
        // A script that failed at once has closed its end, and says why below.
        let _ = input.write_all(figures.to_string().as_bytes());
    }
    let output = child.wait_with_output()?;
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    if let Value::Array(pictures) = answer {
        return Ok(pictures);
    }
    let unchanged = "The notebooks are left as they were.";
    if let Some(package) = answer["package"].as_str() {
        bail!(
            "The pictures of the charts need the Python package `{package}`: run\n  {python} -m pip install {PACKAGES}\n{unchanged}"
        );
    }
    if let Some(why) = answer["browser"].as_str() {
        bail!(
            "The pictures of the charts are drawn by Chromium or Chrome, and none was found or it does not start.\n\
             Install one (Debian: `apt install chromium`; Fedora: `dnf install chromium`; elsewhere: Google Chrome), \
             or set BROWSER_PATH to it.\n{unchanged}\n({why})"
        );
    }
    let why = answer["error"]
        .as_str()
        .map_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned(), str::to_owned);
    bail!("The pictures of the charts could not be drawn: {why}\n{unchanged}")
}

/// A hash of a figure that is the same however its JSON is written (order of keys, 1 or 1.0).
fn hash(figure: &Value) -> String {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    hash.bytes(STYLE.as_bytes());
    hash.value(figure);
    format!("{:016x}", hash.0)
}

/// FNV-1a: the standard library's hasher may change from one Rust to the next.
struct Fnv(u64);

impl Fnv {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Number(number) => self.bytes(&number.as_f64().unwrap_or(f64::NAN).to_le_bytes()),
            Value::Array(values) => {
                self.bytes(b"[");
                values.iter().for_each(|value| self.value(value));
                self.bytes(b"]");
            }
            Value::Object(fields) => {
                self.bytes(b"{");
                let sorted: BTreeMap<&String, &Value> = fields.iter().collect();
                for (key, value) in sorted {
                    self.bytes(key.as_bytes());
                    self.bytes(b":");
                    self.value(value);
                }
                self.bytes(b"}");
            }
            other => self.bytes(other.to_string().as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(figure: Value) -> Value {
        json!({"output_type": "execute_result", "metadata": {}, "data": {FIGURE: figure, "text/plain": "chart"}})
    }

    fn with_picture(figure: Value) -> Value {
        let mut output = chart(figure);
        output["data"][PICTURE] = json!("iVBO");
        output["metadata"][PICTURE] =
            json!({"figure": hash(&output["data"][FIGURE]), "picture": hash(&json!("iVBO"))});
        output
    }

    #[test]
    fn a_chart_needs_the_picture_of_itself_that_was_drawn_here() {
        let figure = json!({"data": [{"x": [1, 2.5]}], "layout": {}});
        assert_eq!(fault(&[with_picture(figure.clone())]), None);
        assert_eq!(fault(&[json!({"output_type": "stream", "text": "a"})]), None);
        assert!(fault(&[chart(figure.clone())]).unwrap().contains("no picture"));
        let mut changed = with_picture(figure.clone());
        changed["data"][FIGURE]["data"][0]["x"][1] = json!(2.6);
        assert!(fault(&[changed]).unwrap().contains("another chart"));
        let mut saved = with_picture(figure);
        saved["data"][PICTURE] = json!("iVBOother");
        assert!(fault(&[saved]).unwrap().contains("by JupyterLab"));
    }

    #[test]
    fn the_hash_is_of_the_figure_and_not_of_how_it_is_written() {
        let written = |text: &str| hash(&serde_json::from_str(text).unwrap());
        assert_eq!(
            written(r#"{"a": 1, "b": [1e-7, true]}"#),
            written(r#"{"b": [0.0000001, true], "a": 1.0}"#)
        );
        for other in [
            r#"{"a": 1, "b": [1e-7, false]}"#,
            r#"{"a": 1, "b": [[1e-7], true]}"#,
            r#"{"a": 1, "c": [1e-7, true]}"#,
        ] {
            assert_ne!(written(r#"{"a": 1, "b": [1e-7, true]}"#), written(other));
        }
    }

    #[test]
    fn a_chart_that_did_not_change_keeps_its_picture_without_a_browser() {
        let nowhere = Jupyter { python: "/no/python".into(), envs: Vec::new() };
        let old = with_picture(json!({"data": []}));
        let (mut same, mut text) =
            (chart(json!({"data": []})), json!({"output_type": "stream", "text": "a"}));
        assert_eq!(add(&nowhere, [&old].into_iter(), &mut [&mut same, &mut text]).unwrap(), 0);
        assert_eq!(same, old);
        assert_eq!(text, json!({"output_type": "stream", "text": "a"}));
        let mut other = chart(json!({"data": [1]}));
        assert!(
            add(&nowhere, [&old].into_iter(), &mut [&mut other]).is_err(),
            "another chart needs a new picture"
        );
    }
}
