"""Resampled effects: Student's limits for few sources that disagree."""

import numpy as np
import pytest
from scipy import stats

from quantshift.analysis.effects.effect import ALPHA, p_value
from quantshift.analysis.effects.resampled import Resampled, averaged, pooled


def means_of(values: np.ndarray, random: np.random.Generator, draws: int = 4_000) -> Resampled:
    """Return the mean of some values with its bootstrap."""
    drawn = random.choice(values, (draws, len(values))).mean(axis=1)
    return Resampled(float(values.mean()), drawn, len(values), len(values))


def test_the_limits_agree_with_the_t_test() -> None:
    random = np.random.default_rng(0)
    values = random.standard_normal(12)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert means_of(values, random).limits(ALPHA) == pytest.approx((expected.low, expected.high), abs=0.03)


@pytest.mark.parametrize("degrees", [2.05, 3.0, 5.5, 9.0, 11.5, 40.0, 3_000.0])
@pytest.mark.parametrize("effect", [-2.0, 1e-3, 1.0, 4.0])
def test_the_p_value_agrees_with_the_t_test(degrees: float, effect: float) -> None:
    draws = effect + np.random.default_rng(3).standard_normal(300)
    resampled = Resampled(effect, draws, 10, 100, degrees)
    expected = 2 * stats.t.sf(abs(effect) / np.sqrt(resampled.variance), degrees)
    assert p_value(resampled) == pytest.approx(expected, rel=1e-3)


def test_independent_effects_have_welchs_limits() -> None:
    random = np.random.default_rng(1)
    first, second = random.standard_normal(10), 3 * random.standard_normal(15)
    resampled = averaged([means_of(first, random), means_of(second, random)])
    expected = stats.ttest_ind(first, -second, equal_var=False).confidence_interval(0.95)
    assert resampled.limits(ALPHA) == pytest.approx((expected.low / 2, expected.high / 2), abs=0.05)


def test_the_shared_error_of_seeds_is_estimated() -> None:
    random = np.random.default_rng(2)
    common = random.standard_normal(5_000)
    shared = [Resampled(0.0, common, 20, 100) for _ in range(3)]
    independent = [Resampled(0.0, random.standard_normal(5_000), 20, 100) for _ in range(3)]
    assert pooled(shared)[1] == pytest.approx(1.0)
    assert pooled(independent)[1] == pytest.approx(0.0, abs=0.1)
