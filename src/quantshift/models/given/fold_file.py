"""Compute the constants of an ONNX file: a program of its own, because onnxruntime's optimizer crashes on some graphs.

Run as `python -m quantshift.models.given.fold_file SOURCE [TARGET [DISABLED ...]]`. It succeeds if onnxruntime can open
the result, or the source if there is no target.
"""

import sys
from collections.abc import Sequence

import onnxruntime

from quantshift.runtime.session import PROVIDERS, settings


def fold_file(source: str, target: str, disabled: Sequence[str]) -> None:
    """Write the graph that onnxruntime's basic optimizations make of a file.

    Args:
        source: the ONNX file.
        target: the file to write.
        disabled: names of optimizers to leave out.
    """
    options = settings()
    options.log_severity_level = 4
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = target
    onnxruntime.InferenceSession(source, options, providers=PROVIDERS, disabled_optimizers=list(disabled))


def main(source: str, target: str = "", *disabled: str) -> None:
    """Fold a file, if there is a target, and open the result as the workflow does."""
    if target:
        fold_file(source, target, disabled)
    onnxruntime.InferenceSession(target or source, settings(), providers=PROVIDERS)


if __name__ == "__main__":
    main(*sys.argv[1:])
