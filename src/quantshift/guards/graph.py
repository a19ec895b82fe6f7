"""The guarded model: a quantized model and its float32 model in one ONNX graph.

The quantized model answers all rows of a batch. The rows with a small margin are gathered, and an `If` runs float32 on
these alone and scatters its answers into the others. The weights of float32 are inside the `If`, where onnxruntime
packs them in advance. A model with a fixed number of rows per call runs float32 on the whole batch, if a row needs it.
"""

from collections.abc import Callable, Sequence, Set

import numpy as np
import onnx
import onnx.inliner
import onnx.version_converter
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import Signature
from quantshift.guards.detectors import margin_nodes
from quantshift.models.given.external import LIMIT
from quantshift.models.given.graphs import graphs, opset, replace
from quantshift.models.given.names import name_nodes

MASK = "answered_by_float32"
# GreaterOrEqual exists since opset 12, and quantizers need 13.
LEAST_OPSET = 13


class UnguardableError(QuantshiftError):
    """Two models that cannot be joined."""


def guarded(
    quantized: ModelProto, float32: ModelProto, signature: Signature, detector: str, threshold: float
) -> ModelProto:
    """Return one model that answers with the quantized model, and with float32 where the margin is below a threshold.

    Args:
        quantized: the variant; it has the inputs and outputs of `float32`.
        float32: the float32 model; both models are not changed.
        signature: the inputs, the answer, and the number of rows per call.
        detector: name of the margin (see `quantshift.guards.detectors`).
        threshold: rows whose margin is not at least this are answered by float32.

    Returns:
        A model with the inputs and outputs of `float32`, those with a row for each sample, and the output
        `answered_by_float32`, bool [n]. Another name is used if the model has this one already.

    Raises:
        UnguardableError: both together are too large for one file, have opsets that cannot be aligned, have functions
            that cannot be replaced by their operators, or take different numbers of rows per call.
    """
    quantized, float32 = _copy(quantized), _copy(float32)
    _expect_same_batch(quantized, signature["batch"])
    size = quantized.ByteSize() + float32.ByteSize()
    if size > LIMIT:
        raise UnguardableError(
            f"both models together have {size / 2**30:.1f} GiB, but one ONNX file holds less than 2 GiB"
        )
    quantized, float32 = _same_opset(quantized, float32)
    inputs = [item.name for item in float32.graph.input]
    outputs = _shared_outputs(quantized.graph, float32.graph)
    public = {*inputs, *(item.name for item in outputs)}
    own, quick, exact, inner = (unused_prefix(name, public) for name in ("guard/", "quantized/", "float32/", "branch/"))
    answer = quick + signature["output"]["name"]
    _rename(quantized.graph, lambda name: name if name in inputs else quick + name)
    _rename(float32.graph, lambda name: exact + name)
    nodes, constants, margin = margin_nodes(answer, signature["output"], detector, own)
    mask = MASK
    while mask in public:
        mask += "_"
    constants += [
        numpy_helper.from_array(np.array(threshold, dtype=np.float32), own + "threshold"),
        numpy_helper.from_array(np.array(0, dtype=np.int64), own + "zero"),
        numpy_helper.from_array(np.array([-1]), own + "flat"),
    ]
    nodes += [
        helper.make_node("GreaterOrEqual", [margin, own + "threshold"], [own + "certain"]),
        helper.make_node("Not", [own + "certain"], [mask]),
        # [1, rows] and [rows, 1]
        helper.make_node("NonZero", [mask], [own + "places_across"]),
        helper.make_node("Transpose", [own + "places_across"], [own + "places"], perm=[1, 0]),
        helper.make_node("Reshape", [own + "places", own + "flat"], [own + "rows"]),
        helper.make_node("Size", [own + "rows"], [own + "count"]),
        helper.make_node("Greater", [own + "count", own + "zero"], [own + "any"]),
    ]
    names = [item.name for item in outputs]
    whole = signature["batch"] is not None
    branches = {
        "then_branch": _float32_branch(float32.graph, inputs, outputs, mask, whole, (own, quick, exact, inner)),
        "else_branch": helper.make_graph(
            [helper.make_node("Identity", [quick + name], [f"{inner}quantized/{name}"]) for name in names],
            "quantized",
            [],
            [_typed(item, f"{inner}quantized/{item.name}") for item in outputs],
        ),
    }
    nodes.append(helper.make_node("If", [own + "any"], names, **branches))
    rows = outputs[0].type.tensor_type.shape.dim[0]
    kind = helper.make_tensor_value_info(mask, TensorProto.BOOL, [rows.dim_value or rows.dim_param or "batch"])
    graph = helper.make_graph(
        [*quantized.graph.node, *nodes],
        "guarded",
        list(float32.graph.input),
        [*outputs, kind],
        [*quantized.graph.initializer, *constants],
        sparse_initializer=quantized.graph.sparse_initializer,
    )
    for item, name in zip(graph.input, inputs, strict=True):
        item.name = name
    versions: dict[str, int] = {}
    for entry in (*quantized.opset_import, *float32.opset_import):
        domain = "" if entry.domain == "ai.onnx" else entry.domain
        versions[domain] = max(entry.version, versions.get(domain, 0))
    result = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid(domain, version) for domain, version in versions.items()],
        ir_version=max(quantized.ir_version, float32.ir_version),
        producer_name="quantshift",
    )
    name_nodes(result)
    return result


def _float32_branch(
    float32: GraphProto,
    inputs: Sequence[str],
    outputs: Sequence[ValueInfoProto],
    mask: str,
    whole: bool,
    prefixes: tuple[str, str, str, str],
) -> GraphProto:
    """Return the branch that runs float32 on the flagged rows and puts its answers in the places of the quantized ones.

    Args:
        float32: the graph of float32, with prefixed names.
        inputs: names of the guarded model's inputs.
        outputs: its outputs.
        mask: name of the mask.
        whole: whether float32 takes the whole batch.
        prefixes: of the guard's values, the quantized values, the float32 values and the branches' results.
    """
    own, quick, exact, inner = prefixes
    feed: list[NodeProto]
    constants: list[TensorProto] = []
    if whole:
        feed = [helper.make_node("Identity", [name], [exact + name]) for name in inputs]
    else:
        feed = [helper.make_node("Gather", [name, own + "rows"], [exact + name], axis=0) for name in inputs]
    merge = []
    for item in outputs:
        target = f"{inner}float32/{item.name}"
        if not whole:
            merge.append(
                helper.make_node("ScatterND", [quick + item.name, own + "places", exact + item.name], [target])
            )
            continue
        rank = len(item.type.tensor_type.shape.dim)
        shape = numpy_helper.from_array(np.array([-1] + [1] * (rank - 1)), f"{target}/shape")
        constants.append(shape)
        merge += [
            helper.make_node("Reshape", [mask, shape.name], [f"{target}/mask"]),
            helper.make_node("Where", [f"{target}/mask", exact + item.name, quick + item.name], [target]),
        ]
    return helper.make_graph(
        [*feed, *float32.node, *merge],
        "float32",
        [],
        [_typed(item, f"{inner}float32/{item.name}") for item in outputs],
        [*float32.initializer, *constants],
        sparse_initializer=float32.sparse_initializer,
    )


def _shared_outputs(quantized: GraphProto, float32: GraphProto) -> list[ValueInfoProto]:
    """Return copies of the outputs that both models have."""
    present = {item.name for item in quantized.output}
    outputs = []
    for item in float32.output:
        if item.name in present:
            copy = ValueInfoProto()
            copy.CopyFrom(item)
            outputs.append(copy)
    return outputs


def _typed(item: ValueInfoProto, name: str) -> ValueInfoProto:
    """Return the declaration of a branch's result, of any shape."""
    return helper.make_tensor_value_info(name, item.type.tensor_type.elem_type, None)


def unused_prefix(name: str, public: Set[str]) -> str:
    """Return a prefix that no public name starts with."""
    while any(other.startswith(name) for other in public):
        name = "_" + name
    return name


def _rename(graph: GraphProto, new_name: Callable[[str], str]) -> None:
    """Rename all values of a graph and its bodies; recorded shapes are removed."""
    for inner in graphs(graph):
        for item in (*inner.input, *inner.output, *inner.initializer):
            item.name = new_name(item.name)
        for sparse in inner.sparse_initializer:
            sparse.values.name = new_name(sparse.values.name)
        for node in inner.node:
            for names in (node.input, node.output):
                replace(names, [new_name(name) if name else "" for name in names])
        del inner.value_info[:]
        del inner.quantization_annotation[:]


def _same_opset(quantized: ModelProto, float32: ModelProto) -> tuple[ModelProto, ModelProto]:
    """Return both models with the same version of ONNX's operators: the newer one."""
    versions = opset(quantized), opset(float32)
    target = max(versions)
    if target < LEAST_OPSET:
        raise UnguardableError(f"it has opset {target}, expected {LEAST_OPSET} or newer: export the model again")
    models = []
    for model, version in zip((quantized, float32), versions, strict=True):
        if version not in (0, target):
            try:
                converted = onnx.version_converter.convert_version(model, target)
            except Exception as error:  # the converter raises RuntimeError and others
                raise UnguardableError(
                    f"float32 has opset {versions[1]} and the variant {versions[0]}, and ONNX's converter fails: "
                    f"export the model again with opset {target}"
                ) from error
            converted.ir_version = max(converted.ir_version, model.ir_version)
            models.append(converted)
        else:
            models.append(model)
    return models[0], models[1]


def _expect_same_batch(quantized: ModelProto, batch: int | None) -> None:
    """Check that the variant takes the rows of a call of float32.

    Raises:
        UnguardableError: it takes another number.
    """
    axes = [item.type.tensor_type.shape.dim[:1] for item in quantized.graph.input]
    fixed = next((dim.dim_value for first in axes for dim in first if dim.dim_value), None)
    if fixed not in (None, batch):
        raise UnguardableError(
            f"it takes {fixed} row{'' if fixed == 1 else 's'} per call and float32 {batch or 'any number'}, so one "
            "file cannot hold both: export both with the same batch"
        )


def _copy(model: ModelProto) -> ModelProto:
    """Return a copy without functions, since names in these are not renamed, and without inputs that have a default."""
    result = ModelProto()
    result.CopyFrom(model)
    if model.functions:
        result = onnx.inliner.inline_local_functions(result, convert_version=True)
        if result.functions:
            names = ", ".join(function.name for function in result.functions)
            raise UnguardableError(f"its functions {names} cannot be replaced by their operators")
    # Inputs with a default are no inputs of the guarded model.
    defaults = {item.name for item in result.graph.initializer}
    replace(result.graph.input, [item for item in result.graph.input if item.name not in defaults])
    return result
