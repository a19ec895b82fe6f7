"""Store a user's own model: its prepared copy, its signature and its record (rules `given_model`, `given_record`)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import onnx

from quantshift.core.model_id import ModelId
from quantshift.core.names import GIVEN
from quantshift.core.signature import ModelRecord, ParityRecord
from quantshift.data.given_data import FEEDING, Feeding
from quantshift.data.stored_inputs import read_inputs
from quantshift.models.given.choices import Choices
from quantshift.models.given.describe import Described, describe
from quantshift.models.given.prepare import prepare
from quantshift.models.given.read import Source, read
from quantshift.models.given.unchanged import unchanged
from quantshift.storage.checksums import ONNX
from quantshift.storage.files import atomic
from quantshift.storage.records import read_record, write_record


def store_model(*, file: Path, choices: dict[str, Any], model: Path, signature: Path) -> None:
    """Write the prepared copy of a user's model and its signature, with what was understood in words.

    Args:
        file: the user's ONNX file.
        choices: what the user states about its answers: `output`, `answers` and `threshold`, or None.
        model: the prepared ONNX file to write.
        signature: the signature to write (JSON).

    Raises:
        QuantshiftError: the file is damaged, is no classifier, or cannot be prepared.
    """
    _, described = _describe(file, choices)
    for line in described.understood["changes"]:
        print(line, flush=True)
    with atomic(model) as temporary:
        onnx.save(described.model, temporary)
        ONNX.append(temporary, model)
    write_record(signature, {**described.signature, "understood": described.understood})


def store_record(
    *,
    file: Path,
    choices: dict[str, Any],
    model: Path,
    feeding: Path,
    inputs: Path,
    parity_inputs: int,
    model_id: ModelId,
    record: Path,
) -> None:
    """Show on real inputs that the prepared copy of a model answers like the user's file, and write its record.

    Args:
        file: the user's ONNX file.
        choices: as for `store_model`.
        model: the prepared ONNX file.
        feeding: the record of how the data become inputs.
        inputs: stored test inputs.
        parity_inputs: maximum number of inputs to compare.
        model_id: the model's id.
        record: the record to write.

    Raises:
        QuantshiftError: the copy answers differently, or a file is damaged.
    """
    source, described = _describe(file, choices)
    fed = read_record(feeding, Feeding, FEEDING)
    signature = described.signature
    signature["inputs"] = fed["inputs"]
    names = [spec["name"] for spec in signature["inputs"]]
    stored = {name: array[:parity_inputs] for name, array in read_inputs(inputs, names).items()}
    result = unchanged(source, replace(described, signature=signature), model, stored)
    print(f"the prepared copy against {file} on {result.inputs} inputs: {result}", flush=True)
    output = signature["output"]
    if fed["classes"] and "labels" not in output:
        output["labels"] = fed["classes"]
    write_record(
        record,
        ModelRecord(
            inputs=signature["inputs"],
            output=output,
            batch=signature["batch"],
            id=model_id.path,
            origin=GIVEN,
            facets=model_id._asdict(),
            parity=ParityRecord(
                inputs=result.inputs,
                max_difference=result.max_difference,
                largest_logit=result.largest,
                argmax_equal=float(result.answers_equal),
            ),
        ),
    )


def _describe(file: Path, choices: dict[str, Any]) -> tuple[Source, Described]:
    source = read(file)
    return source, describe(prepare(source), Choices(**choices))
