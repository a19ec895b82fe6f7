"""Sets of operator types that static quantization may quantize: those that a search compares for a model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from onnx import GraphProto

# Operators that compute with weights, and tables of embeddings.
MATRIX = ("Gemm", "MatMul")
CONVOLUTIONS = ("Conv", "ConvTranspose")
EMBEDDINGS = ("EmbedLayerNormalization", "Gather")
# Operators whose results may span ranges that 8 bits cannot.
ARITHMETIC = ("Add", "ArgMax", "CumSum", "Mul", "Sigmoid", "Softmax", "TopK", "Where")
NORMALIZATIONS = ("InstanceNormalization", "LayerNormalization")


@dataclass(frozen=True)
class OperatorSet:
    """A set of operator types, as far as a model has them.

    Attributes:
        name: what it comprises, in words.
        operators: the types, sorted.
        weights: number of weights of the operators.
        nodes: number of the operators.
    """

    name: str
    operators: tuple[str, ...]
    weights: int
    nodes: int


def named_sets(every: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Return the sets of types to compare, larger ones first.

    Args:
        every: the types that can be quantized.
    """
    return {
        "every operator": every,
        "all but arithmetic and normalizations": [name for name in every if name not in (*ARITHMETIC, *NORMALIZATIONS)],
        "matrix products, convolutions and embeddings": (*MATRIX, *CONVOLUTIONS, *EMBEDDINGS),
        "matrix products and convolutions": (*MATRIX, *CONVOLUTIONS),
        "matrix products": MATRIX,
        "convolutions": CONVOLUTIONS,
    }


def operator_sets(graph: GraphProto, every: Sequence[str], excluded: Sequence[str]) -> list[OperatorSet]:
    """Return the sets that differ for a graph and include operators with weights; the first one may include none.

    Args:
        graph: the graph of a float32 model.
        every: the types that can be quantized.
        excluded: names of nodes that stay in float32.
    """
    sizes = {item.name: prod(item.dims) for item in graph.initializer if len(item.dims) >= 2}
    nodes = [node for node in graph.node if node.name not in set(excluded)]
    sets: dict[tuple[str, ...], OperatorSet] = {}
    for name, types in named_sets(every).items():
        members = [node for node in nodes if node.op_type in types]
        weights = sum({key: sizes[key] for node in members for key in node.input if key in sizes}.values())
        operators = tuple(sorted({node.op_type for node in members}))
        if not sets or weights:
            sets.setdefault(operators, OperatorSet(name, operators, weights, len(members)))
    return list(sets.values())
