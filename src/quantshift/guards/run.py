"""What a finished run has of one model: its record, its variants, their stored outputs and the test inputs."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.core.model_id import ModelId
from quantshift.core.names import FLOAT32, NOT_APPLICABLE
from quantshift.core.signature import MODEL_RECORD, ModelRecord
from quantshift.core.test_set import CLEAN, VALIDATION, TestSet
from quantshift.data import truth
from quantshift.data.labelled import read_sources
from quantshift.data.stored_inputs import Inputs, read_inputs
from quantshift.guards.last_run import variants_of_last_run
from quantshift.guards.parts import Part
from quantshift.storage import archives
from quantshift.storage.records import read_record
from quantshift.study import test_folder
from quantshift.tasks import Task
from quantshift.tasks.of_output import read_task

RESULTS = "results"


class Inspection(TypedDict):
    """What a guard reads of a variant's inspection; None for a preset that is not applicable."""

    status: str
    reason: str
    file_bytes: int | None
    batch_size: int | None
    threads: int | None
    speedup_over_float32: float | None
    saturates_without_vnni: bool | None


@dataclass(frozen=True)
class Run:
    """One model of a finished run.

    Attributes:
        folder: the folder with `results`.
        model: the model's id.
        record: its record.
        task: its task.
    """

    folder: Path
    model: ModelId
    record: ModelRecord
    task: Task

    @classmethod
    def open(cls, folder: Path, name: str | None) -> "Run":
        """Return a model of a run.

        Args:
            folder: the folder of the run.
            name: the model's id or the name of its architecture; None if the run has one model.

        Raises:
            QuantshiftError: there is no such run or model, or several models have the name.
        """
        models, earlier = models_of(folder)
        fitting = [model for model in models if name in (None, model.path, model.architecture)]
        listed = ", ".join(model.path for model in models[:8]) + (", ..." if len(models) > 8 else "")
        if not fitting and any(name in (model.path, model.architecture) for model in earlier):
            raise QuantshiftError(
                f"the model {name!r} in {folder} is not part of the last run, but of an earlier one: choose one of "
                f"{listed}"
            )
        if not fitting:
            raise QuantshiftError(f"the run in {folder} has no model {name!r}: choose one of {listed}")
        if len(fitting) > 1:
            raise QuantshiftError(f"the run in {folder} has the models {listed}: name one with --model")
        (model,) = fitting
        file = folder / RESULTS / "models" / model.path / "model.json"
        return cls(folder, model, read_record(file, ModelRecord, MODEL_RECORD), read_task(file))

    def file(self, variant: str) -> Path:
        """Return the ONNX file of a variant."""
        return self.folder / RESULTS / "models" / self.model.path / f"{variant}.onnx"

    def inspections(self) -> dict[str, Inspection]:
        """Return the inspections of the applicable quantized variants of the last run.

        Raises:
            QuantshiftError: a file is missing or damaged, or there is no such variant.
        """
        folder = self._inspections
        read = {
            name: read_record(folder / f"{name}.json", Inspection, "the inspection of a variant")
            for name in sorted(variants_of_last_run(self.folder, self.model) or ())
            if name != FLOAT32
        }
        variants = {name: record for name, record in read.items() if record["status"] != NOT_APPLICABLE}
        if not variants:
            raise QuantshiftError(
                f"the last run in {self.folder} has no applicable quantized variant of {self.model.path}: run "
                "quantshift check with other --quantizers"
            )
        return variants

    def is_earlier(self, variant: str) -> bool:
        """Return whether a variant is not part of the last run, but of an earlier one in the same folder."""
        present = [file.stem for file in self._inspections.glob("*.json")]
        return variant in present and variant not in (variants_of_last_run(self.folder, self.model) or ())

    def clean(self, variant: str) -> Part:
        """Return a variant's outputs on the clean test set."""
        sources = truth.read(self._truth)[CLEAN].sources
        return next(self._parts(variant, CLEAN.suite, {CLEAN: sources}))

    def validation(self, variant: str) -> Part:
        """Return a variant's outputs on the validation data."""
        sources = read_sources(self._data(VALIDATION) / "sources.npy")
        return next(self._parts(variant, VALIDATION.suite, {VALIDATION: sources}))

    def shifted(self, variant: str) -> Iterator[Part]:
        """Yield a variant's outputs on each shifted test set, one at a time."""
        known = truth.read(self._truth)
        for suite, members in truth.by_suite(known).items():
            if suite != CLEAN.suite and self._logits(variant, suite).exists():
                yield from self._parts(variant, suite, {member: known[member].sources for member in members})

    def test_inputs(self) -> Inputs:
        """Return the inputs of the clean test set, as stored."""
        names = [spec["name"] for spec in self.record["inputs"]]
        file = self._data(CLEAN) / "inputs.npz"
        return read_inputs(file if file.exists() else file.with_suffix(".npy"), names)

    def _data(self, test_set: TestSet) -> Path:
        return self.folder / test_folder(self.model.dataset, test_set)

    @property
    def _inspections(self) -> Path:
        return self.folder / RESULTS / "inspections" / self.model.path

    @property
    def _truth(self) -> Path:
        return self.folder / RESULTS / "truth" / f"{self.model.dataset}.npz"

    def _logits(self, variant: str, suite: str) -> Path:
        return self.folder / RESULTS / "logits" / self.model.path / variant / f"{suite}.npz"

    def _parts(self, variant: str, suite: str, sources: dict[TestSet, NDArray[np.int64]]) -> Iterator[Part]:
        """Yield the parts of some test sets of a suite."""
        files = [self._logits(name, suite) for name in (FLOAT32, variant)]
        with archives.opened(files[0]) as float32, archives.opened(files[1]) as quantized:
            for test_set, ids in sources.items():
                reference, outputs = float32.read(test_set.key), quantized.read(test_set.key)
                if not len(reference) == len(outputs) == len(ids):
                    raise QuantshiftError(
                        f"{files[0]} and {files[1]} have {len(reference)} and {len(outputs)} outputs of "
                        f"{test_set.path} for {len(ids)} inputs: repeat the run to recreate them"
                    )
                yield Part.of(test_set, reference, outputs, ids, self.task)


def models_of(folder: Path) -> tuple[list[ModelId], list[ModelId]]:
    """Return the models of the last run, and those of earlier ones in the same folder.

    Retrained models are left out, since a part of the test data may have trained them.

    Raises:
        QuantshiftError: there is no run.
    """
    files = sorted((folder / RESULTS / "models").glob("*/*/*/*/model.json"))
    present = [model for model in map(ModelId.of_file, files) if "." not in model.method]
    models = [model for model in present if variants_of_last_run(folder, model) is not None]
    if not models:
        raise QuantshiftError(
            f"{folder} has no finished run, since {RESULTS}/models has no model.json of one: run quantshift check or "
            "quantshift study, or name the folder of a run with --directory"
        )
    return models, [model for model in present if model not in models]
