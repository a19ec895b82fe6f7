"""Describe one variant's file: the work of the rule `inspect`."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from quantshift.core.signature import MODEL_RECORD, Signature
from quantshift.data.stored_inputs import read_inputs
from quantshift.inspection.coverage import coverage
from quantshift.inspection.speed import speed
from quantshift.runtime.network import Network
from quantshift.runtime.session import verify
from quantshift.storage.records import read_record, write_record


def inspect(
    *,
    variant: Path,
    float32: Path,
    model_record: Path,
    inputs: Path,
    batch_size: int,
    threads: int,
    entries: Mapping[str, str],
    record: Path,
) -> None:
    """Write a variant's size, coverage and speed.

    Args:
        variant: the variant's ONNX file.
        float32: the float32 ONNX file, to measure against.
        model_record: the record of the model (JSON).
        inputs: stored real inputs to measure on.
        batch_size: inputs at a time.
        threads: threads of onnxruntime.
        entries: entries of onnxruntime's session config that the variant's scheme asks for.
        record: the record to write (JSON).

    Raises:
        QuantshiftError: a file is damaged, or the inputs are not what the models take.
    """
    signature = read_record(model_record, Signature, MODEL_RECORD)
    for file in (variant, float32):
        verify(file)
    own = Network(variant, signature, threads, entries)
    reference = own if variant == float32 else Network(float32, signature, threads)
    real = read_inputs(inputs, own.names, whole=False)
    own.expect(real, inputs)
    found = coverage(variant, entries)
    measured = speed(own, reference, real, batch_size, threads)
    print(found, measured, sep="\n", flush=True)
    write_record(
        record,
        {
            "file_bytes": variant.stat().st_size,
            "batch_size": batch_size,
            "threads": threads,
            **asdict(found),
            **asdict(measured),
        },
    )
