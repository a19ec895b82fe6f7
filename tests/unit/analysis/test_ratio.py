import numpy as np
import pytest

from quantshift.analysis.ratio import Stratum, estimate


def stratum(persisting, fixed, new, n=1000):
    before, after = np.zeros(n), np.zeros(n)
    before[: persisting + fixed] = 1
    after[:persisting] = 1
    after[persisting + fixed : persisting + fixed + new] = 1
    return Stratum(before, after)


def of(*strata):
    return estimate(strata, np.random.default_rng(0))


def test_the_effect_is_what_is_left_minus_one_half():
    found = of(stratum(30, 10, 5))
    assert found.effect == pytest.approx(35 / 40 - 0.5)
    assert found.low <= found.effect <= found.high
    assert found.n == 1000


@pytest.mark.parametrize("gone", [1, 2, 3])
def test_a_few_that_are_all_gone_or_all_left_say_little(gone):
    for found in (of(stratum(0, gone, 0)), of(stratum(gone, 0, 0))):
        assert found.low < 0 < found.high
        assert found.p_value > 0.05


def test_many_say_more():
    assert of(stratum(0, 60, 0)).high < 0
    assert of(stratum(60, 0, 0)).low > 0
    assert of(stratum(0, 60, 0)).p_value < 1e-6


def test_counting_everything_several_times_changes_nothing():
    once = stratum(20, 5, 3)
    found, other = of(once), of(Stratum(once.before * 4, once.after * 4))
    assert (found.effect, found.low, found.high, found.p_value) == pytest.approx(
        (other.effect, other.low, other.high, other.p_value)
    )


def test_disagreements_that_share_a_source_count_as_one():
    scattered = stratum(32, 8, 0)
    before, after = np.zeros(1000), np.zeros(1000)
    before[:10], after[:8] = 4, 4  # the same sums from a quarter of the sources
    together = of(Stratum(before, after))
    assert together.effect == pytest.approx(of(scattered).effect)
    assert together.high - together.low > 1.5 * (of(scattered).high - of(scattered).low)
    assert together.p_value > of(scattered).p_value


def test_strata_weigh_the_same():
    found = of(stratum(80, 20, 0), stratum(2, 8, 0, n=50))
    assert found.effect == pytest.approx((0.8 + 0.2) / 2 - 0.5)
    assert found.n == 1050


@pytest.mark.parametrize(("persisting", "new"), [(0.5, 0.0), (0.1, 0.4)])
def test_where_half_is_left_a_verdict_is_rare(persisting, new):
    """1,000 inputs, 20 disagreements on average; both limits and the p-value must speak, and 5 % may."""
    random = np.random.default_rng(1)
    wrong = inside = 0
    for _ in range(300):
        before = random.random(1000) < 0.02
        after = np.where(before, random.random(1000) < persisting, random.random(1000) < new * 0.02)
        found = estimate([Stratum(before.astype(float), after.astype(float))], random, resamples=500)
        wrong += found.p_value <= 0.05 and not found.low <= 0 <= found.high
        inside += found.low <= 0 <= found.high
    assert wrong / 300 < 0.08
    assert inside / 300 > 0.9
