"""Quantize one exported model with one preset: the work of the rule `quantize`."""

from pathlib import Path
from typing import Any

import onnx

from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import MODEL_RECORD, ModelRecord
from quantshift.data.stored_inputs import read_inputs
from quantshift.runtime.network import Network
from quantshift.runtime.session import session, verify
from quantshift.storage.checksums import ONNX, ONNX_KEY
from quantshift.storage.files import atomic
from quantshift.storage.records import read_record


def quantize(*, preset: dict[str, Any], source: Path, record: Path, calibration: Path, model: Path) -> None:
    """Write the quantized model, which onnxruntime is shown to open.

    Args:
        preset: the quantizer's scheme and options, as in the config.
        source: the float32 ONNX file.
        record: the record of the model (JSON).
        calibration: stored calibration inputs.
        model: the ONNX file to write.

    Raises:
        QuantshiftError: a file is damaged, or there are fewer calibration inputs than the preset asks for.
    """
    # Damaged files are named here, before a quantizer trips over them.
    verify(source)
    described = read_record(record, ModelRecord, MODEL_RECORD)
    network = Network(source, described)
    inputs = read_inputs(calibration, network.names)
    network.expect(inputs, calibration)
    wanted = preset.get("calibration_samples", 0)
    given = min(len(array) for array in inputs.values())
    if wanted > given:
        raise QuantshiftError(
            f"calibration_samples asks for {wanted} inputs and {calibration} has {given}: "
            "lower it, or raise datasets.<name>.calibration"
        )
    with atomic(model) as temporary:
        members.load("quantizers/schemes", preset["scheme"]).quantize(source, temporary, preset, inputs, described)
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
