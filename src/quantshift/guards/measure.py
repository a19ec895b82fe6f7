"""Run a guarded file with onnxruntime as installed: its answers against the stored ones, its speed and its size."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from quantshift.core.signature import Signature
from quantshift.data.stored_inputs import Inputs
from quantshift.guards.stock import ROWS, batches, open_stock, predict, speedup, spread
from quantshift.tasks import Task

# Bytes of all inputs that are run.
BYTES = 256 << 20


@dataclass(frozen=True)
class Expected:
    """What a guarded model must answer, [n, ...] each.

    Attributes:
        float32: stored outputs of float32.
        outputs: stored outputs of the variant.
        sent: bool [n], the rows that float32 answers.
    """

    float32: NDArray[np.float32]
    outputs: NDArray[np.float32]
    sent: NDArray[np.bool_]


@dataclass(frozen=True)
class Agreement:
    """A guarded file against the stored outputs.

    Attributes:
        rows: number of rows that were run.
        sent: share of these that float32 answered.
        mask_differs: rows that the mask reports otherwise than expected.
        answers_differ: rows whose answer is neither float32's nor the expected one.
        max_difference: largest difference of an output from the expected one, where the mask is as expected.
    """

    rows: int
    sent: float
    mask_differs: int
    answers_differ: int
    max_difference: float


@dataclass(frozen=True)
class Measured:
    """A guarded file, as it was run.

    Attributes:
        agreement: its answers.
        speedup: its speed relative to float32, both with onnxruntime's default settings.
        timed_rows: number of rows of which the speed was measured.
    """

    agreement: Agreement
    speedup: float
    timed_rows: int


def measure(
    core: Path,
    file: Path,
    float32: Path,
    expected: Expected,
    inputs: Inputs,
    signature: Signature,
    task: Task,
    size: int,
    threads: int,
) -> Measured:
    """Run a guarded model on clean test inputs.

    Args:
        core: the guarded model with the answer of the signature and the mask as its outputs.
        file: the same with the outputs of the user's file, whose speed is measured.
        float32: the float32 file.
        expected: the expected outputs for all inputs.
        inputs: stored inputs of the clean test set, [n, ...] by name.
        signature: the model's inputs and output.
        task: the model's task.
        size: rows per call.
        threads: threads of onnxruntime.
    """
    size = signature["batch"] or size
    # Whole calls in the order of the run, since the ranges of a dynamic preset depend on all rows of a call.
    starts = np.arange(0, len(expected.sent), size)
    ((feed, _),) = batches(inputs, np.arange(size) % len(expected.sent), signature, size)
    most = min(ROWS // size, BYTES // sum(array.nbytes for array in feed.values()))
    used = starts[spread(len(starts), max(1, most))]
    rows = np.concatenate([np.arange(start, min(start + size, len(expected.sent))) for start in used])
    calls = batches(inputs, rows, signature, size)
    session = open_stock(core, threads)
    answers, mask = predict(session, calls, [signature["output"]["name"], session.get_outputs()[-1].name])
    agreement = compare(answers, mask, expected, rows, task)
    factor, timed = speedup(open_stock(file, threads), open_stock(float32, threads), calls, threads)
    return Measured(agreement, factor, timed)


def compare(
    answers: NDArray[np.float32], mask: NDArray[np.bool_], expected: Expected, rows: NDArray[np.int64], task: Task
) -> Agreement:
    """Compare the outputs of a guarded file with the stored ones.

    Args:
        answers: its answers [rows, ...].
        mask: its mask [rows].
        expected: the stored outputs.
        rows: numbers of the rows in the stored outputs.
        task: the model's task.
    """
    float32, outputs, sent = expected.float32[rows], expected.outputs[rows], expected.sent[rows]
    wanted = np.where(sent.reshape(-1, *[1] * (outputs.ndim - 1)), float32, outputs)
    given = task.answers(answers)
    wrong = (given != task.answers(wanted)) & (given != task.answers(float32))
    same = mask == sent
    difference = np.abs(answers.astype(np.float64) - wanted)[same]
    return Agreement(
        rows=len(rows),
        sent=float(mask.mean()),
        mask_differs=int((~same).sum()),
        answers_differ=int(wrong.sum()),
        max_difference=float(difference.max(initial=0.0)),
    )
