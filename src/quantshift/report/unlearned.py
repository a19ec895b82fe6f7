"""The models that claims over all data sets leave out, since they have not learned, in words."""

import pandas as pd

from quantshift.analysis.learned import unlearned
from quantshift.decision.numbers import fixed
from quantshift.plotting.words import words


def in_words(evaluation: pd.DataFrame) -> list[str]:
    """Return each model that has not learned (see `analysis.learned`), with its accuracy and the accuracy needed.

    Args:
        evaluation: the evaluation table.
    """
    return [
        f"{words(model.dataset)} · {words(model.architecture)}, {words(model.method)} training, seed {model.seed} "
        f"({_percent(found.accuracy)} % right, at least {_percent(found.low)} %; more than {_percent(found.needed)} % "
        "needed)"
        for model, found in unlearned(evaluation).items()
    ]


def _percent(rate: float) -> str:
    return fixed(100 * rate, 1)
