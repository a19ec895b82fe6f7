"""Training settings for text data sets: a method may have other settings for texts than for images."""

import pytest

from quantshift.configuration import training
from quantshift.configuration.training import method_model, wrong_training

COMMON = {"epochs": 1, "batch_size": 32, "learning_rate": 0.001, "schedule": "constant", "threads": 1}
IMAGES = {"epsilon": 0.1, "step_size": 0.05, "steps": 2, "warm_up": 0.5}
TEXTS = {"attacked_share": 0.5, "substitutions": 5, "neighbours": 8, "warm_up": 0.5}


@pytest.fixture
def mistakes():
    """Return a function that reports the mistakes in a data set's settings of one method."""

    def check_settings(dataset, method, settings):
        config = {
            "study": {"datasets": [], "methods": []},
            "datasets": {},
            "training": {dataset: {method: COMMON | settings}},
        }
        return list(wrong_training(config))

    return check_settings


def test_each_kind_of_input_has_its_settings(mistakes):
    assert mistakes("imdb", "adversarial", TEXTS) == []
    assert mistakes("mnist", "adversarial", IMAGES) == []


def test_settings_for_another_kind_of_input_are_rejected(mistakes):
    lines = mistakes("imdb", "adversarial", IMAGES)
    assert "training.imdb.adversarial lacks the key attacked_share, substitutions, neighbours" in lines
    assert any(line.startswith("training.imdb.adversarial.epsilon = 0.1: unknown key") for line in lines)
    lines = mistakes("mnist", "adversarial", TEXTS)
    assert "training.mnist.adversarial lacks the key epsilon, step_size, steps" in lines
    assert any(line.startswith("training.mnist.adversarial.neighbours = 8: unknown key") for line in lines)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"attacked_share": 0}, "attacked_share = 0: expected more than 0"),
        ({"attacked_share": 1.5}, "attacked_share = 1.5: expected at most 1"),
        ({"substitutions": 0}, "substitutions = 0: expected at least 1"),
        ({"neighbours": 2.5}, "neighbours = 2.5: expected a whole number"),
        ({"warm_up": -1}, "warm_up = -1: expected at least 0"),
    ],
)
def test_values_out_of_range_are_reported(mistakes, changes, line):
    (mistake,) = mistakes("imdb", "adversarial", TEXTS | changes)
    assert mistake.startswith(f"training.imdb.adversarial.{line}")


@pytest.mark.parametrize("method", ["standard", "mixup"])
def test_a_method_without_settings_for_texts_has_one_kind(method):
    assert method_model(method, "imdb") is method_model(method, "mnist")


def test_a_method_that_does_not_support_a_modality_is_reported(mistakes, monkeypatch):
    monkeypatch.setattr(training, "modality", lambda _: "sound")
    (line,) = mistakes("imdb", "adversarial", TEXTS)
    assert line == "training.imdb.adversarial: adversarial needs image or text inputs, but imdb has sound inputs"


def test_an_unknown_data_set_is_reported_once(mistakes):
    lines = mistakes("imbd", "adversarial", IMAGES)
    assert len(lines) == 1
    assert "did you mean 'imdb'?" in lines[0]
