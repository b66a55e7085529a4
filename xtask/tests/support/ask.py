"""Speaks with the kernel for kernel.rs: `xtask python ask.py REQUESTS`, and answers in JSON on stdout.

REQUESTS is JSON, [[kind, code], ...]. Kind is `complete` or `inspect`, at the end of the code, `execute`, or `queue`:
that cell is sent together with the next. An answer holds what came: the reply's content, "seconds", the
"outputs" of a cell, the "text" of an inspection.
"""

import json
import queue
import sys
import time

from jupyter_client.manager import start_new_kernel

LIMIT = 120


def outputs(client, request):
    """What a cell showed, until a while after it was done."""
    found, end = [], time.monotonic() + LIMIT
    while time.monotonic() < end:
        try:
            message = client.get_iopub_msg(timeout=0.2)
        except queue.Empty:
            continue
        kind, content = message["msg_type"], message["content"]
        if message["parent_header"].get("msg_id") != request:
            continue
        if kind == "status" and content["execution_state"] == "idle":
            end = time.monotonic() + 0.3
        elif kind in ("stream", "execute_result", "error"):
            found.append({"output_type": kind, **content})
    return found


def reply(client, request):
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        message = client.get_shell_msg(timeout=LIMIT)
        if message["parent_header"].get("msg_id") == request:
            return message["content"]
    raise TimeoutError(request)


def answer(client, kind, request):
    start = time.monotonic()
    shown = outputs(client, request) if kind == "execute" else []  # a queued cell's may come earlier
    try:
        content = reply(client, request)
    except (TimeoutError, queue.Empty):
        return {"status": "no answer"}
    text = content.get("data", {}).get("text/plain", "")
    seconds = time.monotonic() - start
    return {**content, "text": text, "outputs": shown, "seconds": seconds}


manager, client = start_new_kernel(kernel_name="lossbook", startup_timeout=300, stdout=sys.stderr, stderr=sys.stderr)
try:
    ways = {
        "queue": lambda code: client.execute(code, allow_stdin=False),
        "execute": lambda code: client.execute(code, allow_stdin=False),
        "complete": lambda code: client.complete(code, len(code)),
        "inspect": lambda code: client.inspect(code, len(code)),
    }
    answers, sent = [], []
    for kind, code in json.loads(sys.argv[1]):
        sent.append((kind, ways[kind](code)))
        if kind != "queue":
            answers += [answer(client, *request) for request in sent]
            sent = []
        if answers and answers[-1]["status"] == "no answer":
            break
    print(json.dumps(answers))
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
