"""Kinds of files that one job writes and another reads, ways to damage them, and a check that jobs reject them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from quantshift.analysis import masks, retrained
from quantshift.analysis.detection import detection_draws
from quantshift.core.errors import QuantshiftError
from quantshift.core.training_record import NAME, Joined, Learned
from quantshift.data.modalities import text as texts
from quantshift.data.text import vocabulary
from quantshift.storage.records import read_record
from tests.stored_study import CLEAN, FOG, MODEL, N, Study


@dataclass(frozen=True)
class Kind:
    """A kind of file: the path of an example, the job that reads it, and the path of another example."""

    file: str
    use: Callable[[Study], object]
    other: str | None = None


def training(kind: type[Any]) -> Callable[[Study], object]:
    return lambda study: read_record(study.results / f"models/{MODEL}/0/training.json", kind, NAME)


KINDS = {
    "inputs": Kind(f"{CLEAN}/inputs.npy", Study.evaluate, f"{FOG}/inputs.npy"),
    "labels": Kind(f"{FOG}/labels.npy", lambda study: study.truth(study.results / "x.npz"), f"{CLEAN}/labels.npy"),
    "sources": Kind(f"{FOG}/sources.npy", lambda study: study.truth(study.results / "x.npz"), f"{CLEAN}/sources.npy"),
    "calibration": Kind("validation.npy", Study.quantize, f"{CLEAN}/inputs.npy"),
    "float32 model, quantized": Kind(
        f"models/{MODEL}/0/float32.onnx", Study.quantize, f"models/{MODEL}/1/float32.onnx"
    ),
    "float32 model, inspected": Kind(f"models/{MODEL}/0/float32.onnx", Study.inspect, f"models/{MODEL}/1/float32.onnx"),
    "variant, evaluated": Kind(
        f"models/{MODEL}/0/dynamic_int8.onnx", Study.evaluate, f"models/{MODEL}/1/dynamic_int8.onnx"
    ),
    "variant, inspected": Kind(f"models/{MODEL}/0/dynamic_int8.onnx", Study.inspect, f"models/{MODEL}/0/float32.onnx"),
    "model's record, quantizing": Kind(f"models/{MODEL}/0/model.json", Study.quantize, f"models/{MODEL}/1/model.json"),
    "model's record, evaluating": Kind(f"models/{MODEL}/0/model.json", Study.evaluate, f"models/{MODEL}/1/model.json"),
    "learned": Kind(f"models/{MODEL}/0/training.json", training(Learned), f"models/{MODEL}/1/training.json"),
    "joined": Kind(f"models/{MODEL}/0/training.json", training(Joined), f"models/{MODEL}/1/training.json"),
    "logits, compared": Kind(
        f"logits/{MODEL}/0/dynamic_int8/mnist_c.npz", Study.compare, f"logits/{MODEL}/1/dynamic_int8/mnist_c.npz"
    ),
    "logits, detected": Kind(
        f"logits/{MODEL}/0/float32/clean.npz", Study.detect, f"logits/{MODEL}/0/dynamic_int8/clean.npz"
    ),
    "truth": Kind("truth/mnist.npz", Study.compare, f"logits/{MODEL}/0/float32/clean.npz"),
    "masks": Kind(
        f"comparisons/{MODEL}/0/dynamic_int8.npz",
        lambda study: list(masks.read(study.results / f"comparisons/{MODEL}/0/dynamic_int8.npz")),
        f"comparisons/{MODEL}/1/dynamic_int8.npz",
    ),
    "draws": Kind(
        f"detections/{MODEL}/0/dynamic_int8.npz",
        lambda study: detection_draws.read(study.results / f"detections/{MODEL}/0/dynamic_int8.npz"),
        f"detections/{MODEL}/1/dynamic_int8.npz",
    ),
    "retrained": Kind(
        f"retraining/{MODEL}/0/held_out.npz",
        lambda study: retrained.read(study.results / f"retraining/{MODEL}/0/held_out.npz"),
        f"retraining/{MODEL}/1/held_out.npz",
    ),
    "inspection": Kind(
        f"inspections/{MODEL}/0/dynamic_int8.json", Study.variants_table, f"inspections/{MODEL}/1/dynamic_int8.json"
    ),
    "model's record": Kind(f"models/{MODEL}/0/model.json", Study.variants_table, f"models/{MODEL}/1/model.json"),
    "rounding": Kind(f"models/{MODEL}/0/training.json", Study.variants_table, f"models/{MODEL}/1/training.json"),
    "weakest": Kind(
        f"comparisons/{MODEL}/0/dynamic_int8.json", Study.variants_table, f"comparisons/{MODEL}/1/dynamic_int8.json"
    ),
    "comparison": Kind(
        f"comparisons/{MODEL}/0/dynamic_int8.csv", Study.evaluation_table, f"comparisons/{MODEL}/1/dynamic_int8.csv"
    ),
    "detections": Kind(
        f"detections/{MODEL}/0/dynamic_int8.csv", Study.detectors_table, f"detections/{MODEL}/1/dynamic_int8.csv"
    ),
    "texts": Kind(f"{CLEAN}/texts.json", lambda study: texts.read_texts(study.results / f"{CLEAN}/texts.json", N)),
    "vocabulary": Kind("vocabulary.json", lambda study: vocabulary.read(study.results / "vocabulary.json", 10)),
}


def flip(path: Path, at: Callable[[int], int] = lambda size: size // 2 - 100) -> None:
    content = bytearray(path.read_bytes())
    first = max(0, at(len(content)))
    for place in range(first, min(len(content), first + 200)):
        content[place] ^= 0xFF
    path.write_bytes(content)


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "inside").write_text("x")


def written(study: Study) -> dict[Path, int]:
    """Return the modification time of each file."""
    return {file: file.stat().st_mtime_ns for file in study.results.rglob("*") if file.is_file()}


def rejection(study: Study, use: Callable[[Study], object], path: Path) -> str:
    """Run a job that must fail without writing anything, and return its message."""
    before = written(study)
    with pytest.raises(QuantshiftError) as error:
        use(study)
    message = str(error.value)
    assert str(path) in message
    assert "repeat the run" in message
    assert "\n" not in message
    assert len(message) < 600 + 2 * len(str(path))
    assert written(study) == before
    return message
