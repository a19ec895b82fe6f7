"""Where a variant is weakest: the shift and the class with the highest rates, and the effect of severity."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.analysis.effects.source_rates import CLEAN
from quantshift.data.labelled import NO_LABEL

# The rate of a class with fewer inputs is too uncertain.
MINIMUM_INPUTS = 20


def weak_spots(
    rows: Sequence[Mapping[str, Any]], labels: NDArray[np.integer], disagrees: NDArray[np.bool_], ties: int
) -> dict[str, Any]:
    """Return the weak-spot columns of the table `variants`; a missing value is None, or "" for a name.

    Args:
        rows: evaluation rows of one model and variant: suite, shift, severity, n, disagreements.
        labels: [n], the true classes of the inputs of all test sets, or NO_LABEL.
        disagrees: [n].
        ties: the number of disagreements in which the variant's two largest logits are equal.

    Returns:
        disagreements over all test sets, and tied_disagreements, which the order of the classes decides, as happens
        with 8-bit logits;
        worst_shift, the ``{suite}/{shift}`` with the highest disagreement rate over its severities, worst_shift_rate
        and worst_shift_n (inputs); worst_class, its rate and n, among the classes with at least 20 inputs;
        severity_slope, the change of the rate per step of severity, averaged over the severity_shifts shifts with
        several severities; steepest_shift and its steepest_slope. Without disagreements, no shift or class is worst.
    """
    shifts: dict[str, list[tuple[int, int, int]]] = {}
    for row in rows:
        if row["suite"] != CLEAN:
            name = f"{row['suite']}/{row['shift']}"
            shifts.setdefault(name, []).append((row["severity"], row["n"], row["disagreements"]))
    totals = {name: (sum(n for _, n, _ in sets), sum(hit for *_, hit in sets)) for name, sets in shifts.items()}
    labelled = labels != NO_LABEL
    counts, hits = np.bincount(labels[labelled]), np.bincount(labels[labelled], disagrees[labelled])
    classes = {
        str(label): (int(n), int(hit))
        for label, (n, hit) in enumerate(zip(counts, hits, strict=True))
        if n >= MINIMUM_INPUTS
    }
    slopes = {name: slope([(level, hit / n) for level, n, hit in sets]) for name, sets in shifts.items()}
    measured = {name: value for name, value in slopes.items() if value is not None}
    steepest = max(measured, key=lambda name: measured[name], default="")
    return {
        "disagreements": int(disagrees.sum()),
        "tied_disagreements": ties,
        **_worst("worst_shift", totals),
        **_worst("worst_class", classes),
        "severity_slope": float(np.mean(list(measured.values()))) if measured else None,
        "severity_shifts": len(measured),
        "steepest_shift": steepest,
        "steepest_slope": measured.get(steepest),
    }


def no_weak_spots() -> dict[str, Any]:
    """Return the columns of `weak_spots` for a variant that could not be measured."""
    return {
        "disagreements": None,
        "tied_disagreements": None,
        **_worst("worst_shift", {}),
        **_worst("worst_class", {}),
        "severity_slope": None,
        "severity_shifts": None,
        "steepest_shift": "",
        "steepest_slope": None,
    }


def slope(points: Sequence[tuple[int, float]]) -> float | None:
    """Return the least-squares slope of rates over severities, or None with fewer than two severities.

    >>> slope([(1, 0.1), (3, 0.3), (5, 0.5)]), slope([(2, 0.1)])
    (0.1, None)
    """
    if len({severity for severity, _ in points}) < 2:
        return None
    severities, rates = np.array(points, dtype=np.float64).T
    centred = severities - severities.mean()
    return round(float((centred * rates).sum() / (centred**2).sum()), 12)


def _worst(column: str, totals: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    """Return the name with the highest rate (the first of equals), its rate and its n."""
    name = max(totals, key=lambda name: totals[name][1] / totals[name][0], default="")
    if not name or totals[name][1] == 0:
        return {column: "", f"{column}_rate": None, f"{column}_n": None}
    n, hits = totals[name]
    return {column: name, f"{column}_rate": hits / n, f"{column}_n": n}
