"""Contrasts of test sets with shared and with other inputs: point estimates by hand."""

import numpy as np
import pytest

from quantshift.analysis.effects import contrast
from quantshift.analysis.effects.pools import combine, gather
from quantshift.analysis.masks import Mask


def mask(suite: str, hits: list[int], sources: list[int], shift: str = "a") -> Mask:
    return Mask(suite, shift, 0, np.array(hits, dtype=bool), np.array(sources))


def test_the_clean_rate_is_that_of_all_clean_inputs() -> None:
    held = gather([mask("clean", [0, 0, 1, 1], [1, 2, 3, 4]), mask("copies", [1, 1], [2, 4])])
    found = contrast.shifted_minus_clean(held, ["copies"])
    assert found.value == pytest.approx(1.0 - 0.5)
    assert found.values.tolist() == [0.0, 0.5, -0.25, 0.25]
    assert (found.inputs, found.events) == (4, 3)
    # A copy adds one half, a clean input takes a quarter away.
    assert (found.raising.size, found.lowering.size) == (0.5, 0.25)


def test_windows_weigh_the_same_whichever_sources_they_hold() -> None:
    """A mean over sources would count the source that two shifts hold once, and give (0.5 + 1 + 1) / 3."""
    masks = [
        mask("clean", [0, 0, 0, 0], [1, 2, 3, 4]),
        mask("copies", [1, 1], [1, 2]),
        mask("copies", [0, 1], [2, 3], "b"),
        mask("copies", [1], [4], "c"),
    ]
    assert contrast.shifted_minus_clean(gather(masks), ["copies"]).value == pytest.approx((1.0 + 0.5 + 1.0) / 3)


def test_a_suite_of_copies_and_other_inputs_weighs_its_test_sets_equally() -> None:
    masks = [
        mask("clean", [0, 0, 0, 1], [1, 2, 3, 4]),
        mask("mixed", [1, 1, 0, 1], [1, 2, 3, 4]),
        mask("mixed", [1, 1, 1, 1], [1, 2, 3, 4], "b"),
        mask("mixed", [1, 0], [8, 9], "c"),
    ]
    found = contrast.shifted_minus_clean(gather(masks), ["mixed"])
    assert found.value == pytest.approx((0.75 + 1 + 0.5) / 3 - 0.25)
    assert found.inputs == 6


def test_suites_weigh_the_same() -> None:
    masks = [
        mask("clean", [0, 1], [1, 2]),
        mask("other", [1, 1], [8, 9]),
        mask("other", [0, 1], [8, 9], "b"),
        mask("third", [0], [20]),
    ]
    found = contrast.shifted_minus_clean(gather(masks), ["other", "third"])
    assert found.value == pytest.approx((0.75 + 0) / 2 - 0.5)
    assert found.inputs == 5


def test_sources_that_a_suite_does_not_see_are_not_counted() -> None:
    masks = [mask("clean", [0, 1], [1, 2]), mask("other", [1, 1], [8, 9]), mask("third", [0], [20])]
    assert contrast.shifted_minus_clean(gather(masks), ["other"]).inputs == 4


def test_all_test_sets_weigh_the_same_over_all_sets() -> None:
    one = [mask("clean", [1, 1], [1, 2]), mask("copies", [1], [1]), mask("copies", [1], [2], "b")]
    other = [mask("clean", [0, 1], [1, 2]), mask("copies", [0], [1]), mask("copies", [1], [2], "b")]
    difference = combine([gather(one), gather(other)], [1.0, -1.0])
    assert contrast.over_all_sets(difference).value == pytest.approx((0.5 + 1 + 0) / 3)


def test_data_sets_weigh_the_same() -> None:
    small = contrast.shifted_minus_clean(gather([mask("clean", [0], [1]), mask("copies", [1], [1])]), ["copies"])
    large = contrast.shifted_minus_clean(
        gather([mask("clean", [0] * 9, list(range(9))), mask("copies", [0] * 9, list(range(9)))]), ["copies"]
    )
    assert contrast.averaged([small, large]).value == pytest.approx(0.5)
