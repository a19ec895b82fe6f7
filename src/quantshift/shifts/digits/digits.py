"""Digits by other writers, scanned differently: the test part of the UCI optical recognition set.

Source: Alpaydin and Kaynak, Optical recognition of handwritten digits, UCI machine learning repository, 1998, as
scikit-learn ships it.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

COUNT = 1_797

WHITE = 16  # the largest value of the 8x8 images
SIDE = 20  # of the box that contains MNIST's digits
MARGIN = 4  # around that box


def load() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return 1,797 digits in the layout of MNIST: scaled bilinearly from 8x8 to 20x20, with a black margin of 4.

    Returns:
        images [1797, 28, 28] uint8, labels [1797] in 0..9.
    """
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = np.zeros((len(digits.images), SIDE + 2 * MARGIN, SIDE + 2 * MARGIN), dtype=np.uint8)
    for image, digit in zip(images, digits.images, strict=True):
        scaled = cv2.resize(digit * (255 / WHITE), (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
        image[MARGIN:-MARGIN, MARGIN:-MARGIN] = np.clip(scaled, 0, 255) + 0.5
    return images, digits.target.astype(np.int64)
