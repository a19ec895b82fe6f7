"""Models as users bring them: exported by other tools, in every form that occurs, with inputs that they answer.

Each function returns a model that is built operator by operator, so that the right outcome is known.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

Inputs = dict[str, NDArray[Any]]
FLOAT, UINT8, INT64 = TensorProto.FLOAT, TensorProto.UINT8, TensorProto.INT64
LOWEST = float(np.finfo(np.float32).min)
WIDTH, CLASSES = 64, 10
SPECIES = ["setosa", "versicolor", "virginica"]


def random(*shape: int, seed: int = 0, scale: float = 1.0) -> NDArray[np.float32]:
    """Return random numbers of a normal distribution."""
    return (np.random.default_rng(seed).normal(size=shape) * scale).astype(np.float32)


def value(name: str, dtype: int, shape: Sequence[int | str]) -> onnx.ValueInfoProto:
    """Return the declaration of an input or output."""
    return helper.make_tensor_value_info(name, dtype, shape)


def model(
    nodes: Sequence[NodeProto],
    inputs: Sequence[onnx.ValueInfoProto],
    outputs: Sequence[onnx.ValueInfoProto],
    weights: Mapping[str, NDArray[Any]],
    *,
    opset: int = 17,
    ir_version: int = 8,
    machine_learning: bool = False,
) -> ModelProto:
    """Return a model of these nodes."""
    stored = [numpy_helper.from_array(np.asarray(array), name) for name, array in weights.items()]
    graph = helper.make_graph(nodes, "graph", inputs, outputs, stored)
    opsets = [helper.make_opsetid("", opset)] + ([helper.make_opsetid("ai.onnx.ml", 3)] if machine_learning else [])
    return helper.make_model(graph, opset_imports=opsets, ir_version=ir_version)


def vectors(count: int = 500, seed: int = 1) -> Inputs:
    """Return inputs of the dense models."""
    return {"x": random(count, WIDTH, seed=seed)}


def images(count: int = 300, channels: int = 3, seed: int = 2) -> Inputs:
    """Return inputs of the convolutional models."""
    return {"image": random(count, channels, 8, 8, seed=seed)}


def shared(*, opset: int = 17, ir_version: int = 8, constants: bool = False, clipped: bool = False) -> ModelProto:
    """Return a dense network of which two Gemms share a 64x64 weight, stored transposed.

    Args:
        opset: version of the operators.
        ir_version: version of the file format; until 3 the weights are inputs as well.
        constants: whether each weight is in a `Constant` node.
        clipped: whether `Clip` with a minimum alone takes the place of `Relu`.
    """
    weights = {
        "shared": random(WIDTH, WIDTH, seed=3, scale=WIDTH**-0.5),
        "bias": random(WIDTH, seed=4, scale=0.1),
        "last_bias": random(CLASSES, seed=6, scale=0.1),
        "last": random(CLASSES, WIDTH, seed=5, scale=WIDTH**-0.5),
    }
    activation = "Clip" if clipped else "Relu"
    bounds = ["zero"] if clipped else []
    nodes = [
        helper.make_node("Gemm", ["x", "shared", "bias"], ["first"], "/layers/0:Gemm", transB=1),
        helper.make_node(activation, ["first", *bounds], ["first_on"], ""),
        helper.make_node("Gemm", ["first_on", "shared", "bias"], ["second"], "/layers/0:Gemm", transB=1),
        helper.make_node(activation, ["second", *bounds], ["second_on"], ""),
        helper.make_node("Gemm", ["second_on", "last", "last_bias"], ["logits"], "", transB=1),
    ]
    if clipped:
        weights["zero"] = np.array(0, dtype=np.float32)
    inputs = [value("x", FLOAT, ["batch", WIDTH])]
    if constants:
        stored = [numpy_helper.from_array(array, name) for name, array in weights.items()]
        nodes = [helper.make_node("Constant", [], [item.name], "", value=item) for item in stored] + nodes
        weights = {}
    if ir_version < 4:
        inputs += [value(name, FLOAT, array.shape) for name, array in weights.items()]
    outputs = [value("logits", FLOAT, ["batch", CLASSES])]
    return model(nodes, inputs, outputs, weights, opset=opset, ir_version=ir_version)


def sigmoid() -> tuple[ModelProto, Inputs]:
    """Return a convolutional network that ends in one sigmoid, and inputs of which exactly two cross .5 in 8 bits.

    The second channel's weight is .4 steps of the largest weight, so 8 bits round it to 0. Two inputs are above .5 by
    that weight alone.
    """
    weight = np.array([1.0, 0.4 / 127], dtype=np.float32).reshape(1, 2, 1, 1)
    nodes = [
        helper.make_node("Conv", ["image", "weight"], ["map"], "conv"),
        helper.make_node("GlobalAveragePool", ["map"], ["mean"], "pool"),
        helper.make_node("Flatten", ["mean"], ["flat"], "flatten"),
        helper.make_node("Sigmoid", ["flat"], ["risk"], "sigmoid"),
    ]
    rows = np.random.default_rng(6).choice([-1.0, 1.0], size=(200, 2)).astype(np.float32)
    rows[[17, 120]] = [-0.001, 1.0]
    built = model(nodes, [value("image", FLOAT, ["n", 2, 4, 4])], [value("risk", FLOAT, ["n", 1])], {"weight": weight})
    return built, {"image": np.broadcast_to(rows[:, :, None, None], (200, 2, 4, 4)).copy()}


def encoder(*, lowest: float = LOWEST) -> tuple[ModelProto, Inputs]:
    """Return an encoder of token ids with one layer of attention, whose mask adds `lowest` to masked scores."""
    width, words = 16, 50
    weights = {
        "words": random(words, width, seed=7),
        **{name: random(width, width, seed=8 + k, scale=0.5) for k, name in enumerate(("q", "k", "v"))},
        "head": random(width, 3, seed=11),
        "one": np.array(1, dtype=np.float32),
        "lowest": np.array(lowest, dtype=np.float32),
        "scale": np.array(width**0.5, dtype=np.float32),
        "axis": np.array([1], dtype=np.int64),
        "last_axis": np.array([2], dtype=np.int64),
    }
    nodes = [
        helper.make_node("Gather", ["words", "input_ids"], ["embedded"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=FLOAT),
        helper.make_node("Sub", ["one", "mask"], ["masked"]),
        helper.make_node("Mul", ["masked", "lowest"], ["added"]),
        helper.make_node("Unsqueeze", ["added", "axis"], ["added_to_all"]),
        *(helper.make_node("MatMul", ["embedded", name], [f"{name}_out"]) for name in "qkv"),
        helper.make_node("Transpose", ["k_out"], ["k_transposed"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["q_out", "k_transposed"], ["products"]),
        helper.make_node("Div", ["products", "scale"], ["scores"]),
        helper.make_node("Add", ["scores", "added_to_all"], ["masked_scores"]),
        helper.make_node("Softmax", ["masked_scores"], ["attention"], axis=-1),
        helper.make_node("MatMul", ["attention", "v_out"], ["mixed"]),
        helper.make_node("Unsqueeze", ["mask", "last_axis"], ["mask_column"]),
        helper.make_node("Mul", ["mixed", "mask_column"], ["real"]),
        helper.make_node("ReduceSum", ["real", "axis"], ["pooled"], keepdims=0),
        helper.make_node("MatMul", ["pooled", "head"], ["logits"]),
    ]
    inputs = [value(name, INT64, ["batch", "length"]) for name in ("input_ids", "attention_mask")]
    generator = np.random.default_rng(12)
    lengths = generator.integers(3, 13, size=(300, 1))
    data = {
        "input_ids": generator.integers(0, words, size=(300, 12)),
        "attention_mask": (np.arange(12) < lengths).astype(np.int64),
    }
    return model(nodes, inputs, [value("logits", FLOAT, ["batch", 3])], weights), data


def tensorflow() -> tuple[ModelProto, Inputs]:
    """Return a network of uint8 NHWC images with TensorFlow's names, which ends in a softmax."""
    weights = {
        "conv/kernel:0": random(8, 3, 3, 3, seed=13, scale=0.3),
        "dense/kernel:0": random(8, 5, seed=14),
        "scale:0": np.array(255, dtype=np.float32),
    }
    nodes = [
        helper.make_node("Cast", ["pixels:0"], ["model/Cast:0"], "model/Cast", to=FLOAT),
        helper.make_node("Div", ["model/Cast:0", "scale:0"], ["model/Div:0"], "model/Div"),
        helper.make_node("Transpose", ["model/Div:0"], ["nchw:0"], "model/conv/Transpose", perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["nchw:0", "conv/kernel:0"], ["conv:0"], "model/conv/Conv2D", pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["conv:0"], ["relu:0"], "model/conv/Relu"),
        helper.make_node("GlobalAveragePool", ["relu:0"], ["pool:0"], "model/pool"),
        helper.make_node("Flatten", ["pool:0"], ["flat:0"], "model/flatten"),
        helper.make_node("MatMul", ["flat:0", "dense/kernel:0"], ["dense/MatMul:0"], "dense/MatMul"),
        helper.make_node("Softmax", ["dense/MatMul:0"], ["dense/Softmax:0"], "dense/Softmax"),
    ]
    built = model(
        nodes,
        [value("pixels:0", UINT8, ["unk__1", 8, 8, 3])],
        [value("dense/Softmax:0", FLOAT, ["unk__2", 5])],
        weights,
    )
    return built, {"pixels:0": np.random.default_rng(15).integers(0, 256, (300, 8, 8, 3), dtype=np.uint8)}


def convolutional(*, outputs: Sequence[str] = ("logits",), batch: int | str = "batch") -> ModelProto:
    """Return a convolutional network with the outputs that are named, of `features` [n, 12] and `logits` [n, 5]."""
    weights = {
        "first": random(12, 3, 3, 3, seed=16, scale=0.3),
        "second": random(12, 12, 3, 3, seed=17, scale=0.2),
        "head": random(12, 5, seed=18),
        "bias": random(5, seed=19),
    }
    nodes = [
        helper.make_node("Conv", ["image", "first"], ["one"], "first_conv", pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["one"], ["one_on"], "first_relu"),
        helper.make_node("Conv", ["one_on", "second"], ["two"], "second_conv", pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["two"], ["two_on"], "second_relu"),
        helper.make_node("GlobalAveragePool", ["two_on"], ["mean"], "pool"),
        helper.make_node("Flatten", ["mean"], ["features"], "flatten"),
        helper.make_node("Gemm", ["features", "head", "bias"], ["logits"], "head_gemm"),
    ]
    widths = {"features": 12, "logits": 5}
    declared = [value(name, FLOAT, [batch, widths[name]]) for name in outputs]
    return model(nodes, [value("image", FLOAT, [batch, 3, 8, 8])], declared, weights)


def with_external_data(built: ModelProto, path: Path) -> Path:
    """Write a model whose weights are in the file `weights.bin` next to it, and return its path."""
    onnx.save(
        built, path, save_as_external_data=True, location="weights.bin", size_threshold=0, convert_attribute=False
    )
    return path


def branches() -> ModelProto:
    """Return a dense network all of whose weights are in the bodies of an `If`."""
    bodies = {}
    for seed, name in ((20, "then_branch"), (21, "else_branch")):
        weights = {
            "hidden_weight": random(WIDTH, 32, seed=seed, scale=0.2),
            "last_weight": random(32, CLASSES, seed=seed + 2, scale=0.3),
        }
        nodes = [
            helper.make_node("Gemm", ["x", "hidden_weight"], ["hidden"], "gemm"),
            helper.make_node("Relu", ["hidden"], ["on"], "relu"),
            helper.make_node("Gemm", ["on", "last_weight"], [f"{name}_logits"], "gemm"),
        ]
        stored = [numpy_helper.from_array(array, key) for key, array in weights.items()]
        outputs = [value(f"{name}_logits", FLOAT, ["batch", CLASSES])]
        bodies[name] = helper.make_graph(nodes, name, [], outputs, stored)
    nodes = [
        helper.make_node("Shape", ["x"], ["shape"], "shape"),
        helper.make_node("Gather", ["shape", "first"], ["samples"], "samples"),
        helper.make_node("Greater", ["samples", "first"], ["which"], "which"),
        helper.make_node("If", ["which"], ["logits"], "if", **bodies),
    ]
    return model(
        nodes,
        [value("x", FLOAT, ["batch", WIDTH])],
        [value("logits", FLOAT, ["batch", CLASSES])],
        {"first": np.array(0, dtype=np.int64)},
    )


def depthwise() -> ModelProto:
    """Return a depthwise convolution whose channels have scales from .01 to 100, which the next layer undoes."""
    channels = 8
    scales = np.logspace(-2, 2, channels).astype(np.float32)
    weights = {
        "depthwise": random(channels, 1, 3, 3, seed=24, scale=0.4) * scales[:, None, None, None],
        "undo": (1 / scales).reshape(1, channels, 1, 1),
        "pointwise": random(6, channels, 1, 1, seed=25),
    }
    nodes = [
        helper.make_node("Conv", ["image", "depthwise"], ["deep"], "deep", group=channels, pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["deep"], ["on"], "relu"),
        helper.make_node("Mul", ["on", "undo"], ["undone"], "undo"),
        helper.make_node("Conv", ["undone", "pointwise"], ["point"], "point"),
        helper.make_node("GlobalAveragePool", ["point"], ["mean"], "pool"),
        helper.make_node("Flatten", ["mean"], ["logits"], "flatten"),
    ]
    return model(nodes, [value("image", FLOAT, ["n", channels, 8, 8])], [value("logits", FLOAT, ["n", 6])], weights)


def ragged() -> tuple[ModelProto, Inputs]:
    """Return a network of single bags of words, in which the number of rows is that of the words of the sample."""
    weights = {
        "table": random(16, 8),
        "weight": random(8, 8, seed=2),
        "head": random(8, 5, seed=3),
        "second": np.array(1, dtype=np.int64),
        "rows": np.array([0], dtype=np.int64),
    }
    nodes = [
        helper.make_node("NonZero", ["bag"], ["places"], "places"),
        helper.make_node("Gather", ["places", "second"], ["words"], "words", axis=0),
        helper.make_node("Gather", ["table", "words"], ["embedded"], "embedded"),
        helper.make_node("MatMul", ["embedded", "weight"], ["hidden"], "hidden"),
        helper.make_node("Relu", ["hidden"], ["on"], "relu"),
        helper.make_node("ReduceSum", ["on", "rows"], ["sum"], "sum", keepdims=1),
        helper.make_node("MatMul", ["sum", "head"], ["logits"], "head"),
    ]
    built = model(nodes, [value("bag", FLOAT, [1, 16])], [value("logits", FLOAT, [1, 5])], weights)
    return built, {"bag": (np.random.default_rng(28).random((200, 16)) > 0.5).astype(np.float32)}


def species(*, zipped: bool = True, transform: str = "SOFTMAX") -> tuple[ModelProto, Inputs]:
    """Return a pipeline as from scikit-learn: a scaler and a linear classifier with string labels."""
    nodes = [
        helper.make_node("Scaler", ["X"], ["scaled"], "Scaler", domain="ai.onnx.ml", offset=[0.5] * 4, scale=[2.0] * 4),
        helper.make_node(
            "LinearClassifier",
            ["scaled"],
            ["label", "probability_tensor"],
            "LinearClassifier",
            domain="ai.onnx.ml",
            coefficients=random(3, 4, seed=26).reshape(-1).tolist(),
            intercepts=[0.1, 0.0, -0.1],
            classlabels_strings=SPECIES,
            post_transform=transform,
            multi_class=1,
        ),
        helper.make_node("Identity", ["label"], ["output_label"], "Identity"),
    ]
    outputs = [value("output_label", TensorProto.STRING, [None])]
    if zipped:
        nodes.append(
            helper.make_node(
                "ZipMap",
                ["probability_tensor"],
                ["output_probability"],
                "ZipMap",
                domain="ai.onnx.ml",
                classlabels_strings=SPECIES,
            )
        )
        mapped = helper.make_map_type_proto(TensorProto.STRING, helper.make_tensor_type_proto(FLOAT, []))
        outputs.append(helper.make_value_info("output_probability", helper.make_sequence_type_proto(mapped)))
    built = model(nodes, [value("X", FLOAT, [None, 4])], outputs, {}, machine_learning=True)
    return built, {"X": random(200, 4, seed=27)}


def segmentation() -> ModelProto:
    """Return a network that answers for each pixel."""
    nodes = [helper.make_node("Conv", ["image", "weight"], ["mask"], "conv")]
    outputs = [value("mask", FLOAT, ["batch", 5, 8, 8])]
    return model(nodes, [value("image", FLOAT, ["batch", 3, 8, 8])], outputs, {"weight": random(5, 3, 1, 1)})


def regressor() -> ModelProto:
    """Return a network that answers with one number without a sigmoid."""
    nodes = [helper.make_node("Gemm", ["x", "weight"], ["price"], "gemm")]
    outputs = [value("price", FLOAT, ["batch", 1])]
    return model(nodes, [value("x", FLOAT, ["batch", WIDTH])], outputs, {"weight": random(WIDTH, 1)})


def autoencoder() -> ModelProto:
    """Return a network that answers with its input."""
    nodes = [
        helper.make_node("Gemm", ["x", "down"], ["code"], "down"),
        helper.make_node("Gemm", ["code", "up"], ["again"], "up"),
    ]
    weights = {"down": random(WIDTH, 4), "up": random(4, WIDTH)}
    outputs = [value("again", FLOAT, ["batch", WIDTH])]
    return model(nodes, [value("x", FLOAT, ["batch", WIDTH])], outputs, weights)
