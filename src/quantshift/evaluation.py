"""Logits of one variant on all test sets of one suite: the work of the rule `evaluate`."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from quantshift.arrays import read_array
from quantshift.files import atomic
from quantshift.inference import predict, session


def evaluate(
    *, model: Path, test_sets: dict[str, Path], batch_size: int, threads: int, entries: Mapping[str, str], logits: Path
) -> None:
    """Run a model over a suite and write its logits.

    Args:
        model: the variant's ONNX file.
        test_sets: the stored inputs of each test set, by its key ``{shift}/{severity}``.
        batch_size: inputs at a time; it is part of the variant, since it changes dynamic quantization.
        threads: threads of onnxruntime; part of the variant for the same reason.
        entries: entries of onnxruntime's session config that the variant's scheme asks for.
        logits: the uncompressed .npz to write: float32 [n, classes] by key.

    Raises:
        QuantshiftError: a file is damaged.
    """
    opened = session(model, threads, entries)
    with atomic(logits) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
        # One set at a time, so that memory does not grow with their number.
        for key, inputs in test_sets.items():
            values = predict(opened, read_array(inputs), batch_size)
            with archive.open(f"{key}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, values, allow_pickle=False)
