"""A strict JSON reader: a key that occurs twice is an error."""

import json
from typing import Any

from quantshift.configuration.lines import as_json
from quantshift.configuration.yaml_text import MAX_DEPTH, MAX_VALUES, UnreadableError


def load(text: str) -> Any:
    """Return the value of a JSON text.

    Raises:
        UnreadableError: a key occurs twice in a mapping, or there are too many levels or values.
        ValueError: the text is not JSON.
    """
    try:
        value = json.loads(text, object_pairs_hook=_mapping)
    except RecursionError as error:
        raise _too_deep() from error
    if _count(value, 0) > MAX_VALUES:
        raise UnreadableError(f"more than {MAX_VALUES:,} values: expected a few hundred")
    return value


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key, value in pairs:
        if key in mapping:
            raise UnreadableError(f"the key {as_json(key)} occurs twice in a mapping: keep one")
        mapping[key] = value
    return mapping


def _count(value: Any, depth: int) -> int:
    """Return the number of values within a value, including itself."""
    if depth > MAX_DEPTH:
        raise _too_deep()
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(_count(item, depth + 1) for item in items)


def _too_deep() -> UnreadableError:
    return UnreadableError(f"values nested more than {MAX_DEPTH} deep: expected the keys of config/README.md")
