"""Each metric against known answers, and properties that all metrics share."""

import doctest
import importlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from quantshift.metrics.accuracy import accuracy
from quantshift.metrics.disagreement import disagreement
from quantshift.metrics.flips import flips
from quantshift.metrics.kl_divergence import kl_divergence
from quantshift.runtime import probabilities

LOGITS = arrays.arrays(np.float32, (7, 4), elements=st.floats(-80, 80, width=32))


@pytest.mark.parametrize("name", ["accuracy", "disagreement", "flips", "kl_divergence"])
def test_has_a_worked_example(name: str) -> None:
    module = importlib.import_module(f"quantshift.metrics.{name}")
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


def test_probabilities_examples() -> None:
    result = doctest.testmod(probabilities)
    assert (result.attempted, result.failed) == (5, 0)


def test_ties_go_to_the_first_class() -> None:
    tied, second = np.array([[1.0, 1.0]]), np.array([[1.0, 2.0]])
    assert accuracy(tied, np.array([0])) == 1.0
    assert disagreement(tied, second).tolist() == [True]
    assert disagreement(tied, np.array([[2.0, 1.0]])).tolist() == [False]


def test_flips_exclude_inputs_that_both_get_wrong() -> None:
    reference = np.eye(3)[[0, 0, 1, 2]]
    variant = np.eye(3)[[0, 1, 2, 0]]
    negative, positive = flips(reference, variant, np.array([0, 0, 0, 0]))
    assert negative.tolist() == [False, True, False, False]
    assert positive.tolist() == [False, False, False, True]
    assert disagreement(reference, variant).sum() == 3


def test_kl_divergence_is_finite_if_a_probability_rounds_to_zero() -> None:
    reference, variant = np.array([[0.0, 0.0]], np.float32), np.array([[2000.0, 0.0]], np.float32)
    np.testing.assert_allclose(kl_divergence(reference, variant), [1000 - np.log(2)])


def test_kl_divergence_is_not_symmetric() -> None:
    sharp, flat = np.log([[0.9, 0.1]]), np.log([[0.5, 0.5]])
    expected = 0.9 * np.log(0.9 / 0.5) + 0.1 * np.log(0.1 / 0.5)
    np.testing.assert_allclose(kl_divergence(sharp, flat), [expected])
    np.testing.assert_allclose(kl_divergence(flat, sharp), [0.5 * np.log(0.5 / 0.9) + 0.5 * np.log(0.5 / 0.1)])


@settings(max_examples=50, deadline=None)
@given(LOGITS, LOGITS, arrays.arrays(np.int64, 7, elements=st.integers(0, 3)))
def test_properties(reference: np.ndarray, variant: np.ndarray, labels: np.ndarray) -> None:
    negative, positive = flips(reference, variant, labels)
    disagrees = disagreement(reference, variant)
    assert not (negative & positive).any()
    assert not ((negative | positive) & ~disagrees).any()
    difference = accuracy(variant, labels) - accuracy(reference, labels)
    assert difference == pytest.approx((int(positive.sum()) - int(negative.sum())) / 7)
    divergence = kl_divergence(reference, variant)
    assert np.isfinite(divergence).all()
    assert (divergence >= 0).all()
    np.testing.assert_array_equal(kl_divergence(variant, variant), np.zeros(7))
    np.testing.assert_allclose(np.exp(probabilities.log_softmax(variant)).sum(axis=1), 1)
