"""Keeps a Rust kernel ready for the next chapter that is opened.

A new Rust kernel takes ten to twenty seconds until it answers: it loads the crate and everything that
the crate is made of. So one kernel more than the reader has opened gets ready in the background; the
next chapter takes it, and so does a restart from the menu. Jupyter's own hook for this is the kernel
provisioner, which starts a kernel's process and tells how it is reached. Ours hands all other kernels,
and notebooks that are not chapters, through to Jupyter's own.

No kernel outlives this process: each has a watcher (session.rs), so nothing is ended here.
"""

import glob
import json
import os
import signal
import threading
import time
import uuid
from importlib.metadata import EntryPoint
from pathlib import Path

import jupyter_client
from jupyter_client.connect import write_connection_file
from jupyter_client.launcher import launch_kernel
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner
from jupyter_core.paths import jupyter_runtime_dir

# A ready kernel takes half a GB, and a compiler beside it as much; as much again is left to the chapters
# that are open.
ROOM = 2 << 30
# The first cells of a chapter have the processor for themselves before the next kernel gets ready.
PAUSE = 15.0

LOST = (
    "Interrupted. What your cells kept in variables is lost; functions, types and `use`s are still there.\n"
    "To go on: Run > Run All Above Selected Cell, then this cell.\n"
)


def start(settings, is_built):
    """Prepares all; gives the arguments with which JupyterLab makes use of it."""
    global POOL
    if jupyter_client.version_info < (8,):
        raise RuntimeError(f"jupyter_client is {jupyter_client.__version__}, and 8 or newer is needed")
    POOL = Pool(settings)
    POOL.show_usual_time()
    group = KernelProvisionerFactory.GROUP_NAME
    KernelProvisionerFactory.provisioners["lossbook"] = EntryPoint("lossbook", f"{__name__}:Provisioner", group)
    if settings["keep_ready"]:
        threading.Thread(target=POOL.keep, args=(is_built,), daemon=True).start()
    return ["--KernelProvisionerFactory.default_provisioner_name=lossbook"]


def tell(text):
    print(text, flush=True)


def available_memory():
    """In bytes; where the system does not tell, it is taken to be enough."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return ROOM
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:"))


class Ready:
    """A kernel that gets ready, or is, and that no notebook has yet."""

    def __init__(self, settings):
        key = uuid.uuid4().hex.encode()
        name = os.path.join(jupyter_runtime_dir(), f"kernel-{uuid.uuid4()}.json")
        self.file, self.connection = write_connection_file(
            name, ip="127.0.0.1", key=key, kernel_name=settings["kernel"]
        )
        self.connection["key"] = key
        spec = settings["spec"]
        argv = [self.file if part == "{connection_file}" else part for part in spec["argv"]]
        self.mark = Path(self.file).with_suffix(".ready")
        env = {**os.environ, **spec["env"], **settings["ready"], "LOSSBOOK_READY_MARK": str(self.mark)}
        self.process = launch_kernel(argv, cwd=settings["course"], env=env)

    def lives(self):
        return self.process.poll() is None

    def wait(self):
        """Whether it got ready; otherwise it ended.

        The kernel itself tells, by a file. A client that asked, and went away when it had its answer, could
        make the kernel lose what the notebook's client sent at that moment (seen with evcxr 0.22).
        """
        while self.lives():
            if self.mark.exists():
                self.mark.unlink()
                Path(self.file).unlink(missing_ok=True)
                return True
            time.sleep(0.2)
        return False

    def end(self):
        # Its watcher ends what it has started.
        self.process.kill()
        self.process.wait()


class Pool:
    """One ready kernel, where memory allows it."""

    def __init__(self, settings):
        self.settings = settings
        self.lock = threading.Lock()
        self.ready = None
        self.last_use = -PAUSE
        self.compiled_from = self.sources()
        self.works = True
        self.told = set()

    def tell_once(self, what, text):
        if what not in self.told:
            self.told.add(what)
            tell(text)

    def usual_time(self):
        try:
            return f"{int(Path(self.settings['seconds']).read_text())} s"
        except (OSError, ValueError):
            return "20 s"

    def show_usual_time(self):
        Path(self.settings["usual"]).write_text(json.dumps(self.usual_time()))

    def sources(self):
        """What the compiled crate was made of: files, their sizes and times."""
        found = []
        for part in map(Path, self.settings["sources"]):
            for file in [part, *part.rglob("*")]:
                try:
                    state = file.stat()
                except OSError:
                    continue
                found.append((str(file), state.st_size, state.st_mtime_ns))
        return sorted(found)

    def is_current(self):
        """Whether a kernel that gets ready has the crate as it is now, and without compiling it."""
        if self.works and self.sources() != self.compiled_from:
            self.works = False
            tell(
                "The crate's source has changed: from now on, a chapter compiles it in its first cell. "
                "`cargo lab`, started again, does it beforehand."
            )
        return self.works

    def keep(self, is_built):
        """Keeps a kernel ready for as long as the server runs."""
        if not is_built.is_set():
            is_built.wait()
            # A chapter has waited for its own.
            self.last_use = time.monotonic()
        try:
            while self.works:
                if self.is_wanted():
                    self.make_ready()
                time.sleep(1)
        except Exception as error:
            self.works = False
            tell(f"No kernel is kept ready any more: {error}. The chapters work without; their first cells take longer.")

    def is_wanted(self):
        if self.ready and self.ready.lives():
            return False
        if time.monotonic() < self.last_use + PAUSE or not self.is_current():
            return False
        available = available_memory()
        if available < ROOM:
            self.tell_once(
                "memory",
                f"No kernel is kept ready: {available / 1e9:.1f} GB of memory are available, and it takes {ROOM / 1e9:.1f} GB. "
                f"A chapter's kernel gets ready when the chapter is opened, usually in {self.usual_time()}.",
            )
            return False
        return True

    def make_ready(self):
        start = time.monotonic()
        self.tell_once("start", f"A Rust kernel gets ready in the background, usually in {self.usual_time()}.")
        with self.lock:
            kernel = self.ready = Ready(self.settings)
        if kernel.wait():
            Path(self.settings["seconds"]).write_text(str(round(time.monotonic() - start)))
            self.show_usual_time()
            if kernel is self.ready:
                self.tell_once("ready", "It is ready: the next chapter has it at once.")
        elif kernel is self.ready:
            self.works = False
            tell("The kernel ended while it got ready; why may stand above. From now on, a chapter starts its own when it is opened.")
        if kernel is not self.ready:
            self.last_use = time.monotonic()

    def take(self):
        """The ready kernel, if there is one that serves. It may still be on its way."""
        with self.lock:
            kernel, self.ready = self.ready, None
            self.last_use = time.monotonic()
        if kernel and not (kernel.lives() and self.is_current()):
            kernel.end()
            return None
        return kernel


class Provisioner(LocalProvisioner):
    # Whether the reader asks for the kernel that is to be started. Otherwise it takes the place of one
    # that died, and must have its address: that is where the server listens.
    is_asked_for = True

    def is_ours(self):
        return self.parent.kernel_name == POOL.settings["kernel"]

    async def pre_launch(self, **kwargs):
        if self.is_ours() and Path("/proc/self/stat").exists():
            # So that an interrupt comes to `send_signal` below, and not as a message to the kernel.
            self.kernel_spec.interrupt_mode = "signal"
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd, **kwargs):
        is_asked_for, self.is_asked_for = self.is_asked_for, False
        is_chapter = os.path.realpath(kwargs.get("cwd") or ".") == POOL.settings["course"]
        if not (self.is_ours() and is_asked_for and is_chapter):
            return await super().launch_kernel(cmd, **kwargs)
        if kernel := POOL.take():
            self.process = kernel.process
            self.pid = self.pgid = kernel.process.pid
            self.cwd = kwargs["cwd"]
            self.connection_info = kernel.connection
            return self.connection_info
        if POOL.is_current():
            kwargs["env"].update(POOL.settings["ready"])
        return await super().launch_kernel(cmd, **kwargs)

    async def shutdown_requested(self, restart=False):
        self.is_asked_for = restart

    async def send_signal(self, signum):
        if signum == signal.SIGINT and self.is_ours():
            interrupt(self.pid)
        else:
            await super().send_signal(signum)


def interrupt(kernel):
    """Ends the program that runs the cells, as the kernel itself would, but says what that means."""
    for process in glob.glob("/proc/[0-9]*"):
        try:
            # "id (name) state parent ...", and a name may hold anything.
            parent = int(Path(process, "stat").read_text().rsplit(")", 1)[1].split()[1])
            if parent == kernel and b"EVCXR_IS_RUNTIME=1" in Path(process, "environ").read_bytes():
                with open(f"{process}/fd/2", "w") as stderr:
                    stderr.write(LOST)
                os.kill(int(Path(process).name), signal.SIGKILL)
        except OSError:
            pass  # It has just ended.
