"""Cluster bootstrap and sign flips against scipy, and their coverage where clusters matter."""

import numpy as np
import pytest
from scipy import stats

from quantshift.analysis import clusters
from quantshift.seeds import generator


def draw(name: str, n: int, share: float = 0.05, lean: float = 0.7) -> np.ndarray:
    """Return deltas of which a share differs from 0, leaning towards the positive."""
    random = generator("test clusters", name)
    signs = np.where(random.random(n) < lean, 1.0, -1.0)
    return np.where(random.random(n) < share, signs * random.integers(1, 5, n) / 4, 0.0)


def test_bootstrap_agrees_with_scipy() -> None:
    deltas = draw("scipy", 800)
    low, high = clusters.bootstrap([deltas], [1.0], generator("a"), resamples=4_000)
    expected = stats.bootstrap(
        (deltas,), np.mean, n_resamples=4_000, method="percentile", batch=500, rng=np.random.default_rng(1)
    ).confidence_interval
    width = expected.high - expected.low
    assert low == pytest.approx(expected.low, abs=0.07 * width)
    assert high == pytest.approx(expected.high, abs=0.07 * width)


def test_bootstrap_of_strata_adds_variances() -> None:
    first, second = draw("first", 3_000), draw("second", 500, share=0.3)
    low, high = clusters.bootstrap([first, second], [0.5, 0.5], generator("b"))
    error = np.sqrt(0.25 * first.var() / first.size + 0.25 * second.var() / second.size)
    assert high - low == pytest.approx(2 * 1.96 * error, rel=0.07)


def test_sign_flip_is_exact_for_few_differences() -> None:
    deltas = np.zeros(1_000)
    deltas[:7] = [1.0, 0.5, 0.25, 0.5, 1.0, -0.25, 0.75]
    expected = stats.permutation_test(
        (deltas[:7],), lambda x, axis: x.sum(axis=axis), permutation_type="samples", vectorized=True, n_resamples=np.inf
    ).pvalue
    assert clusters.sign_flip([deltas], [1.0], generator("c")) == pytest.approx(expected)
    assert clusters.sign_flip([-deltas], [1.0], generator("c")) == pytest.approx(expected)


def test_sign_flip_agrees_with_scipy() -> None:
    deltas = draw("flip", 600, share=0.1, lean=0.6)
    expected = stats.permutation_test(
        (deltas[deltas != 0],),
        lambda x, axis: x.sum(axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=9_999,
        batch=1_000,
        rng=np.random.default_rng(2),
    ).pvalue
    p_value = clusters.sign_flip([deltas], [1.0], generator("d"))
    assert 0.01 < p_value < 0.9
    assert p_value == pytest.approx(expected, abs=0.02)


def test_p_value_is_never_zero_and_draws_bound_it() -> None:
    assert clusters.sign_flip([np.ones(500)], [1.0], generator("e"), flips=999) == 1 / 1_000


def test_no_difference_at_all_says_how_much_could_be_unseen() -> None:
    found = clusters.estimate([np.zeros(1_000)], [1.0], generator("f"))
    assert (found.effect, found.p_value, found.n) == (0.0, 1.0, 1_000)
    assert found.high == -found.low == pytest.approx(0.003827, rel=1e-3)


def test_blocks_change_nothing_but_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    deltas = draw("blocks", 2_000)
    whole = clusters.estimate([deltas], [1.0], generator("g"))
    monkeypatch.setattr(clusters, "BLOCK", 100)
    assert clusters.estimate([deltas], [1.0], generator("g")) == whole
    assert clusters.estimate([deltas], [1.0], generator("h")) != whole


def test_order_and_rounding_of_equal_deltas_do_not_matter() -> None:
    deltas = draw("order", 2_000)
    found = clusters.estimate([deltas[::-1] + 1e-16], [1.0], generator("i"))
    expected = clusters.estimate([deltas], [1.0], generator("i"))
    assert (found.low, found.high, found.p_value) == (expected.low, expected.high, expected.p_value)
    assert found.effect == pytest.approx(expected.effect, abs=1e-15)


def test_empty_stratum() -> None:
    with pytest.raises(ValueError, match="no mean"):
        clusters.estimate([np.empty(0)], [1.0], generator("j"))


def test_interval_covers_where_one_that_ignores_clusters_does_not() -> None:
    """Inputs that disagree under one corruption tend to disagree under the others."""
    random = generator("coverage")
    inputs, shifts, trials = 400, 10, 200
    by_clusters = by_rows = 0
    for trial in range(trials):
        fragile = random.random(inputs) < 0.1
        shifted = random.random((inputs, shifts)) < np.where(fragile, 0.8, 0.01)[:, None]
        clean = random.random(inputs) < np.where(fragile, 0.3, 0.005)
        truth = (0.1 * 0.8 + 0.9 * 0.01) - (0.1 * 0.3 + 0.9 * 0.005)
        differences = shifted.astype(float) - clean[:, None]
        low, high = clusters.bootstrap([differences.mean(axis=1)], [1.0], generator("cover", trial), resamples=500)
        by_clusters += low <= truth <= high
        half = 1.96 * differences.std() / np.sqrt(differences.size)
        by_rows += abs(differences.mean() - truth) <= half
    assert 0.90 <= by_clusters / trials <= 0.99
    assert by_rows / trials < 0.75
