"""Starts JupyterLab with a Rust kernel kept ready; run by `cargo lab`, not by hand.

    lab.py SETTINGS JUPYTERLAB'S-ARGUMENTS...

A new Rust kernel takes about half a minute until it answers: it loads the crate and everything that
the crate is made of. So one kernel more than the reader has opened gets ready in the background; the
next chapter takes it, and so does a restart from the menu. Jupyter's own hook for this is the kernel
provisioner, which starts a kernel's process and tells how it is reached. Ours hands all other kernels,
and notebooks that are not chapters, through to Jupyter's own.

No kernel outlives this process: each has a watcher (session.rs), so nothing is ended here.
"""

import glob
import json
import os
import queue
import signal
import sys
import threading
import time
import uuid
from importlib.metadata import EntryPoint
from pathlib import Path

from jupyter_client import BlockingKernelClient
from jupyter_client.connect import write_connection_file
from jupyter_client.launcher import launch_kernel
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner
from jupyter_core.paths import jupyter_runtime_dir

SETTINGS = json.loads(sys.argv.pop(1))
KERNEL = SETTINGS["kernel"]
COURSE = Path(SETTINGS["course"])
SECONDS = Path(SETTINGS["seconds"])

# A ready kernel takes about 2 GB; as much is left to the chapters that are open.
ROOM = 4 << 30
# The first cells of a chapter have the processor for themselves before the next kernel gets ready.
PAUSE = 15.0

# Shown beside the kernel's mark until the kernel is there. (JupyterLab holds back the cells until then.)
STYLE = """.jp-Notebook-ExecutionIndicator:is([data-status=connecting], [data-status=restarting], [data-status=starting])::before {
    content: "Kernel gets ready, usually in %s. Cells wait for it.";
    padding-right: 6px;
    white-space: nowrap;
    animation: later 2s step-end;
}
@keyframes later { from { font-size: 0; } }
"""
LOST = (
    "Interrupted. What your cells kept in variables is lost; functions, types and `use`s are still there.\n"
    "To go on: Run > Run All Above Selected Cell, then this cell.\n"
)


def tell(text):
    print(text, flush=True)


def usual_time():
    try:
        return f"{int(SECONDS.read_text())} s"
    except (OSError, ValueError):
        return "half a minute"


def show_usual_time():
    Path(SETTINGS["style"]).write_text(STYLE % usual_time())


def sources():
    """What the compiled crate was made of: files, their sizes and times."""
    found = []
    for part in map(Path, SETTINGS["sources"]):
        for file in [part] if part.is_file() else part.rglob("*"):
            state = file.stat()
            found.append((str(file), state.st_size, state.st_mtime_ns))
    return sorted(found)


def available_memory():
    """In bytes; where the system does not tell, it is taken to be enough."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return ROOM
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:"))


class Ready:
    """A kernel that gets ready, or is, and that no notebook has yet."""

    def __init__(self):
        key = uuid.uuid4().hex.encode()
        name = os.path.join(jupyter_runtime_dir(), f"kernel-{uuid.uuid4()}.json")
        self.file, self.connection = write_connection_file(name, ip="127.0.0.1", key=key, kernel_name=KERNEL)
        self.connection["key"] = key
        argv = [self.file if part == "{connection_file}" else part for part in SETTINGS["spec"]["argv"]]
        env = {**os.environ, **SETTINGS["spec"]["env"], **SETTINGS["ready"]}
        self.process = launch_kernel(argv, cwd=str(COURSE), env=env)

    def wait(self):
        """Whether it got ready; otherwise it ended."""
        client = BlockingKernelClient()
        client.load_connection_info(self.connection)
        client.start_channels(iopub=False, stdin=False, hb=False, control=False)
        client.kernel_info()
        try:
            while self.process.poll() is None:
                try:
                    client.get_shell_msg(timeout=1)
                    return True
                except queue.Empty:
                    pass
            return False
        finally:
            client.stop_channels()
            Path(self.file).unlink(missing_ok=True)

    def end(self):
        # Its watcher ends what it has started.
        self.process.kill()
        self.process.wait()


class Pool:
    """One ready kernel, where memory allows it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.ready = None
        self.last_use = -PAUSE
        self.compiled_from = sources()
        self.works = True
        self.told = set()

    def tell_once(self, what, text):
        if what not in self.told:
            self.told.add(what)
            tell(text)

    def is_current(self):
        """Whether a kernel that is made ready has the crate as it is now, and has it without compiling."""
        if self.works and sources() != self.compiled_from:
            self.works = False
            tell("The crate's source has changed: from now on a chapter compiles it in its first cell. `cargo lab` again does it beforehand.")
        return self.works

    def keep(self):
        """Keeps a kernel ready for as long as the server runs."""
        while self.works:
            if self.is_wanted():
                self.start()
            time.sleep(1)

    def is_wanted(self):
        if self.ready and self.ready.process.poll() is None:
            return False
        if time.monotonic() < self.last_use + PAUSE or not self.is_current():
            return False
        available = available_memory()
        if available < ROOM:
            self.tell_once(
                "memory",
                f"No kernel is kept ready: {available / 1e9:.1f} GB of memory are available, and it needs {ROOM / 1e9:.1f} GB. "
                f"A chapter's kernel gets ready when the chapter is opened, usually in {usual_time()}.",
            )
            return False
        return True

    def start(self):
        start = time.monotonic()
        self.tell_once("start", f"A Rust kernel gets ready in the background, usually in {usual_time()}.")
        with self.lock:
            kernel = self.ready = Ready()
        if kernel.wait():
            seconds = round(time.monotonic() - start)
            SECONDS.write_text(str(seconds))
            show_usual_time()
            if not self.last_use > start:
                self.tell_once("ready", "It is ready: the next chapter has it at once.")
        elif kernel is self.ready:
            self.works = False
            tell("The kernel ended while it got ready; its reason may stand above. A chapter starts its own when it is opened.")
        if kernel is not self.ready:
            self.last_use = time.monotonic()

    def take(self):
        """The ready kernel, if there is one that serves."""
        with self.lock:
            kernel, self.ready = self.ready, None
            self.last_use = time.monotonic()
        if kernel and (kernel.process.poll() is not None or not self.is_current()):
            kernel.end()
            return None
        return kernel


class Provisioner(LocalProvisioner):
    # Whether the reader wants the kernel that is to be started; else it is one that died. That keeps
    # its address: the server listens there.
    is_wanted = True

    async def pre_launch(self, **kwargs):
        if is_ours(self) and Path("/proc/self/task").exists():
            # For `send_signal` below, instead of a message to the kernel.
            self.kernel_spec.interrupt_mode = "signal"
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd, **kwargs):
        is_wanted, self.is_wanted = self.is_wanted, False
        if not is_ours(self) or not is_wanted or Path(kwargs.get("cwd") or ".").resolve() != COURSE:
            return await super().launch_kernel(cmd, **kwargs)
        if kernel := POOL.take():
            self.process = kernel.process
            self.pid = self.pgid = kernel.process.pid
            self.cwd = kwargs["cwd"]
            self.connection_info = kernel.connection
            return self.connection_info
        if POOL.is_current():
            kwargs["env"].update(SETTINGS["ready"])
        return await super().launch_kernel(cmd, **kwargs)

    async def shutdown_requested(self, restart=False):
        self.is_wanted = restart

    async def send_signal(self, signum):
        if signum == signal.SIGINT and is_ours(self):
            interrupt(self.pid)
        else:
            await super().send_signal(signum)


def is_ours(provisioner):
    return provisioner.parent.kernel_name == KERNEL


def interrupt(kernel):
    """Ends the program that runs the cells, as the kernel itself does, but says what that means."""
    for file in glob.glob(f"/proc/{kernel}/task/*/children"):
        for child in Path(file).read_text().split():
            if b"EVCXR_IS_RUNTIME=1" in Path(f"/proc/{child}/environ").read_bytes():
                with open(f"/proc/{child}/fd/2", "w") as stderr:
                    stderr.write(LOST)
                os.kill(int(child), signal.SIGKILL)


POOL = Pool()
show_usual_time()
KernelProvisionerFactory.provisioners["lossbook"] = EntryPoint("lossbook", "__main__:Provisioner", KernelProvisionerFactory.GROUP_NAME)
if SETTINGS["keep_ready"]:
    threading.Thread(target=POOL.keep, daemon=True).start()

from jupyterlab.labapp import main  # noqa: E402  (the first kernel gets ready while this loads)

sys.exit(main())
