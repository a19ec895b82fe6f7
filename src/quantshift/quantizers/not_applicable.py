"""Presets that a model cannot take: an error of their own, so that other presets go on and a table has the reason."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod

from onnx import GraphProto, ModelProto, TensorProto

from quantshift.core.errors import Message, QuantshiftError
from quantshift.models.given.graphs import graphs
from quantshift.runtime.faults import brief

# Types in which quantized weights are stored.
REDUCED = {
    getattr(TensorProto, name)
    for name in ("INT4", "UINT4", "INT8", "UINT8", "INT16", "UINT16", "FLOAT16", "BFLOAT16", "INT2", "UINT2")
    if hasattr(TensorProto, name)
}
FLOATS = (TensorProto.FLOAT, TensorProto.DOUBLE)


class NotApplicableError(QuantshiftError):
    """The model cannot take the preset; the message is the reason."""


@contextmanager
def refusals() -> Iterator[None]:
    """Turn the errors of onnxruntime's quantizers, which may be of any kind, into `NotApplicableError`.

    A full disk, too little memory and errors for people pass unchanged.
    """
    try:
        yield
    except (QuantshiftError, OSError, MemoryError):
        raise
    except Exception as error:
        raise NotApplicableError(
            f"onnxruntime's quantizer refuses the graph ({type(error).__name__}: {brief(error)})"
        ) from error


def require_quantized(source: ModelProto, quantized: ModelProto) -> None:
    """Check that a scheme has quantized some weights.

    Args:
        source: the float32 model.
        quantized: what the scheme has written.

    Raises:
        NotApplicableError: it has not.
    """
    if _reduced(quantized) <= _reduced(source):
        raise NotApplicableError(f"nothing would be quantized: {_whereabouts(source)}")


def _reduced(model: ModelProto) -> int:
    """Return the number of weights (of two or more axes) in reduced precision."""
    return sum(
        prod(item.dims)
        for graph in graphs(model.graph)
        for item in graph.initializer
        if item.data_type in REDUCED and len(item.dims) >= 2
    )


def _whereabouts(model: ModelProto) -> Message:
    """Return where the weights of a float32 model are."""
    outer, inner = _users(model.graph), Counter[str]()
    for body in list(graphs(model.graph))[1:]:
        inner += _users(body)
    if not outer and not inner:
        return "the model has no float32 weights of two or more axes"
    parts = [_listed(outer)] if outer else []
    parts += [f"{_listed(inner)} in the body of an If or Loop"] if inner else []
    return f"its weights belong to {' and '.join(parts)}, which this scheme leaves in float32"


def _users(graph: GraphProto) -> Counter[str]:
    """Return the number of nodes with float weights by operator."""
    stored = {item.name for item in graph.initializer if item.data_type in FLOATS and len(item.dims) >= 2}
    return Counter(node.op_type for node in graph.node if stored.intersection(node.input))


def _listed(users: Counter[str]) -> str:
    return ", ".join(f"{count} {operator}" for operator, count in sorted(users.items()))
