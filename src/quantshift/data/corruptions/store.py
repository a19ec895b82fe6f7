"""Apply corruptions to a user's own test data (rule `given_corruption`)."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.core.kinds import IMAGE, SUITES, TENSOR, TEXT
from quantshift.data.corruptions import features, images, texts
from quantshift.data.corruptions.required import required_by
from quantshift.data.corruptions.selection import Corruption, Selection, TestData
from quantshift.data.labelled import read_truth
from quantshift.data.modalities import SIDE_FILE
from quantshift.data.readers.expected import quoted
from quantshift.data.stored import write
from quantshift.data.stored_inputs import Inputs, read_inputs
from quantshift.data.windows import window
from quantshift.seeds import generator
from quantshift.storage.records import read_as

# The kind of data that corruptions of each modality change.
KINDS = {IMAGE: images, TEXT: texts, TENSOR: features}


def store_corrupted(data: TestData, corruption: Corruption, limit: int | None, target: Path) -> None:
    """Write corrupted copies of test samples, with the labels and sources of their originals.

    Args:
        data: the test set.
        corruption: the corruption.
        limit: number of samples to corrupt, the size of the corruption's window (see `windows`); None for all.
        target: folder to write.

    Raises:
        QuantshiftError: a file is missing or damaged, or the corruption is for other data.
    """
    inputs = read_inputs(data.folder / "inputs.npz", [spec["name"] for spec in data.feeding["inputs"]])
    labels, sources = read_truth(data.folder, count=len(next(iter(inputs.values()))))
    side = read_as(data.folder / SIDE_FILE, list[str], "a list of the texts or origins of samples")
    kind = KINDS[required_by(corruption.collection).get("modality", data.feeding["modality"])]
    if not kind.fits(data, inputs):
        raise QuantshiftError(
            f"the suite {corruption.suite!r} is for {kind.NOUN}, "
            f"but the data {data.name!r} have {_described(data, inputs)}"
        )
    index = window(data.name, corruption.collection, corruption.shift, sources, limit)
    selection = Selection(data, inputs, index, [side[position] for position in index])
    write(target, kind.corrupted(selection, _change(data, corruption), corruption), labels[index], sources[index])


def _described(data: TestData, inputs: Inputs) -> str:
    """Return what the data hold, and which suite is for them."""
    for name, kind in KINDS.items():
        if kind.fits(data, inputs):
            suite = SUITES[name]
            return f"{kind.NOUN}: choose {suite} (--shifts {suite}, or shifts: [{suite}] in the config)"
    listed = quoted([f"{spec['name']} {spec['stored']} {spec['shape']}" for spec in data.feeding["inputs"]])
    return f"{listed}: choose another suite or none (--shifts, or shifts in the config)"


def _change(data: TestData, corruption: Corruption) -> partial[Any]:
    """Return the corruption as a function of the inputs, with a random generator of its own."""
    random = generator("shift", data.name, corruption.suite, corruption.shift, corruption.severity)
    apply = members.load(f"shifts/{corruption.collection}", corruption.shift).apply
    return partial(_applied, apply, corruption, random)


def _applied(apply: Any, corruption: Corruption, random: np.random.Generator, inputs: Any) -> Any:
    needed = () if corruption.artifact is None else (corruption.artifact,)
    return apply(inputs, corruption.severity, random, *needed)
