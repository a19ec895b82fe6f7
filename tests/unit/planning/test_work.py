"""The kind and amount of a job's work."""

import pytest

from quantshift.planning.work import work
from quantshift.planning.work_kind import Work


def changed(study, *path, to):
    """Return the study with a value of its config changed."""
    *parents, last = path
    place = study.config
    for key in parents:
        place = place[key]
    place[last] = to
    return study


def test_training_grows_with_its_epochs_and_inputs(study, job):
    once = work(job("train"), changed(study(), "training", "mnist", "standard", "epochs", to=1))
    thrice = work(job("train"), changed(study(), "training", "mnist", "standard", "epochs", to=3))
    assert once.amount == pytest.approx(54_000 + 2_000 / 3)
    assert thrice.amount == 3 * once.amount
    assert thrice.kind == once.kind
    assert not once.comparable


def test_retraining_is_training_with_its_own_epochs(study, job):
    trained, retrained = work(job("train"), study()), work(job("retrain", protocol="held_out"), study())
    assert retrained.kind == trained.kind
    assert trained.amount == 2 * retrained.amount


@pytest.mark.parametrize(
    ("method", "setting", "to", "same"),
    [
        ("standard", "learning_rate", 0.5, True),
        ("standard", "batch_size", 7, False),
        ("standard", "threads", 4, True),
        ("adversarial", "epsilon", 0.1, True),
        ("adversarial", "steps", 10, False),
    ],
)
def test_only_settings_that_affect_the_speed_change_the_kind(study, job, method, setting, to, same):
    some_job = job("train", method=method)
    other = changed(study(), "training", "mnist", method, setting, to=to)
    assert (work(some_job, other).kind == work(some_job, study()).kind) is same


def test_an_architectures_options_change_the_kind(study, job):
    some_job = job("export", dataset="fashion_mnist", architecture="nin")
    wide = changed(study(), "architectures", "nin", to={"width": 1.0})
    assert work(some_job, wide).kind != work(some_job, study()).kind
    assert work(some_job, study()).amount == 1


def test_predictions_grow_with_their_inputs(study, job):
    clean = work(job("evaluate", variant="static_int8", suite="clean"), study())
    shifted = work(job("evaluate", variant="static_int8", suite="mnist_c"), study())
    assert (clean.amount, shifted.amount) == (15_000, 160_000)
    assert clean.kind == shifted.kind
    assert work(job("evaluate", variant="float16", suite="clean"), study()).kind != clean.kind
    assert work(job("evaluate", variant="float32", suite="clean"), study()).kind != clean.kind
    # Neither the method nor the seed changes how long a model takes.
    assert (
        work(job("evaluate", method="qat", seed="2", variant="static_int8", suite="clean"), study()).kind == clean.kind
    )


def test_a_presets_options_change_the_kind(study, job):
    other = changed(study(), "quantizers", "static_int8", "per_channel", to=False)
    some_job = job("quantize", quantizer="static_int8")
    assert work(some_job, other).kind != work(some_job, study()).kind


def test_a_data_set_is_read_completely_whatever_is_used(study, job):
    assert work(job("dataset"), study("smoke")) == work(job("dataset"), study())


def test_findings_grow_with_models_and_quantizers(study, job):
    assert work(job("findings_table"), study("smoke")).amount == 5 * 5


def test_the_kind_of_a_shift_includes_its_source(study, job):
    generated = work(job("shift", suite="mnist_c", shift="fog", severity="5"), study())
    archived = work(job("shift", suite="mnist_c", shift="fog", severity="5"), study("paper"))
    assert generated.amount == archived.amount == 10_000 * 784
    assert generated.kind[:2] == ("shift", "synthetic")
    assert archived.kind[:2] == ("shift", "archive")


def test_artifacts_are_not_comparable(study, job):
    assert not work(job("fetch", artifact="mnist"), study()).comparable


def test_jobs_of_an_unknown_rule_take_equal_time(study, job):
    assert work(job("something_new"), study()) == Work(("something_new",), 1.0)


def test_detectors_are_fitted_on_the_validation_data(study, job):
    few, many = (changed(study(), "datasets", "mnist", "validation", to=count) for count in (1_000, 41_000))
    some_job = job("detect")
    assert work(some_job, many).amount == work(some_job, few).amount + 40_000 * len(many.quantizers)
    # A training uses only the first of them.
    train_limited = [changed(config, "datasets", "mnist", "train_limit", to=9_000) for config in (few, many)]
    few_work, many_work = (work(job("train"), config).amount for config in train_limited)
    assert many_work < 1.1 * few_work
