"""The files of a small study with two models, created by the real components."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from quantshift.aggregation import detectors, evaluation, variants
from quantshift.analysis import retrained
from quantshift.analysis.comparisons import write_comparisons
from quantshift.analysis.detection.detections import write_detections
from quantshift.core import members
from quantshift.core.model_id import ModelId
from quantshift.core.test_set import TestSet
from quantshift.data import truth
from quantshift.data.text import vocabulary
from quantshift.inspection.inspect import inspect
from quantshift.quantizers.quantize import quantize
from quantshift.runtime.evaluate import evaluate
from quantshift.storage.arrays import write_array
from quantshift.storage.checksums import ONNX
from quantshift.storage.files import write_json
from quantshift.storage.records import write_record
from quantshift.tasks.classification import CLASSIFICATION
from tests.answers import model_record

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
            float32=folder / "float32.onnx",
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


CLEAN, FOG = "sets/clean/none/0", "sets/mnist_c/fog/5"
