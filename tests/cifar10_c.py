"""Clean images, and the corruptions of CIFAR-10-C by name, for their tests."""

import cv2
import numpy as np

from quantshift.core import members

SEVERITIES = (1, 2, 3, 4, 5)
SIDES = (32, 64)
Images = np.ndarray


def pictures(count: int, side: int) -> Images:
    """Return smooth colour images, like small photographs, with a few sharp edges."""
    random = np.random.default_rng(side)
    small = random.integers(20, 236, (count, 6, 6, 3)).astype(np.uint8)
    images = np.stack([cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC) for image in small])
    images[:, side // 4 : side // 2, side // 3 : side // 2] //= 2
    return images


def apply(name: str, images: Images, severity: int, seed: int = 0) -> Images:
    return members.load("shifts/cifar10_c", name).apply(images, severity, np.random.default_rng(seed))


def parameters(name: str, severity: int):
    return members.constants(f"shifts/cifar10_c/{name}")["LEVELS"][severity - 1]


def grey(value: int, count: int = 4, side: int = 32) -> Images:
    return np.full((count, side, side, 3), value, np.uint8)
