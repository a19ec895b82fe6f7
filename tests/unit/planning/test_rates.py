"""Durations from records."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quantshift.planning.rates import Line, Rates, fit
from quantshift.planning.records import Record
from quantshift.planning.work_kind import Work


def record(kind, amount, seconds, *, start=1.0, memory=10, stored=None, comparable=True):
    return Record(kind[0], Work(kind, amount, comparable), start, seconds, memory, stored)


@given(st.floats(0, 100), st.floats(1e-6, 10), st.lists(st.integers(1, 10**9), min_size=2, max_size=9, unique=True))
def test_a_line_is_recovered(fixed, unit, amounts):
    amounts = [1, *(10 * amount for amount in amounts)]
    line = fit(amounts, [fixed + unit * amount for amount in amounts])
    for amount in amounts:
        assert line.seconds(amount) == pytest.approx(fixed + unit * amount, rel=1e-3, abs=1e-6)


@given(st.lists(st.tuples(st.floats(1, 1e9), st.floats(0, 1e5)), min_size=1, max_size=9))
def test_no_coefficient_of_a_line_is_negative(points):
    line = fit([amount for amount, _ in points], [seconds for _, seconds in points])
    assert line.fixed >= 0
    assert line.unit >= 0


def test_amounts_of_about_one_size_go_through_the_origin():
    kind = ("train", "mnist")
    rates = Rates([record(kind, 100, 9.0, comparable=False), record(kind, 140, 15.0, comparable=False)])
    assert rates.exact(Work(kind)) == Line(0.0, 0.1)


def test_fixed_seconds_come_from_kinds_with_several_amounts():
    # 2 s for any amount, which a kind with a single amount cannot show.
    several, single = ("train", "mnist", "standard"), ("train", "mnist", "mixup")
    records = [record(several, amount, 2 + 0.01 * amount, comparable=False) for amount in (100, 200)]
    line = Rates([*records, record(single, 100, 12.0, comparable=False)]).exact(Work(single))
    assert line.seconds(1000) == pytest.approx(102)


def test_the_fastest_of_similar_jobs_gives_the_fixed_seconds():
    identity, fog = ("shift", "mnist_c", "identity"), ("shift", "mnist_c", "fog")
    rates = Rates([record(identity, 500, 0.1), record(fog, 500, 1.1)])
    assert rates.exact(Work(fog)).seconds(5000) == pytest.approx(10.1)


def test_a_duration_is_never_regarded_as_entirely_fixed():
    rates = Rates([record(("detect", "mnist"), 10, 4.0), record(("detect", "imdb"), 10, 4.0)])
    assert rates.exact(Work(("detect", "mnist"))).seconds(100) == pytest.approx(2 + 20)


def test_the_exact_kind_precedes_similar_kinds():
    rates = Rates([record(("shift", "mnist_c", "fog"), 10, 1.0), record(("shift", "mnist_c", "shear"), 10, 3.0)])
    assert rates.exact(Work(("shift", "mnist_c", "fog"))).seconds(10) == 1
    assert rates.exact(Work(("shift", "mnist_c", "rotate"))) is None
    assert rates.similar(Work(("shift", "mnist_c", "rotate"))).seconds(10) == 2
    assert rates.similar(Work(("shift", "cifar10_c", "fog"))).seconds(10) == 2
    assert rates.similar(Work(("detect", "mnist"))) is None


def test_the_closest_kinds_are_used():
    rates = Rates([record(("shift", "mnist_c", "fog"), 10, 1.0), record(("shift", "cifar10_c", "fog"), 10, 9.0)])
    assert rates.similar(Work(("shift", "cifar10_c", "snow"))).seconds(10) == 9


def test_work_that_is_not_comparable_is_not_guessed():
    rates = Rates([record(("train", "mnist", "lenet5"), 10, 1.0, comparable=False)])
    assert rates.similar(Work(("train", "emoji", "resnet50"), 10, comparable=False)) is None


def test_start_memory_and_disk():
    kind = ("figure", "heat_map")
    rates = Rates([record(kind, 1, 1.0, start=start, memory=7, stored=100) for start in (1.0, 2.0, 9.0)])
    assert rates.start("figure") == 2
    assert rates.start("train") is None
    assert rates.memory(Work(kind)) == 7
    assert rates.memory(Work(("figure", "published"))) is None
    assert rates.stored(Work(kind, 2)) == 200
    assert rates.stored(Work(("figure", "published"), 1)) == 100
    assert rates.stored(Work(("figure", "published"), 1, comparable=False)) is None


def test_deleted_outputs_have_no_size():
    rates = Rates([record(("detect", "mnist"), 10, 1.0, stored=None), record(("detect", "mnist"), 10, 1.0, stored=30)])
    assert rates.stored(Work(("detect", "mnist"), 20)) == 60


def test_a_job_without_work_is_ignored():
    kind = ("evaluate", "mnist")
    records = [record(kind, 10, 2.0), record(kind, 100, 20.0)]
    assert Rates([*records, record(kind, 0, 0.5)]).exact(Work(kind)) == Rates(records).exact(Work(kind))
