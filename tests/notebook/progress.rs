//! Every exercise of a chapter is in the course's list, and the other way round.

use std::fs;
use std::path::Path;

use lossbook::prelude::*;
use serde_json::Value;

/// How many cells of a notebook are the check of an exercise.
fn checks(path: &Path) -> usize {
    let notebook: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let cells = notebook["cells"].as_array().unwrap();
    let source = |cell: &Value| match &cell["source"] {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        text => text.as_str().unwrap_or_default().to_owned(),
    };
    let is_check = |cell: &&Value| {
        cell["cell_type"] == "code"
            && source(cell).lines().any(|line| line.trim().starts_with("exercises::"))
    };
    cells.iter().filter(is_check).count()
}

#[test]
fn the_list_has_every_exercise_of_every_chapter() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks");
    for (chapter, titles) in exercises::CHAPTERS {
        let path = folder.join(format!("{chapter}.ipynb"));
        assert!(path.exists(), "the list has a chapter {chapter}, which is no notebook");
        assert_eq!(
            checks(&path),
            titles.len(),
            "{chapter}: exercises in the notebook and in the list"
        );
    }
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        // A reader's own notebooks are their own.
        if path.extension().is_none_or(|ending| ending != "ipynb") || !is_of_the_course(&name) {
            continue;
        }
        let listed = exercises::CHAPTERS.iter().any(|(chapter, _)| *chapter == name);
        assert!(listed || checks(&path) == 0, "{name} has exercises that are not in the list");
    }
}

fn is_of_the_course(name: &str) -> bool {
    name == "rust_for_this_course"
        || name.as_bytes().first_chunk().is_some_and(|[a, b, dash]: &[u8; 3]| {
            a.is_ascii_digit() && b.is_ascii_digit() && *dash == b'_' && !name.contains("-Copy")
        })
}
