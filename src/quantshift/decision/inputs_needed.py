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
    share, n, effective_n = rate.limiting.rate, rate.limiting.n, rate.limiting.effective_n
    if n == 0 or share >= accept:
        return None

    def enough(inputs: int) -> bool:
        independent = inputs * effective_n / n
        events = share * independent
        return bool(betainc(events + 1, independent - events, accept) >= confidence)

    too_few, sufficient = n, 2 * n
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
