"""Describe the files of a model's variants: the work of the rule `inspect`.

All variants of a model are measured by one job, one after the other, each in turns with float32: so their speeds are of
the same machine and hour, and can be compared with one another. When one variant changes, all are measured again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypedDict

from quantshift.core.names import FLOAT32
from quantshift.core.signature import MODEL_RECORD, Signature
from quantshift.data.stored_inputs import read_inputs
from quantshift.inspection.coverage import coverage
from quantshift.inspection.speed import speed
from quantshift.runtime.network import Network
from quantshift.runtime.session import verify
from quantshift.storage.records import read_record, write_record


class Inference(TypedDict):
    """With what a variant is run: inputs at a time, threads of onnxruntime, entries of its session config."""

    batch_size: int
    threads: int
    entries: Mapping[str, str]


def inspect(
    *,
    variants: Sequence[Path],
    model_record: Path,
    inputs: Path,
    inference: Mapping[str, Inference],
    records: Sequence[Path],
) -> None:
    """Write the size, coverage and speed of each variant of a model.

    Nothing is written unless all of them can be inspected.

    Args:
        variants: the ONNX files at ``…/{variant}.onnx``, float32's among them.
        model_record: the record of the model (JSON).
        inputs: stored real inputs to measure on.
        inference: with what each variant is run, by its name.
        records: the records to write (JSON), in the order of `variants`.

    Raises:
        QuantshiftError: a file is damaged, or the inputs are not what the models take.
    """
    signature = read_record(model_record, Signature, MODEL_RECORD)
    for variant in variants:
        verify(variant)
    (float32,) = (variant for variant in variants if variant.stem == FLOAT32)
    real = read_inputs(inputs, [taken["name"] for taken in signature["inputs"]], whole=False)
    contents: list[dict[str, Any]] = []
    for variant in variants:
        settings = inference[variant.stem]
        threads = settings["threads"]
        own = Network(variant, signature, threads, settings["entries"])
        own.expect(real, inputs)
        reference = own if variant == float32 else Network(float32, signature, threads)
        found = coverage(variant, settings["entries"])
        measured = speed(own, reference, real, settings["batch_size"], threads)
        print(variant.stem, found, measured, sep="\n", flush=True)
        size = {"file_bytes": variant.stat().st_size, "batch_size": settings["batch_size"], "threads": threads}
        contents.append({**size, **asdict(found), **asdict(measured)})
    for record, content in zip(records, contents, strict=True):
        write_record(record, content)
