"""How certain a quantized answer is: margins that numpy computes from stored outputs, and the same as ONNX operators.

The names are those of `quantshift.detectors`. All margins are float32; a smaller one is less certain.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from quantshift.core.signature import LOGITS, PROBABILITIES, SCORE, Output
from quantshift.runtime.probabilities import margin as softmax_margin

# The value of `margin` in the graph.
MARGIN = "margin"
LOGIT_MARGIN = "logit_margin"
# The detectors for each kind of output; the first one is preferred. A label has no margin.
DETECTORS: Mapping[str, tuple[str, ...]] = {
    LOGITS: (LOGIT_MARGIN, MARGIN),
    PROBABILITIES: (MARGIN,),
    SCORE: (LOGIT_MARGIN,),
}
# What each measures, in words.
WORDS = {
    (LOGITS, LOGIT_MARGIN): "the difference of its two largest logits",
    (LOGITS, MARGIN): "the difference of its two largest probabilities",
    (PROBABILITIES, MARGIN): "the difference of its two largest probabilities",
    (SCORE, LOGIT_MARGIN): "the distance of its score from the threshold",
}
# When a row goes to float32 if the threshold is the smallest one, which is above a margin of 0 alone.
SMALLEST = float(np.finfo(np.float32).tiny)
TIES = {
    (LOGITS, LOGIT_MARGIN): "its two largest logits are equal",
    (LOGITS, MARGIN): "its two largest probabilities are equal",
    (PROBABILITIES, MARGIN): "its two largest probabilities are equal",
    (SCORE, LOGIT_MARGIN): "its score is the threshold",
}


def margins(outputs: NDArray[np.float32], output: Output, detector: str) -> NDArray[np.float32]:
    """Return the margin of each row, [n].

    Args:
        outputs: stored outputs of the variant [n, ...], such as logits [n, classes].
        output: the model's output.
        detector: one of `DETECTORS` for its kind.

    >>> logits = np.array([[1, 4, 2]], dtype=np.float32)
    >>> margins(logits, {"name": "y", "kind": "logits", "classes": 3}, "logit_margin").tolist()
    [2.0]
    """
    if output["kind"] == SCORE:
        distances: NDArray[np.float32] = np.abs(outputs.reshape(len(outputs)) - np.float32(output["threshold"]))
        return distances
    if output["kind"] == LOGITS and detector == MARGIN:
        return softmax_margin(outputs).astype(np.float32)
    top_two = np.partition(outputs, -2, axis=1)[:, -2:]
    differences: NDArray[np.float32] = top_two[:, 1] - top_two[:, 0]
    return differences


def flagged(margin: NDArray[np.float32], threshold: float) -> NDArray[np.bool_]:
    """Return the rows [n] that float32 answers: those whose margin is not at least the threshold.

    >>> flagged(np.array([0.5, 1, np.nan], dtype=np.float32), 1.0).tolist()
    [True, False, True]
    """
    mask: NDArray[np.bool_] = ~(margin >= np.float32(threshold))
    return mask


def margin_nodes(
    value: str, output: Output, detector: str, prefix: str
) -> tuple[list[NodeProto], list[TensorProto], str]:
    """Return operators that compute the margin of each row, their constants, and the name of the margin [n].

    Args:
        value: name of the quantized answer.
        output: the model's output.
        detector: one of `DETECTORS` for its kind.
        prefix: start of the names of all new values.
    """

    def constant(name: str, array: NDArray[np.generic]) -> str:
        constants.append(numpy_helper.from_array(np.asarray(array), prefix + name))
        return prefix + name

    constants: list[TensorProto] = []
    nodes: list[NodeProto] = []

    def add(operator: str, inputs: list[str], name: str, **attributes: Any) -> str:
        nodes.append(helper.make_node(operator, inputs, [prefix + name], **attributes))
        return prefix + name

    if output["kind"] == SCORE:
        flat = add("Reshape", [value, constant("rows_only", np.array([-1]))], "score")
        limit = constant("score_threshold", np.array(output["threshold"], dtype=np.float32))
        return nodes, constants, add("Abs", [add("Sub", [flat, limit], "difference")], "margin")
    if output["kind"] == LOGITS and detector == MARGIN:
        value = add("Softmax", [value], "probabilities", axis=-1)
    top = prefix + "top"
    nodes.append(
        helper.make_node("TopK", [value, constant("two", np.array([2]))], [top, prefix + "top_classes"], axis=-1)
    )
    first, second = (
        add("Gather", [top, constant(f"index_{place}", np.array(place))], f"top_{place}", axis=1) for place in (0, 1)
    )
    return nodes, constants, add("Sub", [first, second], "margin")
