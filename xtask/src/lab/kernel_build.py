"""Builds the Rust kernel while JupyterLab is open on what the chapters store.

A chapter's kernel can be started from the beginning: it waits for the build, and JupyterLab holds back the
cells until it answers. The build ends with this process, whose end of its stdin closes then.
"""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.web import Finish


class Connection(ZMQChannelsWebsocketConnection):
    """A page's connection to a kernel. It is made when the kernel answers; the page may be gone by then."""

    async def prepare(self):
        await super().prepare()
        if self.websocket_handler.connection is None:
            raise Finish  # Else Jupyter prints a traceback.


def start(build):
    """Starts it where there is a command for it; gives an event that is set when there is a kernel."""
    is_built = threading.Event()
    notice = Path(build["notice"])
    if build["command"] is None:
        tell(notice, "ready")
        is_built.set()
    else:
        tell(notice, "building", "the build begins")
        sys.argv.append(f"--ServerApp.kernel_websocket_connection_class={__name__}.Connection")
        # The kernels inherit it.
        os.environ[build["variable"]] = build["built"]
        print(
            "The course can be read now, with all that the chapters show. Behind it the Rust kernel is built, once; "
            "cells wait for it.",
            flush=True,
        )
        threading.Thread(target=run, args=(build, notice, is_built), daemon=True).start()
    return is_built


def run(build, notice, is_built):
    process = subprocess.Popen(build["command"], stdin=subprocess.PIPE)
    if process.wait() == 0:
        Path(build["built"]).touch()
        is_built.set()
        tell(notice, "ready")
        print("The Rust kernel is built: the cells run now.", flush=True)
        return
    if json.loads(notice.read_text())["state"] != "failed":
        tell(notice, "failed", "The build of the Rust kernel was ended. Most often memory was short: close other programs.")
    print(
        "The Rust kernel could not be built; why stands above. The chapters can be read all the same. "
        "When it is mended, end this by Ctrl-C and run `cargo lab` again: it carries on where it stopped.",
        flush=True,
    )


def tell(notice, state, text=""):
    new = notice.with_suffix(".new")
    new.write_text(json.dumps({"state": state, "text": text, "seconds": 0}))
    new.replace(notice)
