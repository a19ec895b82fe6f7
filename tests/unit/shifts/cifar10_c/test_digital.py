"""Changes of colour, compression, pixelation and warping of CIFAR-10-C, compared with other libraries."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image
from scipy import ndimage
from skimage import color
from tests.cifar10_c import SEVERITIES, SIDES, Images, apply, grey, parameters, pictures

from quantshift.shifts import elastic


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
