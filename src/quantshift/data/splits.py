"""Training, validation, calibration and test data that share no source input."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.data.named import Named
from quantshift.storage.arrays import Rows, select

Inputs = NDArray[Any] | Rows | Named

# A source with more than this share of the inputs to set aside is used last: otherwise one series of emoji could be
# half of the calibration data and be absent from the training data.
MAX_SOURCE_SHARE = 0.1


@dataclass(frozen=True)
class Split:
    """A part of a data set: inputs [n, ...], int64 labels [n] and int64 sources [n].

    A source identifies what an input was made from or shows. Near copies of one another share a source.
    """

    inputs: Inputs
    labels: NDArray[np.int64]
    sources: NDArray[np.int64]


@dataclass(frozen=True)
class Raw:
    """A data set as published: inputs [n, ...] of one type and int64 labels [n], for training and for test.

    Several inputs per sample are `Named`. Inputs that may not fit in memory are lazy (see `arrays.Rows`).

    Attributes:
        train_sources: int64 [n], 0 or above, or None if each input is its own source. Its id is then its index in the
            training data, or, for test input j, the number of training inputs plus j.
        test_sources: sources of the test data; None if and only if `train_sources` is None.
        validation: the published validation data, with sources numbered like `train_sources`, or None if validation
            data are drawn from the training data.
    """

    train_inputs: Inputs
    train_labels: NDArray[np.int64]
    test_inputs: Inputs
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

    The sources of the training data are permuted once, each with all of its inputs, and assigned to validation,
    calibration and training data, in this order, so that `train_limit` changes no other split. Inputs that share a
    source with another split are left out, such as the rest of a source of which only a part fits into a split. Large
    sources are set aside last (see `MAX_SOURCE_SHARE`). Test data stay in their order.

    Args:
        raw: the whole data set.
        dataset: its name in the config, for messages.
        validation: number of validation inputs, drawn from the published validation data, or from the training data if
            there are none.
        calibration: number of calibration inputs, drawn from the training data.
        train_limit: number of training inputs, or None for all that remain.
        test_limit: number of test inputs, the first ones, or None for all.
        generator: random generator of the permutation.

    Raises:
        QuantshiftError: a number is out of range or larger than the available data; the message names the config key.
    """
    train, test = _with_sources(raw)
    tests = len(test.labels)
    if test_limit is not None:
        _check(dataset, "test_limit", test_limit, 1, tests, f"{tests} test inputs")
    left = _apart(_permuted(train.sources, generator), train.sources, test.sources)
    if raw.validation is None:
        part, drawn = train, left
        _check(
            dataset,
            "validation",
            validation,
            0,
            len(left) - 1,
            f"{len(left)} training inputs, and at least one must remain",
        )
    else:
        part = raw.validation
        drawn = _apart(_permuted(part.sources, generator), part.sources, test.sources)
        _check(dataset, "validation", validation, 0, len(drawn), f"{len(drawn)} validation inputs")
    validated = _select(part, _set_aside(drawn, part.sources, validation))
    left = _apart(left, train.sources, validated.sources)
    _check(dataset, "calibration", calibration, 0, max(len(left) - 1, 0), f"{len(left)} left after validation")
    calibrated = _select(train, _set_aside(left, train.sources, calibration))
    left = _apart(left, train.sources, calibrated.sources)
    if not len(left):
        raise QuantshiftError(
            f"datasets.{dataset}.validation ({validation}) and .calibration ({calibration}) leave no training input "
            "whose source they do not share: expected smaller numbers"
        )
    if train_limit is not None:
        _check(dataset, "train_limit", train_limit, 1, len(left), f"{len(left)} left after validation and calibration")
    return {
        "train": _select(train, left[:train_limit]),
        "validation": validated,
        "calibration": calibrated,
        "test": _select(test, slice(test_limit)),
    }


def _with_sources(raw: Raw) -> tuple[Split, Split]:
    """Return the training and the test data, with sources."""
    train, test = raw.train_sources, raw.test_sources
    if train is None or test is None:
        available = len(raw.train_labels)
        train, test = np.arange(available), np.arange(available, available + len(raw.test_labels))
    return Split(raw.train_inputs, raw.train_labels, train), Split(raw.test_inputs, raw.test_labels, test)


def _permuted(sources: NDArray[np.int64], generator: np.random.Generator) -> NDArray[np.int64]:
    """Return the indices of inputs in a random order in which the inputs of one source are together.

    A source has the rank of its first input in a permutation, so that large sources do not come sooner than others.

    Args:
        sources: by input [n].
        generator: random generator of the permutation.
    """
    order = generator.permutation(len(sources)).astype(np.int64)
    ranks = np.argsort(order)
    _, first, groups = np.unique(sources, return_index=True, return_inverse=True)
    return order[np.argsort(ranks[first][groups][order], kind="stable")]


def _set_aside(indices: NDArray[np.int64], sources: NDArray[np.int64], number: int) -> NDArray[np.int64]:
    """Return `number` of the `indices`, with large sources (see `MAX_SOURCE_SHARE`) only if others are too few."""
    _, groups, sizes = np.unique(sources[indices], return_inverse=True, return_counts=True)
    large = sizes[groups] > max(1, number * MAX_SOURCE_SHARE)
    return np.concatenate([indices[~large], indices[large]])[:number]


def _apart(indices: NDArray[np.int64], sources: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the `indices` into `sources` whose source is not in `others`."""
    return indices[~np.isin(sources[indices], others)]


def _select(part: Split, index: NDArray[np.int64] | slice) -> Split:
    inputs = part.inputs[index] if isinstance(part.inputs, Named) else select(part.inputs, index)
    return Split(inputs, part.labels[index], part.sources[index])


def _check(dataset: str, key: str, value: int, least: int, most: int, available: str) -> None:
    if not least <= value <= most:
        raise QuantshiftError(
            f"datasets.{dataset}.{key} is {value}, but must be from {least} to {most} (there are {available})"
        )
