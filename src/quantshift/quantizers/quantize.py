"""Quantize one exported model with one preset."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.core.names import GIVEN
from quantshift.core.signature import MODEL_RECORD, ModelRecord
from quantshift.data.stored_inputs import Inputs, read_inputs
from quantshift.quantizers.not_applicable import NotApplicableError, refusals, require_quantized
from quantshift.runtime.faults import brief
from quantshift.runtime.finite import finite_rows
from quantshift.runtime.network import Network
from quantshift.runtime.session import session, verify
from quantshift.storage.checksums import ONNX, ONNX_KEY
from quantshift.storage.files import atomic
from quantshift.storage.records import read_record

# Calibration inputs that a user's quantized model is run on, and how many at a time.
TRIED, BATCH = 100, 16


def quantize(*, preset: dict[str, Any], source: Path, record: Path, calibration: Path, model: Path) -> None:
    """Write the quantized model after checking that onnxruntime can open it.

    Args:
        preset: the quantizer's scheme and options, as in the config.
        source: the float32 ONNX file.
        record: the record of the model (JSON).
        calibration: stored calibration inputs.
        model: the ONNX file to write.

    Raises:
        NotApplicableError: the user's model cannot take the preset; no file is written.
        QuantshiftError: a file is damaged, or a study has fewer calibration inputs than the preset asks for; of a
            user's own data, all are used then.
    """
    # Report a damaged file by name before a quantizer fails on it.
    verify(source)
    model_record = read_record(record, ModelRecord, MODEL_RECORD)
    network = Network(source, model_record)
    inputs = read_inputs(calibration, network.names)
    network.expect(inputs, calibration)
    requested = preset.get("calibration_samples", 0)
    available = min(len(array) for array in inputs.values())
    # A trained model's architecture is known to take its presets, so an error is a bug there.
    given = model_record["origin"] == GIVEN
    if requested > available:
        if not given:
            raise QuantshiftError(
                f"calibration_samples is {requested}, but {calibration} has only {available} inputs: "
                "lower it, or raise datasets.<name>.calibration"
            )
        print(f"calibration_samples is {requested}; all {available} calibration inputs are used", flush=True)
    with atomic(model) as temporary:
        with refusals() if given else nullcontext():
            members.load("quantizers/schemes", preset["scheme"]).quantize(
                source, temporary, preset, inputs, model_record
            )
        if given:
            require_quantized(onnx.load(source), onnx.load(temporary))
        _remove_checksum(temporary)
        _require_session(temporary, given)
        if given:
            _require_answers(temporary, model_record, inputs)
        ONNX.append(temporary, model)


def _require_session(file: Path, given: bool) -> None:
    """Check that onnxruntime can open what its quantizer has written.

    Raises:
        NotApplicableError: it cannot, for a user's model.
        QuantshiftError: it cannot.
    """
    try:
        session(file)
    except QuantshiftError as error:
        if given and error.__cause__ is not None:
            cause = Exception(str(error.__cause__))
            raise NotApplicableError(f"onnxruntime cannot run what its quantizer writes: {brief(cause)}") from error
        raise


def _require_answers(file: Path, record: ModelRecord, inputs: Inputs) -> None:
    """Check that the quantized model of a user gives finite answers to the first calibration inputs.

    Raises:
        NotApplicableError: it does not, such as float16 with activations beyond 65504.
    """
    first = {name: np.asarray(array[:TRIED]) for name, array in inputs.items()}
    try:
        outputs = Network(file, record).predict(first, BATCH)
    except QuantshiftError:
        raise
    except Exception as error:  # onnxruntime exports no common class of its exceptions
        raise NotApplicableError(f"onnxruntime cannot run what its quantizer writes: {brief(error)}") from error
    failed = np.count_nonzero(~finite_rows(outputs))
    if failed:
        raise NotApplicableError(
            f"its outputs for {failed} of {len(outputs)} calibration inputs are infinite or not a "
            "number, because values in the model exceed the range of its type"
        )


def _remove_checksum(file: Path) -> None:
    """Remove the float32 model's checksum where the quantization scheme has copied it into the quantized model."""
    model = onnx.load(file)
    positions = [position for position, entry in enumerate(model.metadata_props) if entry.key == ONNX_KEY]
    for position in reversed(positions):
        del model.metadata_props[position]
    if positions:
        onnx.save(model, file)
