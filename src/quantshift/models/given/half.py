"""Half precision: float16 and bfloat16 tensors become float32, the precision of the reference."""

import numpy as np
import onnx
from onnx import ModelProto, NodeProto, TensorProto, TypeProto, numpy_helper

from quantshift.models.given.graphs import all_graphs, find_attribute, nodes, tensors

HALVES = (TensorProto.FLOAT16, TensorProto.BFLOAT16)
# Attributes that name a type.
TYPE_ATTRIBUTES = ("to", "dtype", "output_dtype", "stash_type", "softmax_precision")


def to_float32(model: ModelProto) -> bool:
    """Turn all half-precision tensors of a model into float32, and return whether there were any.

    The values of weights do not change: float32 holds each float16 number exactly.
    """
    stored = [item for item in tensors(model) if item.data_type in HALVES]
    for item in stored:
        values = numpy_helper.to_array(item).astype(np.float32)
        item.CopyFrom(numpy_helper.from_array(values, item.name))
    changed = bool(stored)
    for node in nodes(model):
        changed |= _retype(node)
    for graph in all_graphs(model):
        for item in (*graph.input, *graph.output, *graph.value_info):
            changed |= _widen(item.type)
    return changed


def _retype(node: NodeProto) -> bool:
    changed = False
    for name in TYPE_ATTRIBUTES:
        attribute = find_attribute(node, name)
        if attribute is not None and attribute.type == onnx.AttributeProto.INT and attribute.i in HALVES:
            attribute.i = TensorProto.FLOAT
            changed = True
    return changed


def _widen(kind: TypeProto) -> bool:
    if kind.HasField("sequence_type"):
        return _widen(kind.sequence_type.elem_type)
    if kind.HasField("optional_type"):
        return _widen(kind.optional_type.elem_type)
    if kind.HasField("tensor_type") and kind.tensor_type.elem_type in HALVES:
        kind.tensor_type.elem_type = TensorProto.FLOAT
        return True
    return False
