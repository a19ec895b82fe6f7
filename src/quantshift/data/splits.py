"""Training, validation, calibration and test data that share no source input."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.storage.arrays import Rows, select

# Where a source has more than this share of the inputs that are set aside, sources of fewer inputs go first: else one
# series of emoji could be half of the calibration data, and absent from the training data.
MOST_OF_ONE = 0.1


@dataclass(frozen=True)
class Split:
    """A part of a data set: inputs [n, ...], int64 labels [n] and int64 sources [n].

    A source is what an input is made of or shows. Inputs that are near copies of one another have one and the same.
    """

    inputs: NDArray[Any] | Rows
    labels: NDArray[np.int64]
    sources: NDArray[np.int64]


@dataclass(frozen=True)
class Raw:
    """A data set as published: inputs [n, ...] of any one type, and int64 labels [n], for training and for test.

    Inputs that may not fit in memory are lazy: see `arrays.Rows`.

    Attributes:
        train_sources: int64 [n], 0 or above; None where each input is a source of its own. Its id is then its index in
            the training data, or, for test input j, the number of training inputs plus j.
        test_sources: the same of the test data; None if, and only if, `train_sources` is.
        validation: the data set's own validation data, with sources as `train_sources`; None where validation data are
            drawn from the training data.
    """

    train_inputs: NDArray[Any] | Rows
    train_labels: NDArray[np.int64]
    test_inputs: NDArray[Any] | Rows
    test_labels: NDArray[np.int64]
    train_sources: NDArray[np.int64] | None = None
    test_sources: NDArray[np.int64] | None = None
    validation: Split | None = None


def split(
    raw: Raw,
    *,
    dataset: str,
    validation: int,
    calibration: int,
    train_limit: int | None,
    test_limit: int | None,
    generator: np.random.Generator,
) -> dict[str, Split]:
    """Return the splits ``train``, ``validation``, ``calibration`` and ``test``, disjoint by source.

    The sources of the training data are permuted once, each with all of its inputs; validation data are taken first,
    then calibration data, then training data, so that `train_limit` changes neither of the others. What shares its
    source with an input of another split is left out: the rest of a source that a number cuts. Sources of many inputs
    are set aside last (see `MOST_OF_ONE`). Test data keep their order.

    Args:
        raw: the whole data set.
        dataset: its name in the config, for messages.
        validation: number of validation inputs, drawn from the data set's own, or else from the training data.
        calibration: number of calibration inputs, drawn from the training data.
        train_limit: number of training inputs; None takes all that are left.
        test_limit: number of test inputs, the first ones; None takes all.
        generator: the source of the permutation.

    Raises:
        QuantshiftError: more is asked for than there is, or a number is out of range; the message names the config key.
    """
    train, test = _with_sources(raw)
    tests = len(test.labels)
    if test_limit is not None:
        _check(dataset, "test_limit", test_limit, 1, tests, f"{tests} test inputs")
    left = _apart(_permuted(train.sources, generator), train.sources, test.sources)
    if raw.validation is None:
        own, drawn = train, left
        _check(dataset, "validation", validation, 0, len(left) - 1, f"{len(left)} training inputs, one must be left")
    else:
        own = raw.validation
        drawn = _apart(_permuted(own.sources, generator), own.sources, test.sources)
        _check(dataset, "validation", validation, 0, len(drawn), f"{len(drawn)} validation inputs")
    validated = _taken(own, _set_aside(drawn, own.sources, validation))
    left = _apart(left, train.sources, validated.sources)
    _check(dataset, "calibration", calibration, 0, max(len(left) - 1, 0), f"{len(left)} left after validation")
    calibrated = _taken(train, _set_aside(left, train.sources, calibration))
    left = _apart(left, train.sources, calibrated.sources)
    if not len(left):
        raise QuantshiftError(
            f"datasets.{dataset}.validation ({validation}) and .calibration ({calibration}) leave no training input "
            "whose source is not theirs, too: expected smaller numbers"
        )
    if train_limit is not None:
        _check(dataset, "train_limit", train_limit, 1, len(left), f"{len(left)} left after validation and calibration")
    return {
        "train": _taken(train, left[:train_limit]),
        "validation": validated,
        "calibration": calibrated,
        "test": _taken(test, slice(test_limit)),
    }


def _with_sources(raw: Raw) -> tuple[Split, Split]:
    """Return the training and the test data."""
    train, test = raw.train_sources, raw.test_sources
    if train is None or test is None:
        available = len(raw.train_labels)
        train, test = np.arange(available), np.arange(available, available + len(raw.test_labels))
    return Split(raw.train_inputs, raw.train_labels, train), Split(raw.test_inputs, raw.test_labels, test)


def _permuted(sources: NDArray[np.int64], generator: np.random.Generator) -> NDArray[np.int64]:
    """Return the indices of inputs in a random order in which those of one source [n] are together.

    A source is where one of its inputs was drawn, so that sources of many inputs do not come sooner than others.
    """
    order = generator.permutation(len(sources)).astype(np.int64)
    ranks = np.argsort(order)
    _, first, groups = np.unique(sources, return_index=True, return_inverse=True)
    return order[np.argsort(ranks[first][groups][order], kind="stable")]


def _set_aside(indices: NDArray[np.int64], sources: NDArray[np.int64], number: int) -> NDArray[np.int64]:
    """Return `number` of the `indices`, those of large sources (see `MOST_OF_ONE`) only where others are too few."""
    _, groups, sizes = np.unique(sources[indices], return_inverse=True, return_counts=True)
    large = sizes[groups] > max(1, number * MOST_OF_ONE)
    return np.concatenate([indices[~large], indices[large]])[:number]


def _apart(indices: NDArray[np.int64], sources: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return those of `indices` into `sources` whose source is not among the others."""
    return indices[~np.isin(sources[indices], others)]


def _taken(part: Split, index: NDArray[np.int64] | slice) -> Split:
    return Split(select(part.inputs, index), part.labels[index], part.sources[index])


def _check(dataset: str, key: str, asked: int, least: int, most: int, why: str) -> None:
    if not least <= asked <= most:
        raise QuantshiftError(
            f"datasets.{dataset}.{key} is {asked}, and must be from {least} to {most} (there are {why})"
        )
