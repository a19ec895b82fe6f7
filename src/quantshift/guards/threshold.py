"""Choose the threshold of a guard on one part of the data, and check its promise on another.

The promise: at most a share `accept` of the guarded model's answers differ from float32's, with a stated confidence.

The first part gives candidate thresholds, from one that sends nearly all rows to float32 down to the smallest one that
keeps the promise there. The second part tests them in this order, each by an exact binomial limit, until one fails; the
result is the last one before it. With an order that the second part does not influence, several tests need no
correction (fixed-sequence testing in "Learn then Test", Angelopoulos, Bates, Candes, Jordan & Lei 2021,
arXiv 2110.01052).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantshift.analysis.statistics.exact import ExactRate, exact_rate
from quantshift.analysis.statistics.mean_rate import SharedSources
from quantshift.core.errors import Message
from quantshift.core.signature import Output
from quantshift.decision.inputs_needed import MOST_INPUTS, least_inputs
from quantshift.decision.numbers import exact_percent, percent
from quantshift.guards.detectors import DETECTORS, SMALLEST, flagged, margins
from quantshift.guards.parts import Part

# Shares of rows that the candidates send to float32 on the first part: each is 3 % smaller than the one before.
STEPS = 250
RATIO = 0.97


@dataclass(frozen=True)
class Chosen:
    """A threshold whose promise was shown.

    Attributes:
        detector: name of the margin.
        threshold: rows whose margin is below it are answered by float32.
        check: the rate of disagreements of the guarded model on the part that checked it, with its limits.
        check_inputs: number of inputs of that part.
        check_sources: number of their sources.
        choice_inputs: number of inputs on which the candidates were chosen.
        sent: share of the checked rows that float32 answers.
        tested: number of thresholds that were tested.
    """

    detector: str
    threshold: float
    check: ExactRate
    check_inputs: int
    check_sources: int
    choice_inputs: int
    sent: float
    tested: int


@dataclass(frozen=True)
class Candidates:
    """Candidate thresholds.

    Attributes:
        detector: name of the margin.
        thresholds: the candidates, the largest first; at least one.
        sent: share of rows that the smallest one sends to float32 on the part that gave them.
    """

    detector: str
    thresholds: Sequence[float]
    sent: float


@dataclass(frozen=True)
class Unchosen:
    """The reason why there is no threshold.

    Attributes:
        reason: in words.
        advice: what to do.
        inputs_needed: number of independent inputs without a disagreement that the check needs, if it had too few.
    """

    reason: Message
    advice: Message
    inputs_needed: int | None = None


def choose(choice: Part, check: Part, output: Output, accept: float, confidence: float) -> Chosen | Unchosen:
    """Return the smallest threshold whose promise is shown.

    Args:
        choice: the part that gives the candidates.
        check: the part that tests them; it shares no source with `choice`.
        output: the model's output, of a kind with margins.
        accept: share of answers that may differ, in 0..1.
        confidence: confidence of the promise, in 0..1.
    """
    if not len(check):
        return _too_few(check, accept, confidence)
    pool = SharedSources([check.sources])
    if exact_rate(pool, [np.zeros(len(check), dtype=np.bool_)], confidence).high > accept:
        return _too_few(check, accept, confidence)
    alone = exact_rate(pool, [check.disagrees], confidence)
    if alone.high <= accept and choice.disagrees.mean() <= accept:
        return Unchosen(
            f"it keeps the promise without a guard, as at most {percent(alone.high)} % of its answers differ",
            "ship it alone",
        )
    ladder = candidates(choice, output, accept)
    certainty = margins(check.outputs, output, ladder.detector)
    best: tuple[float, ExactRate] | None = None
    tested = 0
    for threshold in ladder.thresholds:
        tested += 1
        rate = exact_rate(pool, [check.disagrees & ~flagged(certainty, threshold)], confidence)
        if rate.high > accept:
            break
        best = threshold, rate
    if best is None:
        return Unchosen(
            f"no threshold keeps the promise: the answers that differ are as certain as the others, so even when "
            f"nearly all rows go to float32, up to {percent(rate.high)} % of answers may differ "
            f"({exact_percent(accept)} % accepted)",
            "accept more (--accept), or quantize the model otherwise",
        )
    return Chosen(
        detector=ladder.detector,
        threshold=best[0],
        check=best[1],
        check_inputs=len(check),
        check_sources=len(np.unique(check.sources)),
        choice_inputs=len(choice),
        sent=float(flagged(certainty, best[0]).mean()),
        tested=tested,
    )


def candidates(choice: Part, output: Output, accept: float) -> Candidates:
    """Return the detector that sends the fewest rows to float32, with its candidate thresholds; see `choose`."""
    options = [_candidates(choice, output, detector, accept) for detector in DETECTORS[output["kind"]]]
    return min(options, key=lambda option: option.sent)


def _candidates(choice: Part, output: Output, detector: str, accept: float) -> Candidates:
    certainty = margins(choice.outputs, output, detector)
    thresholds: list[float] = []
    sent = 1.0
    for threshold in steps(certainty):
        mask = flagged(certainty, threshold)
        if thresholds and (choice.disagrees & ~mask).mean() > accept:
            break
        thresholds.append(threshold)
        sent = float(mask.mean())
    return Candidates(detector, thresholds, sent)


def steps(certainty: NDArray[np.float32]) -> list[float]:
    """Return thresholds in descending order, each a float32 number: quantiles of margins [n], n > 0.

    Between 0 and the smallest margin they are interpolated, so that few margins give small thresholds as well.

    >>> values = steps(np.array([1, 2, 3], dtype=np.float32))
    >>> values[0], len(values), values == sorted(values, reverse=True)
    (3.0, 250, True)
    """
    finite = np.where(np.isfinite(certainty), certainty, np.finfo(np.float32).max)
    shares = RATIO ** np.arange(STEPS)
    values = np.quantile([0.0, *finite.tolist()], shares).astype(np.float32)
    # A threshold above 0 sends ties to float32.
    values = np.maximum(values, np.float32(SMALLEST))
    return sorted(set(values.tolist()), reverse=True)


def _too_few(check: Part, accept: float, confidence: float) -> Unchosen:
    least = least_inputs(0.0, accept, confidence)
    needed = f"more than {MOST_INPUTS:,}" if least is None else f"{least:,}"
    sources = len(np.unique(check.sources))
    have = f"{len(check):,} inputs" if sources == len(check) else f"{len(check):,} inputs of {sources:,} sources"
    return Unchosen(
        f"too few test inputs: {exact_percent(accept)} % with {exact_percent(confidence)} % confidence needs "
        f"{needed} independent inputs without a disagreement, but the check has {have}",
        "give more test inputs to quantshift check, accept more (--accept), or state a lower --confidence",
        least or MOST_INPUTS,
    )
