"""Small pictures are lossless, and large pictures are scaled down."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from quantshift.report.thumbnails import excerpt, thumbnail


def opened(text):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(text))))


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (3, 64, 48)])
def test_small_images_are_exact(shape):
    image = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    assert np.array_equal(opened(thumbnail(image)), np.broadcast_to(image, (3, *shape[1:])).transpose(1, 2, 0))


def test_large_images_are_scaled_down():
    ramp = np.broadcast_to(np.linspace(0, 255, 448).astype(np.uint8), (3, 224, 448))
    scaled = opened(thumbnail(ramp))
    assert scaled.shape == (48, 96, 3)
    assert scaled[:, :10].mean() < 40 < 215 < scaled[:, -10:].mean()
    assert len(thumbnail(ramp)) < 4000


@pytest.mark.parametrize("image", [np.zeros((28, 28), np.uint8), np.zeros((2, 4, 4), np.uint8), np.zeros((1, 4, 4))])
def test_other_arrays_are_rejected(image):
    with pytest.raises(ValueError, match="an image is uint8"):
        thumbnail(image)


def test_long_texts_are_cut():
    text = "word " * 1000
    assert len(excerpt(text, 200, 100)) <= 100
    assert excerpt(text, 200, 100).endswith("word …")
    assert excerpt("x" * 1000, 200, 10) == "xxxxxxxxx …"
    assert excerpt("as it is", 200, 100) == "as it is"
