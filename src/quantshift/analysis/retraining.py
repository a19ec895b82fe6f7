"""Compare a model's disagreements before and after retraining, on the same inputs."""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.analysis import retrained
from quantshift.analysis.effects.contributions import Contributions, Exposure
from quantshift.analysis.effects.effect import estimate
from quantshift.analysis.ruined import ruined
from quantshift.core.names import FLOAT32, PUBLISHED
from quantshift.core.test_set import CLEAN, VALIDATION
from quantshift.core.training_record import NAME, Joined
from quantshift.data.labelled import read_labels, read_sources
from quantshift.data.logits import read_logits
from quantshift.data.retraining_split import parts
from quantshift.metrics.accuracy import accuracy
from quantshift.metrics.disagreement import disagreement
from quantshift.storage.records import read_record
from quantshift.storage.rows import write_records
from quantshift.tasks import Task
from quantshift.tasks.classification import CLASSIFICATION

Path = str | os.PathLike[str]
Mask = NDArray[np.bool_]
Logits = NDArray[np.floating]


def counts(before: Mask, after: Mask) -> dict[str, float | int]:
    """Return how many inputs [n] disagreed before and after, and how many persisted, were fixed or are new.

    `persisting_by_chance` is the expected number if the disagreements after were drawn at random from all inputs.

    >>> counts(np.array([True, True, False, False]), np.array([True, False, False, False]))
    {'n': 4, 'before': 2, 'after': 1, 'persisting': 1, 'fixed': 1, 'new': 0, 'persisting_by_chance': 0.5}
    """
    return {
        "n": len(before),
        "before": int(before.sum()),
        "after": int(after.sum()),
        "persisting": int((before & after).sum()),
        "fixed": int((before & ~after).sum()),
        "new": int((~before & after).sum()),
        "persisting_by_chance": float(before.sum() * after.sum() / len(before)),
    }


def change(before: Mask, after: Mask, sources: NDArray[np.int64]) -> dict[str, float]:
    """Return the change of the disagreement rate, its 95 % limits and the p-value for no change.

    Inputs of one source count as one (see quantshift.analysis.effects.contributions).

    Args:
        before: [n].
        after: [n].
        sources: [n].
    """
    _, source_indices = np.unique(sources, return_inverse=True)
    estimated = estimate(_changes(before, after, source_indices))
    return {
        "change": estimated.effect,
        "change_low": max(estimated.low, -1.0),
        "change_high": min(estimated.high, 1.0),
        "change_p_value": estimated.p_value,
    }


def _changes(before: Mask, after: Mask, source_indices: NDArray[np.intp]) -> Contributions:
    """Return each source's contribution to the change."""
    differences = after.astype(np.float64) - before
    exposure = Exposure.of(np.bincount(source_indices) / len(source_indices))
    return Contributions(np.bincount(source_indices, weights=differences) / len(source_indices), exposure, exposure)


def figures(
    before: tuple[Logits, Logits],
    after: tuple[Logits, Logits],
    labels: NDArray[np.integer],
    sources: NDArray[np.int64],
    task: Task = CLASSIFICATION,
) -> dict[str, float | int]:
    """Return the values of one variant of a retrained model.

    Args:
        before: outputs [n, ...] of the trained model: float32's and the variant's.
        after: outputs of the retrained model for the same inputs in the same order.
        labels: [n], answers from 0.
        sources: [n].
        task: what outputs mean.
    """
    masks = disagreement(*before, task), disagreement(*after, task)
    return {
        **counts(*masks),
        "accuracy_before": accuracy(before[1], labels, task),
        "accuracy_after": accuracy(after[1], labels, task),
        "disagreement_rate_before": float(masks[0].mean()),
        "disagreement_rate_after": float(masks[1].mean()),
        **change(*masks, sources),
        "accuracy_float32_before": accuracy(before[0], labels, task),
        "accuracy_float32_after": accuracy(after[0], labels, task),
    }


def write_retraining(
    *,
    model: Mapping[str, str | int],
    protocol: str,
    before: Mapping[str, Path],
    after: Mapping[str, Path],
    test_set: Path,
    validation: Path,
    record: Path,
    table: Path,
    masks: Path,
    task: Task = CLASSIFICATION,
) -> None:
    """Compare a retrained model with the original, on the inputs that its protocol counts.

    Args:
        model: dataset, architecture, method (without the protocol) and seed, in this order, for the first columns.
        protocol: `published`, `held_out` or `control`.
        before: the trained model's archives of logits on the suite `clean`, by variant, including float32.
        after: the same archives of the retrained model.
        test_set: folder of the clean test set's arrays.
        validation: the labels of the validation data, on which float32 must keep its accuracy.
        record: the record of the retraining.
        table: the CSV file to write, with one row per quantized variant.
        masks: the archive of disagreements to write (see quantshift.analysis.retrained).
        task: what the stored outputs mean.

    Raises:
        QuantshiftError: a file is missing, damaged or inconsistent with the others.
    """
    labels = read_labels(f"{test_set}/labels.npy")
    sources = read_sources(f"{test_set}/sources.npy", count=len(labels))
    counted = parts(protocol, str(model["dataset"]), sources).counted
    labels, sources = labels[counted], sources[counted]
    logits = [
        {variant: read_logits(file, CLEAN, len(counted))[counted] for variant, file in files.items()}
        for files in (before, after)
    ]
    accuracies = _validation_accuracies(before[FLOAT32], after[FLOAT32], read_labels(validation), task)
    added = len(read_record(record, Joined, NAME)["added"])
    rows: list[dict[str, Any]] = []
    variant_masks: dict[str, tuple[Mask, Mask]] = {}
    for variant in [name for name in before if name != FLOAT32]:
        pairs = [(by_variant[FLOAT32], by_variant[variant]) for by_variant in logits]
        variant_masks[variant] = disagreement(*pairs[0], task), disagreement(*pairs[1], task)
        rows.append(
            {
                **model,
                "variant": variant,
                "protocol": protocol,
                **figures(pairs[0], pairs[1], labels, sources, task),
                "leaks": protocol == PUBLISHED,
                "added": added,
                "accuracy_validation_before": accuracies[0],
                "accuracy_validation_after": accuracies[1],
                "ruined": ruined(*accuracies),
            }
        )
    write_records(table, rows)
    retrained.write(masks, sources, variant_masks, usable=not ruined(*accuracies))


def _validation_accuracies(before: Path, after: Path, labels: NDArray[np.integer], task: Task) -> tuple[float, float]:
    """Return float32's accuracy on the validation data before and after the retraining."""
    first, second = (read_logits(file, VALIDATION, len(labels)) for file in (before, after))
    return accuracy(first, labels, task), accuracy(second, labels, task)
