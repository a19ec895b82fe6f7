"""The models of a study and their variants, from its config (standard library only)."""

from collections.abc import Mapping
from typing import Any

from quantshift.core.model_id import ModelId
from quantshift.core.names import FLOAT32, GIVEN
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


def own_variants(config: Mapping[str, Any], model: ModelId) -> dict[str, str]:
    """Return the quantized files that the user gives for a model, by the names of the variants.

    >>> config = {"models": {"detector": {"file": "detector.onnx", "data": "parts", "variants": {"theirs": "q.onnx"}}}}
    >>> own_variants(config, ModelId("parts", "detector", "given", 0))
    {'theirs': 'q.onnx'}
    >>> own_variants(config, ModelId("mnist", "lenet1", "standard", 0))
    {}
    """
    return dict(config["models"][model.architecture].get("variants", {})) if model.method == GIVEN else {}


def quantized_variants(config: Mapping[str, Any], model: ModelId) -> list[str]:
    """Return the names of a model's quantized variants: the presets of the study, then the user's own files."""
    return [*config["study"]["quantizers"], *own_variants(config, model)]


def variants(config: Mapping[str, Any], model: ModelId) -> list[str]:
    """Return the names of a model's variants: float32, then the quantized ones."""
    return [FLOAT32, *quantized_variants(config, model)]
