"""Missing keys, settings and artifacts are reported, as are settings that contradict each other."""

import pytest


@pytest.mark.parametrize("key", ["adversarial.warm_up", "mixup.alpha", "qat.range_momentum", "standard.epochs"])
def test_a_missing_hyperparameter_is_reported(mistakes, key):
    method, _, name = key.partition(".")
    lines = mistakes({}, removed=[f"training.mnist.{key}"])
    assert lines == [f"config: training.mnist.{method} lacks the key {name}"]


def test_several_missing_keys_are_reported_in_one_line(mistakes):
    lines = mistakes({}, removed=["training.mnist.qat.schedule", "training.mnist.qat.batch_size"])
    assert lines == ["config: training.mnist.qat lacks the key batch_size, schedule"]
    assert mistakes({}, removed=["study", "device"]) == ["config: the config lacks the key study, device"]


def test_a_method_without_settings_is_reported(mistakes):
    lines = mistakes({}, removed=["training.mnist.mixup"])
    assert lines == ["config: training.mnist.mixup is missing: study.methods asks for it on mnist"]
    assert mistakes("study: {methods: [standard]}", removed=["training.mnist.mixup"]) == []


def test_a_control_needs_the_settings_of_its_method(mistakes):
    (line,) = mistakes("study: {methods: [standard, continued]}", removed=["training.mnist.qat"])
    assert line.startswith("config: training.mnist.qat is missing: study.methods asks for continued, which uses the ")
    assert line.endswith(" on mnist")


def test_a_control_must_not_have_its_own_settings(mistakes, default_config):
    own = {"training": {"mnist": {"continued": default_config["training"]["mnist"]["standard"]}}}
    assert mistakes(own) == [
        "config: training.mnist.continued: continued is the control of qat and uses the hyperparameters of "
        "training.mnist.qat; remove it here"
    ]


def test_an_unknown_method_with_settings_is_reported(mistakes, default_config):
    own = {"training": {"mnist": {"mixupp": default_config["training"]["mnist"]["mixup"]}}}
    (line,) = mistakes(own)
    assert "training.mnist.mixupp" in line
    assert "did you mean 'mixup'?" in line


def test_a_method_must_not_start_from_one_that_starts_from_another(mistakes):
    lines = mistakes("training: {mnist: {adversarial: {start_from: qat}}}")
    assert lines == ['config: training.mnist.adversarial.start_from = "qat": qat itself starts from another method']


def test_a_suite_without_an_archive_is_reported(mistakes):
    (line,) = mistakes("suites: {digits: {source: archive}}")
    assert line == 'config: suites.digits.source = "archive": digits has no archive, only cifar10_c, mnist_c have one'


def test_missing_artifacts_are_reported(mistakes):
    lines = mistakes({}, removed=["artifacts.mnist"])
    assert lines == ["config: artifacts.mnist is missing: datasets.mnist is read from it"]
    assert mistakes({}, removed=["artifacts.mnist_c"]) == []
    (line,) = mistakes("suites: {mnist_c: {source: archive}}", removed=["artifacts.mnist_c"])
    assert line.startswith("config: artifacts.mnist_c is missing: suites.mnist_c.source")


@pytest.mark.parametrize(("suite", "artifact"), [("vendor", "emoji_twitter"), ("ood", "iwildcam")])
def test_missing_artifacts_of_natural_shifts_are_reported(mistakes, default_config, suite, artifact):
    own = f"suites: {{{suite}: {{source: generated, shifts: {{{suite}: [0]}}}}}}"
    artifacts = f"artifacts: {{{artifact}: [file]}}\n"
    listed = [f"artifacts.{artifact}"] if artifact in default_config["artifacts"] else []
    assert mistakes(artifacts + own) == []
    expected = f"config: artifacts.{artifact} is missing: suites.{suite}.shifts.{suite} is read from it"
    assert expected in mistakes(own, removed=listed)
    # Another name for the same collection.
    renamed = f"suites: {{mine: {{collection: {suite}, source: generated, shifts: {{{suite}: [0]}}}}}}"
    assert f"config: artifacts.{artifact} is missing: suites.mine.shifts.{suite} is read from it" in mistakes(
        renamed, removed=listed
    )
