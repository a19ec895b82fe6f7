"""Checks that architectures, suites and splits fit the data sets that use them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from quantshift.core import members
from quantshift.core.dataset_facts import DatasetFacts, facts_of
from quantshift.study import Config, Study, modality_of


def incompatible(config: Config) -> Iterator[str]:
    """Yield a line for each architecture, suite and split size that does not fit a data set."""
    for name, dataset in config["datasets"].items():
        facts = facts_of(name)
        properties = properties_of(facts)
        for architecture in dataset["architectures"]:
            needs = members.constants(f"architectures/{architecture}")
            for expected, actual in first_difference(required_by(needs), properties):
                yield f"datasets.{name}.architectures: {architecture} needs {expected}, but {name} has {actual}"
        for suite in dataset["suites"]:
            collection = config["suites"][suite].get("collection", suite)
            for expected, actual in first_difference(requirements(collection), properties):
                yield f"datasets.{name}.suites: {suite} needs {expected}, but {name} has {actual}"
            if config["suites"][suite].get("source") == "archive" and name in config["study"]["datasets"]:
                shifted = members.constants(f"shifts/archives/{collection}")["DATASET"]
                if shifted != name:
                    key = f"datasets.{name}.suites: {suite}"
                    yield f'{key} has the source "archive", which holds images of {shifted}; expected generated'
        yield from oversized_splits(name, dataset, facts)
        yield from duplicate_shifts(config, name)
    yield from mixed_input_files(config["study"]["datasets"])


def properties_of(facts: DatasetFacts) -> dict[str, Any]:
    """Return the properties of a data set that architectures and collections of shifts can require."""
    return {
        "modality": facts.modality,
        "channels": facts.shape[0],
        "shape": facts.shape,
        "classes": facts.classes,
        **facts.modality_facts,
    }


def required_by(architecture: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties that an architecture, by its constants, requires of a data set."""
    return {"modality": architecture["MODALITY"], **architecture.get("TAKES", {})}


def first_difference(required: Mapping[str, Any], properties: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield, in words, the first required property that a data set does not have, and the property that it has."""
    for name in [name for name, value in required.items() if properties.get(name) != value][:1]:
        yield describe(name, required[name]), describe(name, properties.get(name))


def mixed_input_files(datasets: Sequence[str]) -> Iterator[str]:
    """Yield a line if some data sets of a study have one input per sample and others have several."""
    files = {modality_of(dataset)["INPUTS"]: dataset for dataset in datasets}
    if len(files) > 1:
        kinds = " and ".join(f"{dataset} in {file}" for file, dataset in sorted(files.items()))
        yield f"study.datasets: a study stores inputs in one kind of file, but has {kinds}: run two studies"


def duplicate_shifts(config: Config, name: str) -> Iterator[str]:
    """Yield a line for each natural shift in two suites of a data set, since the same inputs would count twice."""
    study, first = Study(config), dict[tuple[str, str], str]()
    for suite in config["datasets"][name]["suites"]:
        for shift in dict.fromkeys(test_set.shift for test_set in study.test_sets(suite)):
            other = first.setdefault((study.collection(suite), shift), suite)
            if other != suite and study.source_kind(suite, shift) == "natural":
                yield f"datasets.{name}.suites: {other} and {suite} have the same inputs, {shift}; remove one"


def requirements(collection: str) -> dict[str, Any]:
    """Return the properties that a collection of shifts requires of a data set; empty if it accepts any."""
    # A folder of shifts may lack an __init__.py.
    if not members.file_of(f"shifts/{collection}/__init__").is_file():
        return {}
    required: dict[str, Any] = members.constants(f"shifts/{collection}/__init__").get("TAKES", {})
    return required


def describe(name: str, value: Any) -> str:
    """Return a property of a data set in words.

    >>> describe("channels", 3), describe("shape", (1, 28, 28)), describe("modality", "text")
    ('inputs with 3 channels', 'inputs of shape (1, 28, 28)', 'text inputs')
    """
    match name:
        case "modality":
            return f"{value} inputs"
        case "classes":
            return f"{value} classes"
        case "channels":
            return f"inputs with {value} channels" if value != 1 else "inputs with 1 channel"
        case _:
            return f"inputs of {name} {value}"


def oversized_splits(name: str, dataset: Mapping[str, Any], facts: DatasetFacts) -> Iterator[str]:
    """Yield a line for each split with more inputs than the data set has."""
    training, test = facts.training_count, facts.test_count
    published = facts.validation_count
    validation = dataset["validation"] if published is None else published
    if dataset["validation"] > validation:
        yield f"datasets.{name}.validation = {dataset['validation']}: expected at most {validation}, all that there are"
    reserved = dataset["calibration"] + (dataset["validation"] if published is None else 0)
    if reserved >= training:
        yield (
            f"datasets.{name}: validation and calibration reserve {reserved} inputs, but there are only {training} "
            "training inputs: expected smaller numbers"
        )
    for key, limit in (("train_limit", training - reserved), ("test_limit", test), ("shift_limit", test)):
        if reserved < training and (dataset.get(key) or 0) > limit:
            rest = f" besides {reserved} for validation and calibration" if key == "train_limit" and reserved else ""
            yield f"datasets.{name}.{key} = {dataset[key]}: expected at most {limit}, all that there are{rest}"
