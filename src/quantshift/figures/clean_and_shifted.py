"""Clean against shifted: how much more often each variant disagrees on shifted data, for each training method."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from quantshift.plotting.style import figure, look
from quantshift.plotting.words import words

CATEGORY = "Finding 1: clean against shifted"
CAPTION = (
    "Disagreement rate of each variant on the clean test set, with its 95 % Wilson interval, and on average over the "
    "shifts of each suite; the interval of an average is that of its difference from the clean rate (finding 1)."
)
TABLES = ("evaluation", "findings")
FLOAT32 = "float32"


def draw(tables: dict[str, pd.DataFrame], dataset: str, architecture: str) -> Figure:
    """Return a panel for each training method, with each variant's clean rate and its mean rate on each suite.

    The clean rate has its Wilson interval; a suite's mean rate has the interval of its difference from the clean rate,
    as finding 1 states it. Over several seeds clean rates are means, without an interval.

    Args:
        tables: the evaluation and the findings table.
        dataset: name of the data set.
        architecture: name of the architecture.
    """
    table = tables["evaluation"]
    here = (table["dataset"] == dataset) & (table["architecture"] == architecture) & (table["variant"] != FLOAT32)
    clean = table[here & (table["suite"] == "clean")]
    seeds = clean["seed"].nunique()
    clean = clean.groupby(["method", "variant"])[["disagreement_rate", "disagreement_low", "disagreement_high"]].mean()
    found = tables["findings"]
    found = found[(found["finding"] == 1) & (found["level"] == "cell")]
    found = found[(found["dataset"] == dataset) & (found["architecture"] == architecture)]
    keys = zip(found["method"], found["variant"], found["suite"], strict=True)
    values = found[["effect", "effect_low", "effect_high"]].itertuples(index=False, name=None)
    effects = dict(zip(keys, values, strict=True))
    methods = sorted(clean.index.unique("method"))
    variants = sorted(clean.index.unique("variant"))
    suites = sorted(found["suite"].unique())
    looks = look(["clean", *suites])

    picture = figure(2.4 + 1.9 * len(methods), 3.6)
    axes = picture.subplots(1, len(methods), sharey=True, sharex=True, squeeze=False)[0]
    for axis, method in zip(axes, methods, strict=True):
        for row, variant in enumerate(variants):
            rate, low, high = (100 * value for value in clean.loc[(method, variant)])
            if seeds > 1:  # the mean over seeds has no Wilson interval
                low = high = rate
            bar(axis, rate, low, high, row - 0.25, looks["clean"], "clean test set" if row == 0 else None)
            for number, suite in enumerate(suites):
                if (method, variant, suite) in effects:
                    effect, least, most = (rate + 100 * value for value in effects[method, variant, suite])
                    at = row - 0.25 + 0.5 * (number + 1) / len(suites)
                    label = f"{words(suite)}, mean over its shifts" if row == 0 else None
                    bar(axis, effect, least, most, at, looks[suite], label)
        axis.set_title(f"{words(method)}")
        axis.grid(axis="x", color="0.9")
        axis.set_axisbelow(True)
        axis.tick_params(axis="y", length=0)
    axes[0].set_yticks(range(len(variants)), [words(variant) for variant in variants])
    axes[0].invert_yaxis()
    axes[0].set_xlim(left=0)
    picture.supxlabel("disagreement rate (% of inputs), with 95 % intervals")
    picture.suptitle(
        f"{words(architecture)} on {words(dataset)}: clean against shifted data, by training method",
        x=0.01,
        ha="left",
        fontweight="bold",
    )
    handles, labels = axes[0].get_legend_handles_labels()
    picture.legend(handles, labels, loc="outside right center")
    return picture


def bar(
    axis: Axes, value: float, low: float, high: float, row: float, looks: dict[str, str], label: str | None
) -> None:
    """Draw a value with its interval."""
    axis.plot([max(low, 0), high], [row, row], color=looks["color"], linewidth=1.5)
    axis.plot([value], [row], linestyle="", markersize=5, label=label, color=looks["color"], marker=looks["marker"])
