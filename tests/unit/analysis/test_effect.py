"""Combinations of effects."""

from dataclasses import dataclass

import pytest
from scipy.stats import norm

from quantshift.analysis.effects.effect import ALPHA, Average, Spanning, Weakest, estimate, p_value


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
def test_the_p_value_inverts_the_limits(value: float) -> None:
    assert p_value(Normal(value)) == pytest.approx(2 * norm.sf(abs(value)), rel=1e-3)


def test_the_average_of_independent_effects_adds_their_variances() -> None:
    estimated = estimate(Average([Normal(1.0, 0.3), Normal(2.0, 0.4)]))
    half = 1.96 * 0.5 / 2
    assert (estimated.effect, estimated.low, estimated.high) == pytest.approx((1.5, 1.5 - half, 1.5 + half), rel=1e-3)
    assert estimated.n == 20


def test_a_conjunction_is_as_certain_as_its_least_certain_effect() -> None:
    estimated = estimate(Weakest([Normal(5.0), Normal(2.5), Normal(9.0, 5.0)]))
    assert estimated.effect == 2.5
    assert estimated.low == pytest.approx(9.0 - 5.0 * norm.isf(0.025))
    assert estimated.p_value == pytest.approx(2 * norm.sf(9.0 / 5.0), rel=1e-3)


def test_a_single_effect_refutes_a_conjunction_at_an_adjusted_level() -> None:
    estimated = estimate(Weakest([Normal(-2.5), Normal(4.0)]))
    assert estimated.high == pytest.approx(-2.5 + norm.isf(ALPHA / 4))
    assert estimated.p_value == pytest.approx(4 * norm.sf(2.5), rel=1e-3)


def test_the_interval_spans_those_of_all_effects() -> None:
    estimated = estimate(Spanning([Normal(3.0), Normal(5.0)]))
    assert (estimated.effect, estimated.low, estimated.high) == pytest.approx((4.0, 3.0 - 1.96, 5.0 + 1.96), rel=1e-3)
    assert estimated.p_value == pytest.approx(2 * norm.sf(3.0), rel=1e-3)
    assert estimate(Spanning([Normal(-1.0), Normal(5.0)])).p_value == 1.0
