"""Opens the course in JupyterLab as a reader does.

First while its kernel is still built: what is stored can be read, cells wait, and run when the kernel is there.
Then with a kernel ready: a chapter's first cells show their table and their chart.

usage: browser_test.py [CHAPTER [CELLS [PICTURE]]]      (needs chromium; starts `cargo lab` itself)

How long the reader waits is printed, not judged: it is another machine's tomorrow.
"""

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

CHECKOUT = Path(__file__).resolve().parent.parent
CHAPTER = sys.argv[1] if len(sys.argv) > 1 else "09_residuals"
CELLS = int(sys.argv[2]) if len(sys.argv) > 2 else 8
PICTURE = sys.argv[3] if len(sys.argv) > 3 else None
PORT = 8917
HOME = Path(os.environ.get("LOSSBOOK_HOME") or Path.home() / ".cache/lossbook")


def bare_copy(chapter):
    """The chapter without its outputs, beside it: JupyterLab saves what it shows, and the chapter is not ours to change."""
    notebook = json.loads((CHECKOUT / "notebooks" / f"{chapter}.ipynb").read_text())
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    copy = CHECKOUT / "notebooks" / f"browser_test_{chapter}.ipynb"
    copy.write_text(json.dumps(notebook))
    return copy


class Lab:
    """`cargo lab`; everything that it prints is passed on."""

    def __init__(self):
        self.process = subprocess.Popen(
            ["cargo", "lab", "--no-browser", "--port", str(PORT)],
            cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )
        self.said = ""
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            print("   |", line, end="", flush=True)
            self.said += line

    def wait_for(self, pattern):
        while not (found := re.search(pattern, self.said)):
            if self.process.poll() is not None:
                raise SystemExit(f"`cargo lab` ended ({self.process.returncode}) before it said: {pattern}")
            time.sleep(0.1)
        return found

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()


def look(page, url, token, name):
    opened = time.monotonic()
    page.goto(f"{url}/lab/tree/{name}?token={token}")
    # JupyterLab also opens, hidden, what the developer had open last.
    panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    panel.locator(".jp-Cell").first.wait_for(timeout=60_000)
    # JupyterLab drops what is run before the kernel has connected; its status bar tells.
    page.get_by_text("Rust (lossbook) | Idle").wait_for(timeout=120_000)
    print(f"    {time.monotonic() - opened:.1f} s from the address to a notebook with a kernel")
    panel.locator(".jp-Notebook .jp-Cell").first.click()
    run = time.monotonic()
    # Not "Run All Cells": JupyterLab goes to the last cell then, and draws no other.
    for _ in range(CELLS):
        page.keyboard.press("Shift+Enter")
    panel.locator(".jp-CodeCell .jp-InputPrompt", has_text=re.compile(r"\[\d+\]:")).first.wait_for(timeout=180_000)
    print(f"    {time.monotonic() - run:.1f} s from the first Shift+Enter to the end of the setup cell")
    # Tables and charts are what the reader came for; a chart that plotly.js drew has an <svg class="main-svg">.
    chart = panel.locator(".js-plotly-plot").first
    expect(chart.locator("svg.main-svg").first).to_be_attached(timeout=180_000)
    print(f"    {time.monotonic() - run:.1f} s from the first Shift+Enter to the first chart")
    expect(panel.locator(".jp-OutputArea-output table").first).to_be_attached(timeout=180_000)
    chart.scroll_into_view_if_needed()
    expect(chart).to_be_visible()
    assert panel.locator('[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0, "stderr text in an output"
    # Interactive: pointing at the chart shows the values there.
    box = chart.locator(".nsewdrag").first.bounding_box()
    for part in range(1, 20):
        page.mouse.move(box["x"] + box["width"] * part / 20, box["y"] + box["height"] / 2, steps=3)
        if chart.locator(".hoverlayer text").count():
            break
    else:
        raise AssertionError("pointing at the chart shows no values")


def read_while_the_kernel_is_built(browser):
    """As long as this holds the lock of the build, that is at work; and this checkout's crate counts as not compiled."""
    with open(HOME / "setup.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for stamp in HOME.glob("kernel-*/checkouts/*"):
            if f"{CHECKOUT}/Cargo.toml " in stamp.read_text():
                stamp.unlink()
        lab = Lab()
        try:
            page = browser.new_page(viewport={"width": 1200, "height": 1000})
            page.goto(lab.wait_for(r"http://(?:localhost|127\.0\.0\.1):\d+/lab\S*token=\w+")[0])
            panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
            notice = page.locator("#lossbook-notice")
            expect(notice).to_contain_text("The Rust kernel is being built", timeout=60_000)
            expect(notice).to_contain_text("about 2 min left")
            cells = panel.locator(".jp-CodeCell")
            cells.nth(1).locator(".jp-InputArea-editor").click()
            page.keyboard.press("Shift+Enter")
            waits = cells.nth(1).locator(".jp-InputPrompt")
            expect(waits).to_have_text("[*]:")
            # JupyterLab draws what is near what is shown.
            page.mouse.move(700, 500)
            for seen in [".jp-OutputArea-output table", ".js-plotly-plot svg.main-svg"]:
                for _ in range(300):
                    if panel.locator(seen).count():
                        break
                    page.mouse.wheel(0, 300)
                    page.wait_for_timeout(100)
                else:
                    raise AssertionError(f"the chapter stores no {seen}")
            expect(waits).to_have_text("[*]:")
            assert page.locator(".jp-Dialog").count() == 0
            print("    the stored table and chart are there, a cell waits, and the kernel is not built yet")

            fcntl.flock(lock, fcntl.LOCK_UN)
            expect(notice).to_contain_text("The Rust kernel is ready", timeout=180_000)
            page.mouse.wheel(0, -1_000_000)
            expect(waits).to_have_text(re.compile(r"\[\d+\]:"), timeout=180_000)
            print("    the kernel connected by itself, and ran the cell")
            page.close()
        finally:
            lab.stop()


def run_a_chapter(browser):
    copy = bare_copy(CHAPTER)
    lab = Lab()
    try:
        url, token = lab.wait_for(r"(http://(?:localhost|127\.0\.0\.1):\d+)/lab\S*token=(\w+)").groups()
        lab.wait_for("It is ready|No kernel is kept ready")
        page = browser.new_page(viewport={"width": 1200, "height": 1000})
        try:
            look(page, url, token, copy.name)
        finally:
            if PICTURE:
                page.screenshot(path=PICTURE)
    finally:
        lab.stop()
        copy.unlink()


def main():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        )
        if not sys.argv[1:]:
            start_here = CHECKOUT / "notebooks" / "00_start_here.ipynb"
            before = start_here.read_bytes()
            try:
                read_while_the_kernel_is_built(browser)
            finally:
                # JupyterLab may have saved what ran.
                start_here.write_bytes(before)
        run_a_chapter(browser)
        browser.close()
    print(f"passed: {CHAPTER} shows its table and an interactive chart")


main()
