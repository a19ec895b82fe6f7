"""What each output of a model may be: logits, probabilities, a score, a label, or no classifier's answer."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from quantshift.core.signature import LABEL, LOGITS, PROBABILITIES, SCORE, Input
from quantshift.models.given.origin import LOG_SOFTMAX, SIGMOID, SOFTMAX, Origin, origin_of
from quantshift.models.given.prepare import Prepared
from quantshift.models.given.shapes import Item, Shapes

FLOATS = ("float16", "float32", "float64")
# A layer as wide as its input, and at least this wide, reconstructs the input.
RECONSTRUCTION = 64
# Operators after which values are a classifier's for certain.
CERTAIN = (SOFTMAX, LOG_SOFTMAX, SIGMOID)
# The threshold of a sigmoid.
HALF = 0.5


class Candidate(NamedTuple):
    """An output with what it may be.

    Attributes:
        item: the output.
        origin: where it comes from.
        kind: its kind; empty if it is no classifier's answer.
        classes: number of classes; 0 if unknown; 2 for a score.
        reason: why it is of this kind, or of none.
    """

    item: Item
    origin: Origin
    kind: str
    classes: int
    reason: str

    @property
    def shown(self) -> str:
        """Return the output's name and shape for messages."""
        axes = ", ".join(["n", *("any" if length is None else str(length) for length in self.item.shape)])
        return f"{self.item.name} {self.item.dtype or 'sequence'} [{axes}]"


def candidates(prepared: Prepared, shapes: Shapes) -> list[Candidate]:
    """Return what each output may be."""
    return [_candidate(item, prepared, shapes.inputs) for item in shapes.outputs]


def core(item: Item) -> tuple[int | None, ...]:
    """Return the shape of a sample's values without trailing axes of length 1.

    >>> core(Item("logits", "float32", (1000, 1, 1))), core(Item("score", "float32", (1,)))
    ((1000,), ())
    """
    shape = item.shape
    while shape and shape[-1] == 1:
        shape = shape[:-1]
    return shape


def _candidate(item: Item, prepared: Prepared, inputs: Sequence[Input]) -> Candidate:
    origin = origin_of(prepared.model, item.name)
    kind, classes, reason = _meaning(item, origin, prepared, inputs)
    return Candidate(item, origin, kind, classes, reason)


def _meaning(item: Item, origin: Origin, prepared: Prepared, inputs: Sequence[Input]) -> tuple[str, int, str]:
    shape, labels = core(item), prepared.labels.get(item.name)
    if item.dtype and item.dtype not in (*FLOATS, "string") and not shape:
        return LABEL, len(labels or ()), "it has one whole number per input"
    if item.dtype not in FLOATS:
        return "", 0, "its values are neither numbers for classes nor labels that can be numbered"
    if not shape:
        if origin.operator == SIGMOID:
            return SCORE, 2, "it is a single sigmoid, compared with .5 unless you state a threshold"
        return "", 0, "it is one number per input without a sigmoid, as of a regression"
    if len(shape) > 1 or shape[0] is None:
        return "", 0, "it has more than one answer per input, such as one for each pixel or token"
    classes = shape[0]
    if item.name in prepared.maps or (origin.operator == "TreeEnsembleClassifier" and "prob" in item.name.lower()):
        if item.sums_to_one is False:
            return LOGITS, classes, "they are a scikit-learn classifier's scores, which do not sum to 1"
        return PROBABILITIES, classes, "they are a scikit-learn classifier's probabilities"
    if item.sums_to_one and origin.operator not in CERTAIN:
        return PROBABILITIES, classes, "they are 0..1 and sum to 1"
    if origin.operator == SOFTMAX and item.sums_to_one is False:
        return "", 0, "its softmax is not over one axis of classes"
    match origin.operator:
        case "Softmax":
            return PROBABILITIES, classes, "they come from a softmax"
        case "LogSoftmax":
            return LOGITS, classes, "they come from a logarithm of a softmax, which is as good as logits"
        case "Sigmoid":
            return PROBABILITIES, classes, "each class has its own sigmoid; the answer is the largest"
    if classes >= RECONSTRUCTION and any(_width(spec) == classes for spec in inputs):
        return "", 0, "it is as wide as the input, as of an autoencoder"
    return LOGITS, classes, "they have one number per class, and no softmax is at the end"


def _width(spec: Input) -> int:
    """Return the number of values in a sample; 0 if it varies."""
    return 0 if None in spec["shape"] else math.prod(length or 0 for length in spec["shape"])
