"""onnxruntime sessions with every setting pinned that could change results."""

import os
from collections.abc import Mapping
from pathlib import Path

import onnxruntime

from quantshift.storage.checksums import ONNX
from quantshift.storage.files import damaged, missing

PROVIDERS = ("CPUExecutionProvider",)


def session(
    path: str | os.PathLike[str],
    threads: int = 1,
    entries: Mapping[str, str] | None = None,
    optimized: str | os.PathLike[str] | None = None,
) -> onnxruntime.InferenceSession:
    """Open an ONNX file on the CPU.

    Args:
        path: the ONNX file.
        threads: threads within an operator.
        entries: additional entries of onnxruntime's session config, which a quantization scheme needs.
        optimized: path for onnxruntime to write the graph that it runs, or None.

    Raises:
        QuantshiftError: the file is missing, truncated or not an ONNX model.
    """
    expected = "an ONNX model that onnxruntime can open"
    if not Path(path).exists():
        raise missing(path)
    options = settings(threads, entries)
    if optimized is not None:
        options.optimized_model_filepath = os.fspath(optimized)
    try:
        return onnxruntime.InferenceSession(os.fspath(path), options, providers=PROVIDERS)
    except Exception as error:  # onnxruntime exports no common class of its exceptions
        raise damaged(path, expected, error) from error


def settings(threads: int = 1, entries: Mapping[str, str] | None = None) -> onnxruntime.SessionOptions:
    """Return the options of all sessions.

    Args:
        threads: threads within an operator.
        entries: additional entries of onnxruntime's session config, which a quantization scheme needs.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Jobs share the machine, so a waiting thread must sleep.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Weight-only matrices are computed in float32 (1): onnxruntime's default (4) rounds activations to 8 bits as well.
    options.add_session_config_entry("session.qdq_matmulnbits_accuracy_level", "1")
    for key, value in (entries or {}).items():
        options.add_session_config_entry(key, value)
    # The optimization level changes the results of quantized graphs.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = 3
    return options


def verify(path: str | os.PathLike[str]) -> None:
    """Check by its checksum that an ONNX file is the one that an earlier job wrote.

    Raises:
        QuantshiftError: the file is missing, damaged or a copy of another one.
    """
    try:
        ONNX.verify(path)
    except (OSError, ValueError) as error:
        raise damaged(path, "an ONNX model as it was written", error) from error
