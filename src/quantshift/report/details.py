"""Per-input details of one architecture for the page, written by the rule `details`.

The detail file (JSON) holds, for the models of one seed:

- `kind`: the modality; `classes`: names of the classes, or an empty list; `splits`: the number of inputs of each split;
  `test_sets`: suite, shift, severity and number of inputs;
- `cells`, `inputs`, `partners`: some disagreements of each cell (see `gallery`), the pictures (WebP in base64) or texts
  of these inputs by key, and the keys of their clean originals;
- `limit`: the largest number of disagreements per cell;
- `curves`: by method, variant and metric, the fractions of disagreements caught and of agreeing inputs flagged;
- `margins`: by method, variant and group of test sets, histograms of the variant's margin, and what thresholds on it
  would flag and catch.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.analysis.detection.steps import exact, step
from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.core.names import CLEAN_SUITE, FLOAT32
from quantshift.core.test_set import CLEAN, TestSet
from quantshift.data import truth, windows
from quantshift.data.labelled import read_labels
from quantshift.data.truth import Labels
from quantshift.detectors import detectors_for
from quantshift.metrics.disagreement import disagreement
from quantshift.report import gallery
from quantshift.report.curves import Curve, curve, histogram
from quantshift.report.gallery import GalleryCell, Part
from quantshift.storage import archives
from quantshift.storage.files import remedy
from quantshift.storage.records import write_record
from quantshift.tables import table
from quantshift.tasks import Task
from quantshift.tasks.classification import CLASSIFICATION

# Size limit of the pictures or texts of one architecture, in bytes.
BUDGET = 6_000_000
ALL = "all"


@dataclass(frozen=True)
class Source:
    """The files from which one architecture's details are built.

    Attributes:
        logits: folder of the logits of each (method, variant), including float32.
        disagreements: the table of disagreements of each (method, quantized variant). Variants whose archives of logits
            have no arrays, because the model cannot take the preset, are left out of the details.
        truth: the labels and sources of all test sets, including the clean one (see quantshift.data.truth).
        test_sets: folder of the inputs of each test set.
        splits: labels of each split.
    """

    logits: Mapping[tuple[str, str], Path]
    disagreements: Mapping[tuple[str, str], Path]
    truth: Path
    test_sets: Mapping[TestSet, Path]
    splits: Mapping[str, Path]


def write_details(
    source: Source,
    *,
    dataset: str,
    modality: str,
    shape: Sequence[int] | None,
    architecture: str,
    seed: int,
    details: Path,
    task: Task = CLASSIFICATION,
    classes: Sequence[str] = (),
) -> None:
    """Write the detail file of one architecture.

    Args:
        source: the input files.
        dataset: name of the data set.
        modality: name of the data set's modality.
        shape: shape of one input; None for a user's own data.
        architecture: name of the architecture.
        seed: seed of the models.
        details: the JSON file to write.
        task: meaning of the models' stored outputs.
        classes: names of the classes, if the model's record states them.

    Raises:
        QuantshiftError: a file is missing or damaged, or does not fit the others.
    """
    cells = [cell for model, path in source.disagreements.items() for cell in read_cells(*model, path)]
    labels = truth.read(source.truth)
    partners = originals(cells, labels)
    inputs = shown_inputs(gallery.keys_of(cells, partners), source.test_sets, modality, shape)
    sizes = {key: len(text.encode()) for key, text in inputs.items()}
    (part,), limit = gallery.fitted([Part(dataset, cells, sizes, partners)], BUDGET)
    all_cells, cells = cells, list(part.cells)
    shown = gallery.keys_of(cells, partners)
    curves: dict[str, dict[str, Any]] = {}
    margins: dict[str, dict[str, Any]] = {}
    for method, variant in source.disagreements:
        if archives.is_empty(source.logits[method, variant] / f"{CLEAN_SUITE}.npz"):
            continue
        by_metric, by_group, computed = detection_curves(
            source.logits[method, FLOAT32], source.logits[method, variant], list(labels), task
        )
        listed = sum(cell.total for cell in all_cells if (cell.method, cell.variant) == (method, variant))
        if listed != computed:
            path = source.disagreements[method, variant]
            raise QuantshiftError(
                f"{path} lists {listed} disagreements, but the logits in {source.logits[method, variant]} have "
                f"{computed}: {remedy(path)}"
            )
        # Answers alone have no scores and no margins.
        if by_metric:
            curves.setdefault(method, {})[variant] = by_metric
        if by_group:
            margins.setdefault(method, {})[variant] = by_group
    write_record(
        details,
        {
            "dataset": dataset,
            "architecture": architecture,
            "seed": seed,
            "kind": modality,
            "classes": list(classes),
            "splits": {name: len(read_labels(path)) for name, path in source.splits.items()},
            "test_sets": [[*test_set, len(sources)] for test_set, (_, sources) in labels.items()],
            "cells": [gallery.to_json(cell) for cell in cells if cell.total],
            "limit": limit,
            "inputs": {key: text for key, text in inputs.items() if key in shown},
            "partners": {key: clean for key, clean in partners.items() if key in shown},
            "curves": curves,
            "margins": margins,
        },
    )


def read_cells(method: str, variant: str, path: Path) -> Iterator[GalleryCell]:
    """Yield the cells of one model and variant that have disagreements, each with at most `gallery.MOST` rows."""
    disagreements = table.read("disagreements", path)
    columns = ["input", "label", "top1_float32", "top1_variant", "margin_float32", "margin_variant"]
    for (suite, shift, severity), rows in disagreements.groupby(["suite", "shift", "severity"], sort=True):
        known = rows[columns].astype(object).where(rows[columns].notna(), None)
        listed = [tuple(row) for row in known.itertuples(index=False, name=None)]
        test_set = TestSet(str(suite), str(shift), int(str(severity)))
        yield GalleryCell(method, variant, test_set, len(listed), gallery.spread(listed))


def originals(cells: Sequence[GalleryCell], labels: Mapping[TestSet, Labels]) -> dict[str, str]:
    """Return the key of the clean original of each shown input that has one."""
    clean = labels[CLEAN].sources
    partners: dict[str, str] = {}
    for test_set, indices in _indices(key for cell in cells for key in cell.keys).items():
        if test_set == CLEAN:
            continue
        clean_indices = windows.originals(clean, labels[test_set].sources)
        for index in indices:
            if clean_indices[index] >= 0:
                partners[gallery.key(test_set, index)] = gallery.key(CLEAN, int(clean_indices[index]))
    return partners


def shown_inputs(
    keys: set[str], test_sets: Mapping[TestSet, Path], modality: str, shape: Sequence[int] | None
) -> dict[str, str]:
    """Return the picture or text of the input of each key (see quantshift.report.modalities), sorted by key."""
    member = members.load("report/modalities", modality)
    inputs: dict[str, str] = {}
    for test_set, indices in _indices(keys).items():
        texts = member.shown(test_sets[test_set], indices, shape)
        inputs |= {gallery.key(test_set, index): text for index, text in zip(indices, texts, strict=True)}
    return dict(sorted(inputs.items()))


def detection_curves(
    reference: Path, variant: Path, test_sets: Sequence[TestSet], task: Task = CLASSIFICATION
) -> tuple[dict[str, Any], dict[str, Any], int]:
    """Return how well each detector, and the margin on each group of test sets, detects a variant's disagreements.

    Args:
        reference: folder of float32's logits.
        variant: folder of the variant's logits, which the detectors score, as on a device.
        test_sets: all test sets.
        task: what outputs mean.

    Returns:
        The curves by metric (`caught` and `alarms`), the margins by group (each suite, and `all`), and the number of
        disagreements; curves and margins are empty for a task without margins.
    """
    detectors = {name: members.load("detectors", name) for name in detectors_for(task.kind)}
    disagrees: dict[str, list[NDArray[np.bool_]]] = {}
    margins: dict[str, list[NDArray[np.float64]]] = {}
    scores: dict[str, list[NDArray[np.float64]]] = {name: [] for name in detectors}
    logit_step = step(quantized for *_, quantized in _logits(reference, variant, test_sets))
    for test_set, float32, stored in _logits(reference, variant, test_sets):
        quantized = exact(stored, logit_step)
        disagrees.setdefault(test_set[0], []).append(disagreement(float32, stored, task))
        distances, answers = task.margin(quantized), task.logits(quantized)
        if distances is not None:
            margins.setdefault(test_set[0], []).append(distances)
        for name, detector in detectors.items() if answers is not None else ():
            scores[name].append(detector.score(answers))
    all_disagrees = np.concatenate([mask for masks in disagrees.values() for mask in masks])
    curves = {}
    for name, parts in scores.items():
        roc = curve(np.concatenate(parts), all_disagrees)
        curves[name] = None if roc is None else {"caught": roc.caught.tolist(), "alarms": roc.alarms.tolist()}
    groups = {suite: (np.concatenate(disagrees[suite]), np.concatenate(margins[suite])) for suite in margins}
    if margins:
        groups[ALL] = all_disagrees, np.concatenate([part for parts in margins.values() for part in parts])
    by_group = {name: margin_thresholds(*group) for name, group in groups.items()}
    return curves, by_group, int(all_disagrees.sum())


def margin_thresholds(disagrees: NDArray[np.bool_], margins: NDArray[np.float64]) -> dict[str, Any]:
    """Return histograms of the margins [n] of agreeing and disagreeing inputs, and what thresholds send and catch.

    >>> entries = margin_thresholds(np.array([True, False]), np.array([0.25, 0.5]))
    >>> entries["thresholds"], entries["sent"], entries["caught"]
    ([0.0, 0.25, 0.5], [0.0, 0.5, 1.0], [0.0, 1.0, 1.0])
    """
    thresholds: Curve | None = curve(-margins, disagrees)
    return {
        "n": len(disagrees),
        "disagreements": int(disagrees.sum()),
        "agreeing": histogram(margins[~disagrees]).tolist(),
        "disagreeing": histogram(margins[disagrees]).tolist(),
        # An input whose margin is at most the threshold is sent to float32; the first threshold sends none.
        "thresholds": [] if thresholds is None else [0.0, *(-thresholds.thresholds[1:]).round(7).tolist()],
        "sent": [] if thresholds is None else thresholds.flagged.tolist(),
        "caught": [] if thresholds is None else thresholds.caught.tolist(),
    }


def _indices(keys: Iterable[str]) -> dict[TestSet, list[int]]:
    """Return the indices of inputs by test set, sorted, from their keys."""
    by_test_set: dict[TestSet, set[int]] = {}
    for key in keys:
        test_set, _, index = key.rpartition("/")
        by_test_set.setdefault(TestSet.parse(test_set), set()).add(int(index))
    return {test_set: sorted(indices) for test_set, indices in sorted(by_test_set.items())}


def _logits(
    reference: Path, variant: Path, test_sets: Sequence[TestSet]
) -> Iterator[tuple[TestSet, NDArray[Any], NDArray[Any]]]:
    """Yield each test set with the logits of float32 and of the variant."""
    for suite in dict.fromkeys(test_set.suite for test_set in test_sets):
        with archives.opened(reference / f"{suite}.npz") as float32, archives.opened(variant / f"{suite}.npz") as other:
            for test_set in test_sets:
                if test_set.suite != suite:
                    continue
                name = test_set.key
                logits = float32.read(name), other.read(name)
                if logits[0].shape != logits[1].shape:
                    raise QuantshiftError(
                        f"{suite}/{name}: the logits in {reference} have shape {logits[0].shape}, those in {variant} "
                        f"{logits[1].shape}: delete both folders and repeat the run, which recreates them"
                    )
                yield test_set, *logits
