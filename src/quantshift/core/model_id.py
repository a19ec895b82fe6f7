"""The id of a model: its names, and the path that they make."""

import os
from pathlib import PurePath
from typing import NamedTuple


class ModelId(NamedTuple):
    """The id of a trained model.

    Attributes:
        dataset: name of the data set.
        architecture: name of the architecture.
        method: name of the training method; of a retrained model ``{method}.{protocol}``.
        seed: of the training.
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
        """Return the id that a path names.

        Raises:
            ValueError: the path does not have four parts, or the last one is not a number.

        >>> ModelId.parse("mnist/lenet5/qat.control/0").method
        'qat.control'
        """
        dataset, architecture, method, seed = path.split("/")
        return cls(dataset, architecture, method, int(seed))

    @classmethod
    def of_file(cls, file: str | os.PathLike[str]) -> "ModelId":
        """Return the id of the model whose file this is: results lie in a folder for each model.

        >>> ModelId.of_file("results/models/mnist/lenet5/qat/0/float32.onnx").path
        'mnist/lenet5/qat/0'
        """
        return cls.parse("/".join(PurePath(file).parts[-5:-1]))

    def cell(self, variant: str) -> dict[str, str | int]:
        """Return the columns that lead the rows of a variant in tables."""
        return {**self._asdict(), "variant": variant}

    def retrained(self, protocol: str) -> "ModelId":
        """Return the id of this model after it is retrained by a protocol."""
        return self._replace(method=f"{self.method}.{protocol}")
