"""The models and variants of the last run in a folder, which may have files of earlier runs as well."""

from pathlib import Path
from typing import Any, TypedDict

from quantshift.core.model_id import ModelId
from quantshift.core.names import GIVEN
from quantshift.storage.records import read_as


class _Variant(TypedDict):
    name: str


class _Model(TypedDict):
    dataset: str
    architecture: str
    method: str
    variants: list[_Variant]


class _Decisions(TypedDict):
    models: list[_Model]


class RunRecord(TypedDict):
    """The entry of `results/run.json` with the config of the run."""

    config: dict[str, Any]


def read_config(folder: Path) -> dict[str, Any]:
    """Return the config of the last run.

    Args:
        folder: the folder of the run.

    Raises:
        QuantshiftError: the record of the run is missing or damaged.
    """
    return read_as(folder / "results/run.json", RunRecord, "the record of a run")["config"]


def variants_of_last_run(folder: Path, model: ModelId) -> list[str] | None:
    """Return the names of the quantized variants that the last run has of a model; None if it has no such model.

    Args:
        folder: the folder of the run.
        model: the model.

    Raises:
        QuantshiftError: a record of the run is missing or damaged.
    """
    decisions = read_as(folder / "results/decision.json", _Decisions, "the decisions of a run")
    for item in decisions["models"]:
        if (item["dataset"], item["architecture"], item["method"]) == (model.dataset, model.architecture, model.method):
            has_seed = model.seed in _seeds(read_config(folder), model)
            return [variant["name"] for variant in item["variants"]] if has_seed else None
    return None


def _seeds(config: dict[str, Any], model: ModelId) -> list[int]:
    """Return the seeds of a model's data set; decisions are about all seeds together."""
    if model.method == GIVEN:
        return [0]
    seeds: list[int] = config["datasets"].get(model.dataset, {}).get("seeds", config["study"]["seeds"])
    return seeds
