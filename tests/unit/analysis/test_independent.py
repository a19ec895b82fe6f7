"""Independent groups against scipy, and their coverage at small rates."""

import numpy as np
import pytest
from scipy import stats

from quantshift.analysis import independent
from quantshift.analysis.intervals import newcombe
from quantshift.seeds import generator


def yes(hits: int, n: int) -> np.ndarray:
    return np.repeat([1.0, 0.0], [hits, n - hits])


def test_two_groups_of_yes_and_no_give_newcombe_and_fisher() -> None:
    found = independent.estimate([yes(4, 1_000), yes(9, 300)], [-1.0, 1.0], generator("a"))
    assert found.effect == pytest.approx(9 / 300 - 4 / 1_000)
    assert (found.low, found.high) == pytest.approx(newcombe(9, 300, 4, 1_000))
    assert found.p_value == pytest.approx(stats.fisher_exact([[9, 291], [4, 996]]).pvalue)
    assert found.n == 1_300


def test_permutation_agrees_with_scipy() -> None:
    random = generator("permutation")
    first = np.where(random.random(300) < 0.2, random.integers(1, 5, 300) / 4, 0.0)
    second = np.where(random.random(200) < 0.28, random.integers(1, 5, 200) / 4, 0.0)
    expected = stats.permutation_test(
        (second, first),
        lambda x, y, axis: x.mean(axis=axis) - y.mean(axis=axis),
        vectorized=True,
        n_resamples=4_999,
        batch=500,
        rng=np.random.default_rng(0),
    ).pvalue
    found = independent.permutation([first, second], [-1.0, 1.0], generator("b"))
    assert 0.005 < found < 0.9
    assert found == pytest.approx(expected, abs=0.02)


def test_permutation_of_three_groups_keeps_the_level() -> None:
    random = generator("level")
    weights = [-1.0, 0.5, 0.5]
    p_values = [
        independent.permutation(
            [np.where(random.random(n) < 0.1, 0.5, 0.0) for n in (200, 50, 80)], weights, random, permutations=199
        )
        for _ in range(200)
    ]
    assert np.mean(np.array(p_values) <= 0.05) <= 0.09
    assert stats.kstest(p_values, "uniform").pvalue > 0.001


def test_rates_over_many_models_are_narrower_than_one_yes_or_no_and_not_narrower_than_their_spread() -> None:
    random = generator("rates")
    rates = random.binomial(16, 0.2, 500) / 16
    low, high = independent.rate_interval(rates)
    assert high - low == pytest.approx(2 * 1.96 * rates.std() / np.sqrt(500), rel=0.05)
    whole = np.repeat([0.0, 1.0], [400, 100])
    wider = independent.rate_interval(whole)
    assert wider[1] - wider[0] > 2 * (high - low)


@pytest.mark.parametrize("rate", [1 / 3, 0.25, 0.1])
def test_inputs_that_all_have_one_rate_have_an_interval(rate: float) -> None:
    """Equal fractions have a variance of about 1e-33, which is no precision."""
    low, high = independent.rate_interval(np.full(60, rate))
    assert low < rate - 0.03 < rate + 0.03 < high


def test_no_disagreement_in_a_small_group_supports_nothing() -> None:
    sixteenth = np.where(np.arange(10_000) < 5, 3 / 16, 0.0)
    found = independent.estimate([sixteenth, np.zeros(500)], [-1.0, 1.0], generator("c"))
    assert found.low < 0 < found.high
    assert found.p_value > 0.05


def test_empty_group() -> None:
    with pytest.raises(ValueError, match="no mean"):
        independent.estimate([np.empty(0), yes(1, 2)], [-1.0, 1.0], generator("d"))
