"""Models that are quantized already, which cannot be the float32 reference."""

import re
from pathlib import Path

from onnx import ModelProto, TensorProto

from quantshift.core.errors import QuantshiftError
from quantshift.models.given.graphs import nodes, tensors

# Operators on quantized tensors, of ONNX and of onnxruntime.
OPERATORS = re.compile(
    r"(Quantize|Dequantize)Linear|Q(Linear)?[A-Z]\w*|(Conv|MatMul)Integer\w*|MatMul(NBits|BnB4|Bnb4|FpQ4)"
    r"|DynamicQuantize\w+|GatherBlockQuantized|\w*Quantized\w*"
)
TYPES = {
    getattr(TensorProto, name)
    for name in TensorProto.DataType.keys()  # noqa: SIM118
    if name.startswith(("FLOAT8", "FLOAT4", "INT4", "UINT4", "INT2", "UINT2"))
}


def refuse_quantized(model: ModelProto, file: Path) -> None:
    """Check that a model is not quantized already.

    Raises:
        QuantshiftError: it has operators on quantized tensors, or weights of few bits.
    """
    operators = sorted({node.op_type for node in nodes(model) if _is_quantized(node.op_type)})
    few_bits = sorted({TensorProto.DataType.Name(item.data_type) for item in tensors(model) if item.data_type in TYPES})
    if signs := (operators + few_bits)[:3]:
        raise QuantshiftError(
            f"{file} is already quantized (it has {', '.join(signs)}), expected the float32 model as the reference: "
            f"give the float32 file as the model and this one beside it as --variant {_name(file)}={file}"
        )


def _is_quantized(operator: str) -> bool:
    return OPERATORS.fullmatch(operator) is not None


def _name(file: Path) -> str:
    """Return a name for the variant.

    >>> _name(Path("models/Net int8.onnx"))
    'net_int8'
    """
    return re.sub(r"\W+", "_", file.stem.lower()).strip("_") or "theirs"
