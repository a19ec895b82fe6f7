"""How much of a model really runs on integers: read from the graph that onnxruntime runs, not from what was asked."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import onnx
from onnx import TensorProto

from quantshift.inference import session

# The operators that hold a model's weights, with the inputs that are weights; integer kernels first.
INTEGER_OPERATORS: dict[str, tuple[int, ...]] = {
    "QLinearConv": (3,),
    "ConvInteger": (1,),
    "QGemm": (3,),
    "QLinearMatMul": (3,),
    "MatMulInteger": (1,),
    "MatMulIntegerToFloat": (1,),
    "DynamicQuantizeMatMul": (1,),
    "DynamicQuantizeLSTM": (1, 2),
}
FLOAT_OPERATORS: dict[str, tuple[int, ...]] = {
    "Conv": (1,),
    "FusedConv": (1,),
    "ConvTranspose": (1,),
    "Gemm": (1,),
    "FusedGemm": (1,),
    "MatMul": (1,),
    "FusedMatMul": (1,),
    "MatMulNBits": (1,),  # as `session` asks for it: integer weights, computed in float32
    "Gather": (0,),
    "LSTM": (1, 2),
    "GRU": (1, 2),
}
INTEGERS = {TensorProto.INT8, TensorProto.UINT8, TensorProto.INT4, TensorProto.UINT4, TensorProto.INT16}
HALVES = {TensorProto.FLOAT16, TensorProto.BFLOAT16}


@dataclass(frozen=True)
class Coverage:
    """What share of a model's weights is quantized, and what share is computed on as integers.

    Attributes:
        weights: number of weights (elements) that the file stores.
        quantized_weight_share: share of them that the file stores as integers or in half precision, 0..1.
        integer_compute_share: share of them that an integer kernel multiplies, 0..1.
        operators: operators of the graph that is run, with their number, such as ``QGemm:3 QLinearConv:2``.
    """

    weights: int
    quantized_weight_share: float
    integer_compute_share: float
    operators: str


def coverage(path: Path) -> Coverage:
    """Read the coverage of an ONNX file from the graph that onnxruntime makes of it.

    Raises:
        QuantshiftError: the file is damaged.
    """
    with TemporaryDirectory() as folder:
        optimized = Path(folder) / "optimized.onnx"
        session(path, optimized=optimized)
        run = onnx.load(optimized)
    sizes = {item.name: size(item) for item in run.graph.initializer}
    producers = {output: node for node in run.graph.node for output in node.output}
    total = computed = 0
    for node in run.graph.node:
        integer = INTEGER_OPERATORS.get(node.op_type)
        for position in integer or FLOAT_OPERATORS.get(node.op_type, ()):
            count = weights_behind(node.input[position], producers, sizes)
            total += count
            computed += count if integer else 0
    operators = Counter(node.op_type for node in run.graph.node)
    stored, small = storage(onnx.load(path))
    return Coverage(
        weights=stored,
        quantized_weight_share=small / stored if stored else 0.0,
        integer_compute_share=computed / total if total else 0.0,
        operators=" ".join(f"{name}:{count}" for name, count in sorted(operators.items())),
    )


def weights_behind(name: str, producers: dict[str, onnx.NodeProto], sizes: dict[str, int]) -> int:
    """Return the number of weights that reach an input, through casts and the like; 0 for an activation."""
    while name not in sizes:
        node = producers.get(name)
        if node is None or node.op_type not in ("DequantizeLinear", "Cast", "Transpose", "Reshape", "ReorderInput"):
            return 0
        name = node.input[0]
    return sizes[name]


def storage(model: onnx.ModelProto) -> tuple[int, int]:
    """Return the number of weights that a file stores, and of those that it stores as integers or in half precision.

    Weights are tensors of two or more dimensions: biases and scales are not among them.
    """
    kept = [
        item for item in model.graph.initializer if len(item.dims) >= 2 and item.data_type not in (TensorProto.INT64,)
    ]
    small = [item for item in kept if item.data_type in INTEGERS | HALVES]
    return sum(map(size, kept)), sum(map(size, small))


def size(tensor: TensorProto) -> int:
    """Return the number of elements of a tensor."""
    count = 1
    for dimension in tensor.dims:
        count *= dimension
    return count
