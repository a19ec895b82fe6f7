"""Labels and sources of all test sets of a data set, in one archive (rule `truth`).

Jobs that need all test sets of a data set depend on this one file instead of two files per test set. The archive holds
int64 [n] under ``{suite}/{shift}/{severity}/labels`` and ``{suite}/{shift}/{severity}/sources``, in the config's order.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from quantshift.core.test_set import TestSet
from quantshift.data.labelled import read_truth
from quantshift.storage import archives
from quantshift.storage.files import damaged

FilePath = str | os.PathLike[str]


class Labels(NamedTuple):
    """Labels and sources of a test set's inputs.

    Attributes:
        labels: int64 [n], classes from 0; all NO_LABEL in a test set without labels.
        sources: int64 [n], ids of the source inputs.
    """

    labels: NDArray[np.int64]
    sources: NDArray[np.int64]


def gather(test_sets: Mapping[TestSet, Path], truth: FilePath, classes: int | None = None) -> None:
    """Write the labels and sources of test sets to one archive.

    Args:
        test_sets: the folder with `labels.npy` and `sources.npy`, by (suite, shift, severity).
        truth: the archive to write.
        classes: number of classes, or None if it is unknown.

    Raises:
        QuantshiftError: a file is missing or damaged, a label is out of range, or labels and sources differ in number.
    """
    archives.store(truth, _arrays(test_sets, classes))


def _arrays(test_sets: Mapping[TestSet, Path], classes: int | None) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Yield the keys and arrays of the archive."""
    for test_set, folder in test_sets.items():
        key = test_set.path
        labels, sources = read_truth(folder, classes=classes)
        yield f"{key}/labels", labels
        yield f"{key}/sources", sources


def read(truth: FilePath) -> dict[TestSet, Labels]:
    """Return the labels and sources of each test set.

    Raises:
        QuantshiftError: the archive is missing or damaged, or holds other arrays.
    """
    by_test_set: dict[TestSet, dict[str, NDArray[np.int64]]] = {}
    for key, array in archives.read_all(truth).items():
        test_set, _, name = key.rpartition("/")
        try:
            by_test_set.setdefault(TestSet.parse(test_set), {})[name] = array
        except ValueError as error:
            raise damaged(truth, "an archive of labels and sources by suite, shift and severity", error) from error
    try:
        return {test_set: Labels(**arrays) for test_set, arrays in by_test_set.items()}
    except TypeError as error:
        raise damaged(truth, "an archive of labels and sources of each test set", error) from error


def by_suite(test_sets: Iterable[TestSet]) -> dict[str, list[TestSet]]:
    """Return the test sets of each suite, in their order.

    >>> list(by_suite([TestSet("clean", "none", 0), TestSet("mnist_c", "fog", 1)]))
    ['clean', 'mnist_c']
    """
    suites: dict[str, list[TestSet]] = {}
    for test_set in test_sets:
        suites.setdefault(test_set.suite, []).append(test_set)
    return suites
