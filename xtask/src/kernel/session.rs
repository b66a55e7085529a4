//! One running kernel: a clone of the seed of its own, then evcxr in this process's place.
//!
//! Two kernels must not compile in one folder, and compiling everything for each would take minutes:
//! so the big files of the clone are hard links. A clone is locked for as long as its kernel lives;
//! what a killed kernel leaves behind is unlocked, and removed by its watcher or when the next one starts.

use std::env::consts::DLL_SUFFIX;
use std::ffi::OsString;
use std::fs::{self, File, FileTimes};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::evcxr_facts::{self, OF_CELLS};
#[cfg(unix)]
use super::front;

/// Starts evcxr on a clone of the seed in `folder`, with evcxr's own `arguments`.
pub fn start(folder: &Path, evcxr: &Path, arguments: Vec<OsString>) -> Result<()> {
    let session = claim(folder)?;
    // Asked before the wait for the seed: another checkout's set-up may put its own tool in this place
    // meanwhile, and Linux then calls the one that runs deleted.
    #[cfg(unix)]
    let tool = std::env::current_exe()?;
    {
        let seed = File::create(folder.join("seed.lock"))?;
        seed.lock_shared()?;
        clone(&folder.join("seed"), &session.folder)
            .context("the compiled crates cannot be cloned")?;
    }
    #[cfg(unix)]
    start_watcher(&tool, &session.folder).context("the kernel's watcher cannot be started")?;
    let mut command = Command::new(evcxr);
    command.env(evcxr_facts::CRATE_FOLDER, &session.folder);
    #[cfg(unix)]
    let arguments = front::start(&session.folder, arguments, &mut command)
        .context("what stands between Jupyter and the kernel cannot be started")?;
    command.args(arguments);
    session
        .become_program(command)
        .with_context(|| format!("{} cannot be started", evcxr.display()))
}

/// A folder among the sessions that stays for as long as a process holds its lock.
pub struct Claim {
    pub folder: PathBuf,
    lock: File,
}

/// A new folder; those of the dead are removed.
pub fn claim(kernel: &Path) -> Result<Claim> {
    remove_dead(kernel)?;
    let _creating = creating(kernel)?;
    let folder =
        tempfile::Builder::new().prefix("session-").tempdir_in(kernel.join("sessions"))?.keep();
    let lock = File::create(folder.join("lock"))?;
    lock.lock()?;
    Ok(Claim { folder, lock })
}

impl Claim {
    /// On Unix the program takes this process's place and keeps the lock open; it is released when the
    /// program and what it started are gone, however they end.
    #[cfg(unix)]
    pub fn become_program(&self, mut command: Command) -> Result<()> {
        use std::os::unix::process::CommandExt;
        rustix::io::fcntl_setfd(&self.lock, rustix::io::FdFlags::empty())?;
        Err(command.exec().into())
    }

    #[cfg(not(unix))]
    pub fn become_program(&self, mut command: Command) -> Result<()> {
        let status = command.status()?;
        self.lock.unlock()?;
        std::process::exit(status.code().unwrap_or(1))
    }
}

/// Starts this program once more, as a child of the kernel that this process is about to be.
#[cfg(unix)]
fn start_watcher(tool: &Path, session: &Path) -> Result<()> {
    use std::os::unix::process::CommandExt;
    use std::process::Stdio;
    // Jupyter gives a kernel a group of its own; others may not. It fails where there is one.
    let _ = rustix::process::setpgid(None, None);
    let mut watcher = Command::new(tool);
    watcher.arg("watch").arg(session).arg(std::process::id().to_string());
    if let Some(server) = server() {
        watcher.arg(server.to_string());
    }
    // In a group of its own, so that it outlives a kernel that is killed with its group.
    watcher.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    watcher.spawn()?;
    Ok(())
}

/// The process that this kernel is to end with, by Jupyter's word for it. One that is neither this process's
/// parent nor dead had its word inherited from elsewhere.
#[cfg(unix)]
fn server() -> Option<i32> {
    let server = std::env::var("JPY_PARENT_PID").ok()?.parse().ok()?;
    let is_parent = i32::try_from(std::os::unix::process::parent_id()) == Ok(server);
    // It may have been killed while this kernel came to be.
    (is_parent || !lives(server)).then_some(server)
}

#[cfg(unix)]
fn lives(process: i32) -> bool {
    use rustix::process::{Pid, test_kill_process};
    match state(process) {
        Some(state) => !state.starts_with('Z'),
        None => Pid::from_raw(process).is_some_and(|process| test_kill_process(process).is_ok()),
    }
}

/// What Linux tells of a process after its name: "state parent ...".
#[cfg(unix)]
fn state(process: i32) -> Option<String> {
    let told = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // "id (name) state parent ...", and a name may hold anything.
    Some(told.rsplit(')').next()?.trim_start().to_owned())
}

/// Waits for the end of the kernel or of its server, then ends what is left and removes the clone.
#[cfg(unix)]
pub fn watch(session: &Path, kernel: i32, server: Option<i32>) -> Result<()> {
    use rustix::process::{self, Pid, Signal};
    let kernel = Pid::from_raw(kernel).context("a kernel has a process id")?;
    let lives = || process::getppid() == Some(kernel);
    while lives() && server.is_none_or(|server| is_child(kernel, server)) {
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    // The program that runs the cells ends with the kernel, but not from within an endless cell.
    let _ = process::kill_process_group(kernel, Signal::KILL);
    if let Ok(lock) = File::open(session.join("lock")) {
        lock.lock()?;
    }
    let sessions = session.parent().and_then(Path::parent);
    remove_dead(sessions.context("a session lies in the kernel's folder")?)
}

/// Whether the server lives. One that was killed is no one's parent, even where no one has noticed yet.
#[cfg(unix)]
fn is_child(kernel: rustix::process::Pid, server: i32) -> bool {
    match state(kernel.as_raw_nonzero().get()) {
        Some(state) => state.split_whitespace().nth(1) == Some(&server.to_string()),
        None => lives(server),
    }
}

/// Whether a kernel, or a JupyterLab, lives in the folder.
pub fn is_alive(folder: &Path) -> bool {
    // Where it cannot be told, it is taken to be.
    remove_dead(folder).is_err()
        || fs::read_dir(folder.join("sessions")).is_ok_and(|mut left| left.next().is_some())
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
    OF_CELLS.iter().any(|start| name.starts_with(start)) || name == "incremental" || name == "src"
}

/// Compiled crates. Cargo rewrites its lock and its small records in place, and rustc our own crate when its
/// source changes: a link to those would change the seed and every other kernel's clone. Our shared
/// object is large; shared_object.rs removes it before another is made.
fn is_never_rewritten(name: &str, bytes: u64) -> bool {
    let is_rewritten =
        name == "Cargo.lock" || name.contains("lossbook") && !name.ends_with(DLL_SUFFIX);
    bytes > 64 * 1024 && !is_rewritten
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
        let shared = format!("target/debug/deps/liblossbook-1{DLL_SUFFIX}");
        let shared = Path::new(&shared);
        let record = Path::new("target/debug/.fingerprint/polars-1/dep-lib-polars");
        // That of this course has 100 KB.
        let lock = Path::new("Cargo.lock");
        for large in [compiled, ours, shared, lock] {
            write(&seed.join(large), 100_000);
        }
        write(&seed.join(record), 10);
        for of_a_cell in [
            "src/lib.rs",
            "target/debug/deps/libctx-1.rlib",
            "target/debug/incremental/ctx-1/s/dep",
        ] {
            write(&seed.join(of_a_cell), 10);
        }
        clone(&seed, &session).unwrap();

        for file in [compiled, ours, shared, lock, record] {
            let time = |root: &Path| fs::metadata(root.join(file)).unwrap().modified().unwrap();
            assert_eq!(time(&seed), time(&session), "{} has another time", file.display());
            // Written in place, as cargo does with its records.
            fs::write(session.join(file), "changed").unwrap();
        }
        let changed = |file: &Path| fs::read(seed.join(file)).unwrap() == b"changed";
        assert!(changed(compiled) && changed(shared), "what is compiled is a hard link");
        for rewritten in [ours, lock, record] {
            assert!(!changed(rewritten), "{} is no copy", rewritten.display());
        }
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
