"""Logits that are equal or equally many steps apart get equal scores everywhere."""

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from quantshift.analysis.detection import balanced, natural, steps
from quantshift.analysis.detection.ranking import Ranking, quality_by_sorting
from quantshift.core import members
from quantshift.report.curves import curve

NAMES = members.names("detectors")
LEVEL_DETECTORS = ("energy", "max_logit")
COPIES = 12


def quantized(seed: int, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return 8-bit logits in float32 and disagreements; each input is followed by copies that must score equally.

    Copies permute the classes. For detectors that only read differences, they also shift all logits by whole steps.
    Some inputs have tied largest logits.
    """
    random = np.random.default_rng(seed)
    classes = int(random.choice([2, 3, 10]))
    inputs = random.integers(-40, 41, (30, classes))
    inputs[:5, 0] = inputs[:5, 1] = inputs[:5].max(axis=1)
    multiples = np.repeat(inputs, COPIES, axis=0)
    if name not in LEVEL_DETECTORS:
        multiples += random.integers(-80, 81, (len(multiples), 1))
    multiples = random.permuted(multiples, axis=1)
    logits = multiples.astype(np.float32) * np.float32(10 ** random.uniform(-3, 1))
    return logits, random.random(len(logits)) < np.linspace(0.6, 0.1, len(logits))


def scores(logits: np.ndarray, name: str) -> np.ndarray:
    return members.load("detectors", name).score(steps.exact(logits, steps.step([logits])))


def test_examples() -> None:
    result = doctest.testmod(steps)
    assert (result.attempted, result.failed) == (2, 0)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32))
def test_copies_have_equal_scores(name: str, seed: int) -> None:
    logits, _ = quantized(seed, name)
    values = scores(logits, name).reshape(-1, COPIES)
    np.testing.assert_array_equal(values, values[:, :1].repeat(COPIES, axis=1))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32))
def test_fits_curves_and_rankings_follow_the_exact_order(name: str, seed: int) -> None:
    """Replacing the scores by their integer ranks changes nothing."""
    logits, disagrees = quantized(seed, name)
    computed = scores(logits, name)
    _, ranks = np.unique(computed.reshape(-1, COPIES)[:, 0], return_inverse=True)
    order = ranks.repeat(COPIES).astype(np.float64)
    half = np.arange(len(order)) % 2 == 0
    fits = [natural.fit(values[half], disagrees[half]) for values in (computed, order)]
    assert fits[0].sign == fits[1].sign
    tested = [
        natural.at_threshold(fit, values[~half], disagrees[~half])
        for fit, values in zip(fits, (computed, order), strict=True)
    ]
    assert tested[0] == tested[1]
    curves = [curve(values, disagrees) for values in (computed, order)]
    for part in ("caught", "alarms", "flagged"):
        np.testing.assert_array_equal(getattr(curves[0], part), getattr(curves[1], part))
    clusters = np.arange(len(order))
    weights, negatives = np.ones((len(order), 1), dtype=np.float32), np.array([float((~disagrees).sum())])
    auroc = roc_auc_score(disagrees, order)
    for values in (computed, order):
        assert quality_by_sorting(values[None], disagrees).auroc[0] == pytest.approx(auroc, abs=1e-12)
        ranked = Ranking.of(values, disagrees, clusters, len(order)).quality(weights, negatives)
        assert ranked.auroc[0] == pytest.approx(auroc, abs=1e-12)
        assert ranked.tnr[0] == quality_by_sorting(order[None], disagrees).tnr[0]


@pytest.mark.parametrize("name", NAMES)
def test_balanced_fits_follow_the_exact_scores(name: str) -> None:
    logits, disagrees = quantized(3, name)
    computed = scores(logits, name)
    first = computed.reshape(-1, COPIES)[:, :1].repeat(COPIES, axis=1).ravel()
    drawn = balanced.samples(disagrees, np.random.default_rng(0))
    assert drawn is not None
    actual, expected = (balanced.held_out_quality(values, drawn) for values in (computed, first))
    np.testing.assert_array_equal(actual[0], expected[0])
    np.testing.assert_array_equal(actual[1], expected[1])


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32),
    st.sampled_from([4, 7, 8]),
    st.floats(1e-5, 50),
    st.integers(10, 300),
)
def test_8_bit_logits_are_integer_multiples_of_a_step(seed: int, bits: int, size: float, n: int) -> None:
    random = np.random.default_rng(seed)
    multiples = random.integers(0, 2**bits, (n, 4)) - random.integers(0, 2**bits)
    logits = multiples.astype(np.float32) * np.float32(size)
    step = steps.step([logits[: n // 2], logits[n // 2 :]])
    assert step is not None
    exact = steps.exact(logits, step)
    np.testing.assert_array_equal(exact.astype(np.float32), logits)
    # The greatest common divisor of the multiples may be above 1.
    assert np.ptp((exact / step)[multiples != 0] / multiples[multiples != 0]) < 1e-9


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(3, 300))
def test_float32_logits_have_no_step(seed: int, n: int) -> None:
    logits = np.random.default_rng(seed).normal(0, 5, (n, 4)).astype(np.float32)
    assert steps.step([logits]) is None
    assert steps.exact(logits, None) is logits


def test_without_differences_there_is_no_step() -> None:
    assert steps.step([np.zeros((3, 4), dtype=np.float32)]) is None
    assert steps.step([]) is None
