"""Contrasts of test sets with shared and with different inputs: point estimates by hand."""

import numpy as np
import pytest

from quantshift.analysis.effects import contrast
from quantshift.analysis.effects.source_rates import combine, from_masks
from quantshift.analysis.masks import Mask


def mask(suite: str, hits: list[int], sources: list[int], shift: str = "a") -> Mask:
    return Mask(suite, shift, 0, np.array(hits, dtype=bool), np.array(sources))


def test_the_clean_rate_covers_all_clean_inputs() -> None:
    rates = from_masks([mask("clean", [0, 0, 1, 1], [1, 2, 3, 4]), mask("copies", [1, 1], [2, 4])])
    effect = contrast.shifted_minus_clean(rates, ["copies"])
    assert effect.value == pytest.approx(1.0 - 0.5)
    assert effect.values.tolist() == [0.0, 0.5, -0.25, 0.25]
    assert (effect.inputs, effect.events) == (4, 3)
    # A copy adds one half, a clean input subtracts a quarter.
    assert (effect.raising.size, effect.lowering.size) == (0.5, 0.25)


def test_windows_have_equal_weight_whatever_their_sources() -> None:
    """A mean over sources would count a source in two shifts once and give (0.5 + 1 + 1) / 3."""
    masks = [
        mask("clean", [0, 0, 0, 0], [1, 2, 3, 4]),
        mask("copies", [1, 1], [1, 2]),
        mask("copies", [0, 1], [2, 3], "b"),
        mask("copies", [1], [4], "c"),
    ]
    assert contrast.shifted_minus_clean(from_masks(masks), ["copies"]).value == pytest.approx((1.0 + 0.5 + 1.0) / 3)


def test_test_sets_have_equal_weight_in_a_suite_of_copies_and_other_inputs() -> None:
    masks = [
        mask("clean", [0, 0, 0, 1], [1, 2, 3, 4]),
        mask("mixed", [1, 1, 0, 1], [1, 2, 3, 4]),
        mask("mixed", [1, 1, 1, 1], [1, 2, 3, 4], "b"),
        mask("mixed", [1, 0], [8, 9], "c"),
    ]
    effect = contrast.shifted_minus_clean(from_masks(masks), ["mixed"])
    assert effect.value == pytest.approx((0.75 + 1 + 0.5) / 3 - 0.25)
    assert effect.inputs == 6


def test_suites_have_equal_weight() -> None:
    masks = [
        mask("clean", [0, 1], [1, 2]),
        mask("other", [1, 1], [8, 9]),
        mask("other", [0, 1], [8, 9], "b"),
        mask("third", [0], [20]),
    ]
    effect = contrast.shifted_minus_clean(from_masks(masks), ["other", "third"])
    assert effect.value == pytest.approx((0.75 + 0) / 2 - 0.5)
    assert effect.inputs == 5


def test_sources_outside_a_suite_are_not_counted() -> None:
    masks = [mask("clean", [0, 1], [1, 2]), mask("other", [1, 1], [8, 9]), mask("third", [0], [20])]
    assert contrast.shifted_minus_clean(from_masks(masks), ["other"]).inputs == 4


def test_all_test_sets_have_equal_weight() -> None:
    first = [mask("clean", [1, 1], [1, 2]), mask("copies", [1], [1]), mask("copies", [1], [2], "b")]
    second = [mask("clean", [0, 1], [1, 2]), mask("copies", [0], [1]), mask("copies", [1], [2], "b")]
    difference = combine([from_masks(first), from_masks(second)], [1.0, -1.0])
    assert contrast.over_all_sets(difference).value == pytest.approx((0.5 + 1 + 0) / 3)


def test_data_sets_have_equal_weight() -> None:
    small = contrast.shifted_minus_clean(from_masks([mask("clean", [0], [1]), mask("copies", [1], [1])]), ["copies"])
    large = contrast.shifted_minus_clean(
        from_masks([mask("clean", [0] * 9, list(range(9))), mask("copies", [0] * 9, list(range(9)))]), ["copies"]
    )
    assert contrast.averaged([small, large]).value == pytest.approx(0.5)
