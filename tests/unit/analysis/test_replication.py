"""Effects over_all seeds."""

import numpy as np
import pytest
from scipy import stats

from quantshift.analysis.effects.contributions import Contributions, pooled
from quantshift.analysis.effects.effect import estimate
from quantshift.analysis.effects.replication import half_width, over_seeds, replicated
from quantshift.analysis.statistics.estimate import Estimate


def seed(effect: float, *, inputs: int = 100_000, first: int = 0) -> Contributions:
    """Return an effect of so many sources that their error is negligible; seeds differ in `first`."""
    values = np.zeros(inputs)
    values[first : first + 1_000] = effect / 1_000
    return Contributions.with_equal_exposure(values, 1 / inputs)


def over_all(*seeds: Contributions) -> Estimate:
    return replicated(seeds, lambda subset: over_seeds(subset, pooled))


def test_seeds_that_differ_give_students_interval() -> None:
    effects = [0.01, 0.03, 0.02, 0.05]
    expected = stats.ttest_1samp(effects, 0)
    interval = expected.confidence_interval(0.95)
    estimated = over_all(*(seed(effect, first=1_000 * index) for index, effect in enumerate(effects)))
    assert estimated.effect == pytest.approx(0.0275)
    assert (estimated.low, estimated.high) == pytest.approx((interval.low, interval.high), rel=0.02)
    assert estimated.p_value == pytest.approx(expected.pvalue, rel=0.05)
    assert (estimated.n, estimated.unit, estimated.seeds) == (100_000, "seeds", 4)
    assert half_width(effects, 0.05) == pytest.approx((interval.high - interval.low) / 2)


def test_the_inputs_error_that_all_seeds_share_is_added() -> None:
    """If three seeds agree by chance on the same thirty inputs, Student's interval alone has width 0."""
    values = np.zeros(1_000)
    values[:20], values[20:30] = 0.001, -0.001
    estimated = over_all(*(Contributions.with_equal_exposure(values, 0.001) for _ in range(3)))
    alone = estimate(Contributions.with_equal_exposure(values, 0.001))
    assert (estimated.low, estimated.high) == pytest.approx((alone.low, alone.high))


def test_with_one_seed_inputs_are_the_unit() -> None:
    estimated = over_all(seed(0.01))
    assert (estimated.unit, estimated.seeds, estimated.seed_sets) == ("inputs", 1, ())


def test_each_of_two_seeds_must_show_the_effect() -> None:
    agree, differ = over_all(seed(0.01), seed(0.03)), over_all(seed(0.3), seed(-0.01))
    assert (agree.effect, agree.low) == pytest.approx((0.02, estimate(seed(0.01)).low))
    assert agree.p_value == pytest.approx(estimate(seed(0.01)).p_value)
    assert (agree.unit, agree.seeds, len(agree.seed_sets)) == ("inputs", 2, 2)
    assert differ.effect > 0 > differ.low
    assert differ.p_value == 1.0


def test_disjoint_sets_of_seeds_are_estimated_separately() -> None:
    estimated = over_all(seed(0.01), seed(0.02), seed(0.03), seed(0.05))
    first, second = estimated.seed_sets
    assert first.effect == pytest.approx(over_all(seed(0.01), seed(0.02)).effect)
    assert second.effect == pytest.approx(over_all(seed(0.03), seed(0.05)).effect)
    assert (first.seeds, second.seeds) == (2, 2)
