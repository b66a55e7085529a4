//! What a kernel leaves behind when it is killed, or its server is. A shell stands in for the kernel,
//! and what it has started for the program of an endless cell.
#![cfg(unix)]

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

const KERNEL: &str = "sleep 300 & echo $! > program; echo $$ > kernel; wait";

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("seed/target")).unwrap();
    fs::write(folder.join("seed/target/compiled"), "crate").unwrap();
    folder
}

/// `xtask kernel FOLDER sh -c KERNEL`, as Jupyter starts it: in a group of its own.
fn start(folder: &Path) -> Child {
    let mut kernel = Command::new(env!("CARGO_BIN_EXE_xtask"));
    kernel.arg("kernel").arg(folder).args(["/bin/sh", "-c", KERNEL]);
    kernel.current_dir(folder).process_group(0).spawn().unwrap()
}

fn wait<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "it does not come: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn id(folder: &Path, name: &str) -> String {
    wait(name, || {
        let id = fs::read_to_string(folder.join(name)).ok()?;
        id.ends_with('\n').then(|| id.trim().to_owned())
    })
}

fn lives(id: &str) -> bool {
    let state = Command::new("ps").args(["-o", "stat=", "-p", id]).output().unwrap().stdout;
    // One that has ended may wait for its parent to notice.
    !state.is_empty() && !state.starts_with(b"Z")
}

fn kill(id: &str) {
    assert!(Command::new("kill").args(["-9", id]).status().unwrap().success());
}

fn clones(folder: &Path) -> usize {
    fs::read_dir(folder.join("sessions")).unwrap().count()
}

#[test]
fn a_killed_kernel_leaves_neither_process_nor_clone() {
    let folder = folder("killed_kernel");
    let mut kernel = start(&folder);
    let program = id(&folder, "program");
    assert!(lives(&program) && clones(&folder) == 1);
    let other = {
        fs::remove_file(folder.join("program")).unwrap();
        let other = start(&folder);
        id(&folder, "program");
        other
    };
    kill(&kernel.id().to_string());
    kernel.wait().unwrap();
    wait("the end of the program", || (!lives(&program)).then_some(()));
    wait("the end of the clone", || (clones(&folder) == 1).then_some(()));
    let (mut other, theirs) = (other, id(&folder, "program"));
    assert!(lives(&theirs), "another kernel is left alone");
    kill(&other.id().to_string());
    other.wait().unwrap();
    wait("the end of the other clone", || (clones(&folder) == 0).then_some(()));
    assert!(folder.join("seed/target/compiled").exists());
}

#[test]
fn a_kernel_ends_with_its_server() {
    let folder = folder("killed_server");
    let script = format!(
        "export JPY_PARENT_PID=$$; '{}' kernel . /bin/sh -c '{KERNEL}' & wait",
        env!("CARGO_BIN_EXE_xtask")
    );
    let mut server = Command::new("/bin/sh");
    let mut server = server.args(["-c", &script]).current_dir(&folder).spawn().unwrap();
    let (kernel, program) = (id(&folder, "kernel"), id(&folder, "program"));
    assert!(lives(&kernel) && lives(&program));
    kill(&server.id().to_string());
    // Nobody has noticed yet that the server ended: that must not keep the kernel.
    wait("the end of the kernel", || (!lives(&kernel) && !lives(&program)).then_some(()));
    wait("the end of the clone", || (clones(&folder) == 0).then_some(()));
    server.wait().unwrap();
}

#[test]
fn a_kernel_whose_server_was_killed_before_it_came_to_be_ends() {
    let folder = folder("server_killed_before");
    // It has ended, and nobody has noticed.
    let mut server = Command::new("true").spawn().unwrap();
    wait("the end of the server", || (!lives(&server.id().to_string())).then_some(()));
    let mut kernel = Command::new(env!("CARGO_BIN_EXE_xtask"));
    kernel.arg("kernel").arg(&folder).args(["/bin/sh", "-c", KERNEL]).current_dir(&folder);
    kernel.env("JPY_PARENT_PID", server.id().to_string()).process_group(0);
    let mut kernel = kernel.spawn().unwrap();
    let ended = wait("the end of the kernel", || kernel.try_wait().unwrap());
    assert!(!ended.success(), "it was ended, and did not end by itself");
    wait("the end of the clone", || (clones(&folder) == 0).then_some(()));
    server.wait().unwrap();
}

#[test]
fn a_kernel_waits_for_its_build_and_ends_with_the_server_that_builds() {
    let folder = folder("waits");
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let is_free = || std::net::TcpListener::bind(("127.0.0.1", port)).is_ok();
    fs::write(folder.join("connection"), format!("{{\"shell_port\": {port}}}")).unwrap();
    let start = |built: &str| {
        let script = format!(
            "'{}' kernel . /bin/sh -c '{KERNEL}' connection & echo $! > waits; wait",
            env!("CARGO_BIN_EXE_xtask")
        );
        let mut server = Command::new("/bin/sh");
        server
            .args(["-c", &script])
            .env("LOSSBOOK_BUILT", built)
            .current_dir(&folder)
            .spawn()
            .unwrap()
    };
    let mut server = start("never");
    let kernel = id(&folder, "waits");
    std::thread::sleep(Duration::from_secs(1));
    assert!(lives(&kernel) && !folder.join("kernel").exists());
    assert!(!is_free(), "another could take its port meanwhile");
    kill(&server.id().to_string());
    wait("the end of the kernel", || (!lives(&kernel)).then_some(()));
    server.wait().unwrap();

    let mut server = start("built");
    std::thread::sleep(Duration::from_secs(1));
    assert!(!folder.join("kernel").exists());
    fs::write(folder.join("built"), "").unwrap();
    let kernel = id(&folder, "kernel");
    assert!(is_free(), "the kernel itself could not take its port");
    kill(&kernel);
    server.wait().unwrap();
    wait("the end of the clone", || (clones(&folder) == 0).then_some(()));
}
