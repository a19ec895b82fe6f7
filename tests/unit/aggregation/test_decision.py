"""Decisions from the files of a small study."""

import dataclasses

import pytest
from tests.small_study import small_study

from quantshift.aggregation.decision import measured_again
from quantshift.core.errors import QuantshiftError
from quantshift.decision import record


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A study with one model and two seeds."""
    folder = tmp_path_factory.mktemp("decided") / "results"
    return small_study(folder, datasets=("mnist",), methods=("standard",))


def test_each_model_states_what_float32_answers(study):
    entries, _ = record.read(study.decision)
    for entry in entries:
        assert (entry.float32.classes, entry.float32.classes_without_inputs) == (10, [])
        assert entry.float32.kappa > 0.25
        assert entry.float32.accuracy > 0.4 > 0.2 > entry.float32.chance


def test_the_classes_are_those_of_the_clean_test_set(study):
    entries, _ = record.read(study.decision)
    for entry in entries:
        assert sum(rate.n for rate in entry.by_class) == entry.clean.n
        assert sum(rate.disagreements for rate in entry.by_class) == entry.clean.disagreements
        assert entry.clean.effective_n == pytest.approx(entry.clean.n)
    assert any(rate.disagreements for entry in entries for rate in entry.by_class)


def test_limits_of_another_confidence_come_from_the_tables(study):
    entries, policy = record.read(study.decision)
    files = study.tables["evaluation"], study.tables["variants"]
    assert measured_again(entries, *files, policy.confidence) == entries
    for before, wider in zip(entries, measured_again(entries, *files, 0.999), strict=True):
        assert wider.float32 == before.float32
        for name in ("clean", "shifted", "worst"):
            assert getattr(wider, name).high > getattr(before, name).high
        for first, second in zip(before.by_class, wider.by_class, strict=True):
            assert second.high > first.high
            assert dataclasses.replace(second, low=first.low, high=first.high) == first


def test_tables_of_another_study_are_rejected(study):
    entries, _ = record.read(study.decision)
    with pytest.raises(QuantshiftError, match="has other models or variants than the decisions"):
        measured_again(entries[1:], study.tables["evaluation"], study.tables["variants"], 0.9)
