"""Equal logits, and quantized ones that are as many steps apart, are equal to all that uses their scores."""

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from quantshift.analysis.detection import balanced, natural, steps
from quantshift.analysis.detection.ranking import Ranking, direct
from quantshift.core import members
from quantshift.report.curves import curve

NAMES = members.names("detectors")
OF_LEVEL = ("energy", "max_logit")
COPIES = 12


def quantized(seed: int, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return 8-bit logits in float32, and disagreements; each input has many equals beside it.

    Equals have other orders of classes, and where a detector reads differences alone, another logit of each class: an
    input's logits are moved by whole steps. Ties of the two largest logits are among them.
    """
    random = np.random.default_rng(seed)
    classes = int(random.choice([2, 3, 10]))
    inputs = random.integers(-40, 41, (30, classes))
    inputs[:5, 0] = inputs[:5, 1] = inputs[:5].max(axis=1)
    multiples = np.repeat(inputs, COPIES, axis=0)
    if name not in OF_LEVEL:
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
def test_equals_have_one_score(name: str, seed: int) -> None:
    logits, _ = quantized(seed, name)
    found = scores(logits, name).reshape(-1, COPIES)
    np.testing.assert_array_equal(found, found[:, :1].repeat(COPIES, axis=1))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32))
def test_fits_curves_and_rankings_are_those_of_the_exact_order(name: str, seed: int) -> None:
    """Whole numbers in the order of the inputs' scores give the same, in place of the scores."""
    logits, disagrees = quantized(seed, name)
    found = scores(logits, name)
    _, places = np.unique(found.reshape(-1, COPIES)[:, 0], return_inverse=True)
    order = places.repeat(COPIES).astype(np.float64)
    half = np.arange(len(order)) % 2 == 0
    fits = [natural.fit(values[half], disagrees[half]) for values in (found, order)]
    assert fits[0].sign == fits[1].sign
    tested = [
        natural.at_threshold(fit, values[~half], disagrees[~half])
        for fit, values in zip(fits, (found, order), strict=True)
    ]
    assert tested[0] == tested[1]
    lines = [curve(values, disagrees) for values in (found, order)]
    for part in ("caught", "alarms", "flagged"):
        np.testing.assert_array_equal(getattr(lines[0], part), getattr(lines[1], part))
    clusters = np.arange(len(order))
    weights, negatives = np.ones((len(order), 1), dtype=np.float32), np.array([float((~disagrees).sum())])
    auroc = roc_auc_score(disagrees, order)
    for values in (found, order):
        assert direct(values[None], disagrees).auroc[0] == pytest.approx(auroc, abs=1e-12)
        ranked = Ranking.of(values, disagrees, clusters, len(order)).quality(weights, negatives)
        assert ranked.auroc[0] == pytest.approx(auroc, abs=1e-12)
        assert ranked.tnr[0] == direct(order[None], disagrees).tnr[0]


@pytest.mark.parametrize("name", NAMES)
def test_balanced_fits_are_those_of_the_exact_scores(name: str) -> None:
    logits, disagrees = quantized(3, name)
    found = scores(logits, name)
    first = found.reshape(-1, COPIES)[:, :1].repeat(COPIES, axis=1).ravel()
    drawn = balanced.samples(disagrees, np.random.default_rng(0))
    assert drawn is not None
    own, expected = (balanced.held_out_quality(values, drawn) for values in (found, first))
    np.testing.assert_array_equal(own[0], expected[0])
    np.testing.assert_array_equal(own[1], expected[1])


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32),
    st.sampled_from([4, 7, 8]),
    st.floats(1e-5, 50),
    st.integers(10, 300),
)
def test_8_bit_logits_are_whole_multiples_of_one_step(seed: int, bits: int, size: float, n: int) -> None:
    random = np.random.default_rng(seed)
    multiples = random.integers(0, 2**bits, (n, 4)) - random.integers(0, 2**bits)
    logits = multiples.astype(np.float32) * np.float32(size)
    found = steps.step([logits[: n // 2], logits[n // 2 :]])
    assert found is not None
    exact = steps.exact(logits, found)
    np.testing.assert_array_equal(exact.astype(np.float32), logits)
    # The greatest common divisor of the multiples may be above 1.
    assert np.ptp((exact / found)[multiples != 0] / multiples[multiples != 0]) < 1e-9


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(3, 300))
def test_logits_of_float32_have_no_step(seed: int, n: int) -> None:
    logits = np.random.default_rng(seed).normal(0, 5, (n, 4)).astype(np.float32)
    assert steps.step([logits]) is None
    assert steps.exact(logits, None) is logits


def test_without_differences_there_is_no_step() -> None:
    assert steps.step([np.zeros((3, 4), dtype=np.float32)]) is None
    assert steps.step([]) is None
