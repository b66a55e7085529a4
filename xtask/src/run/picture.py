"""Draws plotly figures as PNG for `cargo notebooks --update`; started by xtask, not by hand.

Reads a list of figures as JSON from stdin, writes the list of their pictures as JSON to stdout. All
are drawn in one start of the browser, with the plotly.js of the installed Python package: no network.
"""

import asyncio
import base64
import io
import json
import sys

# JupyterLab's plotly extension shows the picture dot for dot until the mouse enters it, and only then
# draws the chart: so one dot a pixel, and a width that fits beside the file list of a small screen.
WIDTH, HEIGHT = 700, 420
# A chart has a few hues, shaded at their edges: 64 colours look the same and take a fifth of the bytes.
COLOURS = 64
# What is coloured by a scale has many: with 64 it falls into steps that are not in the data.
SHADES = 256
SHADED = {"heatmap", "contour", "histogram2d", "histogram2dcontour", "surface", "mesh3d"}


def fail(**why):
    print(json.dumps(why))
    sys.exit(1)


try:
    import kaleido
    import plotly  # noqa: F401  (kaleido takes plotly.js from it, and else from the network)
    from PIL import Image
except ImportError as error:
    fail(package=error.name)


def small(png, colours):
    picture = Image.open(io.BytesIO(png)).convert("RGBA")
    picture = picture.quantize(colors=colours, method=Image.Quantize.FASTOCTREE)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return base64.b64encode(out.getvalue()).decode()


async def draw(figures):
    pictures = []
    async with kaleido.Kaleido(n=1, mathjax=False) as browser:
        for figure in figures:
            layout = figure.get("layout", {})
            width, height = layout.get("width") or WIDTH, layout.get("height") or HEIGHT
            png = await browser.calc_fig(figure, opts={"format": "png", "width": width, "height": height})
            shaded = any(trace.get("type") in SHADED for trace in figure.get("data", []))
            pictures.append(small(png, SHADES if shaded else COLOURS))
    return pictures


try:
    pictures = asyncio.run(draw(json.load(sys.stdin)))
except Exception as error:
    if type(error).__name__ in ("ChromeNotFoundError", "BrowserFailedError"):
        fail(browser=str(error))
    fail(error=f"{type(error).__name__}: {error}")
print(json.dumps(pictures))
