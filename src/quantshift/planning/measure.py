"""Rates that are measured on the spot, on one core of this machine, for work that no record tells of.

A network is built at its data set's size; a few training steps of each method and a few batches of each variant are
timed, in CPU seconds, so that other programs do not count. Weights are untrained and inputs random: they change what a
model answers, not how long it takes.
"""

import contextlib
import io
import logging
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray

from quantshift.core import members
from quantshift.core.names import FLOAT32
from quantshift.core.signature import TRAINED, Signature
from quantshift.export.graph import filled
from quantshift.export.signature import signature_of
from quantshift.export.trace import traced
from quantshift.inspection.speed import ROUNDS, TRIED_BATCHES, round_inputs
from quantshift.models.network import build
from quantshift.models.tensors import tensor
from quantshift.models.weights import weights_of
from quantshift.planning import sizes
from quantshift.planning.job import Job
from quantshift.planning.rates import Line
from quantshift.planning.work import work
from quantshift.quantizers.quantize import quantize
from quantshift.runtime.network import Network
from quantshift.storage.arrays import write_array
from quantshift.storage.checksums import ONNX
from quantshift.storage.records import write_record
from quantshift.study import Study
from quantshift.training.adam import Adam
from quantshift.training.method_for import method_for

SECONDS = 1.0  # each rate is measured for about as long
FEW = 2  # inputs of a first try; a batch of one would have no statistics
CALIBRATION = 4


@dataclass
class Measured:
    """What was measured, by kind of work.

    Attributes:
        lines: how long work takes.
        stored: bytes of the files that it makes, where these are models.
    """

    lines: dict[tuple[str, ...], Line] = field(default_factory=dict)
    stored: dict[tuple[str, ...], int] = field(default_factory=dict)


def measure(jobs: Sequence[Job], study: Study) -> Measured:
    """Return what was measured for jobs of one network: of the same data set and architecture.

    Args:
        jobs: one of each kind of work, of the rules train, retrain, graph, export, quantize, inspect and evaluate.
        study: what they are jobs of.
    """
    found = Measured()
    names = jobs[0].names
    with _quiet(), tempfile.TemporaryDirectory() as folder:
        network = TimedNetwork(study, names["dataset"], names["architecture"], Path(folder))
        for job in jobs:
            kind = work(job, study).kind
            match job.rule:
                case "train" | "retrain":
                    found.lines[kind] = Line(0.0, network.training(job.wildcards["method"], job.rule == "retrain"))
                case "graph":
                    found.lines[kind] = Line(network.tracing(), 0.0)
                    found.stored[kind] = network.file(FLOAT32).stat().st_size
                case "export":
                    found.lines[kind] = Line(network.export(), 0.0)
                    found.stored[kind] = network.file(FLOAT32).stat().st_size
                case "quantize":
                    found.lines[kind] = Line(network.quantization(job.wildcards["quantizer"]), 0.0)
                    found.stored[kind] = network.file(job.wildcards["quantizer"]).stat().st_size
                case "inspect":
                    found.lines[kind] = Line(network.inspection(), 0.0)
                case "evaluate":
                    found.lines[kind] = Line(0.0, network.inference(job.wildcards["variant"]))
                case _:
                    raise ValueError(f"jobs of the rule {job.rule} are not measured")
    return found


class TimedNetwork:
    """An untrained network of a study, that is timed; nothing is timed twice.

    Args:
        study: the study.
        dataset: name of the data set.
        architecture: name of the architecture.
        folder: where its files are written.
        shape: of an input, in place of the data set's, for networks that take any size.
    """

    def __init__(
        self, study: Study, dataset: str, architecture: str, folder: Path, shape: tuple[int, ...] | None = None
    ) -> None:
        """Build it."""
        self.study, self.dataset, self.folder = study, dataset, folder
        self.about = members.constants(f"datasets/{dataset}") | ({"SHAPE": shape} if shape else {})
        options = study.architecture_options(architecture)
        self.model = build(architecture, dataset, ("plan", dataset, architecture), options)
        self.random = np.random.default_rng(0)
        self.seconds: dict[str, float] = {}
        self.rates: dict[str, float] = {}

    def stored(self, count: int) -> NDArray[Any]:
        """Return random stored inputs [count, ...]."""
        made: NDArray[Any] = members.load("data/modalities", self.about["INPUT"]).random_inputs(
            count, self.about, self.random
        )
        return made

    @property
    def signature(self) -> Signature:
        """Return what the network takes and answers."""
        return signature_of(self.stored(1), self.about["CLASSES"])

    def training(self, method: str, retrained: bool) -> float:
        """Return the seconds of a training step for one input."""
        settings = (self.study.retraining if retrained else self.study.training)(self.dataset, method)
        chosen = method_for(method, self.dataset, settings, self.random)
        prepared = chosen.prepare(self.model.to(memory_format=torch.channels_last))  # type: ignore[call-overload]
        prepared.train()
        optimizer = Adam(prepared.parameters())
        cpu = torch.device("cpu")

        def step(size: int) -> None:
            labels = torch.from_numpy(self.random.integers(0, self.about["CLASSES"], size))
            prepared.zero_grad()
            chosen.loss(prepared, tensor(self.stored(size), cpu), labels, 1.0).backward()  # type: ignore[no-untyped-call]
            optimizer.step(1e-6)

        seconds = per_input(step, settings["batch_size"])
        chosen.finish(self.model)
        return seconds

    def file(self, variant: str) -> Path:
        """Return a variant's ONNX file, which is made the first time."""
        path = self.folder / f"{variant}.onnx"
        if path.exists():
            return path
        began = time.process_time()
        if variant == FLOAT32:
            network = traced(self.model, tensor(self.stored(2), torch.device("cpu")).contiguous())
            self.seconds["traced"] = time.process_time() - began
            began = time.process_time()
            onnx.save(filled(network, weights_of(self.model), self.about["SHAPE"]), path)
            ONNX.append(path, path)
        else:
            source = self.file(FLOAT32)
            preset = self.study.preset(variant)
            few = {"calibration_samples": CALIBRATION} if "calibration_samples" in preset else {}
            calibration, record = self.folder / "calibration.npy", self.folder / "model.json"
            write_array(calibration, self.stored(CALIBRATION))
            write_record(record, {**self.signature, "id": "", "origin": TRAINED, "facets": {}})
            began = time.process_time()
            quantize(preset=preset | few, source=source, record=record, calibration=calibration, model=path)
        self.seconds[variant] = time.process_time() - began
        return path

    def inference(self, variant: str) -> float:
        """Return the seconds of a prediction for one input."""
        if variant not in self.rates:
            settings = self.study.inference(variant)
            network = Network(self.file(variant), self.signature, entries=settings["entries"])
            (name,) = network.names

            def run(size: int) -> None:
                network.predict({name: self.stored(size)}, settings["batch_size"])

            self.rates[variant] = per_input(run, max(settings["batch_size"], FEW))
        return self.rates[variant]

    def tracing(self) -> float:
        """Return the seconds in which the graph is traced."""
        self.file(FLOAT32)
        return self.seconds["traced"]

    def export(self) -> float:
        """Return the seconds of an export: the graph is filled, and onnxruntime runs what torch has answered."""
        compared: int = min(
            self.study.config["export"]["parity_inputs"], sizes.validation_inputs(self.study, self.dataset)
        )
        self.file(FLOAT32)
        return self.seconds[FLOAT32] + compared * self.inference(FLOAT32)

    def quantization(self, quantizer: str) -> float:
        """Return the seconds of a quantization; calibration runs the float32 model over its samples."""
        self.file(quantizer)
        further: int = self.study.preset(quantizer).get("calibration_samples", CALIBRATION) - CALIBRATION
        return self.seconds[quantizer] + max(0, further) * self.inference(FLOAT32)

    def inspection(self) -> float:
        """Return the seconds of the inspection of all variants."""
        return sum(self.measuring(variant) for variant in self.study.variants)

    def measuring(self, variant: str) -> float:
        """Return the seconds of measuring a variant beside float32."""
        measured = [self.inference(name) for name in {variant, FLOAT32}]
        batch: int = self.study.inference(variant)["batch_size"]
        inputs = min(round_inputs(max(measured) * batch, batch), sizes.validation_inputs(self.study, self.dataset))
        return (ROUNDS * inputs + TRIED_BATCHES * batch) * sum(measured)


def per_input(run: Callable[[int], None], size: int) -> float:
    """Return the seconds that `run(size)` takes for one input, by fewer inputs where these take long enough.

    The inputs are doubled until they take long. What they take beyond half of them is what further ones take, since a
    batch has costs of its own, such as the update of all weights.

    Args:
        run: does the work on a number of inputs.
        size: the number that is asked about.
    """
    taken = min(FEW, size)
    run(taken)  # the first time takes longer, and is not counted
    before, seconds = 0.0, repeated(partial(run, taken), 0.0)
    while taken < size and seconds < SECONDS:
        taken = min(2 * taken, size)
        if seconds < SECONDS / 4:
            run(taken)
        before, seconds = seconds, repeated(partial(run, taken), SECONDS if taken == size else 0.0)
    if taken == size or before == 0:
        return seconds / taken
    further = min(max(seconds - before, 0.0) / (taken / 2), seconds / taken)
    return (seconds + further * (size - taken)) / size


def repeated(once: Callable[[], None], seconds: float) -> float:
    """Return the seconds of one call, the mean over about as many `seconds` of calls and over one at least."""
    began, calls = time.process_time(), 0
    while calls == 0 or time.process_time() - began < seconds:
        once()
        calls += 1
    return (time.process_time() - began) / calls


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Measure on one core, without the advice that libraries give on untrained models."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    logging.disable(logging.WARNING)
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)
        torch.set_num_threads(threads)
