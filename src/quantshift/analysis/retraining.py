"""What retraining with disagreements came to: those before and after, on the same inputs."""

import csv
import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift import archives
from quantshift.analysis import retrained
from quantshift.analysis.clusters import bootstrap, sign_flip
from quantshift.analysis.parts import LEAKING, parts
from quantshift.errors import QuantshiftError
from quantshift.files import atomic, remedy
from quantshift.labelled import read_labels, read_sources
from quantshift.metrics.accuracy import accuracy
from quantshift.metrics.disagreement import disagreement
from quantshift.records import read_record
from quantshift.seeds import generator
from quantshift.training_record import NAME, Joined

FLOAT32 = "float32"
# The clean test set's key in an archive of logits.
CLEAN = "none/0"

Path = str | os.PathLike[str]
Mask = NDArray[np.bool_]
Logits = NDArray[np.floating]


def counts(before: Mask, after: Mask) -> dict[str, int]:
    """Return how many inputs [n] disagreed before and after, and which way they went.

    >>> counts(np.array([True, True, False, False]), np.array([True, False, True, False]))
    {'n': 4, 'before': 2, 'after': 2, 'persisting': 1, 'fixed': 1, 'new': 1}
    """
    return {
        "n": len(before),
        "before": int(before.sum()),
        "after": int(after.sum()),
        "persisting": int((before & after).sum()),
        "fixed": int((before & ~after).sum()),
        "new": int((~before & after).sum()),
    }


def change(before: Mask, after: Mask, sources: NDArray[np.int64], random: np.random.Generator) -> dict[str, float]:
    """Return the change of the disagreement rate, its 95 % limits and the p-value against none.

    Sources are resampled for the limits; for the p-value the signs of their changes are flipped, which is McNemar's
    exact test where every input is a source of its own and few changed.

    Args:
        before: [n].
        after: [n].
        sources: [n].
        random: the generator of the resamples.
    """
    _, places, sizes = np.unique(sources, return_inverse=True, return_counts=True)
    differences = after.astype(np.float64) - before
    deltas = np.bincount(places, weights=differences) * len(sizes) / len(sources)
    rate = float(differences.mean())
    low, high = bootstrap([deltas], [1.0], random)
    return {
        "change": rate,
        # The percentiles of skewed resamples need not hold the change.
        "change_low": min(low, rate),
        "change_high": max(high, rate),
        "change_p_value": sign_flip([deltas], [1.0], random),
    }


def figures(
    before: tuple[Logits, Logits],
    after: tuple[Logits, Logits],
    labels: NDArray[np.integer],
    sources: NDArray[np.int64],
    random: np.random.Generator,
) -> dict[str, float | int]:
    """Return the figures of one variant of a retrained model.

    Args:
        before: logits [n, classes] of the trained model, float32's and the variant's.
        after: the same of the retrained model, for the same inputs in the same order.
        labels: [n], classes from 0.
        sources: [n].
        random: the generator of the resamples.
    """
    masks = disagreement(*before), disagreement(*after)
    return {
        **counts(*masks),
        "accuracy_before": accuracy(before[1], labels),
        "accuracy_after": accuracy(after[1], labels),
        "disagreement_rate_before": float(masks[0].mean()),
        "disagreement_rate_after": float(masks[1].mean()),
        **change(*masks, sources, random),
        "accuracy_float32_before": accuracy(before[0], labels),
        "accuracy_float32_after": accuracy(after[0], labels),
    }


def write_retraining(
    *,
    model: Mapping[str, str | int],
    protocol: str,
    before: Mapping[str, Path],
    after: Mapping[str, Path],
    test_set: Path,
    record: Path,
    table: Path,
    masks: Path,
) -> None:
    """Compare a retrained model with what it was, on the inputs that its protocol counts.

    Args:
        model: dataset, architecture, method (without the protocol) and seed, in this order; they lead every row.
        protocol: `published` or `held_out`.
        before: the trained model's archives of logits on the suite `clean`, by variant, float32's included.
        after: the retrained model's.
        test_set: folder of the clean test set's arrays.
        record: the record of the retraining.
        table: the CSV of rows to write, one a quantized variant.
        masks: the archive of disagreements to write (see quantshift.analysis.retrained).

    Raises:
        QuantshiftError: a file is missing, damaged or does not fit the others.
    """
    labels = read_labels(f"{test_set}/labels.npy")
    sources = read_sources(f"{test_set}/sources.npy", count=len(labels))
    counted = parts(protocol, str(model["dataset"]), sources).counted
    labels, sources = labels[counted], sources[counted]
    logits = [{variant: _read(file, counted) for variant, file in files.items()} for files in (before, after)]
    added = len(read_record(record, Joined, NAME)["added"])
    rows: list[dict[str, Any]] = []
    found: dict[str, tuple[Mask, Mask]] = {}
    for variant in [name for name in before if name != FLOAT32]:
        pairs = [(held[FLOAT32], held[variant]) for held in logits]
        found[variant] = disagreement(*pairs[0]), disagreement(*pairs[1])
        random = generator("retraining", *model.values(), protocol, variant)
        rows.append(
            {
                **model,
                "variant": variant,
                "protocol": protocol,
                **figures(pairs[0], pairs[1], labels, sources, random),
                "leaks": protocol == LEAKING,
                "added": added,
            }
        )
    with atomic(table) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
        lines.writeheader()
        lines.writerows(rows)
    retrained.write(masks, sources, found)


def _read(file: Path, counted: Mask) -> Logits:
    with archives.opened(file) as archive:
        logits: Logits = archive.read(CLEAN)
    if len(logits) != len(counted):
        raise QuantshiftError(
            f"{file} has logits of {len(logits)} clean test inputs, and there are {len(counted)}: {remedy(file)}"
        )
    return logits[counted]
