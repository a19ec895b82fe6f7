import numpy as np
import pytest
from scipy.stats import norm

from quantshift.analysis.effects.effect import ALPHA, Average, estimate
from quantshift.analysis.effects.ratio import Left


def left(persisting, fixed, new, n=1000):
    before, after = np.zeros(n), np.zeros(n)
    before[: persisting + fixed] = 1
    after[:persisting] = 1
    after[persisting + fixed : persisting + fixed + new] = 1
    return Left(before, after, possible=n)


def test_the_effect_is_what_is_left_minus_one_half():
    found = estimate(left(30, 10, 5))
    assert found.effect == pytest.approx(35 / 40 - 0.5)
    assert found.low <= found.effect <= found.high
    assert (found.n, found.events) == (1000, 40)


@pytest.mark.parametrize("gone", [1, 2, 3])
def test_a_few_that_are_all_gone_or_all_left_say_little(gone):
    for found in (estimate(left(0, gone, 0)), estimate(left(gone, 0, 0))):
        assert found.low < 0 < found.high
        assert found.p_value > 0.05


def test_many_say_more():
    assert estimate(left(0, 60, 0)).high < 0
    assert estimate(left(60, 0, 0)).low > 0
    assert estimate(left(0, 60, 0)).p_value < 1e-6


def test_counting_everything_several_times_changes_nothing():
    once = left(20, 5, 3)
    found, other = estimate(once), estimate(Left(once.before * 4, once.after * 4, possible=4000))
    assert (found.effect, found.low, found.high, found.p_value) == pytest.approx(
        (other.effect, other.low, other.high, other.p_value)
    )


def test_disagreements_that_share_a_source_count_as_one():
    scattered = estimate(left(32, 8, 0))
    before, after = np.zeros(1000), np.zeros(1000)
    before[:10], after[:8] = 4, 4  # the same sums from a quarter of the sources
    together = estimate(Left(before, after, possible=4000))
    assert together.effect == pytest.approx(scattered.effect)
    assert together.high - together.low > 1.5 * (scattered.high - scattered.low)
    assert together.p_value > scattered.p_value


def test_the_upper_limit_is_at_most_what_is_possible():
    before, after = np.zeros(50), np.ones(50)
    before[0] = 1
    assert Left(before, after, possible=50).limits(1e-9)[1] == pytest.approx(50 - 0.5)


def test_data_sets_weigh_the_same():
    found = estimate(Average([left(80, 20, 0), left(2, 8, 0, n=50)]))
    assert found.effect == pytest.approx((0.8 + 0.2) / 2 - 0.5)
    assert found.n == 1050


@pytest.mark.parametrize("parts", [2, 4])
def test_an_average_is_no_more_certain_than_its_parts_allow(parts):
    """Of three sources each, which say nothing; and of forty, whose normal test says of which order p may be."""
    before, after = np.zeros(100), np.zeros(100)
    before[:3], after[3:6] = 4, 6
    few = estimate(Average([Left(before, after, possible=1600)] * parts))
    assert few.low < 0
    assert few.p_value > 0.05
    many = estimate(Average([left(0, 40, 40)] * parts))
    z = (40 - 20) * np.sqrt(parts) / np.sqrt(40 + 10)
    assert 1e-4 < many.p_value / (2 * norm.sf(z)) < 10


@pytest.mark.parametrize(("persisting", "new"), [(0.5, 0.0), (0.1, 0.4)])
def test_where_half_is_left_the_level_holds(persisting, new):
    """1,000 inputs, 20 disagreements on average."""
    random = np.random.default_rng(1)
    inside = 0
    for _ in range(400):
        before = random.random(1000) < 0.02
        after = np.where(before, random.random(1000) < persisting, random.random(1000) < new * 0.02)
        low, high = Left(before.astype(float), after.astype(float), possible=1000).limits(ALPHA)
        inside += low <= 0 <= high
    assert inside / 400 >= 0.93
