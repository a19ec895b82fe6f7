"""Time the variants of one model: their predictions, quantization and inspection."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from quantshift.core.names import FLOAT32
from quantshift.core.signature import Signature
from quantshift.data.stored_inputs import Inputs
from quantshift.inspection.speed import ROUNDS, TRIED_BATCHES, round_inputs
from quantshift.planning import sizes
from quantshift.planning.timing import FEW, per_input
from quantshift.runtime.network import Network
from quantshift.storage import not_applicable
from quantshift.study import Study

CALIBRATION = 4  # inputs of a quantization that is timed


class TimedVariants(ABC):
    """The variants of a model; each measurement is cached.

    Args:
        study: the study.
        calibration: number of calibration inputs in the study.
        validation: number of validation inputs in the study.
    """

    def __init__(self, study: Study, calibration: int, validation: int) -> None:
        """Start without measurements."""
        self.study, self.calibration, self.validation = study, calibration, validation
        # Seconds of writing a variant's file, and of a prediction per input, by variant.
        self.seconds: dict[str, float] = {}
        self.rates: dict[str, float] = {}

    @property
    @abstractmethod
    def signature(self) -> Signature:
        """Return the model's inputs and output."""

    @abstractmethod
    def inputs(self, count: int) -> Inputs:
        """Return stored inputs [count, ...] by name."""

    @abstractmethod
    def file(self, variant: str) -> Path:
        """Return a variant's ONNX file; the first call creates it and times its creation."""

    def inference(self, variant: str) -> float:
        """Return the seconds of a prediction per input; 0 for a preset that the model cannot take."""
        if variant not in self.rates:
            file, settings = self.file(variant), self.study.inference(variant)
            if not_applicable.reason(file) is not None:
                self.rates[variant] = 0.0
                return 0.0
            network = Network(file, self.signature, entries=settings["entries"])

            def run(size: int) -> None:
                network.predict(self.inputs(size), settings["batch_size"])

            self.rates[variant] = per_input(run, max(self.signature["batch"] or settings["batch_size"], FEW))
        return self.rates[variant]

    def quantization(self, quantizer: str) -> float:
        """Return the seconds of a quantization; calibration runs the float32 model on its samples."""
        self.file(quantizer)
        preset = self.study.preset(quantizer)
        samples: int = min(preset.get("calibration_samples", CALIBRATION), self.calibration)
        more = max(0, samples - CALIBRATION) + sizes.searched(preset["scheme"], self.calibration)
        return self.seconds[quantizer] + more * self.inference(FLOAT32)

    def inspection(self, variants: Sequence[str]) -> float:
        """Return the seconds of the inspection of variants."""
        return sum(self.measuring(variant) for variant in variants)

    def measuring(self, variant: str) -> float:
        """Return the seconds of measuring a variant and float32."""
        measured = [self.inference(name) for name in {variant, FLOAT32}]
        if not all(measured):
            return 0.0
        batch: int = self.study.inference(variant)["batch_size"]
        inputs: int = min(round_inputs(max(measured) * batch, batch), self.validation)
        return (ROUNDS * inputs + TRIED_BATCHES * batch) * sum(measured)
