"""What the page shows input by input of one architecture: the work of the rule `details`.

The detail file (JSON) has, for the models of one seed:

- `kind`: the modality, `image` or `text`; `splits`: how many inputs each split has; `test_sets`: suite, shift, severity
  and number of inputs;
- `cells`, `inputs`, `partners`: some disagreements of each cell (see `gallery`), the pictures (WebP in base64) or texts
  of these inputs by key, and the keys of their clean originals;
- `limit`: how many disagreements of a cell are kept at most;
- `curves`: by method, variant and metric, the shares of disagreements caught and of agreeing inputs flagged;
- `margins`: by method, variant and group of test sets, how the variant's margin tells disagreements: histograms of it,
  and what a threshold on it would flag and catch.
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
from quantshift.core.names import FLOAT32
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

# Bytes of the pictures or texts of one architecture.
BUDGET = 6_000_000
ALL = "all"


@dataclass(frozen=True)
class Source:
    """The files of one architecture's details.

    Attributes:
        logits: folder of the logits of each (method, variant), float32 among the variants.
        disagreements: the table of disagreements of each (method, quantized variant).
        truth: the labels and sources of all test sets, the clean one among them (see quantshift.data.truth).
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
    shape: Sequence[int],
    architecture: str,
    seed: int,
    details: Path,
    task: Task = CLASSIFICATION,
) -> None:
    """Write the detail file of one architecture.

    Args:
        source: what it is made from.
        dataset: name of the data set.
        modality: the name of its modality.
        shape: of one input.
        architecture: name of the architecture.
        seed: the seed of the models.
        details: the JSON to write.
        task: what the stored outputs of its models mean.

    Raises:
        QuantshiftError: a file is missing or damaged, or does not fit the others.
    """
    cells = [cell for model, path in source.disagreements.items() for cell in read_cells(*model, path)]
    known = truth.read(source.truth)
    partners = originals(cells, known)
    inputs = shown_inputs(gallery.keys_of(cells, partners), source.test_sets, modality, shape)
    sizes = {key: len(text.encode()) for key, text in inputs.items()}
    (part,), limit = gallery.fitted([Part(dataset, cells, sizes, partners)], BUDGET)
    all_cells, cells = cells, list(part.cells)
    kept = gallery.keys_of(cells, partners)
    curves: dict[str, dict[str, Any]] = {}
    margins: dict[str, dict[str, Any]] = {}
    for method, variant in source.disagreements:
        told = tell(source.logits[method, FLOAT32], source.logits[method, variant], list(known), task)
        listed = sum(cell.total for cell in all_cells if (cell.method, cell.variant) == (method, variant))
        if listed != told[1][ALL]["disagreements"]:
            path = source.disagreements[method, variant]
            raise QuantshiftError(
                f"{path} lists {listed} disagreements, but the logits in {source.logits[method, variant]} have "
                f"{told[1][ALL]['disagreements']}: {remedy(path)}"
            )
        curves.setdefault(method, {})[variant] = told[0]
        margins.setdefault(method, {})[variant] = told[1]
    write_record(
        details,
        {
            "dataset": dataset,
            "architecture": architecture,
            "seed": seed,
            "kind": modality,
            "splits": {name: len(read_labels(path)) for name, path in source.splits.items()},
            "test_sets": [[*test_set, len(labels)] for test_set, (labels, _) in known.items()],
            "cells": [gallery.to_json(cell) for cell in cells if cell.total],
            "limit": limit,
            "inputs": {key: text for key, text in inputs.items() if key in kept},
            "partners": {key: clean for key, clean in partners.items() if key in kept},
            "curves": curves,
            "margins": margins,
        },
    )


def read_cells(method: str, variant: str, path: Path) -> Iterator[GalleryCell]:
    """Yield the cells of one model's variant that have disagreements, each with as many rows as are shown at most."""
    found = table.read("disagreements", path)
    columns = ["input", "label", "top1_float32", "top1_variant", "margin_float32", "margin_variant"]
    for (suite, shift, severity), rows in found.groupby(["suite", "shift", "severity"], sort=True):
        listed = [tuple(row) for row in rows[columns].itertuples(index=False, name=None)]
        test_set = TestSet(str(suite), str(shift), int(str(severity)))
        yield GalleryCell(method, variant, test_set, len(listed), gallery.spread(listed))


def originals(cells: Sequence[GalleryCell], known: Mapping[TestSet, Labels]) -> dict[str, str]:
    """Return the key of the clean original of each shown input that was made from one."""
    clean = known[CLEAN].sources
    found: dict[str, str] = {}
    for test_set, numbers in _numbers(shown for cell in cells for shown in cell.keys).items():
        if test_set == CLEAN:
            continue
        places = windows.originals(clean, known[test_set].sources)
        for number in numbers:
            if places[number] >= 0:
                found[gallery.key(test_set, number)] = gallery.key(CLEAN, int(places[number]))
    return found


def shown_inputs(
    keys: set[str], test_sets: Mapping[TestSet, Path], modality: str, shape: Sequence[int]
) -> dict[str, str]:
    """Return what the page shows of the input of each key (see quantshift.report.modalities); sorted."""
    member = members.load("report/modalities", modality)
    found: dict[str, str] = {}
    for test_set, numbers in _numbers(keys).items():
        texts = member.shown(test_sets[test_set], numbers, shape)
        found |= {gallery.key(test_set, number): text for number, text in zip(numbers, texts, strict=True)}
    return dict(sorted(found.items()))


def tell(
    reference: Path, variant: Path, test_sets: Sequence[TestSet], task: Task = CLASSIFICATION
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return how each detector, and the margin by group of test sets, tells a variant's disagreements.

    Args:
        reference: folder of float32's logits.
        variant: folder of the variant's logits, whose scores are taken, as on a device.
        test_sets: all test sets.
        task: what outputs mean.

    Returns:
        The curves by metric (`caught` and `alarms`), and the margins by group: each suite, and `all`.
    """
    detectors = {name: members.load("detectors", name) for name in detectors_for(task.kind)}
    disagrees: dict[str, list[NDArray[np.bool_]]] = {}
    margins: dict[str, list[NDArray[np.float64]]] = {}
    scores: dict[str, list[NDArray[np.float64]]] = {name: [] for name in detectors}
    found_step = step(quantized for *_, quantized in _logits(reference, variant, test_sets))
    for test_set, float32, stored in _logits(reference, variant, test_sets):
        quantized = exact(stored, found_step)
        disagrees.setdefault(test_set[0], []).append(disagreement(float32, stored, task))
        margins.setdefault(test_set[0], []).append(task.margin(quantized))
        for name, detector in detectors.items():
            scores[name].append(detector.score(task.logits(quantized)))
    whole = np.concatenate([part for parts in disagrees.values() for part in parts])
    curves = {}
    for name, parts in scores.items():
        found = curve(np.concatenate(parts), whole)
        curves[name] = None if found is None else {"caught": found.caught.tolist(), "alarms": found.alarms.tolist()}
    groups = {suite: (np.concatenate(disagrees[suite]), np.concatenate(margins[suite])) for suite in disagrees}
    groups[ALL] = whole, np.concatenate([part for parts in margins.values() for part in parts])
    return curves, {name: told_by_margin(*group) for name, group in groups.items()}


def told_by_margin(disagrees: NDArray[np.bool_], margins: NDArray[np.float64]) -> dict[str, Any]:
    """Return histograms of the margins [n] of agreeing and disagreeing inputs, and what thresholds on it would do.

    >>> told = told_by_margin(np.array([True, False]), np.array([0.25, 0.5]))
    >>> told["thresholds"], told["sent"], told["caught"]
    ([0.0, 0.25, 0.5], [0.0, 0.5, 1.0], [0.0, 1.0, 1.0])
    """
    found: Curve | None = curve(-margins, disagrees)
    return {
        "n": len(disagrees),
        "disagreements": int(disagrees.sum()),
        "agreeing": histogram(margins[~disagrees]).tolist(),
        "disagreeing": histogram(margins[disagrees]).tolist(),
        # An input whose margin is at most the threshold is sent to float32; the first threshold sends none.
        "thresholds": [] if found is None else [0.0, *(-found.thresholds[1:]).round(7).tolist()],
        "sent": [] if found is None else found.flagged.tolist(),
        "caught": [] if found is None else found.caught.tolist(),
    }


def _numbers(keys: Iterable[str]) -> dict[TestSet, list[int]]:
    """Return the numbers of inputs by test set, sorted, from their keys."""
    found: dict[TestSet, set[int]] = {}
    for key in keys:
        test_set, _, number = key.rpartition("/")
        found.setdefault(TestSet.parse(test_set), set()).add(int(number))
    return {test_set: sorted(numbers) for test_set, numbers in sorted(found.items())}


def _logits(
    reference: Path, variant: Path, test_sets: Sequence[TestSet]
) -> Iterator[tuple[TestSet, NDArray[Any], NDArray[Any]]]:
    """Yield each test set with the logits of float32 and of the variant."""
    for suite in dict.fromkeys(test_set.suite for test_set in test_sets):
        with archives.opened(reference / f"{suite}.npz") as float32, archives.opened(variant / f"{suite}.npz") as own:
            for test_set in test_sets:
                if test_set.suite != suite:
                    continue
                name = test_set.key
                logits = float32.read(name), own.read(name)
                if logits[0].shape != logits[1].shape:
                    raise QuantshiftError(
                        f"{suite}/{name}: the logits in {reference} are {logits[0].shape}, those in {variant} "
                        f"{logits[1].shape}: delete both folders and run snakemake again, they are made anew"
                    )
                yield test_set, *logits
