"""Memory and time that jobs request from a cluster, computed from the sizes of their inputs (standard library only).

The Snakefile calls this module for each job. Rates are upper bounds of measurements on one slow core. A job that
exceeds its request gets more on each retry. On a single machine these values limit nothing.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

from quantshift.core.model_id import ModelId
from quantshift.core.test_set import CLEAN, TestSet
from quantshift.planning import given, sizes
from quantshift.study import Study
from quantshift.training.answered import ANSWERED

# Maximum request of any attempt, because few nodes offer more.
MAX_MEMORY = 256_000
MAX_MINUTES = 7 * 24 * 60

MEGABYTE = 1_000_000
TORCH = 1000  # MB of a process that trains: torch, its buffers and a small model
ONNXRUNTIME = 600  # MB of a process that runs a model

# Bytes per position (a pixel, a word) of each input of a batch: activations stored for the gradient, and peak memory of
# a pass without gradient. NiN needs most of the first, DenseNet-121 on large images most of the second.
GRADIENT_BYTES = 6500
PASS_BYTES = 350
# Bytes per position over all layers, which calibration by histograms stores for every input.
LAYER_BYTES = 2500
# Microseconds per position of an input: forward and backward on a core and on a GPU, and forward only.
STEP_CPU, STEP_GPU, PASS = 60.0, 0.2, 10.0
# Fraction of these times that an architecture needs; 1, as for NiN, if it is not listed.
SHARES = {"densenet121": 0.6, "gru": 0.3, "lenet1": 0.05, "lenet5": 0.05, "lstm": 0.3, "resnet20": 0.3, "resnet50": 0.6}
# Inputs per pass of the validation during training, and of the comparison with torch.
VALIDATION_BATCH, EXPORT_BATCH = 100, 64
# Inputs of each test set of a user's own data, whose number is not known before it is read.
GIVEN_INPUTS = 10_000
INSPECTED_BATCHES = 10  # batches of both variants together, if batches are slow


class Wildcards(Protocol):
    """The values of a job's wildcards as attributes, like Snakemake's object."""

    def __getattr__(self, name: str, /) -> str:
        """Return the value of a wildcard."""


@dataclass(frozen=True)
class Resources:
    """The memory (MB) and time (minutes) that a job needs."""

    memory: float
    minutes: float

    def for_attempt(self, attempt: int) -> "Resources":
        """Return the request of the n-th attempt (from 1): n times as much, rounded up and limited.

        >>> Resources(1000.5, 30).for_attempt(2)
        Resources(memory=2001, minutes=60)
        """
        return Resources(
            min(math.ceil(self.memory * attempt), MAX_MEMORY), min(math.ceil(self.minutes * attempt), MAX_MINUTES)
        )


def resources(study: Study, rule: str, wildcards: Wildcards, attempt: int) -> Resources:
    """Return the request of a job.

    Args:
        study: the study.
        rule: the job's rule.
        wildcards: its wildcards.
        attempt: 1 for the first try, 2 for the first retry.

    Raises:
        KeyError: the rule is unknown (a bug).
    """
    dataset = dataset_of(wildcards)
    if rule in OWN or (dataset is not None and study.is_given(dataset)):
        return own(study, wildcards).for_attempt(attempt)
    return (SIZED[rule](study, wildcards) if rule in SIZED else FIXED[rule]).for_attempt(attempt)


def dataset_of(wildcards: Wildcards) -> str | None:
    """Return the data set of a job, or None for a job of all data sets."""
    model: str | None = getattr(wildcards, "model", None)
    dataset: str | None = getattr(wildcards, "dataset", None)
    return dataset if model is None else ModelId.parse(model).dataset


def too_long(study: Study) -> list[str]:
    """Return the paths of models, including retrained ones, whose training may exceed the maximum time of a job."""
    trained = [(model.path, training(study, cast("Wildcards", model))) for model in study.trained]
    trained += [
        (model.retrained(protocol).path, retraining(study, cast("Wildcards", model)))
        for model, protocol in study.retrained
    ]
    return [path for path, needed in trained if needed.minutes > MAX_MINUTES]


def gpus(study: Study) -> int | None:
    """Return the number of GPUs of a training job: 1 for `device: cuda`, otherwise None, which omits the resource."""
    return 1 if study.config["device"] == "cuda" else None


def own(study: Study, wildcards: Wildcards) -> Resources:
    """Return the resources of a job of a user's own model or data, whatever its rule."""
    dataset = dataset_of(wildcards)
    assert dataset is not None
    return Resources(given.memory(study, dataset), given.MINUTES)


def training(study: Study, wildcards: Wildcards) -> Resources:
    """Return the resources of a training."""
    settings = study.training(wildcards.dataset, wildcards.method)
    return optimizing(study, wildcards, settings, sizes.training_inputs(study, wildcards.dataset))


def retraining(study: Study, wildcards: Wildcards) -> Resources:
    """Return the resources of a retraining, which may add all test inputs to the training inputs."""
    settings = study.retraining(wildcards.dataset, wildcards.method)
    inputs = sizes.training_inputs(study, wildcards.dataset) + sizes.test_inputs(study, wildcards.dataset, CLEAN)
    return optimizing(study, wildcards, settings, inputs)


def optimizing(study: Study, wildcards: Wildcards, settings: dict[str, float], inputs: int) -> Resources:
    """Return the resources for training on a number of inputs with a method's hyperparameters."""
    each = sizes.positions(wildcards.dataset)
    batch = max(settings["batch_size"] * GRADIENT_BYTES, VALIDATION_BATCH * PASS_BYTES) * each
    # Each step of an attack adds a forward and backward pass; an attack on text adds one and searches for neighbours.
    attack = settings.get("steps", 2 * settings.get("attacked_share", 0))
    passes = settings["epochs"] * inputs * (1 + attack)
    rate = STEP_GPU if gpus(study) else STEP_CPU / settings["threads"]
    answers = min(ANSWERED, sizes.validation_inputs(study, wildcards.dataset)) * each * PASS
    return Resources(
        TORCH + batch / MEGABYTE, 60 + (passes * each * rate + answers) * share(wildcards.architecture) / 60e6
    )


def exporting(study: Study, wildcards: Wildcards) -> Resources:
    """Return the resources of an export, which runs the inputs that torch has answered in onnxruntime."""
    each = sizes.positions(wildcards.dataset)
    run = study.config["export"]["parity_inputs"] * each * PASS * share(wildcards.architecture)
    return Resources(2 * ONNXRUNTIME + EXPORT_BATCH * each * PASS_BYTES / MEGABYTE, 10 + run / 60e6)


def quantizing(study: Study, wildcards: Wildcards) -> Resources:
    """Return the resources of a quantization; calibration by histograms stores the values of all layers."""
    dataset, preset = ModelId.parse(wildcards.model).dataset, study.preset(wildcards.quantizer)
    each = sizes.positions(dataset)
    inputs = preset.get("calibration_samples", 0)
    run = inputs + sizes.searched_inputs(study, dataset, preset["scheme"])
    layers = 0 if preset.get("calibration_method", "minmax") == "minmax" else inputs * each * LAYER_BYTES / MEGABYTE
    return Resources(2000 + each * PASS_BYTES / MEGABYTE + layers, 10 + run * each * PASS / 60e6)


def evaluating(study: Study, wildcards: Wildcards) -> Resources:
    """Return the resources for a variant's predictions on a suite."""
    model = ModelId.parse(wildcards.model)
    inputs = sizes.suite_inputs(study, model.dataset, wildcards.suite)
    return predicting(study, model, wildcards.variant, ONNXRUNTIME, inputs, minutes=10)


def inspecting(study: Study, wildcards: Wildcards) -> Resources:
    """Return the resources for measuring the variants of a model and float32, one after the other."""
    model = ModelId.parse(wildcards.model)
    each = [
        predicting(study, model, name, 2 * ONNXRUNTIME, INSPECTED_BATCHES * study.inference(name)["batch_size"], 0)
        for name in study.variants
    ]
    return Resources(max(needed.memory for needed in each), 5 + sum(needed.minutes for needed in each))


def predicting(study: Study, model: ModelId, variant: str, memory: float, inputs: int, minutes: float) -> Resources:
    """Return the resources for a variant's predictions, in addition to base memory (MB) and minutes."""
    each, settings = sizes.positions(model.dataset), study.inference(variant)
    batch = settings["batch_size"] * each * PASS_BYTES / MEGABYTE
    run = inputs * each * PASS * share(model.architecture) / settings["threads"]
    return Resources(memory + batch, minutes + run / 60e6)


def share(architecture: str) -> float:
    """Return an architecture's time as a fraction of the slowest architecture's."""
    return SHARES.get(architecture, 1.0)


def comparing(study: Study, wildcards: Wildcards) -> Resources:
    """Return the resources for comparing the variants of a model with float32, one after the other."""
    once = reading(study, ModelId.parse(wildcards.model).dataset)
    return Resources(once.memory, once.minutes * len(study.variants))


def comparing_retrained(study: Study, wildcards: Wildcards) -> Resources:
    """Return the resources for comparing the clean logits of a model before and after its retraining."""
    return reading(study, ModelId.parse(wildcards.model).dataset)


def reading(study: Study, dataset: str) -> Resources:
    """Return the resources for reading the logits of two variants on all test sets and the validation data."""
    values = sizes.detected_inputs(study, dataset) * sizes.classes(dataset)
    return Resources(1000 + 12 * values * sizes.LOGIT_BYTES / MEGABYTE, 5 + values / 1e6)


def splitting(study: Study, wildcards: Wildcards) -> Resources:
    """Return the resources for splitting a data set: small ones are read completely, large ones image by image."""
    inputs = sizes.published_inputs(wildcards.dataset)
    read = inputs * sizes.input_bytes(wildcards.dataset) / MEGABYTE
    return Resources(1000 + min(8 * read, 8000), 20 + inputs * sizes.positions(wildcards.dataset) * 0.5 / 60e6)


def shifting(study: Study, wildcards: Wildcards) -> Resources:
    """Return the resources for one shifted test set, which is generated in parts."""
    test_set = TestSet(wildcards.suite, wildcards.shift, int(wildcards.severity))
    inputs = sizes.test_inputs(study, wildcards.dataset, test_set)
    return Resources(1500, 5 + inputs * sizes.positions(wildcards.dataset) * 2 / 60e6)


def detailing(study: Study, wildcards: Wildcards) -> Resources:
    """Return the resources for an architecture's details in the report: the logits of all methods, one by one."""
    single = reading(study, wildcards.dataset)
    return Resources(single.memory, single.minutes * len(study.methods(wildcards.dataset)) * len(study.quantizers))


def gathering(study: Study, _: Wildcards) -> Resources:
    """Return the resources for reading all models' masks: a number for each input, quantizer and model."""
    inputs = sum(sizes.all_test_inputs(study, model.dataset) for model in study.trained)
    inputs += sum(GIVEN_INPUTS * given.test_sets(study, model.dataset) for model in study.given)
    cells = len(study.quantizers) * inputs
    return Resources(2000 + 10 * cells / MEGABYTE, 30 + cells / 1e6)


# The rules whose jobs are all about a user's own model or data.
OWN = (
    *("given_model", "given_variant", "given_data", "given_shift", "given_corruption", "given_record"),
    *("inspect_variant", "compare_variant", "detect_variant"),
)
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
