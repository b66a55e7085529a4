"""Runs cells in the kernel `lossbook` for `cargo notebooks`; started by xtask, not by hand.

Reads a request a line from stdin and answers each with a line on stdout, both JSON:
    {"code": rust, "until": what, "mark": text, "seconds": limit}  -> {"stopped": null or why}
    {"finish": true}                                              ->  {"cells": [outputs of each run]}
A run proves that it came to its end by what "until" asks for: "mark", "value", or "idle" (none).

Why not nbconvert: it stops listening when the kernel says "idle", and evcxr's stderr often arrives
after that, so that a panic or an `Err` leaves no trace. Here an output is given to the cell that
made it (Jupyter's messages name their parent) until `finish`, and a cell that has printed its mark
on both streams has nothing left on the way.
"""

import json
import queue
import sys
import time

from jupyter_client.manager import start_new_kernel

FOLDER, LOG, STARTUP = sys.argv[1:]
# What evcxr is still sending when it says "idle" comes within milliseconds.
QUIET = 0.05
# Only a cell that ended early makes us wait this long for its mark.
LATE = 5.0
EARLY = "it stopped before its end"


def tell(**answer):
    print(json.dumps(answer), flush=True)


class Kernel:
    def __init__(self, log):
        # The kernel's own words would spoil our answers on stdout.
        self.manager, self.client = start_new_kernel(
            kernel_name="lossbook", cwd=FOLDER, startup_timeout=float(STARTUP), stdout=log, stderr=log
        )
        self.outputs = {}  # by the id of the request that caused them, in order
        self.idle = set()
        self.marks = {}  # mark -> the streams it was seen on

    def run(self, code, until, mark, seconds):
        request = self.client.execute(code, allow_stdin=False)
        outputs = self.outputs[request] = []
        seen = set()
        if until == "mark":
            self.marks[mark] = seen
        limit = time.monotonic() + seconds
        while request not in self.idle:
            if not self.listen(1.0):
                if not self.manager.is_alive():
                    return "the kernel died"
                if time.monotonic() > limit:
                    return f"it did not end within {seconds} seconds"
        limit = time.monotonic() + LATE
        while until == "mark" and len(seen) < 2 and time.monotonic() < limit:
            self.listen(QUIET)
            if any(output["output_type"] == "error" for output in outputs):
                break
        while until != "mark" and self.listen(QUIET):
            pass
        has_value = any(output["output_type"] == "execute_result" for output in outputs)
        reached = {"mark": len(seen) == 2, "value": has_value, "idle": True}[until]
        return None if reached else EARLY

    def listen(self, seconds):
        """Takes one message; False when none came in time."""
        try:
            message = self.client.get_iopub_msg(timeout=seconds)
        except queue.Empty:
            return False
        kind, content = message["msg_type"], message["content"]
        request = message["parent_header"].get("msg_id")
        if kind == "status" and content["execution_state"] == "idle":
            self.idle.add(request)
        elif kind == "stream" and content["text"].rstrip("\n") in self.marks:
            self.marks[content["text"].rstrip("\n")].add(content["name"])
        elif kind in ("stream", "execute_result", "display_data", "error"):
            # Words without a cell of ours still count: the last cell is the likeliest.
            known = request if request in self.outputs else next(reversed(self.outputs), None)
            if known:
                content.pop("transient", None)
                self.outputs[known].append({"output_type": kind, **content})
        return True

    def finish(self):
        cells = list(self.outputs.values())
        self.outputs, self.marks = {}, {}
        return cells


with open(LOG, "wb") as log:
    try:
        kernel = Kernel(log)
    except Exception as error:
        tell(failed=f"{type(error).__name__}: {error}")
        sys.exit(1)
    try:
        tell(ready=True)
        for line in sys.stdin:
            request = json.loads(line)
            if "finish" in request:
                tell(cells=kernel.finish())
            else:
                tell(stopped=kernel.run(**request))
    except KeyboardInterrupt:
        pass
    finally:
        kernel.client.stop_channels()
        kernel.manager.shutdown_kernel(now=True)
