"""Modalities: the kinds of inputs that there are, a file for each (this file needs the standard library alone).

A member's name is the `INPUT` of data sets and of architectures. It has these constants, which are literals where the
Snakefile reads them:

- `STORED`, `FED`, `FULL_SCALE`: the dtype of stored inputs, the dtype that models take, and the stored value that
  becomes 1, None where values go in as they are (see quantshift.core.signature.Feeding);
- `CHANNEL_AXES`: how many axes of an input, the first ones, are channels; the others are its positions;
- `INPUTS`: the file of stored inputs: `inputs.npy`, or `inputs.npz` for several inputs per sample by name (see
  quantshift.data.named);
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
from typing import Any

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
