//! How far the set-up is: on the terminal, and in a file that the notice in JupyterLab shows.
//!
//! It is never silent for long: one crate may take minutes, so time is told, too.

use std::fs;
use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Error, Result};
use serde_json::{Value, json};

use super::home::{self, Home};
use super::step;

/// A long build of many crates.
#[derive(Clone, Copy)]
pub struct Part {
    pub name: &'static str,
    /// About how many crates it has.
    pub crates: usize,
    /// About how long it takes on two cores.
    pub seconds: f64,
    /// The share of its time that has passed when each of so many equal shares of its crates is begun.
    pub passed: &'static [f64],
}

/// Told at least this often: in a log, and where it is shown in place.
const IN_A_LOG: Duration = Duration::from_secs(15);
const IN_PLACE: Duration = Duration::from_secs(1);

pub struct Progress {
    /// For all who wait for this build, and the notice of the JupyterLab that it is for.
    files: Vec<PathBuf>,
    /// About how long is still needed after the part that is at work.
    after: f64,
    began: Instant,
    in_place: bool,
    printed: Option<Instant>,
}

impl Progress {
    pub fn new(home: &Home, notice: Option<PathBuf>) -> Progress {
        // JupyterLab asks on the same terminal whether to end: a line in place would wipe that out.
        let in_place = notice.is_none() && std::io::stdout().is_terminal();
        Progress {
            files: [home.join(home::PROGRESS)].into_iter().chain(notice).collect(),
            after: 0.0,
            began: Instant::now(),
            in_place,
            printed: None,
        }
    }

    /// All that is to be done.
    pub fn expect(&mut self, parts: &[Part]) {
        self.after = parts.iter().map(|part| part.seconds).sum();
    }

    /// Runs `command`, cargo at work on `part`, counting the crates that it says to compile.
    pub fn run(&mut self, part: &Part, command: &mut Command) -> Result<()> {
        self.after = (self.after - part.seconds).max(0.0);
        let what = format!("Compiling {}", part.name);
        println!("{what}. About {} min on 2 cores.", minutes(part.seconds));
        let start = Instant::now();
        let (mut count, mut at_work) = (0, "the list of crates".to_owned());
        let result = step::watch(&what, command, |stderr, words| {
            let (sender, lines) = mpsc::channel();
            std::thread::spawn(move || {
                BufReader::new(stderr).split(b'\n').try_for_each(|line| sender.send(line))
            });
            loop {
                match lines.recv_timeout(IN_PLACE) {
                    Ok(line) => {
                        let line = line?;
                        step::keep(words, &line);
                        step::keep(words, b"\n");
                        match of_cargo(&String::from_utf8_lossy(&line)) {
                            Some(("Compiling", name)) => (count, at_work) = (count + 1, name),
                            Some((_, said)) if count == 0 => at_work = said,
                            _ => continue,
                        }
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return Ok(()),
                }
                let seconds = start.elapsed().as_secs_f64();
                let left = left(part, count, seconds, self.after);
                let of = part.crates.max(count);
                let text = format!("{what}: crate {count} of {of}, {at_work}");
                self.tell(&self.building(&text, seconds, left));
            }
        });
        self.end_line();
        result
    }

    /// A short step that cargo does not do.
    pub fn step(&mut self, text: &str) {
        println!("{text}");
        self.write(&self.building(text, 0.0, self.after));
    }

    pub fn failed(&mut self, why: &Error) {
        self.write(&json!({"state": "failed", "text": format!("{why:#}")}));
    }

    /// What the notice reads: seconds of this part, the share of all that is done, seconds until all is done.
    fn building(&self, text: &str, seconds: f64, left: f64) -> Value {
        let passed = self.began.elapsed().as_secs_f64();
        let all = passed / (passed + left);
        json!({"state": "building", "text": text, "seconds": seconds, "all": all, "left": left})
    }

    /// Tells how far another's build is.
    pub fn pass_on(&mut self) {
        let text = fs::read_to_string(&self.files[0]).unwrap_or_default();
        if let Ok(state) = serde_json::from_str::<Value>(&text)
            && state["state"] == "building"
        {
            self.tell(&state);
        }
    }

    fn tell(&mut self, state: &Value) {
        self.write(state);
        let every = if self.in_place { IN_PLACE } else { IN_A_LOG };
        if self.printed.is_none_or(|printed| printed.elapsed() >= every) {
            self.printed = Some(Instant::now());
            let (start, end) = if self.in_place { ("\r\x1b[K", "") } else { ("", "\n") };
            let number = |name: &str| state[name].as_f64().unwrap_or_default();
            let (seconds, left) = (number("seconds"), minutes(number("left")));
            let text = state["text"].as_str().unwrap_or_default();
            print!("{start}  {seconds:4.0} s: {text}; about {left} min left{end}");
            // A terminal that went away is not worth a word.
            let _ = std::io::stdout().flush();
        }
    }

    /// Ends the line that was written in place.
    fn end_line(&mut self) {
        if self.in_place && self.printed.take().is_some() {
            println!();
        }
    }

    fn write(&self, state: &Value) {
        // Where the disk is full, the terminal tells.
        for file in &self.files {
            let _ = home::write_whole(file, &state.to_string());
        }
    }
}

/// What cargo says it does, and with what.
fn of_cargo(line: &str) -> Option<(&str, String)> {
    let (what, with) = line.trim().split_once(' ')?;
    match what {
        "Compiling" => Some((what, with.split(' ').next()?.to_owned())),
        "Updating" | "Downloading" | "Downloaded" | "Locking" | "Installing" | "Blocking" => {
            Some((what, line.trim().to_owned()))
        }
        _ => None,
    }
}

/// The seconds until all is done.
fn left(part: &Part, crates: usize, seconds: f64, after: f64) -> f64 {
    // That the last is begun does not mean that all are done.
    let begun = (crates as f64 / part.crates as f64).min(0.99);
    let step = begun * (part.passed.len() - 1) as f64;
    let (low, high) = (part.passed[step as usize], part.passed[step as usize + 1]);
    let share = low + (high - low) * step.fract();
    // The more of it is done, the more this machine's own pace counts.
    let whole = part.seconds * (1.0 - share) + seconds.max(part.seconds * share * 0.2);
    whole * (1.0 - share) + after * whole / part.seconds
}

fn minutes(seconds: f64) -> u64 {
    (seconds / 60.0).ceil().max(1.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const PART: Part = Part { name: "it", crates: 100, seconds: 600.0, passed: &[0.0, 0.2, 1.0] };

    #[test]
    fn what_is_left_follows_the_pace_of_the_machine() {
        assert_eq!(left(&PART, 0, 0.0, 60.0), 660.0);
        let usual = left(&PART, 50, 120.0, 60.0);
        assert!((usual - 540.0).abs() < 1e-9, "{usual}");
        let slow = left(&PART, 50, 240.0, 60.0);
        assert!(slow > 600.0, "a slower machine needs longer: {slow}");
        let late = left(&PART, 120, 600.0, 0.0);
        assert!(late < 20.0, "more crates than expected: {late}");
    }

    #[test]
    fn cargo_is_understood() {
        let compiling = of_cargo("   Compiling polars-core v0.55.2");
        assert_eq!(compiling, Some(("Compiling", "polars-core".to_owned())));
        assert_eq!(of_cargo("warning: unused"), None);
        assert_eq!(of_cargo(""), None);
    }

    #[test]
    fn a_silent_build_is_told_and_others_can_follow_it() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        let notice = |name: &str| folder.path().join(name);
        let mut cargo = Command::new("sh");
        cargo.args(["-c", "echo '   Compiling a v1' >&2; sleep 2.5"]);
        Progress::new(&home, Some(notice("mine"))).run(&PART, &mut cargo).unwrap();
        let told: Value =
            serde_json::from_str(&fs::read_to_string(notice("mine")).unwrap()).unwrap();
        assert_eq!(told["text"], "Compiling it: crate 1 of 100, a");
        assert!(told["seconds"].as_f64().unwrap() > 1.5, "{told}");
        Progress::new(&home, Some(notice("others"))).pass_on();
        let read = |name| fs::read_to_string(notice(name)).unwrap();
        assert_eq!(read("mine"), read("others"));
    }
}
