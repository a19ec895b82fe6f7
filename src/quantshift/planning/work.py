"""The kind and amount of a job's work: jobs of one kind take time in proportion to their amounts."""

from collections.abc import Callable, Mapping

from quantshift.core.test_set import TestSet
from quantshift.planning import sizes
from quantshift.planning.job import Job
from quantshift.planning.own_work import own_work
from quantshift.planning.planned_study import PlannedStudy
from quantshift.planning.work_kind import Work, preset_and_inference, text
from quantshift.study import Study
from quantshift.training.answered import MEASURED

# Validation needs only the forward pass, a third of a training step per input.
FORWARD = 1 / 3
# Hyperparameters that do not affect the core seconds per input.
SPEED_NEUTRAL = frozenset(
    {
        *("epochs", "threads", "learning_rate", "schedule", "start_from", "warm_up", "augmentation"),
        *("alpha", "epsilon", "step_size", "range_momentum"),
    }
)


def work(job: Job, study: PlannedStudy) -> Work:
    """Return a job's work; for an unknown rule, all jobs are assumed to take the same time."""
    if study.is_given(job.names.get("dataset", "")) and (own := own_work(job.rule, job.names, study)):
        return own
    recipe = RECIPES.get(job.rule)
    return recipe(job.names, study) if recipe else Work((job.rule,))


def trained(names: Mapping[str, str], study: Study) -> Work:
    """Return the work of a training; retraining uses the same settings."""
    dataset, method = names["dataset"], names["method"]
    retrained = "protocol" in names
    settings = study.retraining(dataset, method) if retrained else study.training(dataset, method)
    measured = min(MEASURED, sizes.validation_inputs(study, dataset))
    inputs = sizes.training_inputs(study, dataset) + FORWARD * measured
    kind = (
        "train",
        *network(names, study),
        method,
        study.config["precision"],
        text({k: v for k, v in settings.items() if k not in SPEED_NEUTRAL}),
    )
    return Work(kind, settings["epochs"] * inputs, comparable=False)


def traced(names: Mapping[str, str], study: Study) -> Work:
    """Return the work of tracing an architecture's graph."""
    return Work(("graph", *network(names, study)), comparable=False)


def exported(names: Mapping[str, str], study: Study) -> Work:
    """Return the work of an export, mostly the run of onnxruntime on the inputs that torch has answered."""
    compared = min(study.config["export"]["parity_inputs"], sizes.validation_inputs(study, names["dataset"]))
    return Work(("export", *network(names, study), str(compared)), comparable=False)


def quantized(names: Mapping[str, str], study: Study) -> Work:
    """Return the work of a quantization."""
    return Work(("quantize", *network(names, study), text(study.preset(names["quantizer"]))), comparable=False)


def inspected(names: Mapping[str, str], study: Study) -> Work:
    """Return the work of inspecting all variants of a model, mostly the measurement of their speed."""
    variants = (part for name in study.variants for part in preset_and_inference(name, study))
    return Work(("inspect", *network(names, study), *variants), comparable=False)


def evaluated(names: Mapping[str, str], study: Study) -> Work:
    """Return the work of predicting a suite."""
    inputs = sizes.suite_inputs(study, names["dataset"], names["suite"])
    kind = ("evaluate", *network(names, study), *preset_and_inference(names["variant"], study))
    return Work(kind, inputs, comparable=False)


def fetched(names: Mapping[str, str], _: Study) -> Work:
    """Return the work of fetching, which depends on the network; artifacts are not comparable."""
    return Work(("fetch", names["artifact"]), comparable=False)


def split(names: Mapping[str, str], _: Study) -> Work:
    """Return the work of splitting a data set, in stored values; it is read completely, whatever part is used."""
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
    """Return the work of testing detectors on the quantized variants; they are fitted on the validation data."""
    return Work(("detect", names["dataset"]), len(study.quantizers) * sizes.detected_inputs(study, names["dataset"]))


def judged(_: Mapping[str, str], study: Study) -> Work:
    """Return the work of the findings, which are claims about each model and quantizer."""
    return Work(("findings_table",), len(study.models) * len(study.quantizers))


def drawn(names: Mapping[str, str], _: Study) -> Work:
    """Return the work of drawing a figure."""
    return Work(("figure", names["figure"]))


def network(names: Mapping[str, str], study: Study) -> tuple[str, str, str]:
    """Return the factors of a network's speed: its data set, its architecture and the architecture's options."""
    options = study.architecture_options(names["architecture"])
    return names["dataset"], names["architecture"], text(options)


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
