//! A notebook's file: its cells, and their outputs.
//!
//! The JSON is kept as it was read, and only outputs and execution counts are ever replaced; it is
//! written the way Jupyter writes it (sorted keys, one space of indentation), so that saving a
//! chapter in JupyterLab and writing it here give the same file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::ser::PrettyFormatter;
use serde_json::{Map, Value, json};

pub struct Notebook {
    /// The file's name without folder and ending: `09_residuals`.
    pub name: String,
    path: PathBuf,
    json: Value,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Code,
    Markdown,
}

pub struct Cell {
    /// Counted over all cells from 1, as a reader counts them on the page.
    pub number: usize,
    pub kind: Kind,
    pub source: String,
    /// Whether it is to be refused by the compiler: tagged `raises-exception`, which JupyterLab and
    /// nbclient know, too, so that the cells after it run.
    pub is_refused: bool,
}

/// The tag of a cell that is refused.
pub const REFUSED: &str = "raises-exception";

/// The pages that are no chapter, and have no number; any other notebook without one is a reader's own.
pub const PAGES: [&str; 3] = ["contents", "glossary", "rust_for_this_course"];

/// The notebooks of the course at `root`: its chapters in the order of their numbers, then its pages.
///
/// A chapter is called like `09_residuals.ipynb`; whatever else stands beside them, such as a
/// reader's copy or notes, is none.
pub fn all(root: &Path) -> Result<Vec<PathBuf>> {
    let folder = root.join("notebooks");
    let entries =
        fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.strip_suffix(".ipynb").is_some_and(is_of_the_course) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

pub fn is_of_the_course(name: &str) -> bool {
    PAGES.contains(&name) || is_chapter(name)
}

fn is_chapter(name: &str) -> bool {
    let (number, rest) = name.split_once('_').unwrap_or_default();
    let plain =
        |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'_';
    number.len() == 2
        && number.bytes().all(|digit| digit.is_ascii_digit())
        && !rest.is_empty()
        && rest.bytes().all(plain)
}

impl Notebook {
    pub fn read(path: &Path) -> Result<Notebook> {
        let text =
            fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let json: Value = serde_json::from_str(&text)
            .with_context(|| format!("{} is not a notebook: its JSON is broken", path.display()))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let notebook = Notebook { name, path: path.to_owned(), json };
        if notebook.json["nbformat"] != 4 || !notebook.json["cells"].is_array() {
            bail!("{} is not a notebook of format 4: save it once in JupyterLab", path.display());
        }
        Ok(notebook)
    }

    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    /// Whether it is a page, not a chapter.
    pub fn is_page(&self) -> bool {
        PAGES.contains(&self.name.as_str())
    }

    /// As it is named in messages: `notebooks/09_residuals.ipynb`.
    pub fn title(&self) -> String {
        format!("notebooks/{}.ipynb", self.name)
    }

    /// Code and markdown; raw cells hold nothing that a check would read.
    pub fn cells(&self) -> Vec<Cell> {
        let cells = self.json["cells"].as_array().map(Vec::as_slice).unwrap_or_default();
        let read = cells.iter().enumerate().filter_map(|(index, cell)| {
            let kind = match cell["cell_type"].as_str() {
                Some("code") => Kind::Code,
                Some("markdown") => Kind::Markdown,
                _ => return None,
            };
            let mut tags = cell["metadata"]["tags"].as_array().into_iter().flatten();
            Some(Cell {
                number: index + 1,
                kind,
                source: text_of(&cell["source"]),
                is_refused: kind == Kind::Code && tags.any(|tag| tag == REFUSED),
            })
        });
        read.collect()
    }

    /// What stands below the code cell with this number.
    pub fn outputs(&self, number: usize) -> &[Value] {
        self.json["cells"][number - 1]["outputs"].as_array().map(Vec::as_slice).unwrap_or_default()
    }

    /// Replaces what stands below the code cells, given as (number, outputs); counts them from 1.
    pub fn set_outputs(&mut self, cells: Vec<(usize, Vec<Value>)>) {
        for (count, (number, outputs)) in cells.into_iter().enumerate() {
            let count = count + 1;
            let outputs = outputs.into_iter().map(|output| as_written(output, count)).collect();
            self.json["cells"][number - 1]["outputs"] = Value::Array(outputs);
            self.json["cells"][number - 1]["execution_count"] = json!(count);
        }
    }

    /// The file's text, as Jupyter would write it.
    pub fn text(&self) -> Result<String> {
        let mut sorted = self.json.clone();
        sorted.sort_all_objects();
        let mut bytes = Vec::new();
        let mut writer =
            serde_json::Serializer::with_formatter(&mut bytes, PrettyFormatter::with_indent(b" "));
        serde::Serialize::serialize(&sorted, &mut writer)?;
        bytes.push(b'\n');
        Ok(String::from_utf8(bytes)?)
    }

    pub fn save(&self) -> Result<()> {
        write(&self.path, &self.text()?)
    }
}

/// Jupyter stores a text as one string or as a list of its lines.
pub fn text_of(stored: &Value) -> String {
    match stored {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    }
}

/// An output with its texts as lists of lines, so that a change shows as a line in a diff.
fn as_written(mut output: Value, count: usize) -> Value {
    let lines = |text: &str| Value::Array(text.split_inclusive('\n').map(Value::from).collect());
    if let Some(text) = output["text"].as_str() {
        output["text"] = lines(text);
    }
    if let Some(data) = output["data"].as_object() {
        let of_lines = |mime: &str| mime.starts_with("text/");
        let data: Map<String, Value> = data
            .iter()
            .map(|(mime, content)| match content.as_str() {
                Some(text) if of_lines(mime) => (mime.clone(), lines(text)),
                _ => (mime.clone(), content.clone()),
            })
            .collect();
        output["data"] = Value::Object(data);
    }
    if output["output_type"] == "execute_result" {
        output["execution_count"] = json!(count);
    }
    // The compiler's report names the cell by its number in the session.
    let lines = output.get_mut("traceback").and_then(Value::as_array_mut);
    for line in lines.into_iter().flatten() {
        if let Some(text) = line.as_str() {
            *line = Value::from(with_number(text, &count.to_string()));
        }
    }
    output
}

/// A line of a compiler's report, where evcxr calls the cell `command_12`, with another number.
pub fn with_number(line: &str, number: &str) -> String {
    const NAME: &str = "command_";
    match line.split_once(NAME) {
        Some((before, after)) => {
            let rest = after.trim_start_matches(|letter: char| letter.is_ascii_digit());
            format!("{before}{NAME}{number}{rest}")
        }
        None => line.to_owned(),
    }
}

/// Writes a file so that nobody ever sees half of it; an equal one stays untouched.
pub fn write(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|present| present == text) {
        return Ok(());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.new"));
    let written = (|| {
        fs::write(&beside, text)?;
        if let Ok(present) = fs::metadata(path) {
            fs::set_permissions(&beside, present.permissions())?;
        }
        fs::rename(&beside, path)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written.with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
impl Notebook {
    /// A notebook with these cells, for tests: markdown where a text begins with `# `, `## `, `### `
    /// or `<`, else code; a cell that is refused where it begins with `// E`.
    pub fn with_cells(sources: &[&str]) -> Notebook {
        Self::named("09_residuals", sources)
    }

    /// The same with another name.
    pub fn named(name: &str, sources: &[&str]) -> Notebook {
        let is_markdown = |source: &str| {
            source.starts_with('<') || source.trim_start_matches('#').starts_with(' ')
        };
        let cells: Vec<Value> = sources
            .iter()
            .map(|source| {
                let kind = if is_markdown(source) { "markdown" } else { "code" };
                let tags: &[&str] = if source.starts_with("// E") { &[REFUSED] } else { &[] };
                json!({"cell_type": kind, "metadata": {"tags": tags}, "source": source})
            })
            .collect();
        Notebook {
            name: name.into(),
            path: format!("{name}.ipynb").into(),
            json: json!({"cells": cells}),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As JupyterLab 4.6.6 saves it (nbformat 5.11.1).
    const SAVED: &str = r##"{
 "cells": [
  {
   "cell_type": "markdown",
   "id": "a",
   "metadata": {},
   "source": [
    "# Residuals ŷ\n",
    "text"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": null,
   "id": "b",
   "metadata": {},
   "outputs": [],
   "source": [
    "1.0"
   ]
  }
 ],
 "metadata": {
  "kernelspec": {
   "display_name": "Rust (lossbook)",
   "language": "rust",
   "name": "lossbook"
  }
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
"##;

    fn saved(folder: &Path) -> PathBuf {
        let path = folder.join("09_residuals.ipynb");
        fs::write(&path, SAVED).unwrap();
        path
    }

    #[test]
    fn what_jupyter_saved_is_written_back_to_the_byte() {
        let folder = tempfile::tempdir().unwrap();
        let notebook = Notebook::read(&saved(folder.path())).unwrap();
        assert_eq!(notebook.text().unwrap(), SAVED);
        assert_eq!(notebook.title(), "notebooks/09_residuals.ipynb");
        let cells = notebook.cells();
        assert_eq!(cells[0].source, "# Residuals ŷ\ntext");
        assert_eq!((cells[1].number, cells[1].kind), (2, Kind::Code));
    }

    #[test]
    fn new_outputs_leave_the_rest_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = saved(folder.path());
        let mut notebook = Notebook::read(&path).unwrap();
        let result = json!({"output_type": "execute_result", "metadata": {}, "execution_count": 7,
                            "data": {"text/plain": "a\nb", "image/png": "iVBO"}});
        notebook.set_outputs(vec![(2, vec![result])]);
        notebook.save().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let places = ["data", "image/png", "text/plain", "output_type"]
            .map(|key| text.find(&format!("\"{key}\":")));
        assert!(places.is_sorted() && places[0].is_some(), "keys are in Jupyter's order:\n{text}");
        let again = Notebook::read(&path).unwrap();
        assert_eq!(again.outputs(2)[0]["data"]["text/plain"], json!(["a\n", "b"]));
        assert_eq!(again.outputs(2)[0]["data"]["image/png"], "iVBO");
        assert_eq!(again.outputs(2)[0]["execution_count"], 1);
        assert!(again.outputs(2)[0].get("traceback").is_none(), "a value has none:\n{text}");
        let mut emptied = again;
        emptied.json["cells"][1]["outputs"] = json!([]);
        emptied.json["cells"][1]["execution_count"] = Value::Null;
        assert_eq!(emptied.text().unwrap(), SAVED);
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "nothing is left beside the notebook"
        );
    }

    #[test]
    fn a_report_of_the_compiler_names_the_cell_by_its_count() {
        let folder = tempfile::tempdir().unwrap();
        let mut notebook = Notebook::read(&saved(folder.path())).unwrap();
        let error = json!({"output_type": "error", "ename": "Error", "evalue": "moved",
                           "traceback": ["[E0382] Error: moved", "  [ command_27:3:5 ]"]});
        notebook.set_outputs(vec![(2, vec![error])]);
        assert_eq!(notebook.outputs(2)[0]["traceback"][1], "  [ command_1:3:5 ]");
        assert_eq!(with_number("no cell is named", "1"), "no cell is named");
    }

    #[test]
    fn a_tag_says_that_a_cell_is_refused() {
        let notebook = Notebook::with_cells(&["# Title", "// E0382\nlet a = b;", "1.0"]);
        let refused: Vec<bool> = notebook.cells().iter().map(|cell| cell.is_refused).collect();
        assert_eq!(refused, [false, true, false]);
    }

    #[test]
    fn only_chapters_and_pages_are_of_the_course() {
        let folder = tempfile::tempdir().unwrap();
        let notebooks = folder.path().join("notebooks");
        fs::create_dir(&notebooks).unwrap();
        let chapters = [
            "00_start_here.ipynb",
            "09_residuals.ipynb",
            "contents.ipynb",
            "glossary.ipynb",
            "rust_for_this_course.ipynb",
        ];
        let others = [
            "09_residuals-Copy1.ipynb",
            "Untitled.ipynb",
            "contents-Copy1.ipynb",
            "notes.ipynb",
            "my_09.ipynb",
            "09_.ipynb",
            "09_x.txt",
            ".09_x.ipynb.new",
        ];
        for name in others.iter().chain(&chapters) {
            fs::write(notebooks.join(name), "").unwrap();
        }
        assert_eq!(all(folder.path()).unwrap(), chapters.map(|name| notebooks.join(name)));
    }

    #[test]
    fn a_file_that_is_no_notebook_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.ipynb");
        fs::write(&path, "{").unwrap();
        let broken = format!("{:#}", Notebook::read(&path).err().unwrap());
        assert!(broken.contains("x.ipynb is not a notebook"), "{broken}");
        fs::write(&path, r#"{"nbformat": 3}"#).unwrap();
        let old = format!("{:#}", Notebook::read(&path).err().unwrap());
        assert!(old.contains("format 4"), "{old}");
    }
}
