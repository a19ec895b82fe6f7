"""Settings of the study that a data set may override (standard library only)."""

from collections.abc import Mapping
from typing import Any


def setting(config: Mapping[str, Any], dataset: str, key: str) -> list[Any]:
    """Return the `methods` or `seeds` of a data set, or those of the study if the data set has none or null.

    >>> config = {"study": {"seeds": [0]}, "datasets": {"a": {"seeds": [1, 2]}, "b": {"seeds": None}, "c": {}}}
    >>> [setting(config, dataset, "seeds") for dataset in "abc"]
    [[1, 2], [0], [0]]
    """
    override = config["datasets"].get(dataset, {}).get(key)
    return list(config["study"][key] if override is None else override)
