"""Calibration inputs for onnxruntime's static quantizer."""

from typing import Any

from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader

from quantshift.core.signature import Signature
from quantshift.data.preprocessing import prepare
from quantshift.data.stored_inputs import Inputs


class CalibrationInputs(CalibrationDataReader):  # type: ignore[misc]
    """Feeds the first `count` stored inputs, one batch at a time.

    Args:
        inputs: stored inputs by name, [n, ...] each.
        signature: the model's inputs and batch size.
        count: maximum number of samples.
    """

    def __init__(self, inputs: Inputs, signature: Signature, count: int) -> None:
        """Store the inputs; nothing is read yet."""
        self.inputs, self.specs = inputs, signature["inputs"]
        size = signature["batch"] or 1
        available = min(len(array) for array in inputs.values())
        self.size = size
        self.batches = range(0, min(count, available) - size + 1, size)
        self.starts = iter(self.batches)

    def __len__(self) -> int:
        """Return the number of batches."""
        return len(self.batches)

    def set_range(self, start_index: int, end_index: int) -> None:
        """Continue with the batches from the first index up to, but not including, the second one."""
        self.starts = iter(self.batches[start_index:end_index])

    def get_next(self) -> dict[str, NDArray[Any]] | None:
        """Return the next feed, or None at the end."""
        start = next(self.starts, None)
        if start is None:
            return None
        batch = {spec["name"]: self.inputs[spec["name"]][start : start + self.size] for spec in self.specs}
        return {spec["name"]: prepare(batch[spec["name"]], spec) for spec in self.specs}
