//! A chapter read out of its notebook: sections, exercises and their solutions.
//!
//! The layout that is read here (and every departure from it is told, with cell and heading):
//!
//! * the first code cell is the setup: `:dep lossbook = { path = ".." }` and `use` lines;
//! * `## Title` is a section: its code cells are one worked example that needs the setup only;
//! * a cell tagged `raises-exception` stands in a section and names the compiler's error that it is
//!   there to show; it is no part of the section's test;
//! * `## Exercises` holds one `### Name` an exercise: a stub cell with `todo!(…)`, then a check cell;
//! * `## Solutions` holds one markdown cell an exercise: `<details><summary>Name</summary>`, a Rust
//!   block, `</details>`.
//!
//! A page (`contents`, `glossary`, `rust_for_this_course`) keeps the same layout, but may be text alone.
//! `contents` and `glossary` have no exercises.

use anyhow::{Result, bail};

use super::code::Code;
use super::notebook::{Cell, Kind, Notebook};
use super::refused;

pub const SETUP: &str = ":dep lossbook = { path = \"..\" }";

/// Pages to look things up in.
const WITHOUT_EXERCISES: [&str; 2] = ["contents", "glossary"];

#[derive(Default, Debug)]
pub struct Chapter {
    /// The setup's `use` lines.
    pub uses: String,
    pub sections: Vec<Section>,
    pub exercises: Vec<Exercise>,
}

#[derive(Debug)]
pub struct Section {
    /// The title as the name of a Rust function.
    pub name: String,
    pub cells: Vec<Code>,
}

#[derive(Debug)]
pub struct Exercise {
    pub name: String,
    pub stub: Code,
    pub check: Code,
    pub solution: Code,
}

/// The chapter in a notebook; the error lists everything that is wrong with its layout.
pub fn read(notebook: &Notebook) -> Result<Chapter> {
    let mut reader = Reader::default();
    for cell in notebook.cells() {
        match cell.kind {
            Kind::Markdown => reader.markdown(cell.number, &cell.source),
            Kind::Code => reader.code(&cell),
        }
    }
    let (chapter, faults) = reader.finish(notebook);
    if faults.is_empty() {
        return Ok(chapter);
    }
    bail!("{}: the layout of a chapter is not kept.\n  {}", notebook.title(), faults.join("\n  "))
}

/// Where a cell stands, for messages: the title of its section.
pub fn heading_of(notebook: &Notebook, number: usize) -> String {
    let before = notebook
        .cells()
        .into_iter()
        .filter(|cell| cell.kind == Kind::Markdown && cell.number < number);
    let last = before.flat_map(|cell| headings(&cell.source)).last();
    last.map_or_else(|| "the start".into(), |(_, title)| title)
}

#[derive(Default)]
struct Reader {
    chapter: Chapter,
    faults: Vec<String>,
    has_setup: bool,
    place: Place,
    sections: Vec<Draft>,
    exercises: Vec<Draft>,
    solutions: Vec<(usize, String, Code)>,
}

/// A heading, the number of its cell, and the code cells below it.
struct Draft {
    number: usize,
    title: String,
    cells: Vec<Code>,
}

#[derive(Default, PartialEq)]
enum Place {
    #[default]
    Start,
    Section,
    Exercises,
    Exercise,
    Solutions,
}

impl Reader {
    fn fault(&mut self, number: usize, what: impl std::fmt::Display) {
        self.faults.push(format!("cell {number}: {what}"));
    }

    fn markdown(&mut self, number: usize, source: &str) {
        for (level, title) in headings(source) {
            self.heading(number, level, &title);
        }
        if self.place == Place::Solutions && source.contains("```") {
            match solution(source) {
                Ok((name, code)) => self.solutions.push((number, name, code)),
                Err(fault) => self.fault(number, fault),
            }
        }
    }

    fn heading(&mut self, number: usize, level: usize, title: &str) {
        match (level, title) {
            (2, "Exercises") => self.place = Place::Exercises,
            (2, "Solutions") => self.place = Place::Solutions,
            (2, _) => {
                self.place = Place::Section;
                self.sections.push(Draft { number, title: title.to_owned(), cells: Vec::new() });
            }
            (3, _) if matches!(self.place, Place::Exercises | Place::Exercise) => {
                self.place = Place::Exercise;
                self.exercises.push(Draft { number, title: title.to_owned(), cells: Vec::new() });
            }
            _ => {}
        }
    }

    fn code(&mut self, cell: &Cell) {
        let Cell { number, source, .. } = cell;
        let number = *number;
        if cell.is_refused {
            return self.refused(number, source);
        }
        if !self.has_setup {
            self.has_setup = true;
            match setup(source) {
                Ok(uses) => self.chapter.uses = uses,
                Err(fault) => self.fault(number, fault),
            }
            return;
        }
        if source.lines().any(|line| line.trim_start().starts_with(':')) {
            return self.fault(
                number,
                "only the setup cell, the first one, may hold a line that begins with `:`",
            );
        }
        let code = match Code::read(source) {
            Ok(code) => code,
            Err(fault) => return self.fault(number, format!("the cell {fault}")),
        };
        match self.place {
            Place::Start => self.fault(
                number,
                "code stands under a `## Section` heading; only the setup stands before the first",
            ),
            Place::Section => self
                .sections
                .last_mut()
                .into_iter()
                .for_each(|draft| draft.cells.push(code.clone())),
            Place::Exercises => self.fault(
                number,
                "code under `## Exercises` stands under the `### Name` of its exercise",
            ),
            Place::Exercise => self
                .exercises
                .last_mut()
                .into_iter()
                .for_each(|draft| draft.cells.push(code.clone())),
            Place::Solutions => self.fault(
                number,
                "a solution stands in a markdown cell, folded away, not in a code cell",
            ),
        }
    }

    fn refused(&mut self, number: usize, source: &str) {
        if self.place != Place::Section {
            self.fault(number, "a cell tagged `raises-exception` stands in a section");
        }
        if let Err(fault) = refused::code_of(source).and_then(|_| Code::read(source)) {
            self.fault(number, format!("the cell {fault}"));
        }
    }

    fn finish(mut self, notebook: &Notebook) -> (Chapter, Vec<String>) {
        if !self.has_setup && !notebook.is_page() {
            self.faults.push(format!("there is no setup cell: the first code cell is `{SETUP}` and `use lossbook::prelude::*;`"));
        }
        for Draft { number, title, cells } in std::mem::take(&mut self.sections) {
            if cells.is_empty() {
                continue;
            }
            match test_name(&title) {
                Ok(name) => self.chapter.sections.push(Section { name, cells }),
                Err(fault) => self.fault(number, fault),
            }
        }
        for Draft { number, title, cells } in std::mem::take(&mut self.exercises) {
            if WITHOUT_EXERCISES.contains(&notebook.name.as_str()) {
                self.fault(number, format!("exercise \"{title}\": this page has none"));
            }
            let found = self.solutions.iter().position(|(_, name, _)| *name == title);
            let solution = found.map(|index| self.solutions.remove(index).2);
            match exercise(&title, cells, solution) {
                Ok(exercise) => self.chapter.exercises.push(exercise),
                Err(fault) => self.fault(number, format!("exercise \"{title}\": {fault}")),
            }
        }
        for (number, name, _) in std::mem::take(&mut self.solutions) {
            self.fault(number, format!("the solution \"{name}\" has no exercise: its name is not that of a `### ` heading under `## Exercises`"));
        }
        let mut names = std::collections::BTreeSet::new();
        for name in tests_of(&self.chapter) {
            if !names.insert(name.clone()) {
                self.faults.push(format!(
                    "two headings give the same test `{name}`: name one of them otherwise"
                ));
            }
        }
        (self.chapter, self.faults)
    }
}

/// The names of a chapter's tests, in its order.
pub fn tests_of(chapter: &Chapter) -> Vec<String> {
    let sections = chapter.sections.iter().map(|section| section.name.clone());
    let exercises = chapter
        .exercises
        .iter()
        .flat_map(|exercise| [exercise.stub_test(), exercise.solution_test()]);
    sections.chain(exercises).collect()
}

impl Exercise {
    pub fn stub_test(&self) -> String {
        format!("{}_is_not_yet_done", self.name)
    }

    pub fn solution_test(&self) -> String {
        format!("{}_solution", self.name)
    }
}

fn exercise(title: &str, cells: Vec<Code>, solution: Option<Code>) -> Result<Exercise, String> {
    let name = test_name(title)?;
    let count = cells.len();
    let Ok([stub, check]) = <[_; 2]>::try_from(cells) else {
        return Err(format!("it has {count} code cells, and needs two: the stub, then its check"));
    };
    if !stub.text.contains("todo!(") {
        return Err(
            "its first cell, the stub, has no `todo!(…)`: there is nothing left to do".into()
        );
    }
    if !stub.only_items {
        return Err("its first cell, the stub, holds more than functions and types".into());
    }
    if check.value.is_none() {
        return Err("its second cell, the check, ends in `;` and shows no verdict".into());
    }
    let solution = solution.ok_or_else(|| {
        format!("it has no solution: a markdown cell under `## Solutions` with `<details><summary>{title}</summary>`")
    })?;
    Ok(Exercise { name, stub, check, solution })
}

fn setup(source: &str) -> Result<String, String> {
    let expected = || {
        format!("the first code cell is the setup: `{SETUP}`, then `use` lines and nothing else")
    };
    let mut lines = source.trim().lines();
    let uses: String = match lines.next() {
        Some(SETUP) => lines.flat_map(|line| [line, "\n"]).collect(),
        _ => return Err(expected()),
    };
    match Code::read(&uses) {
        Ok(code) if code.text.lines().all(|line| line.is_empty() || line.starts_with("use ")) => {
            Ok(uses)
        }
        _ => Err(expected()),
    }
}

/// The name and code in a markdown cell of `## Solutions`.
fn solution(source: &str) -> Result<(String, Code), String> {
    let between = |start: &str, end: &str| {
        let rest = &source[source.find(start)? + start.len()..];
        Some(rest[..rest.find(end)?].trim().to_owned())
    };
    let form = "`<details><summary>Name</summary>`, a blank line, a ```rust block, a blank line, `</details>`";
    let name = between("<summary>", "</summary>")
        .ok_or_else(|| format!("a solution is {form}: `<summary>` is missing"))?;
    if !source.contains("<details>") || !source.contains("</details>") {
        return Err(format!("the solution \"{name}\" would not fold away: a solution is {form}"));
    }
    let code = between("```rust\n", "```").ok_or_else(|| {
        format!("the solution \"{name}\" has no ```rust block: a solution is {form}")
    })?;
    let code = Code::read(&code).map_err(|fault| format!("the solution \"{name}\" {fault}"))?;
    match code.only_items {
        true => Ok((name, code)),
        false => Err(format!(
            "the solution \"{name}\" holds more than what takes the stub's place: functions and types"
        )),
    }
}

/// Headings of a markdown cell with their level; what looks like one inside a code block is none.
pub fn headings(source: &str) -> Vec<(usize, String)> {
    let mut in_block = false;
    let mut found = Vec::new();
    for line in source.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        }
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        if let Some(title) = line[level..].strip_prefix(' ')
            && level > 0
            && !in_block
        {
            found.push((level, title.trim().to_owned()));
        }
    }
    found
}

/// A title in snake case: "Huber: one outlier" gives `huber_one_outlier`.
fn test_name(title: &str) -> Result<String, String> {
    let plain = title.replace(['\'', '’'], "").to_lowercase();
    let words: Vec<&str> = plain
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let name = words.join("_");
    match syn::parse_str::<syn::Ident>(&name) {
        Ok(_) => Ok(name),
        Err(_) => Err(format!(
            "the heading \"{title}\" gives no name for a test (`{name}`): begin it with a plain letter, and let it be more than a Rust keyword"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETUP_CELL: &str = ":dep lossbook = { path = \"..\" }\nuse lossbook::prelude::*;";
    const SOLUTION: &str = "<details><summary>Mean absolute error</summary>\n\n```rust\nfn my_mae() -> f64 {\n    1.0\n}\n```\n\n</details>";

    /// A chapter that is right: (part, its text), so that a test can change one part.
    fn parts() -> Vec<(&'static str, &'static str)> {
        vec![
            ("title", "# Residuals\n\nWhat is one?"),
            ("setup", SETUP_CELL),
            ("section", "## Huber: don't trust `one` outlier\n\n```\n## no heading\n```"),
            ("cell", "let x = 1.0;"),
            ("value", "x"),
            ("prose", "## 1 minute of theory\n\nNo code, so no test."),
            ("exercises", "## Exercises\n\nThree of them."),
            ("exercise", "### Mean absolute error"),
            ("stub", "fn my_mae() -> f64 {\n    todo!(\"the mean\")\n}"),
            ("check", "exercises::residuals::mae(my_mae)"),
            ("solutions", "## Solutions"),
            ("solution", SOLUTION),
            ("end", "## What to remember"),
            ("refused", "// E0382\nlet given = x;"),
        ]
    }

    fn read_parts(parts: &[(&str, &str)]) -> Result<Chapter> {
        let cells: Vec<&str> =
            parts.iter().map(|(_, text)| *text).filter(|text| !text.is_empty()).collect();
        read(&Notebook::with_cells(&cells))
    }

    #[test]
    fn sections_and_exercises_are_read() {
        let chapter = read_parts(&parts()).unwrap();
        assert_eq!(chapter.uses, "use lossbook::prelude::*;\n");
        assert_eq!(
            tests_of(&chapter),
            [
                "huber_dont_trust_one_outlier",
                "mean_absolute_error_is_not_yet_done",
                "mean_absolute_error_solution"
            ]
        );
        let cells: Vec<&str> =
            chapter.sections[0].cells.iter().map(|code| code.text.as_str()).collect();
        assert_eq!(cells, ["let x = 1.0;", "x"]);
        assert_eq!(chapter.exercises[0].solution.text, "fn my_mae() -> f64 {\n    1.0\n}");
    }

    #[test]
    fn a_place_is_named_by_the_heading_above_it() {
        let cells: Vec<&str> = parts().iter().map(|(_, text)| *text).collect();
        let notebook = Notebook::with_cells(&cells);
        assert_eq!(heading_of(&notebook, 2), "Residuals");
        assert_eq!(heading_of(&notebook, 5), "Huber: don't trust `one` outlier");
        assert_eq!(heading_of(&notebook, 10), "Mean absolute error");
    }

    #[test]
    fn every_departure_from_the_layout_is_told_with_its_cell() {
        for (part, text, why) in [
            ("setup", "", "cell 3: the first code cell is the setup"),
            (
                "setup",
                ":dep lossbook = \"0.1\"\nuse lossbook::prelude::*;",
                "cell 2: the first code cell is the setup",
            ),
            (
                "setup",
                ":dep lossbook = { path = \"..\" }\nlet x = 1;",
                "cell 2: the first code cell is the setup",
            ),
            ("section", "<p>no heading</p>", "cell 4: code stands under a `## Section` heading"),
            ("section", "## δ = 1", "cell 3: the heading \"δ = 1\" gives no name"),
            ("section", "## 1 outlier", "cell 3: the heading \"1 outlier\" gives no name"),
            ("section", "## Match", "cell 3: the heading \"Match\" gives no name"),
            (
                "section",
                "## Mean absolute error solution",
                "two headings give the same test `mean_absolute_error_solution`",
            ),
            ("cell", "let x = ;", "cell 4: the cell does not parse: line 1"),
            ("cell", ":dep rand = \"1\"", "cell 4: only the setup cell"),
            ("cell", "let _ = f();", "cell 4: the cell throws a result away"),
            (
                "exercise",
                "<p>an exercise</p>",
                "cell 9: code under `## Exercises` stands under the `### Name`",
            ),
            ("exercise", "### Mean error", "exercise \"Mean error\": it has no solution"),
            ("exercise", "### Mean error", "the solution \"Mean absolute error\" has no exercise"),
            (
                "stub",
                "fn my_mae() -> f64 { 1.0 }",
                "cell 8: exercise \"Mean absolute error\": its first cell, the stub, has no `todo!(…)`",
            ),
            ("stub", "let x = 1.0;\nfn my_mae() -> f64 { todo!() }", "holds more than functions"),
            ("stub", "", "it has 1 code cells, and needs two"),
            ("check", "let verdict = exercises::residuals::mae(my_mae);", "shows no verdict"),
            ("solution", "", "exercise \"Mean absolute error\": it has no solution"),
            (
                "solution",
                "<summary>Mean absolute error</summary>\n```rust\nfn f() {}\n```",
                "cell 12: the solution \"Mean absolute error\" would not fold away",
            ),
            (
                "solution",
                "<details>\n```rust\nfn f() {}\n```\n</details>",
                "cell 12: a solution is",
            ),
            (
                "solution",
                "<details><summary>Mean absolute error</summary>\n```\nfn f() {}\n```\n</details>",
                "has no ```rust block",
            ),
            (
                "solution",
                "<details><summary>Mean absolute error</summary>\n```rust\nfn f( {}\n```\n</details>",
                "cell 12: the solution \"Mean absolute error\" does not parse",
            ),
            ("end", "fn my_mae() -> f64 { 1.0 }", "cell 13: a solution stands in a markdown cell"),
            ("prose", "// E0382\nlet x = ;", "cell 6: the cell does not parse: line 2"),
            ("prose", "// E038\nlet x = y;", "cell 6: the cell is tagged `raises-exception`"),
            (
                "check",
                "// E0382\nf(x)",
                "cell 10: a cell tagged `raises-exception` stands in a section",
            ),
            (
                "end",
                "// E0382\nf(x)",
                "cell 13: a cell tagged `raises-exception` stands in a section",
            ),
            (
                "title",
                "// E0382\nf(x)",
                "cell 1: a cell tagged `raises-exception` stands in a section",
            ),
        ] {
            let mut parts = parts();
            parts.iter_mut().find(|(name, _)| *name == part).unwrap().1 = text;
            let fault = read_parts(&parts).expect_err(why).to_string();
            assert!(
                fault.starts_with("notebooks/09_residuals.ipynb: ") && fault.contains(why),
                "{why}\n{fault}"
            );
        }
        let twice: Vec<&str> = vec![SETUP_CELL, "## Loss", "1.0", "## Loss!", "2.0"];
        let fault = read(&Notebook::with_cells(&twice)).unwrap_err().to_string();
        assert!(fault.contains("two headings give the same test `loss`"), "{fault}");
    }

    #[test]
    fn a_chapter_without_code_lacks_its_setup_and_a_page_does_not() {
        let fault = read(&Notebook::with_cells(&["# Title"])).unwrap_err().to_string();
        assert!(fault.contains("no setup cell"), "{fault}");
        assert!(tests_of(&read(&Notebook::named("glossary", &["# Title"])).unwrap()).is_empty());
        let page = read(&Notebook::named("contents", &["# Title", "## Code", "1.0"])).unwrap_err();
        assert!(page.to_string().contains("the first code cell is the setup"), "{page}");
    }

    #[test]
    fn only_one_page_has_exercises() {
        let cells: Vec<&str> = parts().iter().map(|(_, text)| *text).collect();
        assert!(read(&Notebook::named("rust_for_this_course", &cells)).is_ok());
        let fault = read(&Notebook::named("contents", &cells)).unwrap_err().to_string();
        assert!(fault.contains("\"Mean absolute error\": this page has none"), "{fault}");
    }
}
