"""The severities of the published study."""

import pandas as pd
import pytest

from quantshift.core import members
from quantshift.studies.arxiv_2204_04220 import published_tables
from quantshift.studies.arxiv_2204_04220.severities import comparable, severities
from quantshift.study import Study

# The collections of the published study's data sets.
COLLECTIONS = {
    "mnist": ["mnist_c"],
    "cifar10": ["cifar10_c"],
    "imdb": ["customer_reviews", "yelp"],
    "iwildcam": ["ood"],
}


def test_exactly_the_published_shifts_have_a_severity() -> None:
    table = published_tables.evaluation()
    shifts = table[table["shift"] != published_tables.CLEAN_SHIFT].groupby("dataset")["shift"].agg(set)
    published = pd.Series(
        {
            dataset: {shift for suite, shift in severities() if suite in collections}
            for dataset, collections in COLLECTIONS.items()
        }
    )
    assert published.to_dict() == shifts.to_dict()
    assert {suite for suite, _ in severities()} == {suite for suites in COLLECTIONS.values() for suite in suites}


def test_each_severity_is_a_level_of_our_shift() -> None:
    for (suite, shift), severity in severities().items():
        levels = members.constants(f"shifts/{suite}/{shift}").get("LEVELS", ())
        assert severity in range(1, len(levels) + 1) if levels else severity == 0


def test_mnist_c_has_the_severities_of_the_archive() -> None:
    archive = members.constants("shifts/archives/mnist_c")["SEVERITIES"]
    assert {shift: [severity] for (suite, shift), severity in severities().items() if suite == "mnist_c"} == archive


@pytest.fixture
def study() -> Study:
    suites = {"mnist_c": {"shifts": {"fog": [5, 1]}}, "digits": {"shifts": {"digits": [0]}}}
    renamed = {"mine": {"collection": "mnist_c", "shifts": {"stripe": [0]}}}
    return Study(
        {
            "study": {"datasets": ["mnist"]},
            "datasets": {"mnist": {"suites": ["mnist_c", "digits", "mine"]}},
            "suites": suites | renamed,
        }
    )


def test_unpublished_shifts_have_no_comparable_severity(study: Study) -> None:
    assert comparable(study) == {"mnist_c/fog": 5, "mine/stripe": 0}


def test_the_default_study_has_the_published_severities(default_config) -> None:
    study = Study(default_config)
    published = comparable(study)
    for test_set in study.test_sets("mnist", "mnist_c"):
        assert published[f"mnist_c/{test_set.shift}"] == test_set.severity
