"""A variant's disagreement rate on the shifted data as a whole: the mean of the rates of all shifted test sets."""

from collections.abc import Sequence
from typing import Any

from quantshift.analysis.masks import Mask
from quantshift.analysis.statistics.mean_rate import SharedSources
from quantshift.core.names import CLEAN_SUITE


def shifted_rate(masks: Sequence[Mask]) -> dict[str, Any]:
    """Return the columns of the table `variants` about the shifted test sets; all are None if there is none.

    Args:
        masks: the disagreements on each test set of one model and variant.

    Returns:
        shifted_inputs, the number of inputs of all shifted test sets; shifted_rate, the mean of their disagreement
        rates, and shifted_rate_without_ties; and shifted_effective_inputs, the number of independent inputs that would
        measure shifted_rate as precisely (see `quantshift.analysis.statistics.mean_rate`).
    """
    shifted = [mask for mask in masks if mask.suite != CLEAN_SUITE]
    names = ("inputs", "rate", "rate_without_ties", "effective_inputs")
    if not shifted:
        return {f"shifted_{name}": None for name in names}
    pool = SharedSources([mask.sources for mask in shifted])
    mean = pool.mean_rate([mask.disagrees for mask in shifted])
    without_ties = pool.mean_rate([mask.without_ties().disagrees for mask in shifted])
    values = (sum(pool.sizes), mean.rate, without_ties.rate, mean.effective_inputs)
    return {f"shifted_{name}": value for name, value in zip(names, values, strict=True)}
