"""Our disagreement rates against the published ones (arXiv 2204.04220), by test set."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from quantshift.plotting.style import figure, look
from quantshift.plotting.words import words

CATEGORY = "Comparison with published rates"
CAPTION = (
    "Our disagreement rates against those of arXiv 2204.04220, one point per test set. onnxruntime's quantizers "
    "replace the study's: static int8 for TensorFlow Lite 8 bit, dynamic int8 for its 16 bit, weight int8 and "
    "float16 for Core ML's 8 and 16 bit."
)
# Drawn only for architectures of the published study.
NEEDS_PUBLISHED = True
TABLES = ("published_comparison",)
# Rates of 0 are drawn at this value, less than one disagreement in 10,000 inputs.
SMALLEST = 0.00005


def draw(tables: dict[str, pd.DataFrame], dataset: str, architecture: str) -> Figure:
    """Return a figure with one panel per training method: one point per test set and variant, on logarithmic axes.

    Args:
        tables: the comparison with the published tables.
        dataset: name of the data set.
        architecture: name of the architecture.
    """
    table = tables["published_comparison"]
    rows = table[(table["dataset"] == dataset) & (table["architecture"] == architecture)]
    methods, variants = sorted(rows["method"].unique()), sorted(rows["variant"].unique())
    looks = look(variants)
    if rows.empty:
        picture = figure(4.0, 1.0)
        picture.suptitle(f"{words(architecture)} on {words(dataset)}: no published rates for these variants")
        return picture
    most = max(float(rows[["disagreement_rate", "published_rate"]].max().max()), 2 * SMALLEST) * 1.5
    picture = figure(1.5 + 2.6 * len(methods), 3.9)
    axes = picture.subplots(1, len(methods), sharex=True, sharey=True, squeeze=False)[0]
    for axis, method in zip(axes, methods, strict=True):
        axis.plot([SMALLEST, most], [SMALLEST, most], color="0.7", linewidth=1, zorder=0)
        for variant in variants:
            points = rows[(rows["method"] == method) & (rows["variant"] == variant)]
            correlations = points.groupby("seed")["spearman"].first()
            rank = f"{correlations.mean():.2f}" if correlations.notna().any() else "undefined"
            axis.plot(
                np.maximum(points["published_rate"], SMALLEST),
                np.maximum(points["disagreement_rate"], SMALLEST),
                linestyle="",
                markersize=4.5,
                alpha=0.8,
                label=f"{words(variant)}: {rank}",
                color=looks[variant]["color"],
                marker=looks[variant]["marker"],
            )
        axis.set_xscale("log")
        axis.set_yscale("log")
        axis.set_xlim(SMALLEST * 0.8, most)
        axis.set_ylim(SMALLEST * 0.8, most)
        axis.set_aspect("equal")
        axis.set_title(f"{words(method)}")
        axis.legend(
            title="rank correlation",
            fontsize=7,
            title_fontsize=7,
            loc="upper left",
            handletextpad=0.2,
            alignment="left",
        )
    axes[0].set_ylabel("our rate")
    picture.supxlabel("published rate (log scales; rates of 0 are at the edge; the line marks equality)")
    picture.suptitle(
        f"{words(architecture)} on {words(dataset)}: our disagreement rates against the published ones",
        x=0.01,
        ha="left",
        fontweight="bold",
    )
    return picture
