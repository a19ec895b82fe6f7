"""Contrasts of shared and independent inputs: point estimates by hand and coverage of the joined intervals."""

import numpy as np
import pytest

from quantshift.analysis.contrast import Contrast, contrast, over_datasets
from quantshift.analysis.masks import Mask
from quantshift.analysis.pools import gather
from quantshift.seeds import generator


def mask(suite: str, hits: list[int], sources: list[int], shift: str = "a") -> Mask:
    return Mask(suite, shift, 0, np.array(hits, dtype=bool), np.array(sources))


def test_copies_of_some_inputs_are_held_to_those_inputs() -> None:
    held = gather([mask("clean", [0, 0, 1, 1], [1, 2, 3, 4]), mask("copies", [1, 1], [2, 4])])
    found = contrast(held, ["copies"])
    assert found.deltas.tolist() == [1, 0]
    assert found.effect == 0.5
    assert found.estimate(generator("some")).n == 2


def test_a_suite_of_copies_and_other_inputs_weighs_its_test_sets_equally() -> None:
    masks = [
        mask("clean", [0, 0, 0, 1], [1, 2, 3, 4]),
        mask("mixed", [1, 1, 0, 1], [1, 2, 3, 4]),
        mask("mixed", [1, 1, 1, 1], [1, 2, 3, 4], "b"),
        mask("mixed", [1, 0], [8, 9], "c"),
    ]
    found = contrast(gather(masks), ["mixed"])
    assert found.effect == pytest.approx((0.75 + 1 + 0.5) / 3 - 0.25)
    estimate = found.estimate(generator("mixed"))
    assert estimate.effect == pytest.approx(found.effect)
    assert estimate.n == 6


def test_inputs_of_one_other_origin_make_one_pool() -> None:
    masks = [
        mask("clean", [0, 1], [1, 2]),
        mask("other", [1, 1], [8, 9]),
        mask("other", [0, 1], [8, 9], "b"),
        mask("third", [0], [20]),
    ]
    found = contrast(gather(masks), ["other", "third"])
    assert [(rates.tolist(), weight) for rates, weight in found.natural] == [([0.5, 1.0], 0.5), ([0.0], 0.5)]
    assert found.effect == pytest.approx((0.75 + 0) / 2 - 0.5)


def simulated(trial: int, copies: float, natural: float, clean: float) -> Contrast:
    random = generator("contrast", trial, int(1_000 * natural))
    fragility = random.random(600)
    before = np.where(fragility < clean, 1.0, 0.0)
    after = np.where(0.8 * fragility + 0.2 * random.random(600) < copies, 1.0, 0.0)
    other = np.where(random.random(200) < natural, 1.0, 0.0)
    return Contrast(before, after - before, 0.5, ((other, 0.5),))


def test_joined_intervals_cover() -> None:
    # 0.8 U + 0.2 V lies below 0.15 with the probability 0.15**2 / (2 * 0.8 * 0.2): a corner of the square.
    copies = 0.15**2 / (2 * 0.8 * 0.2)
    truths = [(copies + natural) / 2 - 0.02 for natural in (0.03, 0.08)]
    one = both = 0
    trials = 200
    for trial in range(trials):
        parts = [simulated(trial, 0.15, 0.03, 0.02), simulated(trial, 0.15, 0.08, 0.02)]
        found = over_datasets(parts[:1], generator("one", trial), draws=10)
        one += found.low <= truths[0] <= found.high
        found = over_datasets(parts, generator("both", trial), draws=10)
        both += found.low <= np.mean(truths) <= found.high
        assert (found.p_value <= 0.05) == (found.low >= 0 or found.high <= 0)
    assert 0.91 <= one / trials <= 0.995
    assert 0.91 <= both / trials <= 0.995
