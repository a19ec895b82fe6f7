"""What is corrupted, and how: a user's own test data, some of its samples, and a corruption at a severity."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from quantshift.data.feeding import FEEDING, Feeding
from quantshift.data.readers.text_options import TextOptions
from quantshift.data.stored_inputs import Inputs
from quantshift.storage.arrays import Streamed, parts, select_lazily
from quantshift.storage.records import read_record

# Bytes of samples that are corrupted at a time, which bounds memory for test sets of any size.
PART = 8 << 20
# A corruption at a severity, with its random generator.
Change = Callable[[Any], Any]


class Corruption(NamedTuple):
    """A corruption at a severity.

    Attributes:
        collection: folder of `shifts` that has the shift.
        suite: name of the suite.
        shift: name of the shift.
        severity: 1 to 5, or 0 for a shift with one level.
        artifact: the fetched folder of the artifact that the shift needs, or None.
    """

    collection: str
    suite: str
    shift: str
    severity: int
    artifact: Path | None = None


@dataclass(frozen=True)
class TestData:
    """The stored test set of a user's own data.

    Attributes:
        name: its name.
        folder: the folder of the test set.
        feeding: how it becomes inputs.
        texts: how texts become inputs; None for other data.
    """

    name: str
    folder: Path
    feeding: Feeding
    texts: TextOptions | None = None

    # Keep pytest from collecting this class as a test because of its name.
    __test__ = False

    @classmethod
    def read(cls, name: str, feeding: Path, texts: TextOptions | None) -> "TestData":
        """Return the test set in the folder next to the record of how it becomes inputs.

        Raises:
            QuantshiftError: the record is missing or damaged.
        """
        return cls(name, feeding.parent / "test", read_record(feeding, Feeding, FEEDING), texts)


@dataclass(frozen=True)
class Selection:
    """The samples to corrupt.

    Attributes:
        data: the test set.
        inputs: its stored inputs.
        index: int64 [k], positions of the samples.
        shown: texts or origins of these samples.
    """

    data: TestData
    inputs: Inputs
    index: NDArray[np.int64]
    shown: Sequence[str]

    def unchanged(self, name: str) -> Streamed:
        """Return an input of these samples as it is."""
        array = self.inputs[name]
        return Streamed((len(self.index), *array.shape[1:]), array.dtype, parts(select_lazily(array, self.index), PART))
