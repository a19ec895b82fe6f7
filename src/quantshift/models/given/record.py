"""The record of a user's own model, with the proof that its prepared copy is unchanged (rule `given_record`)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from quantshift.core.errors import QuantshiftError
from quantshift.core.model_id import ModelId
from quantshift.core.names import GIVEN
from quantshift.core.signature import ModelRecord, ParityRecord
from quantshift.data.feeding import FEEDING, Feeding
from quantshift.data.labelled import has_labels, invalid_label, read_labels
from quantshift.data.places import CALIBRATION, TEST, Place
from quantshift.data.readers.expected import quoted
from quantshift.data.stored_inputs import read_inputs
from quantshift.models.given.file_size import file_bytes
from quantshift.models.given.store import read_described
from quantshift.models.given.unchanged import unchanged
from quantshift.runtime.network import Network
from quantshift.runtime.own_data import require_answers
from quantshift.storage.records import read_record, write_record

# How a user states the names of classes, for messages.
NAMES = "(--names, or names in the config)"


def store_record(
    *,
    file: Path,
    choices: dict[str, Any],
    model: Path,
    feeding: Path,
    inputs: Path,
    labels: Path,
    calibration: Path,
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
        labels: their labels.
        calibration: stored calibration inputs.
        parity_inputs: maximum number of inputs to compare.
        model_id: the model's id.
        record: the record to write.

    Raises:
        InputError: a sample has no finite answer.
        QuantshiftError: the copy answers differently, a label is none of the model's classes, or a file is damaged.
    """
    source, described = read_described(file, choices)
    fed = read_record(feeding, Feeding, FEEDING)
    signature = described.signature
    signature["inputs"] = fed["inputs"]
    names = [spec["name"] for spec in signature["inputs"]]
    stored = {name: array[:parity_inputs] for name, array in read_inputs(inputs, names).items()}
    result = unchanged(source, replace(described, signature=signature), model, stored, place=Place(TEST, inputs))
    # Quantizers would derive scales from numbers that are not finite. The rule `evaluate` checks all other samples.
    require_answers(Network(model, signature), read_inputs(calibration, names), Place(CALIBRATION, calibration))
    print(f"the prepared copy against {file} on {result.inputs} inputs: {result}", flush=True)
    output = signature["output"]
    stored_labels = read_labels(labels)
    classes = output["classes"] or None
    if has_labels(stored_labels) and (fault := invalid_label(stored_labels, classes)):
        raise QuantshiftError(
            f"the test data of {model_id.dataset} have {fault}, the classes of {file}: correct them, or state the "
            f"names of the model's classes in their order {NAMES}"
        )
    if fed["classes"] and output.setdefault("labels", fed["classes"]) != fed["classes"]:
        raise QuantshiftError(
            f"the test data of {model_id.dataset} have the classes {quoted(fed['classes'])}, but {file} states "
            f"{quoted(output['labels'])} in this order: state the names of the model's classes in their order {NAMES}"
        )
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
            file_bytes=file_bytes(file),
        ),
    )
