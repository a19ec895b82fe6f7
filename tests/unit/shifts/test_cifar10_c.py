"""The nineteen corruptions of CIFAR-10-C, compared with their definitions and with independent implementations."""

import io
from itertools import pairwise

import cv2
import numpy as np
import pytest
from PIL import Image
from scipy import ndimage
from skimage import color, filters

from quantshift.core import members
from quantshift.shifts import elastic, ice, noise_table, plasma

NAMES = (
    *("gaussian_noise", "shot_noise", "impulse_noise", "speckle_noise", "gaussian_blur", "defocus_blur", "glass_blur"),
    *("motion_blur", "zoom_blur", "fog", "frost", "snow", "spatter", "brightness", "contrast", "saturate"),
    *("jpeg_compression", "pixelate", "elastic_transform"),
)
SEVERITIES = (1, 2, 3, 4, 5)
SIDES = (32, 64)
# For the other corruptions, the published parameters do not make each level harsher than the previous one.
MONOTONE = (
    *("gaussian_noise", "shot_noise", "impulse_noise", "speckle_noise", "gaussian_blur", "defocus_blur", "zoom_blur"),
    *("fog", "brightness", "contrast", "jpeg_compression"),
)

Images = np.ndarray


def pictures(count: int, side: int) -> Images:
    """Return smooth colour images, like small photographs, with a few sharp edges."""
    random = np.random.default_rng(side)
    small = random.integers(20, 236, (count, 6, 6, 3)).astype(np.uint8)
    images = np.stack([cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC) for image in small])
    images[:, side // 4 : side // 2, side // 3 : side // 2] //= 2
    return images


@pytest.fixture(scope="module")
def clean() -> Images:
    return pictures(80, 32)


def apply(name: str, images: Images, severity: int, seed: int = 0) -> Images:
    return members.load("shifts/cifar10_c", name).apply(images, severity, np.random.default_rng(seed))


def parameters(name: str, severity: int):
    return members.constants(f"shifts/cifar10_c/{name}")["LEVELS"][severity - 1]


def grey(value: int, count: int = 4, side: int = 32) -> Images:
    return np.full((count, side, side, 3), value, np.uint8)


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
    assert moved.mean() == pytest.approx(
        rounds / 2, abs=0.05
    )  # every round moves half of the pixels by one along each axis
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


def in_hsv(images: Images, change) -> Images:
    """Return the images after a change of their HSV values, computed by scikit-image."""
    hsv = color.rgb2hsv(images / 255)
    change(hsv)
    return color.hsv2rgb(hsv.clip(0, 1)) * 255


def edge_colours() -> Images:
    """Return images with greys, pure colours, black and white among random colours."""
    images = np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3), dtype=np.uint8)
    images[0, :4] = np.array([[0, 0, 0], [255, 255, 255], [128, 128, 128], [255, 0, 0]], np.uint8)[:, None]
    images[0, 4:7] = np.array([[0, 255, 0], [0, 0, 1], [7, 7, 0]], np.uint8)[:, None]
    return images


@pytest.mark.parametrize("severity", SEVERITIES)
def test_brightness_is_added_to_the_value_in_hsv(severity: int) -> None:
    def change(hsv: Images) -> None:
        hsv[..., 2] += parameters("brightness", severity)

    images = edge_colours()
    np.testing.assert_allclose(apply("brightness", images, severity), in_hsv(images, change), atol=0.51)


@pytest.mark.parametrize("severity", SEVERITIES)
def test_saturation_changes_as_in_hsv(severity: int) -> None:
    factor, offset = parameters("saturate", severity)

    def change(hsv: Images) -> None:
        hsv[..., 1] = hsv[..., 1] * factor + offset

    images = edge_colours()
    np.testing.assert_allclose(apply("saturate", images, severity), in_hsv(images, change), atol=0.51)
    if not offset:
        np.testing.assert_array_equal(apply("saturate", grey(77), severity), grey(77))


@pytest.mark.parametrize("severity", SEVERITIES)
def test_contrast_pulls_each_channel_towards_its_mean_over_the_image(severity: int, clean: Images) -> None:
    mean = clean.mean(axis=(1, 2), keepdims=True)
    expected = (clean - mean) * parameters("contrast", severity) + mean
    np.testing.assert_allclose(apply("contrast", clean, severity), expected, atol=0.51)
    np.testing.assert_array_equal(apply("contrast", grey(91), severity), grey(91))


@pytest.mark.parametrize("severity", SEVERITIES)
def test_jpeg_equals_opencvs_for_each_image_and_is_close_to_pillows(severity: int, clean: Images) -> None:
    quality = parameters("jpeg_compression", severity)
    changed = apply("jpeg_compression", clean[:10], severity)
    for image, compressed in zip(clean, changed, strict=False):
        coded = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        np.testing.assert_array_equal(compressed, cv2.cvtColor(cv2.imdecode(coded, 1), cv2.COLOR_BGR2RGB))
        stream = io.BytesIO()
        Image.fromarray(image).save(stream, "JPEG", quality=quality)
        # Both use libjpeg-turbo, in different versions.
        assert np.abs(np.array(Image.open(stream)) - compressed.astype(float)).mean() < 0.5


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("side", SIDES)
def test_pixelate_equals_pillows_box_filter_down_and_up(severity: int, side: int) -> None:
    images = np.random.default_rng(0).integers(0, 256, (6, side, side, 3), dtype=np.uint8)
    small = int(side * parameters("pixelate", severity))
    changed = apply("pixelate", images, severity)
    for image, pixelated in zip(images, changed, strict=True):
        down = Image.fromarray(image).resize((small, small), Image.Resampling.BOX)
        np.testing.assert_array_equal(pixelated, np.array(down.resize((side, side), Image.Resampling.BOX)))
    # Exactly `small` different rows and columns remain.
    for axis in (1, 2):
        differs = np.diff(changed.astype(int), axis=axis).any(axis=tuple({0, 1, 2, 3} - {axis}))
        assert differs.sum() == small - 1


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("side", SIDES)
def test_elastic_transform_equals_scipys(severity: int, side: int) -> None:
    images = pictures(6, side)
    alpha, sigma, reach = (side * share for share in parameters("elastic_transform", severity))
    random = np.random.default_rng(0)
    drawn = random.random((6, 6 + (2 * side * side if alpha else 0)), dtype=np.float32) * 2 - 1
    row, column = np.indices((side, side))
    changed = apply("elastic_transform", images, severity)
    for image, transformed, draws in zip(images.astype(np.float64), changed, drawn, strict=True):
        points = np.float32([[1, 1], [1, -1], [-1, -1]]) * (side // 3) + side // 2
        forward = cv2.getAffineTransform(points, points + draws[:6].reshape(3, 2) * np.float32(reach))
        back = cv2.invertAffineTransform(forward)
        places = back @ np.stack([column.ravel(), row.ravel(), np.ones(side * side)])
        moved = np.stack(
            [
                ndimage.map_coordinates(image[..., channel], places[::-1], order=1, mode="mirror").reshape(side, side)
                for channel in range(3)
            ],
            axis=-1,
        )
        if alpha:
            across, down = (
                ndimage.gaussian_filter(field, sigma, mode="reflect", truncate=3) * alpha
                for field in draws[6:].reshape(2, side, side).astype(np.float64)
            )
            moved = np.stack(
                [
                    ndimage.map_coordinates(moved[..., channel], [row + down, column + across], order=1, mode="reflect")
                    for channel in range(3)
                ],
                axis=-1,
            )
        # Positions are rounded to 1/32 pixel; edges of these images rise by up to 120 from one pixel to the next.
        assert np.abs(moved - transformed).mean() < 0.7
        assert np.abs(moved - transformed).max() < 8


def test_an_elastic_map_that_moves_nothing_changes_nothing(clean: Images) -> None:
    np.testing.assert_array_equal(elastic.warp(clean, 0, 0, 0, np.random.default_rng(0)), clean)


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
