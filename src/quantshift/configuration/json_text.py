"""A strict JSON reader: a key that occurs twice is an error."""

import json
from typing import Any

from quantshift.configuration.lines import shown
from quantshift.configuration.yaml_text import MOST_DEEP, MOST_VALUES, UnreadableError


def load(text: str) -> Any:
    """Return the value of a JSON text.

    Raises:
        UnreadableError: a key occurs twice in a mapping, or there are too many levels or values.
        ValueError: the text is not JSON.
    """
    try:
        value = json.loads(text, object_pairs_hook=_mapping)
    except RecursionError as error:
        raise _deep() from error
    if _values(value, 0) > MOST_VALUES:
        raise UnreadableError(f"more than {MOST_VALUES:,} values: expected a few hundred")
    return value


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise UnreadableError(f"the key {shown(key)} occurs twice in a mapping: keep one")
        found[key] = value
    return found


def _values(value: Any, depth: int) -> int:
    """Return the number of values within a value, itself included."""
    if depth > MOST_DEEP:
        raise _deep()
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(_values(one, depth + 1) for one in inside)


def _deep() -> UnreadableError:
    return UnreadableError(f"values nested more than {MOST_DEEP} deep: expected the keys of config/README.md")
