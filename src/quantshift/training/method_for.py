"""Training methods by name."""

from typing import Any

import numpy as np

from quantshift.core import members
from quantshift.core.dataset_facts import facts_of
from quantshift.training.method import Method


def method_for(name: str, dataset: str, settings: dict[str, Any], generator: np.random.Generator) -> Method:
    """Return a training method for a data set.

    Args:
        name: name of the method.
        dataset: name of the data set; its modality selects the modality-specific part of the method.
        settings: the method's hyperparameters.
        generator: the source of the method's random draws.
    """
    modality = facts_of(dataset).modality
    differs = bool(members.names(f"training/modalities/{name}"))
    part = members.load(f"training/modalities/{name}", modality) if differs else None
    chosen: Method = members.load("training/methods", name).METHOD(settings, generator, part)
    return chosen
