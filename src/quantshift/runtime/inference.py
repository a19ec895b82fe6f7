"""onnxruntime sessions and logits: the fast core."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.data.preprocessing import normalise
from quantshift.storage.arrays import parts
from quantshift.storage.checksums import ONNX
from quantshift.storage.files import damaged, missing, remedy

INPUT = "input"
LOGITS = "logits"
# The types of a model's input: images in 0..1, or the numbers of words.
TYPES: dict[str, type[np.float32 | np.int32]] = {"tensor(float)": np.float32, "tensor(int32)": np.int32}
# How the inputs of such a model are stored.
STORED: dict[str, type[np.uint8 | np.int32]] = {"tensor(float)": np.uint8, "tensor(int32)": np.int32}
# Inputs that are normalised together where batches are smaller.
CHUNK = 64
# Bytes of inputs that are read from the disk before their pages are given back.
PART = 4 << 20


def session(
    path: str | os.PathLike[str],
    threads: int = 1,
    entries: Mapping[str, str] | None = None,
    optimized: str | os.PathLike[str] | None = None,
) -> onnxruntime.InferenceSession:
    """Open an ONNX file on the CPU, with everything that could change its answers pinned.

    Args:
        path: the ONNX file.
        threads: threads within an operator.
        entries: further entries of onnxruntime's session config, which a scheme of quantization asks for.
        optimized: where onnxruntime writes the graph that it really runs, when given.

    Raises:
        QuantshiftError: the file is missing, truncated or not an ONNX model.
    """
    expected = "an ONNX model that onnxruntime can open"
    if not Path(path).exists():
        raise missing(path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Jobs share the machine: a thread that waits must sleep.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Weight-only matrices are computed in float32 (1): onnxruntime's default (4) rounds activations to 8 bits as well.
    options.add_session_config_entry("session.qdq_matmulnbits_accuracy_level", "1")
    for key, value in (entries or {}).items():
        options.add_session_config_entry(key, value)
    # The level changes the results of quantized graphs.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = 3
    if optimized is not None:
        options.optimized_model_filepath = os.fspath(optimized)
    try:
        return onnxruntime.InferenceSession(os.fspath(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions have no common class that it exports
        raise damaged(path, expected, error) from error


def verify(path: str | os.PathLike[str]) -> None:
    """Check that an ONNX file is the one that an earlier job wrote there: its checksum fits.

    Raises:
        QuantshiftError: the file is missing, damaged or a copy of another one.
    """
    try:
        ONNX.verify(path)
    except (OSError, ValueError) as error:
        raise damaged(path, "an ONNX model as it was written", error) from error


def expect_inputs(
    opened: onnxruntime.InferenceSession,
    model: str | os.PathLike[str],
    inputs: NDArray[Any],
    file: str | os.PathLike[str],
) -> None:
    """Check that a model takes stored inputs and returns logits.

    Args:
        opened: the session of the model.
        model: its file, for the message.
        inputs: stored inputs [n, ...].
        file: theirs.

    Raises:
        QuantshiftError: the model is another kind of network, or takes inputs of another type or shape.
    """
    taken, given = opened.get_inputs(), opened.get_outputs()
    if (
        [item.name for item in taken] != [INPUT]
        or [item.name for item in given] != [LOGITS]
        or taken[0].type not in STORED
        or len(given[0].shape) != 2
        or not isinstance(given[0].shape[1], int)
    ):
        found = ", ".join(f"{item.name} {item.type} {item.shape}" for item in (*taken, *given))
        raise QuantshiftError(
            f"{model} is another network, with {found}: expected one input {INPUT!r} and one output {LOGITS!r} "
            f"[n, classes]; {remedy(model)}"
        )
    stored = np.dtype(STORED[taken[0].type])
    shape = taken[0].shape[1:]
    fits = len(shape) == inputs.ndim - 1 and all(
        not isinstance(wanted, int) or wanted == found for wanted, found in zip(shape, inputs.shape[1:], strict=True)
    )
    if not fits or inputs.dtype != stored:
        raise QuantshiftError(
            f"{file} has inputs {inputs.dtype} {list(inputs.shape)}, and {model} takes {stored} {['n', *shape]}: they "
            "do not belong together; delete both and run snakemake again, they are made anew"
        )


def predict(opened: onnxruntime.InferenceSession, inputs: NDArray[Any], batch_size: int) -> NDArray[np.float32]:
    """Return the logits [n, classes] of stored inputs [n, ...], which may be mapped from the disk.

    Input and output are bound to two arrays once: at batch 1 that takes a tenth less than a plain `run`.
    """
    count = len(inputs)
    classes = opened.get_outputs()[0].shape[1]
    logits = np.empty((count, classes), dtype=np.float32)
    stored = inputs.view(np.ndarray)  # slices of a memory map are slow to make, of an array of its pages they are not
    chunk = max(1, CHUNK // batch_size) * batch_size
    runs: dict[int, BoundRun] = {}
    done = 0
    for part in parts(stored, PART, chunk):
        for first in range(0, len(part), chunk):
            several = part[first : first + chunk]
            # Small batches are normalised together, since a call of numpy costs as much as they do.
            ready = normalise(several) if batch_size < chunk else several
            for start in range(0, len(ready), batch_size):
                batch = ready[start : start + batch_size]
                run = runs.get(len(batch)) or runs.setdefault(len(batch), BoundRun(opened, batch.shape, classes))
                run(batch, logits[done : done + len(batch)])
                done += len(batch)
    return logits


class BoundRun:
    """Runs a session over batches of one size, its input and output bound to fixed arrays.

    Args:
        opened: the session.
        shape: the batch's shape (n, ...).
        classes: number of logits.
    """

    def __init__(self, opened: onnxruntime.InferenceSession, shape: tuple[int, ...], classes: int) -> None:
        """Bind the arrays."""
        self.opened = opened
        kind = TYPES[opened.get_inputs()[0].type]
        self.batch = np.empty(shape, dtype=kind)
        self.logits = np.empty((shape[0], classes), dtype=np.float32)
        self.binding = opened.io_binding()
        self.binding.bind_input(INPUT, "cpu", 0, kind, shape, self.batch.ctypes.data)
        self.binding.bind_output(LOGITS, "cpu", 0, np.float32, self.logits.shape, self.logits.ctypes.data)

    def __call__(self, batch: NDArray[Any], out: NDArray[np.float32]) -> None:
        """Write the logits [n, classes] of a batch [n, ...], as stored or normalised, to `out`."""
        if batch.dtype == self.batch.dtype:
            self.batch[...] = batch
        else:
            normalise(batch, out=self.batch)
        self.opened.run_with_iobinding(self.binding)
        out[...] = self.logits
