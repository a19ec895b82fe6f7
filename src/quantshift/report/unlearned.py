"""The models that claims over all data sets leave out because they have not learned, in words."""

import pandas as pd

from quantshift.analysis.learned import unlearned
from quantshift.decision.numbers import fixed
from quantshift.plotting.words import words


def descriptions(evaluation: pd.DataFrame) -> list[str]:
    """Return a description of each model that has not learned (see `analysis.learned`), with its accuracy.

    Args:
        evaluation: the evaluation table.
    """
    return [
        f"{words(model.dataset)} · {words(model.architecture)}, {words(model.method)} training, seed {model.seed} "
        f"({_percent(learning.accuracy)} % right, at least {_percent(learning.low)} %; "
        f"more than {_percent(learning.needed)} % needed)"
        for model, learning in unlearned(evaluation).items()
    ]


def _percent(rate: float) -> str:
    return fixed(100 * rate, 1)
