"""What a study costs before it is run: jobs, core hours and disk, estimated from rates that are measured here.

Each architecture is built at its data set's size; a few training steps of each method and a few batches of each variant
are timed on one core, and multiplied by the numbers of inputs that the config asks for. Weights are untrained: they
change what a model answers, not how long it takes.
"""

import argparse
import contextlib
import io
import logging
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from numpy.typing import NDArray
from snakemake.utils import update_config

from quantshift import members
from quantshift.arrays import write_array
from quantshift.export import graph
from quantshift.files import write_json
from quantshift.inference import predict, session
from quantshift.models.network import build
from quantshift.models.tensors import tensor
from quantshift.quantizers.quantize import quantize
from quantshift.study import FLOAT32, Model, Study, TestSet

ROOT = Path(__file__).parents[1]
SECONDS = 2.0  # each rate is measured for about as long
FLOAT_BYTES = 4


def main() -> None:
    """Print the estimate for a config laid over the default one."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--configfile", type=Path, default=ROOT / "config/paper.yaml")
    given = arguments.parse_args()
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    update_config(config, yaml.safe_load(given.configfile.read_text(encoding="utf-8")))
    study = Study(config)
    torch.set_num_threads(1)
    logging.disable(logging.WARNING)  # onnxruntime's advice on quantizing
    print(f"{given.configfile.name}: {jobs(given.configfile)} jobs, {evaluation_sets(study)} evaluation sets")
    training = evaluation = 0.0
    stored = sum(data_bytes(study, dataset) for dataset in config["study"]["datasets"])
    for dataset, architecture in study.architectures:
        rates = Rates(study, dataset, architecture)
        models = [model for model in study.models if (model.dataset, model.architecture) == (dataset, architecture)]
        hours = sum(rates.training_seconds(model) for model in models) / 3600
        inputs = sum(inputs_of(study, dataset, test_set) for test_set in study.all_test_sets(dataset))
        running = len(models) * inputs * sum(rates.variants.values()) / 3600
        space = len(models) * (rates.file_bytes + inputs * rates.classes * FLOAT_BYTES * len(study.variants))
        print(
            f"  {dataset}/{architecture}: {len(models)} models, training {hours:.2f} core hours, "
            f"evaluation {running:.2f} core hours, {space / 1e9:.2f} GB of models and logits",
            flush=True,
        )
        training, evaluation, stored = training + hours, evaluation + running, stored + space
    print(
        f"  all: training {training:.2f} and evaluation {evaluation:.2f} core hours, {stored / 1e9:.2f} GB in results/"
        "; retraining, export and the start of jobs come on top"
    )


def jobs(configfile: Path) -> int:
    """Return the number of jobs that Snakemake would run from nothing."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "snakemake", "-n", "--quiet", "rules", "--directory", folder]
        told = subprocess.run(
            [*command, "--configfile", str(configfile.resolve())], cwd=ROOT, capture_output=True, text=True, check=True
        )
    totals = [line.split() for line in (told.stdout + told.stderr).splitlines() if line.startswith("total")]
    return int(totals[0][1])


def evaluation_sets(study: Study) -> int:
    """Return the number of test sets over all data sets, the clean ones included."""
    return sum(len(study.all_test_sets(dataset)) for dataset in study.config["study"]["datasets"])


def inputs_of(study: Study, dataset: str, test_set: TestSet) -> int:
    """Return the number of inputs of a test set."""
    limit = study.splits(dataset)["test_limit"] or math.inf
    count = members.constants(f"datasets/{dataset}")["COUNTS"][1]
    if test_set.suite in study.config["suites"] and study.source_kind(test_set.suite, test_set.shift) == "natural":
        about = members.constants(f"shifts/{study.collection(test_set.suite)}/{test_set.shift}")
        count = about.get("COUNT", count)
    elif test_set.suite in study.config["suites"]:
        limit = min(limit, study.shift_limit(dataset) or math.inf)
    return int(min(limit, count))


def training_inputs(study: Study, dataset: str) -> int:
    """Return the number of training inputs."""
    sizes = study.splits(dataset)
    left = (
        members.constants(f"datasets/{dataset}")["COUNTS"][0] - (sizes["validation"] or 0) - (sizes["calibration"] or 0)
    )
    return min(left, sizes["train_limit"] or left)


def data_bytes(study: Study, dataset: str) -> int:
    """Return the bytes of a data set's stored inputs, splits and shifted test sets together."""
    about = members.constants(f"datasets/{dataset}")
    width = math.prod(about["SHAPE"]) * (FLOAT_BYTES if about["INPUT"] == "text" else 1)
    sizes = study.splits(dataset)
    splits = training_inputs(study, dataset) + (sizes["validation"] or 0) + (sizes["calibration"] or 0)
    return width * (splits + sum(inputs_of(study, dataset, test_set) for test_set in study.all_test_sets(dataset)))


class Rates:
    """Measured seconds for one input of one architecture: for training by method, for inference by variant."""

    def __init__(self, study: Study, dataset: str, architecture: str) -> None:
        """Measure."""
        self.study, self.dataset = study, dataset
        about = members.constants(f"datasets/{dataset}")
        self.classes = about["CLASSES"]
        options = study.architecture_options(architecture) | {"pretrained": False}
        known = members.constants(f"architectures/{architecture}").get("OPTIONS", {})
        options = {name: value for name, value in options.items() if name in known}
        self.model = build(architecture, dataset, ("cost", dataset, architecture), options)
        self.random = np.random.default_rng(0)
        self.about = about
        self.methods = {method: self.training(method) for method in study.config["study"]["methods"]}
        self.variants, self.file_bytes = self.inference()

    def inputs(self, count: int) -> NDArray[Any]:
        """Return random stored inputs."""
        shape = (count, *self.about["SHAPE"])
        if self.about["INPUT"] == "text":
            return self.random.integers(2, self.about["TOKENS"], shape, dtype=np.int32)
        return self.random.integers(0, 256, shape, dtype=np.uint8)

    def training(self, method: str) -> float:
        """Return the seconds of a training step for one input."""
        settings = self.study.training(self.dataset, method)
        chosen = members.load("training/methods", method).METHOD(settings, self.random)
        prepared = chosen.prepare(self.model)
        prepared.train()
        size = settings["batch_size"]
        labels = torch.from_numpy(self.random.integers(0, self.classes, size))
        optimizer = torch.optim.Adam(prepared.parameters(), lr=1e-6)

        def step() -> None:
            optimizer.zero_grad()
            chosen.loss(prepared, tensor(self.inputs(size), torch.device("cpu")), labels, 0.99).backward()
            optimizer.step()

        seconds = repeated(step) / size
        chosen.finish(self.model)
        return seconds

    def training_seconds(self, model: Model) -> float:
        """Return the seconds of a whole training."""
        epochs: int = self.study.training(model.dataset, model.method)["epochs"]
        return epochs * training_inputs(self.study, model.dataset) * self.methods[model.method]

    def inference(self) -> tuple[dict[str, float], int]:
        """Return the seconds for one input by variant, and the bytes of all variants' files."""
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            graph.write(self.model, tensor(self.inputs(2), torch.device("cpu")), folder / "float32.onnx")
            write_array(folder / "calibration.npy", self.inputs(8))
            write_json(folder / "ranges.json", {})
            for quantizer in self.study.quantizers:
                preset = self.study.preset(quantizer)
                with contextlib.redirect_stdout(io.StringIO()):
                    quantize(
                        preset=preset | ({"calibration_samples": 8} if "calibration_samples" in preset else {}),
                        source=folder / "float32.onnx",
                        calibration=folder / "calibration.npy",
                        ranges=folder / "ranges.json",
                        model=folder / f"{quantizer}.onnx",
                    )
            seconds = {}
            for variant in (FLOAT32, *self.study.quantizers):
                size = self.study.inference(variant)["batch_size"]
                run = partial(predict, session(folder / f"{variant}.onnx"), self.inputs(size), size)
                seconds[variant] = repeated(run) / size
            return seconds, sum(file.stat().st_size for file in folder.glob("*.onnx"))


def repeated(work: Callable[[], Any]) -> float:
    """Return the seconds of one call, the mean over some time after a first call that is not counted."""
    work()
    began, calls = time.perf_counter(), 0
    while calls == 0 or time.perf_counter() - began < SECONDS:
        work()
        calls += 1
    return (time.perf_counter() - began) / calls


if __name__ == "__main__":
    main()
