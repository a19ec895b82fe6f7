"""The kind and amount of the work of jobs of a user's own models and data.

A model's kind has the size of its file, since nothing else about it is known before it is read: a model of another name
or in another folder with as many bytes has the same speed.
"""

from collections.abc import Callable, Mapping

from quantshift.core.names import GIVEN, GIVEN_SUITE
from quantshift.core.test_set import CLEAN, TestSet
from quantshift.planning.own_files import model_bytes
from quantshift.planning.planned_study import PlannedStudy
from quantshift.planning.work_kind import Work, preset_and_inference, text

Names = Mapping[str, str]


def own_work(rule: str, names: Names, study: PlannedStudy) -> Work | None:
    """Return the work of a job of a user's own model or data, or None for a rule that works alike for all models."""
    recipe = RECIPES.get(rule)
    return recipe(names, study) if recipe else None


def prepared(names: Names, study: PlannedStudy) -> Work:
    """Return the work of preparing a model."""
    return Work(("given_model", *network(names, study)), comparable=False)


def prepared_variant(names: Names, study: PlannedStudy) -> Work:
    """Return the work of preparing a quantized file that the user gives."""
    return Work(("given_variant", *network(names, study), *variant(names, study)), comparable=False)


def recorded(names: Names, study: PlannedStudy) -> Work:
    """Return the work of a model's record, mostly the runs of the user's file and of its prepared copy."""
    return Work(("given_record", *network(names, study), str(parity_inputs(names["dataset"], study))), comparable=False)


def parity_inputs(dataset: str, study: PlannedStudy) -> int:
    """Return the number of inputs on which a user's file is compared with its prepared copy."""
    return min(int(study.config["export"]["parity_inputs"]), study.samples(dataset, CLEAN))


def stored(names: Names, study: PlannedStudy) -> Work:
    """Return the work of storing data, in samples; calibration data are stored as validation data too."""
    dataset = names["dataset"]
    samples = study.samples(dataset, CLEAN) + 2 * study.calibration(dataset)
    return Work(("given_data", *source(names, study)), samples, comparable=False)


def stored_shift(names: Names, study: PlannedStudy) -> Work:
    """Return the work of storing a shifted test set, in samples."""
    samples = study.samples(names["dataset"], TestSet(GIVEN_SUITE, names["shift"], 0))
    return Work(("given_shift", *source(names, study)), samples, comparable=False)


def corrupted(names: Names, study: PlannedStudy) -> Work:
    """Return the work of a corruption, in samples; its severities are assumed to take the same time."""
    suite, shift = names["suite"], names["shift"]
    samples = study.samples(names["dataset"], TestSet(suite, shift, int(names["severity"])))
    kind = ("given_corruption", *source(names, study), study.collection(suite), shift)
    return Work(kind, samples, comparable=False)


def quantized(names: Names, study: PlannedStudy) -> Work:
    """Return the work of a quantization; calibration runs the model on its samples."""
    preset = study.preset(names["quantizer"])
    return Work(
        ("quantize", *network(names, study), text(preset), str(study.calibration(names["dataset"]))), comparable=False
    )


def evaluated(names: Names, study: PlannedStudy) -> Work:
    """Return the work of predicting a suite, in samples."""
    dataset = names["dataset"]
    samples = study.total_samples(dataset, study.predicted(dataset, names["suite"]))
    return Work(("evaluate", *network(names, study), *variant(names, study)), samples, comparable=False)


def inspected(names: Names, study: PlannedStudy) -> Work:
    """Return the work of inspecting float32 and all presets, mostly the measurement of their speed."""
    variants = (part for name in study.variants for part in variant({**names, "variant": name}, study))
    return Work(("inspect", *network(names, study), *variants), comparable=False)


def inspected_variant(names: Names, study: PlannedStudy) -> Work:
    """Return the work of inspecting a quantized file that the user gives."""
    return Work(("inspect", *network(names, study), *variant(names, study)), comparable=False)


def compared(names: Names, study: PlannedStudy) -> Work:
    """Return the work of comparing the presets with float32, in samples."""
    return Work(("compare", names["dataset"]), len(study.variants) * _shown(names, study))


def compared_variant(names: Names, study: PlannedStudy) -> Work:
    """Return the work of comparing a quantized file that the user gives with float32, in samples."""
    return Work(("compare", names["dataset"]), _shown(names, study))


def detected(names: Names, study: PlannedStudy) -> Work:
    """Return the work of testing detectors on the presets, in samples; they are fitted on the calibration data."""
    samples = study.calibration(names["dataset"]) + _shown(names, study)
    return Work(("detect", names["dataset"]), len(study.quantizers) * samples)


def detected_variant(names: Names, study: PlannedStudy) -> Work:
    """Return the work of testing detectors on a quantized file that the user gives, in samples."""
    return Work(("detect", names["dataset"]), study.calibration(names["dataset"]) + _shown(names, study))


def _shown(names: Names, study: PlannedStudy) -> int:
    """Return the number of samples of all test sets."""
    return study.total_samples(names["dataset"], study.all_test_sets(names["dataset"]))


def network(names: Names, study: PlannedStudy) -> tuple[str, ...]:
    """Return the factors of a model's speed: its size, and the sizes of its inputs."""
    own = study.own.data[names["dataset"]]
    return GIVEN, str(study.own.models[names["architecture"]]), _options(names, study), str(own.values or "")


def source(names: Names, study: PlannedStudy) -> tuple[str, ...]:
    """Return the factors of the time that a sample of a user's own data takes: its file, and how it is read."""
    file = study.config["data"][names["dataset"]]["test"]["file"]
    return GIVEN, file, _options(names, study)


def _options(names: Names, study: PlannedStudy) -> str:
    settings = study.config["data"][names["dataset"]]
    return text({key: settings[key] for key in ("images", "texts", "table") if key in settings})


def variant(names: Names, study: PlannedStudy) -> tuple[str, str]:
    """Return the factors of a variant's speed apart from its model: its preset or file, and how it is run."""
    name = names["variant"]
    files = study.config["models"][names["architecture"]].get("variants", {})
    if name in files:
        return str(model_bytes(files[name])), text(study.inference(name))
    return preset_and_inference(name, study)


RECIPES: dict[str, Callable[[Names, PlannedStudy], Work]] = {
    "given_model": prepared,
    "given_variant": prepared_variant,
    "given_record": recorded,
    "given_data": stored,
    "given_shift": stored_shift,
    "given_corruption": corrupted,
    "quantize": quantized,
    "evaluate": evaluated,
    "inspect": inspected,
    "inspect_variant": inspected_variant,
    "compare": compared,
    "compare_variant": compared_variant,
    "detect": detected,
    "detect_variant": detected_variant,
}
