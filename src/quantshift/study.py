"""The grid of a study: from the config to its cells and their files (standard library only).

The Snakefile uses this module to find out which files to create; jobs do not import it.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from quantshift.core import grid, members
from quantshift.core.dataset_facts import facts_of
from quantshift.core.grid import given_models, trained_models
from quantshift.core.kinds import SUITES
from quantshift.core.model_id import ModelId
from quantshift.core.names import CLEAN_SUITE, FLOAT32, GIVEN, GIVEN_SUITE
from quantshift.core.settings import setting
from quantshift.core.signature import Feeding
from quantshift.core.test_set import CLEAN, VALIDATION, TestSet

Config = Mapping[str, Any]

# File of the stored inputs of a user's own data: an array for each input of the model.
GIVEN_INPUTS = "inputs.npz"
TRUTH = ("labels.npy", "sources.npy")
# Stands for the suite that fits the kind of a user's own data.
AUTOMATIC = "auto"
# Samples of a user's own data to which each corruption is applied, if the config does not state a number.
SHIFT_LIMIT = 1000


class Study:
    """The grid that a config spans; the config must have been checked (see `quantshift.configuration`).

    Args:
        config: the merged config.
    """

    def __init__(self, config: Config) -> None:
        """Store the config."""
        self.config = config

    @property
    def datasets(self) -> list[str]:
        """Return the data sets that models are trained on, in the config's order."""
        return list(self.config["study"]["datasets"])

    @property
    def given_data(self) -> list[str]:
        """Return the names of the user's own data that given models use, in the config's order."""
        used = {model["data"] for model in self.config["models"].values()}
        return [name for name in self.config["data"] if name in used]

    @cached_property
    def trained(self) -> list[ModelId]:
        """Return the models that the study trains, sorted."""
        return trained_models(self.config)

    @cached_property
    def given(self) -> list[ModelId]:
        """Return the user's own models, sorted."""
        return given_models(self.config)

    @cached_property
    def models(self) -> list[ModelId]:
        """Return the study's models, trained and given, sorted."""
        return sorted([*self.trained, *self.given])

    def constants(self, dataset: str) -> list[str]:
        """Return the names of inputs that are the same for all samples, of the models that use a user's own data."""
        models = [model for model in self.config["models"].values() if model["data"] == dataset]
        return sorted({name for model in models for name in constants_of(model)})

    def is_given(self, dataset: str) -> bool:
        """Return whether a name is that of a user's own data instead of a data set."""
        return dataset in self.config["data"]

    def modality(self, dataset: str) -> str:
        """Return the name of the modality of a data set or of a user's own data."""
        if not self.is_given(dataset):
            return modality(dataset)
        settings = self.config["data"][dataset]
        if "images" in settings or Path(settings["test"]["file"]).is_dir():
            return "image"
        return "text" if "texts" in settings else "tensor"

    def methods(self, dataset: str) -> list[str]:
        """Return the training methods of a data set, by default those of the study."""
        return [GIVEN] if self.is_given(dataset) else setting(self.config, dataset, "methods")

    def seeds(self, dataset: str) -> list[int]:
        """Return the seeds of a data set, by default those of the study."""
        return [0] if self.is_given(dataset) else setting(self.config, dataset, "seeds")

    @cached_property
    def architectures(self) -> list[tuple[str, str]]:
        """Return the pairs of data set and architecture, sorted."""
        return sorted({(model.dataset, model.architecture) for model in self.models})

    @property
    def quantizers(self) -> list[str]:
        """Return the names of the presets in the study, in the config's order."""
        return list(self.config["study"]["quantizers"])

    @property
    def variants(self) -> list[str]:
        """Return the variants that all models have: float32 and the quantizers."""
        return [FLOAT32, *self.quantizers]

    @property
    def own_variants(self) -> list[str]:
        """Return the names of the quantized files that the user gives for some models, sorted."""
        return sorted({name for model in self.given for name in grid.own_variants(self.config, model)})

    def quantized_variants(self, model: ModelId) -> list[str]:
        """Return a model's quantized variants: the quantizers, then the files that the user gives for this model."""
        return grid.quantized_variants(self.config, model)

    def variants_of(self, model: ModelId) -> list[str]:
        """Return a model's variants: float32, then the quantized ones."""
        return grid.variants(self.config, model)

    def suites(self, dataset: str) -> list[str]:
        """Return a data set's suites that have test sets, the clean one first."""
        if self.is_given(dataset):
            suites = [GIVEN_SUITE, *self.corruptions(dataset)]
        else:
            suites = self.config["datasets"][dataset]["suites"]
        return [CLEAN_SUITE, *(suite for suite in suites if self.test_sets(dataset, suite))]

    def corruptions(self, dataset: str) -> list[str]:
        """Return the suites of corruptions that are applied to a user's own data."""
        fitting = SUITES[self.modality(dataset)]
        listed = self.config["data"][dataset].get("shifts", [])
        return list(dict.fromkeys(fitting if suite == AUTOMATIC else suite for suite in listed))

    def test_sets(self, dataset: str, suite: str) -> list[TestSet]:
        """Return the test sets of a data set's suite, in the config's order."""
        if suite == CLEAN_SUITE:
            return [CLEAN]
        if suite == GIVEN_SUITE:
            return [TestSet(GIVEN_SUITE, name, 0) for name in self.config["data"][dataset].get("shifted", {})]
        shifts = self.config["suites"][suite]["shifts"]
        return [TestSet(suite, shift, severity) for shift, severities in shifts.items() for severity in severities]

    def predicted(self, dataset: str, suite: str) -> list[TestSet]:
        """Return the test sets that a variant predicts for a suite; the clean suite includes the validation data."""
        return [*self.test_sets(dataset, suite), *([VALIDATION] if suite == CLEAN_SUITE else [])]

    def all_test_sets(self, dataset: str) -> list[TestSet]:
        """Return the test sets of all of a data set's suites."""
        return [test_set for suite in self.suites(dataset) for test_set in self.test_sets(dataset, suite)]

    def has_severities(self, dataset: str) -> bool:
        """Return whether any shift of a data set has several severities."""
        names = [(test_set.suite, test_set.shift) for test_set in self.all_test_sets(dataset)]
        return len(set(names)) < len(names)

    def collection(self, suite: str) -> str:
        """Return the folder in `shifts` with a suite's shifts: its `collection`, by default its name."""
        return str(self.config["suites"][suite].get("collection", suite))

    def artifact(self, dataset: str) -> str:
        """Return the name of the artifact that a data set is read from."""
        return facts_of(dataset).artifact

    @property
    def inputs(self) -> str:
        """Return the name of the files of stored inputs, which data sets share because outputs of rules are fixed."""
        return str(modality_of(self.datasets[0])["INPUTS"]) if self.datasets else "inputs.npy"

    def inputs_of(self, dataset: str) -> str:
        """Return the name of the files of stored inputs of a data set or of a user's own data."""
        return GIVEN_INPUTS if self.is_given(dataset) else self.inputs

    @cached_property
    def artifacts(self) -> list[str]:
        """Return the names of all artifacts that the study fetches, sorted."""
        artifacts = {self.artifact(dataset) for dataset in self.datasets}
        artifacts |= {name for model in self.trained if (name := self.pretrained(model))}
        test_sets = {
            test_set
            for dataset in (*self.datasets, *self.given_data)
            for test_set in self.all_test_sets(dataset)
            if test_set.suite not in (CLEAN_SUITE, GIVEN_SUITE)
        }
        for suite, shifts in _shifts_by_suite(test_sets).items():
            for shift in shifts:
                constants = members.constants(f"shifts/{self.collection(suite)}/{shift}")
                if self.source_kind(suite, shift) == "archive":
                    artifacts.add(self.collection(suite))
                elif "ARTIFACT" in constants:
                    artifacts.add(constants["ARTIFACT"])
        return sorted(artifacts)

    def corruption_artifact(self, suite: str, shift: str) -> str | None:
        """Return the artifact that a corruption of a user's own data needs, or None."""
        artifact: str | None = members.constants(f"shifts/{self.collection(suite)}/{shift}").get("ARTIFACT")
        return artifact

    def architecture_options(self, architecture: str) -> dict[str, Any]:
        """Return all options of an architecture, from the config or their defaults."""
        options = members.constants(f"architectures/{architecture}").get("OPTIONS", {})
        settings = self.config["architectures"].get(architecture, {})
        return {name: settings.get(name, option["default"]) for name, option in options.items()}

    def pretrained(self, model: ModelId) -> str | None:
        """Return the artifact with the published weights that a model starts from, or None."""
        needed = self.architecture_options(model.architecture).get("pretrained") and not self.start(model)
        return str(members.constants(f"architectures/{model.architecture}")["PRETRAINED"]) if needed else None

    def splits(self, dataset: str) -> dict[str, int | None]:
        """Return the sizes of a data set's splits."""
        settings = self.config["datasets"][dataset]
        return {key: settings[key] for key in ("validation", "calibration", "train_limit", "test_limit")}

    def shift_limit(self, dataset: str) -> int | None:
        """Return the number of test inputs to shift of a data set or of a user's own data, or None for all."""
        if self.is_given(dataset):
            return int(self.config["data"][dataset].get("shift_limit", SHIFT_LIMIT))
        limit: int | None = self.config["datasets"][dataset].get("shift_limit")
        return limit

    def training(self, dataset: str, method: str) -> dict[str, Any]:
        """Return the hyperparameters of a method for a data set; a control uses those of its method."""
        leader = members.constants(f"training/methods/{method}").get("SETTINGS_OF")
        if not leader:
            return dict(self.config["training"][dataset][method])
        part = method_part(leader, modality(dataset))
        specific = {
            *members.keys(f"training/methods/{leader}", "SETTINGS"),
            *(members.keys(part, "SETTINGS") if part else ()),
        }
        settings = self.config["training"][dataset][leader]
        return {name: value for name, value in settings.items() if name not in specific}

    def start(self, model: ModelId) -> ModelId | None:
        """Return the model whose weights `model` starts from, or None."""
        method = self.training(model.dataset, model.method).get("start_from")
        return ModelId(model.dataset, model.architecture, method, model.seed) if method else None

    @cached_property
    def retrained(self) -> list[tuple[ModelId, str]]:
        """Return the pairs of retrained model and protocol, sorted."""
        settings = self.config["retraining"]
        return sorted(
            (model, protocol)
            for model in self.trained
            if model.method in settings["methods"] and model.seed in settings["seeds"]
            for protocol in settings["protocols"]
        )

    @property
    def disagreeing(self) -> list[str]:
        """Return the quantizers whose disagreements are added to a retraining: the listed ones, or else all."""
        listed = [name for name in self.config["retraining"]["quantizers"] if name in self.quantizers]
        return listed or self.quantizers

    def retraining(self, dataset: str, method: str) -> dict[str, Any]:
        """Return the hyperparameters for retraining a method's models: those of its training unless overridden."""
        settings, original = self.config["retraining"], self.training(dataset, method)
        original.pop("start_from", None)
        rate = settings["learning_rate_factor"] * original["learning_rate"]
        # An attack that grows during training has its full strength from the start of retraining.
        full_strength = {"warm_up": 0} if "warm_up" in original else {}
        return original | full_strength | {"epochs": settings["epochs"], "learning_rate": rate}

    @cached_property
    def exported(self) -> list[ModelId]:
        """Return the study's models and their retrained versions."""
        return [*self.models, *(model.retrained(protocol) for model, protocol in self.retrained)]

    def preset(self, quantizer: str) -> dict[str, Any]:
        """Return the settings that determine a quantizer's file: its scheme and all options, not how it is run."""
        settings = self.config["quantizers"][quantizer]
        options = members.constants(f"quantizers/schemes/{settings['scheme']}")["OPTIONS"]
        values = {name: settings.get(name, option["default"]) for name, option in options.items()}
        return {"scheme": settings["scheme"], **values}

    def saturates(self, quantizer: str) -> bool:
        """Return whether a preset multiplies 8-bit activations by int8 weights, which is not exact on every CPU."""
        preset = self.preset(quantizer)
        integers = preset.get("activation_type", "uint8") in ("uint8", "int8")
        return integers and preset.get("weight_type") == "int8" and not preset.get("reduce_range")

    def inference(self, variant: str) -> dict[str, Any]:
        """Return the settings for running a variant: batch size, threads and onnxruntime's session config entries."""
        default = self.config["inference"]
        settings = self.config["quantizers"].get(variant, {}) if variant != FLOAT32 else {}
        entries = members.constants(f"quantizers/schemes/{settings['scheme']}").get("SESSION", {}) if settings else {}
        return {**{key: settings.get(key, default[key]) for key in default}, "entries": dict(entries)}

    def subjects(self) -> set[str]:
        """Return the subjects of the study's jobs, as in paths after the rule's name; ``""`` for the whole study."""
        subjects = {"", *self.artifacts, *self.datasets, *self.given_data}
        for dataset, architecture in self.architectures:
            subjects.add(f"{dataset}/{architecture}")
            subjects |= {f"{dataset}/{test_set.suite}/{test_set.key}" for test_set in self.all_test_sets(dataset)}
            subjects |= {f"{figure}/{dataset}/{architecture}" for figure in members.names("figures")}
        subjects |= {f"{model.path}/{protocol}" for model, protocol in self.retrained}
        for model in self.exported:
            for variant in self.variants_of(model):
                run = f"{model.path}/{variant}"
                subjects |= {model.path, run, *(f"{run}/{suite}" for suite in self.suites(model.dataset))}
        # A model may start from the weights of a method that is not in the study.
        starts = self.trained
        while starts:
            starts = [start for model in starts if (start := self.start(model))]
            subjects |= {start.path for start in starts}
        return subjects

    def source_kind(self, suite: str, shift: str) -> str:
        """Return the source of a test set: `synthetic` (from the clean one), `natural` (other data) or `archive`."""
        if self.config["suites"][suite].get("source") == "archive":
            return "archive"
        return "synthetic" if "apply" in members.functions(f"shifts/{self.collection(suite)}/{shift}") else "natural"


def _shifts_by_suite(test_sets: Iterable[TestSet]) -> dict[str, set[str]]:
    shifts: dict[str, set[str]] = {}
    for test_set in test_sets:
        shifts.setdefault(test_set.suite, set()).add(test_set.shift)
    return shifts


def modality(dataset: str) -> str:
    """Return the name of a data set's modality."""
    return facts_of(dataset).modality


def modality_of(dataset: str) -> dict[str, Any]:
    """Return the constants of a data set's modality (see quantshift.data.modalities)."""
    return members.constants(f"data/modalities/{modality(dataset)}")


def feeding(dataset: str) -> Feeding:
    """Return how a data set's stored inputs become model inputs, as its modality defines it."""
    constants = modality_of(dataset)
    full = constants["FULL_SCALE"]
    return Feeding(constants["STORED"], constants["FED"], None if full is None else 1 / full)


def method_part(method: str, modality: str) -> str | None:
    """Return the member with the part of a training method for a modality, or None if the method has none."""
    folder = f"training/modalities/{method}"
    return f"{folder}/{modality}" if modality in members.names(folder) else None


def constants_of(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of inputs of a user's own model that are the same for all samples: numbers and files."""
    return {**settings.get("constants", {}), **settings.get("constant_files", {})}


def choices_of(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the config states about the answers and the constant inputs of a user's own model."""
    stated = {name: settings.get(name) for name in ("output", "answers", "threshold")}
    return {**stated, "constants": constants_of(settings)}


def files_of(settings: Mapping[str, Any], *sections: str) -> list[str]:
    """Return the files that parts of a user's own data are read from (`data.<name>.test`, ...), without duplicates."""
    parts = [settings[section] for section in sections if section in settings]
    files = [part[key] for part in parts for key in ("file", "labels", "groups") if part.get(key)]
    shared = [settings.get("names"), settings.get("texts", {}).get("tokenizer")]
    return list(dict.fromkeys([*files, *(file for file in shared if file)]))


def test_folder(dataset: str, test_set: TestSet) -> str:
    """Return the folder of a test set's arrays."""
    if test_set == CLEAN:
        return f"results/datasets/{dataset}/test"
    if test_set == VALIDATION:
        return f"results/datasets/{dataset}/validation"
    return f"results/shifts/{dataset}/{test_set.suite}/{test_set.key}"
