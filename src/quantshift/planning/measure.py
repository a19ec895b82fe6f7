"""Measure rates on one core of this machine, for work without records.

A network is built for its data set's input size. A few training steps of each method and a few batches of each variant
are timed in CPU seconds, which exclude other programs. Weights are untrained and inputs random: they affect a model's
answers, not its speed.
"""

import contextlib
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
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
from quantshift.data.stored_inputs import Inputs
from quantshift.export.graph import fill
from quantshift.export.signature import signature_of
from quantshift.export.trace import trace_network
from quantshift.models.network import build
from quantshift.models.tensors import on_cpu
from quantshift.models.weights import weights_of
from quantshift.planning import sizes
from quantshift.planning.job import Job
from quantshift.planning.measured import Measured
from quantshift.planning.planned_study import PlannedStudy
from quantshift.planning.rates import Line
from quantshift.planning.timed_variants import CALIBRATION, TimedVariants
from quantshift.planning.timing import per_input, quiet
from quantshift.planning.work import work
from quantshift.quantizers.quantize import quantize
from quantshift.storage.arrays import write_array
from quantshift.storage.checksums import ONNX
from quantshift.storage.records import write_record
from quantshift.study import Study, feeding
from quantshift.training.adam import Adam
from quantshift.training.device import compute_in
from quantshift.training.method_for import method_for


def measure(jobs: Sequence[Job], study: PlannedStudy) -> Measured:
    """Measure jobs of one network, that is, of one data set and architecture.

    Args:
        jobs: one job for each kind of work, of the rules train, retrain, graph, export, quantize, inspect and evaluate.
        study: the jobs' study.
    """
    measured = Measured()
    names = jobs[0].names
    with quiet(), _on_one_core(), tempfile.TemporaryDirectory() as folder:
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
                    measured.lines[kind] = Line(network.inspection(study.variants), 0.0)
                case "evaluate":
                    measured.lines[kind] = Line(0.0, network.inference(job.wildcards["variant"]))
                case _:
                    raise ValueError(f"jobs of the rule {job.rule} cannot be measured")
    return measured


class TimedNetwork(TimedVariants):
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
        super().__init__(study, study.splits(dataset)["calibration"] or 0, sizes.validation_inputs(study, dataset))
        self.dataset, self.folder = dataset, folder
        facts = facts_of(dataset)
        self.facts = replace(facts, shape=shape) if shape else facts
        options = study.architecture_options(architecture)
        self.model = build(architecture, dataset, ("plan", dataset, architecture), options)
        self.feeding, self.loader = feeding(dataset), on_cpu(feeding(dataset))
        self.random = np.random.default_rng(0)

    def stored(self, count: int) -> NDArray[Any]:
        """Return random stored inputs [count, ...]."""
        modality = members.load("data/modalities", self.facts.modality)
        inputs: NDArray[Any] = modality.random_inputs(count, self.facts.shape, self.facts.modality_facts, self.random)
        return inputs

    def inputs(self, count: int) -> Inputs:
        """Return random stored inputs [count, ...] by name."""
        return {spec["name"]: self.stored(count) for spec in self.signature["inputs"]}

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

    def tracing(self) -> float:
        """Return the seconds of tracing the graph."""
        self.file(FLOAT32)
        return self.seconds["traced"]

    def export(self) -> float:
        """Return the seconds of an export: fill the graph, and run inputs that torch has answered in onnxruntime."""
        compared: int = min(self.study.config["export"]["parity_inputs"], self.validation)
        self.file(FLOAT32)
        return self.seconds[FLOAT32] + compared * self.inference(FLOAT32)


@contextlib.contextmanager
def _on_one_core() -> Iterator[None]:
    """Let torch use one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
