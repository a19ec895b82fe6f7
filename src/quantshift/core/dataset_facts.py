"""The facts about data sets, which are in a TOML file next to each reader (standard library only).

`datasets/mnist.toml` describes the data that `datasets/mnist.py` reads. The facts are data, not code: the Snakefile and
the jobs that train look up a data set's shape without its reader, and a corrected comment in the file reruns nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from quantshift.core import members, toml_file
from quantshift.core.errors import QuantshiftError
from quantshift.core.facts_check import KEYS, LABEL, examples, mistakes


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
    for mistake in mistakes(facts, members.display_path(file)):
        raise mistake
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
        raise QuantshiftError(
            f"{name} is missing: write the facts about the data set {dataset} into it, one per line, such as "
            f"{examples()}"
        )
    return toml_file.read(file, name)


def canonical_facts(facts: Mapping[str, Any]) -> str:
    """Return the values of a data set's file as text, equal for two files from which jobs compute the same.

    Comments and layout do not count, and neither does the label, which is only displayed.

    >>> canonical_facts({"shape": [1, 28, 28], "classes": 10, "label": "Digits"})
    '{"classes": 10, "shape": [1, 28, 28]}'
    """
    return json.dumps({key: value for key, value in facts.items() if key != LABEL}, sort_keys=True, default=str)
