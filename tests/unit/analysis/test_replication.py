"""Effects over seeds."""

import pytest
from scipy import stats

from quantshift.analysis.estimate import Estimate
from quantshift.analysis.replication import replicated


def by_inputs(index: int) -> Estimate:
    return Estimate(0.01 * index, -0.1, 0.1, 0.2 + 0.1 * index, n=500)


def test_several_seeds_give_student_t() -> None:
    effects = [0.01, 0.03, 0.02, 0.05]
    expected = stats.ttest_1samp(effects, 0)
    interval = expected.confidence_interval(0.95)
    found = replicated(effects, by_inputs)
    assert found.effect == pytest.approx(0.0275)
    assert (found.low, found.high, found.p_value) == pytest.approx((interval.low, interval.high, expected.pvalue))
    assert (found.n, found.unit, found.seeds) == (500, "seeds", 4)


def test_one_seed_gives_the_inputs() -> None:
    found = replicated([0.0], by_inputs)
    assert (found.p_value, found.unit, found.seeds) == (0.2, "inputs", 1)


def test_equal_seeds_are_no_proof() -> None:
    found = replicated([0.001, 0.001], by_inputs)
    assert (found.p_value, found.unit, found.seeds) == (pytest.approx(0.3), "inputs", 2)
