"""Show on data that preparation did not change a model's answers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import LABEL, SINGLE, Output
from quantshift.data.places import TEST, Place
from quantshift.data.preprocessing import prepare
from quantshift.data.stored_inputs import Inputs
from quantshift.models.given.describe import Described
from quantshift.models.given.maps import Labels
from quantshift.models.given.read import Source, open_session
from quantshift.models.given.shapes import DTYPES
from quantshift.runtime.network import Network
from quantshift.runtime.own_data import failure, first_failure, require_finite
from quantshift.tasks import Outputs, Task
from quantshift.tasks.of_output import task_of

# Rounding errors relative to the largest output: of float32 sums in another order, and of half precision, which the
# user's file may round to after each operator.
ROUNDING = 1e-4
HALF_ROUNDING = 1e-2
# Inputs that are also run one by one.
ALONE = 4
EVALUATION_MODE = "export it in evaluation mode, without dropout and with the stored statistics of normalizations"
# Inputs per batch of a model with a free batch.
BATCH = 64


class Unchanged(NamedTuple):
    """The comparison of a user's model with its prepared copy.

    Attributes:
        inputs: number of inputs.
        max_difference: largest absolute difference of an output.
        largest: largest magnitude of an output of the user's model.
        answers_equal: whether all answers are equal.
        ties: number of inputs with different answers whose margin is within rounding.
    """

    inputs: int
    max_difference: float
    largest: float
    answers_equal: bool
    ties: int


def unchanged(
    source: Source,
    described: Described,
    file: Path,
    inputs: Inputs,
    batch_size: int = BATCH,
    place: Place = Place(TEST),  # noqa: B008 - it is immutable
) -> Unchanged:
    """Run a user's model and its prepared copy on the same inputs, and compare.

    Args:
        source: the user's model.
        described: its prepared copy.
        file: the file in which the prepared copy is stored.
        inputs: stored inputs by name, [n, ...] each, n at least 1.
        batch_size: samples per run of a model without a fixed batch.
        place: where the inputs are, for messages.

    Raises:
        InputError: the model fails on a sample, or its outputs are not finite.
        QuantshiftError: an answer or an output differs by more than rounding (the message names the first such input),
            or depends on chance or on the other inputs in the batch.
    """
    signature, prepared = described.signature, described.prepared
    network = Network(file, signature)
    network.expect(inputs, source.file)
    expected = np.concatenate(list(_original(source, described, inputs, batch_size, place)))
    require_finite(expected, inputs, place)
    actual = network.predict(inputs, batch_size)
    again = network.predict({name: values[:batch_size] for name, values in inputs.items()}, batch_size)
    if not np.array_equal(again, actual[: len(again)]):
        raise QuantshiftError(f"{source.file} gives other numbers at each run for the same inputs: {EVALUATION_MODE}")
    task = task_of(signature["output"])
    result, wrong = _compare(expected, actual, task, HALF_ROUNDING if prepared.half else ROUNDING)
    if wrong is not None:
        raise QuantshiftError(
            f"{source.file} and its prepared copy differ at input {wrong}: {_shown(expected, wrong, task)} became "
            f"{_shown(actual, wrong, task)} (largest difference of all inputs {result.max_difference:.3g}): no variant "
            "can be compared with it; export the model again with opset 17 or newer and float32 weights"
        )
    if signature["batch"] is None:
        _require_independent(network, inputs, actual, result.largest, source.file)
    return result


def _require_independent(network: Network, inputs: Inputs, actual: Outputs, largest: float, file: Path) -> None:
    """Check that the outputs of the first inputs do not depend on the other inputs in their batch."""
    first = {name: values[:ALONE] for name, values in inputs.items()}
    alone = network.predict(first, 1)
    gaps = np.abs(alone.astype(np.float64) - actual[:ALONE]).reshape(len(alone), -1).max(axis=1)
    if (gaps > ROUNDING * max(1.0, largest)).any():
        raise QuantshiftError(
            f"{file} answers input {int(gaps.argmax())} otherwise alone than among others (largest difference "
            f"{gaps.max():.3g}), so its answers depend on the batch: {EVALUATION_MODE}, or with a batch of 1"
        )


def _compare(expected: Outputs, actual: Outputs, task: Task, rounding: float) -> tuple[Unchanged, int | None]:
    """Return the comparison, and the first input that differs by more than rounding."""
    largest = float(np.abs(expected).max())
    gaps = np.abs(expected - actual.astype(np.float64)).reshape(len(expected), -1).max(axis=1)
    different = task.answers(expected) != task.answers(actual)
    # Rounding may change an answer, but only by as much as the outputs' own size allows.
    wrong = different & ~(gaps <= (0.0 if task.kind == LABEL else rounding * largest))
    wrong |= ~(gaps <= rounding * max(1.0, largest))
    ties = different & ~wrong
    first = int(np.flatnonzero(wrong)[0]) if wrong.any() else None
    return Unchanged(len(expected), float(gaps.max()), largest, not different.any(), int(ties.sum())), first


def _shown(outputs: Outputs, index: int, task: Task) -> str:
    values = ", ".join(f"{value:.4g}" for value in outputs[index].reshape(-1)[:4])
    return f"answer {task.answers(outputs[index : index + 1])[0]} ({values})"


def _original(
    source: Source, described: Described, inputs: Inputs, batch_size: int, place: Place
) -> Iterator[NDArray[np.float64]]:
    """Yield the outputs of the user's model, a batch at a time."""
    signature, prepared = described.signature, described.prepared
    session = open_session(source.model, source.file)
    types = {item.name: DTYPES[item.type] for item in session.get_inputs() if item.type in DTYPES}
    size = signature["batch"] or batch_size
    count = len(next(iter(inputs.values())))

    def run(start: int, end: int) -> Any:
        feed = {name: np.asarray(value) for name, value in prepared.constants.items()}
        for spec in signature["inputs"]:
            rows = prepare(np.asarray(inputs[spec["name"]][start:end]), spec)
            if signature["batch"]:
                rows = np.concatenate([rows, rows[-1:].repeat(size - len(rows), axis=0)])
            feed[spec["name"]] = rows.astype(types[spec["name"]], copy=False)
        return session.run([signature["output"]["name"]], feed)[0]

    for start in range(0, count, size):
        end = min(start + size, count)
        try:
            values = run(start, end)
        except Exception as error:  # onnxruntime exports no common class of its exceptions
            raise failure(place, first_failure(run, start, end), str(source.file), error) from error
        yield _answers(values, signature["output"], prepared.labels)[: end - start]


def _answers(values: Any, output: Output, labels: Labels) -> NDArray[np.float64]:
    """Return the answer's output for one batch in the shape that the prepared copy has."""
    names = labels.get(output["name"], [])
    if isinstance(values, list):
        values = np.array([[row[name] for name in names] for row in values])
    elif output["kind"] == LABEL and names:
        values = np.array([names.index(name) for name in values.reshape(-1).tolist()])
    return np.asarray(values, dtype=np.float64).reshape(len(values), -1).squeeze(axis=_single(output))


def _single(output: Output) -> tuple[int, ...]:
    """Return the axes to remove from an output of two axes."""
    return (1,) if output["kind"] in SINGLE else ()
