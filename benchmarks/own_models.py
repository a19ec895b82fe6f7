"""Measure `quantshift check` on a user's model against the bare onnxruntime runs that it needs.

A convolutional network with random weights and random images stand for a user's files. The check runs in a folder of
its own; then a plain script runs the same ONNX files (float32 and each preset) on the same test sets, with the same
batches, on as many processes as the check has cores.

    python benchmarks/own_models.py             # LeNet-5, 10,000 images: under 25 s
    python benchmarks/own_models.py resnet50    # 25 million weights, 1,000 images, clean and three shifts: 1.3 times
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import nn

from quantshift.models import vision
from quantshift.planning import workflow
from quantshift.study import Study

ROOT = Path(__file__).parents[1]
PRESETS = ("static_int8", "dynamic_int8", "weight_int8", "float16")
INPUT = "pixels"


@dataclass(frozen=True)
class Case:
    """A model to check.

    Attributes:
        shape: shape of an image.
        images: number of images in each test set.
        shifts: number of shifted test sets.
    """

    shape: tuple[int, int, int]
    images: int
    shifts: int


CASES = {"lenet5": Case((1, 28, 28), 10_000, 0), "resnet50": Case((3, 224, 224), 1_000, 3)}


def main() -> None:
    """Print the seconds of the check, of the bare runs, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", nargs="?", choices=[*CASES], default="lenet5")
    parser.add_argument("--images", type=int, help="images in each test set, if not as many as stated above")
    parser.add_argument("--cores", type=int, default=2)
    options = parser.parse_args()
    case = CASES[options.case]
    images = options.images or case.images
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_files(options.case, case, images, folder)
        first, whole = check(case, folder, options.cores)
        print(f"check: {whole:.1f} s, first line after {first:.1f} s", flush=True)
        bare = bare_runs(case, folder, options.cores)
        print(f"bare onnxruntime runs: {bare:.1f} s; the check needs {whole / bare:.2f} times as long")


def write_files(name: str, case: Case, images: int, folder: Path) -> None:
    """Write the model and the test sets, each with other random images."""
    torch.manual_seed(0)
    network = vision.load().models.resnet50() if name == "resnet50" else lenet5()
    example = torch.zeros(2, *case.shape)
    torch.onnx.export(
        network.eval(),
        (example,),
        folder / "model.onnx",
        input_names=[INPUT],
        output_names=["logits"],
        dynamic_shapes=({0: torch.export.Dim("n")},),
        external_data=False,
        verbose=False,
    )
    random = np.random.default_rng(0)
    for test_set in ["test", "calibration", *shifts(case)]:
        count = images if test_set != "calibration" else 200
        values = random.normal(size=(count, *case.shape)).astype(np.float32)
        np.save(folder / f"{test_set}.npy", values)


def lenet5() -> nn.Module:
    """Return LeNet-5 for images of 28 x 28 pixels."""
    features = [nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU()]
    layers = [nn.AvgPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU()]
    return nn.Sequential(*features, *layers, nn.Linear(84, 10))


def shifts(case: Case) -> list[str]:
    """Return the names of the shifted test sets."""
    return [f"shift{number}" for number in range(case.shifts)]


def check(case: Case, folder: Path, cores: int) -> tuple[float, float]:
    """Return the seconds to the first line of a check, and to its end."""
    command = [sys.executable, "-m", "quantshift.command", "check", "model.onnx", "--data", "test.npy"]
    command += ["--calibration", "calibration.npy", "--quantizers", ",".join(PRESETS), "--cores", str(cores)]
    for name in shifts(case):
        command += ["--shifted", f"{name}={name}.npy"]
    start = time.monotonic()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        seconds = time.monotonic() - start
        _, errors = process.communicate()
    if process.returncode not in (0, 1, 2):
        raise SystemExit(f"the check failed: {first}{errors}")
    return seconds, time.monotonic() - start


def bare_runs(case: Case, folder: Path, cores: int) -> float:
    """Return the seconds that onnxruntime needs for all files on all test sets."""
    study = Study(workflow.merged(ROOT, []))
    models = next((folder / "quantshift-model/results/models").glob("*/*/given/0"))
    runs = [
        (models / f"{variant}.onnx", folder / f"{name}.npy", study.inference(variant)["entries"], size)
        for variant in ("float32", *PRESETS)
        for size in [study.inference(variant)["batch_size"]]
        for name in ("test", *shifts(case))
    ]
    start = time.monotonic()
    with ProcessPoolExecutor(cores) as pool:
        list(pool.map(run, *zip(*runs, strict=True)))
    return time.monotonic() - start


def run(model: Path, images: Path, entries: Mapping[str, str], size: int) -> None:
    """Run a model on all images, on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    for name, value in entries.items():
        options.add_session_config_entry(name, value)
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    name, values = session.get_inputs()[0].name, np.load(images, mmap_mode="r")
    for start in range(0, len(values), size):
        session.run(None, {name: np.asarray(values[start : start + size])})


if __name__ == "__main__":
    main()
