"""The four findings in words: verdict, effect, published value, and what they mean for deployment.

The page states a verdict only if at least two disjoint sets of seeds each give it independently. Every other claim is
open: it is inconclusive, or no second set of trained models reproduces its verdict.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from quantshift.analysis.statistics.verdict import FEWEST_EVENTS
from quantshift.core.names import CONTRADICTED, CONTROL, INCONCLUSIVE, PUBLISHED, SEEDS, SUPPORTED
from quantshift.plotting.words import words
from quantshift.studies.arxiv_2204_04220.findings.few_removed import AGAINST_CONTROL

OPEN = "open"
# Disjoint sets of seeds that must each give a verdict before the page states it.
SEED_SETS = 2
# Ratios of disagreements after and before retraining are drawn only if their upper limit is at most 550 %.
WIDEST_RATIO = 5.0
# The page prints no limit of an interval above this value, such as 1000 %: there is practically none.
LARGEST_LIMIT = 1000
# The finding whose rows also include the parts of a conjunction.
CONJUNCTION = 2
LEVELS = ("overall", "dataset", "architecture")
WIDEST = "overall"


@dataclass(frozen=True)
class Scale:
    """How the page shows a finding's effect: ``factor * effect + shift``, with a unit.

    Attributes:
        unit: unit, written after a number.
        name: title of the effect's axis.
        factor: factor on the table's effect.
        shift: added after scaling; also the value shown for an effect of 0.
        decimals: digits after the decimal point.
    """

    unit: str
    name: str
    factor: float
    shift: float
    decimals: int

    def value(self, effect: float) -> float:
        """Return the value that the page shows for a table's effect."""
        return self.factor * effect + self.shift

    def text(self, effect: float) -> str:
        """Return the value with its unit.

        >>> Scale(" points", "", 100.0, 0.0, 2).text(0.0029)
        '0.29 points'
        """
        return f"{self.value(effect):.{self.decimals}f}{self.unit}"

    def interval(self, low: float, high: float) -> str:
        """Return the limits of an interval for a table's effect.

        >>> Scale(" points", "", 100.0, 0.0, 2).interval(-0.001, 0.004)
        '-0.10 to 0.40 points'
        """
        return interval(self.value(low), self.value(high), self.unit, self.decimals)


@dataclass(frozen=True)
class Finding:
    """The texts about one finding, by its result.

    Attributes:
        title: the claim, as published.
        outcomes: sentences for an effect above and below 0, with a placeholder for its size.
        scale: how its effect is shown.
        absent: why a study may not test it.
        meaning: what it means for deployment, by status.
        figures: the workflow's figures that show it.
    """

    title: str
    outcomes: tuple[str, str]
    scale: Scale
    absent: str
    meaning: Mapping[str, str]
    figures: tuple[str, ...]


POINTS = " percentage points"
# What the page appends to a scope for its retraining protocol.
PROTOCOLS = {"": "", PUBLISHED: ", as published (leaks)", CONTROL: ", trained equally long without the disagreements"}

FINDINGS: dict[int, Finding] = {
    1: Finding(
        title="Shifted data cause more disagreements",
        outcomes=("Shifted data cause {} more disagreements", "Shifted data cause {} fewer disagreements"),
        scale=Scale(POINTS, "disagreement on shifted data minus on clean data (percentage points)", 100, 0, 2),
        absent="the study has no shifted test sets",
        meaning={
            SUPPORTED: "A clean test set understates the disagreements of a quantized model. Before you ship, count "
            "disagreements on data like those that the device will see, and plan for the rate on shifted data.",
            CONTRADICTED: "Here the clean test set did not understate disagreements: shifted data caused fewer of "
            "them. Do not assume that this holds for shifts that were not tested.",
            OPEN: "The data do not show whether drift causes more disagreements. "
            "Until they do, plan for the clean rate plus the upper limit of the interval.",
        },
        figures=("clean_and_shifted", "severity", "heat_map"),
    ),
    2: Finding(
        title="Quantization-aware training causes fewer disagreements than every other method",
        outcomes=(
            "Models from quantization-aware training disagree {} less often than those from the best other method",
            "Models from quantization-aware training disagree {} more often than those from the best other method",
        ),
        scale=Scale(
            POINTS, "the other method's disagreement minus quantization-aware training's (percentage points)", 100, 0, 3
        ),
        absent="the study does not compare quantization-aware training with other methods",
        meaning={
            SUPPORTED: "If you can train the model, use quantization-aware training: quantization then changes fewer "
            "of its answers.",
            CONTRADICTED: "Quantization-aware training does not prevent disagreements: its models disagreed more often "
            "than the others. Choose the training method for its accuracy, and measure disagreement.",
            OPEN: "The data do not show whether quantization-aware training reduces disagreements; "
            "do not adopt it for that reason alone.",
        },
        figures=("clean_and_shifted",),
    ),
    3: Finding(
        title="The margin detects disagreements best",
        outcomes=(
            "The margin's AUROC is {} above the best of entropy, Gini and least confidence",
            "The margin's AUROC is {} below the best of entropy, Gini and least confidence",
        ),
        scale=Scale("", "AUROC of the margin minus the best of entropy, Gini and least confidence", 1, 0, 3),
        absent="no model has enough disagreements to test detectors",
        meaning={
            SUPPORTED: "Monitor the gap between the two most probable classes on the device, and send inputs with a "
            "small gap to the float model. “How to detect them” shows what a threshold costs and catches.",
            CONTRADICTED: "Another simple score detects disagreements better than the margin here; “How to detect "
            "them” shows which. Use that score for an alarm.",
            OPEN: "The data do not show whether the margin beats the published study's other metrics. “How to "
            "detect them” compares more metrics: choose a simple one.",
        },
        figures=("detectors",),
    ),
    4: Finding(
        title="Retraining with the disagreements removes few of them",
        outcomes=("After retraining, there are {} as many disagreements as before",) * 2,
        scale=Scale(" %", "disagreements after retraining, relative to before (%)", 100, 50, 0),
        absent="the study retrains no models, or they had no disagreements",
        meaning={
            SUPPORTED: "Retraining with disagreeing inputs does not repair a model: more than half of the "
            "disagreements persist or are replaced by new ones. Guard the model instead of fixing individual inputs.",
            CONTRADICTED: "Retraining with disagreeing inputs removed more than half of the disagreements on held-out "
            "inputs: it is worth trying.",
            OPEN: "The data do not show whether retraining removes more or less than half of the disagreements. "
            "Do not rely on it as a repair.",
        },
        figures=(),
    ),
}


def summary(number: int, table: pd.DataFrame) -> dict[str, Any]:
    """Return the page's entries about one finding.

    Args:
        number: number of the finding, 1 to 4.
        table: the findings table.

    Returns:
        `number`, `title`, `tested` (whether there is any row), `absent` and `figures`. If the finding was tested, also
        `status` (the verdict if two disjoint sets of seeds give it, else `open`) and `reason` (why it is open, else
        None); the formatted `effect`, its `interval` and `effect_without_ties` (None if unknown); `outcome`, the title
        of the chart; the formatted `published` effect (None if there is none) and `published_leaks`, whether it was
        counted on inputs that were used for retraining; `against_control`, a comparison with equally long training
        without the disagreements (None if there is no such row); `contradicts` (a sentence, or None if the data do not
        contradict the paper); `meaning`, `scope` (the data sets and models of the claim), `statement`,
        `units` (inputs and seeds) and `p_value`; `counts` of the
        statuses of individual claims (a model, a variant, a suite); `axis`, `decimals` and `null` (the value for no
        effect); and `rows` for the chart and the table.
    """
    finding = FINDINGS[number]
    entries = {"number": number, "title": finding.title, "absent": finding.absent, "figures": list(finding.figures)}
    all_rows = table[table["finding"] == number]
    if all_rows.empty:
        return entries | {"tested": False}
    compared = _has_protocol(all_rows, AGAINST_CONTROL)
    rows = all_rows[~compared]
    leaks, control = _has_protocol(rows, PUBLISHED), _has_protocol(rows, CONTROL)
    drawn = rows.apply(lambda row: _is_drawn(row, finding.scale), axis="columns").astype(bool)
    counted = rows[leaks] if (leaks | control).all() else rows[~leaks & ~control]
    level = min(counted["level"], key=[*LEVELS, "cell"].index)
    # A conjunction, which names no method, comes before its parts.
    main = counted[counted["level"] == level].sort_values("method", kind="stable").iloc[0]
    cells = counted[counted["level"] == "cell"]
    scale = finding.scale
    statuses = [status(row) for _, row in cells.iterrows()]
    counts = {name: statuses.count(name) for name in (SUPPORTED, CONTRADICTED, OPEN)}
    # The published retraining leaks, so the leaking rows hold its value.
    values = [main["published_effect"], *rows[leaks & (rows["level"] == level)]["published_effect"]]
    published = next((scale.text(float(value)) for value in values if not pd.isna(value)), None)
    without_ties = main["effect_without_ties"]
    return entries | {
        "tested": True,
        "status": status(main),
        "reason": open_reason(main),
        "scope": _chart_row(main, scale)["scope"],
        "statement": str(main["statement"]),
        "effect": scale.text(float(main["effect"])),
        "interval": _interval(main, "effect", scale),
        "effect_without_ties": None
        if pd.isna(without_ties)
        else f"{scale.text(float(without_ties))} ({_interval(main, 'effect_without_ties', scale)})",
        "outcome": outcome(finding, *(float(main[name]) for name in ("effect", "effect_low", "effect_high"))),
        "published": published,
        "published_leaks": published is not None and bool(pd.isna(main["published_effect"])),
        "contradicts": contradiction(status(main), counts),
        "against_control": against_control(all_rows[compared & (all_rows["level"] == level)]),
        "meaning": finding.meaning[status(main)],
        "units": _units(main),
        "p_value": float(main["p_value"]),
        "counts": counts,
        "axis": scale.name,
        "decimals": scale.decimals,
        "null": scale.value(0.0),
        "rows": [
            _chart_row(row, scale)
            for part in (rows[drawn & ~leaks & ~control], rows[drawn & control], rows[drawn & leaks])
            for level in LEVELS
            for _, row in _ordered(part[part["level"] == level]).iterrows()
        ],
    }


def status(row: "pd.Series[Any]") -> str:
    """Return a claim's verdict if at least two disjoint sets of seeds give it independently, else `open`."""
    return str(row["verdict"]) if row["seed_sets"] >= SEED_SETS else OPEN


def open_reason(row: "pd.Series[Any]") -> str | None:
    """Return a sentence on why a claim is open, or None if it is not."""
    if status(row) != OPEN:
        return None
    if row["verdict"] != INCONCLUSIVE:
        return (
            f"These models give the verdict “{row['verdict']}”. It is not stated as a finding, because no two sets of "
            "models trained with different seeds each give it independently."
        )
    if row["events"] < FEWEST_EVENTS:
        events = int(row["events"])
        shown = "1 input shows" if events == 1 else f"{events} inputs show"
        return f"Only {shown} any difference; a verdict needs at least {FEWEST_EVENTS}, regardless of the interval."
    return "The data do not rule out an effect in the other direction."


def against_control(rows: pd.DataFrame) -> str | None:
    """Return a sentence that compares retraining with the disagreements to equally long training without them."""
    if rows.empty:
        return None
    row = rows.iloc[0]
    low, high = (100 * float(row[f"effect_{end}"]) for end in ("low", "high"))
    more = "more" if row["effect"] >= 0 else "fewer"
    return (
        f"Retraining with the disagreements removes {abs(100 * float(row['effect'])):.0f} % {more} of them than "
        f"equally long training without them (95 % interval of the difference: {interval(low, high, ' %', 0)} of "
        f"those before; {status(row)})."
    )


def _is_drawn(row: "pd.Series[Any]", scale: Scale) -> bool:
    """Return whether a row is in the chart and the table below it; `findings.csv` has all rows.

    A ratio that is based on few inputs or has a very wide interval carries no information and would compress the scale
    of the chart. Parts of a conjunction are omitted below the levels at which a reader compares them.
    """
    if scale.shift and (row["events"] < FEWEST_EVENTS or row["effect_high"] > WIDEST_RATIO):
        return False
    if row["finding"] != CONJUNCTION or row["level"] == WIDEST:
        return True
    return not row["variant"] if row["level"] == "dataset" else not row["method"]


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a level in the order of the page: single methods and variants first, then wider scopes.

    Standard training comes before other methods.
    """
    narrow = (rows["method"] != "").astype(int) + (rows["variant"] != "").astype(int)
    order = rows.assign(narrow=-narrow, other=rows["method"] != "standard")
    return order.sort_values(["dataset", "architecture", "narrow", "other"], kind="stable")


def _interval(row: "pd.Series[Any]", name: str, scale: Scale) -> str:
    return scale.interval(float(row[f"{name}_low"]), float(row[f"{name}_high"]))


def interval(low: float, high: float, unit: str, decimals: int) -> str:
    """Return the limits of an interval; a limit beyond 1000 or -1000 is given as no limit.

    >>> interval(12.0, 340.0, " %", 0), interval(0.0, 1e5, " %", 0), interval(-2000.0, 50.0, " %", 0)
    ('12 to 340 %', 'from 0 %, no upper limit', 'up to 50 %, no lower limit')
    """
    lower, upper = f"{low:.{decimals}f}", f"{high:.{decimals}f}"
    if low < -LARGEST_LIMIT and high > LARGEST_LIMIT:
        return "no limits"
    if high > LARGEST_LIMIT:
        return f"from {lower}{unit}, no upper limit"
    if low < -LARGEST_LIMIT:
        return f"up to {upper}{unit}, no lower limit"
    return f"{lower} to {upper}{unit}"


def outcome(finding: Finding, effect: float, low: float, high: float) -> str:
    """Return the sentence that states a finding's main effect with its interval: the title of its chart.

    >>> outcome(FINDINGS[1], -0.0029, -0.004, 0.001)
    'Shifted data cause 0.29 percentage points fewer disagreements (95 % interval -0.10 to 0.40 percentage points)'
    """
    above, below = finding.outcomes
    scale = finding.scale
    # A ratio has no sign; a difference is stated by its size, and its interval changes sign with it.
    if effect < 0 and not scale.shift:
        effect, low, high = -effect, -high, -low
        above = below
    return f"{above.format(scale.text(effect))} (95 % interval {scale.interval(low, high)})"


def contradiction(stated: str, counts: Mapping[str, int]) -> str | None:
    """Return a sentence on which claims contradict the paper, or None if none does.

    >>> contradiction("supported", {"supported": 3, "contradicted": 0, "open": 1}) is None
    True
    >>> contradiction("supported", {"supported": 3, "contradicted": 1, "open": 0})
    '1 of the 4 individual claims contradicts the paper.'
    """
    total, against = sum(counts.values()), counts[CONTRADICTED]
    part = f"{against} of the {total} individual claims {'contradicts' if against == 1 else 'contradict'}"
    if stated == CONTRADICTED:
        return f"The data contradict the paper overall{f'; {part} it' if against else ''}."
    return f"{part} the paper." if against else None


def _has_protocol(rows: pd.DataFrame, protocol: str) -> "pd.Series[bool]":
    """Return which rows belong to a retraining protocol: the protocol's name ends their scopes."""
    return rows.apply(lambda row: _protocol(row) == protocol, axis="columns").astype(bool)


def _protocol(row: "pd.Series[Any]") -> str:
    """Return the retraining protocol at the end of a row's scope, or an empty string."""
    parts = [str(row[name]) for name in ("dataset", "architecture", "method", "variant", "suite") if row[name]]
    scope = "/".join(parts or [str(row["level"])])
    for protocol in (PUBLISHED, CONTROL, AGAINST_CONTROL):
        if str(row["scope"]) == f"{scope}/{protocol}":
            return protocol
    return ""


def _units(row: "pd.Series[Any]") -> str:
    """Return the number of inputs that a claim is based on and, if its interval includes them, of seeds."""
    inputs = f"{int(row['n']):,} inputs"
    return f"{inputs}, {int(row['seeds'])} seeds" if row["unit"] == SEEDS else inputs


def _chart_row(row: "pd.Series[Any]", scale: Scale) -> dict[str, Any]:
    """Return a row of the findings table for the chart and the table below it."""
    names = [words(str(row[name])) for name in ("dataset", "architecture", "suite") if row[name]]
    scope = " · ".join(names) or "all data sets"
    if row["method"]:
        scope += f", compared with {words(str(row['method']))}"
    if row["variant"]:
        scope += f", {words(str(row['variant']))}"
    published = row["published_effect"]
    return {
        "scope": f"{scope}{PROTOCOLS[_protocol(row)]}",
        "level": str(row["level"]),
        "verdict": status(row),
        "effect": scale.value(float(row["effect"])),
        "low": scale.value(float(row["effect_low"])),
        "high": scale.value(float(row["effect_high"])),
        "published": None if pd.isna(published) else scale.value(float(published)),
        "units": _units(row),
        "p_value": float(row["p_value"]),
    }
