"""The facts about data sets, which are in a TOML file next to each reader (standard library only).

`datasets/mnist.toml` describes the data that `datasets/mnist.py` reads. The facts are data, not code: the Snakefile and
the jobs that train look up a data set's shape without its reader, and a corrected comment in the file reruns nothing.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from quantshift.core import members, toml_file
from quantshift.core.errors import Message, QuantshiftError

# The keys that every file must have, each with an example.
EXAMPLES = {
    "artifact": '"mnist"',
    "modality": '"image"',
    "shape": "[1, 28, 28]",
    "classes": "10",
    "counts": "{training = 60_000, test = 10_000}",
}
# The name that readers of figures and of the page see; no result depends on it.
LABEL = "label"
KEYS = (*EXAMPLES, LABEL)
COUNTS = ("training", "test", "validation")
# No data set has more inputs, and no input more values; a larger number is a mistake.
LARGEST = 1_000_000_000_000


@dataclass(frozen=True)
class DatasetFacts:
    """The facts about a data set.

    Attributes:
        artifact: name of the artifact that its reader reads.
        modality: name of its modality.
        shape: shape of one input: channels, height and width of an image, or the number of words of a text.
        classes: number of classes.
        training_count: number of published training inputs.
        test_count: number of published test inputs.
        validation_count: number of published validation inputs, or None if they are drawn from the training inputs.
        modality_facts: the facts that only data sets of this modality have (its `FACTS`), such as `tokens`.
    """

    artifact: str
    modality: str
    shape: tuple[int, ...]
    classes: int
    training_count: int
    test_count: int
    validation_count: int | None
    modality_facts: Mapping[str, int]


def facts_of(dataset: str) -> DatasetFacts:
    """Return the facts about a data set.

    Raises:
        QuantshiftError: its file is missing or wrong; the message is one line with the file and the key.
    """
    return _facts(dataset, members.facts_file(dataset))


@cache
def _facts(dataset: str, file: Path) -> DatasetFacts:
    facts = read(dataset)
    for mistake in mistakes(facts):
        raise QuantshiftError(f"{members.display_path(file)}: {mistake}")
    counts = facts["counts"]
    return DatasetFacts(
        artifact=facts["artifact"],
        modality=facts["modality"],
        shape=tuple(facts["shape"]),
        classes=facts["classes"],
        training_count=counts["training"],
        test_count=counts["test"],
        validation_count=counts.get("validation"),
        modality_facts={key: value for key, value in facts.items() if key not in KEYS},
    )


def read(dataset: str) -> dict[str, Any]:
    """Return the values in a data set's file as they are, for checks; the caller must not change them.

    Raises:
        QuantshiftError: the file is missing or is not TOML.
    """
    file = members.facts_file(dataset)
    name = members.display_path(file)
    if not file.exists():
        example = ", ".join(f"{key} = {value}" for key, value in EXAMPLES.items())
        raise QuantshiftError(
            f"{name} is missing: write the facts about the data set {dataset} into it, one per line, such as {example}"
        )
    return toml_file.read(file, name)


def mistakes(facts: Mapping[str, Any], modality_facts: Collection[str] | None = None) -> Iterator[Message]:
    """Yield a line for each mistake in the values of a data set's file, with the key and what was expected.

    Args:
        facts: the values.
        modality_facts: the further keys that data sets of its modality have; None allows any whole numbers.
    """
    others = [key for key in facts if key not in KEYS]
    if modality_facts is None:
        unknown = [key for key in others if type(facts[key]) is not int]
    else:
        unknown = [key for key in others if key not in modality_facts]
    for key in unknown:
        hint = members.hint(key, (*KEYS, *(modality_facts or ())))
        yield f"{_key(key)} = {_shown(facts[key])}: unknown key; {hint}"
    if unknown:
        return  # A misspelled key would also count as missing.
    for key in (*EXAMPLES, *(modality_facts or ())):
        if key not in facts:
            yield f"{key} is missing: expected {_expected(key)}, such as {key} = {EXAMPLES.get(key, '20_000')}"
    for key, value in facts.items():
        if key == "counts" and isinstance(value, dict):
            yield from _wrong_counts(value)
        elif not _is_valid(key, value):
            yield f"{_key(key)} = {_shown(value)}: expected {_expected(key)}"


def canonical_facts(facts: Mapping[str, Any]) -> str:
    """Return the values of a data set's file as text, equal for two files from which jobs compute the same.

    Comments and layout do not count, and neither does the label, which is only displayed.

    >>> canonical_facts({"shape": [1, 28, 28], "classes": 10, "label": "Digits"})
    '{"classes": 10, "shape": [1, 28, 28]}'
    """
    return json.dumps({key: value for key, value in facts.items() if key != LABEL}, sort_keys=True, default=str)


def _wrong_counts(counts: Mapping[str, Any]) -> Iterator[Message]:
    for key, value in counts.items():
        if key not in COUNTS:
            yield f"counts.{_key(key)} = {_shown(value)}: unknown key; {members.hint(key, COUNTS)}"
        elif not _is_whole(value, 1):
            yield f"counts.{key} = {_shown(value)}: expected {_whole(1)}"
    for key in ("training", "test"):
        if key not in counts and set(counts) <= set(COUNTS):
            yield f"counts.{key} is missing: expected the number of {key} inputs, such as counts = {EXAMPLES['counts']}"


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


def _expected(key: str) -> Message:
    """Return in words what the value of a key must be."""
    match key:
        case "artifact" | "modality" | "label":
            return "a text of one line in quotes"
        case "shape":
            return f"a list of one or more whole numbers from 1 to {LARGEST:_}"
        case "classes":
            return _whole(2)
        case "counts":
            return "a table with the numbers of inputs"
        case _:
            return _whole(1)


def _is_whole(value: Any, least: int) -> bool:
    # In Python, true and false are integers too.
    return type(value) is int and least <= value <= LARGEST


def _whole(least: int) -> Message:
    return f"a whole number from {least} to {LARGEST:_}"


def _key(key: str) -> Message:
    """Return a key in a message, in quotes if TOML needs them."""
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else _shown(key)


def _shown(value: Any) -> Message:
    """Return a value in a message, on one line and truncated."""
    try:
        text = json.dumps(value, default=str)
    except (ValueError, RecursionError):  # a hexadecimal number with thousands of digits
        return "…"
    return text if len(text) <= 100 else f"{text[:99]}…"
