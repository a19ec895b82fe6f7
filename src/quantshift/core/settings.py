"""What a data set may have of its own in place of the study's (standard library only)."""

from collections.abc import Mapping
from typing import Any


def setting(config: Mapping[str, Any], dataset: str, key: str) -> list[Any]:
    """Return a data set's own `methods` or `seeds`, or the study's where it has none (or null).

    >>> config = {"study": {"seeds": [0]}, "datasets": {"a": {"seeds": [1, 2]}, "b": {"seeds": None}, "c": {}}}
    >>> [setting(config, dataset, "seeds") for dataset in "abc"]
    [[1, 2], [0], [0]]
    """
    own = config["datasets"].get(dataset, {}).get(key)
    return list(config["study"][key] if own is None else own)
