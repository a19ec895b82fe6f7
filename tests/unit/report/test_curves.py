"""Curves agree with scikit-learn's, thinned or not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_curve, roc_auc_score, roc_curve

from quantshift.report.curves import curve, edges, histogram, precision, thinned, turned


def drawn(n=2000, rate=0.05, seed=0):
    random = np.random.default_rng(seed)
    positive = random.random(n) < rate
    # Rounded, so that some scores are equal.
    return (random.normal(0, 1, n) + positive).round(2), positive


def test_a_curve_that_is_not_thinned_is_the_roc_curve():
    scores, positive = drawn()
    found = curve(scores, positive, points=100_000)
    alarms, caught, thresholds = roc_curve(positive, scores, drop_intermediate=False)
    np.testing.assert_allclose(found.caught, caught, atol=1e-6)
    np.testing.assert_allclose(found.alarms, alarms, atol=1e-6)
    np.testing.assert_array_equal(found.thresholds, thresholds)


def test_a_thinned_curve_keeps_its_area_and_its_ends():
    scores, positive = drawn()
    found = curve(scores, positive)
    assert len(found.caught) <= 50
    assert (found.caught[0], found.caught[-1]) == (0, 1)
    assert (found.alarms[0], found.alarms[-1]) == (0, 1)
    assert np.trapezoid(found.caught, found.alarms) == pytest.approx(roc_auc_score(positive, scores), abs=0.01)


def test_without_a_positive_or_a_negative_there_is_no_curve():
    assert curve(np.array([0.1, 0.2]), np.array([False, False])) is None
    assert curve(np.array([0.1, 0.2]), np.array([True, True])) is None


@given(st.integers(0, 1000))
def test_flagged_is_what_the_threshold_flags(seed):
    scores, positive = drawn(60, 0.3, seed)
    found = curve(scores, positive)
    if found is not None:
        for threshold, flagged, caught in zip(found.thresholds, found.flagged, found.caught, strict=True):
            assert flagged == pytest.approx((scores >= threshold).mean(), abs=1e-6)
            assert caught == pytest.approx((scores[positive] >= threshold).mean(), abs=1e-6)


def test_precision_is_that_of_the_flagged():
    scores, positive = drawn()
    found = curve(scores, positive, points=100_000)
    precise, recall, _ = precision_recall_curve(positive, scores)
    ours = precision(found.caught, found.alarms, positive.mean())
    np.testing.assert_allclose(ours[1:], precise[:-1][::-1], atol=1e-5)
    np.testing.assert_allclose(found.caught[1:], recall[:-1][::-1], atol=1e-6)
    assert ours[0] == ours[1]


def test_a_turned_curve_is_that_of_the_negative_score():
    scores, positive = drawn()
    forward, backward = curve(scores, positive, 100_000), curve(-scores, positive, 100_000)
    caught, alarms = turned(forward.caught, forward.alarms, -1.0)
    np.testing.assert_allclose(caught, backward.caught, atol=1e-6)
    np.testing.assert_allclose(alarms, backward.alarms, atol=1e-6)
    assert turned(forward.caught, forward.alarms, 1.0) == (forward.caught, forward.alarms)


def test_thinning_keeps_everything_that_fits():
    assert thinned(np.linspace(0, 2, 5), 5).tolist() == [0, 1, 2, 3, 4]


@given(st.lists(st.floats(0, 1), max_size=50))
def test_every_margin_is_in_a_bin(margins):
    counts = histogram(np.array(margins))
    assert counts.sum() == len(margins)
    assert len(edges()) == len(counts) + 1
