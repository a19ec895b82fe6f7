"""Inputs and labels as a data set's reader, which may be a user's own, returns them."""

from typing import Any

import numpy as np
import pytest

from quantshift.data.labelled import fault_of

SHAPE, CLASSES = (1, 28, 28), 10
IMAGES = np.zeros((6, *SHAPE), dtype=np.uint8)
LABELS = np.arange(6)


@pytest.mark.parametrize("inputs", [IMAGES, [f"text {number}" for number in range(6)], np.array(["a"] * 6)])
@pytest.mark.parametrize("labels", [LABELS, LABELS.astype(np.uint8)])
def test_a_right_data_set_has_no_fault(inputs: Any, labels: Any) -> None:
    assert fault_of(inputs, labels, SHAPE, CLASSES) is None


@pytest.mark.parametrize(
    ("inputs", "labels", "fault"),
    [
        (IMAGES[:, :, :27], LABELS, "inputs uint8 [6, 1, 27, 28], expected uint8"),
        (IMAGES[:, 0], LABELS, "inputs uint8 [6, 28, 28], expected uint8"),
        (IMAGES.astype(np.float32), LABELS, "inputs float32"),
        (np.full((6, *SHAPE), np.nan), LABELS, "inputs float64"),
        (IMAGES, np.full(6, 99), "the label 99, expected labels from 0 to 9"),
        (IMAGES, LABELS - 1, "the label -1, expected labels from 0 to 9"),
        (IMAGES, LABELS[:5], "labels int64 [5] for 6 inputs"),
        (IMAGES, LABELS.astype(np.float64), "labels float64 [6] for 6 inputs"),
        (IMAGES, LABELS[:, None], "labels int64 [6, 1] for 6 inputs"),
        (IMAGES, LABELS.tolist(), "labels list"),
    ],
)
def test_a_wrong_data_set_is_told(inputs: Any, labels: Any, fault: str) -> None:
    assert str(fault_of(inputs, labels, SHAPE, CLASSES)).startswith(fault)
