"""Compare a variant with float32 on every test set, from stored logits: rates and individual disagreements."""

import os
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.analysis import disagreements
from quantshift.analysis.classes import ClassFacts, class_facts
from quantshift.analysis.masks import Mask, Writer
from quantshift.analysis.shifted_rate import shifted_rate
from quantshift.analysis.statistics.intervals import wilson
from quantshift.analysis.statistics.mean_rate import SharedSources
from quantshift.analysis.statistics.tests import clustered_mcnemar, mcnemar
from quantshift.analysis.weak_spots import no_weak_spots, weak_spots
from quantshift.core.errors import InputError, Message, QuantshiftError
from quantshift.core.names import CLEAN_SUITE
from quantshift.data import truth
from quantshift.data.labelled import has_labels, invalid_label
from quantshift.metrics.accuracy import accuracy
from quantshift.metrics.disagreement import disagreement
from quantshift.metrics.flips import flips
from quantshift.metrics.kl_divergence import kl_divergence
from quantshift.runtime.finite import finite_rows
from quantshift.storage import archives
from quantshift.storage.records import write_record
from quantshift.storage.rows import write_records
from quantshift.tasks import Outputs, Task
from quantshift.tasks.classification import CLASSIFICATION

FilePath = str | os.PathLike[str]

COLUMNS = (
    *("dataset", "architecture", "method", "seed", "variant", "suite", "shift", "severity", "n"),
    *("accuracy", "accuracy_float32", "disagreements", "disagreement_rate", "disagreement_low", "disagreement_high"),
    *("negative_flips", "positive_flips", "kl_mean", "accuracy_p_value", "tied_disagreements"),
    *(f"disagreement_{name}_without_ties" for name in ("rate", "low", "high")),
    *("most_frequent_share", "effective_inputs"),
)


class NotFiniteError(ValueError):
    """A variant gives numbers that are infinite or not a number where float32's are finite."""


def compare(
    reference: Outputs,
    variant: Outputs,
    labels: NDArray[np.integer],
    task: Task = CLASSIFICATION,
    sources: NDArray[np.integer] | None = None,
) -> dict[str, float | int | None]:
    """Return the values of one evaluation row.

    Args:
        reference: outputs [n, ...] of float32, finite, such as logits [n, classes].
        variant: outputs of the variant for the same inputs in the same order, finite.
        labels: [n], answers from 0; all NO_LABEL without labels.
        task: the task, which interprets the outputs.
        sources: [n], the source of each input, such as a group of the user's samples; None if all differ.

    Returns:
        n, accuracy, accuracy_float32, disagreements, disagreement_rate with its 95 % Wilson limits disagreement_low
        and disagreement_high for the effective number of inputs, negative_flips, positive_flips, kl_mean (nats; None
        for a task without probabilities), accuracy_p_value (McNemar's exact test of equal accuracy, by source),
        tied_disagreements (disagreements in which the variant's outputs favour no answer) and the disagreement rate
        without ties, with its limits; most_frequent_share, the share of the most frequent answer among the labels;
        and effective_inputs, the number of independent inputs that would measure the rate as precisely. Without
        labels, the accuracies, flips, accuracy_p_value and most_frequent_share are None.

    Raises:
        NotFiniteError: a logit of the variant is not finite.
        ValueError: outputs do not fit the task, the shapes do not match, there are no inputs, a logit of float32 is not
            finite, or a label has no class.
    """
    for name, outputs in (("float32", reference), ("the variant", variant)):
        if fault := task.fault(outputs):
            raise ValueError(f"{name} has {fault}")
    n = len(labels)
    if n == 0 or reference.shape != variant.shape or labels.shape != reference.shape[:1]:
        raise ValueError(
            f"logits {reference.shape} of float32, logits {variant.shape} of the variant and labels {labels.shape} "
            "do not match"
        )
    if fault := _not_finite(reference):
        raise ValueError(f"float32 gives {fault}; leave the input out if it holds such numbers")
    if fault := _not_finite(variant):
        raise NotFiniteError(f"gives {fault}, although float32's are finite")
    labelled = has_labels(labels)
    if labelled and (fault := invalid_label(labels, task.count(reference))):
        raise ValueError(fault)
    mask = disagreement(reference, variant, task)
    disagreements, ties = int(mask.sum()), int(task.tied(variant[mask]).sum())
    effective = effective_inputs(mask, sources)
    counts = np.array([disagreements, disagreements - ties])
    (low, low_without), (high, high_without) = wilson(counts * effective / n, effective)
    flipped = flips(reference, variant, labels, task) if labelled else None
    negative, positive = (None, None) if flipped is None else (int(mask.sum()) for mask in flipped)
    return {
        "n": n,
        "accuracy": accuracy(variant, labels, task) if labelled else None,
        "accuracy_float32": accuracy(reference, labels, task) if labelled else None,
        "disagreements": disagreements,
        "disagreement_rate": disagreements / n,
        "disagreement_low": float(low),
        "disagreement_high": float(high),
        "negative_flips": negative,
        "positive_flips": positive,
        "kl_mean": _kl_mean(reference, variant, task),
        "accuracy_p_value": None if flipped is None else equal_accuracy(*flipped, sources),
        "tied_disagreements": ties,
        "disagreement_rate_without_ties": (disagreements - ties) / n,
        "disagreement_low_without_ties": float(low_without),
        "disagreement_high_without_ties": float(high_without),
        "most_frequent_share": int(np.bincount(labels).max()) / n if labelled else None,
        "effective_inputs": effective,
    }


def _not_finite(outputs: Outputs) -> Message | None:
    """Return which outputs are not finite, or None if all are."""
    finite = finite_rows(outputs)
    if finite.all():
        return None
    return f"numbers that are infinite or not a number for input {int(finite.argmin())} (counted from 0)"


def effective_inputs(mask: NDArray[np.bool_], sources: NDArray[np.integer] | None) -> float:
    """Return the number of independent inputs that would measure a rate as precisely; n if all sources differ.

    Args:
        mask: [n], in which inputs the event occurs.
        sources: [n], the source of each input; None if all differ.

    >>> twice = np.array([0, 0, 1, 1, 2, 2])
    >>> round(effective_inputs(np.array([True, True, False, False, False, False]), twice), 6)
    3.0
    """
    if sources is None or len(np.unique(sources)) == len(mask):
        return float(len(mask))
    return SharedSources([sources]).mean_rate([mask]).effective_inputs


def equal_accuracy(
    negative: NDArray[np.bool_], positive: NDArray[np.bool_], sources: NDArray[np.integer] | None
) -> float:
    """Return the p-value of McNemar's exact test of whether both accuracies are equal; a source is a cluster.

    Args:
        negative: [n], on which inputs float32 alone is right.
        positive: [n], on which inputs the variant alone is right.
        sources: [n], the source of each input; None if all differ.
    """
    if sources is None:
        return mcnemar(int(negative.sum()), int(positive.sum()))
    distinct, index = np.unique(sources, return_inverse=True)
    lost, gained = (np.bincount(index[mask], minlength=len(distinct)) for mask in (negative, positive))
    return clustered_mcnemar(lost - gained)


def _kl_mean(reference: Outputs, variant: Outputs, task: Task) -> float | None:
    """Return the mean KL divergence of outputs; None for a task without probabilities."""
    logits = task.logits(reference), task.logits(variant)
    if not task.has_probabilities or logits[0] is None or logits[1] is None:
        return None
    return float(kl_divergence(logits[0], logits[1]).mean())


@dataclass(frozen=True)
class Comparison:
    """A variant against float32 on all test sets.

    Attributes:
        rows: evaluation rows with the columns COLUMNS, one a test set.
        masks: the disagreements of each test set (see quantshift.analysis.masks).
        inputs: the inputs that disagree (see quantshift.analysis.disagreements).
        weakest: the weakest spots (see quantshift.analysis.weak_spots), the rate on the shifted data (see
            quantshift.analysis.shifted_rate), and under `classes` the classes of the clean test set (see
            quantshift.analysis.classes).
    """

    rows: list[dict[str, Any]]
    masks: Writer
    inputs: list[disagreements.Row]
    weakest: dict[str, Any]

    def write(self, *, table: FilePath, masks: FilePath, inputs: FilePath, weakest: FilePath) -> None:
        """Write the rows (CSV), the masks (npz), the inputs (CSV) and the weakest spots (JSON)."""
        write_records(table, self.rows, COLUMNS)
        self.masks.write(masks)
        disagreements.write(self.inputs, inputs)
        write_record(weakest, self.weakest)


def comparison(
    *,
    cell: Mapping[str, str | int],
    reference: Mapping[str, FilePath],
    variant: Mapping[str, FilePath],
    truth_file: FilePath,
    task: Task = CLASSIFICATION,
) -> Comparison:
    """Compare one variant with float32 on all test sets, with one test set in memory at a time.

    Args:
        cell: dataset, architecture, method, seed and variant, in this order: the first columns of the rows.
        reference: float32's archive of logits, by suite.
        variant: the variant's archive of logits, by suite; for the variant float32, the same archives.
        truth_file: labels and sources of all test sets of the data set (see quantshift.data.truth).
        task: the task, which interprets the stored outputs.

    Raises:
        InputError: the variant has outputs that are not finite, although float32's are.
        QuantshiftError: a file is missing, damaged or inconsistent with the others.
    """
    rows: list[dict[str, Any]] = []
    writer = Writer()
    disagreement_rows: list[disagreements.Row] = []
    all_labels: list[NDArray[np.integer]] = []
    all_masks: list[Mask] = []
    tied_disagreements = 0
    classes: ClassFacts | None = None
    test_sets = truth.read(truth_file)
    for suite, members in truth.by_suite(test_sets).items():
        with ExitStack() as stack:
            float32 = stack.enter_context(archives.opened(reference[suite]))
            quantized = stack.enter_context(archives.opened(variant[suite]))
            for test_set in members:
                labels, sources = test_sets[test_set]
                logits = float32.read(test_set.key), quantized.read(test_set.key)
                try:
                    values = compare(*logits, labels, task, sources)
                    mask = disagreement(*logits, task)
                    ties = mask & task.tied(logits[1])
                    all_masks.append(Mask(*test_set, mask, sources, ties))
                    writer.add(all_masks[-1])
                    if suite == CLEAN_SUITE:
                        classes = class_facts(*logits, labels, sources, mask, task)
                except NotFiniteError as error:
                    raise InputError(
                        f"{test_set.path}: the variant {cell['variant']} {error}: leave this variant out, or "
                        f"delete {quantized.path} and repeat the run if that file was changed"
                    ) from error
                except ValueError as error:
                    raise QuantshiftError(
                        f"{test_set.path}: {error}; the logits are in {float32.path} and {quantized.path}, "
                        f"the labels and sources in {os.fspath(truth_file)}: delete these files and repeat the "
                        "run, which recreates them"
                    ) from error
                rows.append({**cell, **test_set._asdict(), **values})
                disagreement_rows += disagreements.disagreement_rows(
                    test_set, *logits, labels, sources, mask, ties, task
                )
                all_labels.append(labels)
                tied_disagreements += int(ties.sum())
    disagrees = np.concatenate([mask.disagrees for mask in all_masks])
    weakest = weak_spots(rows, np.concatenate(all_labels), disagrees, tied_disagreements)
    return Comparison(rows, writer, disagreement_rows, weakest | shifted_rate(all_masks) | {"classes": classes})


def without_logits() -> Comparison:
    """Return the comparison of a variant whose preset the model cannot take: it has no rows and no values."""
    return Comparison([], Writer(), [], no_weak_spots() | shifted_rate([]) | {"classes": None})
