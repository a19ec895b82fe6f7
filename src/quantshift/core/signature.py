"""A model's inputs and output as `model.json` describes them: names, types, shapes and preprocessing."""

import json
from collections.abc import Sequence
from typing import NamedTuple, NotRequired, Self, TypedDict

# Kinds of outputs: a logit or a probability for each class, a number that is compared with a threshold, or the answer
# itself.
LOGITS = "logits"
PROBABILITIES = "probabilities"
SCORE = "score"
LABEL = "label"
OUTPUTS = (LOGITS, PROBABILITIES, SCORE, LABEL)
# Kinds with one number for each class, and kinds with one number.
BY_CLASS = (LOGITS, PROBABILITIES)
SINGLE = (SCORE, LABEL)
# Layouts of an image in a model's input. Stored images always have their channels first, in the order red, green, blue.
CHANNELS_FIRST = "NCHW"
CHANNELS_LAST = "NHWC"
LAYOUTS = (CHANNELS_FIRST, CHANNELS_LAST)
RGB = "RGB"
BGR = "BGR"
# The origin of a model that the study trained; that of a user's own model is `quantshift.core.names.GIVEN`.
TRAINED = "trained"

MODEL_RECORD = "the record of a model"


class Preprocessing(TypedDict):
    """Conversion of stored values to a model's inputs: (value * scale - mean) / std, then the layout.

    Attributes:
        scale: factor for stored values, in the type of the model's input.
        mean: subtracted after scaling: a number for each of the model's channels, in their order, or one for all.
        std: divisors, in the same form.
        layout: `NHWC` if the model takes images with their channels last; stored images have them first.
        channels: `BGR` if the model takes blue first; stored images have red first.
    """

    scale: float
    mean: NotRequired[list[float]]
    std: NotRequired[list[float]]
    layout: NotRequired[str]
    channels: NotRequired[str]


class Input(TypedDict):
    """One input of a model.

    Attributes:
        name: its name in the ONNX file.
        stored: numpy's name of the stored type.
        dtype: numpy's name of the type that the model expects.
        shape: shape of one sample; None for an axis of any length.
        preprocessing: None if the model reads the values as stored.
    """

    name: str
    stored: str
    dtype: str
    shape: list[int | None]
    preprocessing: Preprocessing | None


class Feeding(NamedTuple):
    """How stored values become a model's inputs, as defined by a modality (see `quantshift.data.modalities`).

    Attributes:
        stored: numpy's name of the type in which values are stored.
        fed: numpy's name of the type that models take.
        scale: factor for stored values, or None for values that are fed unchanged.
    """

    stored: str
    fed: str
    scale: float | None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the feeding in a command line argument (JSON).

        >>> Feeding.parse('{"stored": "int32", "fed": "int32", "scale": null}')
        Feeding(stored='int32', fed='int32', scale=None)
        """
        return cls(**json.loads(text))

    def input(self, name: str, shape: Sequence[int | None]) -> Input:
        """Return the input of a model.

        Args:
            name: its name.
            shape: of one sample.

        >>> Feeding("int32", "int32", None).input("words", (200,))["preprocessing"] is None
        True
        """
        preprocessing = None if self.scale is None else Preprocessing(scale=self.scale)
        return Input(name=name, stored=self.stored, dtype=self.fed, shape=[*shape], preprocessing=preprocessing)


class Output(TypedDict):
    """The output that holds a model's answer.

    Attributes:
        name: its name in the ONNX file.
        kind: kind of its values: `logits` or `probabilities` [n, classes], or a `score` or `label` [n] or [n, 1].
        classes: number of classes; 2 for a score: below its threshold, and at or above it; 0 if it is not known, which
            only a `label` may have.
        threshold: threshold of a score.
        labels: the names of the classes, if the file has them.
    """

    name: str
    kind: str
    classes: int
    threshold: NotRequired[float]
    labels: NotRequired[list[str]]


class Signature(TypedDict):
    """A model's inputs and output.

    Attributes:
        inputs: at least one; the first axis of each counts samples.
        output: the answer.
        batch: number of samples per call; None for any number.
    """

    inputs: list[Input]
    output: Output
    batch: int | None


class TensorRange(TypedDict):
    """A learned range of an activation tensor: real = (integer - zero_point) * scale."""

    scale: float
    zero_point: int


class ParityRecord(TypedDict):
    """The comparison of an exported model with torch (see `quantshift.export.parity`)."""

    inputs: int
    max_difference: float
    largest_logit: float
    argmax_equal: float


class ModelRecord(Signature):
    """The record of a model, `model.json`: all that later stages know about it.

    Attributes:
        id: the model's path in the results.
        origin: where it comes from: `trained`, or `given` by the user.
        facets: data set, architecture, method and seed of a trained model.
        parity: comparison of a trained model with torch.
        ranges: learned ranges by tensor, for a model from quantization-aware training.
        file_bytes: size of the user's file of a model that the user gives, with its external data.
    """

    id: str
    origin: str
    facets: dict[str, str | int]
    parity: NotRequired[ParityRecord]
    ranges: NotRequired[dict[str, TensorRange]]
    file_bytes: NotRequired[int]
