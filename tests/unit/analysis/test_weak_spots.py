"""Worst shift, worst class and the slope over severities."""

import doctest
from typing import Any

import numpy as np
import pytest

from quantshift.analysis import weak_spots as module
from quantshift.analysis.weak_spots import slope, weak_spots


def row(suite: str, shift: str, severity: int, disagreements: int, n: int = 100) -> dict[str, Any]:
    return {"suite": suite, "shift": shift, "severity": severity, "n": n, "disagreements": disagreements}


LABELS = np.repeat([0, 1, 3, 4], [50, 100, 19, 40])


def hits(**by_label: int) -> np.ndarray:
    disagrees = np.zeros(len(LABELS), dtype=bool)
    for label, count in by_label.items():
        disagrees[np.flatnonzero(int(label[1:]) == LABELS)[:count]] = True
    return disagrees


def test_examples() -> None:
    assert doctest.testmod(module).attempted == 1
    assert doctest.testmod(module).failed == 0


def test_the_worst_shift_averages_severities_and_is_never_the_clean_set() -> None:
    rows = [row("clean", "none", 0, 90), row("c", "fog", 1, 5), row("c", "fog", 5, 25), row("c", "blur", 1, 20)]
    spots = weak_spots([*rows, row("digits", "digits", 0, 3, n=10)], LABELS, hits(_0=1), 0)
    assert (spots["worst_shift"], spots["worst_shift_rate"], spots["worst_shift_n"]) == ("digits/digits", 0.3, 10)
    spots = weak_spots(rows, LABELS, hits(_0=1), 0)
    assert (spots["worst_shift"], spots["worst_shift_rate"], spots["worst_shift_n"]) == ("c/blur", 0.2, 100)


def test_the_worst_class_has_the_highest_rate_among_those_with_enough_inputs() -> None:
    spots = weak_spots([], LABELS, hits(_0=5, _1=9, _3=19, _4=6), 2)
    assert (spots["worst_class"], spots["worst_class_rate"], spots["worst_class_n"]) == ("4", 0.15, 40)
    assert (spots["disagreements"], spots["tied_disagreements"]) == (39, 2)


def test_without_disagreements_there_is_no_worst_shift_or_class() -> None:
    spots = weak_spots([row("c", "fog", 1, 0), row("c", "fog", 2, 0)], LABELS, hits(), 0)
    for column in ("worst_shift", "worst_class"):
        assert (spots[column], spots[f"{column}_rate"], spots[f"{column}_n"]) == ("", None, None)
    assert spots["severity_slope"] == 0.0


def test_slopes_need_several_severities() -> None:
    rows = [row("c", "fog", severity, 2 * severity) for severity in (1, 3, 5)]
    rows += [row("c", "snow", severity, 10 - severity) for severity in (1, 2)]
    spots = weak_spots([*rows, row("c", "blur", 3, 50)], LABELS, hits(), 0)
    assert spots["severity_shifts"] == 2
    assert spots["severity_slope"] == pytest.approx((0.02 - 0.01) / 2)
    assert (spots["steepest_shift"], spots["steepest_slope"]) == ("c/fog", pytest.approx(0.02))
    alone = weak_spots([row("c", "blur", 3, 50)], LABELS, hits(), 0)
    assert (alone["severity_slope"], alone["severity_shifts"], alone["steepest_shift"]) == (None, 0, "")


def test_slope_agrees_with_least_squares() -> None:
    random = np.random.default_rng(0)
    points = [(severity, float(random.random())) for severity in range(1, 6)]
    assert slope(points) == pytest.approx(np.polyfit(*zip(*points, strict=True), 1)[0])
    assert slope([(3, 0.1), (3, 0.2)]) is None
