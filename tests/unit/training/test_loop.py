"""The training loop that all methods share."""

import numpy as np
from tests.answers import IMAGES

from quantshift.core import members
from quantshift.models.network import build
from quantshift.models.tensors import on_cpu
from quantshift.training.answered import MEASURED
from quantshift.training.loop import fit


def test_accuracy_is_measured_on_the_first_validation_inputs() -> None:
    """Detectors need many validation inputs, which must not slow training down."""
    settings = {"epochs": 1, "batch_size": 4, "learning_rate": 0.01, "schedule": "constant"}
    train = np.zeros((40, 1, 28, 28), dtype=np.uint8), np.full(40, 3)
    labels = np.full(MEASURED + 500, 3)
    labels[MEASURED:] = 4
    validation = np.zeros((len(labels), 1, 28, 28), dtype=np.uint8), labels
    method = members.load("training/methods", "standard").METHOD(settings, np.random.default_rng(0))
    net = build("lenet1", "mnist", ("test",), {})
    (epoch,) = fit(net, method, settings, train, validation, np.random.default_rng(0), on_cpu(IMAGES), print)
    assert epoch.validation_accuracy == 1.0
