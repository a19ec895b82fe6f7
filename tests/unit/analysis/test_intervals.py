"""Intervals, tests and adjustments against statsmodels."""

import doctest
import gc
import importlib
import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import norm
from statsmodels.stats.contingency_tables import mcnemar as reference_mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from quantshift.analysis.statistics.intervals import weighted_sum, wilson
from quantshift.analysis.statistics.tests import clustered_mcnemar, holm, mcnemar


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


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-1, 1), min_size=1, max_size=60), st.integers(1, 9))
def test_clusters_of_one_flip_or_of_equal_copies_have_mcnemars_p_value(flips: list[int], copies: int) -> None:
    expected = mcnemar(flips.count(1), flips.count(-1))
    assert clustered_mcnemar(copies * np.array(flips)) == expected


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-6, 6), min_size=1, max_size=10))
def test_the_p_value_of_clusters_is_that_of_all_choices_of_signs(net: list[int]) -> None:
    sums = np.abs(np.array(list(itertools.product((-1, 1), repeat=len(net)))) @ np.abs(net))
    expected = (sums >= abs(sum(net))).mean()
    assert clustered_mcnemar(np.array(net)) == pytest.approx(expected, rel=1e-12)
    assert clustered_mcnemar(-np.array(net)) == clustered_mcnemar(np.array(net))


def test_many_clusters_have_the_p_value_of_the_chi_square_limit() -> None:
    net = np.random.default_rng(0).permutation(np.repeat([1, 1, 2, 2, 3, 4], 200))
    net[:560] *= -1
    # Half the distance between two sums, which are all even or all odd, corrects for continuity.
    statistic = (abs(net.sum()) - 1) / np.sqrt((net**2).sum())
    assert clustered_mcnemar(net) == pytest.approx(2 * norm.sf(statistic), rel=0.02)
    assert 0.01 < clustered_mcnemar(net) < 0.2


def net_and_single_flips(
    clusters: int, directions: NDArray[np.float64], random: np.random.Generator
) -> tuple[NDArray[np.int64], int, int]:
    """Draw the flips of clusters of 1 to 20 inputs: how many flip, and in which direction, depends on the cluster.

    Returns:
        The net flips of the clusters, and the flips in each direction.
    """
    sizes = random.integers(1, 21, clusters)
    flips = random.binomial(sizes, random.beta(0.5, 2, clusters))
    first = random.binomial(flips, random.choice(directions, clusters))
    return 2 * first - flips, int(first.sum()), int((flips - first).sum())


# With the second directions, the models are equally accurate but not exchangeable: few clusters flip in one direction
# alone, and the others more often in the other.
@pytest.mark.parametrize("clusters", [6, 12, 40, 200])
@pytest.mark.parametrize("directions", [(0.0, 0.1, 0.9, 1.0), (1.0, 1 / 3, 1 / 3, 1 / 3)])
def test_the_level_of_the_test_of_clusters_holds(clusters: int, directions: tuple[float, ...]) -> None:
    random = np.random.default_rng(clusters)
    draws = [net_and_single_flips(clusters, np.array(directions), random) for _ in range(2_000)]
    by_cluster = np.array([clustered_mcnemar(net) for net, *_ in draws])
    single = np.array([mcnemar(first, second) for _, first, second in draws])
    for level in (0.01, 0.05):
        # Two standard errors of the simulated share are 0.01 at most.
        assert (by_cluster <= level).mean() <= 1.2 * level + 0.01
    assert (single <= 0.05).mean() > 0.08


@pytest.mark.parametrize(("clusters", "least"), [(12, 0.5), (40, 0.95)])
def test_a_difference_between_clusters_is_detected(clusters: int, least: float) -> None:
    random = np.random.default_rng(clusters)
    draws = [net_and_single_flips(clusters, np.array([0.7, 0.9, 1.0]), random) for _ in range(500)]
    assert (np.array([clustered_mcnemar(net) for net, *_ in draws]) <= 0.05).mean() >= least


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
