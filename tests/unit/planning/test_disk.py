"""Disk space of a job's outputs."""

import pytest

from quantshift.planning import disk
from quantshift.planning.rates import Rates
from quantshift.planning.records import Record
from quantshift.planning.work import work


@pytest.mark.parametrize(
    ("rule", "names", "expected"),
    [
        ("dataset", {}, 70_000 * 784),
        ("shift", {"suite": "mnist_c", "shift": "fog", "severity": "5"}, 10_000 * 784),
        ("shift", {"dataset": "imdb", "suite": "tweets", "shift": "tweets", "severity": "0"}, 2_000 * 800),
        ("evaluate", {"variant": "float32", "suite": "clean"}, 15_000 * 10 * 4),
    ],
)
def test_data_and_logits_follow_from_the_config(study, job, rule, names, expected):
    assert disk.stored(job(rule, **names), study(), Rates([]), {}) == expected


def test_sizes_of_models_come_from_records(study, job):
    exported, quantized = job("export"), job("quantize", quantizer="static_int8")
    records = [
        Record(each.rule, work(each, study()), 1.0, 1.0, 0, size) for each, size in ((exported, 400), (quantized, 100))
    ]
    for planned, size in ((job("export", method="qat"), 400), (job("train"), 400), (quantized, 100)):
        assert disk.stored(planned, study(), Rates(records), {}) == size
    # The number of epochs does not matter.
    assert disk.stored(job("retrain", protocol="held_out"), study(), Rates(records), {}) == 400
    assert disk.stored(job("export", architecture="lenet1"), study(), Rates(records), {}) is None


def test_sizes_of_models_without_records_come_from_measurements(study, job):
    assert disk.stored(job("train"), study(), Rates([]), {work(job("export"), study()).kind: 300}) == 300


def test_kinds():
    assert [disk.kind(rule) for rule in ("fetch", "shift", "quantize", "evaluate", "figure")] == [
        *("fetched", "data", "models", "logits", "the rest")
    ]
