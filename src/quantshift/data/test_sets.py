"""Shifted test sets on the disk: the work of the rule `shift`."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.data.labelled import read_truth
from quantshift.data.windows import window
from quantshift.seeds import derive_seed, generator
from quantshift.storage.arrays import Rows, parts, read_array, select, write_array, write_parts

# Bytes of images that are shifted at a time: as many as memory need hold, whatever the test set's size.
PART = 8 << 20


def synthetic(
    *,
    dataset: str,
    collection: str,
    suite: str,
    shift: str,
    severity: int,
    limit: int | None,
    clean: Path,
    target: Path,
) -> None:
    """Write shifted copies of the clean test inputs, with the labels and sources of their originals.

    Args:
        dataset: name of the data set.
        collection: folder of `shifts` that has the shift.
        suite: name of the suite, which is the collection's or the user's own.
        shift: name of the shift.
        severity: 1 to 5, or 0 for a shift with one level.
        limit: number of inputs that are shifted, the shift's window (see `windows`); None takes all.
        clean: folder of the clean test set.
        target: folder to write.

    Raises:
        QuantshiftError: a file is damaged.
    """
    inputs = read_array(clean / "inputs.npy")
    labels, sources = read_truth(clean, count=len(inputs))
    index = window(dataset, collection, shift, sources, limit)
    random = generator("shift", dataset, suite, shift, severity)
    apply = members.load(f"shifts/{collection}", shift).apply
    made = (stored(apply(planes(part), severity, random)) for part in parts(inputs, PART, index=index))
    write_parts(target / "inputs.npy", (len(index), *inputs.shape[1:]), inputs.dtype, made)
    write_truth(target, labels[index], sources[index])


def natural(
    *, dataset: str, collection: str, shift: str, limit: int | None, artifact: Path | None, target: Path
) -> None:
    """Write a test set of other inputs; their sources are negative and no other shift's.

    The shift's `load` returns the inputs, int64 labels [n] and, where not every input is a source of its own, int64
    sources [n] from 0. A shift with `PAIRED` shows the clean test data's sources in another way and keeps their ids.
    Inputs are uint8 arrays as all shifts have them, [n, height, width] or with channels last (see
    `planes`), or lazy pictures, whose shape is that of stored images, [n, channels, height, width]; these are decoded
    while they are written, a few at a time.

    Args:
        dataset: name of the data set.
        collection: folder of `shifts` that has the shift.
        shift: name of the shift.
        limit: number of inputs; None takes all. They are a random sample (see `windows`), or the first ones of a shift
            with `PAIRED`, as the clean test set has them.
        artifact: the fetched folder of the artifact that the shift is read from, or None for a shift without one.
        target: folder to write.

    Raises:
        QuantshiftError: a file is missing or damaged.
    """
    needed = () if artifact is None else (artifact,)
    module = members.load(f"shifts/{collection}", shift)
    images, labels, *given = module.load(*needed)
    (own,) = given or [np.arange(len(labels))]
    if getattr(module, "PAIRED", False):
        sources, index = own, np.arange(len(own))[:limit]
    else:
        sources = foreign(collection, shift, int(own.max(initial=-1)) + 1)[own]
        index = window(dataset, collection, shift, own, limit)
    images = select(images, index)
    write(target, images if isinstance(images, Rows) else stored(images), labels[index], sources[index])


def published(
    *,
    dataset: str,
    collection: str,
    shift: str,
    severity: int,
    limit: int | None,
    archive: Path,
    clean: Path,
    target: Path,
) -> None:
    """Write a test set as the published archive has it.

    Args:
        dataset: name of the data set.
        collection: name of the published archive's reader.
        shift: name of the shift.
        severity: severity in the archive.
        limit: number of inputs, those of the shift's window (see `windows`); None takes all.
        archive: folder of the unpacked archive.
        clean: folder of the clean test set, whose inputs the archive's are copies of, in the same order.
        target: folder to write.

    Raises:
        QuantshiftError: a file is missing or damaged, or the archive has other labels than the test set.
    """
    images, labels = members.load("shifts/archives", collection).read(archive, shift, severity)
    own, sources = read_truth(clean)
    count = len(own)
    if len(labels) < count or not np.array_equal(labels[:count], own):
        raise QuantshiftError(
            f"{archive}: the labels of {shift} are not those of the clean test set in {clean}; expected shifted copies "
            "of the same inputs in the same order: is it the archive of another data set?"
        )
    index = window(dataset, collection, shift, sources, limit)
    write(target, stored(images[index]), own[index], sources[index])


def write(target: Path, inputs: NDArray[Any] | Rows, labels: NDArray[np.int64], sources: NDArray[np.int64]) -> None:
    """Write a test set's arrays: inputs [n, ...], labels [n], sources [n]."""
    write_array(target / "inputs.npy", inputs)
    write_truth(target, labels, sources)


def write_truth(target: Path, labels: NDArray[np.int64], sources: NDArray[np.int64]) -> None:
    """Write what is known of a test set's inputs: labels [n] and sources [n]."""
    write_array(target / "labels.npy", labels)
    write_array(target / "sources.npy", sources)


def foreign(collection: str, shift: str, count: int) -> NDArray[np.int64]:
    """Return ids of a natural shift's sources, int64 [count]: negative, and no other shift's.

    >>> bool((foreign("digits", "digits", 3) < 0).all())
    True
    """
    # 2**20 ids for each shift; two of a few shifts fall on the same with a chance of about 1 in 2**42.
    first = (derive_seed("sources", collection, shift) >> 21) << 20
    return -1 - (first + np.arange(count, dtype=np.int64))


def planes(images: NDArray[Any]) -> NDArray[Any]:
    """Return stored images [n, channels, height, width] as shifts take them: [n, height, width], or with channels last.

    >>> planes(np.zeros((2, 1, 28, 28))).shape, planes(np.zeros((2, 3, 32, 32))).shape
    ((2, 28, 28), (2, 32, 32, 3))
    """
    return images[:, 0] if images.shape[1] == 1 else images.transpose(0, 2, 3, 1)


def stored(images: NDArray[Any]) -> NDArray[Any]:
    """Return the inverse of `planes`."""
    return images[:, None] if images.ndim == 3 else images.transpose(0, 3, 1, 2)
