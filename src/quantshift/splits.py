"""Training, validation, calibration and test data that share no source input."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.arrays import Rows, select, write_array
from quantshift.errors import QuantshiftError


@dataclass(frozen=True)
class Raw:
    """A data set as published: inputs [n, ...] of any one type, and int64 labels [n], for training and for test.

    Inputs that may not fit in memory are lazy: see `arrays.Rows`.
    """

    train_inputs: NDArray[Any] | Rows
    train_labels: NDArray[np.int64]
    test_inputs: NDArray[Any] | Rows
    test_labels: NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """A part of a data set: inputs [n, ...], int64 labels [n] and int64 sources [n].

    A source names an input over the whole data set: the index in the training data, or, for test input j, the number
    of training inputs plus j.
    """

    inputs: NDArray[Any] | Rows
    labels: NDArray[np.int64]
    sources: NDArray[np.int64]


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

    The training data are permuted once; validation data are taken first, then calibration data, then training data, so
    that `train_limit` changes neither of the others. Test data keep their order.

    Args:
        raw: the whole data set.
        dataset: its name in the config, for messages.
        validation: number of validation inputs, drawn from the training data.
        calibration: number of calibration inputs, drawn from the training data.
        train_limit: number of training inputs; None takes all that are left.
        test_limit: number of test inputs, the first ones; None takes all.
        generator: the source of the permutation.

    Raises:
        QuantshiftError: more is asked for than there is, or a number is out of range; the message names the config key.
    """
    available, tests = len(raw.train_labels), len(raw.test_labels)
    left = available - validation - calibration
    _check(dataset, "validation", validation, 0, available - 1, f"{available} training inputs, one must be left")
    _check(dataset, "calibration", calibration, 0, available - validation - 1, f"{available - validation} are left")
    if train_limit is not None:
        _check(dataset, "train_limit", train_limit, 1, left, f"{left} are left after validation and calibration")
    if test_limit is not None:
        _check(dataset, "test_limit", test_limit, 1, tests, f"{tests} test inputs")
    order = generator.permutation(available).astype(np.int64)
    drawn = {
        "train": order[validation + calibration :][:train_limit],
        "validation": order[:validation],
        "calibration": order[validation : validation + calibration],
    }
    splits = {
        name: Split(select(raw.train_inputs, taken), raw.train_labels[taken], taken) for name, taken in drawn.items()
    }
    sources = np.arange(available, available + tests, dtype=np.int64)[:test_limit]
    return splits | {"test": Split(select(raw.test_inputs, slice(test_limit)), raw.test_labels[:test_limit], sources)}


def write(splits: dict[str, Split], folder: Path) -> None:
    """Write each split as ``<folder>/<split>/{inputs,labels,sources}.npy``; lazy inputs are made here, in parts.

    Raises:
        QuantshiftError: lazy inputs cannot be made.
    """
    for name, part in splits.items():
        write_array(folder / name / "inputs.npy", part.inputs)
        write_array(folder / name / "labels.npy", part.labels)
        write_array(folder / name / "sources.npy", part.sources)


def _check(dataset: str, key: str, asked: int, least: int, most: int, why: str) -> None:
    if not least <= asked <= most:
        raise QuantshiftError(
            f"datasets.{dataset}.{key} is {asked}, and must be from {least} to {most} (there are {why})"
        )
