"""How many inputs a decision needs; `report/script/inputs_needed.js` implements the same rules."""

from scipy.special import betainc

from quantshift.decision.rates import Rate

# More inputs than this are no advice.
MOST_INPUTS = 1_000_000_000


def inputs_needed(rate: Rate, accept: float, confidence: float) -> int | None:
    """Return the number of inputs with which the upper limit of a rate is at most the accepted share.

    The number is for the rate that was measured, of the seed and test set with the highest upper limit, and for inputs
    that depend on each other as much as the measured ones. It is in the unit of `rate.n`. The limit is the one that
    decides (see `analysis.statistics.intervals.one_sided`).

    Args:
        rate: the measured rate, whose upper limit is above the accepted share.
        accept: the accepted share, 0..1.
        confidence: confidence of the limit, in 0..1.

    Returns:
        None if no number of inputs is enough, because the measured rate is not below the accepted share.
    """
    limiting = rate.limiting
    if limiting.n == 0:
        return None
    return least_inputs(limiting.rate, accept, confidence, limiting.effective_n / limiting.n, too_few=limiting.n)


def least_inputs(
    share: float, accept: float, confidence: float, independent_share: float = 1.0, too_few: int = 0
) -> int | None:
    """Return the least number of inputs with which the upper limit of a rate is at most the accepted share.

    Args:
        share: the measured rate, 0..1.
        accept: the accepted share, 0..1.
        confidence: confidence of the limit, in 0..1.
        independent_share: number of independent inputs in place of one input, above 0 and at most 1.
        too_few: a number of inputs that is not enough.

    Returns:
        None if no number up to `MOST_INPUTS` is enough, or the measured rate is not below the accepted share.

    >>> least_inputs(0.0, 0.01, 0.95), least_inputs(0.0, 0.001, 0.95), least_inputs(0.0, 1.0, 0.95)
    (299, 2995, 1)
    """
    if share >= accept:
        return None

    def enough(inputs: int) -> bool:
        independent = inputs * independent_share
        events = share * independent
        return bool(betainc(events + 1, independent - events, accept) >= confidence)

    sufficient = max(1, 2 * too_few)
    while not enough(sufficient):
        too_few, sufficient = sufficient, 2 * sufficient
        if sufficient > MOST_INPUTS:
            return None
    while sufficient - too_few > 1:
        middle = (too_few + sufficient) // 2
        if enough(middle):
            sufficient = middle
        else:
            too_few = middle
    return sufficient
