"""Signed contributions: known answers, properties, and behaviour with few events."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from quantshift.analysis.effects.contributions import Contributions, pooled
from quantshift.analysis.effects.effect import ALPHA, estimate


def difference(more: int, fewer: int, n: int = 1_000) -> Contributions:
    """Return a difference of two rates that `more` inputs raise and `fewer` inputs lower."""
    values = np.zeros(n)
    values[:more], values[more : more + fewer] = 1 / n, -1 / n
    return Contributions.with_equal_exposure(values, 1 / n)


def test_the_value_is_the_difference() -> None:
    assert difference(30, 10).value == pytest.approx(0.02)
    assert (difference(30, 10).inputs, difference(30, 10).events) == (1_000, 40)


def test_many_events_give_the_normal_interval_and_test() -> None:
    estimated = estimate(difference(1_100, 1_000, n=100_000))
    error = np.sqrt(2_100) / 100_000
    assert estimated.high - estimated.low == pytest.approx(2 * 1.96 * error, rel=0.01)
    assert estimated.p_value == pytest.approx(2 * stats.norm.sf(100 / np.sqrt(2_100)), rel=0.15)


def test_one_sided_counts_have_the_score_limits_of_a_poisson_mean() -> None:
    """Wilson's limits for many inputs: mean = k + z^2/2 -+ z sqrt(k + z^2/4)."""
    k, z, n = 12, 1.959964, 1_000_000
    low, high = difference(k, 0, n).limits(ALPHA)
    lower = k + z**2 / 2 - z * np.sqrt(k + z**2 / 4)
    upper = k + z**2 / 2 + z * np.sqrt(k + z**2 / 4)
    unseen = z**2  # the upper limit without events
    assert low * n == pytest.approx(k - np.hypot(k - lower, unseen), rel=1e-4)
    assert high * n == pytest.approx(upper, rel=1e-4)


def test_without_events_the_limits_allow_for_unseen_ones() -> None:
    low, high = difference(0, 0).limits(ALPHA)
    assert -low == pytest.approx(high)
    assert high == pytest.approx(1.96**2 / 1_000, rel=1e-3)
    assert estimate(difference(0, 0)).p_value == 1.0


@pytest.mark.parametrize("more", [1, 2, 3, 4])
def test_a_few_events_on_one_side_are_not_significant(more: int) -> None:
    assert estimate(difference(more, 0)).p_value > 0.05


def test_events_of_one_source_count_once() -> None:
    scattered, together = (
        difference(20, 5),
        Contributions.with_equal_exposure(np.append([20 / 1_000, -5 / 1_000], np.zeros(998)), 20 / 1_000),
    )
    assert together.value == pytest.approx(scattered.value)
    wide, narrow = together.limits(ALPHA), scattered.limits(ALPHA)
    assert wide[1] - wide[0] > 3 * (narrow[1] - narrow[0])


@given(
    st.lists(st.integers(-20, 20), min_size=1, max_size=60),
    st.sampled_from([0.001, 0.05, 0.3]),
)
def test_limits_contain_the_value_and_mirror_with_the_sign(values: list[int], alpha: float) -> None:
    effect = Contributions.with_equal_exposure(np.array(values) / 100, 0.2)
    negated = Contributions.with_equal_exposure(-effect.values, 0.2)
    low, high = effect.limits(alpha)
    assert low <= effect.value + 1e-12
    assert high >= effect.value - 1e-12
    assert negated.limits(alpha) == pytest.approx((-high, -low))
    assert estimate(effect).p_value == pytest.approx(estimate(negated).p_value)


@given(st.lists(st.integers(-20, 20), min_size=1, max_size=60))
def test_the_p_value_agrees_with_the_interval(values: list[int]) -> None:
    estimated = estimate(Contributions.with_equal_exposure(np.array(values) / 100, 0.2))
    if abs(estimated.p_value - 0.05) > 1e-4:
        assert (estimated.p_value < 0.05) == (estimated.low > 0 or estimated.high < 0)


def test_rounding_errors_are_not_events() -> None:
    values = np.array([0.1 + 0.2 - 0.3, 0.01, -0.01])
    assert Contributions.with_equal_exposure(values, 1.0).events == 2


def test_the_shared_error_of_seeds_is_estimated() -> None:
    random = np.random.default_rng(0)
    common, fractions = random.choice([-1.0, 0.0, 1.0], 20_000, p=[0.05, 0.9, 0.05]), []
    for separate in (0.0, 1.0):
        seeds = [
            Contributions.with_equal_exposure(
                common + separate * random.choice([-1.0, 0.0, 1.0], 20_000, p=[0.05, 0.9, 0.05]), 1.0
            )
            for _ in range(4)
        ]
        fractions.append(pooled(seeds)[1])
    assert fractions[0] == pytest.approx(1.0)
    # The mean of four seeds has the variance common + separate / 4, and here both are equal.
    assert fractions[1] == pytest.approx(0.8, abs=0.05)
