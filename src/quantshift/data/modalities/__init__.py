"""Modalities: kinds of inputs, one per file (this file imports only the standard library).

The facts about a data set name its modality, and so does the constant `MODALITY` of an architecture. A modality has
these constants; those that the Snakefile reads are literals:

- `STORED`, `FED`, `FULL_SCALE`: the dtype of stored inputs, the dtype that models take, and the stored value that
  becomes 1, or None if values are fed unchanged (see quantshift.core.signature.Feeding);
- `CHANNEL_AXES`: number of leading axes of an input that are channels; the other axes are positions;
- `INPUTS`: the file of stored inputs: `inputs.npy`, or `inputs.npz` for several inputs per sample by name (see
  quantshift.data.named);
- `FACTS`: the facts, whole numbers, that a data set of this modality has in addition to those of all data sets (see
  quantshift.core.dataset_facts);
- `SHIFTED`: the files of the clean test set that a generated shift is applied to;
- `ENCODED_WITH`: the files of the data set that shifted inputs are encoded with;
- `SHOWN`: the file of a test set from which the report shows inputs (see quantshift.report.modalities);
- `NATURAL_ORDER`: 1, or -1 if the window of a natural shift draws sources in reverse order.

Its functions are `fault`, `split`, `read`, `shifted`, `encoded` and `random_inputs`. What a training method does for
a single modality is in quantshift.training.modalities. Separate folders keep an edited thumbnail from rerunning shifts,
and an edited attack from rerunning splits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# A JSON list next to the arrays of each split and test set, and one next to the splits of a data set. All data sets
# have these files, because a Snakemake rule has fixed outputs; a modality that does not need them writes empty lists.
SIDE_FILE = "texts.json"
DATASET_FILE = "vocabulary.json"


@dataclass(frozen=True)
class DataSet:
    """A data set, as the code that creates its inputs knows it.

    Attributes:
        name: its name.
        modality: the name of its modality.
        shape: shape of one input.
        modality_facts: the facts listed in the modality's `FACTS`.
        folder: its folder in the results, with one folder per split.
    """

    name: str
    modality: str
    shape: tuple[int, ...]
    modality_facts: Mapping[str, int]
    folder: Path
