"""How much work a job is, and of what kind: jobs of one kind take times in proportion to their amounts."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from quantshift.core.names import FLOAT32
from quantshift.core.test_set import TestSet
from quantshift.planning import sizes
from quantshift.planning.job import Job
from quantshift.study import Study
from quantshift.training.answered import MEASURED

# Of an input in training: forward and backward. Validation goes forward alone.
FORWARD = 1 / 3
# Hyperparameters that do not change how many core seconds an input takes.
TIMELESS = frozenset(
    {
        *("epochs", "threads", "learning_rate", "schedule", "start_from", "warm_up"),
        *("alpha", "epsilon", "step_size", "range_momentum"),
    }
)


@dataclass(frozen=True)
class Work:
    """A job's work.

    Attributes:
        kind: what decides how long a unit takes, from the general to the special.
        amount: the units: inputs, values, or 1 for a job that takes the same time whatever its size.
        alike: whether the time of another kind, of which the first names are the same, tells something of this one's.
    """

    kind: tuple[str, ...]
    amount: float = 1.0
    alike: bool = True


def work(job: Job, study: Study) -> Work:
    """Return a job's work; a rule that nothing is known of has jobs that take the same time each."""
    recipe = RECIPES.get(job.rule)
    return recipe(job.names, study) if recipe else Work((job.rule,))


def trained(names: Mapping[str, str], study: Study) -> Work:
    """Return a training's work; retraining goes on with the same settings."""
    dataset, method = names["dataset"], names["method"]
    retrained = "protocol" in names
    settings = study.retraining(dataset, method) if retrained else study.training(dataset, method)
    measured = min(MEASURED, sizes.validation_inputs(study, dataset))
    inputs = sizes.training_inputs(study, dataset) + FORWARD * measured
    kind = ("train", *network(names, study), method, text({k: v for k, v in settings.items() if k not in TIMELESS}))
    return Work(kind, settings["epochs"] * inputs, alike=False)


def traced(names: Mapping[str, str], study: Study) -> Work:
    """Return the work of tracing an architecture's graph."""
    return Work(("graph", *network(names, study)), alike=False)


def exported(names: Mapping[str, str], study: Study) -> Work:
    """Return an export's work, most of it onnxruntime's run of what torch has answered."""
    compared = min(study.config["export"]["parity_inputs"], sizes.validation_inputs(study, names["dataset"]))
    return Work(("export", *network(names, study), str(compared)), alike=False)


def quantized(names: Mapping[str, str], study: Study) -> Work:
    """Return a quantization's work."""
    return Work(("quantize", *network(names, study), text(study.preset(names["quantizer"]))), alike=False)


def inspected(names: Mapping[str, str], study: Study) -> Work:
    """Return the work of inspecting all variants of a model, most of it measuring their speed."""
    variants = (part for name in study.variants for part in variant(name, study))
    return Work(("inspect", *network(names, study), *variants), alike=False)


def evaluated(names: Mapping[str, str], study: Study) -> Work:
    """Return the work of predicting a suite."""
    inputs = sizes.suite_inputs(study, names["dataset"], names["suite"])
    return Work(("evaluate", *network(names, study), *variant(names["variant"], study)), inputs, alike=False)


def fetched(names: Mapping[str, str], _: Study) -> Work:
    """Return the work of fetching, which depends on the network alone: one artifact tells nothing of another."""
    return Work(("fetch", names["artifact"]), alike=False)


def split(names: Mapping[str, str], _: Study) -> Work:
    """Return the work of reading and splitting a data set, in values as stored: it is read whole, whatever is used."""
    dataset = names["dataset"]
    return Work(("dataset", dataset), sizes.published_inputs(dataset) * sizes.values(dataset))


def shifted(names: Mapping[str, str], study: Study) -> Work:
    """Return the work of shifting, in stored values."""
    dataset, suite, shift = names["dataset"], names["suite"], names["shift"]
    inputs = sizes.test_inputs(study, dataset, TestSet(suite, shift, int(names["severity"])))
    kind = ("shift", study.source_kind(suite, shift), study.collection(suite), shift, names["severity"], dataset)
    return Work(kind, inputs * sizes.values(dataset))


def compared(names: Mapping[str, str], study: Study) -> Work:
    """Return the work of comparing the variants of a model with float32."""
    return Work(("compare", names["dataset"]), len(study.variants) * sizes.all_test_inputs(study, names["dataset"]))


def detected(names: Mapping[str, str], study: Study) -> Work:
    """Return the work of trying detectors on the quantized variants; they are fitted on the validation data."""
    return Work(("detect", names["dataset"]), len(study.quantizers) * sizes.detected_inputs(study, names["dataset"]))


def judged(_: Mapping[str, str], study: Study) -> Work:
    """Return the work of the findings: claims about each model and quantizer."""
    return Work(("findings_table",), len(study.models) * len(study.quantizers))


def drawn(names: Mapping[str, str], _: Study) -> Work:
    """Return the work of drawing a figure."""
    return Work(("figure", names["figure"]))


def network(names: Mapping[str, str], study: Study) -> tuple[str, str, str]:
    """Return what decides the speed of a network: its data set, its architecture and that one's options."""
    options = study.architecture_options(names["architecture"])
    return names["dataset"], names["architecture"], text(options)


def variant(name: str, study: Study) -> tuple[str, str]:
    """Return what decides the speed of a variant beside its network: how it was made, and how it is run."""
    made = {} if name == FLOAT32 else study.preset(name)
    return text(made), text(study.inference(name))


def text(settings: Mapping[str, Any]) -> str:
    """Return settings as one word.

    >>> text({"steps": 2, "batch_size": 64})
    '{"batch_size": 64, "steps": 2}'
    """
    return json.dumps(settings, sort_keys=True)


RECIPES: dict[str, Callable[[Mapping[str, str], Study], Work]] = {
    "fetch": fetched,
    "dataset": split,
    "shift": shifted,
    "train": trained,
    "retrain": trained,
    "graph": traced,
    "export": exported,
    "quantize": quantized,
    "inspect": inspected,
    "evaluate": evaluated,
    "compare": compared,
    "detect": detected,
    "findings_table": judged,
    "figure": drawn,
}
