"""Whether architectures, suites and splits fit the data sets that they are asked for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from quantshift.core import members
from quantshift.study import Config, Study, modality_of


def unfit(config: Config) -> Iterator[str]:
    """Yield a line for each architecture and suite that does not take what a data set has, and for splits beyond it."""
    for name, dataset in config["datasets"].items():
        about = members.constants(f"datasets/{name}")
        here = {"CHANNELS": about["SHAPE"][0], **about}
        for architecture in dataset["architectures"]:
            own = members.constants(f"architectures/{architecture}")
            for wanted, found in misfit({"INPUT": own["INPUT"], **own.get("TAKES", {})}, here):
                yield f"datasets.{name}.architectures: {architecture} takes {wanted} and {name} has {found}"
        for suite in dataset["suites"]:
            collection = config["suites"][suite].get("collection", suite)
            for wanted, found in misfit(takes(collection), here):
                yield f"datasets.{name}.suites: {suite} is for {wanted} and {name} has {found}"
            if config["suites"][suite].get("source") == "archive" and name in config["study"]["datasets"]:
                shifted = members.constants(f"shifts/archives/{collection}")["DATASET"]
                if shifted != name:
                    key = f"datasets.{name}.suites: {suite}"
                    yield f'{key} has the source "archive", whose images are those of {shifted}; expected generated'
        yield from too_many(name, dataset, about)
        yield from twice(config, name)
    yield from mixed(config["study"]["datasets"])


def misfit(wanted: Mapping[str, Any], here: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield in words the first property that is wanted and that a data set has otherwise, and what it has."""
    for what in [what for what, value in wanted.items() if here.get(what) != value][:1]:
        yield told(what, wanted[what]), told(what, here.get(what))


def mixed(datasets: Sequence[str]) -> Iterator[str]:
    """Yield a line where some data sets of a study have one input per sample, and others several."""
    files = {modality_of(dataset)["INPUTS"]: dataset for dataset in datasets}
    if len(files) > 1:
        found = " and ".join(f"{dataset} in {file}" for file, dataset in sorted(files.items()))
        yield f"study.datasets: a study has inputs of one kind of file, and has {found}: run two studies"


def twice(config: Config, name: str) -> Iterator[str]:
    """Yield a line for each natural shift that two suites of a data set have: the same inputs would count twice."""
    study, first = Study(config), dict[tuple[str, str], str]()
    for suite in config["datasets"][name]["suites"]:
        for shift in dict.fromkeys(test_set.shift for test_set in study.test_sets(suite)):
            other = first.setdefault((study.collection(suite), shift), suite)
            if other != suite and study.source_kind(suite, shift) == "natural":
                yield f"datasets.{name}.suites: {other} and {suite} have the same inputs, {shift}; leave one out"


def takes(collection: str) -> dict[str, Any]:
    """Return what a data set must have for a collection of shifts; one that does not say it takes all."""
    # A folder of shifts needs no __init__.py.
    says = members.file_of(f"shifts/{collection}/__init__").is_file()
    wanted: dict[str, Any] = members.constants(f"shifts/{collection}/__init__").get("TAKES", {}) if says else {}
    return wanted


def told(what: str, value: Any) -> str:
    """Return a property of a data set in words.

    >>> told("CHANNELS", 3), told("SHAPE", (1, 28, 28)), told("INPUT", "text")
    ('inputs of 3 channels', 'inputs of shape (1, 28, 28)', 'text inputs')
    """
    match what:
        case "INPUT":
            return f"{value} inputs"
        case "CLASSES":
            return f"{value} classes"
        case "CHANNELS":
            return f"inputs of {value} channels" if value != 1 else "inputs of 1 channel"
        case _:
            return f"inputs of {what.lower()} {value}"


def too_many(name: str, dataset: Mapping[str, Any], about: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each split that asks for more inputs than the whole data set has."""
    training, test = about["COUNTS"]
    apart = about.get("VALIDATION_COUNT", dataset["validation"])
    if dataset["validation"] > apart:
        yield f"datasets.{name}.validation = {dataset['validation']}: expected at most {apart}, which is all there are"
    aside = dataset["calibration"] + (0 if "VALIDATION_COUNT" in about else dataset["validation"])
    if aside >= training:
        yield (
            f"datasets.{name}: validation and calibration set {aside} inputs aside, and there are {training} to train "
            "on: expected smaller numbers"
        )
    for key, most in (("train_limit", training - aside), ("test_limit", test), ("shift_limit", test)):
        if aside < training and (dataset.get(key) or 0) > most:
            beside = f" beside {aside} for validation and calibration" if key == "train_limit" and aside else ""
            yield f"datasets.{name}.{key} = {dataset[key]}: expected at most {most}, which is all there are{beside}"
