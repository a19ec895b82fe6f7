"""How much work a job is, and of what kind."""

import pytest

from quantshift.planning.work import Work, work


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
    assert not once.alike


def test_retraining_is_training_for_its_own_epochs(study, job):
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
def test_only_what_changes_the_speed_is_another_kind(study, job, method, setting, to, same):
    asked = job("train", method=method)
    other = changed(study(), "training", "mnist", method, setting, to=to)
    assert (work(asked, other).kind == work(asked, study()).kind) is same


def test_an_architectures_options_are_another_kind(study, job):
    asked = job("export", dataset="fashion_mnist", architecture="nin")
    wide = changed(study(), "architectures", "nin", to={"width": 1.0})
    assert work(asked, wide).kind != work(asked, study()).kind
    assert work(asked, study()).amount == 1


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


def test_a_preset_of_the_same_name_with_other_options_is_another_kind(study, job):
    other = changed(study(), "quantizers", "static_int8", "per_channel", to=False)
    asked = job("quantize", quantizer="static_int8")
    assert work(asked, other).kind != work(asked, study()).kind


def test_a_data_set_is_read_whole_whatever_is_used(study, job):
    assert work(job("dataset"), study("smoke")) == work(job("dataset"), study())


def test_findings_grow_with_models_and_quantizers(study, job):
    assert work(job("findings_table"), study("smoke")).amount == 5 * 5


def test_shifts_are_of_a_kind_by_what_makes_them(study, job):
    made = work(job("shift", suite="mnist_c", shift="fog", severity="5"), study())
    read = work(job("shift", suite="mnist_c", shift="fog", severity="5"), study("paper"))
    assert made.amount == read.amount == 10_000 * 784
    assert made.kind[:2] == ("shift", "synthetic")
    assert read.kind[:2] == ("shift", "archive")


def test_one_artifact_tells_nothing_of_another(study, job):
    assert not work(job("fetch", artifact="mnist"), study()).alike


def test_a_rule_that_is_not_known_takes_the_same_time_each(study, job):
    assert work(job("something_new"), study()) == Work(("something_new",), 1.0)


def test_detectors_are_fitted_on_the_validation_data(study, job):
    few, many = (changed(study(), "datasets", "mnist", "validation", to=count) for count in (1_000, 41_000))
    asked = job("detect")
    assert work(asked, many).amount == work(asked, few).amount + 40_000 * len(many.quantizers)
    # And a training looks at the first ones.
    train_limited = [changed(one, "datasets", "mnist", "train_limit", to=9_000) for one in (few, many)]
    few_work, many_work = (work(job("train"), one).amount for one in train_limited)
    assert many_work < 1.1 * few_work
