"""The mean rate of test sets that share sources: known effective numbers, and simulated coverage of its interval."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import binomtest

from quantshift.analysis.statistics.intervals import one_sided, wilson
from quantshift.analysis.statistics.mean_rate import SharedSources


def hits(n: int, count: int) -> np.ndarray:
    return np.arange(n) < count


@pytest.mark.parametrize("count", [0, 1, 3, 40, 195, 200])
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
    # Half of the rate is that of 100 inputs, so the 1,100 inputs are worth about 4 / (1 / 100 + 1 / 1000).
    assert mean.effective_inputs == pytest.approx(4 / (1 / 100 + 1 / 1000), rel=0.25)


@pytest.mark.parametrize("count", [0, 1, 30, 299, 300])
def test_equal_copies_of_a_test_set_add_nothing(count: int) -> None:
    sources, events = np.arange(300), hits(300, count)
    assert SharedSources([sources] * 20).mean_rate([events] * 20).effective_inputs == pytest.approx(300)


@pytest.mark.parametrize("count", [0, 1, 20, 100])
def test_inputs_of_one_source_count_as_one_if_they_agree(count: int) -> None:
    mean = SharedSources([np.repeat(np.arange(100), 5)]).mean_rate([np.repeat(hits(100, count), 5)])
    assert (mean.rate, mean.effective_inputs) == (pytest.approx(count / 100), pytest.approx(100))


def test_other_inputs_under_each_shift_count_in_full() -> None:
    random = np.random.default_rng(0)
    sources = list(np.arange(8_000).reshape(8, 1000))
    effective = SharedSources(sources).mean_rate(list(random.random((8, 1000)) < 0.1)).effective_inputs
    assert effective == pytest.approx(8_000, rel=0.01)


def test_independent_answers_to_copies_count_nearly_in_full() -> None:
    random = np.random.default_rng(0)
    events = list(random.random((10, 1000)) < 0.2)
    effective = SharedSources([np.arange(1000)] * 10).mean_rate(events).effective_inputs
    assert 9_000 < effective <= 10_000


@pytest.mark.parametrize("answer", [False, True])
def test_without_events_the_inputs_of_a_source_count_as_one(answer: bool) -> None:
    """Of 150 sources, 50 have two inputs: Kish's effective number of sources."""
    sources = np.concatenate([np.repeat(np.arange(50), 2), np.arange(50, 150)])
    mean = SharedSources([sources]).mean_rate([np.full(200, answer)])
    assert mean.effective_inputs == pytest.approx(200**2 / (50 * 2**2 + 100))


def test_a_small_test_set_without_events_does_not_seem_precise() -> None:
    pool = SharedSources([np.arange(2000), np.arange(2000, 2020)])
    mean = pool.mean_rate([hits(2000, 20), hits(20, 0)])
    # The small test set has half of the weight, and its 20 inputs are compatible with a rate of 13 %.
    assert mean.effective_inputs < 60
    assert wilson(mean.rate * mean.effective_inputs, mean.effective_inputs)[1] > 0.13 / 2


def test_the_number_is_at_most_that_of_the_inputs() -> None:
    mean = SharedSources([np.arange(100)] * 2).mean_rate([hits(100, 100), hits(100, 0)])
    assert (mean.rate, mean.effective_inputs) == (0.5, 200)


Sets = list[np.ndarray]


def windows(shifts: int, severities: int, n: int, inputs: int, random: np.random.Generator) -> Sets:
    """Return the sources of test sets with n of the test inputs, the same for all severities of a shift."""
    return [window for _ in range(shifts) for window in [random.choice(inputs, n, replace=False)] * severities]


# Sources of 585 inputs: 416 of one input, 40 of two, 10 of four, two of 16 and one of 17.
MOTIFS = np.repeat(np.arange(469), [1] * 416 + [2] * 40 + [4] * 10 + [16, 16, 17])
# Test sets like those of the shipped configs and of the smallest studies, and natural shifts with inputs of their own.
DESIGNS: dict[str, Callable[[np.random.Generator], Sets]] = {
    "57 sets of 100": lambda random: windows(19, 3, 100, 5_000, random),
    "16 sets of 2,000": lambda random: windows(16, 1, 2_000, 10_000, random),
    "20 sets of all": lambda random: windows(20, 1, 500, 500, random),
    "20 small sets, 4 natural": lambda random: [
        *windows(4, 5, 75, 1_000, random),
        *(1_000 * number + np.arange(1_000) for number in range(1, 5)),
    ],
    "8 sets, 2 small natural": lambda random: [
        *windows(8, 1, 1_000, 5_000, random),
        *(5_000 + np.arange(300) // 2, 6_000 + np.arange(60) // 2),
    ],
    # Emoji: near-duplicates are one source, and the other vendor draws all of them.
    "19 sets of 60, 1 of all 585, in sources of 1 to 17": lambda random: [
        *(MOTIFS[window] for window in windows(19, 1, 60, 585, random)),
        MOTIFS,
    ],
}
STUDIES = 200


def limits(design: str, rate: float, correlation: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the limits, each with 95 % confidence, of simulated studies whose mean rate is `rate`.

    Each source has a position in 0..1. With a probability that gives the correlation, an input has the position of its
    source, else one of its own; the event occurs if the position is below the rate of the test set.
    """
    random = np.random.default_rng([list(DESIGNS).index(design), round(1e4 * rate), round(10 * correlation)])
    sets = DESIGNS[design](random)
    sizes = [len(sources) for sources in sets]
    # The rates of the test sets are from 0 to three times the mean; the last ones have the highest.
    rates = np.linspace(0.0, 1.0, len(sets)) ** 2
    thresholds = np.repeat(rate * rates / rates.mean(), sizes)
    pool, sources = SharedSources(sets), np.concatenate(sets)
    means = []
    for _ in range(STUDIES):
        shared = random.random(len(sources), dtype=np.float32) < np.sqrt(correlation)
        own = random.random(len(sources), dtype=np.float32)
        positions = np.where(shared, random.random(sources.max() + 1, dtype=np.float32)[sources], own)
        means.append(pool.mean_rate(np.split(positions < thresholds, np.cumsum(sizes)[:-1])))
    measured, numbers = np.array([(mean.rate, mean.effective_inputs) for mean in means]).T
    return one_sided(measured * numbers, numbers, 0.95)


def is_plausible(count: int, most: float) -> bool:
    """Return whether a share of the studies may be at most `most`, at a level of 0.1 %."""
    return bool(binomtest(count, STUDIES, most, alternative="greater").pvalue > 0.001)


@pytest.mark.parametrize("correlation", [0, 0.5, 0.9])
@pytest.mark.parametrize("rate", [0.002, 0.01, 0.05])
@pytest.mark.parametrize("design", DESIGNS)
def test_each_limit_holds(design: str, rate: float, correlation: float) -> None:
    """If `accept` is just below or above the true rate, a wrong `ship` or `do not ship` is rare."""
    low, high = limits(design, rate, correlation)
    assert is_plausible(int((low > rate).sum()), 0.07)
    assert is_plausible(int((high <= rate).sum()), 0.07)
