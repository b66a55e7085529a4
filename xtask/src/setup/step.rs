//! Runs a long command of the set-up: it tells how far it is, and a failure says what to do.

use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::process::{ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How much of a command's last words is kept to tell why it failed.
const KEPT: usize = 4 * 1024;

/// Runs `command` to its end, passing on what it says.
pub fn run(what: &str, command: &mut Command) -> Result<()> {
    watch(what, command, |stderr, words| {
        let mut stderr = BufReader::new(stderr);
        let mut buffer = [0; 4096];
        loop {
            let count = stderr.read(&mut buffer)?;
            if count == 0 {
                return Ok(());
            }
            // Raw bytes, so that cargo's own progress bar still redraws its line.
            std::io::stderr().write_all(&buffer[..count])?;
            keep(words, &buffer[..count]);
        }
    })
}

/// Runs `command`, counting the crates it says to compile; a kernel's compiler has no progress bar.
pub fn run_counting_crates(what: &str, command: &mut Command, total: usize) -> Result<()> {
    let on_terminal = std::io::stdout().is_terminal();
    let every = if on_terminal { Duration::ZERO } else { Duration::from_secs(20) };
    let start = Instant::now();
    let mut told = start;
    let mut count = 0;
    let result = watch(what, command, |stderr, words| {
        for line in BufReader::new(stderr).split(b'\n') {
            let line = line?;
            keep(words, &line);
            keep(words, b"\n");
            let line = String::from_utf8_lossy(&line);
            let Some(name) = line.trim_start().strip_prefix("Compiling ") else { continue };
            count += 1;
            if told.elapsed() >= every {
                told = Instant::now();
                let end = if on_terminal { "\x1b[K\r" } else { "\n" };
                print!(
                    "      {:3} s: crate {count} of about {total}, {name}{end}",
                    start.elapsed().as_secs()
                );
                std::io::stdout().flush()?;
            }
        }
        Ok(())
    });
    if on_terminal {
        println!();
    }
    result
}

fn watch(
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

fn keep(words: &mut Vec<u8>, more: &[u8]) {
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
        let counted =
            run_counting_crates("Counting", &mut shell("echo '   Compiling a v1' >&2; exit 1"), 2);
        assert!(counted.unwrap_err().to_string().contains("Compiling a v1"));
        let missing =
            run("Counting", &mut Command::new("no-such-program")).unwrap_err().to_string();
        assert!(missing.contains("no-such-program cannot be started"), "{missing}");
        assert!(run("Counting", &mut shell("true")).is_ok());
    }
}
