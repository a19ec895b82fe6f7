"""Each detector against known answers, and properties that all detectors share."""

import doctest
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from quantshift.core import members
from quantshift.detectors import generalized_entropy
from quantshift.runtime.probabilities import margin
from quantshift.studies.arxiv_2204_04220.findings.small_margins import METRICS as PUBLISHED

NAMES = members.names("detectors")
LOGITS = arrays.arrays(np.float32, (7, 4), elements=st.floats(-80, 80, width=32))
EIGHT_BITS = arrays.arrays(np.int64, (7, 10), elements=st.integers(-128, 127))
STEPS = st.floats(1e-4, 10.0)
SHIFT_INVARIANT = [name for name in NAMES if name not in ("energy", "max_logit")]
# Undecided between two classes, or between all classes.
TORN, FLAT = np.log([[0.47, 0.45, 0.04, 0.04], [0.25, 0.25, 0.25, 0.25]])


def score(name: str, logits: np.ndarray) -> np.ndarray:
    return members.load("detectors", name).score(logits)


def test_the_studys_metrics_exist() -> None:
    assert {*PUBLISHED, "logit_margin", "energy"} < set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_has_a_worked_example(name: str) -> None:
    result = doctest.testmod(members.load("detectors", name))
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("name", NAMES)
def test_doubt_scores_higher(name: str) -> None:
    logits = 4 * np.array([[3.0, 0.0, 0.0, 0.0], [0.4, 0.3, 0.0, 0.0]], dtype=np.float32)
    sure, doubtful = score(name, logits)
    assert doubtful > sure


def test_margin_depends_on_two_classes_and_entropy_on_all() -> None:
    torn, flat = np.stack([TORN, FLAT]), np.stack([FLAT, FLAT])
    for name in ("entropy", "gini", "least_confidence", "generalized_entropy"):
        assert score(name, torn)[0] < score(name, flat)[0]
    unequal = np.log([[0.30, 0.24, 0.23, 0.23]])
    for name in ("margin", "logit_margin"):
        assert score(name, torn)[0] > score(name, unequal)[0]
    assert score("entropy", torn)[0] < score("entropy", unequal)[0]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None)
@given(LOGITS)
def test_scores_are_finite_and_depend_only_on_each_input(name: str, logits: np.ndarray) -> None:
    scores = score(name, logits)
    assert scores.shape == (7,)
    assert scores.dtype == np.float64
    assert np.isfinite(scores).all()
    np.testing.assert_array_equal(scores[::-1], score(name, logits[::-1].copy()))
    np.testing.assert_array_equal(scores, [score(name, logits[row : row + 1])[0] for row in range(7)])


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None)
@given(EIGHT_BITS, STEPS, st.randoms(use_true_random=False))
def test_class_order_does_not_matter(name: str, multiples: np.ndarray, step: float, random: Random) -> None:
    logits = multiples * np.float32(step)
    order = list(range(logits.shape[1]))
    random.shuffle(order)
    np.testing.assert_array_equal(score(name, logits[:, order].copy()), score(name, logits))


@pytest.mark.parametrize("name", SHIFT_INVARIANT)
@settings(max_examples=25, deadline=None)
@given(EIGHT_BITS, st.integers(-64, 64), st.integers(-20, 4))
def test_adding_a_constant_does_not_matter(name: str, multiples: np.ndarray, constant: int, exponent: int) -> None:
    step = np.float32(2.0**exponent)
    np.testing.assert_array_equal(score(name, (multiples + constant) * step), score(name, multiples * step))


@settings(max_examples=50, deadline=None)
@given(EIGHT_BITS, STEPS, st.integers(0, 9), st.integers(0, 9))
def test_all_ties_have_the_same_score(multiples: np.ndarray, step: float, first: int, second: int) -> None:
    """Whatever the other logits are: with plain sums the scores would range from 1 - 4e-16 to 1 + 4e-16."""
    multiples[:, [first, second if second != first else first - 1]] = multiples.max(axis=1)[:, None]
    logits = multiples * np.float32(step)
    assert score("margin", logits).tolist() == [1.0] * len(logits)
    assert score("logit_margin", logits).tolist() == [0.0] * len(logits)
    assert margin(logits).tolist() == [0.0] * len(logits)


@settings(max_examples=50, deadline=None)
@given(LOGITS)
def test_inputs_without_a_tie_score_below_one(logits: np.ndarray) -> None:
    scores = score("margin", logits)
    assert (scores <= 1.0).all()
    ahead = np.sort(logits, axis=1)[:, -1] - np.sort(logits, axis=1)[:, -2] > 1e-6
    assert (scores[ahead] < 1.0).all()


@pytest.mark.parametrize("name", sorted({*PUBLISHED, "generalized_entropy", "logit_margin"}))
def test_confident_inputs_remain_ordered(name: str) -> None:
    """1 minus the top probability is 0 for all of these in float64."""
    logits = np.array([[top, 0.0, -1.0] for top in (40.0, 50.0, 60.0, 100.0)])
    assert (np.diff(score(name, logits)) < 0).all()


def test_the_studys_metrics_rank_two_classes_in_the_same_order() -> None:
    logits = np.random.default_rng(0).normal(0, 4, (300, 2)).astype(np.float32)
    orders = [np.argsort(score(name, logits)).tolist() for name in (*PUBLISHED, "logit_margin")]
    assert all(order == orders[0] for order in orders)


@settings(max_examples=25, deadline=None)
@given(LOGITS)
def test_the_margin_is_a_rate_and_the_score_its_complement(logits: np.ndarray) -> None:
    margins = margin(logits)
    assert ((margins >= 0) & (margins <= 1)).all()
    np.testing.assert_allclose(score("margin", logits), 1 - margins, atol=1e-12)


def test_generalized_entropy_counts_only_the_most_probable_classes() -> None:
    logits = np.zeros((1, 150))
    logits[0, 0] = 2.0
    p = np.exp(logits[0]) / np.exp(logits[0]).sum()
    terms = (p * (1 - p)) ** generalized_entropy.EXPONENT
    np.testing.assert_allclose(generalized_entropy.score(logits), terms[: generalized_entropy.CLASSES].sum())
