"""Decide whether a model has learned, without which its disagreements show nothing about quantization in general.

A model has learned where it answers better than one that always names the most frequent class: the odds of its being
right, accuracy / (1 - accuracy), are over twice as large. So many right answers must be certain: the lower limit of the
accuracy's 95 % interval counts (Wilson's), of float32 on the clean test set.

For rare classes this is an accuracy of twice the share of the most frequent class. With two classes of equal size twice
their share is 100 %, which nothing exceeds; the odds ask for two right answers in three.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from quantshift.analysis.statistics.intervals import wilson
from quantshift.core.model_id import ModelId
from quantshift.core.names import CLEAN_SUITE

ODDS_RATIO = 2.0


@dataclass(frozen=True)
class Learning:
    """What a model has learned, by the clean test set.

    Attributes:
        accuracy: float32's, 0..1.
        low: the lower limit of its 95 % interval.
        needed: the accuracy that the limit has to exceed.
    """

    accuracy: float
    low: float
    needed: float

    @property
    def enough(self) -> bool:
        """Whether the model has learned."""
        return self.low > self.needed


def needed(share: float) -> float:
    """Return the accuracy that shows learning, 0..1, where the most frequent class has a share (0..1) of the inputs.

    >>> [round(needed(share), 3) for share in (0.01, 0.1, 0.5, 0.9, 1.0)]
    [0.02, 0.182, 0.667, 0.947, 1.0]
    """
    return ODDS_RATIO * share / (1 + (ODDS_RATIO - 1) * share)


def learning(right: float, n: int, share: float) -> Learning:
    """Return what a model has learned that answers `right` of `n` inputs right.

    >>> learning(35, 100, 0.1).enough, learning(55, 100, 0.5).enough, learning(5, 10, 0.1).enough
    (True, False, True)
    """
    return Learning(right / n, float(wilson(right, n)[0]), needed(share))


def unlearned(evaluation: pd.DataFrame) -> dict[ModelId, Learning]:
    """Return the models that have not learned, sorted.

    Args:
        evaluation: the evaluation table.
    """
    clean = evaluation[evaluation["suite"] == CLEAN_SUITE]
    columns = ["dataset", "architecture", "method", "seed", "accuracy_float32", "n", "most_frequent_share"]
    found = {
        ModelId(dataset, architecture, method, int(seed)): learning(accuracy * n, int(n), share)
        for dataset, architecture, method, seed, accuracy, n, share in _rows(clean[columns])
    }
    return {model: found[model] for model in sorted(found) if not found[model].enough}


def _rows(table: pd.DataFrame) -> Iterable[tuple[str, str, str, int, float, int, float]]:
    return table.itertuples(index=False, name=None)
