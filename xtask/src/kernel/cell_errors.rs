//! Makes a cell tell how it failed.
//!
//! evcxr catches a cell's panic, and lets `?` end it, but says neither to Jupyter. What evcxr has a cell
//! compiled from is a program around the reader's code. Before rustc gets it, it is changed: a panic and
//! an `Err` are told as a value of a MIME type of ours, with their line; `front.py` makes a Jupyter error of
//! that. Nothing of the reader's code moves to another place: rustc's errors keep theirs.

use std::fs;
use std::io;

use syn::parse::Parser;
use syn::spanned::Spanned;

use super::evcxr_facts::{SOURCE, cell};

/// Tells a cell, and this tool in a compiler's place, that errors are heard, and as which MIME type.
pub const HEARD: &str = "LOSSBOOK_ERRORS";
pub const MIME: &str = "application/vnd.lossbook.error";

/// Set where the reader has set `RUST_BACKTRACE`, which evcxr sets itself for each cell.
pub const BACKTRACE: &str = "LOSSBOOK_BACKTRACE";

const SPEECH: &str = include_str!("cell_speech.rs");

/// Changes the cell in the crate folder that this process is in, if errors are heard.
pub fn give_speech() -> io::Result<()> {
    if std::env::var_os(HEARD).is_some()
        && let Some(source) = with_speech(&fs::read_to_string(SOURCE)?)
    {
        fs::write(SOURCE, source)?;
    }
    Ok(())
}

/// `None` where it is not what evcxr 0.22 makes: then it stays as it is.
fn with_speech(source: &str) -> Option<String> {
    let (before, function) = source.split_at(source.rfind(cell::FUNCTION)?);
    let body = cell::BODY.iter().find_map(|body| Some(function.find(body)? + body.len()))?;
    let (head, code) = function.split_at(body);
    let line = before.lines().count() + head.lines().count();
    let head = head.trim_end_matches('\n');
    // The last one: the reader's code may hold the same text.
    let (code, after) = code.split_at(code.rfind(cell::PANICKED)?);
    Some(format!(
        "{}{head}let _run = lossbook_cell::begin();\n{}lossbook_cell::panicked(); {after}\n{SPEECH}",
        with_failure(before),
        with_lines(code, line),
    ))
}

/// A program without `?` has nothing to change here.
fn with_failure(source: &str) -> String {
    let changed = || {
        let (before, from) = source.split_at(source.rfind(cell::ERROR)?);
        let (head, tells) = from.split_at(cell::ERROR.len());
        let (indent, tells) = tells.split_once(cell::TELLS[0])?;
        let (format, after) = tells.split_once(cell::TELLS[1])?;
        let tells = format!("lossbook_cell::failed(format_args!(\"{format}\", error));\n");
        Some(format!("{before}#[track_caller] {head}{indent}{tells}{after}"))
    };
    changed().unwrap_or_else(|| source.to_owned())
}

/// Each statement says that it runs, behind the one before it: a panic in a crate does not know the cell's line.
fn with_lines(code: &str, lines_before: usize) -> String {
    let changed = || {
        let start = code.find(cell::READERS[0])? + cell::READERS[0].len();
        let end = code.rfind(cell::READERS[1])?;
        let (readers, line) = (code.get(start..end)?, lines_before + code[..start].lines().count());
        let statements = syn::Block::parse_within.parse_str(readers).ok()?;
        let mut said = code[..start].trim_end_matches('\n').to_owned();
        let mut done = 0;
        for statement in statements {
            said += &format!("lossbook_cell::at({});", line + statement.span().start().line);
            if done == 0 {
                said.push('\n');
            }
            let range = statement.span().byte_range();
            said += &readers[done..range.end];
            done = range.end;
        }
        Some(format!("{said}{}", &code[start + done..]))
    };
    changed().unwrap_or_else(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As evcxr 0.22 writes it, shortened. The real one is in the tests with the kernel.
    fn program(readers: &str) -> String {
        format!(
            "fn half() {{}}\n\
             impl<T: std::fmt::Display> From<T> for EvcxrUserCodeError {{\n    \
             fn from(error: T) -> Self {{\n        eprintln!(\"{{}}\", error);\n    }}\n}}\n\
             pub extern \"C\" fn run_user_code_7(\nmut evcxr_variable_store: *mut Store)\n  -> *mut Store {{\n\
             let evcxr_variable_store = unsafe {{&mut *evcxr_variable_store}};\n\
             match std::panic::catch_unwind(\n  std::panic::AssertUnwindSafe(||{{\n\
             let _ = (|| -> std::result::Result<(), EvcxrUserCodeError> {{\n{readers}\n\
             Ok(())}})();\n}})) {{\n  Err(_) => {{\n    println!(\"EVCXR_PANIC_NOTIFICATION\");\n}}}}\n}}\n"
        )
    }

    #[test]
    fn no_line_of_the_reader_moves() {
        let readers =
            "let a = 1; // one;\nfor x in 0..a {\n    half(x)?;\n}\n(\nhalf(a)\n).evcxr_display();";
        let before = program(readers);
        let after = with_speech(&before).unwrap();
        let (told, _) = after.split_once(SPEECH).unwrap();
        let starts: Vec<(usize, u32)> = told
            .split("lossbook_cell::at(")
            .skip(1)
            .map(|rest| rest.split(')').next().unwrap().parse().unwrap())
            .zip(0..)
            .collect();
        let lines: Vec<&str> = before.lines().collect();
        let marked: Vec<&str> = starts.iter().map(|(line, _)| lines[line - 1]).collect();
        assert_eq!(marked, ["let a = 1; // one;", "for x in 0..a {", "("]);
        for (number, line) in lines.iter().enumerate().skip(13).take(7) {
            let now = told.lines().nth(number).unwrap();
            assert_eq!(now.find(line.split(" //").next().unwrap()), Some(0), "{now}");
        }
        assert!(told.contains("lossbook_cell::failed(format_args!(\"{}\", error));"), "{told}");
        assert!(told.contains("panicked(); println!(\"EVCXR_PANIC_NOTIFICATION\")"), "{told}");
    }

    #[test]
    fn what_does_not_parse_or_is_no_cell_is_left_to_rustc() {
        let told = with_speech(&program("let a = std::")).unwrap();
        assert!(
            !told.contains("lossbook_cell::at") || told.contains("let a = std::\nOk"),
            "{told}"
        );
        assert_eq!(with_speech("fn main() {}"), None);
    }
}
