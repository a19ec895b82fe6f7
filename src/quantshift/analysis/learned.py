"""Decide whether a model has learned; the disagreements of other models show nothing about quantization in general.

The reference is a model that always names the most frequent class. A model has learned if its odds of a right answer,
accuracy / (1 - accuracy), are more than twice the reference's odds. The accuracy is the lower limit of the 95 %
interval (Wilson) of float32's accuracy on the clean test set, so that chance does not decide.

For rare classes the rule requires about twice the reference's accuracy. With two equal classes that would be 100 %,
which no model exceeds; the odds require two right answers of three.
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
    """The evidence of the clean test set that a model has learned.

    Attributes:
        accuracy: accuracy of float32, 0..1.
        low: lower limit of its 95 % interval.
        needed: accuracy that the limit must exceed.
    """

    accuracy: float
    low: float
    needed: float

    @property
    def enough(self) -> bool:
        """Whether the model has learned."""
        return self.low > self.needed


def needed(share: float) -> float:
    """Return the accuracy, 0..1, that a model which has learned exceeds.

    Args:
        share: share of the most frequent class among the inputs, 0..1.

    >>> [round(needed(share), 3) for share in (0.01, 0.1, 0.5, 0.9, 1.0)]
    [0.02, 0.182, 0.667, 0.947, 1.0]
    """
    return ODDS_RATIO * share / (1 + (ODDS_RATIO - 1) * share)


def learning(right: float, n: int, share: float) -> Learning:
    """Return the evidence that a model has learned.

    Args:
        right: number of right answers.
        n: number of inputs.
        share: share of the most frequent class among the inputs, 0..1.

    >>> learning(35, 100, 0.1).enough, learning(55, 100, 0.5).enough, learning(5, 10, 0.1).enough
    (True, False, True)
    """
    return Learning(right / n, float(wilson(right, n)[0]), needed(share))


def kappa(right: float, n: int, chance: float) -> float:
    """Return Cohen's kappa of a model's answers and the labels, (accuracy - chance) / (1 - chance), at most 1.

    It uses the lower 95 % limit of the accuracy, so that a small test set does not hide a model that only guesses.
    Unlike the rule above, it is high for a model that finds rare classes but is hardly more often right than one that
    never names them.

    Args:
        right: number of right answers.
        n: number of inputs.
        chance: accuracy that the answers would have if they were shuffled among the inputs, 0..1; at 1, which leaves
            nothing to find, kappa is 0.

    >>> [round(kappa(right, 1000, 0.1), 2) for right in (100, 290, 910)]
    [-0.02, 0.18, 0.88]
    >>> round(kappa(9900, 10_000, 0.98), 2), kappa(10, 10, 1.0)
    (0.39, 0.0)
    """
    return 0.0 if chance >= 1 else (float(wilson(right, n)[0]) - chance) / (1 - chance)


def unlearned(evaluation: pd.DataFrame) -> dict[ModelId, Learning]:
    """Return the models that have not learned, sorted, with the evidence.

    Args:
        evaluation: the evaluation table; rows without an accuracy, which have no labels, are no evidence.
    """
    clean = evaluation[(evaluation["suite"] == CLEAN_SUITE) & evaluation["accuracy_float32"].notna()]
    columns = ["dataset", "architecture", "method", "seed", "accuracy_float32", "n", "most_frequent_share"]
    models = {
        ModelId(dataset, architecture, method, int(seed)): learning(accuracy * n, int(n), share)
        for dataset, architecture, method, seed, accuracy, n, share in _rows(clean[columns])
    }
    return {model: models[model] for model in sorted(models) if not models[model].enough}


def _rows(table: pd.DataFrame) -> Iterable[tuple[str, str, str, int, float, int, float]]:
    return table.itertuples(index=False, name=None)
