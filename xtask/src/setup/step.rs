//! Runs a long command of the set-up: a failure says what to do.

use std::io::{BufRead, BufReader};
use std::process::{ChildStderr, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How much of a command's last words is kept to tell why it failed.
const KEPT: usize = 4 * 1024;

/// How often a command that says nothing is told to be at work.
const SILENCE: Duration = Duration::from_secs(10);

/// Runs `command` to its end, passing on what it says, and how long it is at work.
pub fn run(what: &str, command: &mut Command) -> Result<()> {
    let start = Instant::now();
    watch(what, command, |stderr, words| {
        let (sender, said) = mpsc::channel();
        std::thread::spawn(move || {
            BufReader::new(stderr).split(b'\n').try_for_each(|line| sender.send(line))
        });
        loop {
            match said.recv_timeout(SILENCE) {
                Ok(line) => {
                    let line = line?;
                    eprintln!("{}", String::from_utf8_lossy(&line));
                    keep(words, &line);
                    keep(words, b"\n");
                }
                Err(RecvTimeoutError::Timeout) => {
                    println!("  {:4} s: still at work", start.elapsed().as_secs());
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    })
}

/// Runs `command`; `listen` reads what it says, and keeps its last words.
pub fn watch(
    what: &str,
    command: &mut Command,
    listen: impl FnOnce(ChildStderr, &mut Vec<u8>) -> std::io::Result<()>,
) -> Result<()> {
    let mut child =
        command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().with_context(|| {
            format!("{what}: {} cannot be started", command.get_program().display())
        })?;
    let mut words = Vec::new();
    if let Some(stderr) = child.stderr.take() {
        listen(stderr, &mut words)?;
    }
    let status = child.wait()?;
    if !status.success() {
        let words = String::from_utf8_lossy(&words);
        bail!("{what} did not work ({status}). {}\n{}", advice(&words), words.trim_end());
    }
    Ok(())
}

/// Keeps the last of the words.
pub fn keep(words: &mut Vec<u8>, more: &[u8]) {
    words.extend_from_slice(more);
    words.drain(..words.len().saturating_sub(KEPT));
}

/// What to do about a failure, told from the words of what failed.
pub fn advice(words: &str) -> &'static str {
    const NO_SPACE: [&str; 2] = ["No space left on device", "not enough space on the disk"];
    const NO_NETWORK: [&str; 10] = [
        "Could not resolve host",
        "Couldn't resolve host",
        "Temporary failure in name resolution",
        "Name or service not known",
        "Could not connect",
        "Failed to connect",
        "failed to lookup address",
        "NewConnectionError",
        // pip, when it could ask no index at all
        "(from versions: none)",
        "spurious network error",
    ];
    let says = |signs: &[&str]| signs.iter().any(|sign| words.contains(sign));
    if says(&NO_SPACE) {
        "The disk is full. Free some space, or set LOSSBOOK_HOME to a folder on a larger disk, \
         and run the same command again: it carries on where it stopped."
    } else if says(&NO_NETWORK) {
        "There seems to be no network. The first set-up downloads crates and Python packages: \
         connect, and run the same command again: it carries on where it stopped."
    } else if words.contains("linker `cc` not found") {
        "There is no C linker. Install one (Debian, Ubuntu: `apt install gcc`; Fedora: `dnf install gcc`; \
         macOS: `xcode-select --install`) and run the same command again: it carries on where it stopped."
    } else {
        "Mend what it says, and run the same command again: it carries on where it stopped. Its last words:"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_to_do() {
        // The texts are those of cargo 1.95, pip 23 and rustc 1.95.
        for (words, sign) in [
            ("error: failed to write: No space left on device (os error 28)", "disk is full"),
            (
                "[6] Could not resolve hostname (Could not resolve host: index.crates.io)",
                "no network",
            ),
            ("WARNING: Retrying after connection broken by 'NewConnectionError(…)'", "no network"),
            ("error: linker `cc` not found", "no C linker"),
            ("error: could not compile `polars`", "Mend what it says"),
        ] {
            assert!(advice(words).contains(sign), "{words}: {}", advice(words));
        }
    }

    #[test]
    fn a_command_that_fails_or_is_missing_is_an_error() {
        let shell = |script: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            command
        };
        let failing = run("Counting", &mut shell("echo No space left on device >&2; exit 3"));
        assert!(failing.unwrap_err().to_string().contains("The disk is full"));
        let missing =
            run("Counting", &mut Command::new("no-such-program")).unwrap_err().to_string();
        assert!(missing.contains("no-such-program cannot be started"), "{missing}");
        assert!(run("Counting", &mut shell("true")).is_ok());
    }
}
