"""Files with a correct checksum but wrong content are reported."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.damage import KINDS, rejection
from tests.stored_study import FOG, MODEL, SUITES, VARIANTS, N, Study, graph, save

from quantshift.core.training_record import Learned
from quantshift.storage import archives
from quantshift.storage.arrays import write_array
from quantshift.storage.records import faults

WRONG: dict[str, tuple[str, np.ndarray[Any, Any], str]] = {
    "labels above the classes": ("labels", np.full(N, 99), "the label 99, expected labels from 0 to 3"),
    "labels below 0": ("labels", np.full(N, -1), "the label -1, expected"),
    "labels that are not numbers": ("labels", np.full(N, np.nan), "float64"),
    "labels in two columns": ("labels", np.zeros((N, 1), dtype=np.int64), "int64"),
    "too few sources": ("sources", np.arange(10), f"10 sources for {N} inputs"),
    "inputs of another width": ("inputs", np.zeros((N, 1, 6, 5), dtype=np.uint8), r"inputs uint8 \[60, 1, 6, 5\], but"),
    "inputs of three channels": ("inputs", np.zeros((N, 3, 6, 6), dtype=np.uint8), "inputs uint8"),
    "inputs without channels": ("inputs", np.zeros((N, 6, 6), dtype=np.uint8), "inputs uint8"),
    "inputs that are not a number": ("inputs", np.full((N, 1, 6, 6), np.nan, dtype=np.float32), "inputs float32"),
    "inputs that are words": ("inputs", np.zeros((N, 36), dtype=np.int32), "inputs int32"),
    "calibration inputs of another width": ("calibration", np.zeros((N, 1, 5, 6), dtype=np.uint8), "inputs uint8"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_content_with_a_correct_checksum_is_reported(study: Study, wrong: str) -> None:
    kind, array, reason = WRONG[wrong]
    path = study.results / KINDS[kind].file
    write_array(path, array)
    if kind == "sources":
        path = study.results / f"{FOG}/sources.npy"
    assert re.search(reason, rejection(study, KINDS[kind].use, path))


@pytest.mark.parametrize(
    ("suite", "change", "reason"),
    [
        ("mnist_c", lambda array: array * np.nan, "infinite or not a number"),
        ("mnist_c", lambda array: array[:10], "do not match"),
        ("mnist_c", lambda array: array[:, :2], "do not match"),
        ("clean", lambda array: array * np.inf, "infinite or not a number"),
    ],
)
def test_wrong_logits_with_a_correct_checksum_are_reported(
    study: Study, suite: str, change: Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]], reason: str
) -> None:
    path = study.results / f"logits/{MODEL}/0/dynamic_int8/{suite}.npz"
    archives.write(path, {key: change(array) for key, array in archives.read_all(path).items()})
    assert re.search(reason, rejection(study, Study.compare, path))


def test_logits_with_fewer_classes_than_labels_are_reported(study: Study) -> None:
    for variant in VARIANTS:
        for suite in SUITES:
            path = study.results / f"logits/{MODEL}/0/{variant}/{suite}.npz"
            archives.write(path, {key: array[:, :2] for key, array in archives.read_all(path).items()})
    assert "expected labels from 0 to 1" in rejection(study, Study.compare, study.results / "truth/mnist.npz")


def test_another_network_with_a_correct_checksum_is_reported(study: Study) -> None:
    path = study.results / f"models/{MODEL}/0/dynamic_int8.onnx"
    save(graph(0, channels=3), path)
    rejection(study, Study.evaluate, path)
    model = graph(0)
    model.graph.input[0].name = model.graph.node[0].input[0] = "pixels"
    save(model, path)
    assert "does not match its model record" in rejection(study, Study.evaluate, path)


@pytest.mark.parametrize(
    ("value", "kind", "fault"),
    [
        ([1], Learned, "it is a list, expected an object"),
        ({}, Learned, "ranges is missing"),
        ({"ranges": 1}, Learned, "ranges is a whole number, expected a list"),
        ({"ranges": [{"operator": "Conv", "scale": 1, "zero_point": 2}]}, Learned, None),
        ({"ranges": [{"operator": "Conv", "scale": "1", "zero_point": 2}]}, Learned, "ranges[0].scale is a string"),
        ({"ranges": [{"operator": "Conv", "scale": 1, "zero_point": True}]}, Learned, "ranges[0].zero_point is true"),
        ({"ranges": [{"operator": "Conv", "scale": float("nan"), "zero_point": 2}]}, Learned, "scale is not finite"),
        ({"ranges": [], "more": 1}, Learned, None),
        (None, str | None, None),
        (1, str | None, "it is a whole number, expected a string"),
        ({"a": [1, None]}, dict[str, list[int]], "a[1] is null, expected a whole number"),
        ({"a": [1, None]}, Any, None),
    ],
)
def test_mistakes_in_a_record_are_reported(value: Any, kind: Any, fault: str | None) -> None:
    first = next(iter(faults(value, kind)), None)
    assert first is None if fault is None else fault in str(first)
