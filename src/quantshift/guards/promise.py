"""Whether the promise of a guard holds on each test set."""

from collections.abc import Iterable
from itertools import chain
from statistics import fmean
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from quantshift.analysis.statistics.exact import ExactRate, exact_rate
from quantshift.analysis.statistics.mean_rate import SharedSources
from quantshift.core.signature import Output
from quantshift.core.test_set import TestSet
from quantshift.guards.detectors import flagged, margins
from quantshift.guards.parts import Part
from quantshift.guards.threshold import Chosen

HELD = "held"
BROKEN = "broken"
CANNOT_TELL = "cannot tell"
# In place of a suite: the shifted data as a whole.
ALL_SHIFTED = "all shifted"


class Outcome(TypedDict):
    """A guard on one test set, or on the shifted data as a whole.

    Attributes:
        suite: its suite, or `all shifted`.
        shift: its shift; empty for the shifted data as a whole.
        severity: its severity.
        n: number of inputs.
        effective_n: number of independent inputs that would measure the rate as precisely.
        sent: share of the rows that float32 answers.
        rate_before: share of answers in which the variant without the guard differs from float32.
        rate: the same for the guarded model.
        low: its lower limit, which holds with the stated confidence.
        high: its upper limit, which holds with the stated confidence.
        promise: `held` if the upper limit is at most the accepted share, `broken` if the lower limit is above it, else
            `cannot tell`.
    """

    suite: str
    shift: str
    severity: int
    n: int
    effective_n: float
    sent: float
    rate_before: float
    rate: float
    low: float
    high: float
    promise: str


def outcomes(
    check: Part, shifted: Iterable[Part], chosen: Chosen, output: Output, accept: float, confidence: float
) -> list[Outcome]:
    """Return the outcome on the clean inputs that checked the guard, on each shifted test set and on all of these.

    Args:
        check: the part of the clean test set that checked the guard.
        shifted: the shifted test sets; one is in memory at a time.
        chosen: the guard's threshold.
        output: the model's output.
        accept: share of answers that may differ, in 0..1.
        confidence: confidence of each limit, in 0..1.
    """
    results: list[Outcome] = []
    events: list[NDArray[np.bool_]] = []
    sources: list[NDArray[np.int64]] = []
    for part in chain([check], shifted):
        sent = flagged(margins(part.outputs, output, chosen.detector), chosen.threshold)
        differs = part.disagrees & ~sent
        rate = exact_rate(SharedSources([part.sources]), [differs], confidence)
        shares = float(sent.mean()), float(part.disagrees.mean())
        results.append(_outcome(part.test_set, len(part), shares, rate, accept))
        if part is not check:
            events.append(differs)
            sources.append(part.sources)
    if len(events) > 1:
        means = fmean(item["sent"] for item in results[1:]), fmean(item["rate_before"] for item in results[1:])
        rate = exact_rate(SharedSources(sources), events, confidence)
        everything = TestSet(ALL_SHIFTED, "", 0)
        results.append(_outcome(everything, sum(map(len, events)), means, rate, accept))
    return results


def promise(rate: ExactRate, accept: float) -> str:
    """Return whether a promise held.

    >>> promise(ExactRate(0.0, 0.0, 0.001, 3000), 0.001), promise(ExactRate(0.1, 0.05, 0.2, 100), 0.001)
    ('held', 'broken')
    """
    return HELD if rate.high <= accept else BROKEN if rate.low > accept else CANNOT_TELL


def _outcome(test_set: TestSet, n: int, shares: tuple[float, float], rate: ExactRate, accept: float) -> Outcome:
    """Return an outcome; `shares` are those of rows sent to float32 and of answers that differed before."""
    return Outcome(
        suite=test_set.suite,
        shift=test_set.shift,
        severity=test_set.severity,
        n=n,
        effective_n=rate.effective_n,
        sent=shares[0],
        rate_before=shares[1],
        rate=rate.rate,
        low=rate.low,
        high=rate.high,
        promise=promise(rate, accept),
    )
