"""Read, split and store a data set (rule `dataset`)."""

from pathlib import Path
from typing import Any

from quantshift.core import members
from quantshift.core.dataset_facts import facts_of
from quantshift.core.errors import QuantshiftError
from quantshift.data import stored
from quantshift.data.labelled import fault_of
from quantshift.data.modalities import DATASET_FILE, DataSet
from quantshift.data.splits import Raw, Split, split
from quantshift.seeds import generator
from quantshift.storage.files import write_json


def make(dataset: DataSet, source: Path, sizes: dict[str, Any]) -> None:
    """Read and split a data set and write its splits.

    Args:
        dataset: the data set; its folder is written.
        source: the fetched folder of its artifact.
        sizes: validation, calibration, train_limit and test_limit (see `split`).

    Raises:
        QuantshiftError: a file is missing or damaged, or the data set has too few inputs.
    """
    raw = read(dataset.name, source)
    write(split(raw, dataset=dataset.name, **sizes, generator=generator("splits", dataset.name)), dataset)


def read(dataset: str, source: Path) -> Raw:
    """Return the data set that its reader, which may be a user's own, finds in the fetched folder `source`.

    Raises:
        QuantshiftError: a file is missing or damaged, or the data do not match the facts about the data set.
    """
    raw: Raw = members.load("datasets", dataset).read(source)
    facts = facts_of(dataset)
    modality = members.load("data/modalities", facts.modality)
    for name, inputs, labels in (
        ("training", raw.train_inputs, raw.train_labels),
        ("test", raw.test_inputs, raw.test_labels),
        *([] if raw.validation is None else [("validation", raw.validation.inputs, raw.validation.labels)]),
    ):
        if fault := modality.fault(inputs, facts.shape) or fault_of(labels, len(inputs), facts.classes):
            raise QuantshiftError(
                f"the reader of the data set {dataset} (datasets/{dataset}.py) returns {name} data with {fault}"
            )
    return raw


def write(splits: dict[str, Split], dataset: DataSet) -> None:
    """Write the files of each split (see `stored.write`) and the file of the whole data set.

    Raises:
        QuantshiftError: lazy inputs, which are computed here, cannot be computed.
    """
    modality = members.load("data/modalities", dataset.modality)
    inputs, shared = modality.split({name: part.inputs for name, part in splits.items()}, dataset)
    for name, part in splits.items():
        stored.write(dataset.folder / name, inputs[name], part.labels, part.sources)
    write_json(dataset.folder / DATASET_FILE, shared)
