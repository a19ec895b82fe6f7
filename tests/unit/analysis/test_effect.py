"""Effects that are put together from others."""

from dataclasses import dataclass

import pytest
from scipy.stats import norm

from quantshift.analysis.effects.effect import ALPHA, Average, Each, Weakest, estimate, p_value


@dataclass(frozen=True)
class Normal:
    value: float
    error: float = 1.0
    inputs: int = 10
    events: int = 10

    def limits(self, alpha: float) -> tuple[float, float]:
        half = float(norm.isf(alpha / 2)) * self.error
        return self.value - half, self.value + half


@pytest.mark.parametrize("value", [-3.0, -0.5, 0.0, 0.2, 2.0, 8.0])
def test_the_p_value_is_that_of_the_test_which_the_limits_invert(value: float) -> None:
    assert p_value(Normal(value)) == pytest.approx(2 * norm.sf(abs(value)), rel=1e-3)


def test_the_average_of_independent_effects_adds_their_variances() -> None:
    found = estimate(Average([Normal(1.0, 0.3), Normal(2.0, 0.4)]))
    half = 1.96 * 0.5 / 2
    assert (found.effect, found.low, found.high) == pytest.approx((1.5, 1.5 - half, 1.5 + half), rel=1e-3)
    assert found.n == 20


def test_a_conjunction_is_as_certain_as_its_weakest_part() -> None:
    found = estimate(Weakest([Normal(5.0), Normal(2.5), Normal(9.0, 5.0)]))
    assert found.effect == 2.5
    assert found.low == pytest.approx(9.0 - 5.0 * norm.isf(0.025))
    assert found.p_value == pytest.approx(2 * norm.sf(9.0 / 5.0), rel=1e-3)


def test_one_part_refutes_a_conjunction_at_a_level_for_all() -> None:
    found = estimate(Weakest([Normal(-2.5), Normal(4.0)]))
    assert found.high == pytest.approx(-2.5 + norm.isf(ALPHA / 4))
    assert found.p_value == pytest.approx(4 * norm.sf(2.5), rel=1e-3)


def test_each_spans_all_of_them() -> None:
    found = estimate(Each([Normal(3.0), Normal(5.0)]))
    assert (found.effect, found.low, found.high) == pytest.approx((4.0, 3.0 - 1.96, 5.0 + 1.96), rel=1e-3)
    assert found.p_value == pytest.approx(2 * norm.sf(3.0), rel=1e-3)
    assert estimate(Each([Normal(-1.0), Normal(5.0)])).p_value == 1.0
