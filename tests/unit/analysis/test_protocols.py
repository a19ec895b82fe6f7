"""The protocols of the detectors table: what they fit, and on what they test it."""

import doctest

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.linear_model import LogisticRegressionCV
from sklearn.metrics import average_precision_score, roc_auc_score

from quantshift.analysis.detection import balanced, natural
from quantshift.seeds import generator


def planted(separation: float, n: int = 600) -> tuple[np.ndarray, np.ndarray]:
    """Return scores and disagreements: a fifth of the inputs disagree, with a mean score `separation` higher."""
    random = generator("protocols", str(separation))
    disagrees = np.arange(n) % 5 == 0
    return random.normal(0, 1, n) + separation * disagrees, disagrees


@pytest.mark.parametrize("separation", [1.5, 0.6, -1.5])
def test_a_logistic_regression_preserves_or_reverses_the_order(separation: float) -> None:
    scores, disagrees = planted(separation)
    drawn = balanced.samples(disagrees, generator("draws"), draws=4)
    assert drawn is not None
    quality, signs = balanced.held_out_quality(scores, drawn)
    held = drawn.held_out
    truth = np.repeat([True, False], held)
    for draw in range(4):
        sides = [scores[indices[draw]] for indices in (drawn.disagreements, drawn.agreements)]
        training = np.concatenate([side[held:] for side in sides])[:, None]
        model = LogisticRegressionCV(Cs=4, cv=5, scoring="roc_auc", l1_ratios=(0,), use_legacy_attributes=False)
        model.fit(training, np.repeat([True, False], len(training) // 2))
        assert np.sign(model.coef_.ravel()[0]) == signs[draw]
        flagged = model.decision_function(np.concatenate([side[:held] for side in sides])[:, None])
        assert quality.auroc[draw] == pytest.approx(roc_auc_score(truth, flagged))
        assert quality.aupr[draw] == pytest.approx(average_precision_score(truth, flagged))


def test_samples_are_balanced_and_without_repetition() -> None:
    disagrees = np.arange(400) % 8 == 0
    drawn = balanced.samples(disagrees, generator("draws"), draws=5)
    assert drawn is not None
    assert drawn.held_out == 5
    for indices, expected in ((drawn.disagreements, True), (drawn.agreements, False)):
        assert indices.shape == (5, 50)
        assert (disagrees[indices] == expected).all()
        assert all(len(np.unique(row)) == 50 for row in indices)
    assert (np.sort(drawn.disagreements, axis=1) == np.flatnonzero(disagrees)).all()
    assert len({tuple(sorted(row)) for row in drawn.agreements.tolist()}) == 5
    again = balanced.samples(disagrees, generator("draws"), draws=5)
    assert again is not None
    np.testing.assert_array_equal(again.agreements, drawn.agreements)


@pytest.mark.parametrize(("hits", "n", "held_out"), [(9, 100, None), (10, 100, 1), (95, 100, None), (80, 100, 2)])
def test_too_few_to_hold_out_both_classes(hits: int, n: int, held_out: int | None) -> None:
    drawn = balanced.samples(np.arange(n) < hits, generator("draws"), draws=2)
    assert (drawn.held_out if drawn else None) == held_out


def test_examples() -> None:
    result = doctest.testmod(natural)
    assert (result.attempted, result.failed) == (2, 0)


def test_the_threshold_flags_95_percent_of_the_validation_disagreements() -> None:
    scores, disagrees = planted(1.0)
    fitted = natural.fit(scores, disagrees)
    assert (fitted.sign, fitted.disagreements) == (1, 120)
    # The sixth lowest: a new score is at least as high with a probability of 1 - 6 / 121.
    assert (scores[disagrees] >= fitted.threshold).sum() == 115
    assert fitted.expected_tpr == pytest.approx(1 - 6 / 121)
    tpr, tnr = natural.at_threshold(fitted, scores, disagrees)
    assert tpr == 115 / 120
    assert tnr == pytest.approx((scores[~disagrees] < fitted.threshold).mean())


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("count", [1, 5, 18, 19, 20, 38, 39, 45, 200])
def test_a_threshold_reaches_its_expected_tpr(count: int, tied: bool) -> None:
    """Fit thresholds to many sets of validation disagreements; check their mean TPR and how often it is 95 %."""
    random = generator("promise", str(count))
    tprs = []
    for _ in range(500):
        drawn = random.normal(0, 1, count).round(1) if tied else random.normal(0, 1, count)
        fitted = natural.fit(drawn, np.ones(count, dtype=np.bool_))
        # The true TPR is 1 - F(threshold); with ties, that of the values that are rounded to the threshold or above.
        tprs.append(1 - norm.cdf(fitted.threshold - 0.05 * tied))
    mean, margin = np.mean(tprs), 3 * np.std(tprs) / np.sqrt(len(tprs))
    assert mean > fitted.expected_tpr - margin
    assert (fitted.expected_tpr >= 0.95) == (count >= 19)
    reached = np.mean(np.array(tprs) >= natural.TPR)
    assert reached > fitted.confidence - 3 * np.sqrt(0.25 / len(tprs))
    if not tied:
        assert mean == pytest.approx(fitted.expected_tpr, abs=margin)
        assert reached == pytest.approx(fitted.confidence, abs=3 * np.sqrt(0.25 / len(tprs)))


@pytest.mark.parametrize("seed", range(20))
def test_equal_means_keep_the_documented_direction(seed: int) -> None:
    """Sums of the same scores in another order differ in their last bits."""
    random = generator("means", str(seed))
    values = random.choice([0.1, 0.2, 0.7], 300)
    scores = np.concatenate([values, random.permutation(values), [0.3, 0.3]])
    indices = [np.append(600 + side, np.arange(300) + 300 * side)[None] for side in (0, 1)]
    assert balanced.held_out_quality(scores, balanced.Samples(*indices, 1))[1].tolist() == [1.0]


def test_only_many_disagreements_reverse_the_direction() -> None:
    scores, disagrees = planted(-2.0)
    reversed_fit = natural.fit(scores, disagrees)
    assert reversed_fit.sign == -1
    assert natural.at_threshold(reversed_fit, scores, disagrees)[0] == 115 / 120
    few = disagrees & (disagrees.cumsum() < natural.MINIMUM)
    assert natural.fit(scores, few).sign == 1


def test_without_disagreements_nothing_is_fitted() -> None:
    scores, disagrees = planted(1.0)
    for fitted in (natural.fit(scores, disagrees & False), natural.fit(scores[:0], disagrees[:0])):
        assert (fitted.sign, fitted.disagreements) == (1, 0)
        assert np.isnan([fitted.threshold, *natural.at_threshold(fitted, scores, disagrees)]).all()
        assert np.isnan([fitted.expected_tpr, fitted.confidence]).all()
    fitted = natural.fit(scores, disagrees)
    tpr, tnr = natural.at_threshold(fitted, scores, disagrees & False)
    assert np.isnan(tpr)
    assert tnr == pytest.approx((scores < fitted.threshold).mean())
    assert np.isnan(natural.at_threshold(fitted, scores, disagrees | True)[1])
