"""A user's file on its whole way: read, prepared, described, compared, quantized, run."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import yaml
from numpy.typing import NDArray
from onnx import ModelProto

from quantshift.core import members
from quantshift.core.names import GIVEN
from quantshift.core.signature import ModelRecord
from quantshift.models.given.choices import UNSTATED, Choices
from quantshift.models.given.describe import Described, describe
from quantshift.models.given.prepare import prepare
from quantshift.models.given.read import Source, read
from quantshift.models.given.unchanged import Unchanged, unchanged
from quantshift.quantizers.quantize import quantize
from quantshift.runtime.network import Network
from quantshift.storage import archives
from quantshift.storage.arrays import write_array
from quantshift.storage.records import write_record
from quantshift.tasks.of_output import task_of

Inputs = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Brought:
    """A user's model that is ready for the workflow."""

    source: Source
    described: Described
    file: Path
    inputs: Inputs
    proof: Unchanged
    presets: Mapping[str, Any]

    def quantized(self, preset: str) -> Path:
        """Return the file of a preset of the default config."""
        folder = self.file.parent
        record = ModelRecord(
            **self.described.signature,
            id="given/mine",
            origin=GIVEN,
            facets={"dataset": "mine", "architecture": "mine", "method": "given", "seed": 0},
        )
        write_record(folder / "model.json", record)
        if len(self.inputs) == 1:
            calibration = folder / "calibration.npy"
            write_array(calibration, next(iter(self.inputs.values())))
        else:
            calibration = folder / "calibration.npz"
            archives.store(calibration, self.inputs.items())
        target = folder / f"{preset}.onnx"
        quantize(
            preset=self.presets[preset],
            source=self.file,
            record=folder / "model.json",
            calibration=calibration,
            model=target,
        )
        return target

    def outputs(self, file: Path, preset: str | None = None) -> NDArray[np.float32]:
        """Return the outputs of float32 or of a preset's file for all inputs."""
        settings = self.presets[preset] if preset else {}
        entries = members.constants(f"quantizers/schemes/{settings['scheme']}").get("SESSION", {}) if preset else {}
        return Network(file, self.described.signature, 1, entries).predict(self.inputs, settings.get("batch_size", 64))

    def disagreeing(self, preset: str) -> NDArray[np.intp]:
        """Return the numbers of the inputs that a preset answers otherwise."""
        task = task_of(self.described.signature["output"])
        pair = self.outputs(self.file), self.outputs(self.quantized(preset), preset)
        return np.flatnonzero(task.answers(pair[0]) != task.answers(pair[1]))

    def rate(self, preset: str) -> float:
        """Return the disagreement rate of a preset."""
        return len(self.disagreeing(preset)) / self.proof.inputs


@pytest.fixture(scope="session")
def presets() -> Mapping[str, Any]:
    """The presets of the default config."""
    content = yaml.safe_load((Path(__file__).parents[4] / "config/config.yaml").read_text(encoding="utf-8"))
    result: Mapping[str, Any] = content["quantizers"]
    return result


@pytest.fixture
def bring(tmp_path: Path, presets: Mapping[str, Any]) -> Callable[..., Brought]:
    """Return the function that takes a model, or its file, all the way to a proof on data."""

    numbers = itertools.count()

    def run(
        model: ModelProto | Path,
        inputs: Inputs,
        choices: Choices = UNSTATED,
        constants: Inputs | None = None,
    ) -> Brought:
        folder = tmp_path / f"model_{next(numbers)}"
        folder.mkdir()
        path = model if isinstance(model, Path) else folder / "mine.onnx"
        if isinstance(model, ModelProto):
            onnx.save(model, path)
        content = path.read_bytes()
        source = read(path)
        described = describe(prepare(source, constants), choices)
        file = folder / "float32.onnx"
        onnx.save(described.model, file)
        proof = unchanged(source, described, file, inputs)
        assert path.read_bytes() == content  # the user's file is never changed
        return Brought(source, described, file, inputs, proof, presets)

    return run
