"""Draw docs/data_flow.svg from docs/data_flow.toml: ``python docs/data_flow.py`` (standard library only)."""

import tomllib
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

FOLDER = Path(__file__).parent
SOURCE, PICTURE = FOLDER / "data_flow.toml", FOLDER / "data_flow.svg"

WIDTH, HEIGHT = 172, 44  # of a box, in pixels
STEP_X, STEP_Y = 204, 78  # from a box to the next
EDGE = 18  # around the picture

STYLE = """
  .box { fill: #f2f6fb; stroke: #4a6d94; }
  .torch { fill: #fdf1e3; stroke: #b5752b; }
  .name { font: 600 14px system-ui, sans-serif; fill: #14202e; text-anchor: middle; }
  .package { font: 12px ui-monospace, monospace; fill: #51606f; text-anchor: middle; }
  .arrow { fill: none; stroke: #66788a; stroke-width: 1.4; marker-end: url(#head); }
  .again { stroke: #b5752b; stroke-dasharray: 5 3; }
"""


def draw(source: dict[str, Any]) -> str:
    """Return the SVG of the stages and arrows in `source`, the parsed data_flow.toml."""
    stages = source["stages"]
    width = 2 * EDGE + WIDTH + STEP_X * max(stage["column"] for stage in stages.values())
    height = 2 * EDGE + HEIGHT + STEP_Y * max(stage["row"] for stage in stages.values())
    places = {(stage["column"], stage["row"]) for stage in stages.values()}
    arrows = [arrow(stages[name], stages[target], places) for name, ends in source["arrows"].items() for target in ends]
    boxes = [box(name, stage) for name, stage in stages.items()]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img">',
            "<title>The stages of a study and what each needs from the others</title>",
            f"<style>{STYLE}</style>",
            '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
            'orient="auto"><path d="M0 0L8 4L0 8z" fill="context-stroke"/></marker></defs>',
            f'<rect width="{width}" height="{height}" rx="8" fill="#ffffff"/>',
            *arrows,
            *boxes,
            "</svg>\n",
        ]
    )


def corner(stage: dict[str, Any]) -> tuple[int, int]:
    """Return the upper left corner (x, y) of a stage's box."""
    return EDGE + STEP_X * stage["column"], EDGE + STEP_Y * stage["row"]


def box(name: str, stage: dict[str, Any]) -> str:
    """Return the box of a stage: its name and the package that does the work; what needs torch has another colour."""
    x, y = corner(stage)
    middle = x + WIDTH // 2
    kind = "box torch" if stage["package"] == "training" or name == "graph" else "box"
    label = escape(stage.get("label", name.replace("_", " ")))
    return (
        f'<rect class="{kind}" x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="6"/>'
        f'<text class="name" x="{middle}" y="{y + 19}">{label}</text>'
        f'<text class="package" x="{middle}" y="{y + 35}">{escape(stage["package"])}/</text>'
    )


def arrow(start: dict[str, Any], end: dict[str, Any], places: set[tuple[int, int]]) -> str:
    """Return an arrow between two stages: down, across in a row, or up where a model passes through stages again.

    A long arrow runs down in the column of its start, or in that of its end if a box of `places` (column, row) is in
    the way.
    """
    (x1, y1), (x2, y2) = corner(start), corner(end)
    if y1 == y2:
        return f'<path class="arrow" d="M{x1 + WIDTH} {y1 + HEIGHT // 2}L{x2 - 2} {y2 + HEIGHT // 2}"/>'
    if y1 > y2:
        left = x2 < x1
        begin = (x1 if left else x1 + WIDTH // 2, y1 + HEIGHT // 2 if left else y1)
        stop = (x2 + WIDTH // 2, y2 + HEIGHT + 2) if left else (x2 - 2, y2 + HEIGHT // 2)
        bend = (stop[0], begin[1]) if left else (begin[0], stop[1])
        return f'<path class="arrow again" d="M{begin[0]} {begin[1]}Q{bend[0]} {bend[1]} {stop[0]} {stop[1]}"/>'
    begin, stop = (x1 + WIDTH // 2, y1 + HEIGHT), (x2 + WIDTH // 2, y2 - 2)
    gap = STEP_Y - HEIGHT
    if any((start["column"], row) in places for row in range(start["row"] + 1, end["row"])):
        middle, turn = begin[1] + gap // 2, begin[1] + gap
        path = f"M{begin[0]} {begin[1]}C{begin[0]} {middle} {stop[0]} {middle} {stop[0]} {turn}L{stop[0]} {stop[1]}"
    else:
        middle, turn = stop[1] - gap // 2, stop[1] - gap
        path = f"M{begin[0]} {begin[1]}L{begin[0]} {turn}C{begin[0]} {middle} {stop[0]} {middle} {stop[0]} {stop[1]}"
    return f'<path class="arrow" d="{path}"/>'


if __name__ == "__main__":
    PICTURE.write_text(draw(tomllib.loads(SOURCE.read_text(encoding="utf-8"))), encoding="utf-8")
