//! What earlier versions of the course left in the cache: up to 3 GB each.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::Result;

use crate::kernel::{Lab, session};
use crate::setup::home::{self, Home};

/// Another checkout, or another branch, may need what this one does not, and uses it within this time.
const UNUSED: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// In a part: written when it was last used.
const USED: &str = ".used";

/// Removes the parts that nothing has used for a week, and notes the use of this lab's own.
pub fn remove(home: &Home, lab: &Lab) -> Result<()> {
    let parts = [
        Some(lab.kernel.as_path()),
        lab.jupyter.python.ancestors().nth(2),
        lab.evcxr.ancestors().nth(2),
    ];
    let used: Vec<&Path> =
        parts.into_iter().flatten().filter(|part| part.parent() == Some(home.root())).collect();
    for part in used.iter().filter(|part| part.is_dir()) {
        File::create(part.join(USED))?;
    }
    let mut removed = Vec::new();
    for entry in fs::read_dir(home.root())? {
        let part = entry?.path();
        if !used.contains(&part.as_path()) && is_left(&part, SystemTime::now() - UNUSED) {
            fs::remove_dir_all(&part)?;
            removed.extend(part.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    if !removed.is_empty() {
        println!("Removed from the cache, unused for a week: {}.", removed.join(", "));
    }
    Ok(())
}

/// Whether this tool made it, nothing has used it since, and no kernel lives in it.
fn is_left(part: &Path, since: SystemTime) -> bool {
    let name = part.file_name().unwrap_or_default().to_string_lossy();
    let is_ours = |start: &str| {
        let rest = name.strip_prefix(start);
        rest.is_some_and(|rest| rest.len() == 16 && rest.chars().all(|c| c.is_ascii_hexdigit()))
    };
    let is_kernel = is_ours("kernel-");
    if !is_kernel && !is_ours("python-") && !name.starts_with("evcxr_jupyter-") {
        return false;
    }
    // Earlier versions left other marks.
    let marks = [USED, home::COMPLETE, "seed.lock"].map(|mark| part.join(mark));
    let times = marks.iter().filter_map(|mark| fs::metadata(mark).ok()?.modified().ok());
    times.max().is_some_and(|time| time < since) && !(is_kernel && session::is_alive(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_ours_and_unused_and_lifeless_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (SystemTime::now() - 2 * UNUSED, SystemTime::now());
        let make = |name: &str, mark: &str, time: SystemTime| {
            let mark = folder.path().join(name).join(mark);
            home::write_whole(&mark, "").unwrap();
            File::options().write(true).open(mark).unwrap().set_modified(time).unwrap();
            folder.path().join(name)
        };
        let alive = make("kernel-0123456789abcdef", USED, old);
        let claim = session::claim(&alive).unwrap();
        for (name, mark, time, is_to_go) in [
            ("kernel-00000000000000aa", "seed.lock", old, true),
            ("python-00000000000000aa", home::COMPLETE, old, true),
            ("evcxr_jupyter-0.21.0", USED, old, true),
            ("kernel-00000000000000bb", USED, new, false),
            ("kernel-of-my-own", USED, old, false),
            ("kernel-00000000000000cc", "notes.txt", old, false),
            ("thesis", USED, old, false),
        ] {
            assert_eq!(is_left(&make(name, mark, time), new - UNUSED), is_to_go, "{name}");
        }
        assert!(!is_left(&alive, new - UNUSED), "a kernel lives in it");
        drop(claim);
        // A program that another test starts just now has the claim's lock, too, until it runs.
        let ended = std::time::Instant::now() + std::time::Duration::from_secs(5);
        while !is_left(&alive, new - UNUSED) && std::time::Instant::now() < ended {
            std::thread::yield_now();
        }
        assert!(is_left(&alive, new - UNUSED));
    }
}
