"""The noises of CIFAR-10-C have the published distributions."""

import numpy as np
import pytest
from tests.cifar10_c import SEVERITIES, apply, grey, parameters

from quantshift.shifts import noise_table


@pytest.mark.parametrize("severity", SEVERITIES)
def test_gaussian_noise_has_its_standard_deviation(severity: int) -> None:
    noise = apply("gaussian_noise", grey(128, 40), severity).astype(float) - 128
    deviation = parameters("gaussian_noise", severity) * 255
    assert noise.mean() == pytest.approx(0, abs=0.3)
    assert noise.std() == pytest.approx(np.hypot(deviation, 12**-0.5), rel=0.01)  # plus that of rounding
    for lag in (noise[..., 0] * noise[..., 1], noise[:, 1:] * noise[:, :-1], noise[1:] * noise[:-1]):
        assert lag.mean() / noise.var() == pytest.approx(0, abs=0.02)
    assert (np.abs(noise) > 4 * deviation).sum() > 0  # 6 in 100,000
    assert (apply("gaussian_noise", grey(0, 40), severity) == 0).mean() == pytest.approx(0.5, abs=0.04)


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("value", [40, 200])
def test_shot_noise_has_the_mean_and_the_variance_of_counts(severity: int, value: int) -> None:
    noisy = apply("shot_noise", grey(value, 40), severity).astype(float) / 255
    photons = parameters("shot_noise", severity)
    assert noisy.mean() == pytest.approx(value / 255, rel=0.02)
    assert noisy.var() == pytest.approx(value / 255 / photons, rel=0.1 if value == 40 else 0.25)
    steps = np.unique(np.floor(np.minimum(np.arange(photons + 1) / photons, 1) * 255 + 0.5))
    assert set(np.unique(noisy * 255)) <= set(steps)
    assert (apply("shot_noise", grey(0), severity) == 0).all()


@pytest.mark.parametrize("severity", SEVERITIES)
def test_impulse_noise_sets_its_share_half_black_half_white(severity: int) -> None:
    noisy = apply("impulse_noise", grey(100, 60), severity)
    share = parameters("impulse_noise", severity)
    assert set(np.unique(noisy)) == {0, 100, 255}
    for value in (0, 255):
        assert (noisy == value).mean() == pytest.approx(share / 2, rel=0.1)
    assert ((noisy != 100).any(axis=-1) & (noisy == 100).any(axis=-1)).any()  # channels are set independently


@pytest.mark.parametrize("severity", SEVERITIES)
def test_speckle_noise_is_proportional_to_the_value(severity: int) -> None:
    share = parameters("speckle_noise", severity)
    for value in (60, 130):
        noisy = apply("speckle_noise", grey(value, 40), severity).astype(float)
        assert noisy.std() == pytest.approx(np.hypot(share * value, 12**-0.5), rel=0.02)
    assert (apply("speckle_noise", grey(0), severity) == 0).all()


@pytest.mark.parametrize(
    "matrix",
    [
        noise_table.gaussian(0.08),
        noise_table.gaussian(np.arange(256) / 255 * 0.2),
        noise_table.shot(50),
        noise_table.shot(500),
        noise_table.impulse(0.03),
        np.eye(256),
        np.full((256, 256), 1 / 256),
    ],
)
def test_an_alias_table_represents_its_matrix(matrix: np.ndarray) -> None:
    np.testing.assert_allclose(matrix.sum(axis=1), 1)
    table = noise_table.alias_table(matrix).reshape(256, 256)
    own, other = (table >> 8) / 2**24, (table & 255).astype(int)
    represented = own / 256
    np.add.at(represented, (np.arange(256)[:, None], other), (1 - own) / 256)
    np.testing.assert_allclose(represented, matrix, atol=1e-7)


def test_draws_follow_their_table() -> None:
    matrix = noise_table.gaussian(0.1)
    value = grey(30, 300)
    counts = np.bincount(
        noise_table.draw(value, noise_table.alias_table(matrix), np.random.default_rng(0)).ravel(), minlength=256
    )
    expected = matrix[30] * value.size
    likely = expected > 5
    chi = ((counts - expected)[likely] ** 2 / expected[likely]).sum()
    assert chi == pytest.approx(likely.sum(), abs=5 * np.sqrt(2 * likely.sum()))
