"""Calibration inputs, as onnxruntime's static quantizer reads them."""

from typing import Any

from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader

from quantshift.data.preprocessing import normalise
from quantshift.runtime.inference import INPUT


class CalibrationInputs(CalibrationDataReader):  # type: ignore[misc]
    """Feeds stored inputs [n, ...] one at a time."""

    def __init__(self, inputs: NDArray[Any]) -> None:
        """Keep the inputs; nothing is read yet."""
        self.waiting = iter(range(len(inputs)))
        self.inputs = inputs

    def get_next(self) -> dict[str, NDArray[Any]] | None:
        """Return the next feed, or None at the end."""
        at = next(self.waiting, None)
        return None if at is None else {INPUT: normalise(self.inputs[at : at + 1])}
