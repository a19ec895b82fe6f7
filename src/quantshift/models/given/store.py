"""The prepared copy of a user's own model and its signature (rule `given_model`)."""

from pathlib import Path
from typing import Any

import onnx

from quantshift.models.given.choices import Choices
from quantshift.models.given.constant_inputs import read_constants
from quantshift.models.given.describe import Described, describe
from quantshift.models.given.prepare import prepare
from quantshift.models.given.read import Source, read
from quantshift.storage.checksums import ONNX
from quantshift.storage.files import atomic
from quantshift.storage.records import write_record


def store_model(*, file: Path, choices: dict[str, Any], model: Path, signature: Path) -> None:
    """Write the prepared copy of a user's model and its signature, with what was understood in words.

    Args:
        file: the user's ONNX file.
        choices: what the user states about its answers, `output`, `answers` and `threshold`, or None; and `constants`
            (see `constant_inputs`).
        model: the prepared ONNX file to write.
        signature: the signature to write (JSON).

    Raises:
        QuantshiftError: the file is damaged, is no classifier, or cannot be prepared.
    """
    _, described = read_described(file, choices)
    for line in described.understood["changes"]:
        print(line, flush=True)
    with atomic(model) as temporary:
        onnx.save(described.model, temporary)
        ONNX.append(temporary, model)
    write_record(signature, {**described.signature, "understood": described.understood})


def read_described(file: Path, choices: dict[str, Any]) -> tuple[Source, Described]:
    """Read, prepare and describe a user's model; see `store_model` for the arguments and errors."""
    statements = dict(choices)
    source = read(file)
    constants = read_constants(source, statements.pop("constants", None) or {})
    return source, describe(prepare(source, constants), Choices(**statements))
