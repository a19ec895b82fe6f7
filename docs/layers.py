"""Draw docs/layers.svg from import-linter's layers in pyproject.toml: ``python docs/layers.py`` (standard library)."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

FOLDER = Path(__file__).parent
SOURCE, PICTURE = FOLDER.parent / "pyproject.toml", FOLDER / "layers.svg"

WIDTH, HEIGHT = 104, 28  # of a package's box, in pixels
STEP_X = 112  # from a box to the next
BAND, STEP_Y = 40, 46  # height of a layer, and the distance to the next
EDGE = 18  # around the picture
MARGIN = 30  # left of the layers, for the arrow

STYLE = """
  .layer { fill: #e9eff7; }
  .box { fill: #ffffff; stroke: #4a6d94; }
  .name { font: 12.5px ui-monospace, monospace; fill: #14202e; text-anchor: middle; }
  .word { font: 13px system-ui, sans-serif; fill: #51606f; text-anchor: middle; }
  .arrow { fill: none; stroke: #66788a; stroke-width: 1.4; marker-end: url(#head); }
"""


def layers(project: dict[str, Any]) -> list[list[str]]:
    """Return the packages of each layer, the top one first, from the parsed pyproject.toml."""
    contracts = project["tool"]["importlinter"]["contracts"]
    lines = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [[name.strip() for name in line.split("|")] for line in lines]


def draw(rows: Sequence[Sequence[str]]) -> str:
    """Return the SVG of the layers: a band for each with a box for each package, and an arrow for the imports."""
    inside = STEP_X * max(map(len, rows)) + STEP_X - WIDTH
    width, height = 2 * EDGE + MARGIN + inside, 2 * EDGE + BAND + STEP_Y * (len(rows) - 1)
    bands = [band(names, EDGE + STEP_Y * row, inside) for row, names in enumerate(rows)]
    x, middle = EDGE + 14, height // 2
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img">',
            "<title>The layers of the package: each imports only from the layers below it</title>",
            f"<style>{STYLE}</style>",
            '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
            'orient="auto"><path d="M0 0L8 4L0 8z" fill="context-stroke"/></marker></defs>',
            f'<rect width="{width}" height="{height}" rx="8" fill="#ffffff"/>',
            f'<path class="arrow" d="M{x} {EDGE + 4}L{x} {height - EDGE - 4}"/>',
            f'<text class="word" x="{x - 8}" y="{middle}" transform="rotate(-90 {x - 8} {middle})">imports</text>',
            *bands,
            "</svg>\n",
        ]
    )


def band(names: Sequence[str], y: int, width: int) -> str:
    """Return a layer at height `y`: a band and its boxes, which are centred in it."""
    left = EDGE + MARGIN
    start = left + (width - WIDTH - STEP_X * (len(names) - 1)) // 2
    boxes = [box(name, start + STEP_X * place, y + (BAND - HEIGHT) // 2) for place, name in enumerate(names)]
    return f'<rect class="layer" x="{left}" y="{y}" width="{width}" height="{BAND}" rx="6"/>' + "".join(boxes)


def box(name: str, x: int, y: int) -> str:
    """Return the box of a package."""
    return (
        f'<rect class="box" x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="5"/>'
        f'<text class="name" x="{x + WIDTH // 2}" y="{y + 18}">{escape(name)}</text>'
    )


if __name__ == "__main__":
    PICTURE.write_text(draw(layers(tomllib.loads(SOURCE.read_text(encoding="utf-8")))), encoding="utf-8")
