"""The version of ONNX's operators, raised where onnxruntime's quantizers need a newer one."""

from pathlib import Path

import onnx
import onnx.version_converter
from onnx import ModelProto

from quantshift.core.errors import QuantshiftError
from quantshift.models.given.graphs import nodes, opset, replace
from quantshift.models.given.read import open_session

# Per-channel scales exist since opset 13.
LEAST = 13
TARGET = 17
# IR version 4 and above allow initializers that are no inputs; 10 has the types of 4 bits.
IR_VERSION = 10


def raise_opset(model: ModelProto, file: Path) -> tuple[ModelProto, str | None]:
    """Return a model of at least opset 13, and a sentence about the change, if any.

    If ONNX's converter fails, the model stays, and quantizers that need a newer opset report it.
    """
    before = opset(model)
    model.ir_version = max(model.ir_version, IR_VERSION)
    if before == 0 or before >= LEAST:
        return model, None
    try:
        raised = onnx.version_converter.convert_version(model, TARGET)
        raised.ir_version = model.ir_version
        open_session(raised, file, optimize=False)
    except Exception as error:  # the converter raises RuntimeError and others
        reason = str(error).strip().splitlines()[0][:120] if not isinstance(error, QuantshiftError) else "not valid"
        return model, (
            f"opset {before} stays, since ONNX's converter could not raise it ({reason}): presets that need opset "
            f"{LEAST} are not applicable; export the model again with opset {TARGET}"
        )
    return raised, f"opset {before} was raised to {TARGET}"


def state_opsets(model: ModelProto) -> None:
    """Leave out the opsets of domains that no operator uses; onnxruntime adds all of its own."""
    used = {node.domain for node in nodes(model)} | {"", "ai.onnx"}
    replace(model.opset_import, [item for item in model.opset_import if item.domain in used])
