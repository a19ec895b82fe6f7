"""Checks of the values in a file with the facts about a data set (standard library only)."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from quantshift.core import members
from quantshift.core.errors import Message, QuantshiftError

REQUIRED = ("artifact", "modality", "shape", "classes", "counts")
# The name that readers of figures and of the page see; no result depends on it.
LABEL = "label"
KEYS = (*REQUIRED, LABEL)
COUNTS = ("training", "test", "validation")
# No data set has more inputs, and no input more values; a larger number is a mistake.
LARGEST = 1_000_000_000_000


def mistakes(
    facts: Mapping[str, Any], file: str, modality_facts: Collection[str] | None = None
) -> Iterator[QuantshiftError]:
    """Yield an error for each mistake in the facts about a data set, with the file, the key and what was expected.

    Args:
        facts: the values in the file.
        file: the file's name in messages.
        modality_facts: the further keys that data sets of its modality have; None allows any whole numbers.
    """
    others = [key for key in facts if key not in KEYS]
    if modality_facts is None:
        unknown = [key for key in others if type(facts[key]) is not int]
    else:
        unknown = [key for key in others if key not in modality_facts]
    for key in unknown:
        yield _unknown_key(file, key, facts[key], (*KEYS, *(modality_facts or ())))
    if unknown:
        return  # A misspelled key would also count as missing.
    for key in (*REQUIRED, *(modality_facts or ())):
        if key not in facts:
            yield QuantshiftError(f"{file}: {key} is missing: expected {_expected(key)}, such as {example(key)}")
    for key, value in facts.items():
        if key == "counts" and isinstance(value, dict):
            yield from _wrong_counts(value, file)
        elif not _is_valid(key, value):
            yield QuantshiftError(f"{file}: {_as_key(key)} = {_as_text(value)}: expected {_expected(key)}")


def examples() -> Message:
    """Return an example of each fact that every data set has."""
    return ", ".join(example(key) for key in REQUIRED)


def example(key: str) -> Message:
    """Return an example of a fact."""
    match key:
        case "artifact":
            value = '"mnist"'
        case "modality":
            value = '"image"'
        case "shape":
            value = "[1, 28, 28]"
        case "classes":
            value = "10"
        case "counts":
            value = "{training = 60_000, test = 10_000}"
        case _:
            value = "20_000"
    return f"{key} = {value}"


def _wrong_counts(counts: Mapping[str, Any], file: str) -> Iterator[QuantshiftError]:
    unknown = set(counts) - set(COUNTS)
    for key, value in counts.items():
        if key in unknown:
            yield _unknown_key(file, key, value, COUNTS, "counts.")
        elif not _is_whole(value, 1):
            yield QuantshiftError(f"{file}: counts.{key} = {_as_text(value)}: expected {_whole_number(1)}")
    for key in ("training", "test"):
        if key not in counts and not unknown:
            yield QuantshiftError(
                f"{file}: counts.{key} is missing: expected the number of {key} inputs, such as {example('counts')}"
            )


def _unknown_key(file: str, key: str, value: Any, known: tuple[str, ...], table: str = "") -> QuantshiftError:
    hint = members.hint(key, known)
    return QuantshiftError(f"{file}: {table}{_as_key(key)} = {_as_text(value)}: unknown key; {hint}")


def _is_valid(key: str, value: Any) -> bool:
    """Return whether the value of a key, other than a table of counts, is valid."""
    match key:
        case "artifact" | "modality" | "label":
            return isinstance(value, str) and value.isprintable() and value.strip() != ""
        case "shape":
            return isinstance(value, list) and value != [] and all(_is_whole(size, 1) for size in value)
        case "classes":
            return _is_whole(value, 2)
        case "counts":
            return False
        case _:
            return _is_whole(value, 1)


def _is_whole(value: Any, least: int) -> bool:
    # In Python, true and false are integers too.
    return type(value) is int and least <= value <= LARGEST


def _expected(key: str) -> Message:
    """Return in words what the value of a key must be."""
    match key:
        case "artifact" | "modality" | "label":
            return "a text of one line in quotes"
        case "shape":
            return f"a list of one or more whole numbers from 1 to {LARGEST:_}"
        case "classes":
            return _whole_number(2)
        case "counts":
            return "a table with the numbers of inputs"
        case _:
            return _whole_number(1)


def _whole_number(least: int) -> Message:
    return f"a whole number from {least} to {LARGEST:_}"


def _as_key(key: str) -> Message:
    """Return a key, in quotes if TOML needs them."""
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else _as_text(key)


def _as_text(value: Any) -> Message:
    """Return a value on one line, truncated if it is long."""
    try:
        text = json.dumps(value, default=str)
    except (ValueError, RecursionError):  # a hexadecimal number with thousands of digits
        return "…"
    return text if len(text) <= 100 else f"{text[:99]}…"
