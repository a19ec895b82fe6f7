"""Which uncertainty metric detects disagreements best: AUROC by metric and variant, by training method."""

import pandas as pd
from matplotlib.figure import Figure

from quantshift.plotting.style import figure, look
from quantshift.plotting.words import words

CATEGORY = "Finding 3: detectors"
CAPTION = (
    "AUROC of each uncertainty metric as a detector of disagreements over all test sets at their natural prevalence, "
    "computed from the variant's logits, with 95 % intervals from a bootstrap over source inputs (first seed); 0.5 is "
    "chance. Variants with too few disagreements are not shown."
)
TABLES = ("detectors",)
PROTOCOL = "natural"
VIEW = "variant"
GROUP = "all"


def draw(tables: dict[str, pd.DataFrame], dataset: str, architecture: str) -> Figure:
    """Return a figure with one panel per training method: one row per metric, best mean first, one mark per variant.

    Args:
        tables: the detectors table.
        dataset: name of the data set.
        architecture: name of the architecture.
    """
    table = tables["detectors"]
    rows = table[(table["dataset"] == dataset) & (table["architecture"] == architecture)]
    rows = rows[(rows["protocol"] == PROTOCOL) & (rows["view"] == VIEW) & (rows["shift_group"] == GROUP)]
    rows = rows[rows["seed"] == rows["seed"].min()]
    means = rows.groupby("metric")["auroc"].mean()
    metrics = sorted(means.index, key=lambda metric: (-means[metric] if pd.notna(means[metric]) else 1.0, metric))
    methods, variants = sorted(rows["method"].unique()), sorted(rows["variant"].unique())
    looks = look(variants)

    picture = figure(2.4 + 1.8 * max(1, len(methods)), 1.4 + 0.36 * len(metrics))
    axes = picture.subplots(1, max(1, len(methods)), sharey=True, sharex=True, squeeze=False)[0]
    for axis, method in zip(axes, methods, strict=False):
        of_method = rows[rows["method"] == method].set_index(["variant", "metric"])
        for index, variant in enumerate(variants):
            label: str | None = words(variant)
            for row, metric in enumerate(metrics):
                values = of_method.loc[(variant, metric)]
                if pd.isna(values["auroc"]):
                    continue
                position = row - 0.3 + 0.6 * (index + 0.5) / len(variants)
                if pd.notna(values["auroc_low"]):
                    axis.plot(
                        [values["auroc_low"], values["auroc_high"]], [position, position], color=looks[variant]["color"]
                    )
                axis.plot([values["auroc"]], [position], linestyle="", markersize=5, label=label, **looks[variant])
                label = None
        axis.axvline(0.5, color="0.6", linewidth=1, linestyle=":")
        axis.set_title(words(method))
        axis.grid(axis="x", color="0.9")
        axis.set_axisbelow(True)
        axis.tick_params(axis="y", length=0)
    axes[0].set_yticks(range(len(metrics)), [words(metric) for metric in metrics])
    axes[0].invert_yaxis()
    picture.supxlabel("AUROC, with 95 % intervals (0.5 is chance)")
    picture.suptitle(
        f"{words(architecture)} on {words(dataset)}: how well metrics detect disagreements, by training method",
        x=0.01,
        ha="left",
        fontweight="bold",
    )
    handles = {label: handle for axis in axes for handle, label in zip(*axis.get_legend_handles_labels(), strict=True)}
    picture.legend(handles.values(), handles.keys(), loc="outside right center")
    return picture
