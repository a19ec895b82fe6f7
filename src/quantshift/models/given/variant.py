"""A quantized file that a user brings (`--variant NAME=FILE`), to be compared with the prepared float32 model."""

import numpy as np
from onnx import ModelProto, TensorProto, helper

from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import BY_CLASS
from quantshift.models.given.constants import freeze, remove_from_inputs
from quantshift.models.given.describe import Described
from quantshift.models.given.graphs import replace, unused, value_names
from quantshift.models.given.maps import number_labels, unzip
from quantshift.models.given.names import name_nodes
from quantshift.models.given.only_answer import only_answer, rename
from quantshift.models.given.read import Source, open_session
from quantshift.models.given.shapes import DTYPES

FLOATS = (TensorProto.FLOAT16, TensorProto.FLOAT, TensorProto.DOUBLE)


def prepare_variant(source: Source, described: Described) -> ModelProto:
    """Return a copy of a user's variant with the inputs and the answer of the float32 model; all else stays.

    Args:
        source: the variant's file.
        described: the float32 model.

    Raises:
        QuantshiftError: the variant has other inputs, or no such output.
    """
    model = ModelProto()
    model.CopyFrom(source.model)
    output = described.signature["output"]
    unzip(model)
    number_labels(model)
    freeze(model, described.prepared.constants)
    remove_from_inputs(model)
    _take_float32(model, described)
    name_nodes(model)
    session = open_session(model, source.file)
    expected = {spec["name"]: spec["dtype"] for spec in described.signature["inputs"]}
    actual = {item.name: DTYPES.get(item.type, item.type) for item in session.get_inputs()}
    outputs = {item.name: item for item in session.get_outputs()}
    if actual != expected or output["name"] not in outputs:
        raise QuantshiftError(
            f"{source.file} has the inputs {_listed(actual)} and the outputs {', '.join(outputs)}, but the float32 "
            f"model {described.prepared.file} has the inputs {_listed(expected)} and answers with {output['name']}: "
            "give a variant of this model"
        )
    batch = described.signature["batch"]
    fixed = {item.shape[0] for item in session.get_inputs() if isinstance(item.shape[0], int)}
    if fixed - {batch}:
        raise QuantshiftError(
            f"{source.file} takes {min(fixed - {batch})} samples per call, but {described.prepared.file} takes "
            f"{batch or 'any number'}: export both with the same batch"
        )
    item = outputs[output["name"]]
    rank = len(item.shape or ()) or (2 if output["kind"] in BY_CLASS else 1)
    return only_answer(model, output, batch, DTYPES.get(item.type, ""), rank)


def _take_float32(model: ModelProto, described: Described) -> None:
    """Make float inputs have the types of the float32 model's, by a cast behind them."""
    names = value_names(model)
    types = {
        spec["name"]: helper.np_dtype_to_tensor_dtype(np.dtype(spec["dtype"])) for spec in described.signature["inputs"]
    }
    casts = []
    for item in model.graph.input:
        kind, wanted = item.type.tensor_type, types.get(item.name)
        if wanted in FLOATS and kind.elem_type in FLOATS and kind.elem_type != wanted:
            inner = unused(f"{item.name}_cast", names)
            rename(model.graph, item.name, inner)
            casts.append(helper.make_node("Cast", [item.name], [inner], to=kind.elem_type))
            kind.elem_type = wanted
    replace(model.graph.node, [*casts, *model.graph.node])


def _listed(types: dict[str, str]) -> str:
    return ", ".join(f"{name} {dtype}" for name, dtype in types.items())
