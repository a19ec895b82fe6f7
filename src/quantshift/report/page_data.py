"""The data that the page's script draws from, as plain values for JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from quantshift.core.test_set import TestSet
from quantshift.report import gallery
from quantshift.report.curves import oriented, precision
from quantshift.report.gallery import GalleryCell, Part

DECIMALS = 4


def part(detail: Mapping[str, Any]) -> Part:
    """Return the gallery of a detail file."""
    cells = [gallery.from_json(cell) for cell in detail["cells"]]
    sizes = {key: len(text.encode()) for key, text in detail["inputs"].items()}
    return Part(detail["dataset"], cells, sizes, detail["partners"])


def model_data(detail: Mapping[str, Any], detectors: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Return one architecture's details for the page's script, without the inputs of the gallery."""
    own_rows = {tuple(row[2:5]): row for row in detectors if row[:2] == [detail["dataset"], detail["architecture"]]}
    curves: dict[str, dict[str, Any]] = {}
    for method, by_variant in detail["curves"].items():
        for variant, by_metric in by_variant.items():
            curves.setdefault(method, {})[variant] = {
                metric: _curve(fractions, own_rows[method, variant, metric])
                for metric, fractions in by_metric.items()
                if fractions is not None and (method, variant, metric) in own_rows
            }
    return {
        "dataset": detail["dataset"],
        "architecture": detail["architecture"],
        "seed": detail["seed"],
        "kind": detail["kind"],
        "curves": curves,
        "margins": detail["margins"],
    }


def cell_data(cell: GalleryCell, partners: Mapping[str, str]) -> list[Any]:
    """Return method, variant, suite, shift, severity, number of disagreements and the rows that are shown.

    A row ends with the index of the clean original that is shown next to the input, or with None.
    """
    rows = [[*row[:4], *map(_rounded, row[4:]), _original(cell.test_set, row[0], partners)] for row in cell.rows]
    return [cell.method, cell.variant, *cell.test_set, cell.total, rows]


def _rounded(margin: float | None) -> float | None:
    """Return a margin with few decimals; only a tie becomes 0."""
    if margin is None:
        return None
    return max(round(margin, DECIMALS), 10.0**-DECIMALS) if margin else 0.0


def _original(test_set: TestSet, index: int, partners: Mapping[str, str]) -> int | None:
    """Return the index of an input's clean original, or None if it has none."""
    partner = partners.get(gallery.key(test_set, index))
    return None if partner is None else int(partner.rsplit("/", 1)[1])


def _curve(fractions: Mapping[str, Sequence[float]], row: Sequence[Any]) -> list[list[float]]:
    """Return the curve of a metric in the direction of its row in the detectors table: alarms, caught and precision."""
    # Without disagreements in the validation data, the metric keeps its documented direction.
    sign = 1.0 if pd.isna(row[8]) else float(row[8])
    caught, alarms = oriented(np.array(fractions["caught"]), np.array(fractions["alarms"]), sign)
    precise = precision(caught, alarms, row[10] / row[9])
    # The precision is NaN only if nothing is ever flagged.
    return [np.nan_to_num(values).round(DECIMALS).tolist() for values in (alarms, caught, precise)]


def detector_rows(frame: pd.DataFrame) -> list[list[Any]]:
    """Return how well each metric of the variant's logits detects disagreements over all test sets, for the first seed.

    Each row holds dataset, architecture, method, variant, metric, AUROC with its limits, sign, n, n_disagreements, and
    average precision and TNR at 95 % TPR with their limits.
    """
    rows = frame[(frame["protocol"] == "natural") & (frame["view"] == "variant") & (frame["shift_group"] == "all")]
    if rows.empty:
        return []
    first = rows.groupby(["dataset", "architecture"])["seed"].transform("min")
    columns = ["dataset", "architecture", "method", "variant", "metric"]
    columns += ["auroc", "auroc_low", "auroc_high", "sign", "n", "n_disagreements"]
    columns += ["aupr", "aupr_low", "aupr_high", "tnr_at_tpr95", "tnr_at_tpr95_low", "tnr_at_tpr95_high"]
    return [list(row) for row in rows[rows["seed"] == first][columns].itertuples(index=False, name=None)]


def shown_inputs(details: Sequence[Mapping[str, Any]], parts: Sequence[Part]) -> dict[str, dict[str, str]]:
    """Return the pictures or texts that are shown, by data set and key."""
    inputs: dict[str, dict[str, str]] = {}
    for detail, part in zip(details, parts, strict=True):
        shown = gallery.keys_of(part.cells, part.partners)
        inputs.setdefault(detail["dataset"], {}).update(
            {key: text for key, text in detail["inputs"].items() if key in shown}
        )
    return inputs


def identifiers(cells: Sequence[Sequence[Any]], detectors: Sequence[Sequence[Any]]) -> list[str]:
    """Return the names for which the page needs words."""
    names = {str(name) for row in cells for name in row[:6]}
    return sorted(names | {str(name) for row in detectors for name in row[:5]})


def plain(value: Any) -> Any:
    """Return a value with None in place of NaN and infinity, which JSON lacks."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value
