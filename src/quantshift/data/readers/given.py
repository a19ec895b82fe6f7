"""A user's data: named inputs of n samples, with labels, groups and the origin of each sample where there are any."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from quantshift.core.signature import Preprocessing
from quantshift.data.named import Named
from quantshift.data.readers.origins import Origins
from quantshift.storage.arrays import Rows, select_lazily


class Labels(NamedTuple):
    """Labels of samples.

    Attributes:
        values: int64 [n], classes from 0.
        names: name of each class, or None if the labels are integers without names.
    """

    values: NDArray[np.int64]
    names: tuple[str, ...] | None


class Groups(NamedTuple):
    """Groups of samples, such as the frames of one video. The samples of a group are one cluster in the statistics.

    Attributes:
        values: int64 [n].
        names: names of the groups 0, 1, ..., or None if the file holds integers.
    """

    values: NDArray[np.int64]
    names: tuple[str, ...] | None


@dataclass(frozen=True)
class GivenInputs:
    """Data that a user gives.

    Attributes:
        modality: `image`, `text` or `tensor`.
        inputs: arrays or lazy rows [n, ...] by the names of the model's inputs, in the form to store; images are uint8
            [n, channels, height, width] in the order red, green, blue.
        origins: where each sample comes from.
        preprocessing: by input name, what turns stored values into the model's inputs; inputs without an entry are fed
            as they are stored.
        labels: labels, or None.
        groups: groups, or None if each sample is a group of its own.
    """

    modality: str
    inputs: Mapping[str, NDArray[Any] | Rows]
    origins: Origins
    preprocessing: Mapping[str, Preprocessing] = field(default_factory=dict)
    labels: Labels | None = None
    groups: Groups | None = None

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.origins)

    def named(self) -> Named:
        """Return the inputs."""
        return Named(self.inputs)

    def clusters(self) -> NDArray[np.int64]:
        """Return the id of each sample's source, int64 [n]: its group, or its own number if there are no groups."""
        return np.arange(len(self)) if self.groups is None else self.groups.values

    def select(self, index: NDArray[np.int64]) -> "GivenInputs":
        """Return the samples at `index`, which are not read yet."""
        labels, groups = self.labels, self.groups
        return replace(
            self,
            inputs={name: select_lazily(array, index) for name, array in self.inputs.items()},
            origins=self.origins.select(index),
            labels=None if labels is None else labels._replace(values=labels.values[index]),
            groups=None if groups is None else groups._replace(values=groups.values[index]),
        )
