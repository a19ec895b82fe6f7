"""The id of a model, and its path in the results."""

import os
from pathlib import PurePath
from typing import NamedTuple


class ModelId(NamedTuple):
    """The id of a trained model.

    Attributes:
        dataset: name of the data set.
        architecture: name of the architecture.
        method: name of the training method; ``{method}.{protocol}`` for a retrained model.
        seed: seed of the training.
    """

    dataset: str
    architecture: str
    method: str
    seed: int

    @property
    def path(self) -> str:
        """Return the model's part of a path in the results.

        >>> ModelId("mnist", "lenet5", "qat", 0).path
        'mnist/lenet5/qat/0'
        """
        return "/".join(map(str, self))

    @classmethod
    def parse(cls, path: str) -> "ModelId":
        """Return the id in a path.

        Raises:
            ValueError: the path does not have four parts, or the last part is not a number.

        >>> ModelId.parse("mnist/lenet5/qat.control/0").method
        'qat.control'
        """
        dataset, architecture, method, seed = path.split("/")
        return cls(dataset, architecture, method, int(seed))

    @classmethod
    def of_file(cls, file: str | os.PathLike[str]) -> "ModelId":
        """Return the id of the model that a file belongs to: each model has a folder in the results.

        >>> ModelId.of_file("results/models/mnist/lenet5/qat/0/float32.onnx").path
        'mnist/lenet5/qat/0'
        """
        return cls.parse("/".join(PurePath(file).parts[-5:-1]))

    def cell(self, variant: str) -> dict[str, str | int]:
        """Return the leading columns of a variant's rows in tables."""
        return {**self._asdict(), "variant": variant}

    def retrained(self, protocol: str) -> "ModelId":
        """Return the id of this model after retraining by a protocol."""
        return self._replace(method=f"{self.method}.{protocol}")
