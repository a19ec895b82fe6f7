"""How disagreement changes with severity: the mean rate over a suite's shifts, for each variant."""

import pandas as pd
from matplotlib.figure import Figure

from quantshift.core.names import FLOAT32
from quantshift.plotting.style import figure, look
from quantshift.plotting.words import words

CATEGORY = "By severity"
CAPTION = (
    "Mean disagreement rate over the shifts of a suite at each severity that all of them have, for each variant and "
    "training method; means over the seeds. Shifts with one level are omitted."
)
TABLES = ("evaluation",)
NEEDS_SEVERITIES = True


def draw(tables: dict[str, pd.DataFrame], dataset: str, architecture: str) -> Figure:
    """Return a figure with one panel per training method and suite, and one panels per variant over the severities.

    Args:
        tables: the evaluation table.
        dataset: name of the data set.
        architecture: name of the architecture.
    """
    table = tables["evaluation"]
    rows = table[(table["dataset"] == dataset) & (table["architecture"] == architecture) & (table["severity"] > 0)]
    rows = rows[rows["variant"] != FLOAT32]
    # A panels needs shifts with several severities.
    levels = rows.groupby(["suite", "shift"])["severity"].transform("nunique")
    rows = rows[levels > 1]
    # Only severities that all of a suite's shifts have, so that every point of a panels averages the same shifts.
    shifts = rows.groupby("suite")["shift"].transform("nunique")
    rows = rows[rows.groupby(["suite", "severity"])["shift"].transform("nunique") == shifts]
    means = 100 * rows.groupby(["suite", "method", "variant", "severity"])["disagreement_rate"].mean()
    methods, suites = sorted(rows["method"].unique()), sorted(rows["suite"].unique())
    variants = sorted(rows["variant"].unique())
    looks = look(variants)

    picture = figure(2.4 + 1.7 * max(1, len(methods)), 0.6 + 2.4 * max(1, len(suites)))
    axes = picture.subplots(max(1, len(suites)), max(1, len(methods)), sharey="row", sharex=True, squeeze=False)
    for panels, suite in zip(axes, suites, strict=False):
        for axis, method in zip(panels, methods, strict=True):
            for variant in variants:
                series = means.loc[(suite, method, variant)]
                axis.plot(
                    series.index, series.values, linewidth=1.5, markersize=5, label=words(variant), **looks[variant]
                )
            axis.set_title(words(method))
            axis.set_xticks(sorted(rows["severity"].unique()))
            axis.grid(axis="y", color="0.9")
        panels[0].set_ylim(bottom=0)  # after drawing, because it fixes the limits
        panels[0].set_ylabel(f"{words(suite)}:\ndisagreement rate\n(% of inputs)")
    picture.supxlabel("severity")
    picture.suptitle(
        f"{words(architecture)} on {words(dataset)}: disagreement by the severity of the shift, by training method",
        x=0.01,
        ha="left",
        fontweight="bold",
    )
    handles, labels = axes[0][0].get_legend_handles_labels()
    picture.legend(handles, labels, loc="outside right center")
    return picture
