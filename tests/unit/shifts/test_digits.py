"""Digits from another source in MNIST's layout."""

import numpy as np
from sklearn.datasets import load_digits

from quantshift.core import members
from quantshift.shifts.digits import digits


def test_layout() -> None:
    images, labels = digits.load()
    assert images.shape == (1797, 28, 28)
    assert images.dtype == np.uint8
    assert labels.dtype == np.int64
    np.testing.assert_array_equal(labels, load_digits().target)
    inner = np.zeros((28, 28), bool)
    inner[4:24, 4:24] = True
    assert (images[:, ~inner] == 0).all()
    assert images[:, inner].max() == 255


def test_images_are_the_sources_scaled_bilinearly() -> None:
    images, _ = digits.load()
    # The centre of pixel j of 20 is at (j + 1/2) 8/20 - 1/2 in the source, whose border pixels are repeated.
    place = (np.arange(20) + 0.5) * 8 / 20 - 0.5
    weights = np.stack([np.interp(place, np.arange(8), unit) for unit in np.eye(8)], axis=1)
    expected = weights @ load_digits().images @ weights.T * 255 / 16
    np.testing.assert_allclose(images[:, 4:24, 4:24], expected, atol=0.51)


def test_it_is_a_member_and_each_call_returns_new_arrays() -> None:
    assert members.names("shifts/digits") == ("digits",)
    first, _ = digits.load()
    first[:] = 0
    assert digits.load()[0].any()
