"""The mean rate of test sets that share sources: known effective numbers, and simulated coverage of its interval."""

import numpy as np
import pytest
from scipy.stats import binomtest

from quantshift.analysis.statistics.intervals import wilson
from quantshift.analysis.statistics.mean_rate import MINIMUM_SOURCES, SharedSources


def hits(n: int, count: int) -> np.ndarray:
    return np.arange(n) < count


@pytest.mark.parametrize("count", [0, 3, 14, 15, 40, 195, 200])
def test_one_test_set_of_independent_inputs_has_wilsons_interval(count: int) -> None:
    mean = SharedSources([np.arange(200)]).mean_rate([hits(200, count)])
    effective = mean.effective_inputs
    assert mean.rate == count / 200
    assert effective == pytest.approx(200)
    np.testing.assert_allclose(wilson(mean.rate * effective, effective), wilson(count, 200), atol=1e-12)


def test_each_test_set_has_the_same_weight() -> None:
    pool = SharedSources([np.arange(100), np.arange(100, 1100)])
    mean = pool.mean_rate([hits(100, 20), hits(1000, 100)])
    assert mean.rate == pytest.approx((0.2 + 0.1) / 2)
    # Half of the rate is that of 100 inputs, so its 1,100 inputs are worth at most 4 / (1 / 100 + 1 / 1000).
    assert mean.effective_inputs < 4 / (1 / 100 + 1 / 1000)


def test_equal_copies_of_a_test_set_add_nothing() -> None:
    sources, events = np.arange(300), hits(300, 30)
    assert SharedSources([sources] * 20).mean_rate([events] * 20).effective_inputs == pytest.approx(300, rel=0.01)


def test_other_inputs_under_each_shift_count_in_full() -> None:
    random = np.random.default_rng(0)
    sources = list(np.arange(8_000).reshape(8, 1000))
    effective = SharedSources(sources).mean_rate(list(random.random((8, 1000)) < 0.1)).effective_inputs
    assert 7_000 < effective <= 8_000


def test_inputs_of_one_source_count_as_one_if_they_agree() -> None:
    mean = SharedSources([np.repeat(np.arange(100), 5)]).mean_rate([np.repeat(hits(100, 20), 5)])
    assert mean.rate == pytest.approx(0.2)
    assert mean.effective_inputs == pytest.approx(100, rel=0.01)


@pytest.mark.parametrize("complement", [False, True])
def test_with_too_few_sources_the_inputs_of_a_source_count_as_one(complement: bool) -> None:
    """Of 150 sources, 50 have two inputs; too few of these have events."""
    sources = np.concatenate([np.repeat(np.arange(50), 2), np.arange(50, 150)])
    pool = SharedSources([sources])
    events = hits(200, 2 * (MINIMUM_SOURCES - 1)) ^ complement
    assert pool.mean_rate([events]).effective_inputs == pytest.approx(200**2 / (50 * 2**2 + 100))


def test_a_source_with_most_of_the_events_counts_for_little() -> None:
    sources = np.arange(500)
    events = [hits(500, 3) | (sources == 20 + number) for number in range(20)]
    # 23 sources have events, but three of them have 20 each: (3 * 20 + 20)^2 / (3 * 20^2 + 20) < 15.
    assert SharedSources([sources] * 20).mean_rate(events).effective_inputs == pytest.approx(500)


def test_a_small_test_set_without_events_does_not_seem_precise() -> None:
    pool = SharedSources([np.arange(2000), np.arange(2000, 2020)])
    mean = pool.mean_rate([hits(2000, 20), hits(20, 0)])
    assert mean.effective_inputs == pytest.approx(4 / (1 / 2000 + 1 / 20))


def test_rates_that_differ_only_between_test_sets_have_no_variance() -> None:
    mean = SharedSources([np.arange(100)] * 2).mean_rate([hits(100, 100), hits(100, 0)])
    assert (mean.rate, mean.effective_inputs) == (0.5, pytest.approx(200))


# Shifts, severities, inputs of each test set, and test inputs of which they are copies. The severities of a shift have
# the same inputs.
DESIGNS = {"19x3 of 100": (19, 3, 100, 5_000), "16 of 2,000": (16, 1, 2_000, 10_000), "20 of all": (20, 1, 500, 500)}
STUDIES = 300


def limits(design: str, rate: float, correlation: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % limits of simulated studies whose mean rate is `rate`.

    Each source has a position in 0..1. With a probability that gives the correlation, an input has the position of its
    source, else one of its own; the event occurs if the position is below the rate of the test set.
    """
    shifts, severities, n, inputs = DESIGNS[design]
    random = np.random.default_rng([shifts, round(1e4 * rate), round(10 * correlation)])
    sets = shifts * severities
    # The rates of the test sets are from 0 to three times the mean.
    thresholds = np.repeat(np.linspace(0.0, 1.0, sets) ** 2, n)
    thresholds *= rate / thresholds.mean()
    windows = [window for _ in range(shifts) for window in [random.choice(inputs, n, replace=False)] * severities]
    pool, sources = SharedSources(windows), np.concatenate(windows)
    means = []
    for _ in range(STUDIES):
        shared = random.random(len(sources), dtype=np.float32) < np.sqrt(correlation)
        own = random.random(len(sources), dtype=np.float32)
        positions = np.where(shared, random.random(inputs, dtype=np.float32)[sources], own)
        means.append(pool.mean_rate((positions < thresholds).reshape(sets, n)))
    rates, numbers = np.array([(mean.rate, mean.effective_inputs) for mean in means]).T
    return wilson(rates * numbers, numbers, 0.95)


def is_plausible(count: int, most: float) -> bool:
    """Return whether a share of the studies may be at most `most`, at a level of 0.1 %."""
    return bool(binomtest(count, STUDIES, most, alternative="greater").pvalue > 0.001)


@pytest.mark.parametrize("correlation", [0, 0.5, 0.9])
@pytest.mark.parametrize("rate", [0.002, 0.01, 0.05])
@pytest.mark.parametrize("design", DESIGNS)
def test_the_interval_covers_the_rate_and_rarely_decides_about_a_rate_that_is_just_accepted(
    design: str, rate: float, correlation: float
) -> None:
    """10,000 studies of each of these 27 cells cover 94.3 to 99.8 %; at most 3.1 % are `do not ship`, 3.4 % `ship`."""
    low, high = limits(design, rate, correlation)
    # If `accept` is the true rate, these are the studies that decide on `do not ship` and on `ship`.
    above, below = int((low > rate).sum()), int((high <= rate).sum())
    assert is_plausible(above + below, 0.07)
    assert is_plausible(above, 0.05)
    assert is_plausible(below, 0.05)
