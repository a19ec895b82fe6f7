"""Fog, frost, snow and spatter of CIFAR-10-C, compared with their definitions."""

import numpy as np
import pytest
from tests.cifar10_c import SEVERITIES, SIDES, Images, apply, grey, parameters, pictures

from quantshift.shifts import ice, plasma


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("side", SIDES)
def test_fog_is_scaled_by_the_brightest_value(severity: int, side: int) -> None:
    images = np.minimum(pictures(20, side), 150)
    amount, decay = parameters("fog", severity)
    brightest = images.max(axis=(1, 2, 3), keepdims=True) / 255
    fog = plasma.torus(len(images), side, decay, np.random.default_rng(0))[..., None]
    expected = (images / 255 + amount * fog) * brightest / (brightest + amount)
    changed = apply("fog", images, severity)
    np.testing.assert_allclose(changed, expected * 255, atol=0.51)
    assert (changed.max(axis=(1, 2, 3)) <= images.max(axis=(1, 2, 3))).all()
    assert (apply("fog", grey(0), severity) == 0).all()


@pytest.mark.parametrize("severity", SEVERITIES)
def test_frost_adds_a_part_of_a_texture(severity: int, clean: Images) -> None:
    image_weight, weight = parameters("frost", severity)
    parts = ice.windows(len(clean), 32, np.random.default_rng(0))
    np.testing.assert_allclose(
        apply("frost", clean, severity), np.clip(image_weight * clean + weight * parts, 0, 255), atol=0.51
    )


def test_frost_textures_are_bluish_bright_rough_and_reproducible() -> None:
    textures = ice.textures(256)
    assert textures.shape == (5, 256, 256, 3)
    ice.textures.cache_clear()
    again = ice.textures(256)
    assert again is not textures
    np.testing.assert_array_equal(again, textures)
    for texture in textures.astype(float):
        assert 90 < texture.mean() < 190
        assert texture.std() > 35
        assert (texture[..., 2] >= texture[..., 0]).all()
        assert np.abs(np.diff(texture, axis=1)).mean() > 3
    assert len(np.unique(ice.windows(200, 32, np.random.default_rng(0)), axis=0)) == 200


@pytest.mark.parametrize("severity", SEVERITIES)
def test_snow_whitens_the_image_and_its_flakes_are_symmetric_about_the_centre(severity: int) -> None:
    image_weight = parameters("snow", severity)[-1]
    black = apply("snow", grey(0, 30), severity).astype(float)
    ground = np.floor((1 - image_weight) * 0.5 * 255 + 0.5)
    assert black.min() >= ground
    flakes = black - ground
    np.testing.assert_array_equal(flakes[..., 0], flakes[..., 2])
    np.testing.assert_array_equal(flakes[..., 0], flakes[:, ::-1, ::-1, 0])
    assert flakes.max() > 20
    if severity < 3:  # sparse flakes: much of the ground is visible
        assert (flakes == 0).mean() > 0.1
    # Streaks are steeper than 45 degrees: vertical neighbours are more similar than horizontal ones.
    down, across = (np.abs(np.diff(flakes[..., 0], axis=axis)).mean() for axis in (1, 2))
    assert down < across
    # Without flakes, a bright grey is at least as bright as the whitened ground.
    bright = apply("snow", grey(90, 30), severity).astype(float)
    base = image_weight * 90 + (1 - image_weight) * (90 * 1.5 + 127.5)
    assert bright.min() >= np.floor(base)


@pytest.mark.parametrize("severity", [1, 2, 3])
def test_water_adds_light_of_one_colour(severity: int) -> None:
    strength = parameters("spatter", severity)[4]
    light = apply("spatter", grey(0, 40), severity).astype(float)
    np.testing.assert_allclose(light[..., 0], light[..., 1] * 175 / 238, atol=1)
    np.testing.assert_array_equal(light[..., 1], light[..., 2])
    wet = light[..., 1].max(axis=(1, 2)) > 0
    assert wet.mean() > 0.9
    np.testing.assert_allclose(light[wet, ..., 1].max(axis=(1, 2)), strength * 238, atol=0.51)
    assert 0.02 < (light[..., 1] > 0).mean() < 0.7


@pytest.mark.parametrize("severity", [4, 5])
def test_mud_covers_at_least_four_fifths_of_a_pixel(severity: int) -> None:
    mud = np.array([63, 42, 20])
    black, white = (apply("spatter", grey(value, 40), severity).astype(float) for value in (0, 255))
    cover = black[..., 0] / 63
    assert set(np.unique(black[..., 0])) <= {0, *range(50, 64)}
    np.testing.assert_allclose(white, 255 - cover[..., None] * (255 - mud), atol=3)
    assert 0.02 < (cover > 0).mean() < 0.5
