"""A user's own linear model and data."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import yaml
from onnx import helper, numpy_helper

from quantshift.planning import own_files, workflow
from quantshift.planning.planned_study import PlannedStudy
from quantshift.storage.records import write_record
from quantshift.study import Study

FEATURES, CLASSES = 12, 4
CONFIG = """
study: {datasets: [], methods: [standard], quantizers: [weight_int8, static_int8]}
models: {linear: {file: m.onnx, data: sensor, variants: {theirs: q.onnx}}}
data:
  sensor:
    test: {file: rows.npy}
    calibration_samples: 20
    shifted: {noisy: {file: noisy.npy, paired: true}, others: {file: others.npz}}
    shifts: [auto]
    shift_limit: 50
"""


@dataclass
class Own:
    """A folder with the model, its data and a config."""

    folder: Path
    root: Path

    @property
    def config(self) -> dict[str, Any]:
        """The config."""
        return yaml.safe_load((self.folder / "quantshift.yaml").read_text(encoding="utf-8"))

    def edit(self, **sections: dict[str, Any]) -> None:
        """Replace sections of the config."""
        content = yaml.safe_dump(self.config | sections)
        (self.folder / "quantshift.yaml").write_text(content, encoding="utf-8")

    def study(self) -> PlannedStudy:
        """Return the study."""
        config = workflow.merged(self.root, [self.folder / "quantshift.yaml"], self.folder)
        return PlannedStudy(config, own_files.of_files(Study(config)))


def write_model_record(folder: Path, file_bytes: int) -> None:
    """Write the record of the model in the results of a run."""
    record = {
        "inputs": [],
        "output": {"name": "logits", "kind": "logits", "classes": CLASSES},
        "batch": None,
        "id": "sensor/linear/given/0",
        "origin": "given",
        "facets": {},
        "file_bytes": file_bytes,
    }
    write_record(folder / "results/models/sensor/linear/given/0/model.json", record)


def linear(file: Path, *, seed: int = 0, features: int = FEATURES) -> None:
    """Write a linear model."""
    weight = np.random.default_rng(seed).normal(size=(features, CLASSES)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["rows", "weight"], ["logits"])],
        "linear",
        [helper.make_tensor_value_info("rows", onnx.TensorProto.FLOAT, ["n", features])],
        [helper.make_tensor_value_info("logits", onnx.TensorProto.FLOAT, ["n", CLASSES])],
        [numpy_helper.from_array(weight, "weight")],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), file)


def write(folder: Path, root: Path) -> Own:
    """Write the files of `CONFIG`: 120 test samples, 120 noisy ones and 30 others with labels."""
    folder.mkdir()
    linear(folder / "m.onnx")
    linear(folder / "q.onnx", seed=1)
    random = np.random.default_rng(0)
    for name in ("rows", "noisy"):
        np.save(folder / f"{name}.npy", random.normal(size=(120, FEATURES)).astype(np.float32))
    others = random.normal(size=(30, FEATURES)).astype(np.float32)
    np.savez(folder / "others.npz", rows=others, labels=np.arange(30) % CLASSES)
    (folder / "quantshift.yaml").write_text(CONFIG, encoding="utf-8")
    return Own(folder, root)
