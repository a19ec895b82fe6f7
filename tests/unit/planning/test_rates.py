"""Durations from records."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quantshift.planning.rates import Line, Rates, fit
from quantshift.planning.records import Record
from quantshift.planning.work import Work


def record(kind, amount, seconds, *, start=1.0, memory=10, stored=None, alike=True):
    return Record(kind[0], Work(kind, amount, alike), start, seconds, memory, stored)


@given(st.floats(0, 100), st.floats(1e-6, 10), st.lists(st.integers(1, 10**9), min_size=2, max_size=9, unique=True))
def test_a_line_is_found_again(fixed, unit, amounts):
    amounts = [1, *(10 * amount for amount in amounts)]
    line = fit(amounts, [fixed + unit * amount for amount in amounts])
    for amount in amounts:
        assert line.seconds(amount) == pytest.approx(fixed + unit * amount, rel=1e-3, abs=1e-6)


@given(st.lists(st.tuples(st.floats(1, 1e9), st.floats(0, 1e5)), min_size=1, max_size=9))
def test_no_part_of_a_line_is_negative(points):
    line = fit([amount for amount, _ in points], [seconds for _, seconds in points])
    assert line.fixed >= 0
    assert line.unit >= 0


def test_amounts_of_about_one_size_go_through_the_origin():
    kind = ("train", "mnist")
    rates = Rates([record(kind, 100, 9.0, alike=False), record(kind, 140, 15.0, alike=False)])
    assert rates.exact(Work(kind)) == Line(0.0, 0.1)


def test_fixed_seconds_are_those_of_kinds_of_several_amounts():
    # 2 s whatever the amount, which the kind of one amount does not tell.
    several, one = ("train", "mnist", "standard"), ("train", "mnist", "mixup")
    records = [record(several, amount, 2 + 0.01 * amount, alike=False) for amount in (100, 200)]
    line = Rates([*records, record(one, 100, 12.0, alike=False)]).exact(Work(one))
    assert line.seconds(1000) == pytest.approx(102)


def test_the_quickest_of_like_jobs_tells_the_fixed_seconds():
    identity, fog = ("shift", "mnist_c", "identity"), ("shift", "mnist_c", "fog")
    rates = Rates([record(identity, 500, 0.1), record(fog, 500, 1.1)])
    assert rates.exact(Work(fog)).seconds(5000) == pytest.approx(10.1)


def test_a_kind_is_never_taken_for_fixed_altogether():
    rates = Rates([record(("detect", "mnist"), 10, 4.0), record(("detect", "imdb"), 10, 4.0)])
    assert rates.exact(Work(("detect", "mnist"))).seconds(100) == pytest.approx(2 + 20)


def test_the_exact_kind_comes_before_what_is_alike():
    rates = Rates([record(("shift", "mnist_c", "fog"), 10, 1.0), record(("shift", "mnist_c", "shear"), 10, 3.0)])
    assert rates.exact(Work(("shift", "mnist_c", "fog"))).seconds(10) == 1
    assert rates.exact(Work(("shift", "mnist_c", "rotate"))) is None
    assert rates.alike(Work(("shift", "mnist_c", "rotate"))).seconds(10) == 2
    assert rates.alike(Work(("shift", "cifar10_c", "fog"))).seconds(10) == 2
    assert rates.alike(Work(("detect", "mnist"))) is None


def test_the_nearest_kinds_tell():
    rates = Rates([record(("shift", "mnist_c", "fog"), 10, 1.0), record(("shift", "cifar10_c", "fog"), 10, 9.0)])
    assert rates.alike(Work(("shift", "cifar10_c", "snow"))).seconds(10) == 9


def test_work_that_is_like_no_other_is_not_guessed():
    rates = Rates([record(("train", "mnist", "lenet5"), 10, 1.0, alike=False)])
    assert rates.alike(Work(("train", "emoji", "resnet50"), 10, alike=False)) is None


def test_start_memory_and_disk():
    kind = ("figure", "heat_map")
    rates = Rates([record(kind, 1, 1.0, start=start, memory=7, stored=100) for start in (1.0, 2.0, 9.0)])
    assert rates.start("figure") == 2
    assert rates.start("train") is None
    assert rates.memory(Work(kind)) == 7
    assert rates.memory(Work(("figure", "published"))) is None
    assert rates.stored(Work(kind, 2)) == 200
    assert rates.stored(Work(("figure", "published"), 1)) == 100
    assert rates.stored(Work(("figure", "published"), 1, alike=False)) is None


def test_outputs_that_are_gone_tell_no_size():
    rates = Rates([record(("detect", "mnist"), 10, 1.0, stored=None), record(("detect", "mnist"), 10, 1.0, stored=30)])
    assert rates.stored(Work(("detect", "mnist"), 20)) == 60


def test_a_job_that_had_nothing_to_do_tells_nothing():
    kind = ("evaluate", "mnist")
    known = [record(kind, 10, 2.0), record(kind, 100, 20.0)]
    assert Rates([*known, record(kind, 0, 0.5)]).exact(Work(kind)) == Rates(known).exact(Work(kind))
