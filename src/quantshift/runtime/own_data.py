"""Answers of a model on the user's own data; a sample without an answer is a mistake in the input, which is named."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import InputError, QuantshiftError
from quantshift.core.names import FLOAT32
from quantshift.data.places import Place, not_finite
from quantshift.data.stored_inputs import Inputs
from quantshift.runtime.faults import brief
from quantshift.runtime.finite import finite_rows
from quantshift.runtime.network import Network
from quantshift.storage.arrays import CHUNK, parts

# Samples that are tried together in the search for one on which a model fails.
TOGETHER = 64


def predict(network: Network, inputs: Inputs, batch_size: int, place: Place, variant: str) -> NDArray[np.float32]:
    """Return a network's outputs for stored inputs.

    Args:
        network: the network.
        inputs: stored inputs by name, [n, ...] each.
        batch_size: samples per run of a model without a fixed batch size.
        place: where the inputs are.
        variant: the network's name.

    Raises:
        InputError: the network fails on a sample.
    """
    try:
        return network.predict(inputs, batch_size)
    except QuantshiftError:
        raise
    except Exception as error:  # onnxruntime exports no common class of its exceptions
        count = len(next(iter(inputs.values())))
        first = first_failure(lambda start, end: network.predict(_rows(inputs, start, end), batch_size), 0, count)
        raise failure(place, first, variant, error) from error


def require_finite(outputs: NDArray[np.floating], inputs: Inputs, place: Place) -> None:
    """Check that float32's outputs are finite.

    Args:
        outputs: [n, ...].
        inputs: the stored inputs by name, [n, ...] each.
        place: where the inputs are.

    Raises:
        InputError: the outputs of a sample are not.
    """
    finite = finite_rows(outputs)
    if finite.all():
        return
    position = int(finite.argmin())
    fault = not_finite(inputs, position)
    if fault is None:
        raise InputError(
            f"{place.name}: float32 gives numbers that are infinite or not a number for {place.sample(position)}, "
            "whose inputs are finite: check the preprocessing of the data, or leave this sample out"
        )
    raise InputError(
        f"{place.name}: {place.sample(position)} has {fault[1]} in the input {fault[0]!r}, for which float32 gives "
        "numbers that are infinite or not a number; expected a finite number: fill it in as for the model's training, "
        "or leave this sample out"
    )


def require_answers(network: Network, inputs: Inputs, place: Place) -> None:
    """Check that float32's outputs are finite for the samples whose inputs are not; the others are not run.

    Args:
        network: float32.
        inputs: stored inputs by name, [n, ...] each.
        place: where the inputs are.

    Raises:
        InputError: the outputs of a sample are not finite.
    """
    suspects = [_not_finite(array) for array in inputs.values() if array.dtype.kind == "f"]
    positions = np.flatnonzero(np.any(suspects, axis=0)) if suspects else np.array([], dtype=np.int64)
    if len(positions):
        some = {name: array[positions] for name, array in inputs.items()}
        part = place._replace(positions=positions)
        require_finite(predict(network, some, 1, part, FLOAT32), some, part)


def failure(place: Place, position: int, variant: str, error: Exception) -> InputError:
    """Return the error for a sample on which a model fails."""
    return InputError(
        f"{place.name}: {variant} fails on {place.sample(position)}: {brief(error)}; check the types, shapes and "
        "values of its inputs"
    )


def first_failure(run: Callable[[int, int], object], start: int, end: int) -> int:
    """Return the position of the first sample on which a function fails.

    Args:
        run: function of the first position and the one after the last.
        start: the first position.
        end: the one after the last; the function fails on these samples together.

    >>> def fails_on_70(first, end): 1 // (not first <= 70 < end)
    >>> first_failure(fails_on_70, 0, 200)
    70
    """
    for first in range(start, end, TOGETHER):
        last = min(first + TOGETHER, end)
        if _fails(run, first, last):
            # A model may fail on several samples together alone.
            return next((position for position in range(first, last) if _fails(run, position, position + 1)), first)
    return start


def _fails(run: Callable[[int, int], object], first: int, end: int) -> bool:
    try:
        run(first, end)
    except Exception:  # onnxruntime exports no common class of its exceptions
        return True
    return False


def _rows(inputs: Inputs, first: int, end: int) -> Inputs:
    return {name: array[first:end] for name, array in inputs.items()}


def _not_finite(array: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return which samples hold numbers that are infinite or not a number, [n]."""
    blocks = [~finite_rows(part) for part in parts(array, CHUNK)]
    return np.concatenate(blocks)
