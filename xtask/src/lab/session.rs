//! One running kernel: a clone of the seed of its own, then evcxr in this process's place.
//!
//! Two kernels must not compile in one folder, and compiling everything for each would take minutes:
//! so the big files of the clone are hard links. A clone is locked for as long as its kernel lives;
//! what a killed kernel leaves behind is unlocked, and removed when the next one starts.

use std::ffi::OsString;
use std::fs::{self, File, FileTimes};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

/// Starts evcxr on a clone of the seed in `folder`, with evcxr's own `arguments`.
pub fn start(folder: &Path, evcxr: &Path, arguments: Vec<OsString>) -> Result<()> {
    remove_dead(folder)?;
    let (session, lock) = {
        let _creating = creating(folder)?;
        let session =
            tempfile::Builder::new().prefix("session-").tempdir_in(folder.join("sessions"))?.keep();
        let lock = File::create(session.join("lock"))?;
        lock.lock()?;
        (session, lock)
    };
    {
        let seed = File::create(folder.join("seed.lock"))?;
        seed.lock_shared()?;
        clone(&folder.join("seed"), &session).context("the compiled crates cannot be cloned")?;
    }
    let mut command = Command::new(evcxr);
    command.args(arguments).env("EVCXR_TMPDIR", &session);
    become_kernel(command, lock).with_context(|| format!("{} cannot be started", evcxr.display()))
}

/// Removes the clones whose kernel is gone.
pub fn remove_dead(folder: &Path) -> Result<()> {
    let _creating = creating(folder)?;
    for entry in fs::read_dir(folder.join("sessions"))? {
        let session = entry?.path();
        let dead = match File::open(session.join("lock")) {
            Ok(lock) => lock.try_lock().is_ok(),
            // Its kernel was killed before it could lock.
            Err(_) => session.is_dir(),
        };
        if dead {
            fs::remove_dir_all(&session)
                .with_context(|| format!("cannot remove {}", session.display()))?;
        }
    }
    Ok(())
}

/// Held while a clone is made or removed: a clone that is not locked yet is not dead.
fn creating(folder: &Path) -> Result<File> {
    fs::create_dir_all(folder.join("sessions"))?;
    let lock = File::create(folder.join("sessions.lock"))?;
    lock.lock()?;
    Ok(lock)
}

fn clone(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let (source, copy) = (entry.path(), to.join(&name));
        let name = name.to_string_lossy();
        if is_of_a_cell(&name) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            clone(&source, &copy)?;
        } else if !is_never_rewritten(&name, entry.metadata()?.len())
            || fs::hard_link(&source, &copy).is_err()
        {
            fs::copy(&source, &copy)?;
            // Cargo tells by the times whether a crate is up to date.
            let times = FileTimes::new().set_modified(entry.metadata()?.modified()?);
            File::options().write(true).open(&copy)?.set_times(times)?;
        }
    }
    Ok(())
}

/// What evcxr makes for the cells; a new kernel has none.
fn is_of_a_cell(name: &str) -> bool {
    ["ctx-", "libctx", "libcode_"].iter().any(|start| name.starts_with(start))
        || name == "incremental"
        || name == "src"
}

/// Compiled crates. Cargo rewrites its small records in place, and rustc our own crate when its
/// source changes: a link to those would change the seed and every other kernel's clone.
fn is_never_rewritten(name: &str, bytes: u64) -> bool {
    bytes > 64 * 1024 && !name.contains("lossbook")
}

/// On Unix evcxr takes this process's place and keeps the lock open; it is released when evcxr and
/// the process that runs its cells are both gone, however they end.
#[cfg(unix)]
fn become_kernel(mut command: Command, lock: File) -> Result<()> {
    use std::os::unix::process::CommandExt;
    rustix::io::fcntl_setfd(&lock, rustix::io::FdFlags::empty())?;
    Err(command.exec().into())
}

#[cfg(not(unix))]
fn become_kernel(mut command: Command, lock: File) -> Result<()> {
    let status = command.status()?;
    drop(lock);
    std::process::exit(status.code().unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, bytes: usize) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, vec![b'x'; bytes]).unwrap();
    }

    #[test]
    fn a_clone_shares_what_is_compiled_and_nothing_that_is_rewritten() {
        let folder = tempfile::tempdir().unwrap();
        let (seed, session) = (folder.path().join("seed"), folder.path().join("session"));
        let compiled = Path::new("target/debug/deps/libpolars-1.rlib");
        let ours = Path::new("target/debug/deps/liblossbook-1.rlib");
        let record = Path::new("target/debug/.fingerprint/polars-1/dep-lib-polars");
        for (file, bytes) in [(compiled, 100_000), (ours, 100_000), (record, 10)] {
            write(&seed.join(file), bytes);
        }
        for of_a_cell in [
            "src/lib.rs",
            "target/debug/deps/libctx-1.rlib",
            "target/debug/incremental/ctx-1/s/dep",
        ] {
            write(&seed.join(of_a_cell), 10);
        }
        clone(&seed, &session).unwrap();

        for file in [compiled, ours, record] {
            let time = |root: &Path| fs::metadata(root.join(file)).unwrap().modified().unwrap();
            assert_eq!(time(&seed), time(&session), "{} has another time", file.display());
            // Written in place, as cargo does with its records.
            fs::write(session.join(file), "changed").unwrap();
        }
        let changed = |file: &Path| fs::read(seed.join(file)).unwrap() == b"changed";
        assert!(changed(compiled), "a compiled crate is a hard link");
        assert!(!changed(ours) && !changed(record), "what is rewritten is a copy");
        assert!(
            !session.join("src").exists() && !session.join("target/debug/incremental").exists()
        );
        assert!(!session.join("target/debug/deps/libctx-1.rlib").exists());
    }

    #[test]
    fn only_the_clone_of_a_dead_kernel_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let sessions = folder.path().join("sessions");
        for name in ["alive", "dead", "never-locked"] {
            write(&sessions.join(name).join("target/file"), 10);
        }
        File::create(sessions.join("dead/lock")).unwrap();
        let alive = File::create(sessions.join("alive/lock")).unwrap();
        alive.lock().unwrap();
        remove_dead(folder.path()).unwrap();
        assert!(sessions.join("alive").exists());
        assert!(!sessions.join("dead").exists() && !sessions.join("never-locked").exists());
        drop(alive);
        remove_dead(folder.path()).unwrap();
        assert!(!sessions.join("alive").exists());
    }
}
