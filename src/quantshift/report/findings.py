"""The four findings in words: verdict, effect, what was published, and what it means for someone who deploys.

The page states a verdict only where at least two disjoint sets of seeds each give it on their own. Every other claim is
open: it is inconclusive, or no second set of trained models repeats its verdict.
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
# Disjoint sets of seeds that have to give a verdict before it is stated.
SEED_SETS = 2
# Shares that are left after retraining have the upper limit 550 % at most, to be shown.
WIDEST_SHARE = 5.0
# The finding whose rows also have the parts of a conjunction.
CONJUNCTION = 2
LEVELS = ("overall", "dataset", "architecture")
WIDEST = "overall"


@dataclass(frozen=True)
class Scale:
    """How a finding's effect is shown: ``factor * effect + shift``, with its unit and what it is without effect.

    Attributes:
        unit: what stands behind a number.
        name: what the effect is, for an axis.
        factor: on the table's effect.
        shift: added to it.
        decimals: of a number.
    """

    unit: str
    name: str
    factor: float
    shift: float
    decimals: int

    def of(self, effect: float) -> float:
        """Return a table's effect as it is shown."""
        return self.factor * effect + self.shift

    def number(self, effect: float) -> str:
        """Return a table's effect as it is shown, without its unit."""
        return f"{self.of(effect):.{self.decimals}f}"

    def text(self, effect: float) -> str:
        """Return a table's effect as it is shown, with its unit.

        >>> Scale(" points", "", 100.0, 0.0, 2).text(0.0029)
        '0.29 points'
        """
        return f"{self.number(effect)}{self.unit}"


@dataclass(frozen=True)
class Finding:
    """What is said of one finding, whatever the data say.

    Attributes:
        title: the claim, as published.
        seen: what an effect above and below nothing looks like, with a place for its size.
        scale: how its effect is shown.
        absent: why a study may not have it.
        meaning: what it means for someone who deploys, by status.
        figures: the workflow's figures that show it.
    """

    title: str
    seen: tuple[str, str]
    scale: Scale
    absent: str
    meaning: Mapping[str, str]
    figures: tuple[str, ...]


POINTS = " percentage points"
# What the page appends to a scope for the protocol of its retraining.
PROTOCOLS = {"": "", PUBLISHED: ", as published (leaks)", CONTROL: ", trained for as long without the disagreements"}

FINDINGS: dict[int, Finding] = {
    1: Finding(
        title="Shifted data bring more disagreements",
        seen=("Shifted data bring {} more disagreements", "Shifted data bring {} fewer disagreements"),
        scale=Scale(POINTS, "disagreement on shifted data minus on clean data (percentage points)", 100, 0, 2),
        absent="the study has no shifted test sets",
        meaning={
            SUPPORTED: "A clean test set flatters a quantized model. Count disagreements on data like those that the "
            "device will meet before you ship, and plan for the rate on shifted data, not for the clean one.",
            CONTRADICTED: "On these data the clean test set was no flattering guide: shifted data brought fewer "
            "disagreements. Do not take that for granted on a shift that was not tested.",
            OPEN: "The data do not settle whether drift makes the quantized models less faithful. "
            "Until more data do, plan for the clean rate plus the upper limit of the interval.",
        },
        figures=("clean_and_shifted", "severity", "heat_map"),
    ),
    2: Finding(
        title="Quantization-aware training brings fewer disagreements than every other method",
        seen=(
            "Models of quantization-aware training disagree {} less often than models of the best other method",
            "Models of quantization-aware training disagree {} more often than models of the best other method",
        ),
        scale=Scale(
            POINTS, "the other method's disagreement minus quantization-aware training's (percentage points)", 100, 0, 3
        ),
        absent="the study has no models of quantization-aware training beside others",
        meaning={
            SUPPORTED: "Where you can train, train quantization-aware: its models keep more of their answers when they "
            "are quantized.",
            CONTRADICTED: "Quantization-aware training is no insurance: its models disagreed more often than the "
            "others. Choose the training method for its accuracy, and measure disagreement.",
            OPEN: "The data do not settle whether quantization-aware training keeps more answers the same; "
            "do not adopt it for that reason alone.",
        },
        figures=("clean_and_shifted",),
    ),
    3: Finding(
        title="The margin detects disagreements best",
        seen=(
            "The margin's AUROC is {} above the best of entropy, Gini and least confidence",
            "The margin's AUROC is {} below the best of entropy, Gini and least confidence",
        ),
        scale=Scale("", "AUROC of the margin minus the best of entropy, Gini and least confidence", 1, 0, 3),
        absent="no model has disagreements enough to test detectors on",
        meaning={
            SUPPORTED: "Watch the gap between the two most probable classes on the device: inputs with a small gap "
            "are the ones to send to the float model. “How to detect them” shows what a threshold costs and catches.",
            CONTRADICTED: "Another simple score detects disagreements better than the margin here; “How to detect "
            "them” shows which. Use that one for an alarm.",
            OPEN: "The data do not settle whether the margin beats the published study's other metrics. “How to "
            "detect them” compares more metrics: take a simple one.",
        },
        figures=("detectors",),
    ),
    4: Finding(
        title="Retraining with the disagreements removes few of them",
        seen=("{} of the disagreements are left after retraining", "{} of the disagreements are left after retraining"),
        scale=Scale(" %", "disagreements after retraining, of those before (%)", 100, 50, 0),
        absent="the study retrains no models, or they had no disagreements",
        meaning={
            SUPPORTED: "Retraining with the inputs that you found is no repair: more than half of the disagreements "
            "stay or are replaced by new ones. Guard the model instead of chasing single inputs.",
            CONTRADICTED: "Retraining with the inputs that you found removed more than half of the disagreements: it "
            "is worth a try, counted on inputs that were held out.",
            OPEN: "The data do not settle whether retraining removes more or less than half of the disagreements. "
            "Do not count on it as a repair.",
        },
        figures=(),
    ),
}


def summary(number: int, table: pd.DataFrame) -> dict[str, Any]:
    """Return what the page says of one finding.

    Args:
        number: of the finding, 1 to 4.
        table: the findings table.

    Returns:
        `number`, `title`, `tested` (whether there is any row), `absent` and `figures`; where it was tested, also
        `status`: the verdict where two disjoint sets of seeds give it, else `open`, and `because`, the reason why it is
        open (None where it is not); `effect` and its `interval` in words, `effect_without_ties` (None where it is
        unknown), and what the chart shows (`seen`); `published` in words (None where there is none) and
        `published_leaks`, whether it was counted on inputs that joined the training; `against_control`, how retraining
        compares with training as long without the disagreements (None where there is no such row); `contradicts` (a
        sentence, None where the data do not contradict the paper); `meaning`, `statement`, `units` (inputs, and seeds),
        `p_value`; `counts` of the statuses of single claims (a model, a variant, a suite); `axis`, `decimals` and
        `null`, what no effect looks like; and `rows` for the chart and the table.
    """
    about = FINDINGS[number]
    found = {"number": number, "title": about.title, "absent": about.absent, "figures": list(about.figures)}
    whole = table[table["finding"] == number]
    if whole.empty:
        return found | {"tested": False}
    compared = _of(whole, AGAINST_CONTROL)
    rows = whole[~compared]
    leaks, control = _of(rows, PUBLISHED), _of(rows, CONTROL)
    drawn = rows.apply(lambda row: _drawn(row, about.scale), axis="columns").astype(bool)
    counted = rows[leaks] if (leaks | control).all() else rows[~leaks & ~control]
    level = min(counted["level"], key=[*LEVELS, "cell"].index)
    # A conjunction, which names no method, comes before its parts.
    main = counted[counted["level"] == level].sort_values("method", kind="stable").iloc[0]
    cells = counted[counted["level"] == "cell"]
    scale = about.scale
    statuses = [status(row) for _, row in cells.iterrows()]
    counts = {name: statuses.count(name) for name in (SUPPORTED, CONTRADICTED, OPEN)}
    # The published retraining leaks, so that its value stands in the leaking rows.
    values = [main["published_effect"], *rows[leaks & (rows["level"] == level)]["published_effect"]]
    published = next((scale.text(float(value)) for value in values if not pd.isna(value)), None)
    without_ties = main["effect_without_ties"]
    return found | {
        "tested": True,
        "status": status(main),
        "because": because(main),
        "statement": str(main["statement"]),
        "effect": scale.text(float(main["effect"])),
        "interval": _interval(main, "effect", scale),
        "effect_without_ties": None
        if pd.isna(without_ties)
        else f"{scale.text(float(without_ties))} ({_interval(main, 'effect_without_ties', scale)})",
        "seen": seen(about, *(float(main[name]) for name in ("effect", "effect_low", "effect_high"))),
        "published": published,
        "published_leaks": published is not None and bool(pd.isna(main["published_effect"])),
        "contradicts": contradiction(status(main), counts),
        "against_control": against_control(whole[compared & (whole["level"] == level)]),
        "meaning": about.meaning[status(main)],
        "units": _units(main),
        "p_value": float(main["p_value"]),
        "counts": counts,
        "axis": scale.name,
        "decimals": scale.decimals,
        "null": scale.of(0.0),
        "rows": [
            _shown(row, scale)
            for part in (rows[drawn & ~leaks & ~control], rows[drawn & control], rows[drawn & leaks])
            for level in LEVELS
            for _, row in _ordered(part[part["level"] == level]).iterrows()
        ],
    }


def status(row: "pd.Series[Any]") -> str:
    """Return a claim's verdict where at least two disjoint sets of seeds give it on their own, else `open`."""
    return str(row["verdict"]) if row["seed_sets"] >= SEED_SETS else OPEN


def because(row: "pd.Series[Any]") -> str | None:
    """Return in words why a claim is open; None where it is not."""
    if status(row) != OPEN:
        return None
    if row["verdict"] != INCONCLUSIVE:
        return (
            f"These models give the verdict “{row['verdict']}”. It is not stated as a finding, because no two sets of "
            "models, trained with different seeds, each give it on their own."
        )
    if row["events"] < FEWEST_EVENTS:
        events = int(row["events"])
        shown = "1 input shows" if events == 1 else f"{events} inputs show"
        return f"Only {shown} any difference; a verdict needs at least {FEWEST_EVENTS}, whatever the interval."
    return "The data do not rule out an effect in the other direction."


def against_control(rows: pd.DataFrame) -> str | None:
    """Return in words what the disagreements that joined a retraining did, beyond training as long without them."""
    if rows.empty:
        return None
    row = rows.iloc[0]
    low, high = (f"{100 * float(row[f'effect_{end}']):.0f}" for end in ("low", "high"))
    more = "more" if row["effect"] >= 0 else "fewer"
    return (
        f"Retraining with the disagreements removes {abs(100 * float(row['effect'])):.0f} % {more} of them than "
        f"training as long without them (95 % interval of the difference {low} to {high} % of those before; "
        f"{status(row)})."
    )


def _drawn(row: "pd.Series[Any]", scale: Scale) -> bool:
    """Return whether a row is in the chart and the table beneath it; `findings.csv` has all of them.

    A share that is left says nothing where it rests on few inputs or its interval has no end in sight: it would squeeze
    all others in the chart. Parts of a conjunction are left out below the levels at which a reader compares them.
    """
    if scale.shift and (row["events"] < FEWEST_EVENTS or row["effect_high"] > WIDEST_SHARE):
        return False
    if row["finding"] != CONJUNCTION or row["level"] == WIDEST:
        return True
    return not row["variant"] if row["level"] == "dataset" else not row["method"]


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a level in the order of the page: those of a single method and variant first, then wider ones.

    Standard training comes before other methods.
    """
    narrow = (rows["method"] != "").astype(int) + (rows["variant"] != "").astype(int)
    order = rows.assign(narrow=-narrow, other=rows["method"] != "standard")
    return order.sort_values(["dataset", "architecture", "narrow", "other"], kind="stable")


def _interval(row: "pd.Series[Any]", name: str, scale: Scale) -> str:
    low, high = float(row[f"{name}_low"]), float(row[f"{name}_high"])
    return f"{scale.number(low)} to {scale.text(high)}"


def seen(about: Finding, effect: float, low: float, high: float) -> str:
    """Return in words what the chart of a finding shows of its main effect, and its interval.

    >>> seen(FINDINGS[1], -0.0029, -0.004, 0.001)
    'Shifted data bring 0.29 percentage points fewer disagreements (95 % interval -0.10 to 0.40 percentage points)'
    """
    above, below = about.seen
    scale = about.scale
    # A share that is left has no sign; a difference is told by its size, and its interval turned with it.
    if effect < 0 and not scale.shift:
        effect, low, high = -effect, -high, -low
        above = below
    return f"{above.format(scale.text(effect))} (95 % interval {scale.number(low)} to {scale.text(high)})"


def contradiction(stated: str, counts: Mapping[str, int]) -> str | None:
    """Return the sentence that says where the data contradict the paper; None where they do not.

    >>> contradiction("supported", {"supported": 3, "contradicted": 0, "open": 1}) is None
    True
    >>> contradiction("supported", {"supported": 3, "contradicted": 1, "open": 0})
    'Of the 4 single claims 1 contradicts the paper.'
    """
    total, against = sum(counts.values()), counts[CONTRADICTED]
    part = f"of the {total} single claims {against} {'contradicts' if against == 1 else 'contradict'}"
    if stated == CONTRADICTED:
        return f"The data contradict the paper on the whole{f'; {part} it one by one' if against else ''}."
    return f"Of{part[2:]} the paper." if against else None


def _of(rows: pd.DataFrame, protocol: str) -> "pd.Series[bool]":
    """Return which rows are about a protocol of retraining: the protocol's name ends their scopes."""
    return rows.apply(lambda row: _protocol(row) == protocol, axis="columns").astype(bool)


def _protocol(row: "pd.Series[Any]") -> str:
    """Return the protocol at the end of a row's scope; empty where there is none."""
    parts = [str(row[name]) for name in ("dataset", "architecture", "method", "variant", "suite") if row[name]]
    scope = "/".join(parts or [str(row["level"])])
    for protocol in (PUBLISHED, CONTROL, AGAINST_CONTROL):
        if str(row["scope"]) == f"{scope}/{protocol}":
            return protocol
    return ""


def _units(row: "pd.Series[Any]") -> str:
    """Return how many inputs a claim rests on, and over how many seeds its interval is."""
    inputs = f"{int(row['n']):,} inputs"
    return f"{inputs}, {int(row['seeds'])} seeds" if row["unit"] == SEEDS else inputs


def _shown(row: "pd.Series[Any]", scale: Scale) -> dict[str, Any]:
    """Return a row of the findings table as the chart and the table beneath it have it."""
    names = [words(str(row[name])) for name in ("dataset", "architecture", "suite") if row[name]]
    scope = " · ".join(names) or "all data sets"
    if row["method"]:
        scope += f", against {words(str(row['method']))}"
    if row["variant"]:
        scope += f", {words(str(row['variant']))}"
    published = row["published_effect"]
    return {
        "scope": f"{scope}{PROTOCOLS[_protocol(row)]}",
        "level": str(row["level"]),
        "verdict": status(row),
        "effect": scale.of(float(row["effect"])),
        "low": scale.of(float(row["effect_low"])),
        "high": scale.of(float(row["effect_high"])),
        "published": None if pd.isna(published) else scale.of(float(published)),
        "units": _units(row),
        "p_value": float(row["p_value"]),
    }
