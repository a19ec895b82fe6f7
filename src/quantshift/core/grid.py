"""The models of a study, from its config (standard library only)."""

from collections.abc import Mapping
from typing import Any

from quantshift.core.model_id import ModelId
from quantshift.core.names import GIVEN
from quantshift.core.settings import setting


def trained_models(config: Mapping[str, Any]) -> list[ModelId]:
    """Return the models that a study trains, sorted."""
    models = {
        ModelId(dataset, architecture, method, seed)
        for dataset in config["study"]["datasets"]
        for architecture in config["datasets"][dataset]["architectures"]
        for method in setting(config, dataset, "methods")
        for seed in setting(config, dataset, "seeds")
    }
    return sorted(models)


def given_models(config: Mapping[str, Any]) -> list[ModelId]:
    """Return the user's own models, sorted: the architecture is the model's name, the data set that of its data.

    >>> given_models({"models": {"detector": {"file": "detector.onnx", "data": "parts"}}})
    [ModelId(dataset='parts', architecture='detector', method='given', seed=0)]
    """
    return sorted(ModelId(model["data"], name, GIVEN, 0) for name, model in config["models"].items())
