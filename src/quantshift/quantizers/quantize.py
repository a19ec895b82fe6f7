"""Quantize one exported model with one preset: the work of the rule `quantize`."""

from pathlib import Path
from typing import Any

from quantshift import members
from quantshift.arrays import read_array
from quantshift.errors import QuantshiftError
from quantshift.files import atomic, read_json
from quantshift.inference import session


def quantize(*, preset: dict[str, Any], source: Path, calibration: Path, ranges: Path, model: Path) -> None:
    """Write the quantized model, which onnxruntime is shown to open.

    Args:
        preset: the quantizer's scheme and options, as in the config.
        source: the float32 ONNX file.
        calibration: stored calibration inputs.
        ranges: learned ranges by tensor (JSON), empty for a model without.
        model: the ONNX file to write.

    Raises:
        QuantshiftError: a file is damaged, or there are fewer calibration inputs than the preset asks for.
    """
    session(source)  # a truncated file is told by its name here, before a quantizer trips over it
    inputs = read_array(calibration)
    wanted = preset.get("calibration_samples", 0)
    if wanted > len(inputs):
        raise QuantshiftError(
            f"calibration_samples asks for {wanted} inputs and {calibration} has {len(inputs)}: "
            "lower it, or raise datasets.<name>.calibration"
        )
    with atomic(model) as temporary:
        members.load("quantizers/schemes", preset["scheme"]).quantize(
            source, temporary, preset, inputs, read_json(ranges)
        )
        session(temporary)
