"""Time work in CPU seconds, which exclude other programs."""

import contextlib
import io
import logging
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial

SECONDS = 1.0  # approximate duration of each measurement
BRIEF = 0.2  # of one whose work is rarely much of a run's
FEW = 2  # inputs of the first try; batch statistics need more than one


def per_input(run: Callable[[int], None], size: int) -> float:
    """Return the seconds of `run(size)` per input, extrapolated from fewer inputs if these take long enough.

    The number of inputs is doubled until they take long. The difference between the last two measurements gives the
    time of each further input, without the fixed costs of a batch such as the update of all weights.

    Args:
        run: function that does the work on a number of inputs.
        size: number of inputs to extrapolate to.
    """
    count = min(FEW, size)
    run(count)  # warm-up
    before, seconds = 0.0, repeated(partial(run, count), 0.0)
    while count < size and seconds < SECONDS:
        count = min(2 * count, size)
        if seconds < SECONDS / 4:
            run(count)
        before, seconds = seconds, repeated(partial(run, count), SECONDS if count == size else 0.0)
    if count == size or before == 0:
        return seconds / count
    marginal = min(max(seconds - before, 0.0) / (count / 2), seconds / count)
    return (seconds + marginal * (size - count)) / size


def fixed_and_each(run: Callable[[int], None], size: int) -> tuple[float, float]:
    """Return the fixed seconds of `run(size)` and those of each input, from as few inputs as take `BRIEF` seconds.

    Args:
        run: function that does the work on a number of inputs.
        size: the largest number of inputs.
    """
    count = min(FEW, size)
    run(count)  # warm-up
    before, seconds = 0.0, timed(partial(run, count))
    smaller = 0
    while count < size and seconds < BRIEF:
        smaller, count = count, min(4 * count, size)
        before, seconds = seconds, timed(partial(run, count))
    each = max(0.0, seconds - before) / (count - smaller)
    return max(0.0, seconds - each * count), each


def repeated(once: Callable[[], None], seconds: float) -> float:
    """Return the mean seconds of one call, over calls for about `seconds`, at least one."""
    began, calls = time.process_time(), 0
    while calls == 0 or time.process_time() - began < seconds:
        once()
        calls += 1
    return (time.process_time() - began) / calls


def timed(once: Callable[[], None]) -> float:
    """Return the seconds of one call."""
    began = time.process_time()
    once()
    return time.process_time() - began


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Suppress what libraries and jobs print, and warnings about models that are measured."""
    logging.disable(logging.WARNING)
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)
