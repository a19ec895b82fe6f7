"""Time the jobs of a user's own model, with the first samples of its data."""

from pathlib import Path

import numpy as np

from quantshift.core.model_id import ModelId
from quantshift.core.names import FLOAT32
from quantshift.core.signature import BY_CLASS, MODEL_RECORD, ModelRecord, Signature
from quantshift.data.stored_inputs import Inputs, read_inputs
from quantshift.models.given.record import store_record
from quantshift.models.given.store import store_model, store_variant
from quantshift.planning.job import Job
from quantshift.planning.own_work import parity_inputs
from quantshift.planning.planned_study import PlannedStudy
from quantshift.planning.rates import Line
from quantshift.planning.sizes import LOGIT_BYTES
from quantshift.planning.timed_data import FIRST, TimedData
from quantshift.planning.timed_variants import CALIBRATION, TimedVariants
from quantshift.planning.timing import timed
from quantshift.quantizers.variant import write_variant
from quantshift.storage import archives
from quantshift.storage.records import read_record
from quantshift.study import choices_of, constants_of


class PreparedModel:
    """The prepared copy of a user's own model.

    Args:
        study: the study.
        model: the model's id.
        folder: the folder for its files.

    Raises:
        QuantshiftError: the file is damaged, is no classifier, or cannot be prepared.
    """

    def __init__(self, study: PlannedStudy, model: ModelId, folder: Path) -> None:
        """Prepare the model."""
        self.id, self.folder = model, folder
        self.settings = study.config["models"][model.architecture]
        self.source, self.file, self.signature = (
            Path(self.settings["file"]),
            folder / f"{FLOAT32}.onnx",
            folder / "signature.json",
        )
        self.choices = choices_of(self.settings)
        self.seconds = timed(
            lambda: store_model(file=self.source, choices=self.choices, model=self.file, signature=self.signature)
        )


class TimedModel(TimedVariants):
    """A user's own model, whose variants are written next to its prepared copy.

    Args:
        study: the study.
        prepared: its prepared copy.
        data: its data.

    Raises:
        QuantshiftError: the prepared copy differs from the user's file, or the data do not fit.
    """

    def __init__(self, study: PlannedStudy, prepared: PreparedModel, data: TimedData) -> None:
        """Write the model's record."""
        calibration = study.calibration(data.name)
        super().__init__(study, calibration, calibration)
        self.prepared, self.data = prepared, data
        self.parity_inputs = parity_inputs(data.name, study)
        self.record = prepared.folder / "model.json"
        test = data.test
        self.recording = timed(
            lambda: store_record(
                file=prepared.source,
                choices=prepared.choices,
                model=prepared.file,
                feeding=data.feeding,
                inputs=test,
                labels=test.with_name("labels.npy"),
                calibration=test,
                parity_inputs=FIRST,
                model_id=prepared.id,
                record=self.record,
            )
        )
        self.described = read_record(self.record, ModelRecord, MODEL_RECORD)
        names = [spec["name"] for spec in self.described["inputs"]]
        first = {name: np.array(array[:FIRST]) for name, array in read_inputs(test, names).items()}
        self.first = first
        self.calibration_file = prepared.folder / "calibration.npz"
        archives.store(self.calibration_file, ((name, array[:CALIBRATION]) for name, array in first.items()))

    @property
    def signature(self) -> Signature:
        """Return the model's inputs and output."""
        return self.described

    def inputs(self, count: int) -> Inputs:
        """Return stored inputs [count, ...] by name: the first samples, repeated."""
        return {name: array[np.arange(count) % len(array)] for name, array in self.first.items()}

    def file(self, variant: str) -> Path:
        """Return a variant's ONNX file; the first call creates it and times its creation."""
        path = self.prepared.folder / f"{variant}.onnx"
        if path.exists():
            return path
        settings = self.prepared.settings
        own = settings.get("variants", {})
        if variant in own:
            self.seconds[variant] = timed(
                lambda: store_variant(
                    file=Path(own[variant]),
                    source=self.prepared.source,
                    constants=constants_of(settings),
                    signature=self.prepared.signature,
                    model=path,
                )
            )
        else:
            preset = self.study.preset(variant)
            few = {"calibration_samples": CALIBRATION} if "calibration_samples" in preset else {}
            self.seconds[variant] = timed(
                lambda: write_variant(
                    preset=preset | few,
                    source=self.prepared.file,
                    record=self.record,
                    calibration=self.calibration_file,
                    model=path,
                )
            )
        return path

    def measure(self, job: Job) -> tuple[Line, float | None]:
        """Return the duration of a job, and the bytes that it stores for each unit of its work, if they are known.

        Raises:
            QuantshiftError: a variant is damaged, or does not belong to the model.
        """
        match job.rule:
            case "given_model":
                return Line(self.prepared.seconds, 0.0), _bytes(self.prepared.file)
            case "given_record":
                # Both the user's file and the prepared copy are run.
                more = 2 * max(0, self.parity_inputs - FIRST) + max(0, self.calibration - FIRST)
                return Line(self.recording + more * self.inference(FLOAT32), 0.0), _bytes(self.record)
            case "given_variant":
                file = self.file(job.names["variant"])
                return Line(self.seconds[job.names["variant"]], 0.0), _bytes(file)
            case "quantize":
                quantizer = job.names["quantizer"]
                return Line(self.quantization(quantizer), 0.0), _bytes(self.file(quantizer))
            case "evaluate":
                output = self.signature["output"]
                values = output["classes"] if output["kind"] in BY_CLASS else 1
                return Line(0.0, self.inference(job.names["variant"])), values * LOGIT_BYTES
            case "inspect":
                return Line(self.inspection(self.study.variants), 0.0), None
            case "inspect_variant":
                return Line(self.inspection([job.names["variant"]]), 0.0), None
            case _:
                raise ValueError(f"jobs of the rule {job.rule} cannot be measured")


def _bytes(file: Path) -> float:
    return float(file.stat().st_size)
