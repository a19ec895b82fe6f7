"""Each task against known answers, and the metrics that use the task."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from quantshift.analysis.comparison import compare
from quantshift.analysis.disagreements import disagreement_rows
from quantshift.metrics.accuracy import accuracy
from quantshift.metrics.disagreement import disagreement
from quantshift.metrics.flips import flips
from quantshift.tasks import classification, score
from quantshift.tasks.classification import CLASSIFICATION
from quantshift.tasks.score import Score

SCORES = arrays.arrays(np.float32, (9, 1), elements=st.floats(0, 1, width=32))
FLOAT32 = np.array([[0.1], [0.4], [0.5], [0.9]], dtype=np.float32)
VARIANT = np.array([[0.2], [0.6], [0.5], [0.3]], dtype=np.float32)
LABELS = np.array([0, 1, 1, 1])


@pytest.mark.parametrize("module", [classification, score])
def test_worked_examples(module) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


def test_a_score_at_the_threshold_is_a_tie_and_above() -> None:
    # As float32, 0.1 is above the number 0.1.
    scores = np.array([0.1, np.nextafter(np.float32(0.1), np.float32(0))], dtype=np.float32)
    task = Score(0.1)
    assert task.answers(scores).tolist() == [1, 0]
    assert task.tied(scores).tolist() == [True, False]
    assert task.margin(scores)[0] == 0


@given(SCORES, st.floats(0, 1))
def test_a_tie_is_a_margin_of_0_and_columns_are_lists(scores: np.ndarray, threshold: float) -> None:
    task = Score(threshold)
    np.testing.assert_array_equal(task.tied(scores), task.margin(scores) == 0)
    assert not disagreement(scores, scores, task).any()
    for method in (task.answers, task.tied, task.margin):
        np.testing.assert_array_equal(method(scores), method(scores[:, 0]))


@given(SCORES, st.floats(0, 1))
def test_a_score_is_a_classification_of_two_logits(scores: np.ndarray, threshold: float) -> None:
    """The threshold as the first logit, the score as the second; but a tie is above, not the first class."""
    logits = np.concatenate([np.full_like(scores, threshold), scores], axis=1)
    task = Score(threshold)
    tied = task.tied(scores)
    np.testing.assert_array_equal(tied, CLASSIFICATION.tied(logits))
    np.testing.assert_array_equal(task.answers(scores)[~tied], CLASSIFICATION.answers(logits)[~tied])


def test_metrics_of_scores() -> None:
    task = Score(0.5)
    assert disagreement(FLOAT32, VARIANT, task).tolist() == [False, True, False, True]
    assert (accuracy(FLOAT32, LABELS, task), accuracy(VARIANT, LABELS, task)) == (0.75, 0.75)
    negative, positive = flips(FLOAT32, VARIANT, LABELS, task)
    assert (negative.tolist(), positive.tolist()) == ([False, False, False, True], [False, True, False, False])


def test_a_comparison_of_scores() -> None:
    variant = VARIANT.copy()
    variant[1] = 0.5
    figures = compare(FLOAT32, variant, LABELS, Score(0.5))
    assert (figures["n"], figures["disagreements"], figures["tied_disagreements"]) == (4, 2, 1)
    assert (figures["negative_flips"], figures["positive_flips"]) == (1, 1)
    assert figures["kl_mean"] is None


def test_the_disagreements_of_scores() -> None:
    mask, sources = np.array([False, True, False, False]), np.arange(4)
    (row,) = disagreement_rows(
        ("clean", "none", 0), FLOAT32, VARIANT, LABELS, sources, mask, np.zeros(4, bool), Score(0.5)
    )
    assert row[3:8] == (1, 1, 1, 0, 1)
    assert row[8:10] == pytest.approx((0.1, 0.1), abs=1e-7)


@pytest.mark.parametrize(
    ("task", "outputs"), [(CLASSIFICATION, np.zeros((4, 1))), (CLASSIFICATION, np.zeros(4)), (Score(0.5), np.eye(4))]
)
def test_outputs_of_another_task_are_rejected(task, outputs: np.ndarray) -> None:
    assert task.fault(outputs)
    with pytest.raises(ValueError, match="expected"):
        compare(outputs, outputs, LABELS, task)


def test_a_label_that_is_no_side_is_rejected() -> None:
    with pytest.raises(ValueError, match="the label 2, expected labels from 0 to 1"):
        compare(FLOAT32, VARIANT, LABELS * 2, Score(0.5))
