"""How much of a model runs on integers, according to the optimized graph that onnxruntime actually runs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import onnx_ir as ir
from onnx_ir import DataType
from onnx_ir.passes.common import LiftConstantsToInitializersPass

from quantshift.core.errors import QuantshiftError
from quantshift.inspection.operators import FLOAT_OPERATORS, INTEGER_OPERATORS, WEIGHTS_AMONG_CONSTANTS
from quantshift.inspection.saturation import at_risk, cpu_saturates
from quantshift.runtime.session import session

INTEGERS = {DataType.INT4, DataType.UINT4, DataType.INT8, DataType.UINT8, DataType.INT16, DataType.UINT16}
HALVES = {DataType.FLOAT16, DataType.BFLOAT16}
# Operators through which a weight passes to its consumer.
PASSING = ("DequantizeLinear", "Cast", "Transpose", "Reshape", "ReorderInput")


@dataclass(frozen=True)
class Coverage:
    """The fractions of a model's weights that are stored in reduced precision and multiplied as integers.

    Attributes:
        weights: number of weights (elements) that the file stores.
        quantized_weight_share: fraction of them that the file stores as integers or in half precision, 0..1.
        integer_compute_share: fraction of the multiplied weights (not of embeddings) that integer kernels multiply.
        operators: operators of the optimized graph with their counts, such as ``QGemm:3 QLinearConv:2``.
        may_saturate: whether sums of products may saturate on this CPU, so that other CPUs give different answers.
        saturates_without_vnni: whether they may saturate on CPUs without VNNI, which then give different answers.
    """

    weights: int
    quantized_weight_share: float
    integer_compute_share: float
    operators: str
    may_saturate: bool
    saturates_without_vnni: bool


def coverage(path: Path, entries: Mapping[str, str] | None = None) -> Coverage:
    """Return the coverage of an ONNX file, from the graph that onnxruntime optimizes for a session with these entries.

    Raises:
        QuantshiftError: the file is damaged, or its graph cannot be written to the temporary folder.
    """
    optimized = optimized_graph(path, entries)
    source = ir.load(path)
    constants_to_initializers(source)
    # Count all multiplied weights in the file, because the optimized graph pads the channels of float convolutions.
    total = sum(multiplied(source))
    integer, _ = multiplied(optimized)
    operators = Counter(node.op_type for node in optimized.graph.all_nodes())
    stored, quantized = storage(source)
    risky = at_risk(optimized)
    return Coverage(
        weights=stored,
        quantized_weight_share=quantized / stored if stored else 0.0,
        integer_compute_share=integer / total if total else 0.0,
        operators=" ".join(f"{name}:{count}" for name, count in sorted(operators.items())),
        may_saturate=risky and cpu_saturates(),
        saturates_without_vnni=risky,
    )


def optimized_graph(path: Path, entries: Mapping[str, str] | None) -> ir.Model:
    """Return the optimized graph of a file, which onnxruntime only exposes by writing it to a file.

    Raises:
        QuantshiftError: the file is damaged, or the graph cannot be written to the temporary folder.
    """
    with TemporaryDirectory() as folder:
        optimized = Path(folder) / "optimized.onnx"
        try:
            session(path, entries=entries, optimized=optimized)
        except QuantshiftError as error:
            session(path, entries=entries)  # raises the right error for a damaged file
            raise QuantshiftError(
                f"the graph of {path} cannot be written to {gettempdir()} ({error.__cause__}): free some space there, "
                "or set TMPDIR to a folder with free space"
            ) from error
        return ir.load(optimized)


def constants_to_initializers(model: ir.Model) -> None:
    """Turn `Constant` nodes, in which some exporters store weights, into initializers."""
    LiftConstantsToInitializersPass(lift_all_constants=True, size_limit=0)(model)


def multiplied(model: ir.Model) -> tuple[int, int]:
    """Return the number of weights that a graph's integer kernels multiply, and the number for its other kernels.

    This includes the bodies of `If` (all branches) and `Loop`.
    """
    counts = [
        sum(
            weights_behind(node.inputs[position])
            for node in model.graph.all_nodes()
            for position in operators.get(node.op_type, ())
        )
        for operators in (INTEGER_OPERATORS, FLOAT_OPERATORS)
    ]
    return counts[0], counts[1]


def weights_behind(value: ir.Value | None) -> int:
    """Return the number of weights that reach an input, directly or through casts and the like; 0 for an activation."""
    while value is not None and value.const_value is None:
        node = value.producer()
        value = node.inputs[0] if node is not None and node.op_type in PASSING else None
    return 0 if value is None or value.const_value is None else value.const_value.size


def storage(model: ir.Model) -> tuple[int, int]:
    """Return the number of weights that a file stores, and how many of them as integers or in half precision.

    Weights are tensors of two or more dimensions, which excludes biases and scales.
    """
    not_weights = {
        value
        for node in model.graph.all_nodes()
        if node.op_type in WEIGHTS_AMONG_CONSTANTS
        for position, value in enumerate(node.inputs)
        if position not in WEIGHTS_AMONG_CONSTANTS[node.op_type]
    }
    weights = [
        tensor
        for graph in model.graphs()
        for value in graph.initializers.values()
        if (tensor := value.const_value) is not None
        and len(tensor.shape) >= 2
        and tensor.dtype != DataType.INT64
        and value not in not_weights
    ]
    quantized = [tensor for tensor in weights if tensor.dtype in INTEGERS | HALVES]
    return sum(tensor.size for tensor in weights), sum(tensor.size for tensor in quantized)
