"""Numbers of inputs in the parts of a study."""

import pytest

from quantshift.core.test_set import CLEAN, VALIDATION, TestSet
from quantshift.data.sources import wilds
from quantshift.planning import sizes


def test_training_uses_the_inputs_that_are_not_reserved(study):
    assert sizes.training_inputs(study(), "mnist") == 60_000 - 5_000 - 1_000
    assert sizes.training_inputs(study(), "cifar10") == 50_000 - 5_000 - 500
    # Its validation data are published separately.
    assert sizes.validation_inputs(study("paper"), "iwildcam") == min(5_000, wilds.COUNTS["id_val"])
    assert sizes.training_inputs(study("paper"), "iwildcam") == 129_809 - 1_000
    assert sizes.split_inputs(study(), "mnist") == 70_000
    assert sizes.published_inputs("cifar10") == 60_000
    assert sizes.split_inputs(study(), "cifar10") == 60_000


@pytest.mark.parametrize(
    ("config", "dataset", "test_set", "count"),
    [
        (None, "mnist", CLEAN, 10_000),
        (None, "mnist", VALIDATION, 5_000),
        (None, "mnist", TestSet("mnist_c", "fog", 5), 10_000),
        (None, "mnist", TestSet("digits", "digits", 0), 1_797),
        ("smoke", "mnist", TestSet("digits", "digits", 0), 500),
        (None, "cifar10", TestSet("cifar10_c", "fog", 5), 200),
        (None, "imdb", TestSet("tweets", "tweets", 0), 2_000),
        (None, "imdb", TestSet("text_corruptions", "word_drop", 1), 300),
        ("paper", "imdb", TestSet("customer_reviews", "cr", 0), 2_977),
        ("paper", "imdb", TestSet("yelp", "yelp", 0), 5_000),
        ("paper", "iwildcam", TestSet("ood", "ood", 0), 42_791),
    ],
)
def test_the_number_of_inputs_of_a_test_set(study, config, dataset, test_set, count):
    assert sizes.test_inputs(study(config), dataset, test_set) == count


def test_a_natural_shift_without_a_count_is_as_large_as_the_clean_test_set(study):
    assert sizes.test_inputs(study(), "emoji", TestSet("vendor", "vendor", 0)) == sizes.test_inputs(
        study(), "emoji", CLEAN
    )


def test_suites_add_up(study):
    assert sizes.suite_inputs(study(), "mnist", "mnist_c") == 160_000
    assert sizes.suite_inputs(study(), "mnist", "clean") == 15_000
    assert sizes.all_test_inputs(study(), "mnist") == 160_000 + 10_000 + 1_797


def test_bytes_of_an_input():
    assert sizes.input_bytes("mnist") == 784
    assert sizes.input_bytes("imdb") == 800
    assert sizes.input_bytes("iwildcam") == 3 * 448 * 448
