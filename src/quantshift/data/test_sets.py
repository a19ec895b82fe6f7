"""Create shifted test sets (rule `shift`)."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.data.foreign_sources import foreign_sources
from quantshift.data.labelled import read_truth
from quantshift.data.modalities import DataSet
from quantshift.data.stored import write
from quantshift.data.windows import window
from quantshift.seeds import generator
from quantshift.storage.arrays import select


def create(
    dataset: DataSet,
    kind: str,
    *,
    collection: str,
    suite: str,
    shift: str,
    severity: int,
    limit: int | None,
    artifact: Path | None,
    target: Path,
) -> None:
    """Write a shifted test set of any kind.

    Args:
        dataset: the data set.
        kind: `synthetic`, `natural` or `archive` (see `Study.source_kind`).
        collection: folder of `shifts` that has the shift, or name of the published archive's reader.
        suite: name of the suite.
        shift: name of the shift.
        severity: 1 to 5, or 0 for a shift with one level.
        limit: maximum number of inputs, or None for all.
        artifact: the fetched folder of the artifact that the shift needs, or None.
        target: folder to write.

    Raises:
        QuantshiftError: a file is missing or damaged, or belongs to another data set.
        ValueError: the kind is unknown, or an archive has no artifact (a bug).
    """
    if kind == "synthetic":
        synthetic(
            dataset,
            collection=collection,
            suite=suite,
            shift=shift,
            severity=severity,
            limit=limit,
            artifact=artifact,
            target=target,
        )
    elif kind == "natural":
        natural(dataset, collection=collection, shift=shift, limit=limit, artifact=artifact, target=target)
    elif kind == "archive" and artifact is not None:
        published(
            dataset,
            collection=collection,
            shift=shift,
            severity=severity,
            limit=limit,
            archive=artifact,
            target=target,
        )
    else:
        raise ValueError(f"a test set of the kind {kind!r} with the artifact {artifact}")


def synthetic(
    dataset: DataSet,
    *,
    collection: str,
    suite: str,
    shift: str,
    severity: int,
    limit: int | None,
    artifact: Path | None,
    target: Path,
) -> None:
    """Write shifted copies of the clean test inputs, with the labels and sources of their originals.

    The arguments of the shift's `apply` are inputs in the modality's form for shifts (`planes` of images, or texts),
    the severity, a generator and, if the shift has an `ARTIFACT`, the artifact's folder.

    Args:
        dataset: the data set.
        collection: folder of `shifts` that has the shift.
        suite: name of the suite: that of the collection, or the user's own.
        shift: name of the shift.
        severity: 1 to 5, or 0 for a shift with one level.
        limit: number of inputs to shift, the size of the shift's window (see `windows`); None for all.
        artifact: the fetched folder of the artifact that the shift needs, or None.
        target: folder to write.

    Raises:
        QuantshiftError: a file is missing or damaged.
    """
    modality = members.load("data/modalities", dataset.modality)
    inputs, labels, sources = modality.read(dataset.folder / "test")
    index = window(dataset.name, collection, shift, sources, limit)
    random = generator("shift", dataset.name, suite, shift, severity)
    apply = members.load(f"shifts/{collection}", shift).apply
    change = partial(_applied, apply, severity, random, () if artifact is None else (artifact,))
    write(target, modality.shifted(inputs, index, change, dataset), labels[index], sources[index])


def natural(
    dataset: DataSet, *, collection: str, shift: str, limit: int | None, artifact: Path | None, target: Path
) -> None:
    """Write a test set of other inputs, with negative sources that no other shift uses.

    The shift's `load` returns the inputs, int64 labels [n] and, unless every input is its own source, int64 sources [n]
    from 0. A shift with `PAIRED` shows the clean test data's sources in another way and keeps their ids.
    Inputs are texts, or uint8 arrays [n, height, width] or with channels last (see `modalities/image.py`), or lazy
    pictures [n, channels, height, width], which are decoded in blocks while they are written.

    Args:
        dataset: the data set.
        collection: folder of `shifts` that has the shift.
        shift: name of the shift.
        limit: number of inputs, or None for all: a random sample (see `windows`), or the first inputs of a shift with
            `PAIRED`, as in the clean test set.
        artifact: the fetched folder of the artifact that the shift is read from, or None if it has no artifact.
        target: folder to write.

    Raises:
        QuantshiftError: a file is missing or damaged.
    """
    modality = members.load("data/modalities", dataset.modality)
    needed = () if artifact is None else (artifact,)
    module = members.load(f"shifts/{collection}", shift)
    inputs, labels, *numbered = module.load(*needed)
    (own,) = numbered or [np.arange(len(labels))]
    if getattr(module, "PAIRED", False):
        sources, index = own, np.arange(len(own))[:limit]
    else:
        sources = foreign_sources(collection, shift, int(own.max(initial=-1)) + 1)[own]
        index = window(dataset.name, collection, shift, modality.NATURAL_ORDER * own, limit)
    write(target, modality.encoded(select(inputs, index), dataset), labels[index], sources[index])


def published(
    dataset: DataSet, *, collection: str, shift: str, severity: int, limit: int | None, archive: Path, target: Path
) -> None:
    """Write a test set from a published archive.

    Args:
        dataset: the data set; the archive holds copies of its clean test inputs in the same order.
        collection: name of the published archive's reader.
        shift: name of the shift.
        severity: severity in the archive.
        limit: number of inputs, the size of the shift's window (see `windows`); None for all.
        archive: folder of the unpacked archive.
        target: folder to write.

    Raises:
        QuantshiftError: a file is missing or damaged, or the labels of the archive and of the test set differ.
    """
    clean = dataset.folder / "test"
    inputs, labels = members.load("shifts/archives", collection).read(archive, shift, severity)
    own, sources = read_truth(clean)
    count = len(own)
    if len(labels) < count or not np.array_equal(labels[:count], own):
        raise QuantshiftError(
            f"{archive}: the labels of {shift} are not those of the clean test set in {clean}; expected shifted copies "
            "of the same inputs in the same order: is it the archive of another data set?"
        )
    index = window(dataset.name, collection, shift, sources, limit)
    shifted = members.load("data/modalities", dataset.modality).encoded(inputs[index], dataset)
    write(target, shifted, own[index], sources[index])


def _applied(apply: Any, severity: int, random: np.random.Generator, needed: tuple[Path, ...], inputs: Any) -> Any:
    return apply(inputs, severity, random, *needed)
