"""Measure rates on one core of this machine, for work without records.

A network is built for its data set's input size. A few training steps of each method and a few batches of each variant
are timed in CPU seconds, which exclude other programs. Weights are untrained and inputs random: they affect a model's
answers, not its speed.
"""

import contextlib
import io
import logging
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray

from quantshift.core import members
from quantshift.core.dataset_facts import facts_of
from quantshift.core.names import FLOAT32
from quantshift.core.signature import TRAINED, Signature
from quantshift.export.graph import fill
from quantshift.export.signature import signature_of
from quantshift.export.trace import trace_network
from quantshift.inspection.speed import ROUNDS, TRIED_BATCHES, round_inputs
from quantshift.models.network import build
from quantshift.models.tensors import on_cpu
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
from quantshift.study import Study, feeding
from quantshift.training.adam import Adam
from quantshift.training.device import compute_in
from quantshift.training.method_for import method_for

SECONDS = 1.0  # approximate duration of each measurement
FEW = 2  # inputs of the first try; batch statistics need more than one
CALIBRATION = 4


@dataclass
class Measured:
    """Measurements by kind of work.

    Attributes:
        lines: durations.
        stored: bytes of model files.
    """

    lines: dict[tuple[str, ...], Line] = field(default_factory=dict)
    stored: dict[tuple[str, ...], int] = field(default_factory=dict)


def measure(jobs: Sequence[Job], study: Study) -> Measured:
    """Measure jobs of one network, that is, of one data set and architecture.

    Args:
        jobs: one job for each kind of work, of the rules train, retrain, graph, export, quantize, inspect and evaluate.
        study: the jobs' study.
    """
    measured = Measured()
    names = jobs[0].names
    with _quiet(), tempfile.TemporaryDirectory() as folder:
        network = TimedNetwork(study, names["dataset"], names["architecture"], Path(folder))
        for job in jobs:
            kind = work(job, study).kind
            match job.rule:
                case "train" | "retrain":
                    measured.lines[kind] = Line(0.0, network.training(job.wildcards["method"], job.rule == "retrain"))
                case "graph":
                    measured.lines[kind] = Line(network.tracing(), 0.0)
                    measured.stored[kind] = network.file(FLOAT32).stat().st_size
                case "export":
                    measured.lines[kind] = Line(network.export(), 0.0)
                    measured.stored[kind] = network.file(FLOAT32).stat().st_size
                case "quantize":
                    measured.lines[kind] = Line(network.quantization(job.wildcards["quantizer"]), 0.0)
                    measured.stored[kind] = network.file(job.wildcards["quantizer"]).stat().st_size
                case "inspect":
                    measured.lines[kind] = Line(network.inspection(), 0.0)
                case "evaluate":
                    measured.lines[kind] = Line(0.0, network.inference(job.wildcards["variant"]))
                case _:
                    raise ValueError(f"jobs of the rule {job.rule} cannot be measured")
    return measured


class TimedNetwork:
    """An untrained network of a study for timing; each measurement is cached.

    Args:
        study: the study.
        dataset: name of the data set.
        architecture: name of the architecture.
        folder: folder for its files.
        shape: shape of an input in place of the data set's, for networks that accept any size.
    """

    def __init__(
        self, study: Study, dataset: str, architecture: str, folder: Path, shape: tuple[int, ...] | None = None
    ) -> None:
        """Build the network."""
        self.study, self.dataset, self.folder = study, dataset, folder
        facts = facts_of(dataset)
        self.facts = replace(facts, shape=shape) if shape else facts
        options = study.architecture_options(architecture)
        self.model = build(architecture, dataset, ("plan", dataset, architecture), options)
        self.feeding, self.loader = feeding(dataset), on_cpu(feeding(dataset))
        self.random = np.random.default_rng(0)
        self.seconds: dict[str, float] = {}
        self.rates: dict[str, float] = {}

    def stored(self, count: int) -> NDArray[Any]:
        """Return random stored inputs [count, ...]."""
        modality = members.load("data/modalities", self.facts.modality)
        inputs: NDArray[Any] = modality.random_inputs(count, self.facts.shape, self.facts.modality_facts, self.random)
        return inputs

    @property
    def signature(self) -> Signature:
        """Return the network's inputs and output."""
        return signature_of(self.feeding, self.facts.shape, self.facts.classes)

    def training(self, method: str, retrained: bool) -> float:
        """Return the seconds of a training step per input."""
        settings = (self.study.retraining if retrained else self.study.training)(self.dataset, method)
        chosen = method_for(method, self.dataset, settings, self.random)
        autocast, layout = compute_in(self.study.config["precision"], chosen.lowest_precision, torch.device("cpu"))
        prepared = chosen.prepare(self.model.to(memory_format=layout))  # type: ignore[call-overload]
        prepared.train()
        optimizer = Adam(prepared.parameters())

        def step(size: int) -> None:
            labels = torch.from_numpy(self.random.integers(0, self.facts.classes, size))
            inputs = self.loader(self.stored(size))
            prepared.zero_grad()
            with autocast():
                loss = chosen.loss(prepared, inputs, labels, *chosen.draw(inputs, 1.0))
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step(1e-6)

        seconds = per_input(step, settings["batch_size"])
        chosen.finish(self.model)
        return seconds

    def file(self, variant: str) -> Path:
        """Return a variant's ONNX file; the first call creates it."""
        path = self.folder / f"{variant}.onnx"
        if path.exists():
            return path
        began = time.process_time()
        if variant == FLOAT32:
            graph = trace_network(self.model, self.loader(self.stored(2)).contiguous())
            self.seconds["traced"] = time.process_time() - began
            began = time.process_time()
            onnx.save(fill(graph, weights_of(self.model), self.facts.shape), path)
            ONNX.append(path, path)
        else:
            source = self.file(FLOAT32)
            preset = self.study.preset(variant)
            samples = {"calibration_samples": CALIBRATION} if "calibration_samples" in preset else {}
            calibration, record = self.folder / "calibration.npy", self.folder / "model.json"
            write_array(calibration, self.stored(CALIBRATION))
            write_record(record, {**self.signature, "id": "", "origin": TRAINED, "facets": {}})
            began = time.process_time()
            quantize(preset=preset | samples, source=source, record=record, calibration=calibration, model=path)
        self.seconds[variant] = time.process_time() - began
        return path

    def inference(self, variant: str) -> float:
        """Return the seconds of a prediction per input."""
        if variant not in self.rates:
            settings = self.study.inference(variant)
            network = Network(self.file(variant), self.signature, entries=settings["entries"])
            (name,) = network.names

            def run(size: int) -> None:
                network.predict({name: self.stored(size)}, settings["batch_size"])

            self.rates[variant] = per_input(run, max(settings["batch_size"], FEW))
        return self.rates[variant]

    def tracing(self) -> float:
        """Return the seconds of tracing the graph."""
        self.file(FLOAT32)
        return self.seconds["traced"]

    def export(self) -> float:
        """Return the seconds of an export: fill the graph, and run inputs that torch has answered in onnxruntime."""
        compared: int = min(
            self.study.config["export"]["parity_inputs"], sizes.validation_inputs(self.study, self.dataset)
        )
        self.file(FLOAT32)
        return self.seconds[FLOAT32] + compared * self.inference(FLOAT32)

    def quantization(self, quantizer: str) -> float:
        """Return the seconds of a quantization; calibration runs the float32 model on its samples."""
        self.file(quantizer)
        preset = self.study.preset(quantizer)
        more: int = preset.get("calibration_samples", CALIBRATION) - CALIBRATION
        more = max(0, more) + sizes.searched_inputs(self.study, self.dataset, preset["scheme"])
        return self.seconds[quantizer] + more * self.inference(FLOAT32)

    def inspection(self) -> float:
        """Return the seconds of the inspection of all variants."""
        return sum(self.measuring(variant) for variant in self.study.variants)

    def measuring(self, variant: str) -> float:
        """Return the seconds of measuring a variant and float32."""
        measured = [self.inference(name) for name in {variant, FLOAT32}]
        batch: int = self.study.inference(variant)["batch_size"]
        inputs = min(round_inputs(max(measured) * batch, batch), sizes.validation_inputs(self.study, self.dataset))
        return (ROUNDS * inputs + TRIED_BATCHES * batch) * sum(measured)


def per_input(run: Callable[[int], None], size: int) -> float:
    """Return the seconds of `run(size)` per input, extrapolated from fewer inputs if these take long enough.

    The number of inputs is doubled until they take long. The difference between the last two measurements gives the
    time of each further input, without the fixed costs of a batch such as the update of all weights.

    Args:
        run: function that does the work on a number of inputs.
        size: number of inputs to extrapolate to.
    """
    count = min(FEW, size)
    run(count)  # warm-up
    before, seconds = 0.0, repeated(partial(run, count), 0.0)
    while count < size and seconds < SECONDS:
        count = min(2 * count, size)
        if seconds < SECONDS / 4:
            run(count)
        before, seconds = seconds, repeated(partial(run, count), SECONDS if count == size else 0.0)
    if count == size or before == 0:
        return seconds / count
    marginal = min(max(seconds - before, 0.0) / (count / 2), seconds / count)
    return (seconds + marginal * (size - count)) / size


def repeated(once: Callable[[], None], seconds: float) -> float:
    """Return the mean seconds of one call, over calls for about `seconds`, at least one."""
    began, calls = time.process_time(), 0
    while calls == 0 or time.process_time() - began < seconds:
        once()
        calls += 1
    return (time.process_time() - began) / calls


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Measure on one core, and suppress warnings of libraries about untrained models."""
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
