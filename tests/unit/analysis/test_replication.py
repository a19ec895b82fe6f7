"""Effects over seeds."""

import numpy as np
import pytest
from scipy import stats

from quantshift.analysis.effects.contributions import Contributions, pooled
from quantshift.analysis.effects.effect import estimate
from quantshift.analysis.effects.replication import half_width, over_seeds, replicated
from quantshift.analysis.statistics.estimate import Estimate


def seed(effect: float, *, inputs: int = 100_000, first: int = 0) -> Contributions:
    """Return an effect that rests on sources of its own, so many that their error is next to nothing."""
    values = np.zeros(inputs)
    values[first : first + 1_000] = effect / 1_000
    return Contributions.alike(values, 1 / inputs)


def over(*seeds: Contributions) -> Estimate:
    return replicated(seeds, lambda some: over_seeds(some, pooled))


def test_seeds_that_differ_give_student_t() -> None:
    effects = [0.01, 0.03, 0.02, 0.05]
    expected = stats.ttest_1samp(effects, 0)
    interval = expected.confidence_interval(0.95)
    found = over(*(seed(effect, first=1_000 * place) for place, effect in enumerate(effects)))
    assert found.effect == pytest.approx(0.0275)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=0.02)
    assert found.p_value == pytest.approx(expected.pvalue, rel=0.05)
    assert (found.n, found.unit, found.seeds) == (100_000, "seeds", 4)
    assert half_width(effects, 0.05) == pytest.approx((interval.high - interval.low) / 2)


def test_the_error_of_the_inputs_that_all_seeds_share_is_added() -> None:
    """Three seeds that agree by chance, on the same thirty inputs: Student's interval alone has no width."""
    values = np.zeros(1_000)
    values[:20], values[20:30] = 0.001, -0.001
    found = over(*(Contributions.alike(values, 0.001) for _ in range(3)))
    alone = estimate(Contributions.alike(values, 0.001))
    assert (found.low, found.high) == pytest.approx((alone.low, alone.high))


def test_one_seed_gives_the_inputs() -> None:
    found = over(seed(0.01))
    assert (found.unit, found.seeds, found.seed_sets) == ("inputs", 1, ())


def test_of_two_seeds_each_has_to_show_it() -> None:
    agree, differ = over(seed(0.01), seed(0.03)), over(seed(0.3), seed(-0.01))
    assert (agree.effect, agree.low) == pytest.approx((0.02, estimate(seed(0.01)).low))
    assert agree.p_value == pytest.approx(estimate(seed(0.01)).p_value)
    assert (agree.unit, agree.seeds, len(agree.seed_sets)) == ("inputs", 2, 2)
    assert differ.effect > 0 > differ.low
    assert differ.p_value == 1.0


def test_disjoint_sets_of_seeds_are_estimated_by_themselves() -> None:
    found = over(seed(0.01), seed(0.02), seed(0.03), seed(0.05))
    first, second = found.seed_sets
    assert first.effect == pytest.approx(over(seed(0.01), seed(0.02)).effect)
    assert second.effect == pytest.approx(over(seed(0.03), seed(0.05)).effect)
    assert (first.seeds, second.seeds) == (2, 2)
