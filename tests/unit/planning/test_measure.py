"""Measurements of rates."""

import time

import pytest

from quantshift.planning import measure, timing
from quantshift.planning.work import work


def spin(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_long_work_is_measured_on_few_inputs():
    sizes = []

    def run(size):
        sizes.append(size)
        spin(0.6 * size)

    assert timing.per_input(run, 64) == pytest.approx(0.6, rel=0.1)
    assert set(sizes) == {timing.FEW}


def test_the_fixed_cost_of_a_batch_is_counted_once(monkeypatch):
    monkeypatch.setattr(timing, "SECONDS", 0.4)
    sizes = []

    def run(size):
        sizes.append(size)
        spin(0.2 + 0.02 * size)

    assert timing.per_input(run, 640) == pytest.approx(0.02 + 0.2 / 640, rel=0.2)
    assert max(sizes) == 16


def test_quick_work_is_measured_on_whole_batches(monkeypatch):
    monkeypatch.setattr(timing, "SECONDS", 0.2)
    sizes = []

    def run(size):
        sizes.append(size)
        spin(0.02 + 0.0001 * size)

    assert timing.per_input(run, 200) == pytest.approx(0.0002, rel=0.2)
    assert sizes[-1] == 200


def test_a_network_is_measured(study, job, monkeypatch):
    monkeypatch.setattr(timing, "SECONDS", 0.2)
    smoke = study("smoke")
    jobs = [
        job("train"),
        job("retrain", method="adversarial", protocol="held_out"),
        job("export"),
        job("graph"),
        job("quantize", quantizer="static_int8"),
        job("inspect"),
        job("evaluate", variant="float32", suite="clean"),
        job("evaluate", variant="dynamic_int8", suite="clean"),
    ]
    measured = measure.measure(jobs, smoke)
    seconds = {each.rule: measured.lines[work(each, smoke).kind].seconds(1000) for each in jobs}
    assert all(value > 0 for value in seconds.values())
    kinds = [work(each, smoke).kind for each in jobs]
    assert list(measured.lines) == kinds
    # An attack of two steps goes through the network three times.
    assert measured.lines[kinds[1]].unit > 1.5 * measured.lines[kinds[0]].unit
    assert measured.lines[kinds[0]].unit > measured.lines[kinds[6]].unit
    # 107,786 weights, as float32 and as bytes.
    assert measured.stored[kinds[2]] == pytest.approx(4 * 107_786, rel=0.1)
    assert measured.stored[kinds[4]] == pytest.approx(107_786, rel=0.5)


def test_texts_are_measured_too(study, job, monkeypatch):
    monkeypatch.setattr(timing, "SECONDS", 0.2)
    smoke = study("smoke")
    training = job("train", dataset="imdb", architecture="lstm", method="adversarial")
    assert measure.measure([training], smoke).lines[work(training, smoke).kind].unit > 0


def test_other_jobs_cannot_be_measured(study, job):
    with pytest.raises(ValueError, match="rule compare"):
        measure.measure([job("compare")], study())
