"""Corruptions of features in units of their standard deviation."""

import numpy as np
import pytest

from quantshift.core import members
from quantshift.shifts.feature_corruptions import dropout, noise, scaling

NAMES = members.names("shifts/feature_corruptions")
FEATURES = np.random.default_rng(0).standard_normal((2000, 5)).astype(np.float32)


def corrupted(name: str, severity: int, seed: int = 0) -> np.ndarray:
    return members.load("shifts/feature_corruptions", name).apply(FEATURES, severity, np.random.default_rng(seed))


@pytest.mark.parametrize("name", NAMES)
def test_severities_become_harsher_and_a_seed_repeats(name):
    changes = [np.abs(corrupted(name, severity) - FEATURES).mean() for severity in range(1, 6)]
    assert changes == sorted(changes)
    np.testing.assert_array_equal(corrupted(name, 2), corrupted(name, 2))
    assert (corrupted(name, 2) != corrupted(name, 2, seed=1)).any()
    assert corrupted(name, 3).dtype == np.float32
    with pytest.raises(ValueError, match="severity must be"):
        corrupted(name, 6)


def test_noise_has_the_stated_deviation():
    added = corrupted("noise", 3) - FEATURES
    assert added.std() == pytest.approx(noise.LEVELS[2], rel=0.03)


def test_a_sample_has_one_factor_in_the_stated_range():
    factors = corrupted("scaling", 5) / FEATURES
    np.testing.assert_allclose(factors, factors[:, :1].repeat(5, axis=1), rtol=1e-4)
    largest = scaling.LEVELS[4]
    assert (factors > 1 / largest - 1e-4).all()
    assert (factors < largest + 1e-4).all()
    assert np.median(factors) == pytest.approx(1, abs=0.05)


def test_missing_features_are_at_their_mean():
    changed = corrupted("dropout", 5)
    missing = changed == 0
    assert missing.mean() == pytest.approx(dropout.LEVELS[4], abs=0.01)
    np.testing.assert_array_equal(changed[~missing], FEATURES[~missing])
