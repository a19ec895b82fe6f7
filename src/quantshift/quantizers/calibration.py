"""Calibration inputs, as onnxruntime's static quantizer reads them."""

from typing import Any

from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader

from quantshift.core.signature import Signature
from quantshift.data.preprocessing import prepare
from quantshift.data.stored_inputs import Inputs


class CalibrationInputs(CalibrationDataReader):  # type: ignore[misc]
    """Feeds the first of stored inputs, a batch at a time.

    Args:
        inputs: stored inputs by name, [n, ...] each.
        signature: what the model takes.
        count: number of samples that are used at most.
    """

    def __init__(self, inputs: Inputs, signature: Signature, count: int) -> None:
        """Keep the inputs; nothing is read yet."""
        self.inputs, self.taken = inputs, signature["inputs"]
        size = signature["batch"] or 1
        fewest = min(len(array) for array in inputs.values())
        self.size = size
        self.waiting = iter(range(0, min(count, fewest) - size + 1, size))

    def get_next(self) -> dict[str, NDArray[Any]] | None:
        """Return the next feed, or None at the end."""
        at = next(self.waiting, None)
        if at is None:
            return None
        batch = {one["name"]: self.inputs[one["name"]][at : at + self.size] for one in self.taken}
        return {one["name"]: prepare(batch[one["name"]], one) for one in self.taken}
