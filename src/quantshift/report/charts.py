"""The page's charts as Vega-Lite specifications without data and without a title, which the page's script fills in."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from quantshift.plotting.style import COLOURS
from quantshift.plotting.words import words
from quantshift.report.curves import LEAST_MARGIN

Layers = alt.LayerChart | alt.FacetChart

DATA = "points"
WIDTH: Any = "container"
# Tick labels of a logarithmic percentage axis.
MARKS = [0, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
VERDICTS = {"supported": "#0072B2", "contradicted": "#D55E00", "open": "#8A8F98"}
SHAPES = {"supported": "circle", "contradicted": "square", "open": "triangle-up"}


def specifications(variants: Sequence[str], metrics: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return all charts by name.

    Args:
        variants: the quantized variants, in the order of their colours.
        metrics: the detectors, in the order of their colours.
    """
    charts = {
        "gains": gains(variants),
        "effects": effects(),
        "roc": detector_lines("alarms", "caught", "agreeing inputs flagged (%)", "disagreements flagged (%)", metrics),
        "precision": detector_lines(
            "caught", "precision", "disagreements flagged (%)", "disagreements among flagged inputs (%)", metrics
        ),
        "margins": margins(),
        "threshold": threshold(),
    }
    return {name: specification(chart) for name, chart in charts.items()}


def specification(chart: Any) -> dict[str, Any]:
    """Return a chart's specification without the schema address and the theme that Altair adds."""
    fields: dict[str, Any] = chart.to_dict()
    return {key: value for key, value in fields.items() if key not in ("$schema", "config")}


def gains(variants: Sequence[str]) -> Layers:
    """Return file size against disagreement on shifted data: one point per model and variant, with its interval."""
    names = [words(variant) for variant in variants]
    colour = alt.Color("variant:N", title="variant", scale=scale(names), legend=alt.Legend(orient="bottom", columns=2))
    base = alt.Chart(alt.NamedData(DATA)).encode(
        x=alt.X("size:Q", title="file size (% of float32's)", scale=alt.Scale(zero=True)), color=colour
    )
    points = base.mark_point(filled=True, size=70, opacity=0.9).encode(
        y=alt.Y(
            "rate:Q",
            title="answers that differ, shifted data (%)",
            scale=alt.Scale(type="symlog", constant=0.05),
            axis=alt.Axis(values=MARKS, labelExpr="datum.value"),
        ),
        shape=alt.Shape("variant:N", title="variant", scale=alt.Scale(domain=names)),
        tooltip=tips("model", "variant", "shift", "differs", "interval", "n", "size", "speed"),
    )
    rules = base.mark_rule(opacity=0.5).encode(y="low:Q", y2="high:Q")
    return alt.layer(rules, points).properties(width=WIDTH, height=320)


def effects() -> Layers:
    """Return one row per scope of a finding: the effect with its interval, and the published effect as a tick."""
    row = alt.Y(
        "scope:N", sort=None, title=None, axis=alt.Axis(labelLimit=230, labelPadding=8, domain=False, ticks=False)
    )
    base = alt.Chart(alt.NamedData(DATA)).encode(y=row)
    tooltip = tips("scope", "verdict", "effect", "interval", "published", "units", "p_value")
    verdicts = list(VERDICTS)
    colour = alt.Color(
        "verdict:N",
        title="verdict",
        scale=alt.Scale(domain=verdicts, range=list(VERDICTS.values())),
        legend=alt.Legend(orient="bottom"),
    )
    shape = alt.Shape("verdict:N", scale=alt.Scale(domain=verdicts, range=[SHAPES[name] for name in verdicts]))
    null = alt.Chart(alt.NamedData(DATA)).mark_rule(strokeDash=[4, 3], opacity=0.7).encode(x="null:Q")
    rules = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", title="effect", scale=alt.Scale(zero=False)), x2="high:Q", color=colour
    )
    ticks = base.mark_tick(thickness=3, size=16, color="#CC79A7").encode(
        x="published_value:Q", tooltip=tips("scope", "published")
    )
    points = base.mark_point(filled=True, size=80, opacity=1).encode(
        x="value:Q", color=colour, shape=shape, tooltip=tooltip
    )
    return alt.layer(null, rules, ticks, points).properties(width=WIDTH, height=alt.Step(26))


def detector_lines(x: str, y: str, x_title: str, y_title: str, metrics: Sequence[str]) -> Layers:
    """Return one line per detector for two percentages, and a dashed line for a detector that guesses."""
    names = [words(metric) for metric in metrics]
    colour = alt.Color("metric:N", title=None, scale=scale(names), legend=alt.Legend(orient="bottom", columns=2))
    dash = alt.StrokeDash("metric:N", title=None, scale=dashes(names))
    base = alt.Chart(alt.NamedData(DATA))
    full = alt.Scale(domain=[0, 100])
    lines = base.mark_line(strokeWidth=2, clip=True).encode(
        x=alt.X(f"{x}:Q", title=x_title, scale=full),
        y=alt.Y(f"{y}:Q", title=y_title, scale=full),
        order="index:Q",
        color=colour,
        strokeDash=dash,
    )
    # Invisible points carry the tooltips of the lines.
    points = base.mark_point(size=120, opacity=0, filled=True).encode(
        x=f"{x}:Q", y=f"{y}:Q", tooltip=tips("metric", "flagged", "caught_share", "precise", "n", "auroc")
    )
    chance = base.mark_line(color="#8A8F98", strokeDash=[2, 3], strokeWidth=1).encode(
        x="chance_x:Q", y="chance_y:Q", order="chance_x:Q"
    )
    return alt.layer(chance, lines, points).properties(width=WIDTH, height=300)


def margins() -> alt.Chart:
    """Return the distributions of the margins of agreeing and of disagreeing inputs, in percent of each kind."""
    names = ["agree", "disagree"]
    base = alt.Chart(alt.NamedData(DATA)).mark_area(interpolate="step-after", opacity=0.45, line=True)
    chart: alt.Chart = base.encode(
        x=alt.X(
            "margin:Q",
            title="margin of the variant, log scale (up to 0.0001 at the left edge; 1 is certain)",
            scale=alt.Scale(type="log", domain=[LEAST_MARGIN, 1]),
            axis=alt.Axis(values=[0.0001, 0.001, 0.01, 0.1, 1], format="~g"),
        ),
        y=alt.Y("share:Q", title="inputs of this kind (% in each bin)", stack=None),
        color=alt.Color("kind:N", title="inputs that", scale=scale(names), legend=alt.Legend(orient="bottom")),
        tooltip=tips("kind", "bin", "inputs", "n"),
    ).properties(width=WIDTH, height=260)
    return chart


def threshold() -> Layers:
    """Return the percentage of disagreements that a margin threshold catches against that of inputs sent to float32."""
    base = alt.Chart(alt.NamedData(DATA)).encode(
        x=alt.X(
            "sent:Q",
            title="inputs sent to the float model (%, square-root scale)",
            scale=alt.Scale(type="sqrt", domain=[0, 100]),
            axis=alt.Axis(values=[0, 1, 5, 10, 20, 40, 60, 80, 100]),
        ),
        y=alt.Y("caught:Q", title="disagreements caught (%)", scale=alt.Scale(domain=[0, 100])),
        order="index:Q",
    )
    line = base.mark_line(color=COLOURS[0], strokeWidth=2)
    points = base.mark_point(color=COLOURS[0], filled=True, size=30).encode(
        tooltip=tips("threshold", "sent_share", "caught_share", "n")
    )
    return alt.layer(line, points).properties(width=WIDTH, height=300)


def scale(names: Sequence[str]) -> alt.Scale:
    """Return the colours of names, which colour-blind readers can distinguish."""
    return alt.Scale(domain=list(names), range=[COLOURS[index % len(COLOURS)] for index in range(len(names))])


def dashes(names: Sequence[str]) -> alt.Scale:
    """Return the dashes of names: a new pattern each time the colours repeat."""
    patterns = ([1, 0], [6, 3], [2, 2])
    chosen: Any = [patterns[index // len(COLOURS) % len(patterns)] for index in range(len(names))]
    return alt.Scale(domain=list(names), range=chosen)


TIPS = {
    "auroc": "AUROC, interval",
    "bin": "margin",
    "caught_share": "disagreements caught",
    "differs": "differs",
    "effect": "effect",
    "flagged": "agreeing inputs flagged",
    "inputs": "inputs",
    "interval": "95 % interval",
    "kind": "inputs that",
    "n": "n",
    "p_value": "p-value (Holm)",
    "precise": "disagreements among flagged inputs",
    "published": "published",
    "sent_share": "sent to float32",
    "units": "based on",
}


def tips(*fields: str) -> list[alt.Tooltip]:
    """Return tooltips for fields whose values are already formatted."""
    return [
        alt.Tooltip(f"{field}_words:N" if field in ("size", "speed") else f"{field}:N", title=TIPS.get(field, field))
        for field in fields
    ]
