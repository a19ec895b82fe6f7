"""The kernels that shifts share, each compared with its definition."""

import numpy as np
import pytest
from scipy import ndimage

from quantshift.shifts import affine, batches, blur, filters, lines, liquid, noise, plasma, zoom
from quantshift.shifts.severity import level, only_level


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(0)


def test_transform_rounds_half_up_and_clips() -> None:
    images = np.zeros((4, 1), np.uint8)
    values = np.array([[-0.1], [1.2], [100.4 / 255], [100.6 / 255]])
    np.testing.assert_array_equal(batches.transform(images, lambda _: values, np.float64), [[0], [255], [100], [101]])


def test_transform_passes_values_from_0_to_1_and_preserves_every_byte() -> None:
    images = np.arange(256, dtype=np.uint8).repeat(5).reshape(-1, 1)
    seen = []
    np.testing.assert_array_equal(batches.transform(images, lambda batch: seen.append(batch) or batch), images)
    assert max(len(batch) for batch in seen) == batches.BATCH
    assert (min(batch.min() for batch in seen), max(batch.max() for batch in seen)) == (0, 1)


def test_levels_count_from_one() -> None:
    assert [level(("a", "b"), severity) for severity in (1, 2)] == ["a", "b"]
    assert level(("a", "b"), np.int64(2)) == "b"
    for wrong in (0, 3, 1.5):
        with pytest.raises(ValueError, match="from 1 to 2"):
            level(("a", "b"), wrong)
    only_level(0)
    with pytest.raises(ValueError, match="must be 0"):
        only_level(1)


def test_colour_images_are_blurred_channel_by_channel(generator: np.random.Generator) -> None:
    images = generator.random((3, 32, 32, 3), dtype=np.float32)
    degrees = np.array([-40.0, 0, 30])
    for change in (
        lambda x: blur.gaussian(x, 0.7),
        lambda x: blur.motion(x, 6, 2, degrees),
        lambda x: affine.warp(x, np.eye(2) / 0.8),
        lambda x: blur.glass(x, 0.4, 1, 2, 1.0, np.random.default_rng(1)),
    ):
        together = change(images)
        assert together.shape == images.shape
        for channel in range(3):
            np.testing.assert_allclose(together[..., channel], change(images[..., channel]), atol=1e-6)


def test_gaussian_does_not_mix_images(generator: np.random.Generator) -> None:
    images = generator.random((4, 28, 28))
    expected = np.stack([ndimage.gaussian_filter(image, 1.5, mode="nearest") for image in images])
    np.testing.assert_allclose(blur.gaussian(images, 1.5), expected)


def test_motion_to_the_right_is_a_one_sided_gaussian(generator: np.random.Generator) -> None:
    images = generator.random((2, 28, 28))
    weights = np.exp(-(np.arange(13) ** 2) / (2 * 2.0**2))
    weights /= weights.sum()
    padded = np.pad(images, ((0, 0), (0, 0), (0, 12)), mode="edge")
    expected = sum(weight * padded[:, :, step : step + 28] for step, weight in enumerate(weights))
    np.testing.assert_allclose(blur.motion(images, 6, 2.0, np.zeros(2)), expected, atol=1e-6)


def test_motion_gives_each_image_its_own_direction(generator: np.random.Generator) -> None:
    images = generator.random((5, 28, 28))
    degrees = np.array([40.0, -90, 3, 179, -17])
    alone = [blur.motion(images[[i]], 5, 2.0, degrees[[i]])[0] for i in range(5)]
    np.testing.assert_array_equal(blur.motion(images, 5, 2.0, degrees), alone)
    straight = blur.motion(images.transpose(0, 2, 1)[:, ::-1], 5, 2.0, np.zeros(5))
    upward = blur.motion(images, 5, 2.0, np.full(5, 90.0))
    assert not np.allclose(straight, upward)
    np.testing.assert_allclose(upward.transpose(0, 2, 1), blur.motion(images.transpose(0, 2, 1), 5, 2.0, np.zeros(5)))


@pytest.mark.parametrize(("delta", "rounds", "chance"), [(1, 2, 0.5), (3, 1, 1.0)])
def test_glass_without_blur_only_moves_pixels(
    delta: int, rounds: int, chance: float, generator: np.random.Generator
) -> None:
    images = np.arange(2 * 784, dtype=np.float64).reshape(2, 28, 28)
    shuffled = blur.glass(images, 0, delta, rounds, chance, generator)
    np.testing.assert_array_equal(np.sort(shuffled.reshape(2, -1)), images.reshape(2, -1))
    # The first row and column are never swapped: visits start at delta + 1 and reach delta back.
    np.testing.assert_array_equal(shuffled[:, 0], images[:, 0])
    np.testing.assert_array_equal(shuffled[:, :, 0], images[:, :, 0])
    assert (shuffled != images).mean() > 0.5
    assert (shuffled[0] + 784 != shuffled[1]).any()  # independent swaps


def test_glass_without_chance_is_two_blurs(generator: np.random.Generator) -> None:
    images = generator.random((2, 28, 28))
    twice = blur.gaussian(blur.gaussian(images, 0.7), 0.7)
    np.testing.assert_allclose(blur.glass(images, 0.7, 1, 2, 1e-9, generator), twice)


def test_warp_of_the_identity_and_of_a_quarter_turn(generator: np.random.Generator) -> None:
    images = generator.random((3, 28, 28))
    np.testing.assert_allclose(affine.warp(images, np.eye(2)), images)
    turned = affine.warp(images, np.array([[0, -1], [1, 0]]))
    np.testing.assert_allclose(turned, np.rot90(images, axes=(1, 2)), atol=1e-12)


def test_warp_by_sign_follows_the_signs(generator: np.random.Generator) -> None:
    images = generator.random((4, 28, 28))
    small, large = np.eye(2) / 0.5, np.eye(2) / 1.5
    both = affine.warp_by_sign(images, (small, large), np.array([-1, 1, 1, -1]))
    np.testing.assert_allclose(both[[0, 3]], affine.warp(images[[0, 3]], small))
    np.testing.assert_allclose(both[1:3], affine.warp(images[1:3], large))


def test_signs_are_fair(generator: np.random.Generator) -> None:
    drawn = affine.signs(20_000, 2, generator)
    assert set(np.unique(drawn)) == {-1, 1}
    assert abs(drawn.mean(axis=0)).max() < 0.03
    assert abs((drawn[:, 0] * drawn[:, 1]).mean()) < 0.03


@pytest.mark.parametrize("decay", [1.4, 3.0])
def test_the_coarse_grid_contains_the_extremes_of_a_plasma_map(decay: float, generator: np.random.Generator) -> None:
    draws = generator.random((12, 4**plasma.LEVELS - 1), dtype=np.float32) * 2 - 1
    start = np.zeros((12, 1, 1), np.float32)
    whole = plasma.refine(start, draws, decay ** (-2.0 * np.arange(plasma.LEVELS)))
    assert whole.shape == (12, 256, 256)
    coarse = whole[:, :: 2**plasma.FINE, :: 2**plasma.FINE]
    assert (np.ptp(coarse, axis=(1, 2)) / np.ptp(whole, axis=(1, 2))).min() > 0.98


def test_a_plasma_map_without_noise_is_the_mean_of_its_neighbours() -> None:
    points = np.array([[[0.0, 4], [8, 0]]], np.float32)
    finer = plasma.refine(points, np.zeros((1, 12), np.float32), np.ones(1))
    np.testing.assert_array_equal(finer[0, ::2, ::2], points[0])
    np.testing.assert_array_equal(finer[0, 1::2, 1::2], np.full((2, 2), 3))
    assert finer[0, 0, 1] == (0 + 4 + 3 + 3) / 4
    assert finer[0, 1, 0] == (0 + 8 + 3 + 3) / 4


def test_a_plasma_map_treats_both_axes_alike(generator: np.random.Generator) -> None:
    points = generator.random((2, 4, 6), dtype=np.float32)
    finer = plasma.refine(points, np.zeros((2, 3 * 24), np.float32), np.ones(1))
    turned = plasma.refine(points.transpose(0, 2, 1), np.zeros((2, 3 * 24), np.float32), np.ones(1))
    np.testing.assert_allclose(turned, finer.transpose(0, 2, 1), rtol=1e-6)
    centre = (points[:, :-1, :-1] + points[:, 1:, :-1] + points[:, :-1, 1:] + points[:, 1:, 1:]) / 4
    np.testing.assert_allclose(finer[:, 1:-1:2, 1:-1:2], centre, rtol=1e-6)
    between = (points[:, 1:-1, :-1] + points[:, 1:-1, 1:] + centre[:, :-1] + centre[:, 1:]) / 4
    np.testing.assert_allclose(finer[:, 2:-2:2, 1:-1:2], between, rtol=1e-6)


def test_glass_swaps_with_its_probability() -> None:
    # With delta 1 a visit may choose the pixel itself, in 1 of 4 cases; one swap can undo another.
    images = np.arange(784.0)[None].repeat(20, axis=0).reshape(20, 28, 28)
    moved = [
        (blur.glass(images, 0, 1, 1, chance, np.random.default_rng(0)) != images).mean() for chance in (0.1, 0.2, 1)
    ]
    # Few swaps rarely overlap: each moves two of the 26 x 26 visited pixels.
    assert moved[0] == pytest.approx(2 * 0.1 * 0.75 * (26 / 28) ** 2, rel=0.1)
    assert moved[0] < moved[1] < moved[2]


def test_plasma_is_smooth_differs_by_map_and_fills_its_range(generator: np.random.Generator) -> None:
    rough, smooth = (plasma.plasma(300, 28, 30, decay, np.random.default_rng(0)) for decay in (1.4, 3.0))
    assert rough.shape == (300, 28, 30)
    assert rough.min() >= 0
    assert rough.max() <= 1
    assert rough.mean() == pytest.approx(0.5, abs=0.05)
    for axis in (1, 2):  # no seam: steps between neighbours are as large in the middle as at the margins
        steps = np.abs(np.diff(rough, axis=axis)).mean(axis=(0, 3 - axis))
        assert steps.max() < 2 * steps.min()
    assert np.abs(np.diff(smooth, axis=1)).mean() < np.abs(np.diff(rough, axis=1)).mean() / 3
    assert rough.mean(axis=(1, 2)).std() > 0.1


def test_a_line_is_brightest_at_its_centre_and_dark_outside_its_ends() -> None:
    light = lines.segment(np.array([[3.0, 5]]), np.array([[10.0, 12]]), 28, 32)
    assert light.shape == (1, 28, 32)
    np.testing.assert_array_equal(np.flatnonzero(light[0].any(axis=0)), np.arange(3, 10))
    np.testing.assert_allclose(light[0, np.arange(5, 12), np.arange(3, 10)], 1)
    assert light[0, 6, 3] == pytest.approx(np.log(1 - 1 / 2.3) + 1, abs=1e-6)
    assert light[0, 7, 3] == 0


def test_impulse_and_shot_noise_work_on_colour(generator: np.random.Generator) -> None:
    images = np.full((2, 32, 32, 3), 0.5, np.float32)
    assert noise.shot(images, 60, generator).shape == images.shape
    assert (noise.impulse(images.copy(), 0.3, generator) != 0.5).mean() == pytest.approx(0.3, abs=0.03)


def test_splashes_are_thick_or_absent(generator: np.random.Generator) -> None:
    cover = liquid.splashes((50, 28, 28), 0.65, 0.3, 1.0, 0.65, 1.5, generator)
    wet = cover[cover > 0]
    assert wet.min() >= 0.8
    assert wet.max() <= 1 + 1e-6
    assert 0 < len(wet) < cover.size


def test_transform_bytes_passes_bytes_and_rounds_floats_half_up_and_clips() -> None:
    images = np.arange(256, dtype=np.uint8).reshape(-1, 1)
    seen = []
    np.testing.assert_array_equal(batches.transform_bytes(images, lambda batch: seen.append(batch) or batch), images)
    assert max(len(batch) for batch in seen) == batches.SMALL
    values = np.array([[-0.6], [255.9], [99.4], [99.5]])
    changed = batches.transform_bytes(np.zeros((4, 1), np.uint8), lambda _: values.copy())
    np.testing.assert_array_equal(changed, [[0], [255], [99], [100]])


@pytest.mark.parametrize("border", ["edge", "reflect", "symmetric"])
@pytest.mark.parametrize("shape", [(5, 20, 24), (5, 20, 24, 3)])
def test_images_in_a_stack_do_not_mix(
    shape: tuple[int, ...], border: filters.Border, generator: np.random.Generator
) -> None:
    images = generator.random(shape, dtype=np.float32)
    weights = generator.random((5, 5))
    modes = {"edge": "nearest", "reflect": "mirror", "symmetric": "reflect"}  # scipy's names
    kernel = weights.reshape(1, 5, 5, *(1,) * (images.ndim - 3))
    expected = ndimage.correlate(images, kernel, mode=modes[border])
    np.testing.assert_allclose(filters.correlate(images, weights, border), expected, rtol=1e-4)
    blurred = ndimage.gaussian_filter(images, 0.9, mode="nearest", axes=(1, 2))
    np.testing.assert_allclose(filters.gaussian(images, 0.9), blurred, atol=1e-5)


@pytest.mark.parametrize("side", [32, 64])
@pytest.mark.parametrize("factor", [1.0, 1.07, 1.25, 1.75, 2.25])
def test_the_enlarged_centre_equals_scipys(side: int, factor: float, generator: np.random.Generator) -> None:
    image = generator.random((side, side))
    weights, start = zoom.weights(side, factor), zoom.start(side, factor)
    crop = weights.shape[1]
    part = image[start : start + crop, start : start + crop]
    large = ndimage.zoom(part, factor, order=1)
    trim = (len(large) - side) // 2
    expected = large[trim : trim + side, trim : trim + side]
    np.testing.assert_allclose(weights @ part @ weights.T, expected, atol=1e-12)


def test_a_torus_of_plasma_has_its_extremes_and_no_seam() -> None:
    maps = plasma.torus(200, 32, 2.5, np.random.default_rng(0))
    assert maps.shape == (200, 32, 32)
    np.testing.assert_array_equal(maps.min(axis=(1, 2)), 0)
    np.testing.assert_array_equal(maps.max(axis=(1, 2)), 1)
    # A line away from the coarsest ones, so that only a seam could make a difference.
    inside = np.abs(maps[:, :, 15] - maps[:, :, 16]).mean()
    assert np.abs(maps[:, :, -1] - maps[:, :, 0]).mean() == pytest.approx(inside, rel=0.3)


def test_scattered_pixels_come_equally_often_from_above_and_the_left(generator: np.random.Generator) -> None:
    place = np.arange(32 * 32, dtype=np.float32).reshape(1, 32, 32, 1).repeat(20, axis=0)
    back = (place - blur.scatter(place, 1, generator))[:, 2:, 2:]
    values, counts = np.unique(back, return_counts=True)
    np.testing.assert_array_equal(values, [0, 1, 32, 33])
    np.testing.assert_allclose(counts / counts.sum(), 0.25, atol=0.02)


def test_water_is_dark_without_drops_and_normalized_otherwise(generator: np.random.Generator) -> None:
    assert not liquid.water((3, 32, 32), 0.1, 0.01, 0.7, 0.7, generator).any()
    light = liquid.water((30, 32, 32), 0.65, 0.3, 1.0, 0.69, generator)
    np.testing.assert_array_equal(light.max(axis=(1, 2)), 1)
    assert light.min() == 0
