"""Parts of a training record (JSON), one for each kind of reader. Reading them needs no torch."""

from typing import TypedDict

NAME = "the record of a training"


class LearnedRange(TypedDict):
    """A learned range of an activation tensor (see `quantshift.training.method.ActivationRange`)."""

    operator: str
    scale: float
    zero_point: int


class Epoch(TypedDict):
    """The result of an epoch."""

    validation_accuracy: float


class Learned(TypedDict):
    """The ranges that quantization-aware training has learned, in graph order; empty for other methods."""

    ranges: list[LearnedRange]


class Trained(Learned):
    """The part of a record that a retraining starts from."""

    epochs: list[Epoch]


class Rounded(TypedDict):
    """The kind of rounding during training (column `training_rounding`)."""

    rounding: str


class Joined(TypedDict):
    """Source indices of the disagreements that were added to a retraining."""

    added: list[int]
