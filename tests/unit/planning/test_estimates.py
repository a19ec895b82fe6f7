"""What each job takes, and how that is known."""

import pytest

from quantshift.planning.estimates import Source, estimates, unknown
from quantshift.planning.rates import Line, Rates
from quantshift.planning.records import Record
from quantshift.planning.work import work


@pytest.fixture
def recorded(study, job):
    """Rates by records of a LeNet-5 of the default study: 0.001 s an input in training, a second to start."""

    def made(*jobs):
        return Rates(
            Record(each.rule, work(each, study()), 1.0, 0.001 * work(each, study()).amount, 50, 400) for each in jobs
        )

    return made


def estimated(jobs, study, rates, lines=None, starts=None):
    return estimates(jobs, study, rates, lines or {}, {}, starts or {})


def test_a_record_of_one_size_tells_of_another(study, job, recorded):
    larger = study()
    larger.config["training"]["mnist"]["standard"]["epochs"] = 20
    (found,) = estimated([job("train")], larger, recorded(job("train")))
    assert found.source == Source.RECORD
    assert found.work == pytest.approx(0.001 * 20 * (54_000 + 2_000 / 3))
    assert found.start == 1
    assert found.memory == 50
    assert found.task.seconds == pytest.approx(found.work + 1)


def test_threads_share_the_work_and_not_the_start(study, job, recorded):
    (found,) = estimated([job("train", threads=4)], study(), recorded(job("train")))
    assert found.task.seconds == pytest.approx(1 + found.work / 4)
    assert found.core_seconds == pytest.approx(4 + found.work)


def test_what_no_record_tells_of_is_asked_for_once(study, job, recorded):
    jobs = [
        job("train", 1),
        job("train", 2, method="mixup"),
        job("train", 3, method="mixup", seed="1"),
        job("evaluate", 4, variant="float32", suite="clean"),
        job("evaluate", 5, variant="float32", suite="digits"),
        job("compare", 6, variant="float32"),
        job("fetch", 7, artifact="mnist"),
    ]
    assert [asked.number for asked in unknown(jobs, study(), recorded(job("train")))] == [2, 4]


def test_records_come_before_what_was_measured_and_that_before_what_is_alike(study, job, recorded):
    trained, shifted = job("train"), job("shift", suite="mnist_c", shift="fog", severity="5")
    other = job("shift", suite="mnist_c", shift="shear", severity="2")
    kinds = {each.rule: work(each, study()).kind for each in (trained, shifted)}
    lines = {kinds["train"]: Line(0.0, 9.0)}
    assert estimated([trained], study(), recorded(trained), lines)[0].work < 1000
    assert estimated([trained], study(), recorded(), lines)[0].source == Source.MEASURED
    (alike,) = estimated([shifted], study(), recorded(other))
    assert alike.source == Source.ALIKE
    assert alike.work == pytest.approx(0.001 * 7_840_000)


def test_of_what_nothing_is_known_the_start_is_counted(study, job, recorded):
    (found,) = estimated([job("train", memory=7)], study(), recorded(), starts={"train": 2.5})
    assert (found.source, found.start, found.work, found.memory) == (Source.START, 2.5, 0, 7)
