"""onnxruntime sessions and logits: the fast core."""

import os
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from quantshift.files import damaged
from quantshift.inputs import normalise

INPUT = "input"
LOGITS = "logits"


def session(
    path: str | os.PathLike[str], threads: int = 1, optimized: str | os.PathLike[str] | None = None
) -> onnxruntime.InferenceSession:
    """Open an ONNX file on the CPU, with everything that could change its answers pinned.

    Args:
        path: the ONNX file.
        threads: threads within an operator.
        optimized: where onnxruntime writes the graph that it really runs, when given.

    Raises:
        QuantshiftError: the file is missing, truncated or not an ONNX model.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Jobs share the machine: a thread that waits must sleep.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # The level changes the results of quantized graphs.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = 3
    if optimized is not None:
        options.optimized_model_filepath = os.fspath(optimized)
    try:
        return onnxruntime.InferenceSession(os.fspath(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions have no common class that it exports
        raise damaged(path, "an ONNX model that onnxruntime can open", error) from error


def predict(opened: onnxruntime.InferenceSession, inputs: NDArray[Any], batch_size: int) -> NDArray[np.float32]:
    """Return the logits [n, classes] of stored inputs [n, ...], which may be mapped from the disk."""
    count = len(inputs)
    classes = opened.get_outputs()[0].shape[1]
    logits = np.empty((count, classes), dtype=np.float32)
    buffer = np.empty((min(batch_size, count), *inputs.shape[1:]), dtype=np.float32)
    for start in range(0, count, batch_size):
        stop = min(start + batch_size, count)
        batch = normalise(inputs[start:stop], out=buffer[: stop - start])
        logits[start:stop] = opened.run([LOGITS], {INPUT: batch})[0]
    return logits
