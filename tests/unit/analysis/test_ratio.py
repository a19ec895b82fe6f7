import numpy as np
import pytest
from scipy.stats import norm

from quantshift.analysis.effects.effect import ALPHA, Average, estimate
from quantshift.analysis.effects.ratio import RemainingRatio


def remaining(persisting, fixed, new, n=1000):
    before, after = np.zeros(n), np.zeros(n)
    before[: persisting + fixed] = 1
    after[:persisting] = 1
    after[persisting + fixed : persisting + fixed + new] = 1
    return RemainingRatio(before, after, possible=n)


def test_the_effect_is_the_ratio_minus_one_half():
    estimated = estimate(remaining(30, 10, 5))
    assert estimated.effect == pytest.approx(35 / 40 - 0.5)
    assert estimated.low <= estimated.effect <= estimated.high
    assert (estimated.n, estimated.events) == (1000, 40)


@pytest.mark.parametrize("gone", [1, 2, 3])
def test_a_few_that_all_persist_or_all_vanish_are_not_significant(gone):
    for estimated in (estimate(remaining(0, gone, 0)), estimate(remaining(gone, 0, 0))):
        assert estimated.low < 0 < estimated.high
        assert estimated.p_value > 0.05


def test_many_are_significant():
    assert estimate(remaining(0, 60, 0)).high < 0
    assert estimate(remaining(60, 0, 0)).low > 0
    assert estimate(remaining(0, 60, 0)).p_value < 1e-6


def test_scaling_all_counts_changes_nothing():
    once = remaining(20, 5, 3)
    estimated, other = estimate(once), estimate(RemainingRatio(once.before * 4, once.after * 4, possible=4000))
    assert (estimated.effect, estimated.low, estimated.high, estimated.p_value) == pytest.approx(
        (other.effect, other.low, other.high, other.p_value)
    )


def test_disagreements_that_share_a_source_count_once():
    scattered = estimate(remaining(32, 8, 0))
    before, after = np.zeros(1000), np.zeros(1000)
    before[:10], after[:8] = 4, 4  # the same sums from a quarter of the sources
    together = estimate(RemainingRatio(before, after, possible=4000))
    assert together.effect == pytest.approx(scattered.effect)
    assert together.high - together.low > 1.5 * (scattered.high - scattered.low)
    assert together.p_value > scattered.p_value


def test_the_upper_limit_is_at_most_the_possible_ratio():
    before, after = np.zeros(50), np.ones(50)
    before[0] = 1
    assert RemainingRatio(before, after, possible=50).limits(1e-9)[1] == pytest.approx(50 - 0.5)


def test_data_sets_have_equal_weight():
    estimated = estimate(Average([remaining(80, 20, 0), remaining(2, 8, 0, n=50)]))
    assert estimated.effect == pytest.approx((0.8 + 0.2) / 2 - 0.5)
    assert estimated.n == 1050


@pytest.mark.parametrize("count", [2, 4])
def test_an_average_is_no_more_certain_than_its_effects_allow(count):
    """Effects of three sources are not significant; for forty sources, the p-value is near that of a normal test."""
    before, after = np.zeros(100), np.zeros(100)
    before[:3], after[3:6] = 4, 6
    few = estimate(Average([RemainingRatio(before, after, possible=1600)] * count))
    assert few.low < 0
    assert few.p_value > 0.05
    many = estimate(Average([remaining(0, 40, 40)] * count))
    z = (40 - 20) * np.sqrt(count) / np.sqrt(40 + 10)
    assert 1e-4 < many.p_value / (2 * norm.sf(z)) < 10


@pytest.mark.parametrize(("persisting", "new"), [(0.5, 0.0), (0.1, 0.4)])
def test_if_half_remains_the_level_holds(persisting, new):
    """1,000 inputs, 20 disagreements on average."""
    random = np.random.default_rng(1)
    contained = 0
    for _ in range(400):
        before = random.random(1000) < 0.02
        after = np.where(before, random.random(1000) < persisting, random.random(1000) < new * 0.02)
        low, high = RemainingRatio(before.astype(float), after.astype(float), possible=1000).limits(ALPHA)
        contained += low <= 0 <= high
    assert contained / 400 >= 0.93
