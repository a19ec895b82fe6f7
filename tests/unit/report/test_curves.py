"""Curves agree with those of scikit-learn, thinned or not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_curve, roc_auc_score, roc_curve

from quantshift.report.curves import curve, edges, histogram, oriented, precision, thinned


def sample(n=2000, rate=0.05, seed=0):
    random = np.random.default_rng(seed)
    positive = random.random(n) < rate
    # Rounded, so that some scores are equal.
    return (random.normal(0, 1, n) + positive).round(2), positive


def test_a_full_curve_is_the_roc_curve():
    scores, positive = sample()
    ours = curve(scores, positive, points=100_000)
    alarms, caught, thresholds = roc_curve(positive, scores, drop_intermediate=False)
    np.testing.assert_allclose(ours.caught, caught, atol=1e-6)
    np.testing.assert_allclose(ours.alarms, alarms, atol=1e-6)
    np.testing.assert_array_equal(ours.thresholds, thresholds)


def test_a_thinned_curve_keeps_its_area_and_its_ends():
    scores, positive = sample()
    ours = curve(scores, positive)
    assert len(ours.caught) <= 50
    assert (ours.caught[0], ours.caught[-1]) == (0, 1)
    assert (ours.alarms[0], ours.alarms[-1]) == (0, 1)
    assert np.trapezoid(ours.caught, ours.alarms) == pytest.approx(roc_auc_score(positive, scores), abs=0.01)


def test_without_positives_or_negatives_there_is_no_curve():
    assert curve(np.array([0.1, 0.2]), np.array([False, False])) is None
    assert curve(np.array([0.1, 0.2]), np.array([True, True])) is None


@given(st.integers(0, 1000))
def test_flagged_matches_the_thresholds(seed):
    scores, positive = sample(60, 0.3, seed)
    ours = curve(scores, positive)
    if ours is not None:
        for threshold, flagged, caught in zip(ours.thresholds, ours.flagged, ours.caught, strict=True):
            assert flagged == pytest.approx((scores >= threshold).mean(), abs=1e-6)
            assert caught == pytest.approx((scores[positive] >= threshold).mean(), abs=1e-6)


def test_precision_agrees_with_scikit_learn():
    scores, positive = sample()
    ours = curve(scores, positive, points=100_000)
    precise, recall, _ = precision_recall_curve(positive, scores)
    our_precision = precision(ours.caught, ours.alarms, positive.mean())
    np.testing.assert_allclose(our_precision[1:], precise[:-1][::-1], atol=1e-5)
    np.testing.assert_allclose(ours.caught[1:], recall[:-1][::-1], atol=1e-6)
    assert our_precision[0] == our_precision[1]


def test_a_curve_with_negative_sign_is_that_of_the_negative_score():
    scores, positive = sample()
    forward, backward = curve(scores, positive, 100_000), curve(-scores, positive, 100_000)
    caught, alarms = oriented(forward.caught, forward.alarms, -1.0)
    np.testing.assert_allclose(caught, backward.caught, atol=1e-6)
    np.testing.assert_allclose(alarms, backward.alarms, atol=1e-6)
    assert oriented(forward.caught, forward.alarms, 1.0) == (forward.caught, forward.alarms)


def test_thinning_keeps_all_points_of_a_short_curve():
    assert thinned(np.linspace(0, 2, 5), 5).tolist() == [0, 1, 2, 3, 4]


@given(st.lists(st.floats(0, 1), max_size=50))
def test_every_margin_is_in_a_bin(margins):
    counts = histogram(np.array(margins))
    assert counts.sum() == len(margins)
    assert len(edges()) == len(counts) + 1
