"""Peak memory of `evaluate` and of shift generation at 10,000 and at 100,000 inputs: it should not grow with them.

Each measurement is a process of its own; its peak is the largest resident set that the system saw.
"""

import multiprocessing
import resource
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from quantshift.core import members
from quantshift.core.signature import TRAINED
from quantshift.data.modalities import DataSet
from quantshift.data.test_sets import synthetic
from quantshift.export.signature import signature_of
from quantshift.runtime.evaluate import evaluate
from quantshift.storage.arrays import write_array
from quantshift.storage.records import write_record
from quantshift.study import feeding

SIZES = (10_000, 100_000)
ARCHITECTURE, DATASET = "lenet5", "mnist"
SHIFTS = ("gaussian_noise", "elastic_transform", "zoom_blur")
Work = Callable[[int, Path], None]


def main() -> None:
    """Print the peaks and their ratio."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        prepared(write_model, 0, folder)
        works: Mapping[str, Work] = {"evaluate": run_evaluate, **{name: Shift(name) for name in SHIFTS}}
        print(f"{'peak memory, MiB':20} {SIZES[0]:>9,} {SIZES[1]:>9,} {'ratio':>7}")
        for size in SIZES:
            prepared(write_inputs, size, folder)
        for name, work in works.items():
            small, large = (prepared(work, size, folder) for size in SIZES)
            print(f"{name:20} {small:9.0f} {large:9.0f} {large / small:7.2f}", flush=True)


def prepared(work: Work, size: int, folder: Path) -> float:
    """Return the peak memory in MiB of a new process that does the work."""
    context = multiprocessing.get_context("spawn")
    queue: Any = context.SimpleQueue()
    process = context.Process(target=measured, args=(work, size, folder, queue))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{work} failed")
    return float(queue.get())


def measured(work: Work, size: int, folder: Path, queue: Any) -> None:
    """Do the work and report the peak."""
    work(size, folder)
    queue.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def write_model(_: int, folder: Path) -> None:
    """Write an untrained model: what it answers does not change what memory it takes."""
    # Not imported above: torch needs so much memory itself that it would hide what the measured processes use.
    from quantshift.export.trace import write
    from quantshift.models.network import build
    from quantshift.models.tensors import on_cpu

    model = build(ARCHITECTURE, DATASET, ("memory",), {})
    shape = members.constants(f"datasets/{DATASET}")["SHAPE"]
    write(model, on_cpu(feeding(DATASET))(np.zeros((2, *shape), dtype=np.uint8)), folder / "float32.onnx")
    about = members.constants(f"datasets/{DATASET}")
    record: dict[str, Any] = {
        **signature_of(feeding(DATASET), about["SHAPE"], about["CLASSES"]),
        "id": f"{DATASET}/{ARCHITECTURE}/standard/0",
        "origin": TRAINED,
        "facets": {},
    }
    write_record(folder / "model.json", record)


def write_inputs(size: int, folder: Path) -> None:
    """Write images of 28x28 to evaluate, and of 32x32x3 to shift, with labels and sources."""
    random = np.random.default_rng(0)
    for name, shape in (("evaluate", (1, 28, 28)), ("shift", (3, 32, 32))):
        target = folder / name / str(size) / "test"
        write_array(target / "inputs.npy", random.integers(0, 256, (size, *shape), dtype=np.uint8))
        write_array(target / "labels.npy", random.integers(0, 10, size))
        write_array(target / "sources.npy", np.arange(size))


def run_evaluate(size: int, folder: Path) -> None:
    """Run the model over the images."""
    evaluate(
        model=folder / "float32.onnx",
        record=folder / "model.json",
        test_sets={"none/0": folder / "evaluate" / str(size) / "test/inputs.npy"},
        batch_size=64,
        threads=1,
        entries={},
        logits=folder / f"{size}.npz",
    )


class Shift:
    """Generation of one corruption."""

    def __init__(self, name: str) -> None:
        """Keep its name."""
        self.name = name

    def __call__(self, size: int, folder: Path) -> None:
        """Shift the images."""
        synthetic(
            DataSet("cifar10", "image", {"SHAPE": (3, 32, 32)}, folder / "shift" / str(size)),
            collection="cifar10_c",
            suite="cifar10_c",
            shift=self.name,
            severity=3,
            limit=None,
            artifact=None,
            target=folder / "shifted" / self.name / str(size),
        )


if __name__ == "__main__":
    main()
