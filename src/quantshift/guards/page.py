"""The page of a guard: one self-contained HTML file in the style of the report."""

import math
from pathlib import Path

from markupsafe import Markup

from quantshift.core.members import PACKAGE
from quantshift.decision.numbers import exact_percent
from quantshift.guards import summary
from quantshift.guards.promise import BROKEN, HELD
from quantshift.plotting import html

TEMPLATES = Path(__file__).parent / "templates"
STYLE = PACKAGE / "report/templates/page.css"
# The axis of the picture in a row: logarithmic, from a thirtieth of the accepted share to 1, in these units.
WIDTH, HEIGHT, PARTS = 220, 22, 30
BADGES = {HELD: "ship", BROKEN: "do-not-ship"}


def render(record: summary.Record) -> str:
    """Return the page.

    Args:
        record: the record of a guard that was written.
    """
    environment = html.environment(TEMPLATES)
    rows = [
        {
            "name": cells[0],
            "cells": cells[1:-1],
            "promise": item["promise"],
            "badge": BADGES.get(item["promise"], "cannot-tell"),
            "picture": picture(item, record["accept"]),
        }
        for cells, item in zip(summary.rows(record)[1:], record["test_sets"], strict=True)
    ]
    return environment.get_template("guard.html.j2").render(
        record=record,
        style=Markup(STYLE.read_text(encoding="utf-8")),
        sentence=summary.sentence(record),
        facts=summary.facts(record),
        header=summary.HEADER[1:-1],
        rows=rows,
        shift_sentence=summary.shift_sentence(record),
        accept=exact_percent(record["accept"]),
    )


def picture(outcome: summary.Record, accept: float) -> Markup:
    """Return a test set's rates on a logarithmic axis (SVG): before the guard, and with it, with its interval.

    Args:
        outcome: the outcome on the test set.
        accept: the accepted share, in 0..1.
    """
    low, high, rate, before, limit = (
        _place(value, accept / PARTS)
        for value in (outcome["low"], outcome["high"], outcome["rate"], outcome["rate_before"], accept)
    )
    middle = HEIGHT / 2
    # Numbers alone, so nothing needs to be escaped.
    return Markup(
        f'<svg class="rates" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" aria-hidden="true">'
        f'<line class="axis" x1="0" x2="{WIDTH}" y1="{middle}" y2="{middle}"/>'
        f'<line class="accept" x1="{limit:.1f}" x2="{limit:.1f}" y1="0" y2="{HEIGHT}"/>'
        f'<line class="interval" x1="{low:.1f}" x2="{high:.1f}" y1="{middle}" y2="{middle}"/>'
        f'<circle class="before" cx="{before:.1f}" cy="{middle}" r="4"/>'
        f'<circle class="after" cx="{rate:.1f}" cy="{middle}" r="4"/></svg>'
    )


def _place(rate: float, floor: float) -> float:
    """Return the place of a rate on the axis; rates below its start are at the start.

    >>> _place(1.0, 0.01), _place(0.0, 0.01)
    (215.0, 5.0)
    """
    share = 1 - math.log(max(rate, floor)) / math.log(floor)
    return 5 + share * (WIDTH - 10)
