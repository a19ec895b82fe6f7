"""Time how a user's own data are stored and corrupted, with their first samples."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from quantshift.data.corruptions.selection import Corruption, TestData
from quantshift.data.corruptions.store import store_corrupted
from quantshift.data.given_data import GivenData, class_count, expected_inputs, store_splits, text_options
from quantshift.data.readers.given import GivenInputs
from quantshift.planning.job import Job
from quantshift.planning.planned_study import PlannedStudy
from quantshift.planning.rates import Line
from quantshift.planning.timing import fixed_and_each, timed
from quantshift.study import GIVEN_INPUTS

FIRST = 8  # samples for models, if no job that stores data is timed


@dataclass(frozen=True, kw_only=True)
class FirstSamples(GivenData):
    """The first samples of a user's own data, of which all splits consist.

    Attributes:
        everything: the test set.
        count: number of samples.
    """

    everything: GivenInputs
    count: int

    def test(self) -> GivenInputs:
        """Return the first samples."""
        return self.everything.select(np.arange(self.count))

    def parts(self, test: GivenInputs) -> tuple[GivenInputs, GivenInputs, NDArray[np.int64]]:
        """Return the same samples as calibration data and as test set."""
        return test, test, np.arange(len(test))


@dataclass(frozen=True)
class Storing:
    """The cost of storing samples.

    Attributes:
        fixed: seconds that do not depend on their number.
        each: seconds of each.
        stored: bytes of each.
        count: number of samples that are stored now.
    """

    fixed: float
    each: float
    stored: float
    count: int


class TimedData:
    """A user's own data, of which the first samples are stored in a folder.

    Args:
        study: the study.
        name: the name of the data.
        folder: the folder to write.
        signatures: the signatures of the models that use them.

    Raises:
        QuantshiftError: the data are damaged, or do not fit the models.
    """

    def __init__(self, study: PlannedStudy, name: str, folder: Path, signatures: Sequence[Path]) -> None:
        """Read the test set, of which arrays and images stay on the disk."""
        self.study, self.name, self.folder = study, name, folder
        self.settings = study.config["data"][name]
        given = GivenData(
            name, self.settings, expected_inputs(signatures), class_count(signatures), study.constants(name)
        )
        self.feeding = folder / "feeding.json"
        self.read: GivenInputs
        self.reading = timed(lambda: setattr(self, "read", given.test()))
        self.samples = FirstSamples(**vars(given), everything=self.read, count=0)
        self.stored = 0

    @property
    def test(self) -> Path:
        """Return the stored inputs of the test set; the first call stores some."""
        if not self.stored:
            self.store(min(FIRST, len(self.read)))
        return self.folder / "test" / GIVEN_INPUTS

    def store(self, count: int) -> None:
        """Store the first samples as test, calibration and validation data."""
        store_splits(replace(self.samples, count=count), self.feeding)
        self.stored = count

    @cached_property
    def storing(self) -> Storing:
        """Return the cost of storing samples."""
        fixed, each = fixed_and_each(self.store, len(self.read))
        files = [file for file in self.folder.rglob("*") if file.is_file()]
        # The three splits have the same samples.
        samples = 3 * self.stored
        return Storing(fixed, each / 3, sum(file.stat().st_size for file in files) / samples, self.stored)

    def measure(self, job: Job) -> tuple[Line, float]:
        """Return the duration of a job, and the bytes that it stores for each sample.

        Raises:
            QuantshiftError: the data are damaged, or a corruption is for other data.
        """
        storing = self.storing
        match job.rule:
            case "given_data":
                return Line(self.reading + storing.fixed, storing.each), storing.stored
            case "given_shift":
                # The clean test set is read too.
                return Line(2 * self.reading + storing.fixed, storing.each), storing.stored
            case "given_corruption":
                return self._corrupting(job), storing.stored
            case _:
                raise ValueError(f"jobs of the rule {job.rule} cannot be measured")

    def _corrupting(self, job: Job) -> Line:
        suite, shift, severity = (job.names[name] for name in ("suite", "shift", "severity"))
        corruption = Corruption(self.study.collection(suite), suite, shift, int(severity))
        data = TestData.read(self.name, self.feeding, text_options(self.settings))

        def corrupt(count: int) -> None:
            store_corrupted(data, corruption, count, self.folder / "corrupted")

        return Line(*fixed_and_each(corrupt, self.storing.count))
