"""Estimates of jobs, and their sources."""

import pytest

from quantshift.planning.estimates import Source, estimates, unknown
from quantshift.planning.rates import Line, Rates
from quantshift.planning.records import Record
from quantshift.planning.work import work


@pytest.fixture
def recorded(study, job):
    """Return a function that returns rates from records of jobs: 0.001 s per unit and a second to start."""

    def build(*jobs):
        return Rates(
            Record(each.rule, work(each, study()), 1.0, 0.001 * work(each, study()).amount, 50, 400) for each in jobs
        )

    return build


def estimated(jobs, study, rates, lines=None, starts=None):
    return estimates(jobs, study, rates, lines or {}, {}, starts or {})


def test_a_record_of_one_size_applies_to_another(study, job, recorded):
    larger = study()
    larger.config["training"]["mnist"]["standard"]["epochs"] = 20
    (estimate,) = estimated([job("train")], larger, recorded(job("train")))
    assert estimate.source == Source.RECORD
    assert estimate.work == pytest.approx(0.001 * 20 * (54_000 + 2_000 / 3))
    assert estimate.start == 1
    assert estimate.memory == 50
    assert estimate.task.seconds == pytest.approx(estimate.work + 1)


def test_threads_share_the_work_and_not_the_start(study, job, recorded):
    (estimate,) = estimated([job("train", threads=4)], study(), recorded(job("train")))
    assert estimate.task.seconds == pytest.approx(1 + estimate.work / 4)
    assert estimate.core_seconds == pytest.approx(4 + estimate.work)


def test_each_kind_without_records_is_measured_once(study, job, recorded):
    jobs = [
        job("train", 1),
        job("train", 2, method="mixup"),
        job("train", 3, method="mixup", seed="1"),
        job("evaluate", 4, variant="float32", suite="clean"),
        job("evaluate", 5, variant="float32", suite="digits"),
        job("compare", 6, variant="float32"),
        job("fetch", 7, artifact="mnist"),
    ]
    assert [missing.number for missing in unknown(jobs, study(), recorded(job("train")))] == [2, 4]


def test_records_precede_measurements_and_these_precede_similar_jobs(study, job, recorded):
    trained, shifted = job("train"), job("shift", suite="mnist_c", shift="fog", severity="5")
    other = job("shift", suite="mnist_c", shift="shear", severity="2")
    kinds = {each.rule: work(each, study()).kind for each in (trained, shifted)}
    lines = {kinds["train"]: Line(0.0, 9.0)}
    assert estimated([trained], study(), recorded(trained), lines)[0].work < 1000
    assert estimated([trained], study(), recorded(), lines)[0].source == Source.MEASURED
    (similar,) = estimated([shifted], study(), recorded(other))
    assert similar.source == Source.SIMILAR
    assert similar.work == pytest.approx(0.001 * 7_840_000)


def test_without_any_source_only_the_start_is_counted(study, job, recorded):
    (estimate,) = estimated([job("train", memory=7)], study(), recorded(), starts={"train": 2.5})
    assert (estimate.source, estimate.start, estimate.work, estimate.memory) == (Source.START, 2.5, 0, 7)
