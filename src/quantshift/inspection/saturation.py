"""Check whether this CPU multiplies uint8 by int8 exactly.

Without VNNI, x86 kernels add two such products in 16 bits, where 2 * 255 * 127 overflows; onnxruntime then uses the
largest number that fits ("When and why do I need to try U8U8?" in its quantization guide). The answers of such a model
therefore depend on the machine. The preset `static_int8_portable` limits its weights to `SAFE_WEIGHT`.
"""

from collections.abc import Sequence

import numpy as np
import onnx_ir as ir
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from quantshift.inspection.operators import INTEGER_OPERATORS

DEPTH = 64
ACTIVATION, WEIGHT = 255, 127
# The sum of two products with weights up to this fits into 16 bits for any activations.
SAFE_WEIGHT = 64


def cpu_saturates() -> bool:
    """Return whether this CPU computes too small a product of large uint8 activations and int8 weights."""
    weights = np.full((DEPTH, 16), WEIGHT, dtype=np.int8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["activations", "weights"], ["sums"])],
        "product",
        [helper.make_tensor_value_info("activations", TensorProto.UINT8, [4, DEPTH])],
        [helper.make_tensor_value_info("sums", TensorProto.INT32, [4, 16])],
        [numpy_helper.from_array(weights, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (sums,) = session.run(None, {"activations": np.full((4, DEPTH), ACTIVATION, dtype=np.uint8)})
    return bool((sums != DEPTH * ACTIVATION * WEIGHT).any())


def advice(presets: Sequence[str]) -> str:
    """Return the warning for a run on a saturating CPU: the affected presets and what to use instead.

    >>> advice(["static_int8"]).partition(": ")[0]
    '8-bit int8 weights saturate on this CPU, which lacks VNNI'
    """
    return (
        f"8-bit int8 weights saturate on this CPU, which lacks VNNI: {', '.join(presets)} will give different answers "
        "than on other CPUs (variants.csv: may_saturate); use static_int8_portable, which is exact on every CPU, or "
        "set reduce_range: true in your preset"
    )


def at_risk(model: ir.Model) -> bool:
    """Return whether an optimized model has integer kernels whose int8 weights are large enough to saturate."""
    multiplied = (
        value.const_value
        for node in model.graph.all_nodes()
        for position in INTEGER_OPERATORS.get(node.op_type, ())
        for value in node.inputs[position : position + 1]
        if value is not None
    )
    return any(
        weights is not None
        and weights.dtype == ir.DataType.INT8
        and int(np.abs(weights.numpy().astype(np.int16)).max()) > SAFE_WEIGHT
        for weights in multiplied
    )
