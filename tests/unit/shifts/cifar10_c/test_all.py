"""Properties that all nineteen corruptions of CIFAR-10-C have."""

from itertools import pairwise

import numpy as np
import pytest
from tests.cifar10_c import SEVERITIES, SIDES, Images, apply, pictures

from quantshift.core import members

NAMES = (
    *("gaussian_noise", "shot_noise", "impulse_noise", "speckle_noise", "gaussian_blur", "defocus_blur", "glass_blur"),
    *("motion_blur", "zoom_blur", "fog", "frost", "snow", "spatter", "brightness", "contrast", "saturate"),
    *("jpeg_compression", "pixelate", "elastic_transform"),
)
# For the other corruptions, the published parameters do not make each level harsher than the previous one.
MONOTONE = (
    *("gaussian_noise", "shot_noise", "impulse_noise", "speckle_noise", "gaussian_blur", "defocus_blur", "zoom_blur"),
    *("fog", "brightness", "contrast", "jpeg_compression"),
)


def test_all_nineteen_are_members_with_five_levels() -> None:
    assert members.names("shifts/cifar10_c") == tuple(sorted(NAMES))
    for name in NAMES:
        constants = members.constants(f"shifts/cifar10_c/{name}")
        assert len(constants["LEVELS"]) == 5
        assert constants["LEVELS"] == members.load("shifts/cifar10_c", name).LEVELS


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("side", [*SIDES, 35])
def test_every_image_changes_and_the_layout_is_preserved_at_any_size(name: str, side: int) -> None:
    images = pictures(3, side)
    before = images.copy()
    for severity in SEVERITIES:
        changed = apply(name, images, severity)
        assert changed.shape == images.shape
        assert changed.dtype == np.uint8
        assert (changed != images).any(axis=(1, 2, 3)).all()
        assert np.abs(changed.astype(float) - images).mean() < 90
    np.testing.assert_array_equal(images, before)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("severity", SEVERITIES)
def test_the_same_seed_gives_the_same_images_whatever_comes_after_them(name: str, severity: int, clean: Images) -> None:
    once = apply(name, clean, severity)
    np.testing.assert_array_equal(once, apply(name, clean, severity))
    # An image depends neither on later images nor on the memory layout.
    channels_first = np.ascontiguousarray(clean[:41].transpose(0, 3, 1, 2)).transpose(0, 2, 3, 1)
    np.testing.assert_array_equal(once[:41], apply(name, channels_first, severity))


@pytest.mark.parametrize("name", NAMES)
def test_only_random_shifts_depend_on_the_seed(name: str, clean: Images) -> None:
    drawn = "not used" not in members.load("shifts/cifar10_c", name).apply.__doc__
    first, second = (apply(name, clean[:8], 3, seed) for seed in (1, 2))
    assert (first != second).any() == drawn
    if drawn:
        same = np.repeat(clean[:1], 8, axis=0)
        assert len(np.unique(apply(name, same, 3), axis=0)) == 8  # each image has its own draws


@pytest.mark.parametrize("name", MONOTONE)
@pytest.mark.parametrize("side", SIDES)
def test_the_distance_from_the_clean_images_grows_with_the_severity(name: str, side: int) -> None:
    images = pictures(40, side)
    far = [np.sqrt(np.square(apply(name, images, severity).astype(float) - images).mean()) for severity in SEVERITIES]
    assert all(mild < harsh for mild, harsh in pairwise(far)), far


@pytest.mark.parametrize("name", NAMES)
def test_there_is_no_other_severity(name: str, clean: Images) -> None:
    for severity in (0, 6):
        with pytest.raises(ValueError, match="from 1 to 5"):
            apply(name, clean[:1], severity)
