"""The blurs of CIFAR-10-C, compared with their definitions and with other libraries."""

import cv2
import numpy as np
import pytest
from scipy import ndimage
from skimage import filters
from tests.cifar10_c import SEVERITIES, SIDES, Images, apply, parameters, pictures


@pytest.mark.parametrize("severity", SEVERITIES)
def test_gaussian_blur_equals_scikit_images(severity: int, clean: Images) -> None:
    sigma = parameters("gaussian_blur", severity)
    expected = [filters.gaussian(image / 255, sigma, mode="nearest", channel_axis=-1) * 255 for image in clean[:10]]
    np.testing.assert_allclose(apply("gaussian_blur", clean[:10], severity), expected, atol=0.51)


@pytest.mark.parametrize("severity", SEVERITIES)
def test_defocus_blur_equals_opencvs_filter_with_a_soft_disc(severity: int, clean: Images) -> None:
    radius, sigma = parameters("defocus_blur", severity)
    row, column = np.indices((17, 17)) - 8
    disc = (row**2 + column**2 <= radius**2).astype(np.float64)
    weights = cv2.GaussianBlur(disc / disc.sum(), (3, 3), sigma)
    expected = [cv2.filter2D(image / 255, -1, weights) * 255 for image in clean[:10]]
    np.testing.assert_allclose(apply("defocus_blur", clean[:10], severity), expected, atol=0.51)


@pytest.mark.parametrize("severity", SEVERITIES)
def test_glass_blur_copies_the_pixel_above_or_to_the_left(severity: int, clean: Images) -> None:
    _, rounds = parameters("glass_blur", severity)
    # A ramp is so smooth that blurring does not change it, so only the moves remain.
    ramp = np.zeros((30, 32, 32, 3), np.uint8)
    ramp[..., 0], ramp[..., 1] = np.arange(32)[:, None] * 7, np.arange(32) * 7
    moved = (ramp[:, 6:-4, 6:-4, :2] - apply("glass_blur", ramp, severity)[:, 6:-4, 6:-4, :2].astype(float)) / 7
    # Every round moves half of the pixels by one along each axis.
    assert moved.mean() == pytest.approx(rounds / 2, abs=0.05)
    assert moved.min() >= -0.2
    assert moved.max() <= rounds + 0.2
    # Rows and columns 0 and 1 are never moved; sigma 0.05 does not blur at all.
    if severity == 1:
        changed = apply("glass_blur", clean, 1)
        np.testing.assert_array_equal(changed[:, :2], clean[:, :2])
        np.testing.assert_array_equal(changed[:, :, :2], clean[:, :, :2])
        near = np.stack([np.roll(clean, shift, (1, 2)) for shift in ((0, 0), (1, 0), (0, 1), (1, 1))])
        assert (near == changed).all(axis=-1).any(axis=0)[:, 2:, 2:].all()


@pytest.mark.parametrize("severity", SEVERITIES)
def test_motion_blur_smears_a_point_to_one_side_and_preserves_its_light(severity: int) -> None:
    radius, sigma = parameters("motion_blur", severity)
    spot = np.zeros((100, 64, 64, 3), np.uint8)
    spot[:, 32, 50] = 240
    smeared = apply("motion_blur", spot, severity).astype(float)
    _, row, column, _ = np.nonzero(smeared)
    assert (column <= 50).all()
    assert column.min() >= 50 - 2 * radius
    assert (np.abs(row - 32) <= 50 - column).all()
    assert (row < 32).any()
    assert (row > 32).any()
    assert smeared.sum() / spot.sum() == pytest.approx(1, abs=0.03)
    steps = np.arange(2 * radius + 1)
    weights = np.exp(-(steps**2) / (2 * sigma**2))
    assert smeared[:, 32, 50].mean() == pytest.approx(240 / weights.sum(), rel=0.01)


def zoomed(image: Images, factor: float) -> Images:
    """Return the enlarged centre of an image as in the published code, with scipy."""
    side = len(image)
    crop = int(np.ceil(side / factor))
    top = (side - crop) // 2
    part = image[top : top + crop, top : top + crop]
    large = ndimage.zoom(part, (factor, factor, 1)[: image.ndim], order=1)
    trim = (len(large) - side) // 2
    return large[trim : trim + side, trim : trim + side]


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("side", SIDES)
def test_zoom_blur_equals_the_mean_of_scipys_enlargements(severity: int, side: int) -> None:
    images = pictures(3, side)
    factors = np.arange(1, parameters("zoom_blur", severity), 0.01)
    assert max(factors) == pytest.approx((1.06, 1.11, 1.15, 1.20, 1.25)[severity - 1])
    expected = [
        (image + sum(zoomed(image.astype(float), factor) for factor in factors)) / (len(factors) + 1)
        for image in images
    ]
    np.testing.assert_allclose(apply("zoom_blur", images, severity), expected, atol=0.51)
