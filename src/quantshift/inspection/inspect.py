"""Inspect one variant's file, for the rule `inspect`."""

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
    """Write the record of a variant's size, coverage and speed.

    Args:
        variant: the variant's ONNX file.
        float32: the float32 ONNX file to compare the speed with.
        model_record: the record of the model (JSON).
        inputs: stored real inputs for the measurement.
        batch_size: inputs per batch.
        threads: number of onnxruntime's threads.
        entries: entries of onnxruntime's session config that the variant's scheme requires.
        record: the record to write (JSON).

    Raises:
        QuantshiftError: a file is damaged, or the inputs do not match the models.
    """
    signature = read_record(model_record, Signature, MODEL_RECORD)
    for file in (variant, float32):
        verify(file)
    network = Network(variant, signature, threads, entries)
    reference = network if variant == float32 else Network(float32, signature, threads)
    real = read_inputs(inputs, network.names, whole=False)
    network.expect(real, inputs)
    covered = coverage(variant, entries)
    measured = speed(network, reference, real, batch_size, threads)
    print(covered, measured, sep="\n", flush=True)
    write_record(
        record,
        {
            "file_bytes": variant.stat().st_size,
            "batch_size": batch_size,
            "threads": threads,
            **asdict(covered),
            **asdict(measured),
        },
    )
