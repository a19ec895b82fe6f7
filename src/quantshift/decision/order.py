"""The order of models and variants in decisions and on the page, which follows the config (standard library only)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from quantshift.core.names import GIVEN
from quantshift.core.settings import setting

Order = Mapping[str, Sequence[str]]


def configured(config: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the names of data sets, architectures, training methods and variants (`name`) in the order of the config.

    Args:
        config: the merged config.
    """
    datasets, models = config["study"]["datasets"], config["models"]
    listed = {
        "dataset": [*(model["data"] for model in models.values()), *datasets],
        "architecture": [
            *models,
            *(name for dataset in datasets for name in config["datasets"][dataset]["architectures"]),
        ],
        "method": [
            GIVEN,
            *config["study"]["methods"],
            *(name for dataset in datasets for name in setting(config, dataset, "methods")),
        ],
        "name": [
            *config["study"]["quantizers"],
            *(name for model in models.values() for name in model.get("variants", {})),
        ],
    }
    # For a name that is listed twice, the first position counts.
    return {key: list(dict.fromkeys(names)) for key, names in listed.items()}


def sorter(order: Order) -> Callable[[Any], tuple[int, ...]]:
    """Return the key that sorts candidates in an order.

    Args:
        order: for each attribute of a candidate, its values in order.
    """
    ranks = {key: {name: rank for rank, name in enumerate(names)} for key, names in order.items()}
    return lambda candidate: tuple(ranks[key][getattr(candidate, key)] for key in order)
