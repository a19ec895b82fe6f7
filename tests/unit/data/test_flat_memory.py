"""Memory does not grow with a user's data: arrays, archives and folders of images are read in parts at every stage."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

MEGABYTE = 1 << 20
# Of the data, and the most that a process may have in memory. Python with onnxruntime and OpenCV has about 150 MB.
SIZE, LIMIT = 300, 290
SIDE = 224
# Stores the data, corrupts them and runs a model on them, and prints the largest size of the process in megabytes.
SCRIPT = """
import json, re, sys
from pathlib import Path
from quantshift.data.corruptions.selection import Corruption, TestData
from quantshift.data.corruptions.store import store_corrupted
from quantshift.data.given_data import GivenData, store_shifted, store_splits
from quantshift.data.readers.expected import ModelInput
from quantshift.data.stored_inputs import read_inputs
from quantshift.report.modalities import image
from quantshift.runtime.evaluate import evaluate

settings, inputs, suites, output = json.loads(sys.argv[1])
folder = Path("stored")
data = GivenData("mine", settings, [ModelInput(name, dtype, tuple(shape)) for name, dtype, shape in inputs])
store_splits(data, folder / "feeding.json")
if "shifted" in settings:
    store_shifted(data, "copy", folder / "shifted")
feeding = json.loads((folder / "feeding.json").read_text())
for collection, shift in suites:
    corruption = Corruption(collection, collection, shift, 3)
    store_corrupted(TestData.read("mine", folder / "feeding.json", None), corruption, 100, folder / shift)
record = {"inputs": feeding["inputs"], "output": {"name": "logits", "kind": "logits", "classes": 2}, "batch": None}
Path("model.json").write_text(json.dumps(record))
evaluate(model=Path("model.onnx"), record=Path("model.json"), test_sets={"none/0": folder / "test/inputs.npz"},
         batch_size=8, threads=1, entries={}, logits=Path("logits.npz"))
if feeding["modality"] == "image":
    assert image.shown(folder / "test", [0, 5], [])
stored = read_inputs(folder / "test/inputs.npz", [spec["name"] for spec in feeding["inputs"]], whole=False)
types = {name: str(array.dtype) for name, array in stored.items()}
# `ru_maxrss` would include the parent's memory before this program replaced it.
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(json.dumps([int(peak[1]) / 1024, types]))
"""


def network(folder: Path, name: str, shape: list[int | str]) -> None:
    """Write a model that answers with the mean of an input."""
    from quantshift.storage.checksums import ONNX
    from quantshift.storage.files import atomic

    axes = list(range(1, len(shape)))
    nodes = [
        helper.make_node("ReduceMean", [name], ["mean"], axes=axes, keepdims=0),
        helper.make_node("Unsqueeze", ["mean", "one"], ["column"]),
        helper.make_node("MatMul", ["column", "weight"], ["logits"]),
    ]
    weights = {"one": np.array([1]), "weight": np.array([[1.0, -1.0]], dtype=np.float32)}
    graph = helper.make_graph(
        nodes,
        "mean",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 2])],
        [numpy_helper.from_array(value, key) for key, value in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    with atomic(folder / "model.onnx") as temporary:
        onnx.save(model, temporary)
        ONNX.append(temporary, folder / "model.onnx")


def sparse(path: Path, shape: tuple[int, ...], dtype: str) -> None:
    """Write zeros that take no room on the disk."""
    with path.open("wb") as stream:
        header = {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(stream, header)
        stream.truncate(stream.tell() + int(np.prod(shape)) * np.dtype(dtype).itemsize)


@pytest.fixture
def peak(tmp_path: Path) -> Callable[..., tuple[float, dict[str, str]]]:
    """Return a function that runs the stages in another process, and returns its peak and the stored types."""

    def run(settings: dict, inputs: list, suites: list, output: str = "") -> tuple[float, dict[str, str]]:
        argument = json.dumps([settings, inputs, suites, output])
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, argument], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        megabytes, types = json.loads(done.stdout.splitlines()[-1])
        return megabytes, types

    return run


def test_an_array_of_images_is_stored_as_bytes_in_flat_memory(tmp_path, peak):
    network(tmp_path, "x", ["n", 3, SIDE, SIDE])
    count = SIZE * MEGABYTE // (3 * SIDE * SIDE)
    sparse(tmp_path / "test.npy", (count, 3, SIDE, SIDE), "uint8")
    settings = {"test": {"file": "test.npy"}, "images": {"values": "imagenet", "layout": "NCHW"}}
    megabytes, types = peak(settings, [["x", "float32", [3, SIDE, SIDE]]], [["image_corruptions", "gaussian_noise"]])
    assert types == {"x": "uint8"}
    assert megabytes < LIMIT
    assert (tmp_path / "stored/test/inputs.npz").stat().st_size > 0.7 * SIZE * MEGABYTE


def test_a_folder_of_images_is_stored_as_bytes_in_flat_memory(tmp_path, peak):
    network(tmp_path, "x", ["n", SIDE, SIDE, 3])
    (tmp_path / "photos").mkdir()
    (tmp_path / "one").mkdir()
    Image.fromarray(np.zeros((SIDE, SIDE, 3), np.uint8)).save(tmp_path / "one/photo.bmp")
    for number in range(2000):  # 290 MB
        (tmp_path / f"photos/{number}.bmp").symlink_to(tmp_path / "one/photo.bmp")
    settings = {"test": {"file": "photos"}, "images": {"values": "0..1"}}
    megabytes, types = peak(settings, [["x", "float32", [SIDE, SIDE, 3]]], [["image_corruptions", "fog"]])
    assert types == {"x": "uint8"}
    assert megabytes < LIMIT


@pytest.mark.parametrize("compressed", [False, True])
def test_an_archive_with_several_inputs_is_stored_in_flat_memory(tmp_path, peak, compressed):
    network(tmp_path, "x", ["n", 4096])
    count = SIZE * MEGABYTE // (4096 * 4)
    save = np.savez_compressed if compressed else np.savez
    arrays = {"x": np.zeros((count, 4096), np.float32), "labels": np.zeros(count, np.int64)}
    save(tmp_path / "test.npz", **arrays)
    settings = {"test": {"file": "test.npz"}}
    if not compressed:
        settings["shifted"] = {"copy": {"file": "test.npz", "paired": True}}
    megabytes, types = peak(settings, [["x", "float32", [4096]]], [["feature_corruptions", "noise"]])
    assert types == {"x": "float32"}
    assert megabytes < LIMIT
