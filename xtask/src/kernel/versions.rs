//! Keeps in a kernel the crates' versions that the course's `Cargo.lock` names, and the tests ran with.
//!
//! evcxr asks cargo about each `:dep` alone, and about an empty crate at its start. Cargo strikes from the
//! lock whatever the crate that it is asked about does not need. So when the course's crate is asked for,
//! cargo would choose versions anew, and compile polars once more in each kernel as soon as a newer version
//! of one crate is out.

use std::fs;
use std::path::Path;

use super::evcxr_facts::DEPENDENCIES;

/// Puts the course's lock into a cell's crate folder where the lock there knows nothing of the course.
///
/// What a reader has added stays as it was locked as long as the course is in that lock.
pub fn keep(folder: &Path) {
    let read = |name| fs::read_to_string(folder.join(name)).unwrap_or_default();
    let manifest = read("Cargo.toml");
    if let Some(lossbook) = lossbook(&manifest)
        && !read("Cargo.lock").contains("name = \"lossbook\"")
    {
        // Without one, as in a package that was copied without it, cargo chooses.
        let _ = fs::copy(Path::new(lossbook).join("Cargo.lock"), folder.join("Cargo.lock"));
    }
}

/// The folder of the course's crate, where a cell depends on it.
pub fn lossbook(manifest: &str) -> Option<&str> {
    let (_, dependencies) = manifest.split_once(DEPENDENCIES)?;
    let mut lines = dependencies.lines().map(str::trim_start);
    lines.find(|line| line.starts_with("lossbook ") && line.contains("path"))?.split('"').nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_courses_lock_returns_when_evcxr_has_asked_for_something_else() {
        let course = tempfile::tempdir().unwrap();
        let ours = "[[package]]\nname = \"lossbook\"\n\n[[package]]\nname = \"polars\"\n";
        fs::write(course.path().join("Cargo.lock"), ours).unwrap();
        let cell = tempfile::tempdir().unwrap();
        let lock = |dependencies: &str, lock: &str| {
            let manifest = format!("[package]\nname = \"ctx\"\n[dependencies]\n{dependencies}");
            fs::write(cell.path().join("Cargo.toml"), manifest).unwrap();
            fs::write(cell.path().join("Cargo.lock"), lock).unwrap();
            keep(cell.path());
            fs::read_to_string(cell.path().join("Cargo.lock")).unwrap()
        };
        let lossbook = format!("    lossbook = {{ path = {:?} }}\n", course.path());
        let without = "[[package]]\nname = \"rand\"\n";
        assert_eq!(lock(&lossbook, without), ours);
        assert_eq!(lock("rand = \"0.9\"\n", without), without, "the course is not asked for");
        let both = format!("{ours}{without}");
        assert_eq!(lock(&format!("{lossbook}rand = \"0.9\"\n"), &both), both, "it is there");
    }
}
