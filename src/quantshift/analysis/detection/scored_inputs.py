"""Inputs with their detectors' scores, whether they disagree, and which of them share a source."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.analysis.detection.ranking import Floats
from quantshift.analysis.detection.steps import exact, step
from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.data import truth
from quantshift.detectors import detectors_for
from quantshift.metrics.disagreement import disagreement
from quantshift.storage import archives
from quantshift.tasks import Task

FilePath = str | os.PathLike[str]
# The step of the logits by view; None if they have none.
Steps = Mapping[str, float | None]

# Which logits the detectors score: the variant's, as on a device, or float32's.
VIEWS = ("variant", "float32")


@dataclass(frozen=True)
class ScoredInputs:
    """Inputs of one or many test sets.

    Attributes:
        disagrees: [n].
        scores: [n] by view and metric.
    """

    disagrees: NDArray[np.bool_]
    scores: Mapping[tuple[str, str], Floats]

    def select(self, index: NDArray[Any]) -> "ScoredInputs":
        """Return the inputs at some indices, in their order."""
        return ScoredInputs(self.disagrees[index], {key: values[index] for key, values in self.scores.items()})


@dataclass(frozen=True)
class ClusteredInputs:
    """Inputs of all test sets, sorted by cluster.

    Attributes:
        inputs: the inputs [n].
        suites: the names of the suites.
        suite_indices: [n], the index of each input's suite in `suites`.
        clusters: [n], ascending, the cluster of each input; the inputs of one source form a cluster.
        strata: [clusters]: 0 for the clean test inputs and their copies, and another number for each natural shift.
    """

    inputs: ScoredInputs
    suites: tuple[str, ...]
    suite_indices: NDArray[np.int64]
    clusters: NDArray[np.int64]
    strata: NDArray[np.int64]


def logit_steps(reference: Mapping[str, FilePath], variant: Mapping[str, FilePath]) -> Steps:
    """Return the step of each view's logits, over all test sets and the validation data (see `detection.steps`).

    Args:
        reference: float32's archive of logits, by suite.
        variant: the variant's archive of logits, by suite.

    Raises:
        QuantshiftError: a file is missing or damaged.
    """
    return {view: step(_stored(files.values())) for view, files in zip(VIEWS, (variant, reference), strict=True)}


def _stored(files: Iterable[FilePath]) -> Iterator[NDArray[Any]]:
    """Yield the arrays of archives."""
    for file in files:
        with archives.opened(file) as archive:
            for key in archive.keys:
                yield archive.read(key)


def score_test_sets(
    reference: FilePath, variant: FilePath, keys: Sequence[str], steps: Steps, task: Task
) -> Iterator[ScoredInputs]:
    """Yield the scored inputs of test sets, with the logits of one test set in memory at a time.

    Args:
        reference: float32's archive of logits.
        variant: the variant's archive of logits.
        keys: ``{shift}/{severity}`` of each test set.
        steps: the steps of the logits.
        task: what the stored outputs mean; it decides which detectors make sense.

    Raises:
        QuantshiftError: a file is missing or damaged, or the archives do not match.
    """
    detectors = {name: members.load("detectors", name) for name in detectors_for(task.kind)}
    with ExitStack() as stack:
        float32 = stack.enter_context(archives.opened(reference))
        quantized = stack.enter_context(archives.opened(variant))
        for key in keys:
            logits = dict(zip(VIEWS, (quantized.read(key), float32.read(key)), strict=True))
            shapes = {view: values.shape for view, values in logits.items()}
            finite = all(np.isfinite(values).all() for values in logits.values())
            if len(set(shapes.values())) > 1 or not finite:
                fault = "infinite or not a number" if not finite else f"of the shapes {shapes}"
                raise QuantshiftError(
                    f"{key}: logits in {variant} and {reference} are {fault}; expected finite numbers for the same "
                    "inputs: delete these files and repeat the run, which recreates them"
                )
            scores: dict[tuple[str, str], Floats] = {}
            for view in VIEWS:
                answers = task.logits(exact(logits[view], steps[view]))
                if answers is not None:
                    scores |= {(view, name): detector.score(answers) for name, detector in detectors.items()}
            yield ScoredInputs(disagreement(logits["float32"], logits["variant"], task), scores)


def read_clustered(
    truth_file: FilePath, reference: Mapping[str, FilePath], variant: Mapping[str, FilePath], steps: Steps, task: Task
) -> ClusteredInputs:
    """Return the inputs of all test sets.

    Args:
        truth_file: labels and sources of all test sets of the data set (see quantshift.data.truth).
        reference: float32's archive of logits, by suite.
        variant: the variant's archive of logits, by suite.
        steps: the steps of the logits.
        task: what the stored outputs mean.

    Raises:
        QuantshiftError: a file is missing, damaged or inconsistent with the others.
    """
    parts: list[ScoredInputs] = []
    origins: list[NDArray[np.int64]] = []
    strata: list[NDArray[np.int64]] = []
    suite_indices: list[NDArray[np.int64]] = []
    natural: dict[tuple[str, str], int] = {}
    test_sets = truth.read(truth_file)
    suites = truth.by_suite(test_sets)
    for index, (suite, of_suite) in enumerate(suites.items()):
        keys = [test_set.key for test_set in of_suite]
        scored = score_test_sets(reference[suite], variant[suite], keys, steps, task)
        for test_set, part in zip(of_suite, scored, strict=True):
            origin = test_sets[test_set].sources
            if origin.shape != part.disagrees.shape:
                raise QuantshiftError(
                    f"{test_set.path}: {len(part.disagrees)} rows of logits in {variant[suite]} and "
                    f"{len(origin)} sources in {os.fspath(truth_file)}: delete these files and repeat the run, "
                    "which recreates them"
                )
            # The sources of a natural shift are negative numbers with no meaning for other shifts.
            number = natural.setdefault((suite, test_set.shift), len(natural) + 1)
            parts.append(part)
            origins.append(origin)
            strata.append(np.where(origin < 0, number, 0))
            suite_indices.append(np.full(len(origin), index))
    pairs = np.stack([np.concatenate(strata), np.concatenate(origins)])
    order = np.lexsort(pairs[::-1])
    pairs = pairs[:, order]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (pairs[:, 1:] != pairs[:, :-1]).any(axis=0)
    joined = ScoredInputs(
        np.concatenate([part.disagrees for part in parts]),
        {key: np.concatenate([part.scores[key] for part in parts]) for key in parts[0].scores},
    )
    return ClusteredInputs(
        joined.select(order), tuple(suites), np.concatenate(suite_indices)[order], new.cumsum() - 1, pairs[0][new]
    )
