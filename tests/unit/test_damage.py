"""If a file is damaged between two jobs, the next job reports it in one line with the file's name and the remedy."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tests.answers import model_record, predict

from quantshift.aggregation import detectors, evaluation, variants
from quantshift.analysis import masks, retrained
from quantshift.analysis.comparisons import write_comparisons
from quantshift.analysis.detection import detection_draws
from quantshift.analysis.detection.detections import write_detections
from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.core.model_id import ModelId
from quantshift.core.test_set import TestSet
from quantshift.core.training_record import NAME, Joined, Learned
from quantshift.data import truth
from quantshift.data.modalities import text as texts
from quantshift.data.text import vocabulary
from quantshift.inspection.inspect import inspect
from quantshift.quantizers.quantize import quantize
from quantshift.runtime.evaluate import evaluate
from quantshift.storage import archives
from quantshift.storage.arrays import read_array, write_array
from quantshift.storage.checksums import ONNX, ONNX_KEY, TEXT
from quantshift.storage.files import write_json
from quantshift.storage.records import faults, read_record, write_record
from quantshift.tasks.classification import CLASSIFICATION

N = 60
CLASSES = 4
INFERENCE: dict[str, Any] = {"batch_size": 16, "threads": 1, "entries": {}}
DYNAMIC = {"scheme": "dynamic", "weight_type": "uint8", "per_channel": False, "reduce_range": False}
VARIANTS = ("float32", "dynamic_int8")
SUITES = {"clean": [("none", 0)], "mnist_c": [("fog", 5)]}
MODEL = "mnist/lenet5/standard"
RETRAINED = {"static_int8": (np.arange(N) < 9, np.arange(N) < 5)}


def graph(seed: int, channels: int = 1) -> onnx.ModelProto:
    random = np.random.default_rng(seed)
    kernel = random.normal(size=(3, channels, 3, 3)).astype(np.float32)
    dense = random.normal(size=(48, CLASSES)).astype(np.float32)
    nodes = [
        helper.make_node("Conv", ["input", "kernel"], ["convolved"]),
        helper.make_node("Flatten", ["convolved"], ["flat"]),
        helper.make_node("MatMul", ["flat", "dense"], ["logits"]),
    ]
    onnx_graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", channels, 6, 6])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", CLASSES])],
        [numpy_helper.from_array(kernel, "kernel"), numpy_helper.from_array(dense, "dense")],
    )
    return helper.make_model(onnx_graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def save(model: onnx.ModelProto, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, path)
    ONNX.append(path, path)


class Study:
    """The files of a study with two models, created by the real components, and the jobs that read them."""

    def __init__(self, folder: Path) -> None:
        self.results = folder / "results"

    def make(self) -> None:
        random = np.random.default_rng(0)
        for suite, shifts in SUITES.items():
            for shift, severity in shifts:
                folder = self.results / f"sets/{suite}/{shift}/{severity}"
                write_array(folder / "inputs.npy", random.integers(0, 256, (N, 1, 6, 6), dtype=np.uint8))
                write_array(folder / "labels.npy", random.integers(0, CLASSES, N))
                write_array(folder / "sources.npy", random.permutation(N))
                write_json(folder / "texts.json", [f"{suite} {shift} {number} is a text" for number in range(N)])
        self.truth(self.results / "truth/mnist.npz")
        write_array(self.results / "validation.npy", random.integers(0, 256, (N, 1, 6, 6), dtype=np.uint8))
        vocabulary.write(vocabulary.build(["one two three"], 10), self.results / "vocabulary.json")
        for seed in (0, 1):
            folder = self.results / f"models/{MODEL}/{seed}"
            save(graph(seed), folder / "float32.onnx")
            ranges = [{"operator": "Conv", "scale": 0.5 + seed, "zero_point": 3}]
            write_record(folder / "training.json", {"rounding": "none", "ranges": ranges, "added": [seed]})
            parity = {"inputs": 9, "max_difference": 1e-6 * (1 + seed), "largest_logit": 1.0, "argmax_equal": 1.0}
            stored = np.zeros((1, 1, 6, 6), dtype=np.uint8)
            write_record(folder / "model.json", model_record(stored, CLASSES, parity=parity, ranges={}))
            self.quantize(seed)
            for variant in VARIANTS:
                for suite in SUITES:
                    self.evaluate(seed, variant, suite)
            self.inspect(seed)
            self.compare(seed)
            self.detect(seed)
            retrained.write(self.results / f"retraining/{MODEL}/{seed}/held_out.npz", np.arange(N) + seed, RETRAINED)

    def truth(self, target: Path) -> None:
        folders = {
            TestSet(suite, shift, severity): self.results / f"sets/{suite}/{shift}/{severity}"
            for suite, shifts in SUITES.items()
            for shift, severity in shifts
        }
        truth.gather(folders, target, CLASSES)

    def quantize(self, seed: int = 0) -> None:
        folder = self.results / f"models/{MODEL}/{seed}"
        quantize(
            preset=DYNAMIC,
            source=folder / "float32.onnx",
            calibration=self.results / "validation.npy",
            record=folder / "model.json",
            model=folder / "dynamic_int8.onnx",
        )

    def evaluate(self, seed: int = 0, variant: str = "dynamic_int8", suite: str = "clean") -> None:
        sets = {f"{shift}/{level}": self.results / f"sets/{suite}/{shift}/{level}" for shift, level in SUITES[suite]}
        files = {key: folder / "inputs.npy" for key, folder in sets.items()}
        if suite == "clean":
            files["validation/0"] = self.results / "validation.npy"
        model = self.results / f"models/{MODEL}/{seed}/{variant}.onnx"
        logits = self.results / f"logits/{MODEL}/{seed}/{variant}/{suite}.npz"
        record = model.with_name("model.json")
        evaluate(model=model, record=record, test_sets=files, logits=logits, **INFERENCE)

    def inspect(self, seed: int = 0) -> None:
        folder = self.results / f"models/{MODEL}/{seed}"
        inspect(
            variants=[folder / f"{variant}.onnx" for variant in VARIANTS],
            model_record=folder / "model.json",
            inputs=self.results / "validation.npy",
            inference=dict.fromkeys(VARIANTS, INFERENCE),
            records=[self.results / f"inspections/{MODEL}/{seed}/{variant}.json" for variant in VARIANTS],
        )

    def logits(self, seed: int) -> list[Path]:
        folder = self.results / f"logits/{MODEL}/{seed}"
        return [folder / variant / f"{suite}.npz" for variant in VARIANTS for suite in SUITES]

    def compare(self, seed: int = 0) -> None:
        base = self.results / f"comparisons/{MODEL}/{seed}"
        write_comparisons(
            model=ModelId.parse(f"{MODEL}/{seed}"),
            logits=self.logits(seed),
            truth_file=self.results / "truth/mnist.npz",
            tables=[base / f"{variant}.csv" for variant in VARIANTS],
            masks=[base / f"{variant}.npz" for variant in VARIANTS],
            weakest=[base / f"{variant}.json" for variant in VARIANTS],
            inputs=[self.results / f"disagreements/{MODEL}/{seed}/{variant}.csv" for variant in VARIANTS],
            task=CLASSIFICATION,
        )

    def detect(self, seed: int = 0) -> None:
        base = self.results / f"detections/{MODEL}/{seed}/dynamic_int8"
        write_detections(
            model=ModelId.parse(f"{MODEL}/{seed}"),
            logits=self.logits(seed),
            truth_file=self.results / "truth/mnist.npz",
            tables=[base.with_suffix(".csv")],
            draws=[base.with_suffix(".npz")],
            task=CLASSIFICATION,
        )

    def files(self, kind: str, name: str) -> list[Path]:
        return [self.results / f"{kind}/{MODEL}/{seed}/{name}" for seed in (0, 1)]

    def variants_table(self) -> None:
        name = "dynamic_int8.json"
        variants.aggregate(
            self.files("inspections", name),
            self.files("models", "model.json"),
            self.files("models", "training.json"),
            self.files("comparisons", name),
            self.results / "tables/variants.csv",
        )

    def evaluation_table(self) -> None:
        test_sets = [(suite, shift, severity) for suite, shifts in SUITES.items() for shift, severity in shifts]
        files, table = self.files("comparisons", "dynamic_int8.csv"), self.results / "tables/evaluation.csv"
        evaluation.aggregate(files, table, {"mnist": test_sets})

    def detectors_table(self) -> None:
        files, table = self.files("detections", "dynamic_int8.csv"), self.results / "tables/detectors.csv"
        detectors.aggregate(files, table, {"mnist": ["all", *SUITES]}, members.names("detectors"))


@dataclass(frozen=True)
class Kind:
    """A kind of file: the path of an example, the job that reads it, and the path of another example."""

    file: str
    use: Callable[[Study], object]
    other: str | None = None


def training(kind: type[Any]) -> Callable[[Study], object]:
    return lambda study: read_record(study.results / f"models/{MODEL}/0/training.json", kind, NAME)


CLEAN, FOG = "sets/clean/none/0", "sets/mnist_c/fog/5"
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


DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "truncated end": lambda path: path.write_bytes(path.read_bytes()[:-9]),
    "flipped in the middle": flip,
    "flipped at the start": lambda path: flip(path, lambda _: 0),
    "flipped at the end": lambda path: flip(path, lambda size: size - 200),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "a list": lambda path: path.write_text("[1]"),
    "an empty list": lambda path: path.write_text("[]"),
    "brackets": lambda path: path.write_text("[" * 100_000),
    "another text": lambda path: path.write_text("Not Found\n" * 100),
    "a folder": folder_instead,
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    Study(folder).make()
    return folder


@pytest.fixture
def study(finished: Path, tmp_path: Path) -> Study:
    shutil.copytree(finished / "results", tmp_path / "results")
    return Study(tmp_path)


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
    assert "run snakemake again" in message
    assert "\n" not in message
    assert len(message) < 600 + 2 * len(str(path))
    assert written(study) == before
    return message


@pytest.mark.parametrize("kind", KINDS)
def test_an_undamaged_file_is_used(study: Study, kind: str) -> None:
    KINDS[kind].use(study)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_damage_is_reported(study: Study, kind: str, damage: str) -> None:
    path = study.results / KINDS[kind].file
    DAMAGES[damage](path)
    message = rejection(study, KINDS[kind].use, path)
    if damage == "missing":
        assert "is missing: run snakemake again to recreate it" in message
    elif damage == "a folder":
        assert "is a folder, expected" in message
        assert "remove this folder and run snakemake again" in message
    else:
        assert "delete it and run snakemake again to recreate it" in message


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.other])
def test_a_copy_of_another_file_is_reported(study: Study, kind: str) -> None:
    path, other = (study.results / str(file) for file in (KINDS[kind].file, KINDS[kind].other))
    assert path.read_bytes() != other.read_bytes()
    shutil.copy(other, path)
    rejection(study, KINDS[kind].use, path)


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.file.endswith((".npy", ".npz"))])
def test_a_file_written_by_another_program_is_reported(study: Study, kind: str) -> None:
    path = study.results / KINDS[kind].file
    if path.suffix == ".npy":
        np.save(path, np.load(path))
    else:
        with np.load(path) as archive:
            arrays = dict(archive)
        np.savez(path, **arrays)
    assert "its checksum is missing" in rejection(study, KINDS[kind].use, path)


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


def test_the_advice_to_remove_a_folder_works(study: Study) -> None:
    path = study.results / f"models/{MODEL}/0/dynamic_int8.onnx"
    content = path.read_bytes()
    folder_instead(path)
    rejection(study, Study.evaluate, path)
    shutil.rmtree(path)
    study.quantize()
    assert path.read_bytes() == content
    study.evaluate()


def test_every_flipped_byte_of_a_model_is_reported(study: Study) -> None:
    path = study.results / f"models/{MODEL}/0/float32.onnx"
    content = path.read_bytes()
    for place in range(0, len(content), 7):
        flipped = bytearray(content)
        flipped[place] ^= 1
        path.write_bytes(flipped)
        with pytest.raises(QuantshiftError, match=r"float32\.onnx"):
            study.evaluate(variant="float32")


def test_a_checksum_does_not_affect_a_model(study: Study) -> None:
    path = study.results / f"models/{MODEL}/0/dynamic_int8.onnx"
    model = onnx.load(path)
    onnx.checker.check_model(model)
    # The checksum of the model that it was quantized from is not inherited.
    assert [note.key for note in model.metadata_props].count(ONNX_KEY) == 1
    bare = study.results.parent / "bare.onnx"
    bare.write_bytes(path.read_bytes()[: -len(ONNX)])
    inputs = read_array(study.results / f"{CLEAN}/inputs.npy")
    np.testing.assert_array_equal(predict(path, inputs, 16), predict(bare, inputs, 16))


def test_a_checksum_does_not_affect_arrays(study: Study) -> None:
    path = study.results / f"{CLEAN}/inputs.npy"
    np.testing.assert_array_equal(np.load(path), read_array(path))
    assert path.stat().st_size == 128 + N * 36 + len(TEXT)


def test_files_outside_the_results_need_no_checksum_and_are_never_to_be_removed(tmp_path: Path) -> None:
    np.save(tmp_path / "mine.npy", np.arange(5))
    assert read_array(tmp_path / "mine.npy").tolist() == [0, 1, 2, 3, 4]
    np.savez(tmp_path / "mine.npz", a=np.arange(5))
    assert archives.read_all(tmp_path / "mine.npz")["a"].tolist() == [0, 1, 2, 3, 4]
    for name, read in (("mine.npy", read_array), ("mine.npz", archives.read_all)):
        flip(tmp_path / name, lambda _: 0)
        with pytest.raises(QuantshiftError, match=r"mine.*put the right file in its place") as error:
            read(tmp_path / name)
        assert "delete" not in str(error.value)


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


def test_a_changed_record_is_reported(study: Study) -> None:
    path = study.results / f"models/{MODEL}/0/model.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    write_json(path, record | {"max_difference": 0.5})
    assert "its crc32 does not match" in rejection(study, Study.variants_table, path)
