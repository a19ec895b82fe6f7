"""The prepared copies of a user's own model (rule `given_model`) and of its variants (rule `given_variant`)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import onnx

from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import Signature
from quantshift.models.given.choices import Choices
from quantshift.models.given.constant_inputs import free_inputs, read_constants
from quantshift.models.given.describe import Described, describe
from quantshift.models.given.digest import digest
from quantshift.models.given.file_size import file_bytes, write_own_size
from quantshift.models.given.prepare import prepare
from quantshift.models.given.read import Source, read
from quantshift.models.given.variant import prepare_variant
from quantshift.models.notes import write_notes
from quantshift.storage.checksums import ONNX
from quantshift.storage.files import atomic
from quantshift.storage.records import read_record, write_record


def store_model(*, file: Path, choices: dict[str, Any], model: Path, signature: Path) -> None:
    """Write the prepared copy of a user's model and its signature, with what was understood and the file's digest.

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
    write_record(signature, {**described.signature, "understood": described.understood, "digest": digest(file)})


def read_described(file: Path, choices: dict[str, Any]) -> tuple[Source, Described]:
    """Read, prepare and describe a user's model; see `store_model` for the arguments and errors."""
    statements = dict(choices)
    source = read(file)
    constants = read_constants(source, statements.pop("constants", None) or {})
    return source, describe(prepare(source, constants), Choices(**statements))


def store_variant(
    *, file: Path, source: Path, constants: Mapping[str, str | float], signature: Path, model: Path
) -> None:
    """Write the prepared copy of a quantized file that the user gives, with its size and notes on what was assumed.

    Args:
        file: the user's quantized ONNX file.
        source: the user's float32 ONNX file.
        constants: values of inputs that are the same for all samples, as for `store_model`; those that the quantized
            file lacks are left out.
        signature: the signature of the float32 model (JSON).
        model: the ONNX file to write.

    Raises:
        QuantshiftError: the file is damaged, or is no variant of the model.
    """
    quantized = read(file)
    if digest(file) == digest(source):
        raise QuantshiftError(
            f"{file} has the same content as the model {source} itself, so nothing in it is quantized: give the "
            "quantized file"
        )
    described = read_record(signature, Signature, "the signature of a model")
    # A quantizer may compute with a constant in advance; the check of the float32 file finds wrong names.
    inputs = free_inputs(quantized.model)
    stated = {name: value for name, value in constants.items() if name in inputs}
    variant = prepare_variant(quantized, described, source, read_constants(quantized, stated))
    notes = [
        f"it has no input {name}, so its file decides on this constant" for name in constants if name not in stated
    ]
    notes += variant.notes
    for line in notes:
        print(line, flush=True)
    write_notes(variant.model, notes)
    write_own_size(variant.model, file_bytes(file))
    with atomic(model) as temporary:
        onnx.save(variant.model, temporary)
        ONNX.append(temporary, model)
