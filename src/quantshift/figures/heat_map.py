"""Where a model's variants disagree with float32: the rate by test set and variant, the clean test set first."""

import numpy as np
import pandas as pd
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from quantshift.core.names import FLOAT32
from quantshift.plotting.style import SEQUENTIAL, figure, without_variants
from quantshift.plotting.words import percent, shift_label, words

CATEGORY = "Where variants disagree"
CAPTION = (
    "Percentage of inputs on which a variant's top-1 class differs from float32's, by test set (columns, the clean one "
    "first; the mean for a shift with several severities) and quantizer (rows), with one block per training method. "
    "Rates are means over the seeds; the colour scale is logarithmic."
)
TABLES = ("evaluation",)


def draw(tables: dict[str, pd.DataFrame], dataset: str, architecture: str) -> Figure:
    """Return a heat map with one block per training method, one row per variant and one column per shift.

    Rates are means over seeds and severities. The colour scale is logarithmic, since rates span decades; cells
    without disagreements are blank.

    Args:
        tables: the evaluation table.
        dataset: name of the data set.
        architecture: name of the architecture.
    """
    table = tables["evaluation"]
    rows = table[(table["dataset"] == dataset) & (table["architecture"] == architecture)]
    rows = rows[rows["variant"] != FLOAT32]
    if rows.empty:
        return without_variants(f"{words(architecture)} on {words(dataset)}")
    severities = rows.groupby(["suite", "shift"])["severity"].unique()
    columns = sorted(severities.index, key=lambda column: (column[1] != "none", column[0] == column[1], column))
    means = rows.groupby(["method", "variant", "suite", "shift"])["disagreement_rate"].mean()
    methods, variants = sorted(rows["method"].unique()), sorted(rows["variant"].unique())
    rates = np.array(
        [[[means[(method, variant, *column)] for column in columns] for variant in variants] for method in methods]
    )

    picture = figure(1.6 + 0.52 * len(columns), 1.7 + 0.26 * len(methods) * len(variants))
    axes = picture.subplots(len(methods), 1, sharex=True, squeeze=False)[:, 0]
    positive = rates[rates > 0]
    low, high = (positive.min(), positive.max()) if positive.size else (1e-4, 1.0)
    norm = LogNorm(low, max(high, low * 1.01))
    image = None
    for axis, method, block in zip(axes, methods, rates, strict=True):
        image = axis.imshow(np.where(block > 0, block, np.nan), cmap=SEQUENTIAL, norm=norm, aspect="auto")
        axis.set_title(f"{words(method)} training", pad=3)
        axis.set_yticks(range(len(variants)), [words(variant) for variant in variants])
        axis.tick_params(length=0)
        axis.spines[:].set_visible(False)
        for column in range(1, len(columns)):
            if columns[column][0] != columns[column - 1][0]:
                axis.axvline(column - 0.5, color="white", linewidth=4)
        for (row, column), rate in np.ndenumerate(block):
            dark = rate > 0 and norm(rate) < 0.55
            axis.text(
                column, row, percent(rate), ha="center", va="center", fontsize=7, color="white" if dark else "black"
            )
    axes[-1].set_xticks(
        range(len(columns)),
        [shift_label(column[1], severities[column]) for column in columns],
        rotation=45,
        ha="right",
        rotation_mode="anchor",
    )
    picture.suptitle(
        f"{words(architecture)} on {words(dataset)}: inputs (%) on which a variant's top-1 class is not float32's",
        x=0.01,
        ha="left",
        fontweight="bold",
    )
    if image is not None:
        bar = picture.colorbar(image, ax=list(axes), shrink=0.6, pad=0.01)
        bar.set_label("disagreement rate\n(%, logarithmic)")
        bar.ax.yaxis.set_major_formatter(lambda rate, _: f"{100 * rate:g}")
        bar.ax.yaxis.set_minor_formatter(NullFormatter())
    return picture
