//! Links between the notebooks: none leads nowhere, and the contents page has them all, with each
//! chapter's question and minutes as the chapter itself gives them.

use super::notebook::{Kind, Notebook, PAGES};

/// What is wrong with the links of a course.
pub fn faults(notebooks: &[Notebook]) -> Vec<String> {
    let known = |name: &str| {
        PAGES.contains(&name) || notebooks.iter().any(|notebook| notebook.name == name)
    };
    let mut faults = Vec::new();
    for notebook in notebooks {
        for (number, name) in links(notebook) {
            if !known(&name) {
                let title = notebook.title();
                faults.push(format!(
                    "{title}: cell {number} links to {name}.ipynb, which is not there"
                ));
            }
        }
    }
    if let Some(contents) = notebooks.iter().find(|notebook| notebook.name == "contents") {
        let others = notebooks.iter().filter(|notebook| notebook.name != "contents");
        faults.extend(others.filter_map(|notebook| missing(contents, notebook)));
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

/// The notebooks beside this one that it links to, with the number of the cell.
fn links(notebook: &Notebook) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for cell in notebook.cells().into_iter().filter(|cell| cell.kind == Kind::Markdown) {
        for rest in cell.source.split("](").skip(1) {
            let target = rest.split([')', '#']).next().unwrap_or_default();
            if let Some(name) = target.strip_suffix(".ipynb")
                && !name.contains('/')
            {
                found.push((cell.number, name.to_owned()));
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
}
