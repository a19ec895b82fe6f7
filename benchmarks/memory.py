"""Measure the peak memory of `evaluate` and shift generation at 10,000 and 100,000 inputs; it should not grow.

Each measurement runs in a new process; the peak is the largest resident set that the system reports.
"""

import multiprocessing
import resource
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from quantshift.core.dataset_facts import facts_of
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
        peak_memory(write_model, 0, folder)
        works: Mapping[str, Work] = {"evaluate": run_evaluate, **{name: Shift(name) for name in SHIFTS}}
        print(f"{'peak memory, MiB':20} {SIZES[0]:>9,} {SIZES[1]:>9,} {'ratio':>7}")
        for size in SIZES:
            peak_memory(write_inputs, size, folder)
        for name, work in works.items():
            small, large = (peak_memory(work, size, folder) for size in SIZES)
            print(f"{name:20} {small:9.0f} {large:9.0f} {large / small:7.2f}", flush=True)


def peak_memory(work: Work, size: int, folder: Path) -> float:
    """Return the peak memory, in MiB, of a new process that does the work."""
    context = multiprocessing.get_context("spawn")
    queue: Any = context.SimpleQueue()
    process = context.Process(target=report_peak, args=(work, size, folder, queue))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{work} failed")
    return float(queue.get())


def report_peak(work: Work, size: int, folder: Path, queue: Any) -> None:
    """Do the work and report the peak."""
    work(size, folder)
    queue.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def write_model(_: int, folder: Path) -> None:
    """Write an untrained model; training does not change the memory that a model needs."""
    # Import torch only here: its memory would hide that of the measured work.
    from quantshift.export.trace import write
    from quantshift.models.network import build
    from quantshift.models.tensors import on_cpu

    model = build(ARCHITECTURE, DATASET, ("memory",), {})
    facts = facts_of(DATASET)
    example = on_cpu(feeding(DATASET))(np.zeros((2, *facts.shape), dtype=np.uint8))
    write(model, example, folder / "float32.onnx")
    signature = signature_of(feeding(DATASET), facts.shape, facts.classes)
    record: dict[str, Any] = {**signature, "id": "", "origin": TRAINED, "facets": {}}
    write_record(folder / "model.json", record)


def write_inputs(size: int, folder: Path) -> None:
    """Write 28x28 images to evaluate and 32x32x3 images to shift, with labels and sources."""
    random = np.random.default_rng(0)
    for target, shape in ((evaluated_set(size, folder), (1, 28, 28)), (folder / f"shift/{size}/test", (3, 32, 32))):
        write_array(target / "inputs.npy", random.integers(0, 256, (size, *shape), dtype=np.uint8))
        write_array(target / "labels.npy", random.integers(0, 10, size))
        write_array(target / "sources.npy", np.arange(size))


def evaluated_set(size: int, folder: Path) -> Path:
    """Return the folder of the images to evaluate."""
    return folder / "evaluate" / str(size)


def run_evaluate(size: int, folder: Path) -> None:
    """Run the model over the images."""
    evaluate(
        model=folder / "float32.onnx",
        record=folder / "model.json",
        test_sets={"none/0": evaluated_set(size, folder) / "inputs.npy"},
        batch_size=64,
        threads=1,
        entries={},
        logits=folder / f"{size}.npz",
    )


class Shift:
    """Generate one corruption."""

    def __init__(self, name: str) -> None:
        """Set the name of the corruption."""
        self.name = name

    def __call__(self, size: int, folder: Path) -> None:
        """Shift the images."""
        dataset = DataSet("cifar10", "image", (3, 32, 32), {}, folder / "shift" / str(size))
        synthetic(
            dataset,
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
