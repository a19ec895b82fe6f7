"""Ranking figures compared with scikit-learn's, with each other, and by hand."""

import doctest

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

from quantshift.analysis.detection import ranking
from quantshift.analysis.detection.ranking import Ranking, quality_by_sorting
from quantshift.analysis.statistics import resampling
from quantshift.analysis.statistics.resampling import cluster_weights

CLUSTERS = 60


def sample(digits: int, rate: float = 0.3, n: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return scores with more or fewer ties, depending on the rounding, positives, and ascending clusters."""
    random = np.random.default_rng(digits)
    scores = random.random(n).round(digits)
    positive = random.random(n) < 2 * rate * scores
    return scores, positive, np.sort(random.integers(0, CLUSTERS, n))


def tnr(positive: np.ndarray, scores: np.ndarray) -> float:
    false, true, _ = roc_curve(positive, scores, drop_intermediate=False)
    return float(1 - false[np.argmax(true >= 0.95 - 1e-9)])


def resampled(scores: np.ndarray, positive: np.ndarray, clusters: np.ndarray, weights: np.ndarray) -> ranking.Quality:
    negatives = np.bincount(clusters[~positive], minlength=len(weights)) @ weights.astype(np.float64)
    return Ranking.of(scores, positive, clusters, len(weights)).quality(weights, negatives)


def test_examples() -> None:
    for module in (ranking, resampling):
        result = doctest.testmod(module)
        assert result.attempted > 0
        assert result.failed == 0


@pytest.mark.parametrize("digits", [0, 1, 2, 9])
def test_figures_agree_with_scikit_learn(digits: int) -> None:
    scores, positive, clusters = sample(digits)
    expected = roc_auc_score(positive, scores), average_precision_score(positive, scores), tnr(positive, scores)
    np.testing.assert_allclose([values[0] for values in quality_by_sorting(scores[None], positive)], expected)
    once = np.ones((CLUSTERS, 1), dtype=np.float32)
    np.testing.assert_allclose([values[0] for values in resampled(scores, positive, clusters, once)], expected)


@pytest.mark.parametrize("digits", [1, 9])
def test_a_resample_equals_the_sample_of_its_clusters(digits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    scores, positive, clusters = sample(digits)
    weights = cluster_weights(np.zeros(CLUSTERS, dtype=int), 6, np.random.default_rng(1))
    figures = resampled(scores, positive, clusters, weights)
    for draw in range(6):
        times = weights[clusters, draw].astype(int)
        again, hits = np.repeat(scores, times), np.repeat(positive, times)
        expected = roc_auc_score(hits, again), average_precision_score(hits, again), tnr(hits, again)
        np.testing.assert_allclose([values[draw] for values in figures], expected)
    monkeypatch.setattr(ranking, "BLOCK", 1)
    np.testing.assert_allclose(resampled(scores, positive, clusters, weights), figures, rtol=1e-12)


def test_by_hand_with_ties() -> None:
    # Flagged at 3: one of the two positives and no negative; at 2: both positives and one of the two negatives.
    figures = quality_by_sorting(np.array([[3.0, 2.0, 2.0, 1.0]]), np.array([True, True, False, False]))
    assert figures.auroc[0] == (2 + 1.5) / 4
    assert figures.aupr[0] == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert figures.tnr[0] == 0.5


@pytest.mark.parametrize(
    ("scores", "auroc", "tnr"), [([4.0, 3.0, 2.0, 1.0], 1.0, 1.0), ([1, 2, 3, 4], 0.0, 0.0), ([5, 5, 5, 5], 0.5, 0.0)]
)
def test_extremes(scores: list[float], auroc: float, tnr: float) -> None:
    positive, clusters = np.array([True, True, False, False]), np.arange(4)
    values = np.array(scores, dtype=np.float64)
    for figures in (
        quality_by_sorting(values[None], positive),
        resampled(values, positive, clusters, np.ones((4, 1), np.float32)),
    ):
        assert (figures.auroc[0], figures.tnr[0]) == (auroc, tnr)


def test_95_percent_of_20_is_19() -> None:
    scores = np.arange(40.0)[::-1]
    positive = np.ones(40, dtype=bool)
    positive[19:39] = False  # 19 positives, 20 negatives, and the last positive
    assert quality_by_sorting(scores[None], positive).tnr[0] == 1.0


def test_without_one_class_there_are_no_figures() -> None:
    scores = np.array([[1.0, 2.0]])
    for positive in ([True, True], [False, False]):
        assert np.isnan(quality_by_sorting(scores, np.array(positive))).all()
    # A resample may lack a class that the sample has.
    weights = np.array([[0.0, 2.0, 1.0], [2.0, 0.0, 1.0]], dtype=np.float32)
    figures = resampled(np.array([1.0, 2.0]), np.array([False, True]), np.array([0, 1]), weights)
    assert np.isnan(figures.auroc).tolist() == np.isnan(figures.aupr).tolist() == [True, True, False]
    all_positive = resampled(np.array([1.0, 2.0]), np.array([True, True]), np.array([0, 1]), weights)
    assert np.isnan(all_positive).all()


def test_several_samples_at_once() -> None:
    samples = [sample(digits) for digits in (1, 2)]
    scores, positive = (np.stack([part[index] for part in samples]) for index in (0, 1))
    together = quality_by_sorting(scores, positive)
    for index in (0, 1):
        alone = quality_by_sorting(scores[index : index + 1], positive[index])
        np.testing.assert_array_equal([v[index] for v in together], [v[0] for v in alone])


def test_clusters_are_drawn_within_their_strata(monkeypatch: pytest.MonkeyPatch) -> None:
    strata = np.array([0, 1, 0, 1, 1, 2] * 20)
    weights = cluster_weights(strata, 500, np.random.default_rng(0))
    for stratum in (0, 1, 2):
        in_stratum = weights[strata == stratum]
        assert (in_stratum.sum(axis=0) == len(in_stratum)).all()
    # Multinomial: mean 1 and variance 1 - 1 / size.
    in_stratum = weights[strata == 1]
    assert in_stratum.var() == pytest.approx(1 - 1 / 60, rel=0.02)
    monkeypatch.setattr(resampling, "BLOCK", 1)
    np.testing.assert_array_equal(cluster_weights(strata, 500, np.random.default_rng(0)).sum(axis=0), [120.0] * 500)
