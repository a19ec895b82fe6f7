"""How much of a model really runs on integers: read from the graph that onnxruntime runs, not from what was asked."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import onnx
from onnx import TensorProto

from quantshift.core.errors import QuantshiftError
from quantshift.inspection.operators import FLOAT_OPERATORS, INTEGER_OPERATORS, WEIGHTS_AMONG_CONSTANTS
from quantshift.inspection.saturation import at_risk, cpu_saturates
from quantshift.runtime.session import session

INTEGERS = {
    *(TensorProto.INT4, TensorProto.UINT4, TensorProto.INT8, TensorProto.UINT8),
    *(TensorProto.INT16, TensorProto.UINT16),
}
HALVES = {TensorProto.FLOAT16, TensorProto.BFLOAT16}


@dataclass(frozen=True)
class Coverage:
    """What share of a model's weights is quantized, and what share is computed on as integers.

    Attributes:
        weights: number of weights (elements) that the file stores.
        quantized_weight_share: share of them that the file stores as integers or in half precision, 0..1.
        integer_compute_share: share of those that are multiplied (embeddings are not) that integer kernels multiply.
        operators: operators of the graph that is run, with their number, such as ``QGemm:3 QLinearConv:2``.
        may_saturate: whether sums of products may be cut off on this CPU, so that others answer otherwise.
        saturates_without_vnni: whether they may be cut off on CPUs without VNNI, so that these answer otherwise.
    """

    weights: int
    quantized_weight_share: float
    integer_compute_share: float
    operators: str
    may_saturate: bool
    saturates_without_vnni: bool


def coverage(path: Path, entries: Mapping[str, str] | None = None) -> Coverage:
    """Read the coverage of an ONNX file from the graph that onnxruntime makes of it in such a session.

    Raises:
        QuantshiftError: the file is damaged, or its graph cannot be written to the temporary folder.
    """
    run = as_run(path, entries)
    source = onnx.load(path)
    # What there is to multiply is counted in the file: the graph that is run pads the channels of float convolutions.
    total = sum(multiplied(source))
    computed, _ = multiplied(run)
    operators = Counter(node.op_type for node in run.graph.node)
    stored, small = storage(source)
    risky = at_risk(run)
    return Coverage(
        weights=stored,
        quantized_weight_share=small / stored if stored else 0.0,
        integer_compute_share=computed / total if total else 0.0,
        operators=" ".join(f"{name}:{count}" for name, count in sorted(operators.items())),
        may_saturate=risky and cpu_saturates(),
        saturates_without_vnni=risky,
    )


def as_run(path: Path, entries: Mapping[str, str] | None) -> onnx.ModelProto:
    """Return the graph that onnxruntime makes of a file, which it tells by writing it only.

    Raises:
        QuantshiftError: the file is damaged, or the temporary folder takes no graph.
    """
    with TemporaryDirectory() as folder:
        optimized = Path(folder) / "optimized.onnx"
        try:
            session(path, entries=entries, optimized=optimized)
        except QuantshiftError as error:
            session(path, entries=entries)  # a damaged file is told as such
            raise QuantshiftError(
                f"the graph of {path} cannot be written below {gettempdir()} ({error.__cause__}): free some space "
                "there, or set TMPDIR to a folder that has it"
            ) from error
        return onnx.load(optimized)


def multiplied(model: onnx.ModelProto) -> tuple[int, int]:
    """Return the number of weights that a graph's integer kernels multiply, and that of its other operators."""
    sizes = {item.name: size(item) for item in model.graph.initializer}
    producers = {output: node for node in model.graph.node for output in node.output}
    counts = [
        sum(
            weights_behind(node.input[position], producers, sizes)
            for node in model.graph.node
            for position in operators.get(node.op_type, ())
        )
        for operators in (INTEGER_OPERATORS, FLOAT_OPERATORS)
    ]
    return counts[0], counts[1]


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
    others = {
        name
        for node in model.graph.node
        if node.op_type in WEIGHTS_AMONG_CONSTANTS
        for position, name in enumerate(node.input)
        if position not in WEIGHTS_AMONG_CONSTANTS[node.op_type]
    }
    kept = [
        item
        for item in model.graph.initializer
        if len(item.dims) >= 2 and item.data_type != TensorProto.INT64 and item.name not in others
    ]
    small = [item for item in kept if item.data_type in INTEGERS | HALVES]
    return sum(map(size, kept)), sum(map(size, small))


def size(tensor: TensorProto) -> int:
    """Return the number of elements of a tensor."""
    count = 1
    for dimension in tensor.dims:
        count *= dimension
    return count
