"""Describe one variant's file: the work of the rule `inspect`."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from quantshift.inspection.coverage import coverage
from quantshift.inspection.speed import speed
from quantshift.runtime.inference import expect_inputs, session, verify
from quantshift.storage.arrays import read_array
from quantshift.storage.records import write_record


def inspect(
    *,
    variant: Path,
    float32: Path,
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
        inputs: stored real inputs to measure on.
        batch_size: inputs at a time.
        threads: threads of onnxruntime.
        entries: entries of onnxruntime's session config that the variant's scheme asks for.
        record: the record to write (JSON).

    Raises:
        QuantshiftError: a file is damaged, or the inputs are not what the models take.
    """
    real = read_array(inputs, whole=False)
    for model in (variant, float32):
        verify(model)
        expect_inputs(session(model), model, real, inputs)
    found = coverage(variant, entries)
    measured = speed(variant, float32, real, batch_size, threads, entries)
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
