"""Corruptions of images of any size, in grey or in colours."""

import numpy as np
import pytest
from scipy import ndimage

from quantshift.core import members
from quantshift.shifts import zoom
from quantshift.shifts.batches import MAX_BYTES

NAMES = members.names("shifts/image_corruptions")


def pictures(*shape: int) -> np.ndarray:
    """Return smooth images of this shape."""
    values = np.random.default_rng(0).random(shape)
    smooth = ndimage.gaussian_filter(values, (0, 2, 2) + (0,) * (len(shape) - 3))
    return np.rint((smooth - smooth.min()) / np.ptp(smooth) * 255).astype(np.uint8)


def corrupted(name: str, images: np.ndarray, severity: int, seed: int = 0) -> np.ndarray:
    before = images.copy()
    changed = members.load("shifts/image_corruptions", name).apply(images, severity, np.random.default_rng(seed))
    np.testing.assert_array_equal(images, before)
    assert (changed.shape, changed.dtype) == (images.shape, np.uint8)
    return changed


def test_the_corruptions_are_those_of_cifar10_c():
    assert members.names("shifts/cifar10_c") == NAMES
    for name in NAMES:
        assert len(members.constants(f"shifts/image_corruptions/{name}")["LEVELS"]) == 5


@pytest.mark.parametrize("name", NAMES)
def test_small_images_are_corrupted_as_in_cifar10_c(name):
    images = pictures(3, 32, 32, 3)
    published = members.load("shifts/cifar10_c", name).apply(images, 3, np.random.default_rng(0))
    np.testing.assert_array_equal(corrupted(name, images, 3), published)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", [(2, 224, 224, 3), (2, 80, 64, 3), (2, 65, 100), (2, 8, 8), (1, 20, 31)])
def test_images_of_any_size_change(name, shape):
    images = pictures(*shape)
    for severity in (1, 5):
        changed = corrupted(name, images, severity)
        mild_in_grey = len(shape) == 3 and name == "saturate"
        if severity == 5 and not mild_in_grey:
            assert (changed != images).any()
        assert np.abs(changed.astype(float) - images).mean() < 130


@pytest.mark.parametrize("name", NAMES)
def test_a_large_image_does_not_depend_on_later_ones(name):
    side = 128
    images = pictures(MAX_BYTES // (side * side * 3) + 3, side, side, 3)
    np.testing.assert_array_equal(corrupted(name, images, 3)[:2], corrupted(name, images[:2], 3))


@pytest.mark.parametrize(
    "name", ["gaussian_noise", "gaussian_blur", "contrast", "jpeg_compression", "zoom_blur", "pixelate"]
)
def test_severities_become_harsher(name):
    images = pictures(2, 224, 224, 3)
    changes = [np.abs(corrupted(name, images, severity).astype(float) - images).mean() for severity in (1, 3, 5)]
    assert changes == sorted(changes)


def test_lengths_in_pixels_grow_with_the_side():
    """A blurred image, enlarged twice, is the blur of the enlarged image."""
    small = pictures(1, 112, 112, 3)
    large = small.repeat(2, axis=1).repeat(2, axis=2)
    blurred = corrupted("gaussian_blur", small, 5).repeat(2, axis=1).repeat(2, axis=2)
    assert np.abs(corrupted("gaussian_blur", large, 5).astype(float) - blurred).mean() < 1.5


def test_the_published_parameters_are_used_at_224_pixels():
    images = np.full((4, 224, 224, 3), 128, np.uint8)
    noise = corrupted("gaussian_noise", images, 1).astype(float) - 128
    assert noise.std() == pytest.approx(0.08 * 255, rel=0.02)
    flat = corrupted("contrast", pictures(1, 224, 224, 3), 3)
    assert np.ptp(flat.astype(float)) == pytest.approx(0.2 * 255, rel=0.25)


@pytest.mark.parametrize(("side", "factor"), [(224, 1.11), (64, 1.3), (100, 1.05)])
def test_the_map_of_an_enlargement_samples_as_its_weights_do(side, factor):
    step, _, first = zoom.affine_map(side, factor)[0]
    ramp = np.arange(side, dtype=float)
    crop = ramp[zoom.start(side, factor) :][: zoom.weights(side, factor).shape[1]]
    np.testing.assert_allclose(zoom.weights(side, factor) @ crop, first + step * np.arange(side), atol=1e-9)
