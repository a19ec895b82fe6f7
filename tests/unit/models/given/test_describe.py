"""What is understood about a model's inputs and answers, and what the user may state instead."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import NodeProto, TensorProto, helper
from tests import given_models as models

from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import Output
from quantshift.models.given.choices import Choices
from quantshift.models.given.describe import Described, describe
from quantshift.models.given.prepare import prepare
from quantshift.models.given.read import read

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
Describe = Callable[..., Described]


@pytest.fixture
def described(tmp_path: Path) -> Describe:
    def run(model: onnx.ModelProto, sample: models.Inputs | None = None, **choices: Any) -> Described:
        onnx.save(model, tmp_path / "mine.onnx")
        return describe(prepare(read(tmp_path / "mine.onnx")), Choices(**choices), sample)

    return run


def head(nodes: Sequence[NodeProto], outputs: Sequence[tuple[str, int, Sequence[int | str]]]) -> onnx.ModelProto:
    """Return a dense layer, `logits` [n, 4] and `single` [n, 1], and more nodes behind it."""
    first = [
        helper.make_node("MatMul", ["x", "w"], ["logits"], "matmul"),
        helper.make_node("MatMul", ["x", "v"], ["single"], "matmul_1"),
    ]
    weights = {
        "w": models.random(6, 4),
        "u": models.random(6, 4, seed=1),
        "v": models.random(6, 1),
        "shape": np.array([-1]),
        "one": np.array([1]),
    }
    declared = [models.value(name, dtype, shape) for name, dtype, shape in outputs]
    return models.model([*first, *nodes], [models.value("x", FLOAT, ["n", 6])], declared, weights)


def node(operator: str, source: str, target: str, **attributes: Any) -> NodeProto:
    return helper.make_node(operator, [source], [target], f"{target}_node", **attributes)


ENDS = {
    "logits": ([], ("logits", FLOAT, ["n", 4]), "logits"),
    "softmax": ([node("Softmax", "logits", "y", axis=1)], ("y", FLOAT, ["n", 4]), "probabilities"),
    "log softmax": ([node("LogSoftmax", "logits", "y", axis=1)], ("y", FLOAT, ["n", 4]), "logits"),
    "softmax, cast": (
        [node("Softmax", "logits", "p"), node("Cast", "p", "y", to=TensorProto.DOUBLE)],
        ("y", TensorProto.DOUBLE, ["n", 4]),
        "probabilities",
    ),
    "written out softmax": (
        [
            node("Exp", "logits", "e"),
            helper.make_node("ReduceSum", ["e", "one"], ["s"], "sum"),
            helper.make_node("Div", ["e", "s"], ["y"], "div"),
        ],
        ("y", FLOAT, ["n", 4]),
        "probabilities",
    ),
    "hidden softmax": (
        [node("Softmax", "logits", "p"), helper.make_node("Min", ["p", "p"], ["q"]), node("Abs", "q", "y")],
        ("y", FLOAT, ["n", 4]),
        "probabilities",
    ),
    "sigmoid": ([node("Sigmoid", "single", "y")], ("y", FLOAT, ["n", 1]), "score"),
    "flat sigmoid": (
        [node("Sigmoid", "single", "s"), helper.make_node("Reshape", ["s", "shape"], ["y"], "flat")],
        ("y", FLOAT, ["n"]),
        "score",
    ),
    "sigmoid of each class": ([node("Sigmoid", "logits", "y")], ("y", FLOAT, ["n", 4]), "probabilities"),
    "arg max": ([node("ArgMax", "logits", "y", axis=1, keepdims=0)], ("y", INT64, ["n"]), "label"),
}


@pytest.mark.parametrize("end", ENDS)
def test_answers_by_the_end_of_the_graph(described: Describe, end: str) -> None:
    nodes, output, kind = ENDS[end]
    result = described(head(nodes, [output]))
    found = result.signature["output"]
    assert (found["name"], found["kind"]) == (output[0], kind)
    assert found["classes"] == {"score": 2, "label": 0}.get(kind, 4)
    (answer,) = result.model.graph.output
    assert answer.type.tensor_type.elem_type == FLOAT
    assert result.understood["answers"].startswith(kind)


BOTH = [("logits", FLOAT, ["n", 4]), ("y", FLOAT, ["n", 4])]
SEVERAL = {
    "logits and their softmax": ([node("Softmax", "logits", "y")], BOTH, "logits"),
    "softmax first": ([node("Softmax", "logits", "y")], BOTH[::-1], "logits"),
    "label and logits": (
        [node("ArgMax", "logits", "y", axis=1, keepdims=0)],
        [("y", INT64, ["n"]), ("logits", FLOAT, ["n", 4])],
        "logits",
    ),
    "features and what follows": (
        [helper.make_node("Mul", ["logits", "one_more"], ["y"]), node("Cast", "shape", "one_more", to=FLOAT)][::-1],
        BOTH,
        "y",
    ),
    "a map of features": (
        [helper.make_node("Reshape", ["logits", "map"], ["f"]), helper.make_node("Relu", ["logits"], ["y"])],
        [("f", FLOAT, ["n", 2, 2]), ("y", FLOAT, ["n", 4])],
        "y",
    ),
    "a softmax and another head": (
        [node("Softmax", "logits", "y"), helper.make_node("MatMul", ["x", "u"], ["z"], "other")],
        [("z", FLOAT, ["n", 4]), ("y", FLOAT, ["n", 4])],
        "y",
    ),
}


@pytest.mark.parametrize("name", SEVERAL)
def test_the_answer_among_several_outputs(described: Describe, name: str) -> None:
    nodes, outputs, expected = SEVERAL[name]
    built = head(nodes, outputs)
    built.graph.initializer.append(onnx.numpy_helper.from_array(np.array([-1, 2, 2]), "map"))
    result = described(built)
    assert result.signature["output"]["name"] == expected
    assert [item.name for item in result.model.graph.output] == [expected]


def two_heads() -> onnx.ModelProto:
    return head(
        [helper.make_node("MatMul", ["x", "u"], ["z"], "other")],
        [("logits", FLOAT, ["n", 4]), ("z", FLOAT, ["n", 4]), ("single", FLOAT, ["n", 1])],
    )


def test_several_answers_are_listed(described: Describe) -> None:
    with pytest.raises(
        QuantshiftError, match=r"\(logits float32 \[n, 4\], z float32 \[n, 4\]\): name one, as in --out"
    ):
        described(two_heads())
    assert described(two_heads(), output="z").signature["output"]["name"] == "z"
    with pytest.raises(QuantshiftError, match="no output 'y': known: logits, z, single"):
        described(two_heads(), output="y")


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({"output": "z", "answers": "probabilities"}, Output(name="z", kind="probabilities", classes=4)),
        ({"answers": "score", "threshold": -2.0}, Output(name="single", kind="score", classes=2, threshold=-2.0)),
    ],
)
def test_statements_come_first(described: Describe, choices: dict[str, Any], expected: Output) -> None:
    assert described(two_heads(), **choices).signature["output"] == expected


@pytest.mark.parametrize(
    ("choices", "fault"),
    [
        ({"answers": "logit"}, "--answers logit is no kind of answers: did you mean 'logits'"),
        ({"output": "single", "answers": "logits"}, r"needs \[n, classes\] .*its outputs are single float32 \[n, 1\]"),
        ({"output": "z", "answers": "score"}, r"needs \[n\] or \[n, 1\] of float numbers"),
        ({"output": "z", "answers": "label"}, r"needs \[n\] or \[n, 1\] of whole numbers"),
        ({"answers": "score"}, "is a score without a sigmoid, so its threshold is not known: state --threshold T"),
        ({"output": "z", "threshold": 0.5}, "--threshold is for scores, but the output z .* is read as logits"),
        ({"output": "single"}, "is no classifier .*--answers score --threshold T"),
    ],
)
def test_statements_that_do_not_fit(described: Describe, choices: dict[str, Any], fault: str) -> None:
    with pytest.raises(QuantshiftError, match=fault) as error:
        described(two_heads(), **choices)
    assert "\n" not in str(error.value)


def test_a_softmax_over_another_axis_is_no_answer(described: Describe) -> None:
    with pytest.raises(QuantshiftError, match="softmax is not over one axis of classes"):
        described(head([node("Softmax", "logits", "y", axis=0)], [("y", FLOAT, ["n", 4])]))


def test_trailing_axes_of_length_1(described: Describe) -> None:
    built = models.convolutional()
    flatten = next(item for item in built.graph.node if item.op_type == "Flatten")
    del built.graph.node[list(built.graph.node).index(flatten) :]
    del built.graph.output[:]
    built.graph.output.append(models.value("mean", FLOAT, ["batch", 12, 1, 1]))
    result = described(built)
    assert result.signature["output"] == {"name": "mean", "kind": "logits", "classes": 12}
    dims = result.model.graph.output[0].type.tensor_type.shape.dim
    assert [item.dim_value for item in dims] == [0, 12]


def baked(batch: int | str = "batch") -> onnx.ModelProto:
    """Return a model that states a free batch, and reshapes to one sample."""
    built = models.convolutional(batch=batch)
    flatten = next(item for item in built.graph.node if item.op_type == "Flatten")
    flatten.CopyFrom(helper.make_node("Reshape", ["mean", "to_one"], ["features"], "flatten"))
    built.graph.initializer.append(onnx.numpy_helper.from_array(np.array([1, 12]), "to_one"))
    return built


def test_a_batch_that_the_graph_fixes_in_secret(described: Describe) -> None:
    result = described(baked())
    assert result.signature["batch"] == 1
    assert result.understood["batch"] == "1 sample per call, as the graph fails for more"
    assert described(models.convolutional(batch=8)).understood["batch"] == "8 samples per call, as the file fixes it"


def test_an_answer_for_each_token_is_none(described: Describe) -> None:
    built = models.model(
        [
            helper.make_node("Gather", ["words", "ids"], ["e"]),
            helper.make_node("Squeeze", ["e", "last"], ["y"]),
        ],
        [models.value("ids", INT64, ["n", "length"])],
        [models.value("y", FLOAT, ["n", "length"])],
        {"words": models.random(90, 1), "last": np.array([2])},
    )
    with pytest.raises(QuantshiftError, match=r"y float32 \[n, any\]: it has more than one answer per input"):
        described(built)


def test_inputs_that_are_not_split_by_sample(described: Describe) -> None:
    built = head([], [("logits", FLOAT, ["n", 4])])
    built.graph.input.append(models.value("rate", FLOAT, []))
    with pytest.raises(QuantshiftError, match="input 'rate' is a single number for all samples"):
        described(built)
    built.graph.input[1].CopyFrom(models.value("rate", FLOAT, [3]))
    with pytest.raises(QuantshiftError, match=r"first axes of its inputs differ \(x any, rate 3\)"):
        described(built)
    built.graph.input[1].CopyFrom(models.value("text", TensorProto.STRING, ["n"]))
    with pytest.raises(QuantshiftError, match="the input 'text' takes strings, expected numbers"):
        described(built)


@pytest.mark.parametrize("dtype", ["float64", "int8", "uint8", "bool", "float16", "int32"])
def test_types_of_inputs(described: Describe, dtype: str) -> None:
    built = head([], [("logits", FLOAT, ["n", 4])])
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    built.graph.input[0].CopyFrom(models.value("given", kind, ["n", 6]))
    built.graph.node.insert(0, helper.make_node("Cast", ["given"], ["x"], "cast", to=FLOAT))
    (spec,) = described(built).signature["inputs"]
    # Half precision is cast up.
    assert spec["dtype"] == ("float32" if dtype == "float16" else dtype)


def test_a_sample_sets_free_lengths(described: Describe) -> None:
    model, inputs = models.encoder()
    result = described(model, {name: values[:3] for name, values in inputs.items()})
    assert result.signature["output"]["classes"] == 3
