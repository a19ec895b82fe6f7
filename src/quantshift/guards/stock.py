"""Run ONNX files with onnxruntime as installed: its default session, without the workflow's own settings."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from quantshift.core.signature import Signature
from quantshift.data.preprocessing import prepare
from quantshift.data.stored_inputs import Inputs
from quantshift.guards.graph import UnguardableError
from quantshift.runtime.faults import explain
from quantshift.runtime.session import PROVIDERS

# The inputs of one call, by name.
Feed = Mapping[str, NDArray[Any]]
ROUNDS = 3
# Seconds that one model may take in a round, and the number of rows of a round.
ROUND_SECONDS = 1.0
ROWS = 2048


class Batch(NamedTuple):
    """The inputs of one call, and the number of real rows in it; others are padding."""

    feed: Feed
    rows: int


def open_stock(file: str | os.PathLike[str], threads: int) -> onnxruntime.InferenceSession:
    """Open an ONNX file with onnxruntime's default settings and a number of threads within an operator.

    Raises:
        UnguardableError: onnxruntime does not take the file.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(os.fspath(file), options, providers=PROVIDERS)
    except Exception as error:  # onnxruntime exports no common class of its exceptions
        raise UnguardableError(f"onnxruntime cannot open the guarded file: {explain(error)}") from error


def spread(count: int, most: int) -> NDArray[np.int64]:
    """Return the numbers of at most `most` of `count` rows, evenly spread.

    >>> spread(10, 4).tolist(), spread(3, 4).tolist()
    ([0, 2, 5, 7], [0, 1, 2])
    """
    return np.arange(count) if count <= most else (np.arange(most) * count) // most


def batches(inputs: Inputs, rows: NDArray[np.int64], signature: Signature, size: int) -> list[Batch]:
    """Return rows of stored inputs as the inputs of calls.

    Args:
        inputs: stored inputs [n, ...] by name.
        rows: numbers of the rows.
        signature: the model's inputs; a fixed batch takes the place of `size`, and the last call is padded.
        size: rows per call.
    """
    fixed = signature["batch"]
    size = fixed or size
    result = []
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        padded = np.pad(part, (0, size - len(part)), mode="edge") if fixed else part
        feed = {spec["name"]: prepare(inputs[spec["name"]][padded], spec) for spec in signature["inputs"]}
        result.append(Batch(feed, len(part)))
    return result


def predict(session: onnxruntime.InferenceSession, calls: Sequence[Batch], names: Sequence[str]) -> list[NDArray[Any]]:
    """Return outputs of a model for all calls, [n, ...] each.

    Args:
        session: the model.
        calls: the inputs.
        names: the outputs.
    """
    results: list[list[NDArray[Any]]] = [[] for _ in names]
    for feed, rows in calls:
        for values, result in zip(session.run([*names], feed), results, strict=True):
            result.append(values[:rows])
    return [np.concatenate(result) for result in results]


def speedup(
    model: onnxruntime.InferenceSession,
    reference: onnxruntime.InferenceSession,
    calls: Sequence[Batch],
    threads: int,
) -> tuple[float, int]:
    """Return how many times as fast as a reference a model is, and the number of rows on which this was measured.

    Both run in turn, and the fastest round of each counts. With one thread, CPU seconds are measured, as for variants.

    Args:
        model: the model; its inputs may have other types than those of the reference.
        reference: float32.
        calls: the inputs of the reference; fewer are used if a round would take too long.
        threads: threads of both.
    """
    clock = time.process_time if threads == 1 else time.perf_counter
    pairs = [(session, [_typed(call, session) for call in calls]) for session in (model, reference)]
    # The first call of a session is slower than the others.
    for session, feeds in pairs:
        session.run(None, feeds[0])
    slowest = max(_seconds(session, feeds[:1], clock) for session, feeds in pairs)
    count = min(len(calls), max(1, int(ROUND_SECONDS / max(slowest, 1e-6))))
    used = spread(len(calls), count)
    rounds = [
        [_seconds(session, [feeds[number] for number in used], clock) for session, feeds in pairs]
        for _ in range(ROUNDS)
    ]
    ours, theirs = np.min(rounds, axis=0)
    return float(theirs / ours), sum(calls[number].rows for number in used)


def _typed(call: Batch, session: onnxruntime.InferenceSession) -> Feed:
    """Return the inputs of a call in the types that a model takes: half precision where the user's file does."""
    types = {item.name: item.type for item in session.get_inputs()}
    return {
        name: values.astype(np.float16) if types[name] == "tensor(float16)" else values
        for name, values in call.feed.items()
    }


def _seconds(session: onnxruntime.InferenceSession, feeds: Sequence[Feed], clock: Callable[[], float]) -> float:
    start = clock()
    for feed in feeds:
        session.run(None, feed)
    return clock() - start
