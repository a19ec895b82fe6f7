"""Inspect the files of a model's variants (rule `inspect`).

One job measures all variants of a model, one after the other, each in turns with float32, so that speeds come from
the same machine at the same time and are comparable. If one variant changes, all are measured again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from quantshift.core.errors import Message
from quantshift.core.names import APPLICABLE, NOT_APPLICABLE
from quantshift.core.signature import MODEL_RECORD, Signature
from quantshift.data.stored_inputs import read_inputs
from quantshift.inspection.coverage import Coverage, coverage
from quantshift.inspection.speed import Speed, speed
from quantshift.models.given.file_size import file_bytes, read_own_size
from quantshift.models.notes import read_notes
from quantshift.runtime.network import Network
from quantshift.runtime.session import verify
from quantshift.storage import not_applicable
from quantshift.storage.records import read_record, write_record


class Inference(TypedDict):
    """How a variant is run: inputs per batch, number of onnxruntime's threads, entries of its session config."""

    batch_size: int
    threads: int
    entries: Mapping[str, str]


class Described(Signature):
    """The parts of a model's record that are used here; `file_bytes` is the size of a user's file."""

    file_bytes: NotRequired[int]


def inspect(
    *,
    float32: Path,
    variants: Sequence[Path],
    model_record: Path,
    inputs: Path,
    inference: Mapping[str, Inference],
    records: Sequence[Path],
) -> None:
    """Write the status, size, coverage and speed of each variant of a model.

    The size of a copy of a user's file, of float32 or of a variant, is that of the user's file.

    Nothing is written unless all variants can be inspected. A variant whose preset the model cannot take (see
    `quantshift.storage.not_applicable`) has the status `not applicable`, the reason, and no measured values.

    Args:
        float32: the file of float32, with which variants are measured.
        variants: the files ``…/{variant}.onnx`` to inspect; float32's may be among them.
        model_record: the record of the model (JSON).
        inputs: stored real inputs for the measurement.
        inference: the inference settings of each variant, by its name.
        records: the records to write (JSON), in the order of `variants`.

    Raises:
        QuantshiftError: a file is damaged, or the inputs do not match the models.
    """
    signature = read_record(model_record, Described, MODEL_RECORD)
    reasons = [not_applicable.reason(variant) for variant in variants]
    verify(float32)
    for variant, reason in zip(variants, reasons, strict=True):
        if reason is None and variant != float32:
            verify(variant)
    real = read_inputs(inputs, [spec["name"] for spec in signature["inputs"]], whole=False)
    contents: list[dict[str, Any]] = []
    for variant, reason in zip(variants, reasons, strict=True):
        if reason is not None:
            print(variant.stem, f"not applicable: {reason}", sep="\n", flush=True)
            contents.append(without_values(reason))
            continue
        settings = inference[variant.stem]
        threads = settings["threads"]
        network = Network(variant, signature, threads, settings["entries"])
        network.expect(real, inputs)
        reference = network if variant == float32 else Network(float32, signature, threads)
        covered = coverage(variant, settings["entries"])
        size = network.batch or settings["batch_size"]
        measured = speed(network, reference, real, size, threads)
        print(variant.stem, covered, measured, sep="\n", flush=True)
        # The gain of a variant is that over the user's file, which may be smaller than its prepared copy (float16).
        own_size = signature.get("file_bytes") if variant == float32 else read_own_size(variant)
        run = {"file_bytes": own_size or file_bytes(variant), "batch_size": size, "threads": threads}
        notes = "; ".join(filter(None, [read_notes(variant), session_note(settings["entries"])]))
        facts = {"status": APPLICABLE, "reason": "", "notes": notes}
        contents.append({**facts, **run, **asdict(covered), **asdict(measured)})
    for record, content in zip(records, contents, strict=True):
        write_record(record, content)


def session_note(entries: Mapping[str, str]) -> Message:
    """Return a note on the entries of the session config that a variant was run with; empty without any.

    A user who opens the file without them gets other answers and another speed than those measured.

    >>> session_note({"session.disable_quant_qdq": "1"})
    'measured with session.disable_quant_qdq=1 in the session config; set it too, or answers and speed differ'
    """
    stated = " and ".join(f"{name}={value}" for name, value in entries.items())
    it = "it" if len(entries) == 1 else "them"
    return f"measured with {stated} in the session config; set {it} too, or answers and speed differ" if entries else ""


def without_values(reason: Message) -> dict[str, Any]:
    """Return the record of a variant whose preset the model cannot take: nothing is measured, and no operator runs.

    Args:
        reason: why it cannot.
    """
    names = [
        "file_bytes",
        "batch_size",
        "threads",
        *(field.name for kind in (Coverage, Speed) for field in fields(kind)),
    ]
    return {**dict.fromkeys(names), "operators": "", "status": NOT_APPLICABLE, "reason": reason, "notes": ""}
