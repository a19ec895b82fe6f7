"""Inputs and labels as a data set's reader, which may be a user's own, returns them."""

from typing import Any

import numpy as np
import pytest

from quantshift.data.labelled import fault_of
from quantshift.data.modalities import image, text

SHAPE, CLASSES = (1, 28, 28), 10
IMAGES = np.zeros((6, *SHAPE), dtype=np.uint8)
TEXTS = [f"text {number}" for number in range(6)]
LABELS = np.arange(6)


@pytest.mark.parametrize("labels", [LABELS, LABELS.astype(np.uint8)])
def test_right_labels_have_no_fault(labels: Any) -> None:
    assert fault_of(labels, 6, CLASSES) is None


def test_right_images_have_no_fault() -> None:
    assert image.fault(IMAGES, SHAPE) is None


@pytest.mark.parametrize("texts", [TEXTS, np.array(TEXTS), np.array(TEXTS, dtype=object)])
def test_right_texts_have_no_fault(texts: Any) -> None:
    assert text.fault(texts, (200,)) is None


@pytest.mark.parametrize(
    ("images", "fault"),
    [
        (IMAGES[:, :, :27], "inputs uint8 [6, 1, 27, 28], expected uint8"),
        (IMAGES[:, 0], "inputs uint8 [6, 28, 28], expected uint8"),
        (IMAGES.astype(np.float32), "inputs float32"),
        (np.full((6, *SHAPE), np.nan), "inputs float64"),
        (np.array(TEXTS), "inputs <U6 [6], expected uint8"),
        (TEXTS, "inputs list [], expected uint8"),
    ],
)
def test_wrong_images_are_named(images: Any, fault: str) -> None:
    assert str(image.fault(images, SHAPE)).startswith(fault)


def test_wrong_texts_are_named() -> None:
    assert text.fault(np.zeros((6, 200), np.int32), (200,)) == "inputs int32 [6, 200], expected texts (strings)"


@pytest.mark.parametrize(
    ("labels", "fault"),
    [
        (np.full(6, 99), "the label 99, expected labels from 0 to 9"),
        (LABELS - 1, "the label -1, expected labels from 0 to 9"),
        (LABELS[:5], "labels int64 [5] for 6 inputs"),
        (LABELS.astype(np.float64), "labels float64 [6] for 6 inputs"),
        (LABELS[:, None], "labels int64 [6, 1] for 6 inputs"),
        (LABELS.tolist(), "labels list"),
    ],
)
def test_wrong_labels_are_named(labels: Any, fault: str) -> None:
    assert str(fault_of(labels, 6, CLASSES)).startswith(fault)
