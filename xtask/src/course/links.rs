//! Links between the notebooks: none leads nowhere, a heading included, the contents page has them all,
//! with each chapter's question and minutes as the chapter itself gives them, and the glossary links every
//! chapter there is.

use super::chapter;
use super::notebook::{Kind, Notebook, PAGES};

/// What is wrong with the links of a course.
pub fn faults(notebooks: &[Notebook]) -> Vec<String> {
    let known = |name: &str| {
        PAGES.contains(&name) || notebooks.iter().any(|notebook| notebook.name == name)
    };
    let mut faults = Vec::new();
    for notebook in notebooks {
        let title = notebook.title();
        for Link { cell, name, heading } in links(notebook) {
            let target = notebooks.iter().find(|notebook| notebook.name == name);
            let lacks = |heading: &&String| target.is_some_and(|target| !has(target, heading));
            if !known(&name) {
                faults.push(format!(
                    "{title}: cell {cell} links to {name}.ipynb, which is not there"
                ));
            } else if let Some(heading) = heading.as_ref().filter(lacks) {
                faults.push(format!(
                    "{title}: cell {cell} links to {name}.ipynb#{heading}, and there is no such heading"
                ));
            }
        }
    }
    if let Some(contents) = notebooks.iter().find(|notebook| notebook.name == "contents") {
        let others = notebooks.iter().filter(|notebook| notebook.name != "contents");
        faults.extend(others.filter_map(|notebook| missing(contents, notebook)));
    }
    if let Some(glossary) = notebooks.iter().find(|notebook| notebook.name == "glossary") {
        faults.extend(unlinked(glossary, notebooks));
    }
    faults
}

/// Rows of the glossary whose last column has a chapter's bare number, although there is such a chapter.
fn unlinked(glossary: &Notebook, notebooks: &[Notebook]) -> Vec<String> {
    let mut faults = Vec::new();
    for row in prose(glossary).lines().filter_map(|line| line.strip_suffix('|')) {
        for number in row.rsplit('|').next().unwrap_or_default().split_whitespace() {
            let is_it = |notebook: &&Notebook| notebook.name.split('_').next() == Some(number);
            if let Some(chapter) = notebooks.iter().find(is_it) {
                let (glossary, chapter) = (glossary.title(), chapter.title());
                faults.push(format!("{glossary}: {number} is no link to {chapter} in: {row}|"));
            }
        }
    }
    faults
}

/// What the contents page lacks of a notebook.
fn missing(contents: &Notebook, notebook: &Notebook) -> Option<String> {
    let text = prose(contents);
    let link = format!("]({}.ipynb)", notebook.name);
    // Where it is linked at the top and at the bottom, it is not listed.
    let listed = |line: &&str| line.contains(&link) && !line.starts_with('[');
    let (question, minutes) = head(notebook);
    let lines: Vec<&str> = text.lines().filter(listed).collect();
    let has = |part: &str| lines.iter().any(|line| line.contains(part));
    let lacks = if lines.is_empty() {
        "no line".to_owned()
    } else if let Some(question) = question.filter(|question| !has(question)) {
        format!("another question for it than \"{question}\"")
    } else if let Some(minutes) = minutes.filter(|minutes| !has(&format!("| {minutes} |"))) {
        format!("other minutes for it than {minutes}")
    } else {
        return None;
    };
    Some(format!("{}: there is {lacks} ({})", contents.title(), notebook.title()))
}

/// A chapter's question, in bold below its title, and its minutes, in the second column of its first table.
fn head(notebook: &Notebook) -> (Option<String>, Option<String>) {
    let text = prose(notebook);
    let bold = |line: &str| Some(line.strip_prefix("**")?.strip_suffix("**")?.to_owned());
    let mut rows = text.lines().skip_while(|line| !line.starts_with("| ---")).skip(1);
    let minutes = rows.next().and_then(|row| Some(row.split('|').nth(2)?.trim().to_owned()));
    match notebook.is_page() {
        true => (None, None),
        false => (text.lines().find_map(bold), minutes),
    }
}

fn prose(notebook: &Notebook) -> String {
    let cells = notebook.cells().into_iter().filter(|cell| cell.kind == Kind::Markdown);
    cells.map(|cell| cell.source + "\n").collect()
}

/// Whether there is this heading, as JupyterLab writes it into an address: `-` for a space.
fn has(notebook: &Notebook, heading: &str) -> bool {
    let cells = notebook.cells().into_iter().filter(|cell| cell.kind == Kind::Markdown);
    cells
        .flat_map(|cell| chapter::headings(&cell.source))
        .any(|(_, title)| title.replace('`', "").replace(' ', "-") == heading)
}

struct Link {
    /// The number of the cell that it stands in.
    cell: usize,
    /// The notebook that it leads to.
    name: String,
    heading: Option<String>,
}

/// The links to this notebook and to those beside it.
fn links(notebook: &Notebook) -> Vec<Link> {
    let mut found = Vec::new();
    for cell in notebook.cells().into_iter().filter(|cell| cell.kind == Kind::Markdown) {
        for rest in cell.source.split("](").skip(1) {
            let target = rest.split(')').next().unwrap_or_default();
            let (file, heading) = match target.split_once('#') {
                Some((file, heading)) => (file, Some(heading.to_owned())),
                None => (target, None),
            };
            let name = match file {
                "" => Some(notebook.name.as_str()),
                file => file.strip_suffix(".ipynb").filter(|name| !name.contains('/')),
            };
            if let Some(name) = name {
                found.push(Link { cell: cell.number, name: name.to_owned(), heading });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAPTER: &str = "# 09 · Residuals\n\n[Contents](contents.ipynb)\n\n**How wrong?**\n\n\
        | lectures | minutes | know first |\n| --- | --- | --- |\n| all | 25 | [00](00_start.ipynb) |";

    fn of(contents: &str) -> Vec<String> {
        faults(&[
            Notebook::named("00_start", &["# 00\n\n[in rust](rust_for_this_course.ipynb#closure)"]),
            Notebook::named("09_residuals", &[CHAPTER]),
            Notebook::named("contents", &[contents]),
        ])
    }

    #[test]
    fn contents_that_have_every_chapter_are_right() {
        let right = "# Contents\n[00](00_start.ipynb)\n| [00](00_start.ipynb) | |\n\
            | [09 · Residuals](09_residuals.ipynb) | How wrong? | 25 |";
        assert_eq!(of(right), Vec::<String>::new());
    }

    #[test]
    fn the_glossary_links_a_chapter_that_is_there() {
        let of = |row: &str| {
            let glossary = format!("# Glossary\n| term | meaning | taught in |\n{row}");
            faults(&[
                Notebook::named("09_residuals", &[CHAPTER]),
                Notebook::named("00_start", &["# 00"]),
                Notebook::named("glossary", &[&glossary]),
            ])
        };
        assert!(of("| **MAE** | 09 | [09](09_residuals.ipynb) 10 |").is_empty());
        let fault = of("| **MAE** | a loss | 09 10 |").concat();
        assert!(
            fault.contains("09 is no link to notebooks/09_residuals.ipynb in: | **MAE**"),
            "{fault}"
        );
    }

    #[test]
    fn what_the_contents_lack_and_where_a_link_leads_nowhere_is_told() {
        let head = "# Contents\n| [00](00_start.ipynb) | |\n";
        for (line, why) in [
            ("[09 · Residuals](09_residuals.ipynb)", "there is no line"),
            (
                "| [09](09_residuals.ipynb) | How? | 25 |",
                "another question for it than \"How wrong?\"",
            ),
            ("| [09](09_residuals.ipynb) | How wrong? | 5 |", "other minutes for it than 25"),
        ] {
            let faults = of(&format!("{head}{line}"));
            assert_eq!(faults.len(), 1, "{faults:?}");
            assert!(faults[0].contains(why) && faults[0].contains("09_residuals"), "{faults:?}");
        }
        let nowhere = faults(&[Notebook::named("00_start", &["# 00", "# [x](12_gone.ipynb)"])]);
        assert_eq!(
            nowhere,
            ["notebooks/00_start.ipynb: cell 2 links to 12_gone.ipynb, which is not there"]
        );
    }

    #[test]
    fn a_link_to_a_heading_that_is_not_there_is_told() {
        let page = "# Rust\n\n[here](#as-f64)\n\n## The question mark\n\n## `as f64`";
        let of = |link: &str| {
            faults(&[
                Notebook::named("00_start", &[&format!("# 00\n\n[?]({link})")]),
                Notebook::named("rust_for_this_course", &[page]),
            ])
        };
        for right in ["rust_for_this_course.ipynb#The-question-mark", "#00", "https://x.y/z#w"] {
            assert_eq!(of(right), Vec::<String>::new());
        }
        for wrong in ["rust_for_this_course.ipynb#the-question-mark", "00_start.ipynb#01", "#01"] {
            let faults = of(wrong);
            assert!(faults.len() == 1 && faults[0].ends_with("no such heading"), "{faults:?}");
        }
    }
}
