"""Outputs that are probabilities, or the answers alone: nothing takes the softmax of probabilities."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from quantshift.analysis.comparison import compare
from quantshift.analysis.disagreements import disagreement_rows
from quantshift.core import members
from quantshift.detectors import detectors_for
from quantshift.metrics.kl_divergence import kl_divergence
from quantshift.runtime.probabilities import log_softmax
from quantshift.tasks import label, probabilities
from quantshift.tasks.classification import CLASSIFICATION
from quantshift.tasks.label import Label
from quantshift.tasks.of_output import task_of
from quantshift.tasks.probabilities import BY_PROBABILITY

LOGITS = arrays.arrays(np.float32, (6, 4), elements=st.floats(-20, 20, width=32))
SHARES = arrays.arrays(np.float32, (6, 4), elements=st.floats(0, 1, width=32))


def softmax(logits: np.ndarray) -> np.ndarray:
    return np.exp(log_softmax(logits))


@pytest.mark.parametrize("module", [label, probabilities])
def test_worked_examples(module) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


@given(LOGITS)
def test_probabilities_are_those_of_the_logits(logits: np.ndarray) -> None:
    """Margins, KL and detectors of a model's probabilities are those of its logits: no second softmax."""
    shares = softmax(logits)
    np.testing.assert_allclose(BY_PROBABILITY.margin(shares), CLASSIFICATION.margin(logits), atol=1e-12)
    np.testing.assert_allclose(softmax(BY_PROBABILITY.logits(shares)), shares, atol=1e-12)
    for name in detectors_for("probabilities"):
        detector = members.load("detectors", name)
        np.testing.assert_allclose(
            detector.score(BY_PROBABILITY.logits(shares)), detector.score(logits), rtol=1e-6, atol=1e-9
        )


@given(SHARES)
def test_zeros_and_ties_stay(shares: np.ndarray) -> None:
    logits = BY_PROBABILITY.logits(shares)
    assert np.isfinite(logits).all()
    np.testing.assert_array_equal(logits[:, 0] == logits[:, 1], shares[:, 0] == shares[:, 1])
    np.testing.assert_array_equal(CLASSIFICATION.tied(logits), BY_PROBABILITY.tied(shares))
    np.testing.assert_array_equal(CLASSIFICATION.answers(logits), BY_PROBABILITY.answers(shares))
    np.testing.assert_array_equal(BY_PROBABILITY.tied(shares), BY_PROBABILITY.margin(shares) == 0)


def test_the_divergence_is_that_of_the_probabilities() -> None:
    float32, variant = np.float32([[0.5, 0.5], [0.9, 0.1]]), np.float32([[0.75, 0.25], [1.0, 0.0]])
    row = compare(float32, variant, np.array([0, 0]), BY_PROBABILITY)
    first = 0.5 * np.log(0.5 / 0.75) + 0.5 * np.log(0.5 / 0.25)
    assert kl_divergence(*(np.log(a[:1]) for a in (float32, variant)))[0] == pytest.approx(first)
    assert row["kl_mean"] > first / 2  # the second input's 0 is far from .1, but finite
    assert np.isfinite(row["kl_mean"])
    assert (row["disagreements"], row["accuracy"]) == (0, 1.0)


def test_detectors_that_read_sizes_are_left_out() -> None:
    assert set(detectors_for("logits")) - set(detectors_for("probabilities")) == {"energy", "max_logit"}
    assert detectors_for("label") == ()


def test_answers_alone_can_be_compared() -> None:
    task = task_of({"name": "label", "kind": "label", "classes": 3, "labels": ["a", "b", "c"]})
    float32, variant = np.float32([0, 1, 2, 2]), np.float32([0, 2, 2, 1])
    labels = np.array([0, 1, 2, 2])
    row = compare(float32, variant, labels, task)
    assert (row["disagreements"], row["tied_disagreements"], row["accuracy"]) == (2, 0, 0.5)
    assert row["kl_mean"] is None
    rows = list(
        disagreement_rows(
            ("clean", "none", 0), float32, variant, labels, labels, float32 != variant, np.zeros(4, bool), task
        )
    )
    assert [row[6:10] for row in rows] == [(1, 2, None, None), (2, 1, None, None)]


@pytest.mark.parametrize(
    ("task", "outputs", "fault"),
    [
        (Label(3), np.float32([0, 3]), "the label 3, expected at most 2"),
        (Label(), np.float32([0, -1]), "the label -1, expected whole numbers from 0"),
        (Label(), np.float32([0.5]), "the label 0.5, expected whole numbers from 0"),
        (Label(), np.eye(2), r"expected \[n\] or \[n, 1\]"),
        (BY_PROBABILITY, np.zeros(3), r"expected \[n, classes\]"),
    ],
)
def test_other_outputs_are_rejected(task, outputs: np.ndarray, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        compare(outputs, outputs, np.zeros(len(outputs), int), task)


def test_an_unknown_number_of_classes_is_none() -> None:
    assert Label().count(np.float32([4, 0])) is None
