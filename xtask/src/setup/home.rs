//! The cache folder: every tool and build that the course needs, in one place and keyed by version.
//!
//! Nothing outside this folder is written. Deleting it costs time, never work.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// Held while the kernel is built, and while Python is installed.
pub const BUILD: &str = "setup.lock";
pub const PYTHON: &str = "python.lock";
/// How far the build is, for all who wait for it.
pub const PROGRESS: &str = "progress.json";

pub struct Home {
    root: PathBuf,
}

impl Home {
    /// The folder named by `LOSSBOOK_HOME`, else `lossbook` in the user's cache folder.
    pub fn open() -> Result<Home> {
        let root = match std::env::var_os("LOSSBOOK_HOME") {
            Some(folder) if !folder.is_empty() => std::path::absolute(folder)?,
            _ => dirs::cache_dir()
                .context("this user has no cache folder; set LOSSBOOK_HOME to a folder to use")?
                .join("lossbook"),
        };
        fs::create_dir_all(&root).with_context(|| {
            format!(
                "the cache folder {} cannot be made; set LOSSBOOK_HOME to a folder you may write to",
                root.display()
            )
        })?;
        Ok(Home { root })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.root.join(name)
    }

    /// Waits until no other set-up is at work on what this lock is for; it goes with the returned file.
    pub fn lock(&self, name: &str) -> Result<File> {
        self.lock_watching(name, || ())
    }

    /// The same; `watch` is called all the while.
    pub fn lock_watching(&self, name: &str, mut watch: impl FnMut()) -> Result<File> {
        let file = File::create(self.join(name))?;
        if file.try_lock().is_err() {
            println!(
                "Another command sets up the same in {}: this one waits for it, and goes on then.",
                self.root.display()
            );
            while file.try_lock().is_err() {
                watch();
                std::thread::sleep(Duration::from_secs(1));
            }
        }
        Ok(file)
    }

    /// Fails, saying what to do, where fewer than `gib` GiB are free.
    pub fn need_space(&self, gib: u64, for_what: &str) -> Result<()> {
        let free = fs4::available_space(&self.root)?;
        if free < gib << 30 {
            bail!(
                "{for_what} needs about {gib} GiB, and the disk of {} has {:.1} GiB free.\n\
                 Free some space, or set LOSSBOOK_HOME to a folder on a larger disk, and run the same command again.",
                self.root.display(),
                free as f64 / (1u64 << 30) as f64
            );
        }
        Ok(())
    }

    /// Removes all of it. What is not ours is left alone.
    pub fn clean(self) -> Result<()> {
        let _alone = (self.lock(BUILD)?, self.lock(PYTHON)?);
        let ours = |name: &OsStr| {
            let name = name.to_string_lossy();
            ["evcxr_jupyter-", "kernel-", "python-", "stock-evcxr"]
                .iter()
                .any(|known| name.starts_with(known))
                || [BUILD, PYTHON, PROGRESS].contains(&&*name)
        };
        for entry in fs::read_dir(&self.root)? {
            let entry = entry?;
            if !ours(&entry.file_name()) {
                println!("{} is not the course's: left alone.", entry.path().display());
            } else if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
        println!(
            "{} is clean; the next `cargo lab` sets everything up again.",
            self.root.display()
        );
        Ok(())
    }
}

/// The mark of a part that was set up to its end; one that was interrupted has none.
pub const COMPLETE: &str = ".complete";

pub fn is_complete(part: &Path) -> bool {
    part.join(COMPLETE).exists()
}

pub fn mark_complete(part: &Path) -> Result<()> {
    write_whole(&part.join(COMPLETE), "")
}

/// Writes a file so that nobody ever sees half of it, and leaves an equal one untouched.
pub fn write_whole(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|present| present == text) {
        return Ok(());
    }
    let folder = path.parent().context("a file has a folder")?;
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
impl Home {
    pub fn at(root: &Path) -> Home {
        Home { root: root.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaning_leaves_what_is_not_the_courses() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["kernel-1/seed", "python-1", "evcxr_jupyter-0.22.0/bin", "my-thesis"] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        fs::write(folder.path().join("notes.txt"), "mine").unwrap();
        Home::at(folder.path()).clean().unwrap();
        let mut left: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["my-thesis", "notes.txt"]);
    }

    #[test]
    fn too_little_space_is_said_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        let refusal = home.need_space(1 << 30, "Building the kernel").unwrap_err().to_string();
        assert!(refusal.starts_with("Building the kernel needs about 1073741824 GiB"), "{refusal}");
        assert!(refusal.contains("LOSSBOOK_HOME"), "{refusal}");
        assert!(home.need_space(0, "Nothing").is_ok());
    }

    #[test]
    fn a_file_is_written_whole_and_an_equal_one_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.txt");
        write_whole(&path, "one").unwrap();
        let first = fs::metadata(&path).unwrap().modified().unwrap();
        write_whole(&path, "one").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), first);
        write_whole(&path, "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(
            fs::read_dir(path.parent().unwrap()).unwrap().count(),
            1,
            "no half-written file stays"
        );
    }
}
