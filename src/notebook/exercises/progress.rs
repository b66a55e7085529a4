//! Which exercises a learner has passed.
//!
//! In a kernel, each check of a function that is no stub any more adds a line to a file on this machine:
//! the one that the variable `LOSSBOOK_PROGRESS` names, else `progress.csv` beside the notebooks. Lines
//! are only ever added, so that nothing that stands there is lost.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, iter};

use polars::prelude::{Column, DataFrame};

use super::list::{CHAPTERS, chapter_of};
use crate::notebook::html::{HtmlColumn, escape, table};
use crate::notebook::show::{Representation, Show, ShowError};

const HEADER: &str = "when,chapter,exercise,outcome";
pub(super) const PASSED: &str = "passed";
/// How a check can end that is worth a line; the stub's "not yet" is not.
const OUTCOMES: [&str; 3] = [PASSED, "failed", "panicked"];

/// How far a learner is, made by [`progress`].
#[derive(Debug, Clone, Default)]
pub struct Progress {
    exercises: Vec<Row>,
    /// What is wrong with the file, a sentence each.
    faults: Vec<String>,
}

#[derive(Debug, Clone)]
struct Row {
    chapter: &'static str,
    exercise: &'static str,
    /// How often it was tried, up to the first time that it passed.
    attempts: u32,
    /// When it passed first.
    passed: Option<String>,
}

/// Which exercises of the course are passed, and which are open, tried or not.
///
/// ```
/// use lossbook::prelude::*;
///
/// let table = progress().frame()?;
/// assert_eq!(table.width(), 4);
/// # Ok::<(), ShowError>(())
/// ```
pub fn progress() -> Progress {
    Progress::read(&file())
}

impl Progress {
    /// The table as a polars frame: chapter, exercise, attempts, and when it passed (null while open).
    ///
    /// # Errors
    ///
    /// None of a learner's making.
    pub fn frame(&self) -> Result<DataFrame, ShowError> {
        let texts = |text: fn(&Row) -> &str| self.exercises.iter().map(text).collect::<Vec<_>>();
        let attempts: Vec<u32> = self.exercises.iter().map(|row| row.attempts).collect();
        let passed: Vec<Option<&str>> =
            self.exercises.iter().map(|row| row.passed.as_deref()).collect();
        DataFrame::new_infer_height(vec![
            Column::new("chapter".into(), texts(|row| row.chapter)),
            Column::new("exercise".into(), texts(|row| row.exercise)),
            Column::new("attempts".into(), attempts),
            Column::new("passed (UTC)".into(), passed),
        ])
        .map_err(ShowError::new)
    }

    fn read(path: &Path) -> Self {
        let open = |(chapter, titles): &(&'static str, &'static [&'static str])| {
            let chapter = *chapter;
            let row = move |title: &&'static str| Row {
                chapter,
                exercise: title,
                attempts: 0,
                passed: None,
            };
            titles.iter().map(row)
        };
        let mut progress =
            Self { exercises: CHAPTERS.iter().flat_map(open).collect(), faults: Vec::new() };
        match fs::read(path) {
            Ok(bytes) => progress.add(path, &bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                progress.faults.push(format!("{} can't be read: {error}.", path.display()));
            }
        }
        progress
    }

    fn add(&mut self, path: &Path, bytes: &[u8]) {
        let (mut damaged, mut unknown) = (Vec::new(), 0);
        for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let line = line.trim_ascii();
            if line.is_empty() || line == HEADER.as_bytes() {
                continue;
            }
            let Some([when, chapter, exercise, outcome]) = fields(line) else {
                damaged.push((index + 1).to_string());
                continue;
            };
            let same = |row: &&mut Row| row.chapter == chapter && row.exercise == exercise;
            let Some(row) = self.exercises.iter_mut().find(same) else {
                unknown += 1;
                continue;
            };
            if row.passed.is_none() {
                row.attempts += 1;
                row.passed = (outcome == PASSED).then(|| when.replace('T', " ").replace('Z', ""));
            }
        }
        let path = path.display();
        if !damaged.is_empty() {
            let lines = damaged.join(", ");
            self.faults.push(format!("Damaged lines of {path}, left as they are: {lines}."));
        }
        if unknown > 0 {
            self.faults.push(format!(
                "Lines of {path} about exercises that this course does not have, left as they are: {unknown}."
            ));
        }
    }

    fn told(&self) -> String {
        let all = self.exercises.len();
        let passed = self.exercises.iter().filter(|row| row.passed.is_some()).count();
        format!("{passed} of {all} exercises passed")
    }
}

/// A table with links to the chapters, and a sentence.
impl Show for Progress {
    fn representations(&self) -> Result<Vec<Representation>, ShowError> {
        let column = |name: &str, right: bool, text: &dyn Fn(&Row) -> String| HtmlColumn {
            name: name.to_owned(),
            right,
            cells: self.exercises.iter().map(text).collect(),
        };
        let columns = [
            column("", false, &|row| row.passed.as_ref().map_or("○", |_| "✓").to_owned()),
            column("chapter", false, &|row| {
                format!("<a href=\"{0}.ipynb\">{0}</a>", escape(row.chapter))
            }),
            column("exercise", false, &|row| escape(row.exercise)),
            column("attempts", true, &|row| row.attempts.to_string()),
            column("passed (UTC)", false, &|row| {
                escape(row.passed.as_deref().unwrap_or(if row.attempts > 0 { "open" } else { "" }))
            }),
        ];
        let sentences: Vec<String> =
            iter::once(format!("{}.", self.told())).chain(self.faults.iter().cloned()).collect();
        let html = table(&columns, Some(&sentences.join(" ")));
        let text = format!("{}\n{}", self.frame()?, sentences.join("\n"));
        Ok(vec![("text/html", html), ("text/plain", text)])
    }
}

/// Notes how a check ended; outside a kernel, in a test, it does nothing. Says in a sentence how far the
/// learner is once it passed, or what kept it from being noted.
pub(super) fn note(exercise: &str, outcome: &str) -> Option<String> {
    // evcxr sets it for the process that runs the cells.
    env::var_os("EVCXR_IS_RUNTIME")?;
    let (path, chapter) = (file(), chapter_of(exercise)?);
    match append(&path, [&now(), chapter, exercise, outcome]) {
        Ok(()) => (outcome == PASSED).then(|| format!("Noted: {}.", Progress::read(&path).told())),
        Err(error) => {
            let path = path.display();
            Some(format!("It could not be noted in {path}, which changes nothing here: {error}."))
        }
    }
}

fn file() -> PathBuf {
    let named = env::var_os("LOSSBOOK_PROGRESS").filter(|path| !path.is_empty());
    named.map_or_else(|| "progress.csv".into(), PathBuf::from)
}

/// Adds a line by one write at the file's end, wherever that is by then: kernels that write at the same
/// time lose nothing of each other. A last line without an end, such as a full disk leaves, is ended first.
fn append(path: &Path, fields: [&str; 4]) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    let mut text = Vec::new();
    if file.metadata()?.len() == 0 {
        text.extend_from_slice(format!("{HEADER}\n").as_bytes());
    } else {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        text.extend((last != *b"\n").then_some(b'\n'));
    }
    let mut line = csv::Writer::from_writer(&mut text);
    line.write_record(fields)?;
    line.flush()?;
    drop(line);
    file.write_all(&text)
}

/// The fields of a line, if it is one of ours.
fn fields(line: &[u8]) -> Option<[String; 4]> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line);
    let record = reader.records().next()?.ok()?;
    let fields: Vec<String> = record.iter().map(str::to_owned).collect();
    let fields = <[String; 4]>::try_from(fields).ok()?;
    OUTCOMES.contains(&fields[3].as_str()).then_some(fields)
}

fn now() -> String {
    utc(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}

/// A time as `2026-11-26T07:30:00Z`. A year is counted from March, so that a leap day is its last.
fn utc(seconds: u64) -> String {
    let (time, day) = (seconds % 86_400, seconds / 86_400 + 719_468);
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let year = 400 * era + year + month / 10;
    let month = (month + 2) % 12 + 1;
    let (hour, minute, second) = (time / 3_600, time / 60 % 60, time % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    /// A path of its own among the temporary files, removed at the end.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let folder = env::temp_dir().join(format!("lossbook-{}-{name}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn file(&self) -> PathBuf {
            self.0.join("progress.csv")
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn row<'a>(progress: &'a Progress, exercise: &str) -> &'a Row {
        progress.exercises.iter().find(|row| row.exercise == exercise).unwrap()
    }

    #[test]
    fn what_was_noted_is_told() {
        let scratch = Scratch::new("told");
        let path = scratch.file();
        let nothing = Progress::read(&path);
        assert!(nothing.faults.is_empty() && nothing.told().starts_with("0 of "));
        let note = |when, exercise, outcome| {
            append(&path, [when, chapter_of(exercise).unwrap(), exercise, outcome]).unwrap();
        };
        note("2026-11-26T20:00:00Z", "The sample that hurts most", "failed");
        note("2026-11-26T20:01:00Z", "The sample that hurts most", PASSED);
        note("2026-11-26T20:02:00Z", "The sample that hurts most", "failed");
        note("2026-11-26T20:03:00Z", "Choose delta", "panicked");
        let progress = Progress::read(&path);
        let worst = row(&progress, "The sample that hurts most");
        assert_eq!((worst.attempts, worst.passed.as_deref()), (2, Some("2026-11-26 20:01:00")));
        let open = row(&progress, "Choose delta");
        assert_eq!((open.attempts, open.passed.as_deref()), (1, None));
        assert!(progress.told().starts_with("1 of "), "{}", progress.told());
        let html = &progress.representations().unwrap()[0].1;
        assert!(html.contains("<a href=\"09_residuals.ipynb\">") && html.contains("✓"), "{html}");
        assert_eq!(progress.frame().unwrap().height(), progress.exercises.len());
    }

    #[test]
    fn what_is_damaged_is_told_and_kept() {
        let scratch = Scratch::new("damaged");
        let path = scratch.file();
        let broken = b"when,chapter,exercise,outcome\r\nx\n\xff\xfe,a,b,passed\nt,gone,\"A, b\",passed\nt,09_resid";
        fs::write(&path, broken).unwrap();
        append(&path, ["t", "13_information", "Entropy", PASSED]).unwrap();
        let progress = Progress::read(&path);
        assert_eq!(row(&progress, "Entropy").passed.as_deref(), Some("t"));
        assert!(progress.faults[0].contains("left as they are: 2, 3, 5."), "{:?}", progress.faults);
        assert!(progress.faults[1].contains("left as they are: 1."), "{:?}", progress.faults);
        assert!(fs::read(&path).unwrap().starts_with(broken));
    }

    #[test]
    fn a_file_that_cannot_be_used_is_told() {
        let scratch = Scratch::new("unusable");
        assert!(append(&scratch.0, ["t", "c", "e", PASSED]).is_err());
        assert!(append(&scratch.0.join("missing/x.csv"), ["t", "c", "e", PASSED]).is_err());
        let progress = Progress::read(&scratch.0);
        assert!(progress.faults[0].contains("can't be read"), "{:?}", progress.faults);
        assert!(progress.representations().unwrap()[1].1.contains("can't be read"));
    }

    #[test]
    fn kernels_that_write_at_the_same_time_lose_nothing() {
        let scratch = Scratch::new("many");
        let path = scratch.file();
        let write = || {
            for _ in 0..100 {
                append(&path, ["t", "13_information", "Entropy", "failed"]).unwrap();
            }
        };
        thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(write))));
        let progress = Progress::read(&path);
        assert_eq!(row(&progress, "Entropy").attempts, 400);
        assert!(progress.faults.is_empty(), "{:?}", progress.faults);
    }

    #[test]
    fn no_two_exercises_share_a_title() {
        let mut titles: Vec<&str> =
            CHAPTERS.iter().flat_map(|(_, titles)| *titles).copied().collect();
        let all = titles.len();
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), all);
    }

    #[test]
    fn a_time_is_told_as_a_calendar_has_it() {
        for (seconds, told) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_799, "2000-02-29T23:59:59Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (1_795_678_496, "2026-11-26T07:34:56Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(utc(seconds), told);
        }
    }
}
