"""Quantize one exported model with one preset: the work of the rule `quantize`."""

from pathlib import Path
from typing import Any, TypedDict

import onnx

from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.runtime.inference import expect_inputs, session, verify
from quantshift.storage.arrays import read_array
from quantshift.storage.checksums import ONNX, ONNX_KEY
from quantshift.storage.files import atomic
from quantshift.storage.records import read_record


class TensorRange(TypedDict):
    """A learned range: real = (integer - zero_point) * scale."""

    scale: float
    zero_point: int


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
    # Damaged files are named here, before a quantizer trips over them.
    verify(source)
    inputs = read_array(calibration)
    expect_inputs(session(source), source, inputs, calibration)
    learned = read_record(ranges, dict[str, TensorRange], "the learned ranges of a model's tensors")
    wanted = preset.get("calibration_samples", 0)
    if wanted > len(inputs):
        raise QuantshiftError(
            f"calibration_samples asks for {wanted} inputs and {calibration} has {len(inputs)}: "
            "lower it, or raise datasets.<name>.calibration"
        )
    with atomic(model) as temporary:
        members.load("quantizers/schemes", preset["scheme"]).quantize(source, temporary, preset, inputs, learned)
        _without_checksum(temporary)
        session(temporary)
        ONNX.append(temporary, model)


def _without_checksum(file: Path) -> None:
    """Take off the checksum of the model that a quantized one was made from, where its scheme has handed that on."""
    model = onnx.load(file)
    places = [place for place, note in enumerate(model.metadata_props) if note.key == ONNX_KEY]
    for place in reversed(places):
        del model.metadata_props[place]
    if places:
        onnx.save(model, file)
