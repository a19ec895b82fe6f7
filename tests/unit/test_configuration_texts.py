"""Training settings of data sets of texts: a method may have others for them than for images."""

import pytest

from quantshift.configuration import training
from quantshift.configuration.training import method_model, wrong_training

COMMON = {"epochs": 1, "batch_size": 32, "learning_rate": 0.001, "schedule": "constant", "threads": 1}
IMAGES = {"epsilon": 0.1, "step_size": 0.05, "steps": 2, "warm_up": 0.5}
TEXTS = {"attacked_share": 0.5, "substitutions": 5, "neighbours": 8, "warm_up": 0.5}


@pytest.fixture
def told():
    """Return the lines that tell what is wrong with a data set's settings of one method."""

    def tell(dataset, method, settings):
        config = {
            "study": {"datasets": [], "methods": []},
            "datasets": {},
            "training": {dataset: {method: COMMON | settings}},
        }
        return list(wrong_training(config))

    return tell


def test_each_kind_of_input_has_its_settings(told):
    assert told("imdb", "adversarial", TEXTS) == []
    assert told("mnist", "adversarial", IMAGES) == []


def test_settings_of_the_other_kind_are_refused(told):
    lines = told("imdb", "adversarial", IMAGES)
    assert "training.imdb.adversarial lacks the key attacked_share, substitutions, neighbours" in lines
    assert any(line.startswith("training.imdb.adversarial.epsilon = 0.1: unknown key") for line in lines)
    lines = told("mnist", "adversarial", TEXTS)
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
def test_values_that_make_no_sense(told, changes, line):
    (found,) = told("imdb", "adversarial", TEXTS | changes)
    assert found.startswith(f"training.imdb.adversarial.{line}")


@pytest.mark.parametrize("method", ["standard", "mixup"])
def test_a_method_without_settings_for_texts_has_one_kind(method):
    assert method_model(method, "imdb") is method_model(method, "mnist")


def test_a_method_that_is_not_for_a_modality_is_named(told, monkeypatch):
    monkeypatch.setattr(training, "modality", lambda _: "sound")
    (line,) = told("imdb", "adversarial", TEXTS)
    assert line == "training.imdb.adversarial: adversarial is for image and text inputs and imdb has sound inputs"


def test_an_unknown_data_set_is_told_once(told):
    lines = told("imbd", "adversarial", IMAGES)
    assert len(lines) == 1
    assert "did you mean 'imdb'?" in lines[0]
