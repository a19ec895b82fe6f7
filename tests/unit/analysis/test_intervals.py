"""Intervals, tests and adjustments against statsmodels."""

import doctest
import gc
import importlib
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar as reference_mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from quantshift.analysis.statistics.intervals import weighted_sum, wilson
from quantshift.analysis.statistics.tests import holm, mcnemar


@pytest.mark.parametrize(
    "name",
    [
        "statistics.intervals",
        "statistics.tests",
        "statistics.verdict",
        "effects.replication",
    ],
)
def test_worked_examples(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"quantshift.analysis.{name}"))
    assert result.attempted > 0
    assert result.failed == 0


def test_wilson_equals_statsmodels() -> None:
    hits, inputs = np.array([0, 1, 5, 37, 10_000, 9_999]), np.array([20, 20, 7, 10_000, 10_000, 10_000])
    expected_low, expected_high = proportion_confint(hits, inputs, method="wilson")
    low, high = wilson(hits, inputs)
    np.testing.assert_allclose(low, expected_low, atol=1e-12)
    np.testing.assert_allclose(high, expected_high, atol=1e-12)


@settings(deadline=None)
@given(st.integers(1, 20_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_limits_contain_the_rate(counts: tuple[int, int]) -> None:
    hits, inputs = counts
    low, high = wilson(hits, inputs)
    assert 0 <= low <= hits / inputs <= high <= 1
    assert (low == 0) == (hits == 0)
    assert (high == 1) == (hits == inputs)


def test_weighted_sum_with_normal_limits_adds_variances() -> None:
    low, high = weighted_sum([1.0, 4.0], [1 - 0.3, 4 - 0.4], [1 + 0.3, 4 + 0.4], [1.0, -1.0])
    assert (low, high) == pytest.approx((-3.5, -2.5))


@pytest.mark.parametrize(("first", "second"), [(0, 0), (5, 0), (3, 12), (40, 61), (700, 640), (6_000, 1)])
def test_mcnemar_equals_statsmodels(first: int, second: int) -> None:
    expected = reference_mcnemar([[0, first], [second, 0]], exact=True).pvalue if first + second else 1.0
    assert mcnemar(first, second) == pytest.approx(expected, rel=1e-9)
    assert mcnemar(first, second) == mcnemar(second, first)


@pytest.fixture
def frozen_garbage() -> Iterator[None]:
    """Exclude existing objects from the garbage collection that statsmodels runs in each call: there are millions."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("frozen_garbage")
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 1_000).map(lambda k: k / 1_000), min_size=1, max_size=12))
def test_holm_equals_statsmodels(p_values: list[float]) -> None:
    np.testing.assert_allclose(holm(p_values), multipletests(p_values, method="holm")[1])


def test_holm_of_no_p_values() -> None:
    assert holm([]).tolist() == []
