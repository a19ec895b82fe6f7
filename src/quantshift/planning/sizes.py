"""Numbers of inputs in a study, from its config and the facts about its data sets."""

import math

from quantshift.core import members
from quantshift.core.dataset_facts import facts_of
from quantshift.core.names import CLEAN_SUITE
from quantshift.core.test_set import CLEAN, VALIDATION, TestSet
from quantshift.study import Study, modality_of

LOGIT_BYTES = 4  # float32
# A search of operators (the scheme `static_search`) runs float32 and at most so many sets on at most so many inputs.
SEARCHED_SETS, SEARCHED_INPUTS = 6, 500


def published_inputs(dataset: str) -> int:
    """Return the number of published inputs of a data set, for training and test together."""
    facts = facts_of(dataset)
    return facts.training_count + facts.test_count


def training_inputs(study: Study, dataset: str) -> int:
    """Return the maximum number of training inputs; near copies of reserved inputs may reduce it further."""
    sizes, facts = study.splits(dataset), facts_of(dataset)
    reserved = sizes["calibration"] or 0
    if facts.validation_count is None:
        reserved += validation_inputs(study, dataset)
    rest = facts.training_count - reserved
    limit = sizes["train_limit"]
    return rest if limit is None else min(rest, limit)


def validation_inputs(study: Study, dataset: str) -> int:
    """Return the number of validation inputs."""
    requested = study.splits(dataset)["validation"] or 0
    published = facts_of(dataset).validation_count
    return requested if published is None else min(requested, published)


def test_inputs(study: Study, dataset: str, test_set: TestSet) -> int:
    """Return the number of inputs in a test set, or in the validation data, which are predicted like a test set.

    A natural shift without a `COUNT` is assumed to be as large as the clean test set.
    """
    if test_set == VALIDATION:
        return validation_inputs(study, dataset)
    count = facts_of(dataset).test_count
    limits = [study.splits(dataset)["test_limit"]]
    if test_set.suite != CLEAN_SUITE:
        if study.source_kind(test_set.suite, test_set.shift) == "natural":
            constants = members.constants(f"shifts/{study.collection(test_set.suite)}/{test_set.shift}")
            count = constants.get("COUNT", count)
        else:
            limits.append(study.shift_limit(dataset))
    return min([count, *(limit for limit in limits if limit is not None)])


def suite_inputs(study: Study, dataset: str, suite: str) -> int:
    """Return the number of inputs that a variant predicts for a suite."""
    return sum(test_inputs(study, dataset, test_set) for test_set in study.predicted(dataset, suite))


def all_test_inputs(study: Study, dataset: str) -> int:
    """Return the number of inputs of all test sets of a data set."""
    return sum(test_inputs(study, dataset, test_set) for test_set in study.all_test_sets(dataset))


def detected_inputs(study: Study, dataset: str) -> int:
    """Return the number of inputs that detectors are fitted and tested on."""
    return validation_inputs(study, dataset) + all_test_inputs(study, dataset)


def split_inputs(study: Study, dataset: str) -> int:
    """Return the number of inputs in all splits of a data set, including the clean test set."""
    calibration: int = study.splits(dataset)["calibration"] or 0
    clean = test_inputs(study, dataset, CLEAN)
    return training_inputs(study, dataset) + validation_inputs(study, dataset) + calibration + clean


def searched_inputs(study: Study, dataset: str, scheme: str) -> int:
    """Return the number of inputs that the search of operators runs, over all sets; 0 for another scheme."""
    return searched(scheme, study.splits(dataset)["calibration"] or 0)


def searched(scheme: str, calibration: int) -> int:
    """Return the number of inputs that the search of operators runs, of a number of calibration inputs.

    >>> searched("static_search", 100), searched("static_qdq", 100)
    (700, 0)
    """
    return (SEARCHED_SETS + 1) * min(SEARCHED_INPUTS, calibration) if scheme == "static_search" else 0


def positions(dataset: str) -> int:
    """Return the number of positions of one input: pixels of an image, words of a text."""
    shape = facts_of(dataset).shape
    return math.prod(shape[modality_of(dataset)["CHANNEL_AXES"] :])


def classes(dataset: str) -> int:
    """Return the number of classes, which is the number of logits of one input."""
    return facts_of(dataset).classes


def values(dataset: str) -> int:
    """Return the number of stored values of one input."""
    return math.prod(facts_of(dataset).shape)


def input_bytes(dataset: str) -> int:
    """Return the bytes of one stored input."""
    bits = int(modality_of(dataset)["STORED"].lstrip("uintfloa"))
    return values(dataset) * bits // 8
