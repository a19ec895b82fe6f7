"""What jobs ask of a cluster: memory and time, from the sizes of what they work on (standard library only).

The Snakefile asks this module for each job. Rates are upper bounds, on one slow core, of what was measured, and a job
that was still too large for its node or too slow gets more each time that it is tried again. On one machine nothing is
limited by them.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

from quantshift.core.model_id import ModelId
from quantshift.core.test_set import CLEAN, TestSet
from quantshift.planning import sizes
from quantshift.study import Study
from quantshift.training.answered import ANSWERED

# No job asks for more, however often it is tried: few nodes have it.
MOST_MEMORY = 256_000
MOST_MINUTES = 7 * 24 * 60

MEGABYTE = 1_000_000
TORCH = 1000  # MB of a process that trains: torch, its buffers and a small model
ONNXRUNTIME = 600  # MB of a process that runs a model

# Bytes for each position (a pixel, a word) of each input of a batch: what is kept for the gradient, and what a pass
# without one holds at a time. NiN has most of the first, DenseNet-121 on large pictures most of the second.
GRADIENT_BYTES = 6500
PASS_BYTES = 350
# Values of a position over all layers, which calibration by histograms keeps of every input.
LAYER_BYTES = 2500
# Microseconds for each position of an input: forward and back on a core and on a GPU, and forward alone.
STEP_CPU, STEP_GPU, PASS = 60.0, 0.2, 10.0
# What an architecture takes of these times; one that is not listed takes all, as NiN does.
SHARES = {"densenet121": 0.6, "gru": 0.3, "lenet1": 0.05, "lenet5": 0.05, "lstm": 0.3, "resnet20": 0.3, "resnet50": 0.6}
# Inputs in one pass of the validation during training, and of the comparison with torch.
VALIDATION_BATCH, EXPORT_BATCH = 100, 64
INSPECTED_BATCHES = 10  # of both variants together, where a batch is dear


class Wildcards(Protocol):
    """The values of a job's wildcards, as Snakemake has them: an attribute each."""

    def __getattr__(self, name: str, /) -> str:
        """Return the value of a wildcard."""


@dataclass(frozen=True)
class Resources:
    """What a job needs: memory in MB, and minutes."""

    memory: float
    minutes: float

    def tried(self, attempt: int) -> "Resources":
        """Return what is asked for at the n-th attempt (from 1): n times as much, in whole numbers, up to the most.

        >>> Resources(1000.5, 30).tried(2)
        Resources(memory=2001, minutes=60)
        """
        return Resources(
            min(math.ceil(self.memory * attempt), MOST_MEMORY), min(math.ceil(self.minutes * attempt), MOST_MINUTES)
        )


def resources(study: Study, rule: str, wildcards: Wildcards, attempt: int) -> Resources:
    """Return what a job asks for.

    Args:
        study: the study.
        rule: the job's rule.
        wildcards: its wildcards.
        attempt: 1 at first, 2 when it is tried again.

    Raises:
        KeyError: the rule is not known here (a bug).
    """
    return (SIZED[rule](study, wildcards) if rule in SIZED else FIXED[rule]).tried(attempt)


def too_long(study: Study) -> list[str]:
    """Return the paths of the models, retrained ones too, whose training may take longer than any job asks for."""
    trained = [(model.path, training(study, cast("Wildcards", model))) for model in study.models]
    trained += [
        (model.retrained(protocol).path, retraining(study, cast("Wildcards", model)))
        for model, protocol in study.retrained
    ]
    return [path for path, needed in trained if needed.minutes > MOST_MINUTES]


def gpus(study: Study) -> int | None:
    """Return the GPUs of a training: one where the config asks for it (`device: cuda`), else the key is left out."""
    return 1 if study.config["device"] == "cuda" else None


def training(study: Study, wildcards: Wildcards) -> Resources:
    """Return what a training needs."""
    settings = study.training(wildcards.dataset, wildcards.method)
    return optimising(study, wildcards, settings, sizes.training_inputs(study, wildcards.dataset))


def retraining(study: Study, wildcards: Wildcards) -> Resources:
    """Return what a retraining needs: all test inputs may join the training inputs."""
    settings = study.retraining(wildcards.dataset, wildcards.method)
    inputs = sizes.training_inputs(study, wildcards.dataset) + sizes.test_inputs(study, wildcards.dataset, CLEAN)
    return optimising(study, wildcards, settings, inputs)


def optimising(study: Study, wildcards: Wildcards, settings: dict[str, float], inputs: int) -> Resources:
    """Return what it takes to train on a number of inputs with a method's hyperparameters."""
    each = sizes.positions(wildcards.dataset)
    batch = max(settings["batch_size"] * GRADIENT_BYTES, VALIDATION_BATCH * PASS_BYTES) * each
    # Each step of an attack goes forward and back as well; one on texts does once, and looks for neighbours of words.
    attack = settings.get("steps", 2 * settings.get("attacked_share", 0))
    passes = settings["epochs"] * inputs * (1 + attack)
    rate = STEP_GPU if gpus(study) else STEP_CPU / settings["threads"]
    answers = min(ANSWERED, sizes.validation_inputs(study, wildcards.dataset)) * each * PASS
    return Resources(
        TORCH + batch / MEGABYTE, 60 + (passes * each * rate + answers) * share(wildcards.architecture) / 60e6
    )


def exporting(study: Study, wildcards: Wildcards) -> Resources:
    """Return what an export needs: onnxruntime runs what torch has answered."""
    each = sizes.positions(wildcards.dataset)
    run = study.config["export"]["parity_inputs"] * each * PASS * share(wildcards.architecture)
    return Resources(2 * ONNXRUNTIME + EXPORT_BATCH * each * PASS_BYTES / MEGABYTE, 10 + run / 60e6)


def quantizing(study: Study, wildcards: Wildcards) -> Resources:
    """Return what a quantizer needs; those that calibrate by histograms keep the values of all layers."""
    preset, each = study.preset(wildcards.quantizer), sizes.positions(ModelId.parse(wildcards.model).dataset)
    inputs = preset.get("calibration_samples", 0)
    kept = 0 if preset.get("calibration_method", "minmax") == "minmax" else inputs * each * LAYER_BYTES / MEGABYTE
    return Resources(2000 + each * PASS_BYTES / MEGABYTE + kept, 10 + inputs * each * PASS / 60e6)


def evaluating(study: Study, wildcards: Wildcards) -> Resources:
    """Return what a variant needs to predict a suite."""
    model = ModelId.parse(wildcards.model)
    inputs = sizes.suite_inputs(study, model.dataset, wildcards.suite)
    return predicting(study, model, wildcards.variant, ONNXRUNTIME, inputs, minutes=10)


def inspecting(study: Study, wildcards: Wildcards) -> Resources:
    """Return what it takes to measure the variants of a model beside float32, one after the other."""
    model = ModelId.parse(wildcards.model)
    each = [
        predicting(study, model, name, 2 * ONNXRUNTIME, INSPECTED_BATCHES * study.inference(name)["batch_size"], 0)
        for name in study.variants
    ]
    return Resources(max(needed.memory for needed in each), 5 + sum(needed.minutes for needed in each))


def predicting(study: Study, model: ModelId, variant: str, memory: float, inputs: int, minutes: float) -> Resources:
    """Return what a model's variant needs to predict a number of inputs, beyond some memory (MB) and minutes."""
    each, settings = sizes.positions(model.dataset), study.inference(variant)
    taken = settings["batch_size"] * each * PASS_BYTES / MEGABYTE
    run = inputs * each * PASS * share(model.architecture) / settings["threads"]
    return Resources(memory + taken, minutes + run / 60e6)


def share(architecture: str) -> float:
    """Return what an architecture takes of the times of the slowest."""
    return SHARES.get(architecture, 1.0)


def comparing(study: Study, wildcards: Wildcards) -> Resources:
    """Return what compares the variants of a model with float32, one after the other."""
    once = reading(study, ModelId.parse(wildcards.model).dataset)
    return Resources(once.memory, once.minutes * len(study.variants))


def comparing_retrained(study: Study, wildcards: Wildcards) -> Resources:
    """Return what compares the clean logits of a model with those that it has after it is retrained."""
    return reading(study, ModelId.parse(wildcards.model).dataset)


def reading(study: Study, dataset: str) -> Resources:
    """Return what reads the logits of two variants on all test sets, and on the validation data as detectors do."""
    values = sizes.detected_inputs(study, dataset) * sizes.classes(dataset)
    return Resources(1000 + 12 * values * sizes.LOGIT_BYTES / MEGABYTE, 5 + values / 1e6)


def splitting(study: Study, wildcards: Wildcards) -> Resources:
    """Return what reads and splits a data set: small ones are read whole, large ones picture by picture."""
    inputs = sizes.published_inputs(wildcards.dataset)
    read = inputs * sizes.input_bytes(wildcards.dataset) / MEGABYTE
    return Resources(1000 + min(8 * read, 8000), 20 + inputs * sizes.positions(wildcards.dataset) * 0.5 / 60e6)


def shifting(study: Study, wildcards: Wildcards) -> Resources:
    """Return what makes one shifted test set, some inputs at a time."""
    made = TestSet(wildcards.suite, wildcards.shift, int(wildcards.severity))
    inputs = sizes.test_inputs(study, wildcards.dataset, made)
    return Resources(1500, 5 + inputs * sizes.positions(wildcards.dataset) * 2 / 60e6)


def detailing(study: Study, wildcards: Wildcards) -> Resources:
    """Return what tells the report of each input of an architecture: the logits of all methods, one after the other."""
    one = reading(study, wildcards.dataset)
    return Resources(one.memory, one.minutes * len(study.methods(wildcards.dataset)) * len(study.quantizers))


def gathering(study: Study, _: Wildcards) -> Resources:
    """Return what reads all models' masks: a number for each input, quantizer and model."""
    cells = len(study.quantizers) * sum(sizes.all_test_inputs(study, model.dataset) for model in study.models)
    return Resources(2000 + 10 * cells / MEGABYTE, 30 + cells / 1e6)


SIZED: dict[str, Callable[[Study, Wildcards], Resources]] = {
    "dataset": splitting,
    "shift": shifting,
    "train": training,
    "retrain": retraining,
    "export": exporting,
    "quantize": quantizing,
    "inspect": inspecting,
    "evaluate": evaluating,
    "compare": comparing,
    "compare_retraining": comparing_retrained,
    "detect": comparing,
    "details": detailing,
    "findings_table": gathering,
}
FIXED: dict[str, Resources] = {
    "fetch": Resources(1000, 60),
    "graph": Resources(3000, 20),
    "truth": Resources(1000, 10),
    "evaluation_table": Resources(1000, 10),
    "variants_table": Resources(1000, 10),
    "detectors_table": Resources(2000, 10),
    "retraining_table": Resources(1000, 10),
    "published_comparison_table": Resources(1000, 10),
    "decision": Resources(1000, 10),
    "figure": Resources(1000, 5),
    "run_record": Resources(1000, 5),
    "report_page": Resources(3000, 30),
}
