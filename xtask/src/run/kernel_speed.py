"""Times a chapter's cells in a kernel for `cargo kernel-speed`; started by xtask, not by hand.

Reads one request from stdin and answers with one line on stdout, both JSON:
    {"kernel": name, "folder": path, "before": [cells], "cells": [cells]}
    -> {"start": s, "before": [run, ...], "cells": [run, ...], "bytes": resident memory}
A run is {"seconds": s, "shows": [MIME types], "failed": null or why}; its time ends when the kernel
has answered and its outputs have arrived. "before" is run first, in the same kernel.
"""

import json
import sys
import time

import psutil
from jupyter_client import KernelManager

# The first cell of a kernel without a cache compiles every crate.
LIMIT = 3600


def main():
    request = json.load(sys.stdin)
    manager = KernelManager(kernel_name=request["kernel"])
    begin = time.monotonic()
    # The kernel's own words would spoil our answer on stdout.
    manager.start_kernel(cwd=request["folder"], stdout=sys.stderr, stderr=sys.stderr)
    client = manager.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=LIMIT)
        answer = {"start": time.monotonic() - begin}
        answer["before"] = [run(client, code) for code in request["before"]]
        answer["cells"] = [run(client, code) for code in request["cells"]]
        answer["bytes"] = resident(manager.provisioner.pid)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    print(json.dumps(answer))


def run(client, code):
    shows = set()

    def see(message):
        if message["msg_type"] in ("execute_result", "display_data"):
            shows.update(message["content"]["data"])

    begin = time.monotonic()
    reply = client.execute_interactive(code, allow_stdin=False, output_hook=see, timeout=LIMIT)
    seconds = time.monotonic() - begin
    return {"seconds": seconds, "shows": sorted(shows), "failed": reply["content"].get("evalue")}


def resident(pid):
    """Memory of the kernel and of the process that runs its cells."""
    kernel = psutil.Process(pid)
    return sum(process.memory_info().rss for process in [kernel, *kernel.children(recursive=True)])


main()
