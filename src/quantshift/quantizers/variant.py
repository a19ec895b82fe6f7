"""Write the file of a quantized variant (rule `quantize`)."""

from pathlib import Path
from typing import Any

from quantshift.quantizers.not_applicable import NotApplicableError
from quantshift.quantizers.quantize import quantize
from quantshift.storage import not_applicable


def write_variant(*, preset: dict[str, Any], source: Path, record: Path, calibration: Path, model: Path) -> None:
    """Write the quantized model or, if the user's model cannot take the preset, the reason (see `storage`).

    Args:
        preset: the quantizer's scheme and options, as in the config.
        source: the float32 ONNX file.
        record: the record of the model (JSON).
        calibration: stored calibration inputs.
        model: the file to write.

    Raises:
        QuantshiftError: a file is damaged, or there are fewer calibration inputs than the preset asks for.
    """
    try:
        quantize(preset=preset, source=source, record=record, calibration=calibration, model=model)
    except NotApplicableError as error:
        not_applicable.write(model, str(error))
        print(f"not applicable: {not_applicable.reason(model)}", flush=True)
