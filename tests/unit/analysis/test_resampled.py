"""Effects by resamples: Student's limits for few sources that disagree."""

import numpy as np
import pytest
from scipy import stats

from quantshift.analysis.effect import ALPHA
from quantshift.analysis.resampled import Resampled, averaged, pooled


def means_of(values: np.ndarray, random: np.random.Generator, draws: int = 4_000) -> Resampled:
    """Return the mean of some values with its bootstrap."""
    drawn = random.choice(values, (draws, len(values))).mean(axis=1)
    return Resampled(float(values.mean()), drawn, len(values), len(values))


def test_the_limits_are_those_of_the_t_test() -> None:
    random = np.random.default_rng(0)
    values = random.standard_normal(12)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert means_of(values, random).limits(ALPHA) == pytest.approx((expected.low, expected.high), abs=0.03)


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
