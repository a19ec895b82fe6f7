"""How much of a model really runs on integers: read from the graph that onnxruntime runs, not from what was asked."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import onnx_ir as ir
from onnx_ir import DataType

from quantshift.core.errors import QuantshiftError
from quantshift.inspection.operators import FLOAT_OPERATORS, INTEGER_OPERATORS, WEIGHTS_AMONG_CONSTANTS
from quantshift.inspection.saturation import at_risk, cpu_saturates
from quantshift.runtime.session import session

INTEGERS = {DataType.INT4, DataType.UINT4, DataType.INT8, DataType.UINT8, DataType.INT16, DataType.UINT16}
HALVES = {DataType.FLOAT16, DataType.BFLOAT16}
# Operators that hand a weight on.
PASSING = ("DequantizeLinear", "Cast", "Transpose", "Reshape", "ReorderInput")


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
    source = ir.load(path)
    # What there is to multiply is counted in the file: the graph that is run pads the channels of float convolutions.
    total = sum(multiplied(source))
    computed, _ = multiplied(run)
    operators = Counter(node.op_type for node in run.graph.all_nodes())
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


def as_run(path: Path, entries: Mapping[str, str] | None) -> ir.Model:
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
        return ir.load(optimized)


def multiplied(model: ir.Model) -> tuple[int, int]:
    """Return the number of weights that a graph's integer kernels multiply, and that of its other operators.

    The bodies of `If` and `Loop` are counted as well, all branches of them.
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
    """Return the number of weights that reach an input, through casts and the like; 0 for an activation."""
    while value is not None and value.const_value is None:
        node = value.producer()
        value = node.inputs[0] if node is not None and node.op_type in PASSING else None
    return 0 if value is None or value.const_value is None else value.const_value.size


def storage(model: ir.Model) -> tuple[int, int]:
    """Return the number of weights that a file stores, and of those that it stores as integers or in half precision.

    Weights are tensors of two or more dimensions: biases and scales are not among them.
    """
    others = {
        value
        for node in model.graph.all_nodes()
        if node.op_type in WEIGHTS_AMONG_CONSTANTS
        for position, value in enumerate(node.inputs)
        if position not in WEIGHTS_AMONG_CONSTANTS[node.op_type]
    }
    kept = [
        tensor
        for graph in model.graphs()
        for value in graph.initializers.values()
        if (tensor := value.const_value) is not None
        and len(tensor.shape) >= 2
        and tensor.dtype != DataType.INT64
        and value not in others
    ]
    return sum(tensor.size for tensor in kept), sum(tensor.size for tensor in kept if tensor.dtype in INTEGERS | HALVES)
