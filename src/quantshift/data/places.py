"""How messages name a set of the user's own samples, and the samples in it."""

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from quantshift.core.names import CLEAN_SUITE, GIVEN_SUITE, NO_SHIFT, VALIDATION_SHIFT
from quantshift.core.test_set import TestSet
from quantshift.data.modalities import SIDE_FILE
from quantshift.data.stored_inputs import Inputs
from quantshift.storage.records import read_as

# The longest name of a sample in a message; a text may be its own name.
MAX_NAME = 80
TEST, CALIBRATION = "the test data", "the calibration data"


class Place(NamedTuple):
    """A set of samples of a user's own data.

    Attributes:
        name: its name in messages.
        inputs: the file of its stored inputs, next to which a list names the samples; None if they have no names.
        positions: the positions of the samples in that file, if they are only some of them.
    """

    name: str
    inputs: Path | None = None
    positions: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, test_set: TestSet, inputs: Path) -> "Place":
        """Return the place of a test set.

        >>> Place.of(TestSet("given", "noisy", 0), Path("inputs.npz")).name
        'the shifted set noisy'
        >>> Place.of(TestSet("images", "fog", 3), Path("inputs.npz")).name
        'the test data with fog (images) at severity 3'
        """
        suite, shift, severity = test_set
        if suite == CLEAN_SUITE:
            # The validation data of a user's own data are the calibration data.
            return cls({NO_SHIFT: TEST, VALIDATION_SHIFT: CALIBRATION}[shift], inputs)
        if suite == GIVEN_SUITE:
            return cls(f"the shifted set {shift}", inputs)
        return cls(f"{TEST} with {shift} ({suite}){f' at severity {severity}' if severity else ''}", inputs)

    def sample(self, position: int) -> str:
        """Return the name of a sample: its file and row, or its text.

        Raises:
            QuantshiftError: the list of names is damaged.
        """
        if self.inputs is None:
            return f"sample {position} (counted from 0)"
        names = read_as(self.inputs.parent / SIDE_FILE, list[str], "a list of the texts or origins of samples")
        name = names[position if self.positions is None else self.positions[position]]
        short = name if len(name) <= MAX_NAME else f"{name[:MAX_NAME]}..."
        return f"{short!r} (counted from 0)" if re.search(r", row \d+$", name) else repr(short)


def not_finite(inputs: Inputs, position: int) -> tuple[str, float] | None:
    """Return an input's name and a number in it that is infinite or not a number, for a sample; None without any.

    >>> not_finite({"ids": np.array([[1], [2]]), "x": np.array([[0.5, 1], [np.nan, 2]])}, 1)
    ('x', nan)
    """
    for name, array in inputs.items():
        values = np.asarray(array[position]).reshape(-1)
        if values.dtype.kind == "f" and not (finite := np.isfinite(values)).all():
            return name, float(values[~finite][0])
    return None
