"""`cargo lab` as a chapter's kernels see it: ready ones, many at once, faults, and what is left behind.

usage: lab_test.py [NAME...]      (all tests whose names hold one of these, or all; Linux only)

Figures are printed, not judged: they are another machine's tomorrow.
"""

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jupyter_client import BlockingKernelClient

CHECKOUT = Path(__file__).resolve().parent.parent
HOME = os.path.realpath(os.environ.get("LOSSBOOK_HOME") or os.path.expanduser("~/.cache/lossbook"))
PORT = 8918
# How long anything may take before it counts as stuck.
LIMIT = 300


def wait(what, condition):
    limit = time.monotonic() + LIMIT
    while time.monotonic() < limit:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {LIMIT} s")


def processes():
    """All kernels, their cells' programs and their watchers: id -> (parent, command)."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError):
            continue
        if command.startswith(HOME) and re.search(r"bin/(evcxr_jupyter|lossbook-kernel) ", command + " "):
            found[int(folder.name)] = (parent, command)
    return found


def sessions():
    return {str(path) for path in Path(HOME).glob("kernel-*/sessions/*")}


class Lab:
    def __init__(self, *options):
        self.process = subprocess.Popen(
            ["cargo", "lab", "--no-browser", "--port", str(PORT), *options],
            cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )
        self.said = ""
        threading.Thread(target=self.listen, daemon=True).start()
        self.url, self.token = wait("JupyterLab's address", self.address).groups()
        environment = Path(f"/proc/{self.process.pid}/environ").read_text()
        self.runtime = Path(re.search(r"JUPYTER_RUNTIME_DIR=([^\0]+)", environment)[1])

    def listen(self):
        for line in self.process.stdout:
            print("   |", line, end="", flush=True)
            self.said += line

    def address(self):
        assert self.process.poll() is None, "`cargo lab` ended"
        return re.search(r"(http://(?:localhost|127\.0\.0\.1):\d+)/lab\S*token=(\w+)", self.said)

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + path, method=method, data=json.dumps(body).encode() if body is not None else None,
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=LIMIT) as answer:
            return json.loads(answer.read() or "null")

    def start_session(self, path):
        """The id of the kernel."""
        kernel = {"name": "lossbook"}
        session = {"path": path, "name": Path(path).name, "type": "notebook", "kernel": kernel}
        return self.ask("POST", "/api/sessions", session)["kernel"]["id"]

    def open(self, path):
        return Kernel(self, self.start_session(path))

    def kernels(self):
        """The process ids of the running kernels, ready ones too."""
        return {id for id, (parent, command) in processes().items() if parent == self.process.pid}

    def wait_until_ready(self):
        wait("a ready kernel", lambda: "It is ready" in self.said)

    def stop(self, signum=signal.SIGTERM):
        os.kill(self.process.pid, signum)
        if signum == signal.SIGINT:
            time.sleep(0.5)
            os.kill(self.process.pid, signum)
        self.process.wait(LIMIT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()


class Kernel:
    def __init__(self, lab, id):
        self.lab, self.id = lab, id
        self.connect()

    def connect(self):
        self.client = BlockingKernelClient()
        self.client.load_connection_file(str(self.lab.runtime / f"kernel-{self.id}.json"))
        # No heartbeat: a kernel that has not begun to answer would count as dead.
        self.client.start_channels(hb=False)
        self.client.wait_for_ready(timeout=LIMIT)

    def pid(self):
        """The kernel's process: a child of it, front.py, listens on the port of the connection file."""
        port = json.loads((self.lab.runtime / f"kernel-{self.id}.json").read_text())["shell_port"]
        inodes = {
            line.split()[9] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
            if line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A"
        }
        for kernel in self.lab.kernels():
            for child in Path(f"/proc/{kernel}/task/{kernel}/children").read_text().split():
                for handle in Path(f"/proc/{child}/fd").iterdir():
                    if handle.is_symlink() and os.readlink(handle) in {f"socket:[{inode}]" for inode in inodes}:
                        return kernel
        raise AssertionError("the kernel does not listen")

    def ask(self, action):
        self.lab.ask("POST", f"/api/kernels/{self.id}/{action}")

    def run(self, code):
        """What the cell shows, and the seconds it takes."""
        start = time.monotonic()
        shown = []

        def show(message):
            content = message["content"]
            if message["msg_type"] == "stream":
                shown.append(content["text"])
            elif message["msg_type"] == "execute_result":
                shown.append(" ".join([content["data"].get("text/plain", ""), *content["data"]]))
            elif message["msg_type"] == "error":
                shown.append("error: " + content["evalue"])

        self.client.execute_interactive(code, output_hook=show, timeout=LIMIT, allow_stdin=False)
        seconds = time.monotonic() - start
        # What a cell writes to stderr may come after its end.
        try:
            while True:
                show(self.client.get_iopub_msg(timeout=0.2))
        except queue.Empty:
            return "\n".join(shown), seconds

    def shows(self, code, expected):
        shown, seconds = self.run(code)
        assert expected in shown, f"{code}\nshows: {shown}\ninstead of: {expected}"
        return seconds


def cells(chapter):
    notebook = json.loads((CHECKOUT / "notebooks" / f"{chapter}.ipynb").read_text())
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


SETUP = cells("09_residuals")[0]


def test_the_next_chapter_and_a_restart_take_the_ready_kernel():
    with Lab() as lab:
        lab.wait_until_ready()
        (ready,) = lab.kernels()
        start = time.monotonic()
        kernel = lab.open("09_residuals.ipynb")
        assert kernel.pid() == ready, "it should have the ready kernel"
        seconds = kernel.run(SETUP)[1]
        print(f"the kernel and the setup cell after {time.monotonic() - start:.1f} s (the cell: {seconds:.1f} s)")
        for cell in cells("09_residuals")[1:]:
            shown, seconds = kernel.run(cell)
            print(f"{seconds:5.1f} s, {time.monotonic() - start:5.1f} s since it was opened: {shown[:60]!r}")
            if "plotly" in shown:
                break
        kernel.run("let kept = 5;")

        (next_ready,) = wait("the next ready kernel", lambda: lab.kernels() - {ready})
        time.sleep(5)
        start = time.monotonic()
        kernel.ask("restart")
        assert kernel.pid() == next_ready, "a restart should take the ready kernel, even if it is not ready yet"
        kernel.connect()
        kernel.shows("kept", "cannot find value `kept`")
        kernel.run(SETUP)
        print(f"restart, then the setup cell: {time.monotonic() - start:.1f} s")
        assert ready not in processes()


def test_notebooks_that_are_not_chapters_start_their_own_kernel():
    folder = CHECKOUT / "notebooks" / "lab_test"
    folder.mkdir()
    try:
        with Lab() as lab:
            lab.wait_until_ready()
            (ready,) = lab.kernels()
            kernel = lab.open("lab_test/own.ipynb")
            assert kernel.pid() != ready
            kernel.shows("std::env::current_dir().unwrap()", "notebooks/lab_test")
    finally:
        folder.rmdir()


def test_a_changed_crate_is_never_served_stale():
    file = CHECKOUT / "src" / "lib.rs"
    before = file.stat()
    try:
        with Lab() as lab:
            lab.wait_until_ready()
            (ready,) = lab.kernels()
            os.utime(file)
            kernel = lab.open("09_residuals.ipynb")
            assert kernel.pid() != ready
            assert "source has changed" in lab.said
            wait("the end of the stale kernel", lambda: ready not in processes())
    finally:
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_without_a_ready_kernel():
    with Lab("--no-ready-kernel") as lab:
        time.sleep(3)
        assert not lab.kernels()
        lab.open("09_residuals.ipynb").shows(SETUP + "\n1 + 1", "2")
        assert len(lab.kernels()) == 1


def test_many_chapters_at_once_do_not_disturb_each_other():
    for count in [2, 4]:
        with Lab() as lab:
            start = time.monotonic()
            with ThreadPoolExecutor(count) as readers:
                ids = list(readers.map(lab.start_session, [f"{number}.ipynb" for number in range(count)]))
            kernels = [Kernel(lab, id) for id in ids]
            cells = [SETUP, "let mut mine: Vec<usize> = Vec::new();"]
            cells += [f"fn next() -> usize {{ {round} + NUMBER }}\nmine.push(next());" for round in [10, 20, 30]]
            for cell in cells:
                for number, kernel in enumerate(kernels):
                    kernel.client.execute(cell.replace("NUMBER", str(number)))
            for number, kernel in enumerate(kernels):
                kernel.shows("mine", f"[{10 + number}, {20 + number}, {30 + number}]")
                kernel.shows("mse(&[1.0, 2.0], &[1.0, 4.0])?", "2")
            print(f"{count} chapters opened at once: all first cells done after {time.monotonic() - start:.0f} s")


def test_a_cell_that_fails_or_is_stopped():
    with Lab() as lab:
        kernel = lab.open("09_residuals.ipynb")
        kernel.run(SETUP)
        kernel.run("fn twice(x: i32) -> i32 { 2 * x }")
        kernel.run("let five = 5_usize;\nlet word = String::from(\"kept\");")
        shown, _ = kernel.run("let six: i32 = \"six\";")
        assert "mismatched types" in shown
        kernel.shows("word.len() + five", "9")

        stopped = []
        cell = threading.Thread(target=lambda: stopped.append(kernel.run("loop { std::hint::black_box(1); }")))
        cell.start()
        time.sleep(5)
        kernel.ask("interrupt")
        cell.join(LIMIT)
        (shown, _), = stopped
        print(shown)
        assert "variables is lost" in shown and "Run All Above" in shown, shown
        kernel.shows("five", "cannot find value `five`")
        kernel.shows("twice(21)", "42")
        kernel.shows("mse(&[1.0, 2.0], &[1.0, 4.0])?", "2")


def endless(kernel):
    """The program of a cell that never ends by itself."""
    request = kernel.client.execute("loop { std::hint::black_box(1); }")
    owner = kernel.pid()
    (program,) = [id for id, (parent, command) in processes().items() if parent == owner and "watch" not in command]
    wait("the endless cell", lambda: Path(f"/proc/{program}/stat").read_text().rsplit(")", 1)[1].split()[0] == "R")
    return program


def test_a_killed_kernel_comes_back_and_leaves_nothing():
    with Lab() as lab:
        kernel = lab.open("09_residuals.ipynb")
        program, killed = endless(kernel), kernel.pid()
        before = sessions()
        os.kill(killed, signal.SIGKILL)
        wait("the end of its cell's program", lambda: program not in processes())
        wait("the end of its clone", lambda: before - sessions())
        wait("the new kernel", lambda: lab.ask("GET", f"/api/kernels/{kernel.id}")["execution_state"] and lab.kernels() - {killed})
        time.sleep(5)
        kernel.connect()
        kernel.shows("1 + 1", "2")


def test_nothing_outlives_the_server():
    for signum in [signal.SIGTERM, signal.SIGINT, signal.SIGKILL]:
        with Lab() as lab:
            kernel = lab.open("09_residuals.ipynb")
            endless(kernel)
            # The next one is under way.
            wait("the ready kernel", lambda: len(lab.kernels()) == 2)
            start = time.monotonic()
            lab.stop(signum)
            wait("the end of all kernels", lambda: not processes())
            print(f"{signal.Signals(signum).name}: all gone after {time.monotonic() - start:.1f} s")
    # What is left is removed by the next start, but for what that one uses itself.
    with Lab("--no-ready-kernel") as lab:
        assert sessions() == {str(lab.runtime)}, sessions()


def main():
    tests = [test for name, test in globals().items() if name.startswith("test_")]
    chosen = [test for test in tests if not sys.argv[1:] or any(name in test.__name__ for name in sys.argv[1:])]
    for test in chosen:
        if len(chosen) == 1:
            wait(f"the end of all other kernels of {HOME}", lambda: not processes())
            print(f"== {test.__name__}", flush=True)
            start = time.monotonic()
            test()
            print(f"   ok ({time.monotonic() - start:.0f} s)", flush=True)
        else:
            # Each in a process of its own: what is left of Jupyter's clients has made those of the next test hang.
            subprocess.run([sys.executable, __file__, test.__name__], check=True, timeout=3 * LIMIT)
    print(f"{len(chosen)} passed, 0 failed", flush=True)


main()
