"""What a model takes and answers, as `model.json` states it: names, types, shapes and preparation of its inputs."""

from typing import NotRequired, TypedDict

# Kinds of outputs.
LOGITS = "logits"
# How a model came to be.
TRAINED = "trained"

MODEL_RECORD = "the record of a model"


class Preprocessing(TypedDict):
    """How stored values become a model's inputs.

    Attributes:
        scale: what stored values are multiplied by, in the type of the model's input.
    """

    scale: float


class Input(TypedDict):
    """One input of a model.

    Attributes:
        name: its name in the ONNX file.
        stored: numpy's name of the type in which its values are stored.
        dtype: numpy's name of the type that the model takes.
        shape: of one sample; None for an axis of any length.
        preprocessing: None for values that the model takes as they are stored.
    """

    name: str
    stored: str
    dtype: str
    shape: list[int | None]
    preprocessing: Preprocessing | None


class Output(TypedDict):
    """The output that is a model's answer.

    Attributes:
        name: its name in the ONNX file.
        kind: what it holds: `logits`.
        classes: number of classes.
    """

    name: str
    kind: str
    classes: int


class Signature(TypedDict):
    """What a model takes and answers.

    Attributes:
        inputs: one or more; the first axis of each is the sample's.
        output: the answer.
        batch: number of samples that the model takes at a time, None where it takes any number.
    """

    inputs: list[Input]
    output: Output
    batch: int | None


class TensorRange(TypedDict):
    """A learned range of an activation tensor: real = (integer - zero_point) * scale."""

    scale: float
    zero_point: int


class ParityRecord(TypedDict):
    """How the exported model compares with torch (see `quantshift.export.parity`)."""

    inputs: int
    max_difference: float
    largest_logit: float
    argmax_equal: float


class ModelRecord(Signature):
    """The record of a model, `model.json`, which is all that later stages know of it.

    Attributes:
        id: the model's path in the results.
        origin: how it came to be: `trained`.
        facets: what it is a case of: data set, architecture, method and seed of a trained model.
        parity: the comparison with torch, of a trained model.
        ranges: learned ranges by tensor, of a model of quantization-aware training.
    """

    id: str
    origin: str
    facets: dict[str, str | int]
    parity: NotRequired[ParityRecord]
    ranges: NotRequired[dict[str, TensorRange]]
