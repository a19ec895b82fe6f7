"""Modalities: the kinds of inputs that there are, a file for each (this file needs the standard library alone).

A member's name is the `INPUT` of data sets and of architectures. It has these constants, which are literals where the
Snakefile reads them:

- `STORED`, `FED`, `SCALE`: the dtype of stored inputs, the dtype that models take, and the factor between the two (None
  where values go in as they are);
- `CHANNEL_AXES`: how many axes of an input, the first ones, are channels; the others are its positions;
- `FACTS`: the constants that a data set of this modality has beside those of all data sets;
- `SHIFTED`: the files of the clean test set that a generated shift is applied to;
- `ENCODED_WITH`: the files of the data set that shifted inputs are encoded with;
- `SHOWN`: the file of a test set that the report shows inputs from (see quantshift.report.modalities);
- `NATURAL_ORDER`: 1, or -1 where the window of a natural shift draws sources in reverse order.

Its functions are `fault`, `split`, `read`, `shifted`, `encoded` and `random_inputs`. What a training method does for
one modality alone lies in quantshift.training.modalities. These are folders of their own, so that an edited thumbnail
shifts nothing again, and an edited attack splits nothing again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

# A JSON list beside the arrays of each split and test set, and one beside the splits of a data set. All data sets have
# these files, since the outputs of a Snakemake rule are fixed; it is an empty list where a modality has no use for it.
SIDE_FILE = "texts.json"
DATASET_FILE = "vocabulary.json"


@dataclass(frozen=True)
class DataSet:
    """What is known of a data set where its inputs are made.

    Attributes:
        name: its name.
        modality: the name of its modality.
        facts: its `SHAPE`, and the constants that the modality's `FACTS` name.
        folder: its folder in the results, which has a folder for each split.
    """

    name: str
    modality: str
    facts: Mapping[str, Any]
    folder: Path


class Feeding(NamedTuple):
    """How stored inputs become what a model takes.

    Attributes:
        stored: dtype of stored inputs.
        fed: dtype of the model's input.
        scale: what stored values are multiplied by, or None for values that go in as they are.
    """

    stored: str
    fed: str
    scale: float | None


class Fed(Protocol):
    """What `feeding` asks of a modality."""

    STORED: str
    FED: str
    SCALE: float | None


def feeding(modality: Fed) -> Feeding:
    """Return how inputs of a modality, a loaded member, become what a model takes."""
    return Feeding(modality.STORED, modality.FED, modality.SCALE)
