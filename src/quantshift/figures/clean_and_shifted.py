"""Clean and shifted data: how much more often each variant disagrees on shifted data, by training method."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from quantshift.analysis.effects.effect import ALPHA
from quantshift.analysis.effects.replication import FEWEST_SEEDS, half_width
from quantshift.core.names import FLOAT32
from quantshift.plotting.style import figure, look, without_variants
from quantshift.plotting.words import words

CATEGORY = "Finding 1: clean and shifted data"
CAPTION = (
    "Disagreement rate of each variant on the clean test set, with its 95 % interval (Wilson's, or Student's over "
    "three or more seeds), and averaged over the test sets of each suite, with the 95 % interval of its difference "
    "from the clean rate (finding 1). A tick marks the clean rate with which a suite is compared."
)
TABLES = ("evaluation", "findings")


def draw(tables: dict[str, pd.DataFrame], dataset: str, architecture: str) -> Figure:
    """Return a figure with one panel per training method: each variant's clean rate and its mean rate on each suite.

    The interval of the clean rate is Wilson's or, over three or more seeds, Student's combined with Wilson's. The
    interval of a suite's mean rate is that of its difference from the clean rate in finding 1, drawn as a tick. Over
    several seeds, rates are means.

    Args:
        tables: the evaluation and the findings table.
        dataset: name of the data set.
        architecture: name of the architecture.
    """
    table = tables["evaluation"]
    included = (table["dataset"] == dataset) & (table["architecture"] == architecture) & (table["variant"] != FLOAT32)
    if not included.any():
        return without_variants(f"{words(architecture)} on {words(dataset)}")
    clean = table[included & (table["suite"] == "clean")]
    rates = {names: over_seeds(rows) for names, rows in clean.groupby(["method", "variant"])}
    shifted = table[included].groupby(["method", "variant", "suite"])["disagreement_rate"].mean()
    findings = tables["findings"]
    findings = findings[(findings["finding"] == 1) & (findings["level"] == "cell")]
    findings = findings[(findings["dataset"] == dataset) & (findings["architecture"] == architecture)]
    keys = zip(findings["method"], findings["variant"], findings["suite"], strict=True)
    values = findings[["effect", "effect_low", "effect_high"]].itertuples(index=False, name=None)
    effects = dict(zip(keys, values, strict=True))
    methods, variants = (sorted(set(names)) for names in zip(*rates, strict=True))
    suites = sorted(findings["suite"].unique())
    looks = look(["clean", *suites])

    picture = figure(2.4 + 1.9 * len(methods), 3.6)
    axes = picture.subplots(1, len(methods), sharey=True, sharex=True, squeeze=False)[0]
    for axis, method in zip(axes, methods, strict=True):
        for row, variant in enumerate(variants):
            rate, low, high = (100 * value for value in rates[method, variant])
            bar(axis, rate, low, high, row - 0.25, looks["clean"], "clean test set" if row == 0 else None)
            for index, suite in enumerate(suites):
                if (method, variant, suite) in effects:
                    mean = 100 * shifted[method, variant, suite]
                    effect = (100 * value for value in effects[method, variant, suite])
                    baseline, low, high = baseline_and_limits(mean, *effect)
                    position = row - 0.25 + 0.5 * (index + 1) / len(suites)
                    label = "clean rate to compare with" if row == index == 0 else None
                    tick(axis, baseline, position, looks["clean"]["color"], label)
                    label = f"{words(suite)}, mean over its test sets" if row == 0 else None
                    bar(axis, mean, low, high, position, looks[suite], label)
        axis.set_title(f"{words(method)}")
        axis.grid(axis="x", color="0.9")
        axis.set_axisbelow(True)
        axis.tick_params(axis="y", length=0)
    axes[0].set_yticks(range(len(variants)), [words(variant) for variant in variants])
    axes[0].invert_yaxis()
    axes[0].set_xlim(left=0)
    picture.supxlabel("disagreement rate (% of inputs), with 95 % intervals")
    picture.suptitle(
        f"{words(architecture)} on {words(dataset)}: clean and shifted data, by training method",
        x=0.01,
        ha="left",
        fontweight="bold",
    )
    handles, labels = axes[0].get_legend_handles_labels()
    picture.legend(handles, labels, loc="outside right center")
    return picture


def over_seeds(rows: pd.DataFrame) -> tuple[float, float, float]:
    """Return the mean disagreement rate over one row per seed of a test set, with its limits, 0..1."""
    seeds, lows, highs = (rows[f"disagreement_{name}"].to_numpy() for name in ("rate", "low", "high"))
    mean = float(seeds.mean())
    if len(seeds) < FEWEST_SEEDS:
        return mean, float(lows.min()), float(highs.max())
    # All seeds see the same inputs, so the error due to the inputs does not shrink with the number of seeds.
    spread = half_width(seeds, ALPHA)
    down, up = float((seeds - lows).mean()), float((highs - seeds).mean())
    return mean, max(mean - float(np.hypot(spread, down)), 0.0), min(mean + float(np.hypot(spread, up)), 1.0)


def baseline_and_limits(mean: float, effect: float, low: float, high: float) -> tuple[float, float, float]:
    """Return the rate that a mean rate is compared with, and the limits of the mean rate, from the effect's limits.

    >>> baseline_and_limits(9.0, 5.0, 3.0, 8.0)
    (4.0, 7.0, 12.0)
    """
    baseline = mean - effect
    return baseline, baseline + low, baseline + high


def tick(axis: Axes, value: float, row: float, color: str, label: str | None) -> None:
    """Draw a tick at a value."""
    axis.plot([value], [row], linestyle="", marker="|", markersize=8, color=color, label=label)


def bar(
    axis: Axes, value: float, low: float, high: float, row: float, looks: dict[str, str], label: str | None
) -> None:
    """Draw a value with its interval."""
    axis.plot([max(low, 0), high], [row, row], color=looks["color"], linewidth=1.5)
    axis.plot([value], [row], linestyle="", markersize=5, label=label, color=looks["color"], marker=looks["marker"])
