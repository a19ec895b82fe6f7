"""The work of jobs of a user's own models and data."""

import pytest
from tests.own_linear import linear

from quantshift.planning.work import work

MODEL = "sensor/linear/given/0"


@pytest.fixture
def own_job(job):
    """Return a function that returns a job of the model or its data."""

    def build(rule, **names):
        wildcards = {"dataset": "sensor", "architecture": "linear", "method": "given", "seed": "0", **names}
        return job(rule, **wildcards)

    return build


@pytest.mark.parametrize(
    ("rule", "names", "amount"),
    [
        ("given_data", {}, 100 + 2 * 20),
        ("given_shift", {"shift": "others"}, 30),
        ("given_corruption", {"suite": "features", "shift": "noise", "severity": "3"}, 50),
        ("evaluate", {"variant": "float32", "suite": "clean"}, 100 + 20),
        ("evaluate", {"variant": "theirs", "suite": "given"}, 100 + 30),
        ("evaluate", {"variant": "weight_int8", "suite": "features"}, 9 * 50),
        ("compare", {}, 3 * (230 + 450)),
        ("compare_variant", {"variant": "theirs"}, 230 + 450),
        ("detect", {}, 2 * (20 + 230 + 450)),
        ("detect_variant", {"variant": "theirs"}, 20 + 230 + 450),
        ("quantize", {"quantizer": "static_int8"}, 1),
        ("given_model", {}, 1),
    ],
)
def test_amounts_are_numbers_of_samples(own, own_job, rule, names, amount):
    assert work(own_job(rule, **names), own.study()).amount == amount


RULES = [
    ("given_model", {}),
    ("given_record", {}),
    ("quantize", {"quantizer": "static_int8"}),
    ("evaluate", {"variant": "float32", "suite": "clean"}),
    ("evaluate", {"variant": "theirs", "suite": "clean"}),
    ("inspect", {}),
    ("inspect_variant", {"variant": "theirs"}),
    ("given_variant", {"variant": "theirs"}),
]


@pytest.mark.parametrize(("rule", "names"), RULES)
def test_records_of_a_model_apply_to_a_file_of_its_size_alone(own, own_job, rule, names):
    before = work(own_job(rule, **names), own.study())
    # The same architecture after another training.
    linear(own.folder / "m.onnx", seed=7)
    assert work(own_job(rule, **names), own.study()) == before
    linear(own.folder / "m.onnx", features=48)
    assert work(own_job(rule, **names), own.study()).kind != before.kind
    assert not before.comparable


def test_a_new_quantized_file_is_another_kind(own, own_job):
    evaluated = own_job("evaluate", variant="theirs", suite="clean")
    before = work(evaluated, own.study())
    linear(own.folder / "q.onnx", features=48)
    assert work(evaluated, own.study()).kind != before.kind


def test_severities_of_a_corruption_are_one_kind(own, own_job):
    kinds = {
        work(own_job("given_corruption", suite="features", shift=shift, severity=severity), own.study()).kind
        for shift in ("noise", "scaling")
        for severity in "135"
    }
    assert len(kinds) == 2


def test_other_jobs_work_as_those_of_trained_models(own, own_job, job, study):
    assert work(own_job("details"), own.study()) == work(job("details"), study())
    drawn = own_job("figure", figure="heat_map")
    assert work(drawn, own.study()) == work(job("figure", figure="heat_map"), study())


def test_comparisons_resemble_those_of_trained_models(own, own_job, job, study):
    for rule in ("compare", "detect"):
        ours, theirs = work(own_job(rule), own.study()), work(job(rule), study())
        assert ours.kind[:1] == theirs.kind[:1]
        assert ours.comparable
        assert theirs.comparable
