"""Stands between Jupyter and evcxr, so that a cell that failed is seen to have failed.

    front.py JUPYTER'S-CONNECTION-FILE EVCXR'S-CONNECTION-FILE EVCXR'S-CRATE-FOLDER MIME-TYPE

evcxr answers "ok" to a panic, and to an `Err`. What such a cell says (cell_errors.rs, and `Show` of
the crate) comes as a value of a MIME type of ours: here it becomes an `error`, with the line of the
cell, and the answer becomes "error". As after a Python exception, "Run All" stops there: the cells that
wait are answered "aborted", which evcxr does not know either.

evcxr gets one request at a time. Where a request makes evcxr itself panic, it never answers again: the
reader is told, and the kernel ends, so that Jupyter starts another.

Started by session.rs beside evcxr, and ends with it. All but the messages named here pass as they are.
"""

import hashlib
import hmac
import json
import os
import re
import signal
import sys
import time
import uuid
from collections import deque
from datetime import datetime, timezone
from pathlib import Path

import zmq

JUPYTER, EVCXR, CRATE, MIME = sys.argv[1:]
DELIMITER = b"<IDS|MSG>"
# By which evcxr's sockets know that they speak with one and the same client.
NAME = b"lossbook"
# evcxr sends its answer and "idle" together. Where only one has come for so long, the other never will.
LATE = 3.0
# What evcxr answers; of the rest it says only that it was busy.
ANSWERED = ("execute_request", "complete_request", "inspect_request", "kernel_info_request", "is_complete_request")
RED, BOLD, DIM, PLAIN = "\x1b[31m", "\x1b[1m", "\x1b[2m", "\x1b[0m"

# What it says of itself.
PANICKED = "panicked with message"
# What evcxr says where the program that runs the cells has ended. After an interrupt, ready_kernel.py says the rest.
ENDED = "Subprocess terminated"
LOST = "Variables of earlier cells are kept; what this cell defines with `let` is not."
ALL_LOST = "The variables of all cells are lost; functions, types and `use`s are kept."
# What there is to complete where there is no name yet.
NO_NAMES = {"status": "ok", "matches": [], "cursor_start": 0, "cursor_end": 0, "metadata": {}}
KEYWORDS = "as async await break const continue dyn else enum extern fn for if impl in let loop match mod move mut \
pub ref return static struct trait type unsafe use where while yield".split()
BROKEN = (
    "evcxr, which runs the cells, broke down on this input; the input itself may be at fault.\n"
    "The kernel starts anew. To go on: Run > Run All Above Selected Cell."
)


class Message:
    def __init__(self, frames):
        start = frames.index(DELIMITER)
        self.frames = frames
        self.client = frames[:start]
        self.header, self.parent, self.metadata, self.content = frames[start + 2 : start + 6]
        header = json.loads(self.header)
        self.kind, self.id = header["msg_type"], header["msg_id"]
        self.parent_id = json.loads(self.parent).get("msg_id")

    def read(self):
        return json.loads(self.content)


class Request(Message):
    """What evcxr is at work on, and what has come of it."""

    def __init__(self, frames):
        super().__init__(frames)
        self.reply = self.idle = self.error = self.since = None
        # How much further right the reader's names stand than in the code that evcxr is sent.
        self.shift = 0

    def is_done(self):
        return self.idle and (self.reply or self.kind not in ANSWERED)


class Front:
    def __init__(self):
        self.zmq = zmq.Context()
        ours, evcxrs = (json.loads(Path(file).read_text()) for file in (JUPYTER, EVCXR))
        self.key = ours["key"].encode()
        self.jupyter, self.evcxr = {}, {}
        for name in ("shell", "control", "stdin"):
            self.jupyter[name] = self.open(zmq.ROUTER, ours, name)
            self.evcxr[name] = self.open(zmq.DEALER, evcxrs, name)
        self.heart = self.open(zmq.REP, ours, "hb")
        self.out = self.open(zmq.PUB, ours, "iopub")
        self.heard = self.open(zmq.SUB, evcxrs, "iopub")
        self.waiting = deque()
        self.request = self.held = None

    def open(self, kind, connection, name):
        socket = self.zmq.socket(kind)
        socket.linger = 1000
        # Nothing is dropped, however much a cell shows.
        socket.set_hwm(0)
        address = f"{connection['transport']}://{connection['ip']}:{connection[name + '_port']}"
        if kind in (zmq.DEALER, zmq.SUB):
            socket.setsockopt(zmq.ROUTING_ID, NAME)
            socket.connect(address)
        else:
            socket.bind(address)
        if kind == zmq.SUB:
            socket.subscribe(b"")
        return socket

    # Messages of our own

    def sign(self, parts):
        if not self.key:
            return b""
        return hmac.new(self.key, b"".join(parts), hashlib.sha256).hexdigest().encode()

    def message(self, kind, about, content, client=()):
        """A message about a request, in the words of Jupyter's protocol."""
        asked = json.loads(about)
        header = {
            "msg_id": str(uuid.uuid4()),
            "msg_type": kind,
            "session": asked["session"],
            "username": "kernel",
            "date": datetime.now(timezone.utc).isoformat(),
            "version": "5.3",
        }
        parts = [json.dumps(header).encode(), about, b"{}", json.dumps(content).encode()]
        return [*client, DELIMITER, self.sign(parts), *parts]

    def changed(self, message, content):
        parts = [message.header, message.parent, message.metadata, json.dumps(content).encode()]
        return [*message.client, DELIMITER, self.sign(parts), *parts]

    def publish(self, kind, request, content):
        self.out.send_multipart([kind.encode(), *self.message(kind, request.header, content)])

    # From evcxr to Jupyter

    def hear(self, frames):
        message = Message(frames)
        request = self.request
        if not request or message.parent_id != request.id:
            self.out.send_multipart(frames)
            return
        blank, self.held = self.held, None
        if message.kind == "execute_result":
            content = message.read()
            if error := error_in(content["data"]):
                if content["data"]:
                    self.out.send_multipart(self.changed(message, content))
                self.fail(error)
                return
        elif message.kind == "error":
            error = message.read()
            if error["evalue"].startswith(ENDED) and "SIGKILL" not in error["evalue"]:
                error["traceback"].append(f"{DIM}{ALL_LOST}{PLAIN}")
                frames = self.changed(message, error)
            request.error = request.error or error
        if blank:
            self.out.send_multipart(blank)
        if message.kind == "status" and message.read()["execution_state"] == "idle":
            request.idle = frames
            self.finish()
        elif message.kind == "stream" and message.read() == {"name": "stdout", "text": "\n"}:
            # A panic in the middle of a line ends that line. One at its start leaves an empty line.
            self.held = frames
        else:
            self.out.send_multipart(frames)

    def fail(self, error):
        request = self.request
        request.error = told(error, request.read()["code"])
        self.publish("error", request, request.error)

    def answer(self, frames):
        message = Message(frames)
        if self.request and message.parent_id == self.request.id:
            self.request.reply = frames
            # Where rust-analyzer panicked, all that comes later does.
            if PANICKED in str(message.read().get("ename")):
                self.break_down()
            self.finish()
        else:
            self.jupyter["shell"].send_multipart(frames)

    def finish(self):
        request = self.request
        if not request.is_done():
            request.since = time.monotonic()
            return
        stops = request.error and request.read().get("stop_on_error", True)
        # What came before the answer was not sent because of it.
        aborted = self.take_cells() if stops else []
        self.request = None
        if request.reply:
            reply = Message(request.reply)
            if request.error and reply.kind == "execute_reply":
                content = {**reply.read(), **request.error, "status": "error"}
                request.reply = self.changed(reply, content)
            elif request.shift and reply.read()["status"] == "ok":
                request.reply = self.changed(reply, shifted(reply.read(), request.shift))
            self.jupyter["shell"].send_multipart(request.reply)
        self.out.send_multipart(request.idle)
        self.abort(aborted)
        self.ask()

    def take_cells(self):
        """Takes the cells that wait, with those that were sent together and are still on their way."""
        while self.jupyter["shell"].poll(20):
            self.waiting.append(self.jupyter["shell"].recv_multipart())
        cells = [frames for frames in self.waiting if Message(frames).kind == "execute_request"]
        self.waiting = deque(frames for frames in self.waiting if frames not in cells)
        return cells

    def abort(self, cells):
        for request in map(Message, cells):
            self.publish("status", request, {"execution_state": "busy"})
            self.reply(request, {"status": "aborted"})
            self.publish("status", request, {"execution_state": "idle"})

    def reply(self, request, content):
        kind = request.kind.replace("request", "reply")
        self.jupyter["shell"].send_multipart(self.message(kind, request.header, content, request.client))

    def check(self):
        """Looks for an answer that is overdue."""
        request = self.request
        if not request or not request.since or time.monotonic() < request.since + LATE:
            return
        if request.reply:
            request.idle = self.idle_of(request)
            self.finish()
        else:
            self.break_down()

    def idle_of(self, request):
        return self.message("status", request.header, {"execution_state": "idle"})

    def break_down(self):
        """Says that evcxr does not answer any more, and ends it."""
        request = self.request
        error = {"ename": "evcxr", "evalue": BROKEN, "traceback": [f"{RED}{BROKEN}{PLAIN}"]}
        if request.kind == "execute_request":
            self.publish("error", request, error)
        self.reply(request, {"status": "error", "execution_count": 0, **error})
        self.out.send_multipart(request.idle or self.idle_of(request))
        self.abort(self.take_cells())
        self.end()
        os.kill(PARENT, signal.SIGKILL)
        sys.exit(1)

    # From Jupyter to evcxr

    def ask(self):
        while not self.request and self.waiting:
            request = Request(self.waiting.popleft())
            content = request.read()
            if request.kind == "complete_request":
                code, shift = alone(content["code"], content["cursor_pos"])
                if code is None:
                    self.publish("status", request, {"execution_state": "busy"})
                    self.reply(request, NO_NAMES)
                    self.publish("status", request, {"execution_state": "idle"})
                    continue
                request.shift = shift
                request.frames = self.changed(request, {**content, "code": code, "cursor_pos": content["cursor_pos"] - shift})
            elif request.kind == "inspect_request":
                place = end_of_name(content["code"], content["cursor_pos"])
                request.frames = self.changed(request, {**content, "cursor_pos": place})
            self.request = request
            self.evcxr["shell"].send_multipart(request.frames)

    def begin(self):
        """Waits until evcxr answers, and until what it publishes is heard."""
        about = json.dumps({"session": str(uuid.uuid4())}).encode()
        while os.getppid() == PARENT:
            self.evcxr["shell"].send_multipart(self.message("kernel_info_request", about, {}))
            while not self.evcxr["shell"].poll(1000) and os.getppid() == PARENT:
                pass
            if self.evcxr["shell"].poll(0):
                self.evcxr["shell"].recv_multipart()
            if self.heard.poll(200):
                while self.heard.poll(50):
                    self.heard.recv_multipart()
                return

    def end(self):
        self.zmq.destroy(linger=1000)

    def serve(self):
        self.begin()
        poller = zmq.Poller()
        ways = {self.heard: self.hear, self.evcxr["shell"]: self.answer}
        ways[self.jupyter["shell"]] = lambda frames: (self.waiting.append(frames), self.ask())
        ways[self.heart] = self.heart.send_multipart
        for name in ("control", "stdin"):
            ways[self.jupyter[name]] = self.evcxr[name].send_multipart
            ways[self.evcxr[name]] = self.jupyter[name].send_multipart
        for socket in ways:
            poller.register(socket, zmq.POLLIN)
        while os.getppid() == PARENT:
            for socket, _ in poller.poll(500):
                ways[socket](socket.recv_multipart())
            self.check()
        self.end()


def error_in(data):
    """Takes an error out of what a cell shows: fields and a text."""
    if MIME in data:
        head, _, text = data.pop(MIME).partition("\n\n")
        fields = dict(line.split(" ", 1) for line in head.splitlines() if " " in line)
        return {**fields, "text": text}
    # What has no display of its own is shown as `Debug`.
    if list(data) == ["text/plain"] and data["text/plain"].startswith("Err("):
        return {"kind": "Err", "text": data.pop("text/plain")[4:-1]}
    return None


def alone(code, cursor):
    """The code to complete a name in, and how many letters before it are left out; `None` where there is no name.

    Where a certain type is expected, rust-analyzer also tries what could be put together to have it. That panics in many
    cells (ra_ap_hir 0.0.347, `must_unify`), and evcxr never answers again. So a name is completed in a statement of
    its own, where nothing is expected. What follows a `.` or a `::` is left where it is.
    """
    before = code[:cursor]
    name = re.search(r"\w*$", before)[0]
    rest = before[: len(before) - len(name)]
    if re.search(r"(?<!\.)\.\s*$|::\s*$", rest) or rest.rpartition("\n")[2].lstrip().startswith((":", "!")):
        return code, 0
    if not name or name[0].isdigit() or name in KEYWORDS:
        return None, 0
    kept = statements(rest)
    return f"{kept}\n{name};", len(rest) - len(kept) - 1


def statements(rest):
    """What ends where a statement may begin: after a `;`, a block, within a block, a closure or an arm of a `match`."""
    depth, arm = 0, None
    for index in range(len(rest) - 1, -1, -1):
        sign = rest[index]
        block = sign == "}" and rest[index + 1 :].lstrip(" ").startswith("\n")
        if depth == 0 and (sign in ";|" or block or sign == "{" and not arm):
            return rest[: index + 1] + ("{" if sign == "|" else "")
        if depth == 0 and sign == "{":
            return rest[:arm] + "{"
        if depth == 0 and sign in "([":
            arm = None
        elif sign in "([{":
            depth -= 1
        elif sign in ")]}":
            depth += 1
        elif depth == 0 and rest.startswith("=>", index):
            arm = arm or index + 2
    return ""


def shifted(content, shift):
    for names in (content, *content["metadata"].get("_jupyter_types_experimental", [])):
        for end in ("cursor_start", "cursor_end", "start", "end"):
            if end in names:
                names[end] += shift
    return content


def end_of_name(code, cursor):
    """Where evcxr looks for a name: at its end, with the `(` of a call. Among a call's arguments it is the call's."""
    if not re.search(r"\w$", code[:cursor]) and not re.match(r"\w", code[cursor:]):
        depth = 0
        for index in range(cursor - 1, -1, -1):
            depth += (code[index] in ")]}") - (code[index] in "([{")
            if depth < 0:
                cursor = index
                break
    cursor += len(re.match(r"\w*", code[cursor:])[0])
    return cursor + (code[cursor : cursor + 1] == "(")


def told(error, code):
    """An error as Jupyter shows it."""
    kind, (text, *backtrace) = error["kind"], error["text"].strip().split("\nstack backtrace:\n")
    report = [f"{RED}{BOLD}{kind}{PLAIN}{RED}: {text}{PLAIN}"]
    if "lines" in error:
        report += where(error, code.splitlines())
        if re.search("^let ", code, re.MULTILINE):
            report.append(f"{DIM}{LOST}{PLAIN}")
    return {"ename": kind, "evalue": text, "traceback": report + backtrace}


def where(error, cell):
    """The line of the cell that failed, and what it called."""
    # Without what cell_errors.rs has put between the statements.
    source = re.sub(r"lossbook_cell::at\(\d+\);", "", (Path(CRATE) / "src/lib.rs").read_text()).splitlines()
    # What shows a value stands on a line before it.
    lines = [int(line) + source[int(line) - 1].endswith("(") for line in error["lines"].split()]
    known = [line_of_cell(cell, source, line) for line in lines]
    if known[0] is None and "place" not in error:
        yield f"in code of an earlier cell: {source[lines[0] - 1].strip()}"
    # Where it is in std, the text says all.
    elif "place" in error and "/rustlib/" not in error["place"] and not error["place"].startswith("/rustc/"):
        yield "in " + re.sub(".*/registry/src/[^/]*/", "", error["place"])
    if number := next(filter(None, known), None):
        yield f"{BOLD}line {number}{PLAIN} of this cell: {cell[number - 1].strip()}"


def line_of_cell(cell, source, line):
    """Which line of a cell is this line of what evcxr makes of it; it breaks lines, and adds some between."""
    text = source[line - 1].strip()

    def alike(index):
        above = zip(reversed(cell[: index + 1]), reversed(source[:line]), strict=False)
        return next((n for n, (ours, theirs) in enumerate(above) if theirs.strip() not in ours), index + 1)

    found = [index for index, ours in enumerate(cell) if text and text in ours]
    return max(found, key=alike) + 1 if found else None


PARENT = os.getppid()
if __name__ == "__main__":
    # Ctrl-C in a terminal is for the server.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        front = Front()
    except zmq.ZMQError:
        # Another has taken a port that Jupyter chose. A kernel that ends is started anew, with others.
        os.kill(PARENT, signal.SIGKILL)
        raise
    front.serve()
