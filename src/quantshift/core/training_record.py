"""What is read of the record of a training (JSON); each reader asks for what it needs. No torch is needed for this."""

from typing import TypedDict

NAME = "the record of a training"


class LearnedRange(TypedDict):
    """A learned range of an activation tensor (see `quantshift.training.method.ActivationRange`)."""

    operator: str
    scale: float
    zero_point: int


class Epoch(TypedDict):
    """What an epoch came to."""

    validation_accuracy: float


class Learned(TypedDict):
    """The ranges that a training has learned, in the graph's order; none but with quantization-aware training."""

    ranges: list[LearnedRange]


class Trained(Learned):
    """What a retraining goes on from."""

    epochs: list[Epoch]


class Rounded(TypedDict):
    """What the training rounded: see the column `training_rounding`."""

    rounding: str


class Joined(TypedDict):
    """The sources of the disagreements that joined a retraining."""

    added: list[int]
