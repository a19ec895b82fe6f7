"""Classes of the clean test set: which have inputs, which are answered, and the disagreements of each."""

import numpy as np
import pytest

from quantshift.analysis.classes import MAX_CLASSES, class_facts
from quantshift.data.labelled import NO_LABEL
from quantshift.tasks.classification import CLASSIFICATION
from quantshift.tasks.label import Label
from quantshift.tasks.score import Score


def facts(answers, variant, labels, classes=4, sources=None):
    """Return the facts about classifications that are stated by their answers."""
    reference, quantized = (np.eye(classes, dtype=np.float32)[list(each)] for each in (answers, variant))
    ids = np.arange(len(answers)) if sources is None else np.array(sources)
    return class_facts(
        reference, quantized, np.array(labels), ids, np.array(answers) != np.array(variant), CLASSIFICATION
    )


def test_classes_by_hand():
    result = facts([0, 0, 1, 2, 1], [0, 1, 1, 2, 2], [0, 0, 1, 1, 1])
    assert (result["labelled"], result["classes"], result["answered"]) == (True, 4, 3)
    assert result["without_inputs"] == [2, 3]
    # The variant answers 0, 1 and 2 once, twice and twice; the labels are 0 twice and 1 three times.
    assert result["chance"] == pytest.approx((2 * 1 + 3 * 2) / 25)
    assert result["by_class"] == [
        {"class": 0, "n": 2, "disagreements": 1, "effective_n": pytest.approx(2)},
        {"class": 1, "n": 3, "disagreements": 1, "effective_n": pytest.approx(3)},
    ]


def test_without_labels_the_class_is_the_answer_of_float32():
    result = facts([0, 0, 1, 2, 1], [0, 1, 1, 2, 2], [NO_LABEL] * 5)
    assert (result["labelled"], result["chance"], result["without_inputs"]) == (False, None, [])
    assert [(each["class"], each["n"], each["disagreements"]) for each in result["by_class"]] == [
        (0, 2, 1),
        (1, 2, 1),
        (2, 1, 0),
    ]


def test_samples_of_a_group_count_as_one():
    result = facts([0] * 10, [0] * 10, [0] * 10, sources=[0] * 5 + [1] * 5)
    assert result["by_class"][0]["effective_n"] == pytest.approx(2)


def test_a_score_has_two_classes():
    scores = np.array([[0.1], [0.9], [0.6]], dtype=np.float32)
    result = class_facts(scores, scores, np.array([0, 0, 0]), np.arange(3), np.zeros(3, dtype=bool), Score(0.5))
    assert (result["classes"], result["answered"], result["without_inputs"]) == (2, 2, [1])


def test_many_classes_have_no_rates():
    result = facts([0, 5], [0, 5], [0, 5], classes=MAX_CLASSES + 1)
    assert (result["by_class"], result["answered"], len(result["without_inputs"])) == ([], 2, MAX_CLASSES - 1)


def test_an_unknown_number_of_classes_includes_the_labels_and_the_answers_of_both():
    for answers, variant, labels in (([0, 1], [0, 1], [0, 3]), ([0, 3], [0, 1], [0, 1]), ([0, 1], [0, 3], [0, 1])):
        outputs = np.float32(answers), np.float32(variant)
        ids, disagrees = np.arange(2), outputs[0] != outputs[1]
        result = class_facts(*outputs, np.array(labels), ids, disagrees, Label())
        assert result["classes"] == 4
        assert result["without_inputs"] == sorted({0, 1, 2, 3}.difference(labels))
    assert (
        class_facts(np.float32([2]), np.float32([1]), np.array([NO_LABEL]), ids[:1], ids[:1] == 0, Label())["classes"]
        == 3
    )
