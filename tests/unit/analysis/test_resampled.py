"""Effects by resamples: Student's limits for few sources that disagree."""

import numpy as np
import pytest
from scipy import stats

from quantshift.analysis.effects.effect import ALPHA, p_value
from quantshift.analysis.effects.resampled import Resampled, averaged, pooled


def means_of(values: np.ndarray, random: np.random.Generator, draws: int = 4_000) -> Resampled:
    """Return the mean of some values with its bootstrap."""
    drawn = random.choice(values, (draws, len(values))).mean(axis=1)
    return Resampled(float(values.mean()), drawn, len(values), len(values))


def test_the_limits_are_those_of_the_t_test() -> None:
    random = np.random.default_rng(0)
    values = random.standard_normal(12)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert means_of(values, random).limits(ALPHA) == pytest.approx((expected.low, expected.high), abs=0.03)


@pytest.mark.parametrize("degrees", [2.05, 3.0, 5.5, 9.0, 11.5, 40.0, 3_000.0])
@pytest.mark.parametrize("effect", [-2.0, 1e-3, 1.0, 4.0])
def test_the_p_value_is_that_of_the_t_test(degrees: float, effect: float) -> None:
    draws = effect + np.random.default_rng(3).standard_normal(300)
    found = Resampled(effect, draws, 10, 100, degrees)
    expected = 2 * stats.t.sf(abs(effect) / np.sqrt(found.variance), degrees)
    assert p_value(found) == pytest.approx(expected, rel=1e-3)


def test_independent_parts_have_welchs_limits() -> None:
    random = np.random.default_rng(1)
    one, other = random.standard_normal(10), 3 * random.standard_normal(15)
    found = averaged([means_of(one, random), means_of(other, random)])
    expected = stats.ttest_ind(one, -other, equal_var=False).confidence_interval(0.95)
    assert found.limits(ALPHA) == pytest.approx((expected.low / 2, expected.high / 2), abs=0.05)


def test_what_seeds_share_is_estimated() -> None:
    random = np.random.default_rng(2)
    common = random.standard_normal(5_000)
    same = [Resampled(0.0, common, 20, 100) for _ in range(3)]
    apart = [Resampled(0.0, random.standard_normal(5_000), 20, 100) for _ in range(3)]
    assert pooled(same)[1] == pytest.approx(1.0)
    assert pooled(apart)[1] == pytest.approx(0.0, abs=0.1)
